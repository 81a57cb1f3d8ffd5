"""What an Unknown condition does: each branch runs in its own world, and the worlds are joined again.

A world is what all reachable mutable objects hold. Objects keep their identity: a world is put back into
them, or joined in place. Where two worlds differ the joined one holds an Unknown with both as candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.frames import Context, Frame, Signal
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.values import (
    Entry,
    LimitReachedError,
    RubyArray,
    RubyClass,
    RubyError,
    RubyHash,
    RubyObject,
    RubyProc,
    RubyString,
    Value,
)
from driftcheck.model.facts import Known, Unknown, UnknownKind

if TYPE_CHECKING:
    from driftcheck.chef.ruby.core import Core

MAX_CANDIDATES = 8

World = dict[int, tuple[Any, Any]]
"""By the object's id: the object and what it holds."""


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


def _content(thing: Any) -> Any:
    """What an object holds, copied one level deep."""
    if isinstance(thing, RubyString):
        return (thing.text, thing.unknown, thing.frozen)
    if isinstance(thing, RubyArray):
        return (list(thing.items), thing.unknown, thing.frozen)
    if isinstance(thing, RubyHash):
        entries = {k: Entry(e.key, e.value, e.place, maybe=e.maybe) for k, e in thing.entries.items()}
        return (entries, thing.unknown, thing.doubt, thing.default, thing.default_proc, thing.frozen)
    if isinstance(thing, RubyClass):
        return (dict(thing.constants), dict(thing.methods), dict(thing.singleton), dict(thing.variables))
    if isinstance(thing, Context):
        return thing.last_match
    return thing.content() if isinstance(thing, Output) else dict(thing.variables)


def _put_back(thing: Any, content: Any) -> None:
    if isinstance(thing, Context):
        thing.last_match = content
    elif isinstance(thing, RubyString):
        thing.text, thing.unknown, thing.frozen = content
    elif isinstance(thing, RubyArray):
        items, thing.unknown, thing.frozen = content
        thing.items[:] = items
    elif isinstance(thing, RubyHash):
        entries, thing.unknown, thing.doubt, thing.default, thing.default_proc, thing.frozen = content
        thing.entries.clear()
        for key, entry in entries.items():
            thing.entries[key] = Entry(entry.key, entry.value, entry.place, maybe=entry.maybe)
    elif isinstance(thing, RubyClass):
        for own, saved in zip(
            (thing.constants, thing.methods, thing.singleton, thing.variables), content, strict=True
        ):
            own.clear()
            own.update(saved)
    elif isinstance(thing, Output):
        thing.put_back(content)
    else:
        thing.variables.clear()
        thing.variables.update(content)


def _held(thing: Any) -> list[Any]:
    """What is reachable from an object in one step."""
    if isinstance(thing, RubyArray):
        return thing.items
    if isinstance(thing, RubyHash):
        return [*thing.keys(), *thing.values(), thing.default, thing.default_proc]
    if isinstance(thing, Frame):
        return [*thing.variables.values(), thing.parent, thing.me, thing.context, thing.context.block]
    if isinstance(thing, RubyProc):
        return [thing.frame, thing.receiver]
    if isinstance(thing, RubyClass):
        return [*thing.constants.values(), *thing.variables.values()]
    if isinstance(thing, RubyObject):
        held = list(thing.variables.values())
        reach = getattr(thing.data, "reachable", None)
        return held + (reach() if reach is not None else [])
    if isinstance(thing, Unknown):
        return [each.value for each in thing.candidates]
    return []


_MUTABLE = (RubyString, RubyArray, RubyHash, Frame, RubyClass, RubyObject, Context)


