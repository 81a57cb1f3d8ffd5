"""What the states of partitions come to."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Known, Unknown
from driftcheck.model.inventory_parts import PartitionHealth
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


def test_partitions_that_may_not_be_listed() -> None:
    cluster = only_cluster(joined("zookeeper: {partitions: {unknown: denied, kind: denied}}"))
    assert isinstance(cluster.partitions, Unknown)
