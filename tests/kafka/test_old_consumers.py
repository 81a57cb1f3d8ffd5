"""Consumers of the old kind: where one runs and since when, by what it registered."""

from __future__ import annotations

import pytest

from driftcheck.kafka.old_consumers import consumer_host, consumer_since
from driftcheck.model.facts import value_or_none
from driftcheck.model.locations import Location

PLACE = Location(source="zookeeper", name="/consumers/g/ids/x")


@pytest.mark.parametrize(
    ("group", "name", "host"),
    [
        ("g", "g_web01-1427404207000-1a2b3c4d", "web01"),
        ("my_group-1", "my_group-1_web-01.prod.example.com-1427404207000-a", "web-01.prod.example.com"),
        ("g", "g_mine", None),
        ("g", "other_web01-1427404207000-1a2b3c4d", None),
        ("g", "g_web01-1427404207000-1A2B", None),
        ("g", "", None),
    ],
)
def test_the_host_in_an_id(group: str, name: str, host: str | None) -> None:
    assert value_or_none(consumer_host(group, name, PLACE)) == host


@pytest.mark.parametrize(
    ("data", "since"),
    [
        (b'{"version":1,"timestamp":"1427404207000"}', "2015-03-26 21:10:07+00:00"),
        (b'{"version":1,"timestamp":1427404207000}', "None"),
        (b'{"timestamp":"99999999999999999"}', "None"),
        (b"[]", "None"),
        (b"[" * 100_000, "None"),
        (b"\xff", "None"),
    ],
)
def test_the_time_in_a_znode(data: bytes, since: str) -> None:
    assert str(value_or_none(consumer_since(data, PLACE))) == since
