"""Parsed expressions and templates as small JSON trees, and the one whitelist that each has to pass.

A node is a list: its kind, its parts, and last the offset in the text at which it stands, counted in
characters. Whatever is not in NODES or STATEMENTS is refused, whether Jinja2 has just parsed it or a cache
file holds it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Tree: TypeAlias = list[Any]
Template: TypeAlias = list[Any]
"""Statements in order."""

MAX_DEPTH = 40
MAX_NODES = 1_000
MAX_CONSTANT = 4_000
"""Characters of a text constant."""
MAX_INTEGER = 2**63

COMPARISONS = ("eq", "ne", "lt", "lteq", "gt", "gteq", "in", "notin")
ARITHMETIC = ("add", "sub", "mul", "div", "floordiv", "mod")

NODES: Mapping[str, tuple[str, ...]] = {
    "constant": ("constant",),
    "name": ("word",),
    "field": ("tree", "word"),
    "item": ("tree", "tree"),
    "slice": ("tree", "optional", "optional"),
    "list": ("trees",),
    "not": ("tree",),
    "negative": ("tree",),
    "and": ("some",),
    "or": ("some",),
    "choice": ("tree", "tree", "optional"),
    "compare": ("tree", "comparisons"),
    "calculate": ("operator", "tree", "tree"),
    "concat": ("some",),
    "filter": ("word", "tree", "trees", "named"),
    "call": ("word", "trees", "named"),
    "test": ("word", "tree"),
}
"""Every node of an expression with the sorts of its parts; an offset follows them."""

STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "text": ("constant",),
    "print": ("tree",),
    "if": ("branches", "template"),
    "for": ("word", "tree", "template"),
}
"""Every statement of a template; an offset follows the parts."""


class TreeRefused(ValueError):  # noqa: N818 - a verdict, which its callers turn into what they raise
    """A tree that does not pass the whitelist; `offset` where in the text, None if the tree does not say."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def check_expression(tree: object) -> Tree:
    """The tree itself, if every node of it is allowed; else TreeRefused."""
    checker = _Checker()
    checker.tree(tree, 0)
    return tree if isinstance(tree, list) else []


def check_template(template: object) -> Template:
    """The template itself, if every statement and expression of it is allowed; else TreeRefused."""
    checker = _Checker()
    checker.template(template, 0)
    return template if isinstance(template, list) else []


class _Checker:
    """Counts the nodes of one tree while it walks; recursion ends at MAX_DEPTH."""

    def __init__(self) -> None:
        self._nodes = 0
        self._parts: Mapping[str, Callable[[object, int], None]] = {
            "tree": self.tree,
            "optional": self._optional,
            "trees": self._trees,
            "some": self._some,
            "named": self._named,
            "comparisons": self._comparisons,
            "branches": self._branches,
            "template": self.template,
            "constant": _constant,
            "word": _word,
            "operator": _operator,
        }

    def tree(self, tree: object, depth: int) -> None:
        self._node(tree, NODES, depth)

    def template(self, template: object, depth: int) -> None:
        for statement in _list(template):
            self._node(statement, STATEMENTS, depth + 1)

    def _node(self, node: object, allowed: Mapping[str, tuple[str, ...]], depth: int) -> None:
        parts = _list(node) or [None]
        sorts = allowed.get(parts[0]) if isinstance(parts[0], str) else None
        if sorts is None or len(parts) != len(sorts) + 2:
            raise TreeRefused("no node of an expression")
        offset = parts[-1]
        if type(offset) is not int or not 0 <= offset < MAX_INTEGER:
            raise TreeRefused("a node without its place")
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise TreeRefused(f"it has more than {MAX_NODES:,} parts", offset)
        if depth > MAX_DEPTH:
            raise TreeRefused(f"it is nested more than {MAX_DEPTH} levels deep", offset)
        try:
            for number, sort in enumerate(sorts, 1):
                self._parts[sort](parts[number], depth + 1)
        except TreeRefused as error:
            raise error if error.offset is not None else TreeRefused(error.message, offset) from None

    def _optional(self, tree: object, depth: int) -> None:
        if tree is not None:
            self.tree(tree, depth)

    def _trees(self, trees: object, depth: int) -> None:
        for tree in _list(trees):
            self.tree(tree, depth)

    def _some(self, trees: object, depth: int) -> None:
        if not _list(trees):
            raise TreeRefused("nothing where something belongs")
        self._trees(trees, depth)

    def _named(self, named: object, depth: int) -> None:
        for pair in _list(named):
            name, tree = _pair(pair)
            _word(name, depth)
            self.tree(tree, depth)

    def _comparisons(self, comparisons: object, depth: int) -> None:
        if not _list(comparisons):
            raise TreeRefused("a comparison with nothing")
        for pair in _list(comparisons):
            comparison, tree = _pair(pair)
            if comparison not in COMPARISONS:
                raise TreeRefused("no comparison")
            self.tree(tree, depth)

    def _branches(self, branches: object, depth: int) -> None:
        for pair in _list(branches):
            condition, body = _pair(pair)
            self.tree(condition, depth)
            self.template(body, depth)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TreeRefused("no list where one belongs")
    return value


def _pair(value: object) -> list[Any]:
    pair = _list(value)
    if len(pair) != 2:
        raise TreeRefused("no pair where one belongs")
    return pair


def _word(value: object, depth: int) -> None:
    if not (isinstance(value, str) and len(value) <= 100 and value.isidentifier()):
        raise TreeRefused("no name where one belongs")
    if value.startswith("_"):
        raise TreeRefused("names do not begin with an underscore")


def _operator(value: object, depth: int) -> None:
    if value not in ARITHMETIC:
        raise TreeRefused("no operator")


def _constant(value: object, depth: int) -> None:
    if isinstance(value, str):
        fits = len(value) <= MAX_CONSTANT
    elif isinstance(value, float):
        fits = math.isfinite(value)
    elif isinstance(value, (int, bool)):
        fits = abs(value) < MAX_INTEGER
    else:
        fits = False
    if not fits:
        raise TreeRefused("no text or number within bounds")
