"""The trees of texts that were parsed before, so that Jinja2 is imported for new texts only."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from driftcheck.engine.language.trees import Template, Tree, TreeRefused, check_expression, check_template


class TreeStore:
    """Trees by the text that they are of. What it is given is not trusted: each tree passes the whitelist
    when it is first asked for, and one that does not is parsed anew.
    """

    def __init__(self, expressions: Mapping[str, Any] = {}, templates: Mapping[str, Any] = {}) -> None:
        self._expressions = _Kind(expressions, check_expression, _parse_expression)
        self._templates = _Kind(templates, check_template, _parse_template)

    def expression(self, text: str) -> Tree:
        """The tree of an expression. Raises ExpressionProblem."""
        return self._expressions.tree(text)

    def template(self, text: str) -> Template:
        """The statements of a template. Raises ExpressionProblem."""
        if "{" not in text:
            return [["text", text, 0]] if text else []
        return self._templates.tree(text)

    def has_grown(self, *, without: Container[str] = ()) -> bool:
        """Whether something was parsed that was not there; `without`: texts that do not count."""
        new = self._expressions.new | self._templates.new
        return any(text not in without for text in new)

    def contents(self, *, used_only: bool = False, without: Container[str] = ()) -> dict[str, dict[str, Any]]:
        """All trees by kind and text, to be kept for the next run; `used_only`: those that were asked for.

        `without`: texts that are not to be kept.
        """
        kinds = {"expressions": self._expressions, "templates": self._templates}
        return {
            name: {text: tree for text, tree in kind.contents(used_only).items() if text not in without}
            for name, kind in kinds.items()
        }


class _Kind:
    def __init__(
        self,
        given: Mapping[str, Any],
        check: Callable[[object], list[Any]],
        parse: Callable[[str], list[Any]],
    ) -> None:
        self._given = given
        self._check = check
        self._parse = parse
        self._used: dict[str, list[Any]] = {}
        self.new: set[str] = set()

    def tree(self, text: str) -> list[Any]:
        found = self._used.get(text)
        if found is None:
            found = self._used[text] = self._trusted(text) or self._parsed(text)
        return found

    def _trusted(self, text: str) -> list[Any] | None:
        given = self._given.get(text)
        try:
            return None if given is None else self._check(given)
        except (TreeRefused, RecursionError):
            return None

    def _parsed(self, text: str) -> list[Any]:
        tree = self._parse(text)
        self.new.add(text)
        return tree

    def contents(self, used_only: bool) -> dict[str, Any]:
        return dict(self._used) if used_only else {**self._given, **self._used}


def _parse_expression(text: str) -> Tree:
    # Jinja2 takes longer to import than a lint takes to start: a known text does without it.
    from driftcheck.engine.language.parsing import parse_expression

    return parse_expression(text)


def _parse_template(text: str) -> Template:
    from driftcheck.engine.language.parsing import parse_template

    return parse_template(text)
