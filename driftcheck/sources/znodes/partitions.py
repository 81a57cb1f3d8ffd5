"""Topics and the states of their partitions, as far as ZooKeeper lets them be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from driftcheck.kafka.partition_states import PartitionReader
from driftcheck.kafka.znodes import Moving, Replicas, moving
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import from_columns
from driftcheck.model.snapshot import Gap, PartitionObservation
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import ZooKeeperReader, znode_location
from driftcheck.sources.znodes.gaps import gaps_by_reason

MAX_PARTITIONS = 500_000
PARTITIONS_EXPECTED = 10
"""Of a topic, before it is read."""

_STAYS: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


def read_partitions(
    reader: ZooKeeperReader, chroot: str, progress: Progress
) -> tuple[Fact[tuple[PartitionObservation, ...]], tuple[Gap, ...]]:
    """Every partition, sorted by topic and number; topics that could not be read are gaps, by reason."""
    root = f"{chroot}/brokers/topics"
    topics = reader.children(root)
    if not isinstance(topics, Known):
        return topics, ()
    progress(f"reading {len(topics.value)} topics")
    paths = [f"{root}/{topic}" for topic in topics.value]
    reading = PartitionReader(PARTITIONS_EXPECTED * len(paths))
    contents = list(chain.from_iterable(reader.contents(paths)))
    assigned = [
        reading.topic(content, path) if isinstance(content, bytes) else content
        for content, path in zip(contents, paths, strict=True)
    ]
    moves = {
        topic: moved
        for topic, content, path in zip(topics.value, contents, paths, strict=True)
        if isinstance(content, bytes) and (moved := moving(content, znode_location(path)))
    }
    unread = [(path, fact) for path, fact in zip(paths, assigned, strict=True) if isinstance(fact, Unknown)]
    # A topic that was deleted meanwhile is none of them.
    gaps = gaps_by_reason(unread, "topics", "the partitions of these topics")
    wanted = _Wanted()
    for topic, path, fact in zip(topics.value, paths, assigned, strict=True):
        if isinstance(fact, Known):
            wanted.add(topic, path, fact.value)
    if len(wanted.numbers) > MAX_PARTITIONS:
        reason = f"there are more than {MAX_PARTITIONS} partitions"
        return Unknown(kind=UnknownKind.FAULT, reason=reason, location=znode_location(root)), gaps
    progress(f"reading the states of {len(wanted.numbers)} partitions")
    found = _moved(wanted.observed(reader), moves)
    return Known(value=found, location=znode_location(root)), gaps


class _Wanted:
    """The partitions of all topics, column by column: there may be hundreds of thousands."""

    def __init__(self) -> None:
        self.topics: list[str] = []
        self.numbers: list[int] = []
        self._replicas: list[tuple[int, ...]] = []
        self._states: list[str] = []

    def add(self, topic: str, path: str, replicas: Replicas) -> None:
        """A topic's, by number."""
        numbers = sorted(replicas)
        self.topics += [topic] * len(numbers)
        self.numbers += numbers
        self._replicas += map(replicas.__getitem__, numbers)
        before = f"{path}/partitions/"
        self._states += [f"{before}{number}/state" for number in numbers]

    def observed(self, reader: ZooKeeperReader) -> tuple[PartitionObservation, ...]:
        """The partitions with what the znodes of their states say."""
        states = self._states
        leaders, in_sync = PartitionReader(len(states)).states(reader.contents(states), states)
        return tuple(
            from_columns(
                PartitionObservation,
                topic=self.topics,
                partition=self.numbers,
                replicas=self._replicas,
                leader=leaders,
                isr=in_sync,
                state=states,
            )
        )


def _moved(
    partitions: tuple[PartitionObservation, ...], moves: Mapping[str, Moving]
) -> tuple[PartitionObservation, ...]:
    """The partitions with the replicas that are added and removed; on most nights nothing moves."""
    if not moves:
        return partitions
    nothing: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    return tuple(
        replace(each, adding=adding, removing=removing)
        for each in partitions
        for adding, removing in [moves.get(each.topic, {}).get(each.partition, nothing)]
    )
