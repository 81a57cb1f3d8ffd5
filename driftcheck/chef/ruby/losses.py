"""What happens where something is Unknown: what may have been written becomes Unknown too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftcheck.chef.ruby.answers import Answers
from driftcheck.chef.ruby.classes import known_names
from driftcheck.chef.ruby.contents import World
from driftcheck.chef.ruby.frames import Frame, RetrySignal
from driftcheck.chef.ruby.joins import unknown_of
from driftcheck.chef.ruby.methods.interface import Method
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.receivers import touched
from driftcheck.chef.ruby.sparse import SparseArray
from driftcheck.chef.ruby.unknowns import without_candidates
from driftcheck.chef.ruby.values import (
    NO_SELF,
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    RubyString,
    Value,
)
from driftcheck.model.facts import Unknown


class Losses(Answers):
    """The part of an evaluation that knows what is lost."""

    def _call_on_unknown(
        self, frame: Frame, receiver: Unknown, name: str, args: list[Value], block: RubyProc | None
    ) -> Value:
        """An operation on an Unknown is taken not to raise. What it may write is Unknown."""
        self.met_unknown = True
        self.doubtful += 1
        frame.context.last_match = without_candidates(receiver)
        things = touched([receiver, *args])
        if name not in known_names()["harmless"]:
            for thing in things:
                self.smear(thing, receiver)
        if block is not None:
            self._run_block_maybe(frame, receiver, block)
        return unknown_of(
            Unknown(kind=receiver.kind, reason=receiver.reason, location=receiver.location), things
        )

    def _call_lost(
        self, frame: Frame, cause: Unknown, receiver: Value, args: list[Value], block: RubyProc | None
    ) -> Value:
        """A call whose method is not evaluated: all that it can reach may have changed."""
        self.met_unknown = True
        self.doubtful += 1
        frame.context.last_match = without_candidates(cause)
        for thing in touched([receiver, *args]):
            self.smear(thing, cause)
        if block is not None:
            self._run_block_maybe(frame, cause, block)
        return without_candidates(cause)

    def _native_lost(
        self,
        frame: Frame,
        cause: Unknown,
        method: Method,
        receiver: Value,
        args: list[Value],
        block: RubyProc | None,
    ) -> Value:
        """A built-in method that met an Unknown: it changes nothing but its receiver, if that."""
        self.met_unknown = True
        self.doubtful += 1
        frame.context.last_match = without_candidates(cause)
        if method.mutates or method.name in ("[]=", "store", "<<", "push"):
            self.smear(receiver, cause)
        if block is not None:
            self._run_block_maybe(frame, cause, block)
        return unknown_of(without_candidates(cause), touched([receiver]))

    def _run_block_maybe(self, frame: Frame, cause: Unknown, block: RubyProc) -> None:
        """A block that runs any number of times, with arguments that are not known."""
        count = max(1, len(block.parameters))
        argument = without_candidates(cause)
        self.worlds.repeat(frame, cause, lambda: block.call([argument] * count, None, NO_SELF))

    def smear(self, thing: Value, cause: Unknown) -> None:
        """Makes what an object holds Unknown, at any depth."""
        self.met_unknown = True
        self.touch()
        plain = without_candidates(cause)
        stack, seen = [thing], set()
        while stack:
            each = stack.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            if isinstance(each, RubyString) and not each.frozen:
                each.unknown = plain
            elif isinstance(each, RubyArray):
                stack.extend(each.items)
                each.unknown = each.unknown or plain
                if isinstance(each, SparseArray) and each.slots is not None:
                    stack.extend(slot.value for slot in each.slots)
                    each.slots = None
            elif isinstance(each, RubyHash):
                for entry in each.entries.values():
                    stack.append(entry.value)
                    entry.value, entry.maybe = unknown_of(plain, [entry.value]), True
                each.unknown = each.unknown or plain
            elif isinstance(each, RubyObject):
                stack.extend(each.variables.values())
                each.variables = {name: unknown_of(plain, [value]) for name, value in each.variables.items()}
        self.node_changed()

    def lose(self, frame: Frame, cause: Unknown) -> None:
        """From here on nothing is known: the evaluation ends."""
        raise LimitReachedError(cause.reason)

    def fork(self, frame: Frame, cause: Unknown, branches: list[Callable[[Frame], Value]]) -> Value:
        """Runs branches of which nobody knows which one Ruby would take."""
        return self.worlds.fork(frame, cause, branches)

    def repeat(self, frame: Frame, cause: Unknown, turn: Callable[[], Value]) -> None:
        """Runs something that happens any number of times."""
        self.worlds.repeat(frame, cause, turn)

    def now(self, frame: Frame) -> World:
        """The world as it is."""
        return self.worlds.now(frame)

    def mix(self, frame: Frame, cause: Unknown, before: World) -> None:
        """Makes the world one between that before and that of now."""
        self.worlds.mix(frame, cause, before)

    def settle(self, frame: Frame, kinds: Any, tag: object, value: Value) -> Value:
        """At the end of a scope."""
        return self.worlds.settle(frame, kinds, tag, value) if self.worlds.pending else value

    def mark(self) -> int:
        """How many branches wait: for `settle_errors`."""
        return len(self.worlds.pending)

    def doubtful_loop(self, frame: Frame, mark: int, turn: Callable[[], Value]) -> Value | None:
        """After a turn of a loop: if it may have left (since `mark`), the turns that follow, at once.

        The Unknown that is then the loop's value; None where it goes on as it is.
        """
        if len(self.worlds.pending) <= mark:
            return None
        cause = without_candidates(self.worlds.pending[-1].cause)
        self.worlds.repeat(frame, cause, turn)
        return cause

    def doubtful_retry(self, frame: Frame, mark: int) -> Unknown | None:
        """Why a body may be run again, if a `retry` waits since `mark`; its worlds are joined."""
        waiting = [each for each in self.worlds.pending[mark:] if isinstance(each.signal, RetrySignal)]
        if not waiting:
            return None
        self.worlds.settle(frame, RetrySignal, None, None)
        return without_candidates(waiting[0].cause)

    def forget_errors(self, mark: int) -> None:
        """Drops what may have been raised since `mark`: it is handled otherwise."""
        pending = self.worlds.pending
        pending[mark:] = [each for each in pending[mark:] if not isinstance(each.signal, RubyError)]

    def settle_errors(
        self, frame: Frame, mark: int, value: Value, handle: Callable[[RubyError], Value]
    ) -> Value:
        """At the end of a rescued body."""
        if len(self.worlds.pending) <= mark:
            return value
        return self.worlds.settle_errors(frame, mark, value, handle)
