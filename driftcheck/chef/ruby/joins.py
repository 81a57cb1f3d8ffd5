"""Two worlds made one: where they differ stands an Unknown with both as candidates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.frames import Context
from driftcheck.chef.ruby.mashes import VividMash
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import (
    Entry,
    RubyArray,
    RubyHash,
    RubyProc,
    RubyString,
    Symbol,
    Value,
)
from driftcheck.model.facts import Known, Unknown

if TYPE_CHECKING:
    pass
from driftcheck.chef.ruby.contents import World, content_of, put_back

MAX_CANDIDATES = 8


def unknown_of(cause: Unknown, values: Iterable[Value]) -> Unknown:
    """An Unknown for the reason of another, that has one of these values."""
    candidates: list[Known[Any]] = []
    for value in values:
        several = value.candidates if isinstance(value, Unknown) else (Known(value=value),)
        candidates.extend(
            each for each in several if all(each.value is not known.value for known in candidates)
        )
    return Unknown(
        kind=cause.kind,
        reason=cause.reason,
        location=cause.location,
        candidates=tuple(candidates[:MAX_CANDIDATES]),
    )


class Join:
    """Joins worlds into the first of them. `before` tells new objects from those that were there."""

    def __init__(self, cause: Unknown, before: World) -> None:
        self.cause = cause
        self.before = before
        self._joined: dict[tuple[int, int], Value] = {}

    def worlds(self, worlds: list[World]) -> None:
        """The joined world, in place. Objects that only one world has are reachable only there."""
        first, *others = worlds
        put_back(first)
        for other in others:
            for key, (thing, content) in other.items():
                if key in self.before or key in first:
                    self.content(thing, content)

    def content(self, thing: Any, other: Any) -> None:
        """Joins what an object holds with what it holds in another world."""
        if isinstance(thing, Context):
            thing.last_match = self.values(thing.last_match, other)
            return
        if isinstance(thing, RubyString):
            differs = (thing.text, thing.unknown) != other[:2]
            thing.unknown = (
                (thing.unknown or other[1] or unknown_of(self.cause, [])) if differs else thing.unknown
            )
            thing.frozen = thing.frozen or other[2]
        elif isinstance(thing, RubyArray):
            self._array(thing, other)
        elif isinstance(thing, RubyHash):
            self._hash(thing, other)
        elif isinstance(thing, RubyClass):
            self._variables(thing.constants, other[0])
            self._variables(thing.variables, other[3])
            for own, saved in ((thing.methods, other[1]), (thing.singleton, other[2])):
                for name in {*own, *saved}:
                    if own.get(name) is not saved.get(name):
                        own[name] = _unknown_method(self.cause)
        elif isinstance(thing, Output):
            thing.join(other, self.cause)
        else:
            self._variables(thing.variables, other)

    def _variables(self, own: dict[str, Value], other: dict[str, Value]) -> None:
        for name in {**own, **other}:
            own[name] = self.values(own.get(name), other.get(name))

    def _array(self, thing: RubyArray, other: Any) -> None:
        items, unknown, frozen = other
        thing.frozen = thing.frozen or frozen
        if unknown is not None or thing.unknown is not None:
            thing.unknown = thing.unknown or unknown
        elif len(items) != len(thing.items):
            thing.unknown = unknown_of(self.cause, [])
        else:
            thing.items[:] = [self.values(a, b) for a, b in zip(thing.items, items, strict=True)]

    def _hash(self, thing: RubyHash, other: Any) -> None:
        entries, unknown, doubt, default, default_proc, frozen, in_order = other
        thing.frozen = thing.frozen or frozen
        order = _one_order(thing, entries, in_order=(doubt is None or in_order))
        thing.unknown, thing.doubt = thing.unknown or unknown, thing.doubt or doubt
        if default_proc is not thing.default_proc:
            thing.unknown = thing.unknown or self.cause
        thing.default = self.values(thing.default, default)
        for key, entry in entries.items():
            own = thing.entries.get(key)
            if own is None:
                value = self._perhaps(thing, entry.value)
                maybe = _what_it_is(entry)
                thing.entries[key] = Entry(entry.key, value, entry.place, maybe=maybe)
                continue
            own.maybe = own.maybe if own.maybe is entry.maybe else True
            joined = self.values(own.value, entry.value)
            own.place = own.place if joined is own.value else entry.place
            own.value = joined
        for key, own in thing.entries.items():
            if key not in entries:
                value = self._perhaps(thing, own.value)
                own.value, own.maybe = value, _what_it_is(own)
        if list(entries) != [key for key in thing.entries if key in entries] or any(
            entry.maybe for entry in thing.entries.values()
        ):
            thing.doubt = thing.doubt or unknown_of(self.cause, [])
            _put_in_order(thing, order)

    def _perhaps(self, parent: RubyHash, value: Value) -> Value:
        """What one world alone has under a key. A level's new hash stays one, of which nothing is sure.

        So the other levels' values beside it are still known.
        """
        new = value.__class__ is VividMash and id(value) not in self.before
        if not new or parent.__class__ is not VividMash:
            return unknown_of(self.cause, [value])
        for entry in value.entries.values():
            inner = self._perhaps(value, entry.value)
            entry.value, entry.maybe = inner, _what_it_is(entry)
        value.in_order = value.doubt is None or value.in_order
        value.doubt = value.doubt or unknown_of(self.cause, [])
        return value

    def values(self, left: Value, right: Value) -> Value:
        """One value for two: the same where they are, else Unknown."""
        if left is right:
            return left
        if isinstance(left, (int, float)) and left.__class__ is right.__class__ and left == right:
            return left
        if self._is_new(left) and self._is_new(right) and left.__class__ is right.__class__:
            joined = self._new_objects(left, right)
            if joined is not None:
                return joined
        if isinstance(left, RubyString) and left.__class__ is right.__class__ and left.frozen:
            return left if content_of(left) == content_of(right) else unknown_of(self.cause, [left, right])
        return unknown_of(self.cause, [left, right])

    def _is_new(self, value: Value) -> bool:
        return isinstance(value, (RubyString, RubyArray, RubyHash)) and id(value) not in self.before

    def _new_objects(self, left: Value, right: Value) -> Value:
        key = (id(left), id(right))
        if key in self._joined:
            return self._joined[key]
        if isinstance(left, RubyString) and content_of(left) != content_of(right):
            return None
        if isinstance(left, RubyArray) and len(left.items) != len(right.items):
            return None
        self._joined[key] = left
        if not isinstance(left, RubyString):
            self.content(left, content_of(right))
        return left


_SCALARS = frozenset({int, float, bool, type(None), Symbol, RubyString})


def _what_it_is(entry: Entry) -> bool | Perhaps:
    """What an entry is that only one of two worlds has, if it is there; True where that is not known."""
    if entry.maybe:
        return entry.maybe
    return Perhaps(entry.value) if entry.value.__class__ in _SCALARS else True


def _one_order(thing: RubyHash, entries: Any, *, in_order: bool) -> list[Any] | None:
    """The keys of two worlds' hash in the order of both; None where they have none in common."""
    if not in_order or (thing.doubt is not None and not thing.in_order):
        return None
    own, other = list(thing.entries), list(entries)
    common = [key for key in own if key in entries]
    if common != [key for key in other if key in thing.entries]:
        return None
    order: list[Any] = []
    at = 0
    for key in own:
        if key in entries:
            while other[at] != key:
                order.append(other[at])
                at += 1
            at += 1
        order.append(key)
    return order + other[at:]


def _put_in_order(thing: RubyHash, order: list[Any] | None) -> None:
    thing.in_order = order is not None
    if order is not None and list(thing.entries) != order:
        entries = dict(thing.entries)
        thing.entries.clear()
        thing.entries.update((key, entries[key]) for key in order)


def _unknown_method(cause: Unknown) -> RubyProc:
    from driftcheck.chef.ruby.values import UnknownMetError

    def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
        raise UnknownMetError(cause)

    return RubyProc(call)
