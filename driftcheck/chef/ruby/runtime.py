"""The interpreter: calls, constants, errors, bounds, and what happens where something is Unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftcheck.chef.ruby.classes import known_constants
from driftcheck.chef.ruby.frames import Context, Frame, NextSignal, ReturnSignal, Signal
from driftcheck.chef.ruby.lookup import Found, Lookup
from driftcheck.chef.ruby.methods.interface import Call, Method
from driftcheck.chef.ruby.receivers import describe, touched, unknown_inside
from driftcheck.chef.ruby.syntax import compiled
from driftcheck.chef.ruby.values import (
    NO_SELF,
    KeywordHash,
    LimitReachedError,
    Place,
    RubyArray,
    RubyClass,
    RubyEnumerator,
    RubyError,
    RubyException,
    RubyHash,
    RubyMatch,
    RubyObject,
    RubyProc,
    RubyRange,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    hash_key,
    unsupported,
)
from driftcheck.chef.ruby.worlds import Worlds, unknown_of
from driftcheck.model.facts import Unknown, UnknownKind

MAX_STEPS = 2_000_000
MAX_DEPTH = 200


class UnknownRest:
    """Stands in a list of arguments for the elements of an Unknown (`*x`): nobody knows how many."""

    __slots__ = ("unknown",)

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


class Runtime:
    """One evaluation. It keeps the promise of `methods.interface.Interpreter`."""

    def __init__(self, *, steps: int = MAX_STEPS, sealed: bool = True) -> None:
        self.lookup = Lookup()
        self.object_class = self.lookup.classes["Object"]
        self.steps = steps
        self.depth = 0
        self.sealed = sealed
        """Whether all code that could define constants and methods has been evaluated."""
        self.met_unknown = False
        self.worlds = Worlds(self)
        self.top = RubyClass("Chef::Node")
        """Holds the constants that files set at their top."""
        self.globals = RubyObject(self.object_class)
        self.me: Value = RubyObject(self.object_class)
        """`self` at a file's top."""
        self.frame = Frame(self, self.me, Context("", (self.top,)))
        self.error: RubyException | None = None
        self.loader: str | None = "from_file"
        """What `__method__` is at a file's top."""
        self.tags: list[Value] = []
        """The tags of the `catch` blocks that run."""
        self.include_attribute: Callable[[str], None] = lambda name: None
        self.changed: Callable[[], None] = lambda: None
        self.fallback: Callable[[Value, str], Value | None] = lambda receiver, name: None
        """Another receiver for a method that this one lacks (`method_missing`)."""
        self.constants: Callable[[str], Value] = known_constants

    # Bounds

    def spend(self, amount: int) -> None:
        """Counts work; LimitReachedError when there is none left."""
        self.steps -= amount
        if self.steps < 0:
            raise LimitReachedError("the evaluation takes too many steps")

    def enter(self) -> None:
        """Counts the depth of calls."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth = 0
            raise LimitReachedError("the calls are nested too deep")

    def leave(self) -> None:
        """The other end of `enter`."""
        self.depth -= 1

    # Files

    def run_file(self, file: str, text: bytes) -> Value:
        """Evaluates a file with `self` as it is; a top-level `return` ends it.

        Raises RubyError for what the file raises, LimitReachedError where nothing is known any more.
        """
        try:
            code = compiled(file, text)
        except RecursionError:
            raise LimitReachedError("the syntax is nested too deep") from None
        if code is None:
            raise LimitReachedError("the file has syntax that is not understood")
        frame = Frame(self, self.me, Context(file, (self.top,), method_name=self.loader))
        outer, self.frame = self.frame, frame
        try:
            value = code(frame)
        except ReturnSignal as signal:
            if signal.context is not frame:
                raise RubyError("LocalJumpError", "unexpected return") from None
            value = signal.value
        except NextSignal as signal:
            value = signal.value
        except UnknownMetError as met:
            raise LimitReachedError(met.unknown.reason) from None
        except RecursionError:
            raise LimitReachedError("the evaluation is nested too deep") from None
        finally:
            self.frame = outer
        return self.worlds.settle(frame, (ReturnSignal, NextSignal), frame, value)

    # Calls

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
            other = self.fallback(receiver, name)
            described = describe(self, receiver if other is None else other)
            raise RubyError("NoMethodError", f"private method `{name}' called for {described}")
        keywords: dict[str, Value] = {}
        if args and args[-1].__class__ is KeywordHash:
            args = self._with_keywords(method, args, keywords)
        count = len(args)
        if count < method.least or (method.most is not None and count > method.most):
            raise RubyError("ArgumentError", _wrong_number(method, count))
        if self.met_unknown:
            met = unknown_inside(method, receiver, args)
            if met is not None:
                return self._native_lost(frame, met, method, receiver, args, block)
        if method.mutates and receiver.frozen:
            self.frozen_error(receiver)
        outer, self.frame = self.frame, frame
        try:
            return method.function(Call(self, receiver, name, args, keywords, block, place))
        except UnknownMetError as met_error:
            return self._native_lost(frame, met_error.unknown, method, receiver, args, block)
        except (Signal, RubyError, LimitReachedError, RecursionError):
            raise
        except Exception as error:
            unknown = unsupported(f"{method.name} could not be evaluated ({type(error).__name__})").unknown
            return self._native_lost(frame, unknown, method, receiver, args, block)
        finally:
            self.frame = outer

    def _with_keywords(self, method: Method, args: list[Value], keywords: dict[str, Value]) -> list[Value]:
        last = args[-1]
        named = {e.key.name: e.value for e in last.entries.values() if isinstance(e.key, Symbol)}
        if method.keywords and len(named) == len(last.entries) and last.unknown is None:
            strange = [key for key in named if key not in method.keywords]
            if strange:
                raise RubyError("ArgumentError", f"unknown keyword: :{strange[0]}")
            keywords.update(named)
            return args[:-1]
        plain = RubyHash()
        plain.entries, plain.unknown, plain.doubt = dict(last.entries), last.unknown, last.doubt
        return [*args[:-1], plain]

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
        if known:
            unknown = unsupported(f"the method {name} is not evaluated").unknown
            return self._call_lost(frame, unknown, receiver, [], block)
        described = describe(self, receiver)
        kind = "private method" if self.lookup.is_private(receiver, name, None) else "undefined method"
        text = f"private method `{name}' called for " if kind.startswith("p") else f"undefined method `{name}' for "
        raise self.error_about("NoMethodError", text, described)

    def error_about(self, class_name: str, text: str, described: str | None) -> RubyError:
        """An error whose message ends with an object's description, which may not be known."""
        if described is not None:
            return RubyError(class_name, text + described)
        unknown = unsupported("the message holds an object's address").unknown
        self.met_unknown = True
        exception = RubyException(self.named_class(class_name), unknown)
        return RubyError(class_name, text, exception)

    def call_own(
        self, frame: Frame, name: str, args: list[Value], block: RubyProc | None, place: Place
    ) -> Value:
        """A call without a receiver."""
        return self.call(frame, frame.me, name, args, block, place, True)

    def call_bare(self, frame: Frame, name: str, place: Place) -> Value:
        """A bare name that is no local variable: a method, else NameError (NoMethodError of a node)."""
        me = frame.me
        if me.__class__ is not Unknown and self.lookup.find(me, name) is None:
            if self.fallback(me, name) is None and not self.lookup.is_known(me, name, own=True):
                if self.lookup.find(me, "method_missing") is None:
                    text = f"undefined local variable or method `{name}' for "
                    error = self.error_about("NameError", text, describe(self, me))
                    error.place = place
                    raise error
        return self.call(frame, me, name, [], None, place, True)

    def call_super(self, frame: Frame, args: list[Value], block: RubyProc | None, place: Place) -> Value:
        """`super`: the next method of this name."""
        context = frame.context
        if context.method_name is None or context.owner is None:
            return self._call_lost(frame, unsupported("super is not evaluated here").unknown, frame.me, args, block)
        cls = self.lookup.class_of(frame.me)
        found = self.lookup.instance_method(cls, context.method_name, after=context.owner)
        if found is None and context.method_name == "initialize":
            return None
        if isinstance(found, RubyProc):
            return found.call(args, block, frame.me)
        if found is None:
            return self._call_lost(frame, unsupported("super is not evaluated here").unknown, frame.me, args, block)
        return self._native(frame, found, frame.me, context.method_name, args, block, True)

    def yield_to(self, frame: Frame, args: list[Value], place: Place) -> Value:
        """`yield`."""
        block = frame.context.block
        if block is None:
            error = RubyError("LocalJumpError", "no block given (yield)")
            error.place = place
            raise error
        return block.call(args, None, NO_SELF)

    # What cannot be evaluated

    def _call_on_unknown(
        self, frame: Frame, receiver: Unknown, name: str, args: list[Value], block: RubyProc | None
    ) -> Value:
        """An operation on an Unknown is taken not to raise. What it may write is Unknown."""
        self.met_unknown = True
        things = touched([receiver, *args])
        if name not in HARMLESS:
            for thing in things:
                self.smear(thing, receiver)
        if block is not None:
            self._run_block_maybe(frame, receiver, block)
        return unknown_of(Unknown(kind=receiver.kind, reason=receiver.reason, location=receiver.location), things)

    def _call_lost(
        self, frame: Frame, cause: Unknown, receiver: Value, args: list[Value], block: RubyProc | None
    ) -> Value:
        """A call whose method is not evaluated: all that it can reach may have changed."""
        self.met_unknown = True
        for thing in touched([receiver, *args]):
            self.smear(thing, cause)
        if block is not None:
            self._run_block_maybe(frame, cause, block)
        return _without_candidates(cause)

    def _native_lost(
        self, frame: Frame, cause: Unknown, method: Method, receiver: Value, args: list[Value], block: RubyProc | None
    ) -> Value:
        """A built-in method that met an Unknown: it changes nothing but its receiver, if that."""
        self.met_unknown = True
        if method.mutates or method.name in ("[]=", "store", "<<", "push"):
            self.smear(receiver, cause)
        if block is not None:
            self._run_block_maybe(frame, cause, block)
        return unknown_of(_without_candidates(cause), touched([receiver]))

    def _run_block_maybe(self, frame: Frame, cause: Unknown, block: RubyProc) -> None:
        """A block that runs any number of times, with arguments that are not known."""
        count = max(1, len(block.parameters))
        argument = _without_candidates(cause)
        self.worlds.repeat(frame, cause, lambda: block.call([argument] * count, None, NO_SELF))

    def smear(self, thing: Value, cause: Unknown) -> None:
        """Makes what an object holds Unknown, at any depth."""
        self.met_unknown = True
        plain = _without_candidates(cause)
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

    def settle(self, frame: Frame, kinds: Any, tag: object, value: Value) -> Value:
        """At the end of a scope."""
        return self.worlds.settle(frame, kinds, tag, value) if self.worlds.pending else value

    def mark(self) -> int:
        """How many branches wait: for `settle_errors`."""
        return len(self.worlds.pending)

    def settle_errors(self, frame: Frame, mark: int, value: Value, handle: Callable[[RubyError], Value]) -> Value:
        """At the end of a rescued body."""
        if len(self.worlds.pending) <= mark:
            return value
        return self.worlds.settle_errors(frame, mark, value, handle)

    def roots(self) -> list[Any]:
        """What any code can reach."""
        return [self.me, self.globals, self.top]

    def node_changed(self) -> None:
        """What was read of the node before may not hold any more."""
        self.changed()

    # Arguments

    def splat(self, frame: Frame, value: Value) -> list[Value]:
        """`*value`."""
        if isinstance(value, RubyArray):
            if value.unknown is not None:
                self.met_unknown = True
                return [UnknownRest(value.unknown)]
            return list(value.items)
        if value.__class__ is Unknown:
            self.met_unknown = True
            return [UnknownRest(value)]
        if value is None:
            return []
        if self.lookup.find(value, "to_a") is None:
            return [value]
        made = self.call(frame, value, "to_a", [], None, None)
        if isinstance(made, RubyArray) and made.unknown is None:
            return list(made.items)
        unknown = made if isinstance(made, Unknown) else unsupported("to_a is not evaluated").unknown
        return [UnknownRest(unknown)]

    def anonymous_rest(self, frame: Frame) -> list[Value]:
        """`*` alone as an argument: the method's nameless rest."""
        rest = frame.variables.get("*")
        return list(rest.items) if isinstance(rest, RubyArray) else []

    def known_items(self, array: RubyArray) -> list[Value]:
        """The elements. Raises UnknownMetError where they are not known."""
        if array.unknown is not None:
            raise UnknownMetError(array.unknown)
        return array.items

    def taken_apart(self, frame: Frame, value: Value, count: int) -> list[Value]:
        """What `a, b = value` gives: elements of an array, else the value alone; Unknown for each of an Unknown."""
        if isinstance(value, RubyArray):
            return list(value.items) if value.unknown is None else [_without_candidates(value.unknown)] * count
        if value.__class__ is Unknown:
            return [unknown_of(_without_candidates(value), touched([value]))] * count
        return [value]

    def make_array(self, items: list[Value]) -> RubyArray:
        """An array literal; its elements are Unknown if one stands for several."""
        if self.met_unknown:
            rest = next((item for item in items if item.__class__ is UnknownRest), None)
            if rest is not None:
                made = RubyArray()
                made.unknown = _without_candidates(rest.unknown)
                return made
        if items and items[-1].__class__ is KeywordHash:
            items[-1] = self._with_keywords(_PLAIN, items, {})[-1]
        return RubyArray(items)

    def put(self, target: RubyHash, key: Value, value: Value, place: Place) -> None:
        """An entry of a hash literal."""
        if key.__class__ is Unknown:
            self.smear(target, key)
            return
        try:
            target.put(key, value, place)
        except UnknownMetError as met:
            self.smear(target, met.unknown)

    def to_proc(self, frame: Frame, value: Value) -> RubyProc | None:
        """`&value`. A proc that gives Unknown stands for an Unknown one."""
        if value is None or isinstance(value, RubyProc):
            return value
        if isinstance(value, Symbol):
            return self.symbol_proc(value.name)
        if isinstance(value, Unknown):
            unknown = value

            def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
                return self._call_lost(self.frame, unknown, None, args, None)

            return RubyProc(call)
        made = self.call(frame, value, "to_proc", [], None, None)
        if isinstance(made, RubyProc):
            return made
        raise RubyError("TypeError", f"wrong argument type {self.class_of(value).name} (expected Proc)")

    def symbol_proc(self, name: str) -> RubyProc:
        """`&:name`."""

        def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
            if not args:
                raise RubyError("ArgumentError", "no receiver given")
            return self.call(self.frame, args[0], name, args[1:], block, None)

        return RubyProc(call, arity=-2, is_lambda=True)

    # Texts

    def interpolated(self, parts: list[Value]) -> Value:
        """The text of the parts; Unknown, with what is known of it, where one is not."""
        texts: list[str | None] = []
        cause: Unknown | None = None
        for part in parts:
            if part.__class__ is str:
                texts.append(part)
                continue
            try:
                texts.append(self.to_s(part))
            except UnknownMetError as met:
                cause = cause or met.unknown
                texts.append(None)
        if cause is None:
            text = "".join(texts)  # type: ignore[arg-type]
            self.spend(len(text) // 256)
            return RubyString(text)
        return Unknown(kind=cause.kind, reason=cause.reason, location=cause.location, fragments=tuple(texts))

    def to_s(self, value: Value) -> str:
        """The text that interpolation prints."""
        kind = value.__class__
        if kind is RubyString:
            if value.unknown is not None:
                raise UnknownMetError(value.unknown)
            return value.text  # type: ignore[no-any-return]
        if kind is int:
            return int_text(value)
        if kind is Symbol:
            return value.name  # type: ignore[no-any-return]
        return self._text(value, "to_s")

    def inspect(self, value: Value) -> str:
        """The text of `inspect`."""
        if value.__class__ is int:
            return int_text(value)
        return self._text(value, "inspect")

    def _text(self, value: Value, name: str) -> str:
        made = self.send(value, name)
        if isinstance(made, Unknown):
            raise UnknownMetError(made)
        if not isinstance(made, RubyString):
            raise unsupported(f"{name} gives no text")
        if made.unknown is not None:
            raise UnknownMetError(made.unknown)
        return made.text

    # What methods ask

    def call_block(self, block: RubyProc, *args: Value) -> Value:
        """`yield *args`."""
        self.steps -= 1
        if self.steps < 0:
            raise LimitReachedError("the evaluation takes too many steps")
        return block.call(list(args), None, NO_SELF)

    def send(self, receiver: Value, name: str, *args: Value, block: RubyProc | None = None) -> Value:
        """Calls a method by name."""
        return self.call(self.frame, receiver, name, list(args), block, None)

    def responds_to(self, receiver: Value, name: str) -> bool:
        """`respond_to?`. Raises UnknownMetError where a method exists that is not evaluated."""
        found = self.lookup.find(receiver, name)
        if found is not None:
            return not self.lookup.is_private(receiver, name, found)
        other = self.fallback(receiver, name)
        if other is not None:
            return self.responds_to(other, name)
        if self.lookup.find(receiver, "respond_to_missing?") is not None:
            raise unsupported("respond_to_missing? is not evaluated")
        return self.lookup.is_known(receiver, name, own=False)

    def has_method(self, receiver: Value, name: str) -> bool:
        """Whether the receiver's class has its own `!=` or `!~`."""
        return receiver.__class__ is not Unknown and self.lookup.find(receiver, name) is not None

    def own_method(self, frame: Frame, name: str) -> bool:
        """Whether `self` has a method, private ones too."""
        me = frame.me
        other = self.fallback(me, name)
        return (
            self.lookup.find(me, name) is not None
            or self.lookup.is_known(me, name, own=True)
            or (other is not None and self.responds_to(other, name))
        )

    def equal(self, left: Value, right: Value) -> bool:
        """`==`."""
        if left.__class__ is right.__class__ and left.__class__ in _PLAIN_KINDS:
            return bool(left == right)
        if left.__class__ is Unknown or right.__class__ is Unknown:
            raise UnknownMetError(left if left.__class__ is Unknown else right)
        return self._truth(self.send(left, "==", right))

    def eql(self, left: Value, right: Value) -> bool:
        """`eql?`."""
        return hash_key(left) == hash_key(right)

    def matches(self, pattern: Value, value: Value) -> bool:
        """`pattern === value`."""
        return self._truth(self.send(pattern, "===", value))

    def _truth(self, value: Value) -> bool:
        if value.__class__ is Unknown:
            raise UnknownMetError(value)
        return value is not None and value is not False

    def compare(self, left: Value, right: Value) -> int | None:
        """`<=>`."""
        if left.__class__ is int and right.__class__ is int:
            return (left > right) - (left < right)
        if right.__class__ is Unknown:
            raise UnknownMetError(right)
        made = self.send(left, "<=>", right)
        if made is None or made.__class__ is int:
            return made  # type: ignore[no-any-return]
        if made.__class__ is Unknown:
            raise UnknownMetError(made)
        if made.__class__ is float:
            return (made > 0) - (made < 0)
        raise unsupported("<=> gives no number")

    def compare_or_raise(self, left: Value, right: Value) -> int:
        """`<=>`, or ArgumentError."""
        made = self.compare(left, right)
        if made is None:
            plain = right is None or right.__class__ in (bool, int, float)
            shown = self.inspect(right) if plain else self.class_of(right).name
            raise RubyError("ArgumentError", f"comparison of {self.class_of(left).name} with {shown} failed")
        return made

    def class_of(self, value: Value) -> RubyClass:
        """The class."""
        if value.__class__ is Unknown:
            raise UnknownMetError(value)
        return self.lookup.class_of(value)

    def is_a(self, value: Value, class_name: str) -> bool:
        """Whether the class has this among its ancestors."""
        return any(each.name == class_name for each in self.class_of(value).ancestors())

    def named_class(self, name: str) -> RubyClass:
        """A built-in class by its full name."""
        return self.lookup.classes[name]

    def frozen_error(self, value: Value) -> None:
        """Raises FrozenError if the value is frozen."""
        if getattr(value, "frozen", True):
            text = f"can't modify frozen {self.class_of(value).name}: "
            raise RubyError("FrozenError", text + self.inspect(value))

    def enumerator(self, receiver: Value, name: str, *args: Value) -> RubyEnumerator:
        """What a method without its block returns."""
        return RubyEnumerator(receiver, name, list(args))

    @property
    def last_match(self) -> RubyMatch | None:
        """`$~`."""
        return self.frame.context.last_match

    @last_match.setter
    def last_match(self, match: RubyMatch | None) -> None:
        self.frame.context.last_match = match

    # Cases, ranges

    def any_matches(
        self, frame: Frame, patterns: Callable[[Frame], list[Value]], subject: Value, has_subject: bool, place: Any
    ) -> Value:
        """Whether a `when` takes the subject: True, False or Unknown."""
        doubt: Unknown | None = None
        for pattern in patterns(frame):
            if pattern.__class__ is UnknownRest:
                doubt = doubt or pattern.unknown
                continue
            made = pattern
            if has_subject:
                made = self._case_match(frame, pattern, subject, place)
            if made.__class__ is Unknown:
                doubt = doubt or made
            elif made is not None and made is not False:
                return True if doubt is None else doubt
        return False if doubt is None else doubt

    def _case_match(self, frame: Frame, pattern: Value, subject: Value, place: Any) -> Value:
        if subject.__class__ is Unknown:
            self.met_unknown = True
            return unknown_of(subject, [])
        if pattern.__class__ is RubyString and subject.__class__ is RubyString:
            if pattern.unknown is None and subject.unknown is None:
                return pattern.text == subject.text
        return self.call(frame, pattern, "===", [subject], None, place)

    def make_range(self, first: Value, last: Value, exclusive: bool, place: Place) -> Value:
        """`first..last`; ArgumentError for ends that do not compare."""
        for end in (first, last):
            if end.__class__ is Unknown:
                return _without_candidates(end)
        if first is not None and last is not None and not (first.__class__ is int and last.__class__ is int):
            try:
                compared = self.compare(first, last)
            except UnknownMetError as met:
                return met.unknown
            if compared is None:
                error = RubyError("ArgumentError", "bad value for range")
                error.place = place
                raise error
        return RubyRange(first, last, exclusive=exclusive)

    # Errors

    def exception_of(self, error: RubyError) -> RubyException:
        """The object of an error, made at its first rescue."""
        if error.exception is None:
            cls = self.lookup.classes.get(error.class_name) or self.lookup.classes["StandardError"]
            error.exception = RubyException(cls, RubyString(error.message), error.place)
        if error.exception.place is None:
            error.exception.place = error.place
        return error.exception

    def rescued_by(self, frame: Frame, classes: list[Value], exception: RubyException) -> Value:
        """Whether a list of classes takes an exception: True, False or Unknown."""
        for each in classes:
            if each.__class__ is UnknownRest:
                return each.unknown
            if each.__class__ is Unknown:
                return each
            if not isinstance(each, RubyClass):
                raise RubyError("TypeError", "class or module required for rescue clause")
            if each in exception.cls.ancestors():
                return True
        return False

    def with_error(self, exception: RubyException, run: Callable[[], Value]) -> Value:
        """Runs a rescue's body, in which `$!` is the exception."""
        outer, self.error = self.error, exception
        try:
            return run()
        finally:
            self.error = outer

    # Variables and constants

    def get_instance_variable(self, frame: Frame, name: str) -> Value:
        """`@a`."""
        return _variables(frame.me).get(name)

    def has_instance_variable(self, frame: Frame, name: str) -> bool:
        """Whether it is set."""
        return name in _variables(frame.me)

    def set_instance_variable(self, frame: Frame, name: str, value: Value) -> None:
        """`@a = value`."""
        if not isinstance(frame.me, (RubyObject, RubyClass)):
            raise unsupported("instance variables of a built-in value are not evaluated")
        frame.me.variables[name] = value

    def _class_home(self, frame: Frame) -> RubyClass:
        return frame.context.cref[0]

    def get_class_variable(self, frame: Frame, name: str) -> Value:
        """`@@a`."""
        home = self._class_home(frame)
        if name not in home.variables:
            raise RubyError("NameError", f"uninitialized class variable {name} in {home.name}")
        return home.variables[name]

    def has_class_variable(self, frame: Frame, name: str) -> bool:
        """Whether it is set."""
        return name in self._class_home(frame).variables

    def set_class_variable(self, frame: Frame, name: str, value: Value) -> None:
        """`@@a = value`."""
        self._class_home(frame).variables[name] = value

    def get_global(self, frame: Frame, name: str) -> Value:
        """`$a`; what Ruby itself sets is Unknown but for the last match and error."""
        match = frame.context.last_match
        if name == "$~":
            return match
        if name in ("$`", "$'", "$&", "$+"):
            return _around(match, name)
        if name == "$!":
            return self.error
        if name in self.globals.variables:
            return self.globals.variables[name]
        if name[1:].isidentifier() and name[1:].islower() and self.sealed:
            return None
        self.met_unknown = True
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the variable {name} is not known")

    def set_global(self, frame: Frame, name: str, value: Value) -> None:
        """`$a = value`."""
        self.globals.variables[name] = value

    def file_name(self, place: Place) -> Value:
        """`__FILE__`: where Chef keeps its cookbooks is not known."""
        self.met_unknown = True
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason="where the file lies on the machine is not known")

    def constant(self, frame: Frame, name: str, place: Place) -> Value:
        """A constant by its bare name."""
        for cls in frame.context.cref:
            if name in cls.constants:
                return cls.constants[name]
            if cls is not self.top and f"{cls.name}::{name}" in self.lookup.classes:
                return self.lookup.classes[f"{cls.name}::{name}"]
        for cls in frame.context.cref[0].ancestors():
            if name in cls.constants:
                return cls.constants[name]
        found = self._global_constant(name)
        if found is _NO_CONSTANT:
            return self._no_constant(name, place)
        return found

    def _global_constant(self, name: str) -> Value:
        if name in self.object_class.constants:
            return self.object_class.constants[name]
        if name in self.lookup.classes:
            return self.lookup.classes[name]
        found = self.constants(name)
        if found.__class__ is Unknown:
            self.met_unknown = True
        return _NO_CONSTANT if found is None else found

    def _no_constant(self, name: str, place: Place) -> Value:
        if not self.sealed:
            self.met_unknown = True
            return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the constant {name} is not known")
        error = RubyError("NameError", f"uninitialized constant {name}")
        error.place = place
        raise error

    def constant_of(self, frame: Frame, scope: Value, name: str, place: Place) -> Value:
        """`scope::name`; a scope of None is the top."""
        if scope.__class__ is Unknown:
            return _without_candidates(scope)
        if scope is None:
            found = self._global_constant(name)
            return self._no_constant(name, place) if found is _NO_CONSTANT else found
        if not isinstance(scope, RubyClass):
            error = RubyError("TypeError", f"{self.inspect(scope)} is not a class/module")
            error.place = place
            raise error
        for cls in scope.ancestors():
            if name in cls.constants:
                return cls.constants[name]
            full = name if cls is self.object_class else f"{cls.name}::{name}"
            if full in self.lookup.classes and (cls is not self.object_class or scope is cls):
                return self.lookup.classes[full]
        found = self.constants(f"{scope.name}::{name}")
        if found is not None:
            self.met_unknown = self.met_unknown or found.__class__ is Unknown
            return found
        return self._no_constant(f"{scope.name}::{name}", place)

    def has_constant(self, frame: Frame, name: str) -> bool:
        """Whether a bare constant is there."""
        try:
            return self.constant(frame, name, Place("", 0, 0)) is not None
        except RubyError:
            return False

    def has_constant_in(self, scope: Value, name: str) -> bool:
        """Whether `scope::name` is there."""
        try:
            return self.constant_of(self.frame, scope, name, Place("", 0, 0)) is not None
        except RubyError:
            return False

    def set_constant(self, frame: Frame, scope: Value, name: str, value: Value) -> None:
        """`A = value`, `scope::A = value`; a class made by `Class.new` gets its name."""
        home = frame.context.cref[0] if scope is None else scope
        if isinstance(home, RubyClass):
            home.constants[name] = value
            if isinstance(value, RubyClass) and not value.name:
                value.name = name if home is self.top else f"{home.name}::{name}"

    # Definitions

    def define(self, frame: Frame, name: str, make: Callable[[Frame, RubyClass | None], RubyProc]) -> None:
        """`def name`."""
        target = frame.context.target
        if target is not None:
            target.methods[name] = make(frame, target)
            if target.function_module:
                target.singleton[name] = target.methods[name]
        elif isinstance(frame.me, RubyClass):
            frame.me.singleton[name] = make(frame, None)
        else:
            self.lookup.singletons.setdefault(id(frame.me), {})[name] = make(frame, None)
        self.lookup.forget()

    def define_singleton(
        self, frame: Frame, receiver: Value, name: str, make: Callable[[Frame, RubyClass | None], RubyProc]
    ) -> None:
        """`def receiver.name`."""
        if isinstance(receiver, RubyClass):
            receiver.singleton[name] = make(frame, None)
        elif receiver is frame.me:
            self.lookup.singletons.setdefault(id(receiver), {})[name] = make(frame, None)
        else:
            self.lose(frame, unsupported("a method of a single object is not evaluated").unknown)
        self.lookup.forget()

    def open_class(
        self, frame: Frame, home: Value, name: str, parent: Value, has_parent: bool, is_module: bool, place: Place
    ) -> Value:
        """The class or module that a body reopens or makes."""
        if has_parent and not isinstance(parent, RubyClass):
            if isinstance(parent, Unknown):
                self.lose(frame, parent)
            error = RubyError("TypeError", "superclass must be a Class (an instance of " f"{self.class_of(parent).name} given)")
            error.place = place
            raise error
        around = frame.context.cref[0] if home is None else home
        if not isinstance(around, RubyClass):
            self.lose(frame, unsupported("the class around is not known").unknown)
        prefix = "" if around in (self.object_class, self.top) else f"{around.name}::"
        found = around.constants.get(name) or self.lookup.classes.get(prefix + name)
        if isinstance(found, RubyClass):
            return found
        made = RubyClass(prefix + name, None if is_module else parent or self.object_class, is_module=is_module)
        made.is_written = True
        around.constants[name] = made
        return made


