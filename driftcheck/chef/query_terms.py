"""What a Chef search query is made of; each part says whether it matches one node's fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from driftcheck.formats.wildcard import Wildcard
from driftcheck.model.frozen import frozen

Fields: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values by field name as the query spells it; a field that is not there has no values."""


@frozen(kw_only=False)
class Everything:
    """`*:*`."""

    def matches(self, fields: Fields) -> bool:
        return True

    def fields(self) -> frozenset[str]:
        return frozenset()


@frozen(kw_only=False)
class Term:
    """`field:value`: one of the field's values matches as a whole, upper and lower case told apart."""

    field: str
    value: Wildcard

    def matches(self, fields: Fields) -> bool:
        return any(self.value.matches(text) for text in fields.get(self.field, ()))

    def fields(self) -> frozenset[str]:
        return frozenset({self.field})


@frozen(kw_only=False)
class Range:
    """`field:[a TO b]`, `{a TO b}`: compared as text, as Chef does; None is an open end (`*`)."""

    field: str
    low: str | None
    high: str | None
    with_low: bool
    with_high: bool

    def matches(self, fields: Fields) -> bool:
        return any(self._holds(text) for text in fields.get(self.field, ()))

    def _holds(self, text: str) -> bool:
        if self.low is not None and (text < self.low or (text == self.low and not self.with_low)):
            return False
        return self.high is None or text < self.high or (text == self.high and self.with_high)

    def fields(self) -> frozenset[str]:
        return frozenset({self.field})


@frozen(kw_only=False)
class Clauses:
    """Clauses side by side, Lucene's way: all required, none prohibited, and one of the rest if any is there.

    `a AND b` is two required clauses, `a OR b` two optional ones, `NOT a` a single prohibited one.
    """

    required: tuple[Query, ...] = ()
    prohibited: tuple[Query, ...] = ()
    optional: tuple[Query, ...] = ()

    def matches(self, fields: Fields) -> bool:
        if not all(clause.matches(fields) for clause in self.required):
            return False
        if any(clause.matches(fields) for clause in self.prohibited):
            return False
        if self.required or not self.optional:
            return True
        return any(clause.matches(fields) for clause in self.optional)

    def fields(self) -> frozenset[str]:
        every = (*self.required, *self.prohibited, *self.optional)
        return frozenset().union(*(clause.fields() for clause in every))


Query: TypeAlias = Everything | Term | Range | Clauses
"""`matches(fields)` says whether a node with these values is found; `fields()` what it has to look at."""
