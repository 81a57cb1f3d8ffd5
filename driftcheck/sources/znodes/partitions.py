"""Topics and the states of their partitions, as far as ZooKeeper lets them be read."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.kafka.partition_states import PartitionReader
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, PartitionObservation
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import ZooKeeperReader, znode_location
from driftcheck.sources.znodes.gaps import gaps_by_reason

MAX_PARTITIONS = 500_000
PARTITIONS_EXPECTED = 10
"""Of a topic, before it is read."""


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
    assigned = [
        reading.topic(content, path) if isinstance(content, bytes) else content
        for content, path in zip(reader.contents(paths), paths, strict=True)
    ]
    unread = [(path, fact) for path, fact in zip(paths, assigned, strict=True) if isinstance(fact, Unknown)]
    # A topic that was deleted meanwhile is none of them.
    gaps = gaps_by_reason(unread, "topics", "the partitions of these topics")
    wanted = [
        (topic, partition, replicas)
        for topic, fact in zip(topics.value, assigned, strict=True)
        if isinstance(fact, Known)
        for partition, replicas in sorted(fact.value.items())
    ]
    if len(wanted) > MAX_PARTITIONS:
        reason = f"there are more than {MAX_PARTITIONS} partitions"
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=znode_location(root)), gaps
    progress(f"reading the states of {len(wanted)} partitions")
    states = [f"{root}/{topic}/partitions/{partition}/state" for topic, partition, _ in wanted]
    return Known(value=_observed(wanted, states, reader), location=znode_location(root)), gaps


def _observed(
    wanted: Sequence[tuple[str, int, tuple[int, ...]]], states: Sequence[str], reader: ZooKeeperReader
) -> tuple[PartitionObservation, ...]:
    """The partitions (topic, number, replicas) with what the znodes of their states say."""
    said = PartitionReader(len(states)).states(reader.contents(states), states)
    return tuple(
        [
            PartitionObservation(
                topic=topic, partition=partition, replicas=replicas, leader=leader, isr=isr, state=state
            )
            for (topic, partition, replicas), (leader, isr), state in zip(wanted, said, states, strict=True)
        ]
    )
