"""The one order of subjects: names as people count them, kafka2 before kafka10."""

from __future__ import annotations

import re
from dataclasses import replace

from driftcheck.model.finding import Subject
from driftcheck.model.inventory import Cluster, Inventory

_NUMBERS = re.compile(r"([0-9]{1,18})")

NaturalKey = tuple[tuple[int, int, str], ...]


def natural(text: str) -> NaturalKey:
    """A sort key by which the numbers in texts count as numbers."""
    return tuple(
        (0, int(part), part) if part.isascii() and part.isdigit() else (1, 0, part)
        for part in _NUMBERS.split(text)
        if part
    )


def subject_order(subject: Subject) -> tuple[object, ...]:
    return (natural(subject.cluster), natural(subject.name), natural(subject.detail), subject.kind)


def in_order(inventory: Inventory) -> Inventory:
    """The same inventory with clusters, brokers, clients and ambiguities in order, so that the order in which
    they were found shows nowhere. A broker's own endpoints keep Kafka's order.
    """
    clusters = tuple(sorted(map(_cluster_in_order, inventory.clusters), key=lambda each: natural(each.name)))
    return replace(inventory, clusters=clusters)


def _cluster_in_order(cluster: Cluster) -> Cluster:
    return replace(
        cluster,
        brokers=tuple(sorted(cluster.brokers, key=lambda each: natural(each.name))),
        clients=tuple(sorted(cluster.clients, key=lambda each: (natural(each.name), str(each.location)))),
        ambiguities=tuple(
            sorted(
                cluster.ambiguities,
                key=lambda each: (each.kind, natural(each.subject), each.reason, each.candidates),
            )
        ),
    )
