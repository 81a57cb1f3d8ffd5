"""Enumerable: `each` with something beside it: an index, an object, other collections."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import integer, try_array
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collect, collected, endless, packed, visit
from driftcheck.chef.ruby.values import RubyArray, RubyError, Value, unsupported

ENUMERABLE = MethodTable("Enumerable")
TABLES = (ENUMERABLE,)


@ENUMERABLE.method("each_entry", structural=True)
def each_entry(call: Call) -> Value:
    """Yields each."""
    if call.block is None:
        return call.enumerator()
    visit(call, lambda args: call.yield_(packed(args)) and None)
    return call.receiver


def _no_arguments(call: Call) -> None:
    """They go to `each`, which takes none."""
    if call.args:
        text = f"wrong number of arguments (given {len(call.args)}, expected 0)"
        raise RubyError("ArgumentError", text)


@ENUMERABLE.method("each_with_index", arity=(0, None), structural=True)
def each_with_index(call: Call) -> Value:
    """Yields each with its index."""
    if call.block is None:
        return call.enumerator()
    _no_arguments(call)
    at = 0

    def pass_on(args: list[Value]) -> None:
        nonlocal at
        at += 1
        call.yield_(packed(args), at - 1)

    visit(call, pass_on)
    return call.receiver


@ENUMERABLE.method("each_with_object", arity=1, structural=True)
def each_with_object(call: Call) -> Value:
    """Yields each with the object, which it returns."""
    if call.block is None:
        return call.enumerator()

    def pass_on(args: list[Value]) -> None:
        call.yield_(packed(args), call.args[0])

    visit(call, pass_on)
    return call.args[0]


@ENUMERABLE.method("reverse_each", arity=(0, None), structural=True)
def reverse_each(call: Call) -> Value:
    """Yields each, from the last."""
    if call.block is None:
        return call.enumerator()
    _no_arguments(call)
    for value in reversed(collected(call)):
        call.yield_(value)
    return call.receiver


@ENUMERABLE.method("zip", arity=(0, None), structural=True)
def zip_(call: Call) -> Value:
    """Each with those of the same index of others."""
    values = collected(call)
    nothing = isinstance(call.receiver, RubyArray) and not values
    others = [] if nothing else [_zipped(call, each) for each in call.args]
    made = [
        RubyArray([value, *(each[at] if at < len(each) else None for each in others)])
        for at, value in enumerate(values)
    ]
    if call.block is None:
        return RubyArray(made)
    for each in made:
        call.yield_(each)
    return None


def _zipped(call: Call, other: Value) -> list[Value]:
    known = try_array(call.interpreter, other)
    if known is not None:
        return known.items
    if endless(other):
        raise unsupported("zip with an endless range")
    if not call.interpreter.responds_to(other, "each"):
        name = call.interpreter.class_of(other).name
        raise RubyError("TypeError", f"wrong argument type {name} (must respond to :each)")
    return collect(call.interpreter, other)


@ENUMERABLE.method("cycle", arity=(0, 1), structural=True)
def cycle(call: Call) -> Value:
    """Yields all over and over, or so many times."""
    if call.block is None:
        return call.enumerator()
    rounds = integer(call, 0) if call.args and call.args[0] is not None else None
    values = collected(call)
    while values and (rounds is None or rounds > 0):
        for value in values:
            call.interpreter.spend(1)
            call.yield_(value)
        rounds = None if rounds is None else rounds - 1
    return None
