"""Searches as Chef's local mode answers them (chef-zero): not quite as a server does.

A value is matched by words and without regard to case. A range holds only values below its low end: that is
chef-zero's own mistake (`ChefZero::Solr::Query::RangeQuery`), and so what a local run gets.
"""

from __future__ import annotations

import re
from functools import lru_cache

from driftcheck.chef.query_terms import Clauses, Everything, Fields, Query, Range, Term
from driftcheck.formats.wildcard import Part, Wildcard

_WORD = "[A-Za-z0-9@._':-]"
_NO_WORD = "[^A-Za-z0-9@._':-]"
MAX_LENGTH = 10_000


def matches_locally(query: Query, fields: Fields) -> bool:
    """Whether a local run's search finds what has these fields."""
    if isinstance(query, Everything):
        return True
    if isinstance(query, Term):
        pattern = _pattern(query.value)
        return any(pattern.search(text[:MAX_LENGTH]) is not None for text in fields.get(query.field, ()))
    if isinstance(query, Range):
        return _in_range(query, fields.get(query.field, ()))
    return _clauses(query, fields)


def _clauses(query: Clauses, fields: Fields) -> bool:
    if not all(matches_locally(each, fields) for each in query.required):
        return False
    if any(matches_locally(each, fields) for each in query.prohibited):
        return False
    return bool(query.required or not query.optional) or any(
        matches_locally(each, fields) for each in query.optional
    )


@lru_cache(maxsize=256)
def _pattern(value: Wildcard) -> re.Pattern[str]:
    body = f"{_WORD}*".join(_part(part) for part in value.parts)
    return re.compile(f"(?:^|{_NO_WORD}){body}(?:$|{_NO_WORD})", re.IGNORECASE | re.MULTILINE)


def _part(part: Part) -> str:
    return "".join(_WORD if character is None else re.escape(character) for character in part)


def _in_range(query: Range, values: tuple[str, ...]) -> bool:
    """The first value decides, and it has to lie below the low end."""
    for text in values[:1]:
        if query.low is not None and (query.low < text or (query.low == text and not query.with_low)):
            return False
        return query.high is None or text < query.high or (text == query.high and query.with_high)
    return False
