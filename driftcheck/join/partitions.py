"""The states of a cluster's partitions: which have no leader, and which lack a replica in sync."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driftcheck.join.derived import mapped
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, map_known
from driftcheck.model.inventory_parts import PartitionHealth
from driftcheck.model.snapshot import PartitionObservation

MOST_NAMES = 1_000
NO_LEADER = -1


def partition_health(partitions: Fact[tuple[PartitionObservation, ...]]) -> Fact[PartitionHealth]:
    """Unknown where the partitions could not be listed."""
    return mapped(partitions, _health)


def _health(partitions: Sequence[PartitionObservation]) -> PartitionHealth:
    offline: list[PartitionObservation] = []
    lagging: list[PartitionObservation] = []
    behind: set[int] = set()
    unread: Unknown | None = None
    for partition in partitions:
        leader, isr = partition.leader, partition.isr
        if isinstance(leader, Known) and leader.value == NO_LEADER:
            offline.append(partition)
        if isinstance(isr, Known) and len(isr.value) < len(partition.replicas):
            late = set(partition.replicas).difference(isr.value)
            behind |= late
            if late:
                lagging.append(partition)
        if unread is None and not (isinstance(leader, Known) and isinstance(isr, Known)):
            unread = _unread(isr if isinstance(leader, Known) else leader)
    return PartitionHealth(
        total=len(partitions),
        offline=_decided(offline, unread),
        under_replicated=_decided(lagging, unread),
        behind=map_known(_decided(lagging, unread), lambda _: tuple(sorted(behind))),
    )


def _unread(fact: Fact[Any]) -> Unknown | None:
    """Why it cannot be told; a partition without a state is new or just deleted, and not in order either."""
    match fact:
        case Unknown():
            return fact
        case Absent():
            return Unknown(kind=UnknownKind.FAULT, reason=fact.evidence, location=fact.location)
    return None


def _decided(found: Sequence[PartitionObservation], unread: Unknown | None) -> Fact[tuple[str, ...]]:
    """Some that are found are there, whatever could not be read; that there are none has to be known."""
    if unread is not None and not found:
        return unread
    names = (f"{each.topic}-{each.partition}" for each in found[:MOST_NAMES])
    return Known(value=tuple(names), location=found[0].location if found else None)
