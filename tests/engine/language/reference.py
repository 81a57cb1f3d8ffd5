"""A slow and obvious evaluator of expression trees over known values alone, to compare the engine with.

Refused is what makes no sense (a text below a number): the engine says that it is open.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any


class Nothing:
    """What is absent."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()
BOUND = 2**63


class Refused(Exception):  # noqa: N818 - a verdict
    """The expression makes no sense for these values."""


def evaluated(tree: list[Any], names: Mapping[str, Any]) -> Any:
    """The value; lists are tuples. Raises Refused."""
    kind, *parts, _ = tree
    result: Any = _EVALUATORS[kind](names, *parts)
    return result


def truth(value: Any) -> bool:
    if value is NOTHING:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return bool(value)
    raise Refused


def condition(tree: list[Any], names: Mapping[str, Any]) -> bool | None:
    """None for what is refused."""
    try:
        return truth(evaluated(tree, names))
    except Refused:
        return None


def _and(names: Mapping[str, Any], trees: list[Any]) -> bool:
    found = [condition(each, names) for each in trees]
    if False in found:
        return False
    return decided(None if None in found else True)


def _or(names: Mapping[str, Any], trees: list[Any]) -> bool:
    found = [condition(each, names) for each in trees]
    if True in found:
        return True
    return decided(None if None in found else False)


def decided(value: bool | None) -> bool:
    if value is None:
        raise Refused
    return value


def kind_of(value: Any) -> str:
    if value is NOTHING:
        return "nothing"
    names = ((bool, "truth"), (int, "number"), (float, "number"), (str, "text"), (tuple, "list"))
    return next((name for kind, name in names if isinstance(value, kind)), "mapping")


def equal(left: Any, right: Any) -> bool:
    if left is NOTHING or right is NOTHING:
        return left is right
    if kind_of(left) != kind_of(right):
        raise Refused
    if isinstance(left, tuple):
        if len(left) != len(right):
            return False
        verdicts: list[bool | None] = []
        for one, other in zip(left, right, strict=True):
            try:
                verdicts.append(equal(one, other))
            except Refused:
                verdicts.append(None)
        if False in verdicts:
            return False
        return decided(None if None in verdicts else True)
    if kind_of(left) == "mapping":
        if left is right:
            return True
        raise Refused
    return bool(left == right)


def compare(operator: str, left: Any, right: Any) -> bool:
    if operator == "eq":
        return equal(left, right)
    if operator == "ne":
        return not equal(left, right)
    if operator in ("in", "notin"):
        return contains(left, right) == (operator == "in")
    if kind_of(left) != kind_of(right) or kind_of(left) not in ("text", "number"):
        raise Refused
    orders: dict[str, Callable[[Any, Any], bool]] = {
        "lt": lambda a, b: a < b,
        "lteq": lambda a, b: a <= b,
        "gt": lambda a, b: a > b,
        "gteq": lambda a, b: a >= b,
    }
    return orders[operator](left, right)


def contains(item: Any, container: Any) -> bool:
    if container is NOTHING:
        return False
    if isinstance(container, tuple):
        verdicts: list[bool | None] = []
        for each in container:
            try:
                verdicts.append(equal(item, each))
            except Refused:
                verdicts.append(None)
        if True in verdicts:
            return True
        return decided(None if None in verdicts else False)
    if item is NOTHING:
        return False
    if isinstance(item, str) and isinstance(container, (str, dict)):
        return item in container
    raise Refused


def _compare(names: Mapping[str, Any], first: Any, rest: list[Any]) -> bool:
    values = []
    for tree in [first, *(tree for _, tree in rest)]:
        try:
            values.append((True, evaluated(tree, names)))
        except Refused:
            values.append((False, None))
    verdicts: list[bool | None] = []
    for (operator, _), (left, right) in zip(rest, itertools.pairwise(values), strict=True):
        try:
            if not (left[0] and right[0]):
                raise Refused
            verdicts.append(compare(operator, left[1], right[1]))
        except Refused:
            verdicts.append(None)
    if False in verdicts:
        return False
    return decided(None if None in verdicts else True)


def _calculate(names: Mapping[str, Any], operator: str, left: Any, right: Any) -> Any:
    first, second = evaluated(left, names), evaluated(right, names)
    for each in (first, second):
        if each is NOTHING:
            return NOTHING
    kinds = {kind_of(first), kind_of(second)}
    if operator == "add" and kinds in ({"text"}, {"list"}):
        return first + second
    if kinds != {"number"}:
        raise Refused
    operators: dict[str, Callable[[Any, Any], Any]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "floordiv": lambda a, b: a // b,
        "mod": lambda a, b: a % b,
    }
    try:
        result = operators[operator](first, second)
    except ZeroDivisionError:
        raise Refused from None
    if abs(result) >= BOUND:
        raise Refused
    return result


