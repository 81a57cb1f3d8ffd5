"""What the states of partitions come to."""

from __future__ import annotations

import pytest

from driftcheck.join.partitions import partition_health
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.inventory_parts import PartitionHealth
from driftcheck.model.snapshot import PartitionObservation
from tests.join.worlds import joined, known, only_cluster


def health(partitions: str) -> PartitionHealth:
    found = known(only_cluster(joined(f"zookeeper: {{partitions: {{{partitions}}}}}")).partitions)
    assert isinstance(found, PartitionHealth)
    return found


@pytest.mark.parametrize(
    ("partitions", "offline", "late", "behind"),
    [
        ("a-0: [1, 2], a-1: [2]", (), (), ()),
        ("a-0: {replicas: [1, 2], isr: [1]}", (), ("a-0",), (2,)),
        ("a-0: {replicas: [1, 2], leader: -1, isr: []}", ("a-0",), ("a-0",), (1, 2)),
        ("a-0: {replicas: [1], isr: [1, 2]}", (), (), ()),
        ("", (), (), ()),
    ],
)
def test_health(
    partitions: str, offline: tuple[str, ...], late: tuple[str, ...], behind: tuple[int, ...]
) -> None:
    found = health(partitions)
    assert (known(found.offline), known(found.under_replicated), known(found.behind)) == (
        offline,
        late,
        behind,
    )


def test_a_state_that_could_not_be_read_opens_only_what_is_not_decided() -> None:
    found = health("a-0: {replicas: [1, 2], isr: [1]}, a-1: {replicas: [1], leader: {unknown: x}}")
    assert isinstance(found.offline, Unknown)
    assert found.under_replicated == Known(value=("a-0",))
    assert found.total == 2


def test_a_partition_without_a_state_is_not_known_to_be_in_order() -> None:
    gone = Absent(evidence="there is no znode /brokers/topics/a/partitions/0/state")
    seen = PartitionObservation(topic="a", partition=0, replicas=(1,), leader=gone, isr=gone)
    found = known(partition_health(Known(value=(seen,))))
    assert isinstance(found.offline, Unknown)
    assert isinstance(found.under_replicated, Unknown)
    assert (found.offline.kind, found.offline.reason) == (UnknownKind.FAULT, gone.evidence)


def test_partitions_that_may_not_be_listed() -> None:
    cluster = only_cluster(joined("zookeeper: {partitions: {unknown: denied, kind: denied}}"))
    assert isinstance(cluster.partitions, Unknown)
