"""Searches with a Regexp: compiled at the first use, bounded in time, and `$~` set."""

from __future__ import annotations

import re
from functools import lru_cache

from driftcheck.chef.ruby.methods.conversions import kind_word, require_known, to_string
from driftcheck.chef.ruby.methods.interface import Call, Interpreter
from driftcheck.chef.ruby.methods.regexp_syntax import Translation
from driftcheck.chef.ruby.values import (
    RubyError,
    RubyMatch,
    RubyRegexp,
    RubyString,
    Symbol,
    Value,
    unsupported,
)

MAX_STEPS = 10**8
"""Of Python's matcher, in the worst case; about two seconds."""
MAX_NESTED = 24
"""Characters of a text that loops in loops may go through."""


class Compiled:
    """A pattern ready to search, with the names of its groups."""

    __slots__ = ("names", "pattern", "translation")

    def __init__(self, source: str, options: str) -> None:
        self.translation = Translation(source, options)
        self.names = self.translation.names
        flags = re.IGNORECASE if "i" in options else 0
        try:
            self.pattern = re.compile(self.translation.text, flags)
        except (re.error, RecursionError, OverflowError):
            raise unsupported("such a regular expression") from None

    def require_bounded(self, text: str) -> None:
        """Raises UnknownMetError where the search might take too long or differ from Ruby's."""
        if self.translation.ascii_only and not text.isascii():
            raise unsupported("a regular expression that depends on letters beyond ASCII")
        if self.translation.nested and len(text) > MAX_NESTED:
            raise unsupported("a regular expression that may take too long")
        if len(text) ** self.translation.degree > MAX_STEPS:
            raise unsupported("a regular expression that may take too long")


@lru_cache(maxsize=1024)
def _compiled(source: str, options: str) -> Compiled:
    return Compiled(source, options)


def compiled(regexp: RubyRegexp) -> Compiled:
    """The regexp's Python pattern. Raises UnknownMetError for what is not translated."""
    if regexp.compiled is None:
        try:
            regexp.compiled = _compiled(regexp.source, regexp.options)
        except IndexError:
            raise unsupported("such a regular expression") from None
    found: Compiled = regexp.compiled
    return found


def as_regexp(interpreter: Interpreter, pattern: Value) -> RubyRegexp:
    """A Regexp as it is, a String as the pattern that it spells (`match`, `=~`)."""
    require_known(pattern)
    if isinstance(pattern, RubyRegexp):
        return pattern
    return RubyRegexp(pattern_text(interpreter, pattern))


def pattern_text(interpreter: Interpreter, pattern: Value) -> str:
    """The text of a pattern that is a String; TypeError `wrong argument type nil (expected Regexp)`."""
    require_known(pattern)
    if isinstance(pattern, RubyString):
        return pattern.text
    if pattern is not None and interpreter.responds_to(pattern, "to_str"):
        return to_string(interpreter, pattern).text
    word = kind_word(interpreter, pattern)
    raise RubyError("TypeError", f"wrong argument type {word} (expected Regexp)")


def search(interpreter: Interpreter, regexp: RubyRegexp, text: str, start: int = 0) -> re.Match[str] | None:
    """The first match from `start` on, without setting `$~`."""
    ready = compiled(regexp)
    ready.require_bounded(text)
    interpreter.spend(len(text) // 64 + 1)
    return ready.pattern.search(text, start)


def match_data(regexp: RubyRegexp, match: re.Match[str]) -> RubyMatch:
    """Python's match as MatchData."""
    spans = [match.span(number) for number in range((match.re.groups or 0) + 1)]
    return RubyMatch(match.string, regexp, spans, compiled(regexp).names)


def search_and_keep(call: Call, regexp: RubyRegexp, text: str, start: int = 0) -> RubyMatch | None:
    """The first match, kept as `$~`, which is nil if there is none."""
    found = search(call.interpreter, regexp, text, start)
    kept = None if found is None else match_data(regexp, found)
    call.interpreter.last_match = kept
    return kept


def literal(text: str) -> RubyRegexp:
    """A Regexp that matches exactly this text."""
    return RubyRegexp(escaped(text))


_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f", "\v": "\\v", " ": "\\ "}


def escaped(text: str) -> str:
    """`Regexp.escape`."""
    return "".join(_ESCAPES.get(char, f"\\{char}" if char in "[]{}()|-*.\\?+^$#" else char) for char in text)


def matched_text(value: Value) -> str | None:
    """The text to match with `===` and `=~`: of a String or Symbol; None for anything else."""
    require_known(value)
    if isinstance(value, Symbol):
        return value.name
    return value.text if isinstance(value, RubyString) else None
