"""The table of settings: what a release defines, how it reads a value, and in which words it refuses."""

from __future__ import annotations

import pytest

from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.settings import read, settings_of
from driftcheck.kafka.versions import Release, families, parse_version


@pytest.mark.parametrize(
    ("version", "count"), [("0.9", 126), ("0.10.2", 141), ("2.8", 233), ("3.9", 328), ("4.1", 336)]
)
def test_a_release_has_as_many_settings_as_kafka_defines(version: str, count: int) -> None:
    assert len(settings_of(parse_version(version))) == count


@pytest.mark.parametrize("release", families()[3:], ids=str)
def test_what_is_not_set_has_its_default(release: Release) -> None:
    least = {"zookeeper.connect": "z", "process.roles": "broker", "node.id": "1"}
    values = read(least, release)
    assert list(values) == list(settings_of(release))
    assert values["num.partitions"] == 1


@pytest.mark.parametrize(
    ("version", "name", "text", "value"),
    [
        ("2.8", "port", " 9093 ", 9093),
        ("2.8", "auto.create.topics.enable", "TRUE", True),
        ("2.8", "log.cleanup.policy", "compact, delete", ("compact", "delete")),
        ("2.8", "log.cleaner.min.cleanable.ratio", "0.25", 0.25),
        ("2.8", "host.name", " h ", "h"),
        ("2.8", "sasl.enabled.mechanisms", "", ()),
        ("3.9", "remote.log.manager.copier.thread.pool.size", "-1", -1),
        ("3.9", "compression.gzip.level", "9", 9),
        ("3.9", "group.consumer.migration.policy", "Upgrade", "Upgrade"),
    ],
)
def test_values(version: str, name: str, text: str, value: object) -> None:
    release = parse_version(version)
    assert settings_of(release)[name].parse(text, release) == value


@pytest.mark.parametrize(
    ("version", "name", "text", "reason"),
    [
        ("2.8", "port", "x ", "Invalid value x  for configuration port: Not a number of type INT"),
        (
            "2.8",
            "auto.create.topics.enable",
            "yes",
            "Invalid value yes for configuration auto.create.topics.enable: Expected value to"
            " be either true or false",
        ),
        (
            "2.8",
            "min.insync.replicas",
            "0",
            "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
        ),
        (
            "3.9",
            "remote.log.manager.task.retry.jitter",
            "0.75",
            "Invalid value 0.75 for configuration remote.log.manager.task.retry.jitter: Value"
            " must be no more than 0.5",
        ),
        (
            "2.8",
            "process.roles",
            "broker,observer",
            "Invalid value observer for configuration process.roles: String must be one of:"
            " broker, controller",
        ),
        (
            "2.8",
            "principal.builder.class",
            "",
            "Invalid value  for configuration principal.builder.class: Class  could not be found.",
        ),
        (
            "2.4",
            "inter.broker.protocol.version",
            "9.9",
            "Invalid value 9.9 for configuration inter.broker.protocol.version: Version `9.9`"
            " is not a valid version",
        ),
        ("3.9", "controller.quorum.voters", "x@c1:9093", "Failed to parse voter ID as an integer from x"),
        ("3.9", "controller.quorum.voters", "1@c1:99999", "port out of range:99999"),
        (
            "3.9",
            "compression.gzip.level",
            "0",
            "Invalid value 0 for configuration compression.gzip.level: Value must be between 1"
            " and 9 or equal to -1",
        ),
    ],
)
def test_refusals_have_kafkas_words(version: str, name: str, text: str, reason: str) -> None:
    release = parse_version(version)
    with pytest.raises(Refused) as caught:
        settings_of(release)[name].parse(text, release)
    assert caught.value.reason == reason


def test_the_first_setting_in_the_releases_order_is_the_one_that_is_refused() -> None:
    properties = {"zookeeper.connect": "z", "port": "x", "broker.id": "x"}
    reasons = set()
    for version in ("0.9", "2.8"):
        with pytest.raises(Refused) as caught:
            read(properties, parse_version(version))
        reasons.add(caught.value.reason.split()[5].rstrip(":"))
    assert reasons <= {"port", "broker.id"}


def test_a_required_setting_is_missed() -> None:
    with pytest.raises(Refused, match=r'Missing required configuration "zookeeper\.connect"'):
        read({}, parse_version("2.7"))
