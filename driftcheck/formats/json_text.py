"""JSON texts: bounded reading with the place of an error, and the place of a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

MAX_BYTES = 64 * 1024 * 1024

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]|[^\s"{}\[\],:]++', re.DOTALL)
_UNREADABLE = r'(?s)"(?:[^"\\]++|\\.)*+"?|(-?Infinity|NaN|-?[0-9]{1000,}+)'
_DECODER = json.JSONDecoder()


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
        found = next((place.start(1) for place in re.finditer(_UNREADABLE, text) if place[1]), 0)
        raise JsonError(message, *_line_and_column(text, found)) from None
    return value


def locate(data: bytes, pointer: str) -> tuple[int, int]:
    """The line and column of the value that a JSON pointer (RFC 6901) names, by one scan.

    If there is no such value: the place of the innermost value on the way to it that is there, and (1, 1) in
    an empty text. Of keys that stand twice the last counts, as in `parse_json`. A text that is no JSON gives
    some place in it.
    """
    return locate_many(data, [pointer])[pointer]


def locate_many(data: bytes, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """What `locate` says of each pointer, by one scan for all of them."""
    text = data.decode("utf-8-sig", "replace")
    root = _Sought()
    sought = {pointer: _way(root, pointer) for pointer in pointers}
    _scan(text, root)
    found = {
        pointer: next((each.begins for each in reversed(way) if each.begins is not None), 0)
        for pointer, way in sought.items()
    }
    places = _lines_and_columns(text, found.values())
    return {pointer: places[begins] for pointer, begins in found.items()}


@dataclass(slots=True)
class _Sought:
    """A value that a pointer names or leads through; `begins`: where it does, once it was met."""

    children: dict[str, _Sought] = field(default_factory=dict)
    begins: int | None = None

    def met(self, position: int) -> None:
        """It begins at `position`; what was met inside an earlier value of the same key is gone."""
        if self.begins is not None:
            stale = list(self.children.values())
            while stale:
                each = stale.pop()
                if each.begins is not None:
                    each.begins = None
                    stale.extend(each.children.values())
        self.begins = position


def _way(root: _Sought, pointer: str) -> list[_Sought]:
    """The values from the root to the one that the pointer names."""
    way = [root]
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        way.append(way[-1].children.setdefault(key, _Sought()))
    return way


def _scan(text: str, root: _Sought) -> None:
    """Tell every value that is sought where it begins; containers that hold none are skipped whole."""
    opened: list[_Sought] = []
    keys: list[str | int | None] = []
    """For each opened container the key or index of the value to come; None before a key."""
    position = 0
    while token := _TOKEN.search(text, position):
        word, position = token[0], token.end()
        first = word[0]
        if first in "]}":
            if opened:
                opened.pop()
                keys.pop()
        elif first == ",":
            if keys:
                keys[-1] = keys[-1] + 1 if isinstance(keys[-1], int) else None
        elif keys and keys[-1] is None:
            keys[-1] = _key(word)
            continue
        else:
            sought = opened[-1].children.get(str(keys[-1])) if opened else root
            if sought is not None:
                sought.met(token.start())
            if first in "[{":
                if sought is not None and sought.children:
                    opened.append(sought)
                    keys.append(0 if first == "[" else None)
                else:
                    position = _end(text, token.start())
        if not opened:
            break


def _end(text: str, begins: int) -> int:
    """Where the container ends that begins here; the end of the text if it is no JSON."""
    try:
        return _DECODER.raw_decode(text, begins)[1]
    except (ValueError, RecursionError):
        return len(text)


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
    return _lines_and_columns(text, [position])[position]


def _lines_and_columns(text: str, positions: Iterable[int]) -> dict[int, tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    line, start, counted = 1, 0, 0
    for position in sorted(set(positions)):
        line += text.count("\n", counted, position)
        start = max(start, text.rfind("\n", counted, position) + 1)
        counted = position
        places[position] = (line, position - start + 1)
    return places
