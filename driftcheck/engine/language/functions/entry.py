"""What an entry of the table is, and how its function is made total, so that it never raises."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from datetime import datetime

from driftcheck.engine.language.shapes import Shape
from driftcheck.engine.language.values import (
    Open,
    Partial,
    Secret,
    concealed,
    described,
    is_open,
    merged,
    revealed,
    unsupported,
)
from driftcheck.formats.linear_pattern import LinearPattern
from driftcheck.model.facts import Absent
from driftcheck.model.frozen import frozen

Call = Callable[..., object]
Gives = Callable[[Sequence[Shape]], Shape]
Path = Callable[[object], object]
"""A dotted path, compiled: from an element to the value that the path leads to."""


class _Given(enum.Enum):
    REQUIRED = "required"
    MISSING = "missing"


REQUIRED = _Given.REQUIRED
"""The default of a parameter that has none."""

MISSING = _Given.MISSING
"""The default of a parameter whose absence means something of its own."""


@frozen
class Parameter:
    """`kind`: any, text, number, truth, time, list, countable (a number or a list), or what has to stand in
    the rule itself: path (a dotted path into the elements of the input) and pattern (a regular expression).
    """

    name: str
    kind: str = "any"
    default: object = REQUIRED


@frozen
class Entry:
    """A filter, function or test. A filter's and a test's first parameter is what stands before it.

    `gives`: the result's shape from the arguments' shapes (a path's is that of what it leads to). `call` is
    total: it takes any value, open and absent ones too, and never raises.
    """

    name: str
    takes: tuple[Parameter, ...]
    gives: Gives
    call: Call


def one(shape: Shape) -> Gives:
    """The same shape, whatever is given."""
    return lambda shapes: shape


_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "truth": (bool,),
    "time": (datetime,),
}


def total(call: Call, takes: Sequence[Parameter], *, absent: bool | None = None) -> Call:
    """A function of plain values made total.

    Open if an argument is; else, if one is absent, that (or `absent` where it is given, for what asks yes or
    no); open for a value of the wrong kind. A result that is made from a secret is one; yes and no are not.
    """
    kinds = [_KINDS.get(each.kind) for each in takes]
    usual = [None if each is None else each[0] for each in kinds]

    def run(*values: object) -> object:
        if all(map(_is_usual, values, usual)):
            return call(*values)
        if any(is_open(value) for value in values):
            return merged(values)
        for value in values:
            if isinstance(value, Absent):
                return value if absent is None else absent
        plain = [revealed(value) for value in values]
        for given, expected in zip(plain, kinds, strict=True):
            if expected is not None and not _is_one_of(given, expected):
                return unsupported(f"{described(given)} stands where {_expected(expected)} is expected")
        result = call(*plain)
        return concealed(result) if any(isinstance(value, Secret) for value in values) else result

    return run


def _is_usual(value: object, kind: type | None) -> bool:
    """Whether it is of the class that most values of its kind have: then there is nothing to unwrap."""
    return type(value) is (LinearPattern if kind is None else kind)


def _is_one_of(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _expected(kinds: tuple[type, ...]) -> str:
    return {str: "a text", int: "a number", bool: "true or false"}.get(kinds[0], "a time")


def over_list(decide: Callable[..., object]) -> Call:
    """A function of a list's elements made total: `decide(items, more, *arguments)`.

    `items` are the elements that the list has for certain, open and absent ones too; `more` is None, or says
    why it may have further ones. An absent list is given back as it is, and an open one.
    """

    def run(value: object, *arguments: object) -> object:
        if isinstance(value, tuple):
            return decide(value, None, *arguments)
        if isinstance(value, Partial):
            return decide(value.items, value.more, *arguments)
        if isinstance(value, Open):
            return merged((value,))
        if isinstance(value, Absent):
            return value
        return unsupported(f"{described(value)} stands where a list is expected")

    return run


def relisted(items: Sequence[object], opens: Sequence[object | None]) -> tuple[object, ...] | Partial:
    """A list of these elements; `opens` say why there may be more of them, None for no reason."""
    reasons = [each for each in opens if each is not None]
    return Partial(items=tuple(items), more=merged(reasons)) if reasons else tuple(items)
