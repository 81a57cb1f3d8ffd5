"""How methods walk over what a receiver yields: collections, enumerators, objects with `each`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, Interpreter
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyError,
    RubyHash,
    RubyProc,
    RubyRange,
    Value,
    truthy,
    unsupported,
)

Visit: TypeAlias = Callable[[list[Value]], object]
"""Gets what one `yield` gave; returns True to stop."""


class _EnoughSignal(Signal):
    """Ends an `each` that yields more than is wanted."""


class MadeEnumerator(RubyEnumerator):
    """An Enumerator over values that are made already (`chunk_while`); Ruby prints it with an address."""

    __slots__ = ()


class LazyStep(RubyEnumerator):
    """`lazy.map { }` and its like: a lazy enumerator that passes on what `step` makes of each value."""

    __slots__ = ("step",)

    def __init__(self, receiver: Value, name: str, step: Callable[[Value, Visit], object]) -> None:
        super().__init__(receiver, name, [], lazy=True)
        self.step = step


def made_enumerator(values: list[Value]) -> RubyEnumerator:
    """An Enumerator over these values."""
    return MadeEnumerator(RubyArray(values), "each", [])


def visit_all(interpreter: Interpreter, receiver: Value, visit: Visit) -> None:
    """Calls `visit` with what each `yield` of the receiver's `each` gives, until it returns True."""
    if isinstance(receiver, LazyStep):
        visit_all(interpreter, receiver.receiver, lambda args: receiver.step(packed(args), visit))
    elif isinstance(receiver, (RubyArray, RubyHash, RubyRange)):
        for value in values_of(interpreter, receiver):
            if visit([value]) is True:
                return
    else:
        _visit_each(interpreter, receiver, visit)


def _visit_each(interpreter: Interpreter, receiver: Value, visit: Visit) -> None:
    enough = _EnoughSignal()

    def block(args: list[Value], _block: RubyProc | None, _self: Value) -> Value:
        interpreter.spend(1)
        if visit(args) is True:
            raise enough
        return args[0] if args else None

    name, args = "each", []
    if isinstance(receiver, RubyEnumerator):
        receiver, name, args = receiver.receiver, receiver.name, receiver.args
    try:
        interpreter.send(receiver, name, *args, block=RubyProc(block))
    except _EnoughSignal as error:
        if error is not enough:
            raise


def packed(args: list[Value]) -> Value:
    """What a method sees that takes one value: several are an array."""
    return args[0] if len(args) == 1 else RubyArray(args) if args else None


def values_of(interpreter: Interpreter, receiver: RubyArray | RubyHash | RubyRange) -> Iterator[Value]:
    """The values of a built-in collection, one after the other, as it is at each moment."""
    require_known(receiver)
    if isinstance(receiver, RubyHash):
        yield from _pairs(interpreter, receiver)
    elif isinstance(receiver, RubyRange):
        yield from range_values(interpreter, receiver)
    else:
        at = 0
        while at < len(receiver.items):
            interpreter.spend(1)
            yield receiver.items[at]
            at += 1


def _pairs(interpreter: Interpreter, receiver: RubyHash) -> Iterator[Value]:
    if receiver.doubt is not None:
        require_known(receiver.doubt)
    for hashed, entry in list(receiver.entries.items()):
        interpreter.spend(1)
        if hashed in receiver.entries:
            before = len(receiver.entries)
            yield interpreter.reads.pair(entry)
            require_no_growth(receiver, before)


def require_no_growth(receiver: RubyHash, before: int) -> None:
    """Ruby raises where a key is added; where exactly, this cannot tell any more."""
    if len(receiver.entries) > before:
        raise unsupported("a key added to a hash while it is iterated")


def range_values(interpreter: Interpreter, given: RubyRange) -> Iterator[Value]:
    """What a range goes through. TypeError `can't iterate from Float`."""
    first, last = require_known(given.first), require_known(given.last)
    if first.__class__ is not int:
        yield from _other_range(interpreter, given)
        return
    if last is not None and last.__class__ not in (int, float):
        _no_number(interpreter, given)
    end = None if last is None or last == float("inf") else last
    if end is not None and end.__class__ is float:
        exact = given.exclusive and end == int(end)
        end = int(end // 1) if not exact else int(end) - 1
    elif end is not None and given.exclusive:
        end -= 1
    for value in itertools.count(first) if end is None else range(first, end + 1):
        interpreter.spend(1)
        yield value


def _no_number(interpreter: Interpreter, given: RubyRange) -> None:
    raise unsupported(f"a range up to {interpreter.class_of(given.last).name}")


def _other_range(interpreter: Interpreter, given: RubyRange) -> Iterator[Value]:
    if given.first is None or not interpreter.responds_to(given.first, "succ"):
        name = interpreter.class_of(given.first).name
        raise RubyError("TypeError", f"can't iterate from {name}")
    found: list[Value] = []

    def keep(args: list[Value], _block: RubyProc | None, _self: Value) -> Value:
        found.append(args[0])
        return None

    if given.last is None:
        raise unsupported("an endless range of texts")
    block = RubyProc(keep)
    interpreter.send(given.first, "upto", given.last, given.exclusive, block=block)
    yield from found


def visit(call: Call, function: Visit) -> None:
    """`visit_all` of the call's receiver."""
    visit_all(call.interpreter, call.receiver, function)


def collected(call: Call) -> list[Value]:
    """All values, several of one `yield` packed into an array."""
    return collect(call.interpreter, call.receiver)


def collect(interpreter: Interpreter, receiver: Value) -> list[Value]:
    """The same for any receiver."""
    if receiver.__class__ is RubyArray and receiver.unknown is None:
        return list(receiver.items)
    found: list[Value] = []
    visit_all(interpreter, receiver, lambda args: found.append(packed(args)))
    return found


def holds(call: Call, args: list[Value]) -> bool:
    """Whether the block holds for what was yielded."""
    return truthy(call.yield_(*args))


def endless(receiver: Value) -> bool:
    """Whether a range has no end, so that not all of it can be asked for."""
    return isinstance(receiver, RubyRange) and (receiver.last is None or receiver.last == float("inf"))
