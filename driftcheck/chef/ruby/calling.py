"""Method calls: the method found and run, built-in or written in Ruby, or missing."""

from __future__ import annotations

from functools import cache
from typing import Any

from driftcheck.chef.ruby import pieced
from driftcheck.chef.ruby.arguments import Arguments
from driftcheck.chef.ruby.beginnings import NOTHING_KNOWN, BegunArray, BegunString, answer
from driftcheck.chef.ruby.classes import known_names
from driftcheck.chef.ruby.core import UnknownRest
from driftcheck.chef.ruby.frames import Frame, Signal
from driftcheck.chef.ruby.harmless import is_harmless, only_reads
from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.mashes import Mash
from driftcheck.chef.ruby.methods.interface import Call, Method
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.output import WrittenString
from driftcheck.chef.ruby.receivers import bytes_in_the_way, describe, inside, unknown_inside
from driftcheck.chef.ruby.sparse import is_sparse
from driftcheck.chef.ruby.sparse_walks import walked
from driftcheck.chef.ruby.values import (
    NO_SELF,
    LimitReachedError,
    Place,
    RubyArray,
    RubyError,
    RubyProc,
    RubyString,
    RunAgainError,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

REMOVED = frozenset({"set", "set_unless", "set!"})
"""What Chef::Node had in old releases."""


@cache
def core_method_names() -> frozenset[str]:
    """The names that Ruby's own values know."""
    kinds = (
        "Kernel",
        "Comparable",
        "Enumerable",
        "NilClass",
        "Integer",
        "Float",
        "String",
        "Symbol",
        "Array",
        "Hash",
    )
    return frozenset().union(*(known_names()[kind] for kind in kinds))


class InTheWay:
    """The Unknown for which a built-in method is not run."""

    __slots__ = ("unknown",)

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


class Calling(Arguments):
    """The part of an evaluation that calls methods."""

    def call(
        self,
        frame: Frame,
        receiver: Value,
        name: str,
        args: list[Value],
        block: RubyProc | None,
        place: Place | None,
        own: bool = False,
    ) -> Value:
        """Calls a method. An error that it raises gets this place if it has none."""
        self.steps -= 1
        if self.steps < 0:
            raise LimitReachedError("the evaluation takes too many steps")
        if receiver.__class__ is Unknown:
            return self._call_on_unknown(frame, receiver, name, args, block)
        if self.met_unknown:
            rest = next((arg for arg in args if arg.__class__ is UnknownRest), None)
            if rest is not None:
                return self._call_lost(frame, rest.unknown, receiver, args, block)
        found = self.lookup.find(receiver, name)
        try:
            if found.__class__ is Method:
                return self._native(frame, found, receiver, name, args, block, own, place)
            if found is not None:
                return self._written(frame, found, receiver, name, args, block)
            return self._missing(frame, receiver, name, args, block, place, own)
        except RubyError as error:
            if error.place is None:
                error.place = place
            elif place is not None:
                error.trail.append(place)
            raise

    def _written(
        self, frame: Frame, found: Any, receiver: Value, name: str, args: list[Value], block: RubyProc | None
    ) -> Value:
        """A method written in Ruby."""
        outer, self.frame = self.frame, frame
        try:
            return found.call(args, block, receiver)
        except UnknownMetError as met:
            return self._call_lost(frame, met.unknown, receiver, args, block)
        finally:
            self.frame = outer

    def _native(
        self,
        frame: Frame,
        method: Method,
        receiver: Value,
        name: str,
        args: list[Value],
        block: RubyProc | None,
        own: bool,
        place: Place | None = None,
    ) -> Value:
        if not own and method.is_private and self.lookup.is_private(receiver, name, method):
            if isinstance(receiver, RubyClass) and self._may_be_defined(receiver, name):
                unknown = unsupported(f"the method {name} is not evaluated").unknown
                return self._call_lost(frame, unknown, receiver, args, block)
            other = self.fallback(receiver, name)
            described = describe(self, receiver if other is None else other)
            raise RubyError("NoMethodError", f"private method `{name}' called for {described}")
        keywords: dict[str, Value] = {}
        if args and args[-1].__class__ is KeywordHash:
            args = self._with_keywords(method, args, keywords)
        count = len(args)
        if count < method.least or (method.most is not None and count > method.most):
            raise RubyError("ArgumentError", _wrong_number(method, count))
        if self.met_unknown or self.bytes:
            given = self._by_what_is_known(frame, method, receiver, args, block)
            if given.__class__ is InTheWay:
                return self._native_lost(frame, given.unknown, method, receiver, args, block)
            if given is not NOTHING_KNOWN:
                return given
        if method.mutates:
            self._about_to_change(method, receiver)
        state = self.node_state
        if state is not None:
            if state.recording is not None:
                self._record_call(state, method, receiver)
            if receiver.__class__ is RubyObject and receiver.data is state and not only_reads(method):
                state.marks.lose_all()
        outer, self.frame = self.frame, frame
        try:
            return method.function(Call(self, receiver, name, args, keywords, block, place))
        except UnknownMetError as met_error:
            return self._native_lost(frame, met_error.unknown, method, receiver, args, block)
        except (Signal, RubyError, LimitReachedError, RecursionError, RunAgainError):
            raise
        except Exception as error:
            unknown = unsupported(f"{method.name} could not be evaluated ({type(error).__name__})").unknown
            return self._native_lost(frame, unknown, method, receiver, args, block)
        finally:
            self.frame = outer

    def _of_doubtful(
        self, frame: Frame, receiver: Value, name: str, args: list[Value], block: RubyProc | None
    ) -> Value:
        """What a collection gives of which some elements are not known, or may not be there."""
        if name == "Array" and len(args) == 1 and is_sparse(args[0]):
            return walked(self, frame, args[0], "to_a", [], None)
        if name == "join" and isinstance(receiver, RubyArray) and inside(receiver) is not None:
            return pieced.joined(self, receiver, args)
        return walked(self, frame, receiver, name, args, block) if is_sparse(receiver) else NOTHING_KNOWN

    def _by_what_is_known(
        self, frame: Frame, method: Method, receiver: Value, args: list[Value], block: RubyProc | None
    ) -> Value:
        """The answer of a value of which only a part is known, why there is none, or NOTHING_KNOWN."""
        name = method.name
        if self.met_unknown:
            made = self._of_doubtful(frame, receiver, name, args, block)
            if made is not NOTHING_KNOWN:
                return made
            if receiver.__class__ in (BegunString, BegunArray, WrittenString):
                part = answer(receiver, name, args)
                if part is not NOTHING_KNOWN:
                    return part
            met = unknown_inside(method, receiver, args)
            if met is not None:
                return InTheWay(met)
        mixed = bytes_in_the_way(receiver, name, args) if self.bytes else None
        return NOTHING_KNOWN if mixed is None else InTheWay(mixed)

    def _about_to_change(self, method: Method, receiver: Value) -> None:
        """FrozenError; what was read of the node is kept where a text changes in its place."""
        if receiver.frozen and not method.frozen_late:
            self.frozen_error(receiver)
        if isinstance(receiver, RubyString) and self.node_state is not None:
            self.node_state.keep_reads()

    def _record_call(self, state: NodeState, method: Method, receiver: Value) -> None:
        """Tells the recording of the file that is evaluated of a call."""
        assert state.recording is not None
        if not is_harmless(method, receiver, state):
            state.recording.spoil()
        elif method.name in ("chef_environment", "environment"):
            state.recording.read_environment()

    def _with_keywords(self, method: Method, args: list[Value], keywords: dict[str, Value]) -> list[Value]:
        last = args[-1]
        named = {e.key.name: e.value for e in last.entries.values() if isinstance(e.key, Symbol)}
        if method.keywords and len(named) == len(last.entries) and last.unknown is None:
            strange = [key for key in named if key not in method.keywords]
            if strange:
                raise RubyError("ArgumentError", f"unknown keyword: :{strange[0]}")
            keywords.update(named)
            return args[:-1]
        return [*args[:-1], plain_hash(last)]

    def _missing(
        self,
        frame: Frame,
        receiver: Value,
        name: str,
        args: list[Value],
        block: RubyProc | None,
        place: Place | None,
        own: bool,
    ) -> Value:
        other = self.fallback(receiver, name)
        handler = self.lookup.find(receiver, "method_missing")
        if isinstance(handler, RubyProc):
            return self._written(frame, handler, receiver, name, [Symbol(name), *args], block)
        known = self.lookup.is_known(receiver, name, own=own)
        if other is not None and not known:
            return self.call(frame, other, name, args, block, place)
        if known or self._may_be_defined(receiver, name):
            unknown = unsupported(f"the method {name} is not evaluated").unknown
            return self._call_lost(frame, unknown, receiver, [], block)
        described = describe(self, receiver)
        kind = "private method" if self.lookup.is_private(receiver, name, None) else "undefined method"
        text = (
            f"private method `{name}' called for "
            if kind.startswith("p")
            else f"undefined method `{name}' for "
        )
        raise self.error_about("NoMethodError", text, described)

    def _may_be_defined(self, receiver: Value, name: str) -> bool:
        """Whether code that is not evaluated may define the method: Chef's own classes, missing cookbooks.

        It is taken not to define what Ruby's own values know, nor what Chef removed from the node.
        """
        if isinstance(receiver, RubyClass) and not receiver.is_written:
            return receiver.name.startswith(("Chef", "Net", "Ohai", "Mixlib"))
        if self.sealed or isinstance(receiver, Mash):
            return False
        if isinstance(receiver, (RubyObject, RubyClass)):
            return name not in REMOVED
        return name not in core_method_names()

    def call_own(
        self, frame: Frame, name: str, args: list[Value], block: RubyProc | None, place: Place
    ) -> Value:
        """A call without a receiver."""
        return self.call(frame, frame.me, name, args, block, place, True)

    def call_bare(self, frame: Frame, name: str, place: Place) -> Value:
        """A bare name that is no local variable: a method, else NameError (NoMethodError of a node)."""
        me = frame.me
        answered = me.__class__ is Unknown or self._answers(me, name) or self._may_be_defined(me, name)
        if not answered:
            text = f"undefined local variable or method `{name}' for "
            error = self.error_about("NameError", text, describe(self, me))
            error.place = place
            raise error
        return self.call(frame, me, name, [], None, place, True)

    def _answers(self, me: Value, name: str) -> bool:
        """Whether anything takes a call of this name."""
        return (
            self.lookup.find(me, name) is not None
            or self.fallback(me, name) is not None
            or self.lookup.is_known(me, name, own=True)
            or self.lookup.find(me, "method_missing") is not None
        )

    def call_super(self, frame: Frame, args: list[Value], block: RubyProc | None, place: Place) -> Value:
        """`super`: the next method of this name."""
        context = frame.context
        if context.method_name is None or context.owner is None:
            return self._call_lost(
                frame, unsupported("super is not evaluated here").unknown, frame.me, args, block
            )
        cls = self.lookup.class_of(frame.me)
        found = self.lookup.instance_method(cls, context.method_name, after=context.owner)
        if found is None and context.method_name == "initialize":
            return None
        if isinstance(found, RubyProc):
            return found.call(args, block, frame.me)
        if found is None:
            return self._call_lost(
                frame, unsupported("super is not evaluated here").unknown, frame.me, args, block
            )
        return self._native(frame, found, frame.me, context.method_name, args, block, True)

    def yield_to(self, frame: Frame, args: list[Value], place: Place) -> Value:
        """`yield`."""
        block = frame.context.block
        if block is None:
            error = RubyError("LocalJumpError", "no block given (yield)")
            error.place = place
            raise error
        return block.call(args, None, NO_SELF)

    def own_method(self, frame: Frame, name: str) -> bool:
        """Whether `self` has a method, private ones too."""
        me = frame.me
        other = self.fallback(me, name)
        return (
            self.lookup.find(me, name) is not None
            or self.lookup.is_known(me, name, own=True)
            or (other is not None and self.responds_to(other, name))
        )


def _wrong_number(method: Method, given: int) -> str:
    if method.most is None:
        expected = f"{method.least}+"
    elif method.least == method.most:
        expected = str(method.least)
    else:
        expected = f"{method.least}..{method.most}"
    return f"wrong number of arguments (given {given}, expected {expected})"
