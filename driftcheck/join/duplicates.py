"""Two of what a node has one of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from driftcheck.model.facts import Fact, Known
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import HostsObservation, NodeObservation

Thing = TypeVar("Thing", NodeObservation, HostsObservation)


def one_each(
    things: Iterable[Thing],
    name_of: Callable[[Thing], str],
    time_of: Callable[[Thing], Fact[datetime]],
    what: str,
) -> tuple[dict[str, Thing], dict[str, tuple[Ambiguity, ...]]]:
    """The newest of each node, the first of those as old; the others are an ambiguity of that node."""
    found: dict[str, list[Thing]] = {}
    for thing in things:
        found.setdefault(name_of(thing), []).append(thing)
    twice: dict[str, tuple[Ambiguity, ...]] = {
        name: (two_objects(name, several, what),) for name, several in found.items() if several[1:]
    }
    return {name: newest(several, time_of) for name, several in sorted(found.items())}, twice


def newest(several: Sequence[Thing], time_of: Callable[[Thing], Fact[datetime]]) -> Thing:
    """The newest, the first of those as old."""
    found = several[0]
    for thing in several[1:]:
        time, best = time_of(thing), time_of(found)
        if isinstance(time, Known) and (not isinstance(best, Known) or time.value > best.value):
            found = thing
    return found


def two_objects(name: str, several: Sequence[Thing], what: str) -> Ambiguity:
    """That a node has several of what it should have one of."""
    return Ambiguity(
        kind="two_objects",
        subject=name,
        reason=f"{name} has {len(several)} {what}s: only the newest was looked at",
        candidates=tuple(thing.location.name for thing in several),
        locations=tuple(thing.location for thing in several),
    )
