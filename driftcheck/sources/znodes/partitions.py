"""Topics and the states of their partitions, as far as ZooKeeper lets them be read."""

from __future__ import annotations

from driftcheck.kafka.znodes import Replicas, assignments, moving, partition_state
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, PartitionObservation
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import Znode, ZooKeeperReader, znode_location
from driftcheck.sources.znodes.gaps import gaps_by_reason

MAX_PARTITIONS = 500_000

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
    read = reader.read_many(paths)
    assigned = [_assignments(fact, path) for fact, path in zip(read, paths, strict=True)]
    moves = {
        topic: moved
        for topic, fact, path in zip(topics.value, read, paths, strict=True)
        if isinstance(fact, Known) and (moved := moving(fact.value.data, znode_location(path)))
    }
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
    found = tuple(
        _partition(topic, partition, replicas, state, path, moves.get(topic, {}).get(partition, _STAYS))
        for (topic, partition, replicas), state, path in zip(
            wanted, reader.read_many(states), states, strict=True
        )
    )
    return Known(value=found, location=znode_location(root)), gaps


def _assignments(fact: Fact[Znode], path: str) -> Fact[Replicas]:
    return assignments(fact.value.data, znode_location(path)) if isinstance(fact, Known) else fact


def _partition(
    topic: str,
    partition: int,
    replicas: tuple[int, ...],
    state: Fact[Znode],
    path: str,
    moves: tuple[tuple[int, ...], tuple[int, ...]],
) -> PartitionObservation:
    leader: Fact[int]
    isr: Fact[tuple[int, ...]]
    if isinstance(state, Known):
        leader, isr = partition_state(state.value.data, znode_location(path))
    else:
        leader, isr = state, state
    return PartitionObservation(
        topic=topic,
        partition=partition,
        replicas=replicas,
        leader=leader,
        isr=isr,
        adding=moves[0],
        removing=moves[1],
    )
