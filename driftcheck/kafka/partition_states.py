"""Topics and partitions by the thousand, read to the same facts as one by one in a fraction of the time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeAlias

from driftcheck.kafka.znodes import Replicas, assignments, partition_numbers, partition_state
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.locations import Location

MANY = 5_000
"""From so many partitions on a parser repays its import that skips what is not asked for."""

MOST_BYTES = 4096
"""Of a state that this parser reads: it skips numbers that are longer than Python reads them."""

_LONG_NUMBER = re.compile(rb"[0-9]{4096}")


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
        self._leaders: dict[int, Known[int]] = {}
        self._in_sync: dict[tuple[int, ...], Known[tuple[int, ...]]] = {}
        self._typed_topic, self._typed_state, self._refusals = _typed() if count >= MANY else _UNTYPED

    def topic(self, data: bytes, path: str) -> Fact[Replicas]:
        """Partition → replicas in the znode at `path`, as `assignments` reads them."""
        location = Location(source="zookeeper", name=path)
        found: Replicas | None = None
        if data.isascii() and _LONG_NUMBER.search(data) is None:
            with suppress(*self._refusals):
                partitions = self._typed_topic(data).partitions
                if (numbers := partition_numbers(partitions)) is not None:
                    found = dict(zip(numbers, partitions.values(), strict=True))
        return assignments(data, location) if found is None else Known(value=found, location=location)

    def states(
        self, contents: Iterable[bytes | Absent | Unknown], paths: Iterable[str]
    ) -> list[tuple[Fact[int], Fact[tuple[int, ...]]]]:
        """Leader and in-sync replicas, as `partition_state` reads them; what is no content stays as it is."""
        found: list[tuple[Fact[int], Fact[tuple[int, ...]]]] = []
        decode, leaders, in_sync = self._typed_state, self._leaders, self._in_sync
        for data, path in zip(contents, paths, strict=True):
            if not isinstance(data, bytes):
                found.append((data, data))
                continue
            if len(data) > MOST_BYTES or not data.isascii():
                found.append(self._state(data, path))
                continue
            try:
                state = decode(data)
            except self._refusals:
                found.append(self._state(data, path))
                continue
            number, ids = state.leader, state.isr
            found.append((leaders.get(number) or self._leader(number), in_sync.get(ids) or self._isr(ids)))
        return found

    def _state(self, data: bytes, path: str) -> tuple[Fact[int], Fact[tuple[int, ...]]]:
        leader, isr = partition_state(data, Location(source="zookeeper", name=path))
        return (
            self._leader(leader.value) if isinstance(leader, Known) else leader,
            self._isr(isr.value) if isinstance(isr, Known) else isr,
        )

    def _leader(self, value: int) -> Known[int]:
        return self._leaders.setdefault(value, Known(value=value))

    def _isr(self, value: tuple[int, ...]) -> Known[tuple[int, ...]]:
        return self._in_sync.setdefault(value, Known(value=value))


def _typed() -> tuple[_Decode, _Decode, tuple[type[Exception], ...]]:
    """What reads topics and states that are as Kafka writes them, and what it raises for others."""
    import msgspec

    topic = msgspec.defstruct("Topic", [("partitions", dict[str, tuple[int, ...]])])
    state = msgspec.defstruct("State", [("leader", int), ("isr", tuple[int, ...])])
    refusals = (msgspec.DecodeError, RecursionError)
    return msgspec.json.Decoder(topic).decode, msgspec.json.Decoder(state).decode, refusals