def _variables(me: Value) -> dict[str, Value]:
    return me.variables if isinstance(me, (RubyObject, RubyClass)) else {}


def _around(match: RubyMatch | None, name: str) -> Value:
    if match is None:
        return None
    start, end = match.spans[0]
    if name == "$+":
        groups = [match.group(number) for number in range(1, len(match.spans))]
        last = next((text for text in reversed(groups) if text is not None), None)
        return None if last is None else RubyString(last)
    return RubyString({"$`": match.text[:start], "$'": match.text[end:], "$&": match.text[start:end]}[name])


def _without_candidates(unknown: Unknown) -> Unknown:
    return Unknown(kind=unknown.kind, reason=unknown.reason, location=unknown.location)


def _wrong_number(method: Method, given: int) -> str:
    if method.most is None:
        expected = f"{method.least}+"
    elif method.least == method.most:
        expected = str(method.least)
    else:
        expected = f"{method.least}..{method.most}"
    return f"wrong number of arguments (given {given}, expected {expected})"


def int_text(value: int) -> str:
    """A number's digits; UnknownMetError for one that would be too long to print."""
    if value.bit_length() > 12_000:
        raise unsupported("a number of thousands of digits is not printed")
    return str(value)


_NO_CONSTANT = object()
_PLAIN = Method("", lambda call: None, 0, (), False, False)
_PLAIN_KINDS = (int, Symbol)

HARMLESS = frozenset(
    "[] to_s to_i to_f to_sym to_a to_h == != === =~ !~ <=> < > <= >= + - * / % ** nil? empty? size length count "
    "first last key? has_key? include? member? keys values fetch dig read join split strip chomp map collect each "
    "each_pair each_with_index select reject sort sort_by uniq compact flatten min max sum any? all? none? find "
    "detect is_a? kind_of? instance_of? respond_to? class inspect dup clone freeze frozen? gsub sub tr upcase downcase "
    "capitalize start_with? end_with? match match? scan reverse merge slice values_at zip tap then hash eql? equal? ! "
    "to_json to_hash exist? attribute? positive? negative? zero? even? odd? round ceil floor abs inject reduce "
    "each_with_object group_by partition ljust rjust chars lines bytes ord hex oct index rindex delete_prefix "
    "delete_suffix platform? platform_family? default normal override".split()
)
"""Methods of any class that leave their receiver as it is (what they give back may still be part of it)."""
