"""One order for everything that was seen, so that the order in which it was seen decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from driftcheck.chef.packed_nodes import NodeSequence
from driftcheck.join.node_objects import parts_of
from driftcheck.model.facts import Fact, Known
from driftcheck.model.snapshot import NodeObservation, Snapshot, ZooKeeperObservation

T = TypeVar("T")


def in_order(snapshot: Snapshot) -> Snapshot:
    """The same snapshot, its tuples sorted; what a file, a hosts file or an answer lists keeps its order."""
    return replace(
        snapshot,
        sources=_sorted(snapshot.sources, lambda each: (each.source, each.asked)),
        nodes=_nodes_sorted(snapshot.nodes),
        properties=_sorted(snapshot.properties, lambda each: (each.kind, each.node, each.location.name)),
        hosts=_sorted(snapshot.hosts, lambda each: (each.node, each.location.name)),
        dns=_sorted(snapshot.dns, lambda each: (each.vantage, each.name, each.rrtype)),
        zookeepers=_sorted(map(_registered_in_order, snapshot.zookeepers), lambda each: (each.connect,)),
        connections=_sorted(snapshot.connections, lambda each: (each.address, each.port)),
        myids=_sorted(snapshot.myids, lambda each: (each.node, each.location.name)),
        runs=_sorted(snapshot.runs, lambda each: (each.node, each.location.name)),
        gaps=_sorted(snapshot.gaps, lambda each: (each.source, str(each.location), each.reason)),
    )


def _nodes_sorted(nodes: Sequence[NodeObservation]) -> Sequence[NodeObservation]:
    """Those that are packed are in order."""
    whole, packed = parts_of(nodes)
    in_order = _sorted(whole, lambda each: (each.name, each.location.name))
    return NodeSequence(in_order, packed) if packed else in_order


def natural_key(name: str) -> tuple[tuple[object, ...], str]:
    """`broker 10` after `broker 9`; no two names have one key."""
    parts = re.split(r"([0-9]{1,18})", name)
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts)), name


def _registered_in_order(seen: ZooKeeperObservation) -> ZooKeeperObservation:
    return replace(
        seen,
        registrations=_facts_sorted(seen.registrations, lambda each: (each.broker_id, each.location.name)),
        partitions=_facts_sorted(seen.partitions, lambda each: (each.topic, each.partition)),
        servers=_sorted(seen.servers, lambda each: (each.host, each.port)),
        consumers=_facts_sorted(seen.consumers, lambda each: (each.group, each.id)),
    )


def _facts_sorted(fact: Fact[tuple[T, ...]], key: Callable[[T], tuple[Any, ...]]) -> Fact[tuple[T, ...]]:
    return replace(fact, value=_sorted(fact.value, key)) if isinstance(fact, Known) else fact


def _sorted(things: Iterable[T], key: Callable[[T], tuple[Any, ...]]) -> tuple[T, ...]:
    """By the key; of things with one key by all that they hold."""
    groups = (list(group) for _, group in groupby(sorted(things, key=key), key))
    return tuple(each for group in groups for each in (sorted(group, key=repr) if group[1:] else group))
