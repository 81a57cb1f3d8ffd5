"""Kleene's three-valued logic: true, false, and open with the reasons."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.engine.language.values import Open, Partial, described, merged, revealed, unsupported
from driftcheck.model.facts import Absent

Truth = bool | Open


def truth(value: object) -> Truth:
    """A value where a truth is wanted: what is absent is false; a text, a number or a noun is neither.

    A list is true if it has an element.
    """
    if value is True or value is False:
        return value
    if isinstance(value, Open):
        return value
    if isinstance(value, Absent):
        return False
    if isinstance(value, tuple):
        return len(value) > 0
    if isinstance(value, Partial):
        return True if value.items else value.more
    inner = revealed(value)
    if isinstance(inner, bool):
        return inner
    return unsupported(f"{described(value)} stands where true or false is expected")


def negated(value: object) -> Truth:
    """`not`."""
    decided = truth(value)
    return decided if isinstance(decided, Open) else not decided


def conjunction(values: Iterable[object]) -> Truth:
    """`and` over any number: false if one is false, whatever the others are."""
    return _dominated(values, by=False)


def disjunction(values: Iterable[object]) -> Truth:
    """`or` over any number: true if one is true, whatever the others are."""
    return _dominated(values, by=True)


def _dominated(values: Iterable[object], *, by: bool) -> Truth:
    opens: list[Open] = []
    for value in values:
        decided = truth(value)
        if decided is by:
            return by
        if isinstance(decided, Open):
            opens.append(decided)
    return merged(opens) if opens else not by
