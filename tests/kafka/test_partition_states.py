"""Topics and states by the thousand are read to what they are read to one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftcheck.kafka.partition_states import MANY, PartitionReader
from driftcheck.kafka.znodes import assignments, partition_state
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.locations import Location

PATH = "/brokers/topics/t/partitions/0/state"
PLACE = Location(source="zookeeper", name=PATH)
FEW, TYPED = PartitionReader(1), PartitionReader(MANY)

STATE = b'{"controller_epoch":31,"leader":1,"version":1,"leader_epoch":4,"isr":[1,2]}'
TOPIC = b'{"version":1,"partitions":{"0":[1,2],"1":[2,3]}}'

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**30) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("01 x"), inner, max_size=3),
    max_leaves=5,
)
ids = st.lists(st.integers(-1, 2**31), max_size=3)
states = st.fixed_dictionaries(
    {}, optional={"leader": st.integers(-1, 9) | values, "isr": ids | values, "x": values}
)
topics = st.fixed_dictionaries(
    {},
    optional={
        "partitions": st.dictionaries(
            st.sampled_from(["0", "1", "01", "", "-1", "-0", "999999999", "1234567890", "²"]), ids
        )
        | values
    },
)


def plain(fact: Fact[Any]) -> Fact[Any]:
    """Without the place, which a state's known facts do not have."""
    return Known(value=fact.value) if isinstance(fact, Known) else fact


def agree_on_state(data: bytes) -> None:
    expected = tuple(map(plain, partition_state(data, PLACE)))
    for reader in (FEW, TYPED):
        assert reader.states([[data]], [PATH]) == ([expected[0]], [expected[1]])


def agree_on_topic(data: bytes) -> None:
    expected = assignments(data, PLACE)
    for reader in (FEW, TYPED):
        assert reader.topic(data, PATH) == expected


@given(states)
def test_states(state: dict[str, Any]) -> None:
    agree_on_state(json.dumps(state).encode())


@given(topics)
def test_topics(topic: dict[str, Any]) -> None:
    agree_on_topic(json.dumps(topic).encode())


@given(st.sampled_from([STATE, TOPIC]), st.integers(0, 100), st.binary(max_size=3), st.integers(0, 3))
@example(STATE, 0, b"\xef\xbb\xbf", 0)
def test_damaged_ones(data: bytes, position: int, byte: bytes, length: int) -> None:
    damaged = data[:position] + byte + data[position + length :]
    agree_on_state(damaged)
    agree_on_topic(damaged)


@pytest.mark.parametrize(
    "more",
    [
        b'"leader":2',
        b'"isr":[]',
        b'"x":NaN',
        b'"x":"\\ud800"',
        b'"x":"\xff"',
        b'"x":' + b"9" * 5000,
        b'"x":' + b"[" * 100_000 + b"]" * 100_000,
        b'"leader":' + b"9" * 5000,
        b'"partitions":{"0":[' + b"9" * 5000 + b"]}",
        b'"partitions":{"-0":[1]}',
        b'"partitions":{"\\u002d0":[1]}',
        b'"partitions":{"\\u0031":[1]}',
        b'"partitions":{"1":[1],"1":[2]}',
        b'"partitions":{"1":[1],"01":[2]}',
        b'"partitions":{}',
        b'"x":"' + b"y" * 5000 + b'"',
    ],
)
def test_unusual_ones(more: bytes) -> None:
    agree_on_state(STATE[:-1] + b"," + more + b"}")
    agree_on_topic(TOPIC[:-1] + b"," + more + b"}")


GONE = Absent(evidence="there is no znode")


@pytest.mark.parametrize("parts", [[[GONE, STATE]], [[GONE], [STATE]]])
def test_what_could_not_be_read_stays_what_it_is(parts: list[list[bytes | Absent]]) -> None:
    leaders, in_sync = TYPED.states(parts, [PATH, PATH])
    assert leaders == [GONE, Known(value=1)]
    assert in_sync == [GONE, Known(value=(1, 2))]


def test_one_that_is_unusual_says_where_it_stands_and_leaves_the_others_as_they_are() -> None:
    paths = [f"/{number}" for number in range(6)]
    leaders, in_sync = TYPED.states([[STATE, b"{}", STATE], [STATE, STATE], [b""]], paths)
    assert [each.location and each.location.name for each in leaders] == [None, "/1", None, None, None, "/5"]
    assert [isinstance(each, Known) for each in in_sync] == [True, False, True, True, True, False]


def test_not_as_many_contents_as_paths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 states at 2 paths"):
        TYPED.states([[STATE]], [PATH, PATH])
