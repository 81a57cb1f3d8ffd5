"""How old what was seen is, and against which moment that counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from driftcheck.join.node_objects import parts_of
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import NodeObservation, Snapshot

CLOCK_SKEW = timedelta(minutes=5)
"""How far a machine's clock may be ahead of ours before its time is not believed."""

_NO_TIME = Absent(evidence="nothing that was read says when it was seen")


@frozen
class Clock:
    """Ages count against `reference`; what says to be newer than `taken_at` has a wrong clock.

    `max_age`: how old a machine's facts may be before they are not believed.
    """

    reference: datetime
    taken_at: datetime
    max_age: timedelta

    def is_ahead(self, moment: datetime) -> bool:
        """Whether a time lies after the run that saw it, by more than clocks differ."""
        return moment - self.taken_at > CLOCK_SKEW

    def is_stale(self, moment: datetime) -> bool:
        return self.reference - moment > self.max_age


def clock(snapshot: Snapshot, max_age: timedelta) -> Clock:
    """With the newest observation of the world as its reference: a node's last run, a server's answer.

    The times of files say when they were checked out, zone files what is meant: neither counts, nor does a
    time that is ahead. Without any: the snapshot's time.
    """
    now = Clock(reference=snapshot.taken_at, taken_at=snapshot.taken_at, max_age=max_age)
    seen = [moment for moment in _world_times(snapshot) if not now.is_ahead(moment)]
    return Clock(reference=max(seen, default=now.reference), taken_at=now.taken_at, max_age=max_age)


def _world_times(snapshot: Snapshot) -> Iterator[datetime]:
    whole, packed = parts_of(snapshot.nodes)
    for node in whole:
        if isinstance(node.machine.observed_at, Known):
            yield node.machine.observed_at.value
    yield from map(packed.moment, range(len(packed)))
    for answer in snapshot.dns:
        if not answer.offline and isinstance(answer.observed_at, Known):
            yield answer.observed_at.value
    for seen in snapshot.zookeepers:
        yield seen.observed_at


def oldest_by_source(snapshot: Snapshot) -> Mapping[str, Fact[datetime]]:
    """Per source, the oldest observation that it made."""
    found = {
        "chef": _oldest(node.machine.observed_at for node in _oldest_packed(snapshot.nodes)),
        "rendered": _oldest(
            [file.observed_at for file in snapshot.properties]
            + [file.observed_at for file in snapshot.hosts]
            + [file.observed_at for file in snapshot.myids]
        ),
        "dns": _oldest(answer.observed_at for answer in snapshot.dns),
        "tcp": _oldest(each.observed_at for each in snapshot.connections),
        "zookeeper": _oldest(Known(value=seen.observed_at) for seen in snapshot.zookeepers),
    }
    return {source: fact for source, fact in found.items() if fact is not None}


def _oldest_packed(nodes: Sequence[NodeObservation]) -> Iterator[NodeObservation]:
    """The nodes, in order, without the packed ones that are not the oldest of them."""
    whole, packed = parts_of(nodes)
    oldest = [packed[packed.oldest()]] if packed else []
    return iter(sorted([*whole, *oldest], key=lambda node: (node.name, node.location.name)))


def _oldest(facts: Iterable[Fact[datetime]]) -> Fact[datetime] | None:
    """None if there was nothing to see."""
    times = list(facts)
    known = [fact for fact in times if isinstance(fact, Known)]
    if known:
        return min(known, key=lambda fact: fact.value)
    return _NO_TIME if times else None
