"""YAML documents as nodes with their places; scalars stay as written (`no`, `22:22`, `2.10`, `0755`)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from driftcheck.model.frozen import frozen

MAX_DEPTH = 100

_NULLS = frozenset({"", "~", "null"})
_INTEGER = r"[-+]?(?:0|[1-9][0-9]{0,1000})"
_FLOAT = r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?"


class YamlProblem(ValueError):  # noqa: N818 - it is what the callers turn into their own errors
    """What is wrong with a YAML text; line and column (in characters) count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column


@frozen
class _Node:
    """What all nodes can: be read as one kind of value, with a YamlProblem at their place if they are not."""

    line: int
    column: int

    @property
    def kind(self) -> str:
        raise NotImplementedError

    @property
    def is_null(self) -> bool:
        """Whether YAML has nothing here: an empty plain scalar, `~` or `null`."""
        return False

    def problem(self, message: str) -> YamlProblem:
        return YamlProblem(message, self.line, self.column)

    def expected(self, what: str) -> YamlProblem:
        return self.problem(f"expected {what}, found {self.kind}")

    def as_text(self) -> str:
        raise self.expected("a text")

    def as_int(self) -> int:
        raise self.expected("an integer")

    def as_bool(self) -> bool:
        raise self.expected("true or false")

    def as_list(self) -> tuple[YamlNode, ...]:
        raise self.expected("a list")

    def as_texts(self) -> tuple[str, ...]:
        raise self.expected("a list of texts")

    def as_mapping(self) -> Mapping[str, YamlNode]:
        raise self.expected("a mapping")


@frozen
class YamlScalar(_Node):
    """A scalar's text, escapes and folding done; `plain` if it has neither quotes nor `|` or `>`."""

    text: str
    plain: bool

    @property
    def kind(self) -> str:
        if self.is_null:
            return "nothing"
        shown = self.text if len(self.text) <= 60 else self.text[:59] + "…"
        return f"the text {shown!r}"

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULLS

    def as_text(self) -> str:
        """The text as written, of whatever type YAML would make it; nothing is no text."""
        if self.is_null:
            raise self.expected("a text")
        return self.text

    def as_int(self) -> int:
        """A decimal integer without leading zeros, not in quotes."""
        if not (self.plain and re.fullmatch(_INTEGER, self.text)):
            raise self.expected("an integer")
        return int(self.text)

    def as_bool(self) -> bool:
        """`true` or `false`, not in quotes."""
        if not (self.plain and self.text in ("true", "false")):
            raise self.expected("true or false")
        return self.text == "true"


@frozen
class YamlSequence(_Node):
    items: tuple[YamlNode, ...]

    @property
    def kind(self) -> str:
        return "a list"

    def as_list(self) -> tuple[YamlNode, ...]:
        return self.items

    def as_texts(self) -> tuple[str, ...]:
        return tuple(item.as_text() for item in self.items)


@frozen
class YamlMapping(_Node):
    """Values by key, in order; `keys` are the keys' own nodes."""

    entries: Mapping[str, YamlNode]
    keys: Mapping[str, YamlScalar] = field(compare=False)

    @property
    def kind(self) -> str:
        return "a mapping"

    def as_mapping(self) -> Mapping[str, YamlNode]:
        return self.entries


YamlNode: TypeAlias = YamlMapping | YamlSequence | YamlScalar


def to_plain(node: YamlNode) -> object:
    """Plain Python values: plain scalars by YAML 1.2's core rules, all else as text.

    true, false, nothing, decimal integers without leading zeros, finite numbers with a decimal point. So
    `2.10` loses a digit: what is a version is read with `as_text`.
    """
    if isinstance(node, YamlMapping):
        return {key: to_plain(value) for key, value in node.entries.items()}
    if isinstance(node, YamlSequence):
        return [to_plain(item) for item in node.items]
    if not node.plain:
        return node.text
    return _typed(node.text)


def _typed(text: str) -> object:
    if text in _NULLS:
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(_INTEGER, text):
        return int(text)
    if re.fullmatch(_FLOAT, text) and math.isfinite(number := float(text)):
        return number
    return text
