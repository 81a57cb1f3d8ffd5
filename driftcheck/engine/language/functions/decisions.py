"""What lists come to: each decides from what is known, and is open only if an Unknown could change it."""

from __future__ import annotations

from collections.abc import Hashable

from driftcheck.engine.language.comparing import key_of, undecidable
from driftcheck.engine.language.logic import Truth, conjunction, disjunction, negated, truth
from driftcheck.engine.language.values import Open, merged
from driftcheck.model.facts import Absent

Items = tuple[object, ...]

NO_MAJORITY = Absent(evidence="no value is that of more than half")


def all_true(items: Items, more: Open | None) -> Truth:
    """False if one element is false; true for an empty list."""
    return conjunction(items if more is None else (*items, more))


def any_true(items: Items, more: Open | None) -> Truth:
    """True if one element is true; false for an empty list."""
    return disjunction(items if more is None else (*items, more))


def none_true(items: Items, more: Open | None) -> Truth:
    """False if one element is true; true for an empty list."""
    return negated(any_true(items, more))


def agree(items: Items, more: Open | None, ignore_absent: object = False) -> Truth:
    """False if two known values differ, whatever the others are; true if all are known and equal.

    What is absent is a value like any other, unless it is to be ignored.
    """
    ignoring = truth(ignore_absent)
    if isinstance(ignoring, Open):
        return ignoring
    keys: set[Hashable] = set()
    opens: list[object] = [] if more is None else [more]
    for item in items:
        if ignoring and isinstance(item, Absent):
            continue
        key = key_of(item)
        if key is None:
            opens.append(undecidable(item))
        else:
            keys.add(key)
            if len(keys) > 1:
                return False
    return merged(opens) if opens else True


def unique(items: Items, more: Open | None) -> Truth:
    """False if two known values are equal, whatever the others are; absent elements do not count."""
    keys: set[Hashable] = set()
    opens: list[object] = [] if more is None else [more]
    for item in items:
        if isinstance(item, Absent):
            continue
        key = key_of(item)
        if key is None:
            opens.append(undecidable(item))
        elif key in keys:
            return False
        keys.add(key)
    return merged(opens) if opens else True


def majority(items: Items, more: Open | None) -> object:
    """The value of more than half of the elements, absent ones counted; Absent if there is none.

    Open if the unknown elements could change it.
    """
    counts: dict[Hashable, int] = {}
    values: dict[Hashable, object] = {}
    opens: list[object] = [] if more is None else [more]
    for item in items:
        key = key_of(item)
        if key is None:
            opens.append(undecidable(item))
        else:
            counts[key] = counts.get(key, 0) + 1
            values.setdefault(key, item)
    if more is not None:
        return merged(opens)
    most = max(counts.values(), default=0)
    if most * 2 > len(items):
        return next(values[key] for key, number in counts.items() if number == most)
    return merged(opens) if (most + len(opens)) * 2 > len(items) else NO_MAJORITY
