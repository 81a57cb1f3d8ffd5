"""The nodes of texts that were composed before, so that PyYAML is imported for new texts only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from driftcheck.formats.yaml_nodes import MAX_DEPTH, YamlMapping, YamlNode, YamlScalar, YamlSequence

MAX_KEPT = 40
"""Documents that are kept though this run did not ask for them."""


class YamlStore:
    """Documents by the text that they are of, as JSON: a scalar is `[line, column, text, plain]`, a list
    `[line, column, items]`, a mapping `[line, column, keys, values]`. What it is given is not trusted:
    what has another shape is composed anew, what the nodes say is checked by whoever reads them.
    """

    def __init__(self, documents: Mapping[str, Any] = {}) -> None:
        self._given = documents
        self._used: dict[str, Any] = {}
        self._new: set[str] = set()

    def compose(self, data: bytes | str, *, name: str) -> YamlNode:
        """As `compose_yaml`. Raises YamlProblem."""
        # What is no UTF-8 is nobody's key: it is not composed, so it is never kept.
        text = data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
        given = self._given.get(text)
        if given is not None:
            try:
                node = _node(given, 0)
            except (TypeError, ValueError):
                pass
            else:
                self._used[text] = given
                return node
        return self._composed(data, text, name)

    def _composed(self, data: bytes | str, text: str, name: str) -> YamlNode:
        # PyYAML takes longer to import than all rules to read: a known text does without it.
        from driftcheck.formats.yaml_text import compose_yaml

        node = compose_yaml(data, name=name)
        self._used[text] = _tree(node)
        self._new.add(text)
        return node

    def has_grown(self, may_keep: Callable[[str], bool] = lambda text: True) -> bool:
        """Whether something was composed that was not there, and may be kept."""
        return any(map(may_keep, self._new))

    def contents(self, may_keep: Callable[[str], bool] | None = None) -> dict[str, Any]:
        """The documents to be kept for the next run, by text: those last used stand last.

        `may_keep`: whether a text of this run may be kept; None for all.
        """
        others = [text for text in self._given if text not in self._used]
        used = {text: tree for text, tree in self._used.items() if may_keep is None or may_keep(text)}
        return {**{text: self._given[text] for text in others[-MAX_KEPT:]}, **used}


def _tree(node: YamlNode) -> list[Any]:
    if isinstance(node, YamlScalar):
        return [node.line, node.column, node.text, node.plain]
    if isinstance(node, YamlSequence):
        return [node.line, node.column, [_tree(item) for item in node.items]]
    keys = [_tree(key) for key in node.keys.values()]
    return [node.line, node.column, keys, [_tree(value) for value in node.entries.values()]]


def _node(tree: Any, depth: int) -> YamlNode:
    """The node that a tree describes. Raises TypeError or ValueError for one that describes none."""
    line, column, content, *more = tree
    if type(line) is not int or type(column) is not int or line < 1 or column < 1:
        _refuse("no place")
    if type(content) is str:
        (plain,) = more
        if type(plain) is not bool:
            _refuse("no scalar")
        return YamlScalar(line=line, column=column, text=content, plain=plain)
    if type(content) is not list or depth >= MAX_DEPTH:
        _refuse("no node")
    if not more:
        items = tuple(_node(item, depth + 1) for item in content)
        return YamlSequence(line=line, column=column, items=items)
    keys = {key.text: key for key in map(_key, content)}
    (values,) = more
    if type(values) is not list or len(keys) != len(content):
        _refuse("no mapping")
    entries = {key: _node(value, depth + 1) for key, value in zip(keys, values, strict=True)}
    return YamlMapping(line=line, column=column, entries=entries, keys=keys)


def _key(tree: Any) -> YamlScalar:
    key = _node(tree, MAX_DEPTH)
    return key if isinstance(key, YamlScalar) else _refuse("no key")


def _refuse(what: str) -> NoReturn:
    raise ValueError(what)
