"""Kafka's other znodes are untrusted JSON: what is right is read, anything else is Unknown with its place."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.znodes import (
    WITHHELD,
    assignments,
    cluster_id,
    controller_id,
    overrides,
    partition_state,
)
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location

PLACE = Location(source="zookeeper", name="/kafka/somewhere")

READERS: tuple[Callable[[bytes, Location], Fact[object]], ...] = (
    controller_id,
    cluster_id,
    overrides,
    assignments,
    lambda data, location: partition_state(data, location)[0],
    lambda data, location: partition_state(data, location)[1],
)

JUNK = (
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"[" * 200_000,
    b'{"a":' * 200_000,
    b'{"brokerid":' + b"9" * 9_000 + b"}",
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", JUNK, ids=lambda data: repr(data[:12]))
def test_junk_is_unknown_and_says_where(
    data: bytes, reader: Callable[[bytes, Location], Fact[object]]
) -> None:
    fact = reader(data, PLACE)
    assert isinstance(fact, Unknown)
    assert fact.kind is UnknownKind.FAULT
    assert fact.location == PLACE
    assert fact.reason.startswith("the znode is malformed: ")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["brokerid", "id", "config", "partitions", "leader", "isr", "0"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.binary() | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_no_content_raises(data: bytes) -> None:
    for reader in READERS:
        assert isinstance(reader(data, PLACE), Known | Unknown | Absent)


@pytest.mark.parametrize(
    "data",
    [b'{"brokerid":true}', b'{"brokerid":"1"}', b'{"brokerid":1.0}', b'{"brokerid":null}'],
)
def test_an_id_is_a_whole_number_and_nothing_like_it(data: bytes) -> None:
    assert isinstance(controller_id(data, PLACE), Unknown)


def test_a_key_that_is_not_there_is_absent() -> None:
    assert isinstance(controller_id(b"{}", PLACE), Absent)


def test_a_newer_controller_record_is_read() -> None:
    record = b'{"version":2,"brokerid":4,"timestamp":"1","kraftControllerEpoch":-1}'
    assert controller_id(record, PLACE) == Known(value=4, location=PLACE)


def test_secret_overrides_are_named_but_not_kept() -> None:
    fact = overrides(b'{"config":{"ssl.key.password":"hunter2","log.cleaner.threads":"2"}}', PLACE)
    assert fact == Known(value={"ssl.key.password": WITHHELD, "log.cleaner.threads": "2"}, location=PLACE)


@pytest.mark.parametrize("partitions", [{"x": [1]}, {"-1": [1]}, {"0": 1}, {"0": ["1"]}, {"²": [1]}, []])
def test_assignments_that_are_no_assignments_are_unknown(partitions: object) -> None:
    assert isinstance(assignments(json.dumps({"partitions": partitions}).encode(), PLACE), Unknown)


def test_a_broken_isr_leaves_the_leader_known() -> None:
    leader, isr = partition_state(b'{"leader":-1,"isr":"all"}', PLACE)
    assert leader == Known(value=-1, location=PLACE)
    assert isinstance(isr, Unknown)
