"""Values as brokers of 0.8 and the old clients read them, and the two tables that know those brokers."""

from __future__ import annotations

import pytest

from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import parse_version

KINDS = {"required": "STRING", "required-int": "INT", "optional-int": "INT"}


@pytest.mark.parametrize(
    ("version", "group", "name", "text", "value"),
    [
        ("0.8.2", "broker", "num.partitions", "3", 3),
        ("0.8.2", "broker", "auto.create.topics.enable", "false", False),
        ("0.8.2", "broker", "host.name", " kafka01 ", " kafka01 "),
        ("0.8.2", "broker", "offsets.topic.compression.codec", "GZIP", "GZIP"),
        ("0.8.2", "broker", "offsets.topic.compression.codec", "2", "2"),
        ("0.8.2", "broker", "max.connections.per.ip.overrides", "a:1,b:2", "a:1,b:2"),
        ("0.8.1", "broker", "log.cleaner.min.cleanable.ratio", "0.5", 0.5),
        ("1.1", "old-consumer", "auto.commit.enable", "true", True),
        ("0.8.2", "consumer", "enable.auto.commit", "yes", False),
    ],
)
def test_values(version: str, group: str, name: str, text: str, value: object) -> None:
    release = parse_version(version)
    assert settings_of(release, group)[name].parse(text, release) == value


@pytest.mark.parametrize(
    ("version", "group", "name", "text", "reason"),
    [
        ("0.8.2", "broker", "num.partitions", "3 ", 'For input string: "3 "'),
        (
            "0.8.2",
            "broker",
            "num.partitions",
            "0",
            "requirement failed: num.partitions has value 0 which is not in the range (1,2147483647).",
        ),
        (
            "0.8.2",
            "broker",
            "auto.create.topics.enable",
            "TRUE",
            "requirement failed: Unacceptable value for property 'auto.create.topics.enable', boolean values"
            " must be either 'true' or 'false",
        ),
        ("0.8.2", "broker", "offsets.topic.compression.codec", "5", "5 is an unknown compression codec"),
        ("0.8.2", "old-producer", "compression.codec", "zip", "zip is an unknown compression codec"),
        ("1.1", "old-producer", "request.timeout.ms", "ten", 'For input string: "ten"'),
    ],
)
def test_refusals(version: str, group: str, name: str, text: str, reason: str) -> None:
    release = parse_version(version)
    with pytest.raises(Refused) as caught:
        settings_of(release, group)[name].parse(text, release)
    assert caught.value.reason == reason


@pytest.mark.parametrize("family", ["0.8.0", "0.8.1", "0.8.2"])
def test_the_order_of_reading_and_the_catalogue_agree(family: str) -> None:
    """`settings_0_8.json` has the readings in their order, the catalogue what Kafka itself asked for."""
    catalogue = settings_of(parse_version({"0.8.1": "0.8.1.1", "0.8.2": "0.8.2.2"}.get(family, family)))
    read = {row[1]: row for row in read_table("settings_0_8.json")[family] if row[0] != "check"}
    assert set(catalogue) - set(read) == {"log.dir", "log.dirs", "log.cleanup.policy"} & set(catalogue)
    assert set(read) <= set(catalogue)
    for name, (kind, _, *rest) in read.items():
        setting = catalogue[name]
        assert setting.kind == KINDS.get(kind, kind.upper()), name
        default = read[rest[0]][2] if rest and rest[0] in read else rest[0] if rest else None
        if default is not None:
            assert setting.default == default or setting.default_text == str(default), name
        limits = [read[limit][2] if limit in read else limit for limit in rest[1:]]
        if limits and limits[0] is not None:
            assert setting.rule == "range {} {}".format(*limits), name
