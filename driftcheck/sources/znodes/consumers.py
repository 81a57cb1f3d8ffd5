"""Consumers of the old kind, which register under `/consumers/GROUP/ids`."""

from __future__ import annotations

from datetime import datetime

from driftcheck.kafka.old_consumers import consumer_host, consumer_since
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import ConsumerObservation, Gap
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import Znode, ZooKeeperReader, znode_location
from driftcheck.sources.znodes.gaps import gaps_by_reason

MAX_GROUPS = 20_000
MAX_CONSUMERS = 50_000


def read_consumers(
    reader: ZooKeeperReader, chroot: str, progress: Progress
) -> tuple[Fact[tuple[ConsumerObservation, ...]], tuple[Gap, ...]]:
    """Every one that is registered; a gap for the groups that could not be read."""
    root = f"{chroot}/consumers"
    groups = reader.children(root)
    if not isinstance(groups, Known):
        return groups, ()
    if len(groups.value) > MAX_GROUPS:
        return _too_many(root, f"there are more than {MAX_GROUPS} groups of old consumers"), ()
    if groups.value:
        progress(f"reading {len(groups.value)} groups of old consumers")
    paths = [f"{root}/{group}/ids" for group in groups.value]
    listed = reader.children_many(paths)
    unread = [(path, fact) for path, fact in zip(paths, listed, strict=True) if isinstance(fact, Unknown)]
    gaps = gaps_by_reason(unread, "groups of old consumers", "the consumers of these groups")
    named = [
        (group, name, f"{path}/{name}")
        for group, path, fact in zip(groups.value, paths, listed, strict=True)
        if isinstance(fact, Known)
        for name in fact.value
    ]
    if len(named) > MAX_CONSUMERS:
        return _too_many(root, f"there are more than {MAX_CONSUMERS} old consumers"), gaps
    read = reader.read_many([path for _, _, path in named])
    found = tuple(
        _consumer(group, name, path, fact)
        for (group, name, path), fact in zip(named, read, strict=True)
        if not isinstance(fact, Absent)
    )
    return Known(value=found, location=znode_location(root)), gaps


def _consumer(group: str, name: str, path: str, fact: Fact[Znode]) -> ConsumerObservation:
    place = znode_location(path)
    return ConsumerObservation(
        group=group, id=name, location=place, host=consumer_host(group, name, place), since=_since(fact)
    )


def _since(fact: Fact[Znode]) -> Fact[datetime]:
    """The time that the consumer wrote, else that of its znode."""
    if not isinstance(fact, Known):
        return fact
    written = consumer_since(fact.value.data, fact.location)
    return written if isinstance(written, Known) else fact.value.created_at


def _too_many(root: str, reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=znode_location(root))
