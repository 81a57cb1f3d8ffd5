"""Numbers read from texts: `to_i`, `to_f`, `Integer()` and `Float()` as Ruby 3.1 reads them."""

from __future__ import annotations

import re
from functools import cache

SPACE = " \t\n\v\f\r"
_BASE_OF_LETTER = {"x": 16, "b": 2, "o": 8, "d": 10}
_FLOAT_START = re.compile(r"[+-]?(?:\d+(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?", re.ASCII)
_POINT_FIRST = re.compile(r"[+-]?\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?", re.ASCII)
_FLOAT_WHOLE = re.compile(
    r"[+-]?(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?", re.ASCII
)
_HEX_WHOLE = re.compile(r"[+-]?0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]+)?(?:[pP][+-]?\d{1,3})?", re.ASCII)
_HEX_FLOAT = re.compile(r"[+-]?0[xX]")
MOST_DIGITS = 4000
"""Texts with more figures are not read: Python bounds them too."""


@cache
def _digits(base: int) -> re.Pattern[str]:
    figures = "0123456789abcdefghijklmnopqrstuvwxyz"[:base]
    one = f"[{figures}{figures[10:].upper()}]"
    return re.compile(f"{one}+(?:_{one}+)*")


def leading_integer(text: str, base: int = 10) -> int | None:
    """`"12ab".to_i`: what the text begins with, 0 for nothing. None where there are too many figures.

    `base` is 2 to 36 and its own prefix (`0x`) is passed over.
    """
    rest = text.lstrip(SPACE)
    sign, rest = _sign(rest)
    prefix = rest[:2].lower()
    if len(prefix) == 2 and prefix[0] == "0" and _BASE_OF_LETTER.get(prefix[1]) == base:
        rest = rest[2:]
        if rest[:1] == "_":
            return 0
    match = _digits(base).match(rest)
    if match is None:
        return 0
    if match.end() > MOST_DIGITS:
        return None
    return sign * int(match.group().replace("_", ""), base)


def _sign(text: str) -> tuple[int, str]:
    if text[:1] == "-":
        return -1, text[1:]
    return 1, text[1:] if text[:1] == "+" else text


def whole_integer(text: str, base: int | None = None) -> int | None:
    """`Integer("0x1f")`: the whole text is one number, else None. `base` None takes it from the prefix."""
    sign, rest = _sign(text.strip(SPACE))
    prefix = rest[:2].lower()
    letter_base = _BASE_OF_LETTER.get(prefix[1]) if len(prefix) == 2 and prefix[0] == "0" else None
    if letter_base is not None and base in (None, letter_base):
        base, rest = letter_base, rest[2:]
    elif base is None:
        base = 8 if rest[:1] == "0" and len(rest) > 1 else 10
        if base == 8 and rest[1:2] == "_":
            rest = rest[2:]
    match = _digits(base).fullmatch(rest)
    if match is None or len(rest) > MOST_DIGITS:
        return None
    return sign * int(rest.replace("_", ""), base)


def leading_float(text: str) -> float | None:
    """`"4.5kB".to_f`: what the text begins with, 0.0 for nothing. None for a hexadecimal one."""
    rest = text.lstrip(SPACE)
    if _HEX_FLOAT.match(rest):
        # Ruby reads them only behind a sign.
        return 0.0 if rest[0] == "0" else None
    match = _FLOAT_START.match(rest) or _POINT_FIRST.match(rest)
    return float(match.group().replace("_", "")) if match else 0.0


def whole_float(text: str) -> float | None:
    """`Float("1e3")`: the whole text is one number, else None."""
    rest = text.strip(SPACE)
    if _HEX_FLOAT.match(rest):
        return float.fromhex(rest) if _HEX_WHOLE.fullmatch(rest) and len(rest) < 100 else None
    return float(rest.replace("_", "")) if _FLOAT_WHOLE.fullmatch(rest) else None
