"""Equality, order and membership over three-valued logic; nothing here raises."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Any

from driftcheck.engine.language.logic import Truth, disjunction, negated
from driftcheck.engine.language.values import (
    Open,
    Partial,
    Properties,
    Secret,
    described,
    is_open,
    merged,
    revealed,
    unsupported,
    value_of,
)
from driftcheck.model.facts import Absent

_SCALARS = frozenset({str, int, bool, float, datetime})
_ORDERED = ((str,), (int, float), (datetime,))
_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}
_ABSENT = ("absent",)


def equal(left: object, right: object) -> Truth:
    """Whether two values are equal. What is absent equals only what is absent; lists go by their elements.

    Open where an Unknown decides, and where a text is compared with a number and the like, or nouns.
    """
    if type(left) is type(right) and type(left) in _SCALARS:
        return bool(left == right)
    if isinstance(left, Open) or isinstance(right, Open):
        return merged((left, right))
    if isinstance(left, Absent) or isinstance(right, Absent):
        return isinstance(left, Absent) and isinstance(right, Absent)
    if isinstance(left, (tuple, Partial)) and isinstance(right, (tuple, Partial)):
        return _equal_lists(left, right)
    first, second = revealed(left), revealed(right)
    if _comparable(first, second):
        return bool(first == second)
    if left is right:
        return True
    return unsupported(f"{described(left)} and {described(right)} cannot be compared")


def _equal_lists(left: tuple[object, ...] | Partial, right: tuple[object, ...] | Partial) -> Truth:
    if isinstance(left, Partial) or isinstance(right, Partial):
        if isinstance(left, tuple) and isinstance(right, Partial) and len(right.items) > len(left):
            return False
        if isinstance(right, tuple) and isinstance(left, Partial) and len(left.items) > len(right):
            return False
        return merged((left, right))
    if len(left) != len(right):
        return False
    return negated(disjunction(unequal(*pair) for pair in zip(left, right, strict=True)))


def unequal(left: object, right: object) -> Truth:
    """`!=`."""
    return negated(equal(left, right))


def _comparable(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    return any(isinstance(left, kinds) and isinstance(right, kinds) for kinds in _ORDERED)


def ordered(order: str, left: object, right: object) -> Truth:
    """`lt`, `lteq`, `gt` or `gteq` of two texts, numbers or times; open for anything else, secrets too."""
    decide = _ORDERS[order]
    if type(left) is type(right) and type(left) in (int, str):
        return bool(decide(left, right))
    if isinstance(left, Open) or isinstance(right, Open):
        return merged((left, right))
    if not isinstance(left, bool) and _comparable(left, right):
        try:
            return bool(decide(left, right))
        except TypeError:  # a time with and one without a zone
            return unsupported("two times, of which one has no zone, have no order")
    return unsupported(f"{described(left)} and {described(right)} have no order")


def contained(item: object, container: object) -> Truth:
    """`in`: an element of a list, a part of a text, a key of a mapping. Nothing is in what is absent."""
    if isinstance(container, Absent):
        return False
    if isinstance(container, Open):
        return merged((item, container))
    if isinstance(container, tuple):
        if type(item) is str and item in container:
            return True
        return disjunction(equal(item, each) for each in container)
    if isinstance(container, Partial):
        return disjunction((*(equal(item, each) for each in container.items), container.more))
    if isinstance(item, Open):
        return merged((item,))
    if isinstance(item, Absent):
        return False
    return _within(item, container)


def _within(item: object, container: object) -> Truth:
    inner, outer = revealed(item), revealed(container)
    if isinstance(inner, str):
        if isinstance(outer, str):
            return inner in outer
        if isinstance(outer, Properties):
            found = value_of(outer.get(inner))
            return merged((found,)) if _not_said(inner, outer) else not isinstance(found, Absent)
        if isinstance(outer, Mapping):
            return inner in outer
    return unsupported(f"{described(item)} cannot be in {described(container)}")


def _not_said(key: str, properties: Properties) -> bool:
    return key not in properties.entries and not properties.whole


def key_of(value: object) -> Hashable | None:
    """A key by which equal values are equal; None where equality cannot be decided by it alone."""
    kind = type(value)
    if kind is str or kind is int or kind is float:
        return value
    if kind is bool:
        return (bool, value)
    if isinstance(value, Absent):
        return _ABSENT
    if isinstance(value, Secret):
        return key_of(value.value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, tuple):
        keys = [key_of(item) for item in value]
        return None if None in keys else (tuple, *keys)
    return None


def undecidable(value: object) -> Open:
    """Why a value without a key cannot be told from others."""
    if is_open(value):
        return merged((value,))
    if isinstance(value, tuple):
        return merged(undecidable(item) for item in value if key_of(item) is None)
    return unsupported(f"{described(value)} cannot be compared: compare a field of it")
