"""Settings found by a pattern."""

from __future__ import annotations

import pytest

from driftcheck.app.setting_list import find_settings
from driftcheck.errors import UsageError


def names(pattern: str | None = None, *, group: str = "broker", version: str | None = None) -> list[str]:
    return [entry.name for entry in find_settings(pattern, group=group, version=version)]


def test_a_pattern_is_a_part_of_the_name_or_a_whole_one_with_wildcards() -> None:
    assert names("advertised") == ["advertised.host.name", "advertised.listeners", "advertised.port"]
    assert names("advertised.*", version="2.8") == names("ADVERTISED", version="2.8")
    assert names("*.listeners") == ["advertised.listeners", "early.start.listeners"]
    assert names("broker.r?ck") == ["broker.rack"]


def test_a_release_has_its_own() -> None:
    assert names("advertised", version="3.9") == ["advertised.listeners"]
    assert len(names(version="2.8")) == 233
    assert len(names()) > len(names(version="4.1"))


def test_each_group_has_its_own() -> None:
    assert names("bootstrap.s*", group="producer") == ["bootstrap.servers"]
    assert names("auto.commit", group="old-consumer") == ["auto.commit.enable", "auto.commit.interval.ms"]


@pytest.mark.parametrize(
    ("pattern", "group", "version", "said"),
    [
        ("numpartitions", "broker", None, "did you mean num.partitions"),
        ("zzz", "broker", "2.8", "no broker setting of Kafka 2.8 matches 'zzz'"),
        ("listeners", "broker", "0.8", "no broker setting of Kafka 0.8 matches"),
        (None, "connect-distributed", "0.8.2", "Kafka 0.8.2 has no settings for connect-distributed"),
        (None, "broker", "5.0", "'5.0' is not a version of Kafka"),
        (None, "broker", "two", "'two' is not a version of Kafka"),
    ],
)
def test_what_is_not_there_is_a_mistake_of_the_command_line(
    pattern: str | None, group: str, version: str | None, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_settings(pattern, group=group, version=version)
    assert said in str(caught.value)
