"""What an Unknown condition does: each branch runs in its own world, and the worlds are joined again.

A world is what all reachable mutable objects hold. Objects keep their identity: a world is put back into
them, or joined in place. Where two worlds differ the joined one holds an Unknown with both as candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.frames import Context, Frame, Signal
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.values import LimitReachedError, RubyArray, RubyError, RubyHash, Value
from driftcheck.model.facts import Unknown, UnknownKind

if TYPE_CHECKING:
    from driftcheck.chef.ruby.core import Core
from driftcheck.chef.ruby.contents import World, put_back, world_of
from driftcheck.chef.ruby.joins import Join


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
        self.forks = 0
        """In how many worlds, one within the other, the code runs: 0 where there is only one."""

    def now(self, frame: Frame, *more: Any, free: bool = False) -> World:
        """The world as it is, seen from a frame; `free`: it counts nothing of the run's steps."""
        self.runtime.touch()
        world = world_of([frame, *self.runtime.roots(), *more])
        if not free:
            self.runtime.spend(len(world) // 4)
        return world

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
            runtime.node_changed()
            runtime.spend(20)
            try:
                value = self._in_fork(partial(code, frame))
            except (Signal, RubyError) as signal:
                left.append(Pending(cause, signal, self.now(frame, _carried(signal)), before))
                continue
            except LimitReachedError:
                put_back(before)
                runtime.node_changed()
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

    def _in_fork(self, code: Callable[[], Value]) -> Value:
        state = self.runtime.node_state
        journal = None if state is None else state.journal
        self.forks += 1
        if journal is not None:
            journal.doubts = self.forks
        try:
            return code()
        finally:
            self.forks -= 1
            if journal is not None:
                journal.doubts = self.forks

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
            self.runtime.node_changed()
            try:
                other = self._in_fork(partial(handle, each.signal))
            except (Signal, RubyError) as signal:
                self.pending.append(
                    Pending(each.cause, signal, self.now(frame, _carried(signal)), each.before)
                )
                put_back(normal)
                self.runtime.node_changed()
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
        for thing, content in before.values():
            if isinstance(thing, Output):
                thing.lose_since(content, cause)
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
                entry.maybe, thing.in_order = bool(entry.maybe), False
    elif isinstance(thing, Context):
        thing.last_match = thing.last_match if thing.last_match is content else plain
    elif isinstance(thing, (Frame, RubyObject)):
        for name, value in thing.variables.items():
            if content.get(name) is not value and isinstance(value, Unknown):
                thing.variables[name] = plain
