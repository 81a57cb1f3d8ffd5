"""What a setting that brokers have to agree on comes to on one broker."""

from __future__ import annotations

import pytest

from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.uniform_settings import (
    EMPTY,
    LOSS,
    UNIFORM_SETTINGS,
    default_value,
    effective_value,
    is_known_to,
)
from driftcheck.kafka.versions import families, parse_version

BY_NAME = {setting.name: setting for setting in UNIFORM_SETTINGS}


@pytest.mark.parametrize(
    ("name", "written", "version", "expected"),
    [
        ("num.partitions", {"num.partitions": " 08 "}, "2.8", ("8", False)),
        ("num.partitions", {}, "2.8", ("1", True)),
        ("num.partitions", {}, None, ("1", True)),
        ("delete.topic.enable", {"delete.topic.enable": "TRUE"}, None, ("true", False)),
        ("delete.topic.enable", {}, "0.11.0", ("false", True)),
        ("delete.topic.enable", {}, "1.0", ("true", True)),
        ("delete.topic.enable", {}, None, (None, True)),
        ("log.retention.ms", {"log.retention.hours": "24"}, "2.8", ("86400000", False)),
        (
            "log.retention.ms",
            {"log.retention.hours": "24", "log.retention.minutes": "2"},
            "2.8",
            ("120000", False),
        ),
        ("log.retention.ms", {"log.retention.hours": "24", "log.retention.ms": "7"}, "2.8", ("7", False)),
        ("log.retention.ms", {"log.retention.hours": "-1"}, "2.8", ("-1", False)),
        ("log.retention.ms", {}, None, ("604800000", True)),
        ("log.cleanup.policy", {"log.cleanup.policy": "delete, compact"}, "2.8", ("compact,delete", False)),
        ("super.users", {"super.users": "User:b; User:a"}, "2.8", ("User:a;User:b", False)),
        ("super.users", {}, None, (EMPTY, True)),
        ("authorizer.class.name", {}, "2.8", (EMPTY, True)),
        ("allow.everyone.if.no.acl.found", {}, "2.8", ("false", True)),
        ("transaction.state.log.min.isr", {"transaction.state.log.min.isr": "1"}, "0.10.2", (None, True)),
        ("zookeeper.session.timeout.ms", {}, "0.8.2", ("6000", True)),
    ],
)
def test_values(
    name: str, written: dict[str, str], version: str | None, expected: tuple[str | None, bool]
) -> None:
    release = None if version is None else parse_version(version)
    assert effective_value(BY_NAME[name], written.get, release) == expected


def test_a_text_that_kafka_does_not_take() -> None:
    with pytest.raises(Refused):
        effective_value(BY_NAME["num.partitions"], {"num.partitions": "abc"}.get, None)


def test_what_a_release_does_not_know() -> None:
    setting = BY_NAME["transaction.state.log.min.isr"]
    assert not is_known_to(setting, parse_version("0.10.2"))
    assert is_known_to(setting, parse_version("0.11.0"))
    assert default_value(setting, parse_version("0.10.2")) is None


def test_every_setting_is_known_to_some_release_and_says_what_it_does() -> None:
    assert len(BY_NAME) == len(UNIFORM_SETTINGS)
    for setting in UNIFORM_SETTINGS:
        assert any(is_known_to(setting, release) for release in families()), setting.name
        assert setting.effect.endswith(".")
    assert any(setting.risk == LOSS for setting in UNIFORM_SETTINGS)
