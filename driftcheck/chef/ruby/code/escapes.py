"""What backslashes mean in Ruby's texts."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.values import unsupported

_SIMPLE = {
    "n": "\n", "t": "\t", "s": " ", "r": "\r", "e": "\x1b", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\n": "",
}  # fmt: skip
_NUMERIC = re.compile(r"x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u\{([0-9a-fA-F\s]+)\}|u([0-9a-fA-F]{4})")


def unescaped(sequence: str) -> str:
    """What an escape sequence of a double-quoted text stands for.

    Raises UnknownMetError for bytes and controls.
    """
    body = sequence[1:]
    numeric = _NUMERIC.fullmatch(body)
    if numeric is not None:
        return _numeric(*numeric.groups())
    if body[:2] in ("c", "C-", "M-") or body[:1] in ("c", "C", "M"):
        raise unsupported("a control character in a text is not evaluated")
    return _SIMPLE.get(body, body)


def _numeric(hexadecimal: str | None, octal: str | None, several: str | None, code: str | None) -> str:
    if several is not None:
        return "".join(chr(int(each, 16)) for each in several.split())
    if code is not None:
        return chr(int(code, 16))
    number = int(hexadecimal, 16) if hexadecimal is not None else int(octal or "0", 8)
    if number > 0x7F:
        raise unsupported("a text of raw bytes is not evaluated")
    return chr(number)


def raw_unescaped(text: str, delimiters: str) -> str:
    """A single-quoted text: a backslash stands before itself and the delimiters, else for itself."""
    if "\\" not in text:
        return text
    return re.sub(r"\\([\\" + re.escape(delimiters) + "])", r"\1", text)


CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}


def delimiters(opening: str) -> str:
    """The two delimiters of a literal that begins with this token: `'`, `%q(`, `%w[`."""
    last = opening[-1]
    return last + CLOSING.get(last, "")
