"""Chef's kinds of hashes and arrays: what attribute levels are made of, and what reading a node gives.

`Mash` (ChefUtils::Mash), `VividMash` and `AttrArray` (a level), `ImmutableMash` and `ImmutableArray` (a
node read). All turn symbol keys into strings; integer keys stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import (
    MOST_PARTS,
    LimitReachedError,
    Place,
    RubyArray,
    RubyHash,
    RubyProc,
    RubyString,
    Symbol,
    Value,
    hash_key,
)

if TYPE_CHECKING:
    from driftcheck.chef.ruby.journal import Journal

MOST_OF_ALL = 10_000_000
"""Entries that are copied: a node object of 50 KB has about 2,000."""


class Mash(RubyHash):
    """`ChefUtils::Mash`: hashes put into it become Mashes too."""

    __slots__ = ()

    def convert_key(self, key: Value) -> Value:
        """A symbol becomes a string."""
        return RubyString(key.name, frozen=True) if key.__class__ is Symbol else key


class Root(Protocol):
    """What keeps the merged attributes, and forgets them when a level changes."""

    journal: Journal | None
    """Told of what is written."""

    aliased: bool
    """Set where a hash or an array of a level is put into a level again."""

    def reset(self, key: Value = None) -> None:
        """Forgets what is merged under a top-level key; all of it for nil."""
        ...


class VividMash(Mash):
    """`Chef::Node::VividMash`: part of one attribute level; reading a missing key makes it.

    `path` is how it was last reached from its level: Chef uses it to know what to merge anew.
    """

    __slots__ = ("path", "root")

    def __init__(self, pairs: Iterable[tuple[Value, Value]] = (), root: Root | None = None) -> None:
        self.root = root
        self.path: tuple[Value, ...] = ()
        super().__init__(pairs)

    def put(self, key: Value, value: Value, place: Place | None = None) -> None:
        """Writes, and tells the run's journal if there is one."""
        super().put(key, value, place)
        if self.root is not None and self.root.journal is not None:
            self.root.journal.put(self, key, value, place)

    def drop(self, key: Value, missing: Value = None) -> Value:
        """Removes a key, and tells the run's journal if there is one."""
        if self.root is not None and self.root.journal is not None:
            self.root.journal.drop(self, key)
        return super().drop(key, missing)


class AttrArray(RubyArray):
    """`Chef::Node::AttrArray`: an array in an attribute level."""

    __slots__ = ("path", "root")

    def __init__(self, items: Iterable[Value] = (), root: Root | None = None) -> None:
        super().__init__(items)
        self.root = root
        self.path: tuple[Value, ...] = ()


class DelayedEvaluator(RubyProc):
    """`lazy { … }`: evaluated when the attribute is read."""

    __slots__ = ()


class ImmutableMash(Mash):
    """`Chef::Node::ImmutableMash`: a hash of the merged attributes."""

    __slots__ = ()


class ImmutableArray(RubyArray):
    """`Chef::Node::ImmutableArray`: an array of the merged attributes."""

    __slots__ = ()


def mash_value(value: Value) -> Value:
    """A value as a Mash takes it: plain hashes become Mashes, arrays are copied."""
    if value.__class__ is RubyHash:
        return _copied(value, Mash(), mash_value)
    if isinstance(value, RubyArray):
        made = RubyArray(_items(value, mash_value))
        made.unknown = value.unknown
        return made
    return value


_ATOMS = frozenset({RubyString, Symbol, int, float, bool, type(None)})


def vivid_value(value: Value, root: Root | None) -> Value:
    """A value as a level takes it; what is of a level already stays the same object."""
    if value.__class__ in _ATOMS:
        return value
    if isinstance(value, (VividMash, AttrArray)):
        if root is not None:
            root.aliased = True
        return value
    if isinstance(value, RubyHash):
        return _copied(value, VividMash((), root), lambda inner: vivid_value(inner, root))
    if isinstance(value, RubyArray):
        made = AttrArray(_items(value, lambda inner: vivid_value(inner, root)), root)
        made.unknown = value.unknown
        return made
    return value


