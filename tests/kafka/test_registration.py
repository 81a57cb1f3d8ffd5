"""Registrations of every version are read as Kafka's readers do; anything else is Unknown, never an error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.registration import MAX_BYTES, BrokerRegistration, parse_registration
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location

PLACE = Location(source="zookeeper", name="/kafka/brokers/ids/7")

V1 = {"jmx_port": -1, "timestamp": "1420485325400", "host": "172.16.8.243", "version": 1, "port": 9091}
V2 = {
    "version": 2,
    "host": "localhost",
    "port": 9092,
    "jmx_port": 9999,
    "timestamp": "1416974968782",
    "endpoints": ["PLAINTEXT://localhost:9092"],
}
V3 = V2 | {"version": 3, "rack": "dc1", "endpoints": ["PLAINTEXT://host1:9092", "SSL://host1:9093"]}
V4 = V3 | {
    "version": 4,
    "host": None,
    "port": -1,
    "endpoints": ["CLIENT://host1:9092", "REPLICATION://[::1]:9093"],
    "listener_security_protocol_map": {"CLIENT": "SSL", "REPLICATION": "PLAINTEXT"},
}
V5 = V4 | {"version": 5, "features": {"feature1": {"min_version": 1, "max_version": 2}}}
V100 = V5 | {"version": 100, "news": []}


def read(record: object) -> BrokerRegistration:
    parsed = parse_registration(json.dumps(record).encode(), PLACE)
    assert isinstance(parsed, BrokerRegistration), parsed
    return parsed


def endpoints(registration: BrokerRegistration) -> list[tuple[str, str, int, object]]:
    assert isinstance(registration.endpoints, Known)
    return [
        (each.listener, each.host, each.port, getattr(each.protocol, "value", None))
        for each in registration.endpoints.value
    ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (V1, [("PLAINTEXT", "172.16.8.243", 9091, "PLAINTEXT")]),
        (V2, [("PLAINTEXT", "localhost", 9092, "PLAINTEXT")]),
        (V3, [("PLAINTEXT", "host1", 9092, "PLAINTEXT"), ("SSL", "host1", 9093, "SSL")]),
        (V4, [("CLIENT", "host1", 9092, "SSL"), ("REPLICATION", "::1", 9093, "PLAINTEXT")]),
        (V5, [("CLIENT", "host1", 9092, "SSL"), ("REPLICATION", "::1", 9093, "PLAINTEXT")]),
        (V100, [("CLIENT", "host1", 9092, "SSL"), ("REPLICATION", "::1", 9093, "PLAINTEXT")]),
    ],
    ids=lambda value: str(value["version"]) if isinstance(value, dict) else "",
)
def test_endpoints_of_every_version(record: dict[str, object], expected: list[tuple[object, ...]]) -> None:
    registration = read(record)
    assert endpoints(registration) == expected
    assert registration.json_version == Known(value=record["version"], location=PLACE)


def test_the_old_pair_rack_time_and_features() -> None:
    registration = read(V5)
    assert isinstance(registration.host, Absent)
    assert registration.port == Known(value=-1, location=PLACE)
    assert registration.rack == Known(value="dc1", location=PLACE)
    assert registration.timestamp == Known(
        value=datetime(2014, 11, 26, 4, 9, 28, 782000, tzinfo=UTC), location=PLACE
    )
    assert registration.timestamp_ms == Known(value=1416974968782)
    assert isinstance(registration.features, Known)
    assert registration.jmx_port == Known(value=9999, location=PLACE)


def test_an_endpoint_without_an_entry_in_the_map_has_no_known_protocol() -> None:
    registration = read(V5 | {"listener_security_protocol_map": {"CLIENT": "NEW_ONE"}})
    assert [protocol for *_, protocol in endpoints(registration)] == [None, None]


@pytest.mark.parametrize("field", ["timestamp", "rack", "jmx_port", "features", "host", "port"])
def test_a_malformed_field_that_nobody_needs_is_unknown_by_itself(field: str) -> None:
    registration = read(V2 | {field: [1]})
    assert isinstance(getattr(registration, field), Unknown)
    assert endpoints(registration)


def test_a_time_beyond_all_calendars_is_unknown() -> None:
    assert isinstance(read(V2 | {"timestamp": "9" * 18}).timestamp, Unknown)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\xff\xfe\x00",
        b"null",
        b"[1]",
        b"{",
        b'{"version":5}',
        b'{"version":0}',
        b'{"version":"4","endpoints":["PLAINTEXT://h:1"]}',
        b'{"version":2147483648,"endpoints":["PLAINTEXT://h:1"]}',
        b'{"version":4,"endpoints":[]}',
        b'{"version":4,"endpoints":[' + b'"PLAINTEXT://h:1",' * 100 + b'"PLAINTEXT://h:1"]}',
        b'{"version":true,"endpoints":[]}',
        b'{"version":1,"host":"h"}',
        b'{"version":4,"endpoints":["nonsense"]}',
        b'{"version":4,"endpoints":["A://h:99999999999"]}',
        b'{"version":4,"endpoints":[1]}',
        b'{"version":4,"endpoints":["A://h:1","a://i:1"]}',
        b"[" * 100_000,
        b"9" * 9_000,
        b" " * (MAX_BYTES + 1),
    ],
    ids=lambda junk: repr(junk[:12]),
)
def test_junk_is_an_unknown_with_its_place(junk: bytes) -> None:
    parsed = parse_registration(junk, PLACE)
    assert isinstance(parsed, Unknown)
    assert parsed.kind is UnknownKind.FAULT
    assert parsed.location == PLACE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.binary()
    | st.dictionaries(st.sampled_from([*V5, "other"]), JSON).map(lambda record: json.dumps(record).encode())
)
def test_nothing_raises(data: bytes) -> None:
    assert isinstance(parse_registration(data, PLACE), BrokerRegistration | Unknown)
