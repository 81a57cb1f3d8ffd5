"""What a function made of a list is remembered while its cluster is judged.

A rule asks most of its subjects the same of the same lists: which brokers of the cluster have a node, what
the usual value is. What comes of it depends on the list and on what else is given alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driftcheck.engine.language.functions.entry import Entry
from driftcheck.engine.language.names import Frame, Part, Run
from driftcheck.model.facts import Absent

MOST = 64
"""Results that are kept of one rule and cluster; then they are forgotten, so that lists that are made anew
for each subject do not pile up."""

_FEW = 3
"""A list of fewer elements is worked through as quickly as it is looked up."""


def remembered(entry: Entry, parts: Sequence[Part]) -> Run:
    """A function's call with the values of these parts, the first of which gives a list; lists are told apart
    by being the same object, which a remembered result is. One other part may differ between subjects, if it
    comes to a text or a whole number.
    """
    call = entry.call
    first, *others = [part.run for part in parts]
    varying = [number for number, part in enumerate(parts[1:]) if part.reads]
    if len(varying) > 1:
        return lambda frame: call(first(frame), *[run(frame) for run in others])
    differs = varying[0] if varying else None
    by_value = entry.name == "where" and differs == 1
    site = object()

    def evaluate(frame: Frame) -> object:
        listed = first(frame)
        arguments = [run(frame) for run in others]
        if type(listed) is not tuple or len(listed) < _FEW:
            return call(listed, *arguments)
        value = None if differs is None else arguments[differs]
        kind = type(value)
        if not (differs is None or kind is str or kind is int):
            return call(listed, *arguments)
        shared: Any = frame[0]
        memory: dict[object, tuple[object, Any]] = shared[0]
        key = (site, id(listed), kind, None if by_value else value)
        found = memory.get(key)
        if found is None:
            if len(memory) >= MOST:
                memory.clear()
            made: Any = _by_value(listed, arguments[0], kind) if by_value else call(listed, *arguments)
            found = memory[key] = (listed, made)  # the list is kept, so that no other can have its id
        if not by_value:
            return found[1]
        return call(listed, *arguments) if found[1] is None else found[1].get(value, ())

    return evaluate


def _by_value(items: tuple[object, ...], path: Any, kind: type) -> dict[object, tuple[object, ...]] | None:
    """The elements by what a path leads to; None if it leads to anything that does not compare with texts,
    or with whole numbers (`kind`), by being equal or not.
    """
    found: dict[object, list[object]] = {}
    for item in items:
        value = path(item)
        if type(value) is kind:
            found.setdefault(value, []).append(item)
        elif not isinstance(value, Absent):
            return None
    return {value: tuple(several) for value, several in found.items()}
