"""JSON texts: bounded reading with the place of an error, and the place of a value."""

from __future__ import annotations

import json
import re
from typing import NoReturn

MAX_BYTES = 64 * 1024 * 1024

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]|[^\s"{}\[\],:]++', re.DOTALL)
_UNREADABLE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|(-?Infinity|NaN|-?[0-9]{1000,}+)', re.DOTALL)


class JsonError(ValueError):
    """Not JSON, or more of it than is read; line and column (in characters) count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column


class _NotJsonError(ValueError):
    """A word that Python's reader takes and JSON does not have."""


def parse_json(data: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """The value of a UTF-8 JSON text (a byte order mark is skipped); of keys that stand twice the last.

    Raises JsonError: a syntax error, NaN and Infinity, bytes that are not UTF-8, nesting deeper than the
    interpreter's stack, more than `max_bytes` bytes.
    """
    if len(data) > max_bytes:
        raise JsonError(f"the text has {len(data)} bytes, more than the {max_bytes} that are read", 1, 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error) from None
    try:
        value: object = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.lineno, error.colno) from None
    except RecursionError:
        raise JsonError("nested too deeply", 1, 1) from None
    except ValueError as error:
        message = (
            f"{error} is no JSON" if isinstance(error, _NotJsonError) else "a number has too many digits"
        )
        found = next((place.start(1) for place in _UNREADABLE.finditer(text) if place[1]), 0)
        raise JsonError(message, *_line_and_column(text, found)) from None
    return value


def locate(data: bytes, pointer: str) -> tuple[int, int]:
    """The line and column of the value that a JSON pointer (RFC 6901) names, by one scan.

    If there is no such value: the place of the innermost value on the way to it that is there, and (1, 1) in
    an empty text. Of keys that stand twice the last counts, as in `parse_json`. A text that is no JSON gives
    some place in it.
    """
    text = data.decode("utf-8-sig", "replace")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return _line_and_column(text, _position(text, steps))


def _position(text: str, steps: list[str]) -> int:
    """Where the value of the longest part of `steps` begins that has a value."""
    found: list[int] = []
    """By how many steps are taken: where that value begins."""
    path: list[str | int | None] = []
    """The containers on the way that are open: the key or index of the value to come; None before a key."""
    aside = 0
    """How many containers are open that do not lie on the way."""
    for token in _TOKEN.finditer(text):
        word = token[0]
        first = word[0]
        if first in "]}":
            if aside:
                aside -= 1
            elif path:
                path.pop()
            if not path:
                break
        elif aside:
            aside += first in "[{"
        elif first == ",":
            if path:
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif path and path[-1] is None:
            path[-1] = _key(word)
        else:
            taken = len(path)
            here = taken == 0 or str(path[-1]) == steps[taken - 1]
            if here:
                found[taken:] = [token.start()]
            if first in "[{":
                if here and taken < len(steps):
                    path.append(0 if first == "[" else None)
                else:
                    aside += 1
            if not path and not aside:
                break
    return found[-1] if found else 0


def _key(word: str) -> str:
    if "\\" not in word:
        return word[1:-1]
    try:
        return str(json.loads(word))
    except ValueError:
        return word


def _refuse(word: str) -> NoReturn:
    raise _NotJsonError(word)


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> JsonError:
    line = data.count(b"\n", 0, error.start) + 1
    before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
    column = len(before.decode("utf-8", "replace")) + 1
    return JsonError(f"not UTF-8: byte {error.start} cannot be read", line, column)


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