def _choice(names: Mapping[str, Any], test: Any, then: Any, otherwise: Any) -> Any:
    chosen = condition(test, names)
    if chosen is None:
        first = evaluated(then, names)
        second = NOTHING if otherwise is None else evaluated(otherwise, names)
        if first is second or equal(first, second):
            return first
        raise Refused
    if chosen:
        return evaluated(then, names)
    return NOTHING if otherwise is None else evaluated(otherwise, names)


def _item(names: Mapping[str, Any], base: Any, key: Any) -> Any:
    container, index = evaluated(base, names), evaluated(key, names)
    for each in (container, index):
        if each is NOTHING:
            return NOTHING
    if isinstance(container, dict) and isinstance(index, str):
        return container.get(index, NOTHING)
    if isinstance(container, (tuple, str)) and kind_of(index) == "number" and isinstance(index, int):
        return container[index] if -len(container) <= index < len(container) else NOTHING
    raise Refused


def _field(names: Mapping[str, Any], base: Any, field: str) -> Any:
    value = evaluated(base, names)
    return field_of(value, field)


def field_of(value: Any, field: str) -> Any:
    if value is NOTHING:
        return NOTHING
    if isinstance(value, dict):
        return value.get(field, NOTHING)
    raise Refused


def _filter(names: Mapping[str, Any], name: str, base: Any, trees: list[Any], named: list[Any]) -> Any:
    value = evaluated(base, names)
    if name == "default":
        return evaluated(trees[0], names) if value is NOTHING else value
    if name == "count" and value is NOTHING:
        return 0
    if value is NOTHING:
        return NOTHING
    if not isinstance(value, tuple):
        raise Refused
    if name in ("map", "where", "where_not"):
        path = trees[0][1]
        found = [_or_none(partial(field_of, each, path)) for each in value]
        if name == "map":
            return tuple(_or_refused(each) for each in found)
        wanted = evaluated(trees[1], names)
        return tuple(
            each
            for each, (there, at) in zip(value, found, strict=True)
            if _or_refused((there, there and equal(at, wanted))) == (name == "where")
        )
    if name in ("all", "any", "none_of"):
        trees = [["name", f"_{number}", 0] for number in range(len(value))]
        inner = {f"_{number}": each for number, each in enumerate(value)}
        if name == "all":
            return _and(inner, trees)
        return _or(inner, trees) == (name == "any")
    return _LISTS[name](value)


def _or_none(read: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, read()
    except Refused:
        return False, None


def _or_refused(found: tuple[bool, Any]) -> Any:
    if not found[0]:
        raise Refused
    return found[1]


def _same(left: Any, right: Any) -> bool:
    """Equality where kinds may differ: values of two kinds differ."""
    return kind_of(left) == kind_of(right) and equal(left, right)


def _counted(value: tuple[Any, ...]) -> list[tuple[Any, int]]:
    return [(each, sum(_same(each, other) for other in value)) for each in value]


def _majority(value: tuple[Any, ...]) -> Any:
    return next((each for each, number in _counted(value) if number * 2 > len(value)), NOTHING)


def _first_of_each(value: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        each for place, each in enumerate(value) if not any(_same(each, other) for other in value[:place])
    )


def _duplicates(value: tuple[Any, ...]) -> tuple[Any, ...]:
    there = tuple(each for each in value if each is not NOTHING)
    found: list[Any] = []
    for place, each in enumerate(there):
        if sum(_same(each, other) for other in there[: place + 1]) == 2:
            found.append(each)
    return tuple(found)


def _sorted(value: tuple[Any, ...]) -> tuple[Any, ...]:
    there = [each for each in value if each is not NOTHING]
    if len({kind_of(each) for each in there}) > 1 or any(
        kind_of(each) not in ("text", "number") for each in there
    ):
        raise Refused
    return (*sorted(there), *(each for each in value if each is NOTHING))


_LISTS: Mapping[str, Callable[[tuple[Any, ...]], Any]] = {
    "count": len,
    "first": lambda value: value[0] if value else NOTHING,
    "last": lambda value: value[-1] if value else NOTHING,
    "reversed": lambda value: value[::-1],
    "agree": lambda value: all(_same(value[0], each) for each in value),
    "unique": lambda value: not _duplicates(value),
    "majority": _majority,
    "distinct": _first_of_each,
    "duplicates": _duplicates,
    "sort": _sorted,
}

_EVALUATORS: Mapping[str, Callable[..., Any]] = {
    "constant": lambda names, value: value,
    "name": lambda names, name: names[name],
    "list": lambda names, trees: tuple(evaluated(each, names) for each in trees),
    "not": lambda names, tree: not decided(condition(tree, names)),
    "and": _and,
    "or": _or,
    "choice": _choice,
    "compare": _compare,
    "calculate": _calculate,
    "item": _item,
    "field": _field,
    "filter": _filter,
}
