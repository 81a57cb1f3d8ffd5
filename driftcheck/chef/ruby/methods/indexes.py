"""Indexes and ranges into strings and arrays, as `[]`, `slice`, `fill` and others read them."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known, to_integer
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.values import RubyError, RubyMatch, RubyRange


def range_span(interpreter: Interpreter, given: RubyRange, size: int) -> tuple[int, int] | None:
    """Start and length of a range within `size`; None if its start lies outside."""
    first = 0 if given.first is None else to_integer(interpreter, given.first)
    last = -1 if given.last is None else to_integer(interpreter, given.last)
    exclusive = given.exclusive and given.last is not None
    if first < 0:
        first += size
        if first < 0:
            return None
    if first > size:
        return None
    if last < 0:
        last += size
    if not exclusive:
        last += 1
    return first, max(min(last, size) - first, 0)


def write_span(interpreter: Interpreter, given: RubyRange, size: int) -> tuple[int, int]:
    """The same for a write, which may stand behind the end; RangeError `-5..1 out of range`."""
    first = 0 if given.first is None else to_integer(interpreter, given.first)
    last = -1 if given.last is None else to_integer(interpreter, given.last)
    exclusive = given.exclusive and given.last is not None
    start = first + size if first < 0 else first
    if start < 0:
        raise RubyError("RangeError", f"{interpreter.inspect(given)} out of range")
    end = last + size if last < 0 else last
    return start, max(end + (not exclusive) - start, 0)


def part_span(start: int, length: int, size: int) -> tuple[int, int] | None:
    """Start and length of `[start, length]` within `size`; None if it lies outside."""
    if length < 0:
        return None
    if start < 0:
        start += size
    if not 0 <= start <= size:
        return None
    return start, min(length, size - start)


def is_range(value: object) -> bool:
    """Whether an index is a range. Raises UnknownMetError, and ArgumentError for MatchData, as Ruby does.

    Ruby takes for a range whatever has `begin` and `end`, and those of MatchData want an argument.
    """
    if isinstance(value, RubyMatch):
        raise RubyError("ArgumentError", "wrong number of arguments (given 0, expected 1)")
    return isinstance(require_known(value), RubyRange)
