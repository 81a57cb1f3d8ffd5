"""Arithmetic that stays within bounds: what would leave them, or makes no sense, is open."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.values import (
    MAX_ITEMS,
    MAX_TEXT,
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
from driftcheck.model.facts import Absent
from driftcheck.model.redaction import redacted

MAX_INTEGER = 2**63
"""What an integer has to stay below, as in Kafka's own `long`."""

Number = int | float

OPERATORS: Mapping[str, Callable[[Any, Any], Number]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
}


def calculated(name: str, left: object, right: object) -> object:
    """One of OPERATORS on two numbers; `add` also joins two texts or two lists.

    Absent if one is absent. Open for other values, a division by zero, and results out of bounds.
    """
    if isinstance(left, Open) or isinstance(right, Open):
        return merged((left, right))
    for value in (left, right):
        if isinstance(value, Absent):
            return value
    if name == "add" and isinstance(left, (tuple, Partial)) and isinstance(right, (tuple, Partial)):
        return _joined_lists(left, right)
    first, second = revealed(left), revealed(right)
    result: object
    if name == "add" and isinstance(first, str) and isinstance(second, str):
        result = bounded_text(first + second)
    elif is_number(first) and is_number(second):
        result = _number(name, first, second)
    else:
        return unsupported(f"{described(left)} and {described(right)} cannot be calculated with")
    return concealed(result) if isinstance(left, Secret) or isinstance(right, Secret) else result


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def bounded_text(text: str) -> str | Open:
    """The text, or open if it is longer than MAX_TEXT."""
    if len(text) > MAX_TEXT:
        return unsupported(f"a text longer than {MAX_TEXT:,} characters was made")
    return text


def _number(name: str, left: Any, right: Any) -> object:
    try:
        result = OPERATORS[name](left, right)
    except ZeroDivisionError:
        return unsupported("a number was divided by zero")
    except OverflowError:
        return unsupported("a number left its bounds")
    if isinstance(result, float):
        return result if math.isfinite(result) else unsupported("a number left its bounds")
    return result if abs(result) < MAX_INTEGER else unsupported("a number left its bounds")


def _joined_lists(left: tuple[object, ...] | Partial, right: tuple[object, ...] | Partial) -> object:
    parts = [each.items if isinstance(each, Partial) else each for each in (left, right)]
    items = (*parts[0], *parts[1])
    if len(items) > MAX_ITEMS:
        return unsupported(f"a list of more than {MAX_ITEMS:,} elements was made")
    return Partial(items=items, more=merged((left, right))) if is_open(left) or is_open(right) else items


def concatenated(values: Sequence[object], separator: str = "") -> object:
    """Texts one after the other, numbers and the like as they are printed.

    Open keeps what is known of the text in its fragments. A secret part makes the whole a secret.
    """
    if any(is_open(value) for value in values):
        return Open(unknowns=merged(values).unknowns, fragments=_fragments(values, separator))
    text = bounded_text(separator.join(text_of(revealed(value)) for value in values))
    return concealed(text) if any(isinstance(value, Secret) for value in values) else text


def _fragments(values: Sequence[object], separator: str) -> tuple[str | None, ...]:
    fragments: list[str | None] = []
    for number, value in enumerate(values):
        if number and separator:
            fragments.append(separator)
        if isinstance(value, Open):
            fragments += value.fragments or (None,)
        elif isinstance(value, Secret):
            fragments.append(redacted(str(value.value)))
        else:
            fragments.append(text_of(value))
    return tuple(fragments[:200])
