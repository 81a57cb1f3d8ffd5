"""How Ruby prints strings, symbols and floats: `inspect` of texts, `to_s` of a Float (Ruby 3.1)."""

from __future__ import annotations

import math
import re
import unicodedata

_ESCAPES = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\f": "\\f",
    "\v": "\\v",
    "\b": "\\b",
    "\a": "\\a",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
}
_TO_ESCAPE = re.compile(r'["\\#]|[^\x20-\x7e]')
_OPERATORS = frozenset(
    [
        "|",
        "^",
        "&",
        "<=>",
        "==",
        "===",
        "=~",
        ">",
        ">=",
        "<",
        "<=",
        "<<",
        ">>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        "~",
        "+@",
        "-@",
        "[]",
        "[]=",
        "`",
        "!",
        "!=",
        "!~",
    ],
)
_BARE_SYMBOL = re.compile(
    r"(?:(?:@@|@|\$)?[^\W\d]\w*|[^\W\d]\w*[?!=]|\$(?:\d+|-\w|[~*$?!@/\\;,.=:_\"<>`'&+]))\Z"
)
_BARE_KEY = re.compile(r"[^\W\d]\w*[?!]?\Z")
MOST_DIGITS = 15
"""Figures before the point up to which a float prints without an exponent, 16 if there are some after it."""
LEAST_POWER = -4


def inspect_text(text: str, *, binary: bool = False) -> str:
    """A string's `inspect`: in double quotes, with Ruby's escapes; `#` only where it would interpolate."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text and "#" not in text:
        return f'"{text}"'

    def escaped(match: re.Match[str]) -> str:
        char = match.group()
        if char == "#":
            return "\\#" if text[match.end() : match.end() + 1] in ("{", "$", "@") else "#"
        return _ESCAPES.get(char) or _other_char(char, binary)

    return f'"{_TO_ESCAPE.sub(escaped, text)}"'


def _other_char(char: str, binary: bool) -> str:
    code = ord(char)
    if binary:
        return f"\\x{code:02X}"
    if unicodedata.category(char) in ("Cc", "Cn", "Zl", "Zp") and char != "\x85":
        return f"\\u{code:04X}" if code < 0x10000 else f"\\u{{{code:X}}}"
    return char


def inspect_symbol(name: str) -> str:
    """A symbol's `inspect`: `:a`, `:"a-b"`, `:+`."""
    if name in _OPERATORS or _BARE_SYMBOL.match(name):
        return f":{name}"
    return f":{inspect_text(name)}"


def bare_key(name: str) -> bool:
    """Whether a symbol can stand before a colon without quotes: `{a: 1}`."""
    return _BARE_KEY.match(name) is not None


def float_text(value: float) -> str:
    """A float as Ruby prints it: `100.0`, `1.0e+15`, `1.0e-05`, `Infinity`, `NaN`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if math.copysign(1, value) < 0 else ""
    figures, point = _figures(abs(value))
    if LEAST_POWER < point <= MOST_DIGITS or MOST_DIGITS < point < len(figures):
        padded = "0" * -point + figures + "0" * (point - len(figures))
        point = max(point, 0)
        return f"{sign}{padded[:point] or '0'}.{padded[point:] or '0'}"
    return f"{sign}{figures[0]}.{figures[1:] or '0'}e{point - 1:+03d}"


def _figures(value: float) -> tuple[str, int]:
    """The shortest decimal figures of a float, and where the point stands in them: 0.05 is ("5", -1)."""
    if value == 0:
        return "0", 1
    digits, _, power = repr(value).partition("e")
    whole, _, rest = digits.partition(".")
    figures = whole + rest
    leading = len(figures) - len(figures.lstrip("0"))
    return figures.strip("0"), len(whole) - leading + int(power or 0)
