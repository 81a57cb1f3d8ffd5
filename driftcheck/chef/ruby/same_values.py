"""Whether two values of merged attributes are the same, class by class, and in the same order."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import ImmutableArray, ImmutableMash
from driftcheck.chef.ruby.values import RubyString, Symbol, Value, VersionString

MAX_PARTS = 400
"""Hashes, arrays and scalars of a value that is compared; larger ones count as different."""

_PLAIN = frozenset({int, float, bool, type(None), Symbol})
_STRINGS = frozenset({RubyString, VersionString})


def same(left: Value, right: Value) -> bool:
    """Whether nothing tells them apart. False where anything in them is not known, and for large ones."""
    if left.__class__ is not right.__class__:
        return False
    if left.__class__ is RubyString:
        return _same_strings(left, right)
    stack = [(left, right)]
    count = 0
    while stack:
        one, other = stack.pop()
        kind = one.__class__
        count += 1
        if kind is not other.__class__ or count > MAX_PARTS:
            return False
        if kind in _STRINGS:
            if not _same_strings(one, other):
                return False
        elif kind is ImmutableMash:
            if not _same_keys(one, other):
                return False
            pairs = zip(one.entries.values(), other.entries.values(), strict=True)
            stack.extend((mine.value, theirs.value) for mine, theirs in pairs)
        elif kind is ImmutableArray:
            if one.unknown or other.unknown or len(one.items) != len(other.items):
                return False
            stack.extend(zip(one.items, other.items, strict=True))
        elif kind not in _PLAIN or (one != other or repr(one) != repr(other)):
            return False
    return True


def _same_strings(one: RubyString, other: RubyString) -> bool:
    return (
        one.text == other.text
        and one.binary is other.binary
        and one.unknown is None
        and other.unknown is None
    )


def _same_keys(one: ImmutableMash, other: ImmutableMash) -> bool:
    sure = not (one.unknown or one.doubt or other.unknown or other.doubt)
    return (
        sure
        and len(one.entries) <= MAX_PARTS
        and list(one.entries) == list(other.entries)
        and not any(entry.maybe for entry in (*one.entries.values(), *other.entries.values()))
    )


def is_small(value: Value) -> bool:
    """Whether a value is worth comparing: it is the same as itself."""
    return same(value, value)
