"""YAML texts to nodes, parsed by PyYAML; `yaml_store` spares the import of it where it can."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from driftcheck.formats.yaml_nodes import (
    MAX_DEPTH,
    YamlMapping,
    YamlNode,
    YamlProblem,
    YamlScalar,
    YamlSequence,
)

MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 500_000
"""Nodes of a document, those counted again that an alias repeats."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose_yaml(data: bytes | str, *, name: str) -> YamlNode:
    """The one document of a text; an empty text is a scalar that is nothing. `name` only names it in errors.

    Refused with a YamlProblem, beside bad syntax: keys that stand twice or are no scalars, tags, merge keys,
    more than one document, aliases to what holds them, and more than MAX_BYTES, MAX_NODES or MAX_DEPTH.
    """
    text = _text(data, name)
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise YamlProblem(f"no valid YAML: {error.problem or error.context}", *place) from None
    except yaml.YAMLError as error:
        raise _unreadable(text, error) from None
    if composer.root is None:
        return YamlScalar(line=1, column=1, text="", plain=True)
    return composer.root


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end is still to come; `size` and `height` count its nodes and levels."""

    line: int
    column: int
    anchor: str | None
    is_mapping: bool
    items: list[YamlNode] = field(default_factory=list)
    entries: dict[str, YamlNode] = field(default_factory=dict)
    keys: dict[str, YamlScalar] = field(default_factory=dict)
    key: YamlScalar | None = None
    size: int = 1
    height: int = 1

    def closed(self) -> YamlNode:
        if self.is_mapping:
            return YamlMapping(line=self.line, column=self.column, entries=self.entries, keys=self.keys)
        return YamlSequence(line=self.line, column=self.column, items=tuple(self.items))


class _Composer:
    """Nodes from parse events, without recursion."""

    def __init__(self) -> None:
        self.root: YamlNode | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[YamlNode, int, int]] = {}
        self._nodes = 0

    def take(self, event: Any) -> None:
        """One event of PyYAML's; its classes are untyped where it matters."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise YamlProblem("expected one document, found another", line, column)
        if isinstance(event, yaml.AliasEvent):
            node, size, height = self._target(event, line, column)
            self._add(node, size, height, line, column)
        elif isinstance(event, yaml.NodeEvent):
            self._begin(event, line, column)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            ended = self._open.pop()
            node = ended.closed()
            if ended.anchor is not None:
                self._anchors[ended.anchor] = (node, ended.size, ended.height)
            self._place(node, ended.size, ended.height, ended.line, ended.column)

    def _begin(self, event: Any, line: int, column: int) -> None:
        if event.tag is not None:
            raise YamlProblem(f"tags such as {event.tag[:60]!r} are not supported", line, column)
        anchor = event.anchor
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            node = YamlScalar(line=line, column=column, text=event.value, plain=plain)
            if anchor is not None:
                self._anchors[anchor] = (node, 1, 0)
            self._add(node, 1, 0, line, column)
            return
        self._count(1, 1, line, column)
        if anchor is not None:
            self._anchors.pop(anchor, None)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(line=line, column=column, anchor=anchor, is_mapping=is_mapping))

    def _target(self, event: Any, line: int, column: int) -> tuple[YamlNode, int, int]:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise YamlProblem(f"no anchor {event.anchor[:60]!r} ends before this alias", line, column)
        return found

    def _count(self, size: int, height: int, line: int, column: int) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise YamlProblem(f"more than {MAX_NODES} values, aliases counted", line, column)
        if len(self._open) + height > MAX_DEPTH:
            raise YamlProblem(f"nested more than {MAX_DEPTH} levels deep", line, column)

    def _add(self, node: YamlNode, size: int, height: int, line: int, column: int) -> None:
        self._count(size, height, line, column)
        self._place(node, size, height, line, column)

    def _place(self, node: YamlNode, size: int, height: int, line: int, column: int) -> None:
        """Hang a complete node where it belongs; line and column are those of an alias, if it is one."""
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.size += size
        parent.height = max(parent.height, height + 1)
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = _key(node, parent, line, column)
        else:
            parent.entries[parent.key.text] = node
            parent.keys[parent.key.text] = parent.key
            parent.key = None


def _key(node: YamlNode, parent: _Open, line: int, column: int) -> YamlScalar:
    if not isinstance(node, YamlScalar):
        raise YamlProblem(f"expected a text as key, found {node.kind}", line, column)
    if node.plain and node.text == "<<":
        raise YamlProblem("merge keys (<<) are not supported", line, column)
    if node.text in parent.entries:
        first = parent.keys[node.text]
        shown = node.text if len(node.text) <= 60 else node.text[:59] + "…"
        raise YamlProblem(f"the key {shown!r} stands twice, first in line {first.line}", line, column)
    return YamlScalar(line=line, column=column, text=node.text, plain=node.plain)


def _text(data: bytes | str, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise YamlProblem(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB", 1, 1)
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        raise YamlProblem(f"not UTF-8: byte {error.start} cannot be read", line, column) from None


_FORBIDDEN = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _unreadable(text: str, error: yaml.YAMLError) -> YamlProblem:
    """A character that YAML does not allow, with its place; libyaml counts in bytes and names none."""
    found = re.search(_FORBIDDEN, text)
    if found is None:
        return YamlProblem(f"no valid YAML: {str(error).splitlines()[0]}", 1, 1)
    position = found.start()
    line = text.count("\n", 0, position) + 1
    return YamlProblem(
        f"no valid YAML: the character {found[0]!a} is not allowed",
        line,
        position - text.rfind("\n", 0, position),
    )