def immutable_value(value: Value) -> Value:
    """A value as a node read gives it: copied, with frozen strings."""
    if isinstance(value, RubyString):
        return frozen_copy(value)
    if isinstance(value, RubyHash):
        if value.__class__ is ImmutableMash:
            return value
        return _copied(value, ImmutableMash(), immutable_value)
    if isinstance(value, RubyArray):
        if value.__class__ is ImmutableArray:
            return value
        made = ImmutableArray(_items(value, immutable_value))
        made.unknown = value.unknown
        return made
    return value


def frozen_copy(value: RubyString) -> RubyString:
    """The string itself if it is frozen, else a frozen copy."""
    if value.frozen:
        return value
    return value.copied(frozen=True)


def copy_string(value: RubyString) -> RubyString:
    """`dup`."""
    return value.copied()


class Copies:
    """What is copied has no runtime to count it, and a hash that holds another twice, sixty times over, has
    more entries than there is memory. So entries are counted here: of one copy, and of all of a run.
    """

    def __init__(self) -> None:
        self.nested = 0
        self.of_one = 0
        self.of_all = 0

    def begin(self, entries: int) -> None:
        """Counts the parts of a hash or an array; LimitReachedError if they are too many. `end` ends it."""
        if not self.nested:
            self.of_one = 0
        self.nested += 1
        self.of_one += entries
        self.of_all += entries
        if self.of_one > MOST_PARTS or self.of_all > MOST_OF_ALL:
            raise LimitReachedError("the attributes have too many parts")

    def end(self) -> None:
        """The other end of `begin`."""
        self.nested -= 1


COPIES = Copies()


def run_begins() -> None:
    """Counts anew."""
    COPIES.nested = COPIES.of_all = 0


def _items(value: RubyArray, convert: Callable[[Value], Value]) -> list[Value]:
    try:
        COPIES.begin(len(value.items))
        return [convert(item) for item in value.items]
    finally:
        COPIES.end()


def _copied(value: RubyHash, made: RubyHash, convert: Callable[[Value], Value]) -> RubyHash:
    made.unknown, made.doubt, in_order = value.unknown, value.doubt, value.in_order
    try:
        COPIES.begin(len(value.entries))
        for entry in value.entries.values():
            made.put(entry.key, convert(entry.value), entry.place)
            if entry.maybe:
                known = entry.maybe if entry.maybe is True else Perhaps(convert(entry.maybe.value))
                made.entries[hash_key(made.convert_key(entry.key))].maybe = known
        made.in_order = in_order and len(made.entries) == len(value.entries)
    finally:
        COPIES.end()
    return made


def safe_dup(value: Value) -> Value:
    """Chef's `safe_dup`: `dup` as each kind has it."""
    if isinstance(value, RubyString):
        return copy_string(value)
    if isinstance(value, ImmutableMash):
        return _copied(value, Mash(), lambda inner: mash_value(safe_dup(inner)))
    if isinstance(value, VividMash):
        return _copied(value, Mash(), mash_value)
    if isinstance(value, (ImmutableArray, AttrArray)):
        made = RubyArray(_items(value, safe_dup))
        made.unknown = value.unknown
        return made
    if isinstance(value, Mash):
        return _copied(
            value, Mash(), lambda inner: safe_dup(inner) if isinstance(inner, (Mash, RubyArray)) else inner
        )
    if isinstance(value, RubyHash):
        plain = _copied(value, RubyHash(), lambda inner: inner)
        plain.default, plain.default_proc = value.default, value.default_proc
        return plain
    if isinstance(value, RubyArray):
        plain_array = RubyArray(value.items)
        plain_array.unknown = value.unknown
        return plain_array
    return value


def plain_value(value: Value) -> Value:
    """`to_h` and `to_a` of what a node read gives: plain hashes and arrays, all the way down."""
    if isinstance(value, ImmutableMash):
        return _copied(value, RubyHash(), plain_value)
    if isinstance(value, ImmutableArray):
        made = RubyArray(_items(value, plain_value))
        made.unknown = value.unknown
        return made
    return copy_string(value) if isinstance(value, RubyString) else value
