"""How Ruby prints strings and symbols: their `inspect` (Ruby 3.1)."""

from __future__ import annotations

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
