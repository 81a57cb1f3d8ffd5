"""Topics and partitions by the thousand, read to the same facts as one by one in a fraction of the time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from driftcheck.kafka.znodes import Replicas, assignments, partition_state
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.locations import Location

MANY = 5_000
"""From so many partitions on a parser repays its import that skips what is not asked for."""

MOST_BYTES = 4096
"""Of a state that this parser reads: it skips numbers that are longer than Python reads them."""

_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % MOST_BYTES)

_NO_PARTITION = 10**9
"""The first number that `assignments` refuses for its length."""


T = TypeVar("T")

_Decode: TypeAlias = Callable[[bytes], Any]


class _NotTypedError(Exception):
    """There are too few to read them so."""


def _not_typed(data: bytes) -> Any:
    raise _NotTypedError


_UNTYPED: tuple[_Decode, _Decode, tuple[type[Exception], ...]] = (_not_typed, _not_typed, (_NotTypedError,))


class PartitionReader:
    """Reads the znodes of topics, and of the states of their partitions: `count` of these, or more.

    What states say is kept once, and without its place: thousands of partitions have a leader in common.
    """

    def __init__(self, count: int) -> None:
        self._leaders: _KnownOnce[int] = _KnownOnce()
        self._in_sync: _KnownOnce[tuple[int, ...]] = _KnownOnce()
        self._typed_topic, self._typed_state, self._refusals = _typed() if count >= MANY else _UNTYPED

    def topic(self, data: bytes, path: str) -> Fact[Replicas]:
        """Partition → replicas in the znode at `path`, as `assignments` reads them."""
        location = Location(source="zookeeper", name=path)
        found: Replicas | None = None
        if data.isascii() and not _may_hide(data):
            with suppress(*self._refusals):
                found = self._typed_topic(data).partitions
        if not found or min(found) < 0 or max(found) >= _NO_PARTITION:
            return assignments(data, location)
        return Known(value=found, location=location)

    def states(
        self, contents: Iterable[Sequence[bytes | Absent | Unknown]], paths: Sequence[str]
    ) -> tuple[list[Fact[int]], list[Fact[tuple[int, ...]]]]:
        """Leaders and in-sync replicas, as `partition_state` reads them; what is no content stays as it is.

        `contents` come in parts, `paths` are those of all parts. ValueError if there are not as many.
        """
        leaders: list[Fact[int]] = []
        in_sync: list[Fact[tuple[int, ...]]] = []
        for part in contents:
            begin = len(leaders)
            if (decoded := self._decoded(part)) is not None:
                leaders += [self._leaders[each.leader] for each in decoded]
                in_sync += [self._in_sync[each.isr] for each in decoded]
                continue
            for data, path in zip(part, paths[begin : begin + len(part)], strict=True):
                leader, isr = self._state(data, path) if isinstance(data, bytes) else (data, data)
                leaders.append(leader)
                in_sync.append(isr)
        if len(leaders) != len(paths):
            raise ValueError(f"{len(leaders)} states at {len(paths)} paths")
        return leaders, in_sync

    def _decoded(self, part: Sequence[bytes | Absent | Unknown]) -> list[Any] | None:
        """The states of a part; None if this parser may not read all of them."""
        contents = [each for each in part if isinstance(each, bytes)]
        usual = len(contents) == len(part) and all(map(bytes.isascii, contents))
        if not usual or max(map(len, contents), default=0) > MOST_BYTES:
            return None
        try:
            return list(map(self._typed_state, contents))
        except self._refusals:
            return None

    def _state(self, data: bytes, path: str) -> tuple[Fact[int], Fact[tuple[int, ...]]]:
        leader, isr = partition_state(data, Location(source="zookeeper", name=path))
        return (
            self._leaders[leader.value] if isinstance(leader, Known) else leader,
            self._in_sync[isr.value] if isinstance(isr, Known) else isr,
        )


class _KnownOnce(dict[T, Known[T]]):
    """Values as facts, each made once."""

    def __missing__(self, value: T) -> Known[T]:
        made = self[value] = Known(value=value)
        return made


def _may_hide(topic: bytes) -> bool:
    """Whether a number may be in it that this parser reads and `assignments` does not: `"-0"`, also written
    with an escape, or one that is too long.
    """
    if b'"-' in topic or b"\\" in topic:
        return True
    return len(topic) >= MOST_BYTES and _LONG_NUMBER.search(topic) is not None


def _typed() -> tuple[_Decode, _Decode, tuple[type[Exception], ...]]:
    """What reads topics and states that are as Kafka writes them, and what it raises for others."""
    import msgspec

    topic = msgspec.defstruct("Topic", [("partitions", dict[int, tuple[int, ...]])])
    # Forgotten as soon as they are read, and without a cycle: nothing for the garbage collector to look at.
    state = msgspec.defstruct("State", [("leader", int), ("isr", tuple[int, ...])], gc=False)
    refusals = (msgspec.DecodeError, RecursionError)
    return msgspec.json.Decoder(topic).decode, msgspec.json.Decoder(state).decode, refusals