def world_of(runtime: Core, roots: list[Any]) -> World:
    """The world as it is: everything that is reachable from the roots."""
    world: World = {}
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        thing = stack.pop()
        if thing is None or thing.__class__ in (int, float, bool, str) or id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, _MUTABLE) and not (isinstance(thing, RubyString) and thing.frozen):
            world[id(thing)] = (thing, _content(thing))
        stack.extend(_held(thing))
    runtime.spend(len(seen) // 4)
    return world


def put_back(world: World) -> None:
    """Makes the world what it was."""
    for thing, content in world.values():
        _put_back(thing, content)


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
        entries, unknown, doubt, default, default_proc, frozen = other
        thing.frozen = thing.frozen or frozen
        thing.unknown, thing.doubt = thing.unknown or unknown, thing.doubt or doubt
        if default_proc is not thing.default_proc:
            thing.unknown = thing.unknown or self.cause
        thing.default = self.values(thing.default, default)
        for key, entry in entries.items():
            own = thing.entries.get(key)
            if own is None:
                own = thing.entries[key] = Entry(
                    entry.key, unknown_of(self.cause, [entry.value]), entry.place
                )
                own.maybe = True
                continue
            own.maybe = own.maybe or entry.maybe
            joined = self.values(own.value, entry.value)
            own.place = own.place if joined is own.value else entry.place
            own.value = joined
        for key, own in thing.entries.items():
            if key not in entries:
                own.value, own.maybe = unknown_of(self.cause, [own.value]), True
        if list(entries) != [key for key in thing.entries if key in entries] or any(
            entry.maybe for entry in thing.entries.values()
        ):
            thing.doubt = thing.doubt or unknown_of(self.cause, [])

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
            return left if _content(left) == _content(right) else unknown_of(self.cause, [left, right])
        return unknown_of(self.cause, [left, right])

    def _is_new(self, value: Value) -> bool:
        return isinstance(value, (RubyString, RubyArray, RubyHash)) and id(value) not in self.before

    def _new_objects(self, left: Value, right: Value) -> Value:
        key = (id(left), id(right))
        if key in self._joined:
            return self._joined[key]
        if isinstance(left, RubyString) and _content(left) != _content(right):
            return None
        if isinstance(left, RubyArray) and len(left.items) != len(right.items):
            return None
        self._joined[key] = left
        if not isinstance(left, RubyString):
            self.content(left, _content(right))
        return left


def _unknown_method(cause: Unknown) -> RubyProc:
    from driftcheck.chef.ruby.values import UnknownMetError

    def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
        raise UnknownMetError(cause)

    return RubyProc(call)


class Pending:
    """A branch that left by a signal under an Unknown condition, and the world as it left it."""

    __slots__ = ("before", "cause", "signal", "world")

    def __init__(self, cause: Unknown, signal: Exception, world: World, before: World) -> None:
        self.cause = cause
        self.signal = signal
        self.world = world
        self.before = before


class Worlds:
    """The worlds of one evaluation."""

    def __init__(self, runtime: Core) -> None:
        self.runtime = runtime
        self.pending: list[Pending] = []

    def now(self, frame: Frame, *more: Any) -> World:
        """The world as it is, seen from a frame."""
        return world_of(self.runtime, [frame, *self.runtime.roots(), *more])

    def fork(self, frame: Frame, cause: Unknown, branches: list[Callable[[Frame], Value]]) -> Value:
        """Runs each branch from the world of now and joins what they make of it."""
        runtime = self.runtime
        runtime.met_unknown = True
        before = self.now(frame)
        values: list[Value] = []
        normal: list[World] = []
        left: list[Pending] = []
        for code in branches:
            put_back(before)
            runtime.spend(20)
            try:
                value = code(frame)
            except (Signal, RubyError) as signal:
                left.append(Pending(cause, signal, self.now(frame, _carried(signal)), before))
                continue
            except LimitReachedError:
                put_back(before)
                raise
            values.append(value)
            normal.append(self.now(frame, value))
        if not normal:
            return self._all_left(before, left)
        join = Join(cause, before)
        join.worlds(normal)
        self.pending.extend(left)
        result = values[0]
        for value in values[1:]:
            result = join.values(result, value)
        runtime.node_changed()
        return result

    def _all_left(self, before: World, left: list[Pending]) -> Value:
        """No branch went on: one of the signals goes on, the others wait where it is settled."""
        first, *others = left
        put_back(first.world)
        self.pending.extend(others)
        self.runtime.node_changed()
        raise first.signal

    def settle(self, frame: Frame, kinds: Any, tag: object, value: Value) -> Value:
        """At the end of a scope: joins the worlds of those that left it on the way, and the values."""
        if not self.pending:
            return value
        mine = [
            each
            for each in self.pending
            if isinstance(each.signal, kinds) and self._ends_here(each.signal, tag)
        ]
        for each in mine:
            self.pending.remove(each)
            join = Join(each.cause, each.before)
            join.worlds([self.now(frame, value), each.world])
            value = join.values(value, getattr(each.signal, "value", None))
            self.runtime.node_changed()
        return value

    @staticmethod
    def _ends_here(signal: Exception, tag: object) -> bool:
        own = getattr(signal, "tag", getattr(signal, "context", None))
        return own is None or own is tag

    def settle_errors(
        self, frame: Frame, mark: int, value: Value, handle: Callable[[RubyError], Value]
    ) -> Value:
        """At the end of a rescued body: what may have been raised in it is handled in its own world."""
        mine = [each for each in self.pending[mark:] if isinstance(each.signal, RubyError)]
        for each in mine:
            self.pending.remove(each)
            assert isinstance(each.signal, RubyError)
            normal = self.now(frame, value)
            put_back(each.world)
            try:
                other = handle(each.signal)
            except (Signal, RubyError) as signal:
                self.pending.append(
                    Pending(each.cause, signal, self.now(frame, _carried(signal)), each.before)
                )
                put_back(normal)
                continue
            world = self.now(frame, other)
            join = Join(each.cause, each.before)
            join.worlds([normal, world])
            value = join.values(value, other)
            self.runtime.node_changed()
        return value

    def mix(self, frame: Frame, cause: Unknown, before: World) -> None:
        """Makes the world one between that before and that of now: what has changed is Unknown."""
        Join(cause, before).worlds([self.now(frame), before])
        self.runtime.node_changed()

    def repeat(self, frame: Frame, cause: Unknown, turn: Callable[[], Value]) -> None:
        """Runs something that happens any number of times: what it writes is Unknown afterwards."""
        for _ in range(2):
            before = self.now(frame)
            self.fork(frame, cause, [lambda frame: None, lambda frame: turn()])
            for thing, content in before.values():
                _blur(thing, content, cause)
        self.runtime.node_changed()


def _carried(signal: Exception) -> Any:
    return getattr(signal, "value", None) or getattr(signal, "exception", None)


def _blur(thing: Any, content: Any, cause: Unknown) -> None:
    """Takes away the candidates of what has changed: after more turns it may be anything."""
    plain = Unknown(kind=cause.kind, reason=cause.reason, location=cause.location)
    if isinstance(thing, Output):
        thing.blur(content, plain)
    elif isinstance(thing, RubyArray) and thing.unknown is None:
        for index, (old, new) in enumerate(zip(content[0], thing.items, strict=False)):
            if old is not new:
                thing.items[index] = plain
    elif isinstance(thing, RubyHash):
        for key, entry in thing.entries.items():
            old_entry = content[0].get(key)
            if (old_entry is None or old_entry.value is not entry.value) and isinstance(entry.value, Unknown):
                entry.value = Unknown(
                    kind=UnknownKind.UNSUPPORTED, reason=cause.reason, location=cause.location,
                    candidates=entry.value.candidates,
                )  # fmt: skip
    elif isinstance(thing, Context):
        thing.last_match = thing.last_match if thing.last_match is content else plain
    elif isinstance(thing, (Frame, RubyObject)):
        for name, value in thing.variables.items():
            if content.get(name) is not value and isinstance(value, Unknown):
                thing.variables[name] = plain
