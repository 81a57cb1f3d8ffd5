"""BIND's `$GENERATE` (BIND 9 Administrator Reference Manual): one line for a range of records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

MAX_STEPS = 65_536
MAX_WIDTH = 127
"""BIND formats each number into 128 bytes."""

_RANGE = r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?"
_PLACE = r"(?s)\\.|\$\$|\$(?:(\{)(?:([+-]?[0-9]{1,10})(?:,([0-9]{1,5})(?:,([doxXnN]))?)?\})?)?"


class GenerateError(ValueError):
    """A `$GENERATE` that cannot be expanded; the message says why."""


def generated(words: Sequence[str]) -> Iterator[list[str]]:
    """The words of each record that `range owner [ttl] [class] type value` stands for.

    Raises GenerateError.
    """
    if len(words) < 4:
        raise GenerateError("$GENERATE needs a range, an owner, a type and a value")
    owner, *between, value = words[1:]
    for number in _steps(words[0]):
        fill = partial(_filled, number=number)
        yield [re.sub(_PLACE, fill, owner), *between, re.sub(_PLACE, fill, value.strip('"'))]


def _steps(text: str) -> range:
    found = re.fullmatch(_RANGE, text)
    if found is None:
        raise GenerateError(f"{text} is no range: it is written START-STOP or START-STOP/STEP")
    start, stop, step = int(found[1]), int(found[2]), int(found[3] or 1)
    if stop < start or step < 1:
        raise GenerateError(f"the range {text} is empty")
    if (steps := range(start, stop + 1, step))[-1] > 2**31 - 1 or len(steps) > MAX_STEPS:
        raise GenerateError(f"the range {text} has more than {MAX_STEPS} steps or too large numbers")
    return steps


def _filled(place: re.Match[str], number: int) -> str:
    text = place[0]
    if text[0] == "\\":
        return text
    if text == "$$":
        return "$"
    if place[1] and not place[2]:
        raise GenerateError("what stands in ${…} is written OFFSET, OFFSET,WIDTH or OFFSET,WIDTH,BASE")
    value, width, base = number + int(place[2] or 0), int(place[3] or 0), place[4] or "d"
    if width > MAX_WIDTH:
        raise GenerateError(f"a width of {width} is too large")
    if base in "nN":
        if value < 0:
            raise GenerateError(f"{value} has no nibbles")
        return _nibbles(value, width, upper=base == "N")
    if base != "d":
        value &= 0xFFFFFFFF  # as C prints a negative number
    return format(value, base).zfill(width)


def _nibbles(value: int, width: int, *, upper: bool) -> str:
    """The hexadecimal digits, least significant first, dots between; `width` counts the dots too."""
    digits = format(value, "X" if upper else "x")[::-1]
    count = max(len(digits), width // 2 + width % 2)
    text = ".".join(digits.ljust(count, "0"))
    return text + "." if width % 2 == 0 and width > len(text) else text
