"""Enumerator: a method that waits for its block, with an index or an object beside it; and the lazy ones."""

from __future__ import annotations

import math
from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import integer, to_integer
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import LazyStep, MadeEnumerator, Visit, collect, packed, visit_all
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyError,
    RubyHash,
    RubyProc,
    RubyString,
    Value,
    truthy,
    unsupported,
)

ENUMERATOR = MethodTable("Enumerator")
LAZY = MethodTable("Enumerator::Lazy")
TABLES = (ENUMERATOR, LAZY)


def _run(call: Call, block: RubyProc) -> Value:
    """Calls the method with its block."""
    waiting: RubyEnumerator = call.receiver
    return call.interpreter.send(waiting.receiver, waiting.name, *waiting.args, block=block)


@ENUMERATOR.method("each", arity=(0, None), structural=True)
def each(call: Call) -> Value:
    """Calls the method with the block."""
    if call.block is None:
        return call.receiver
    if call.args:
        raise unsupported("each of an Enumerator with arguments")
    if isinstance(call.receiver, LazyStep):
        visit_all(call.interpreter, call.receiver, lambda args: call.yield_(*args) and None)
        return call.receiver
    return _run(call, call.block)


@ENUMERATOR.method("with_index", "each_with_index", arity=(0, 1), structural=True)
def with_index(call: Call) -> Value:
    """The method with a block that gets an index too."""
    if call.name == "each_with_index" and call.args:
        raise RubyError("ArgumentError", "wrong number of arguments (given 1, expected 0)")
    start = to_integer(call.interpreter, call.args[0]) if call.args and call.args[0] is not None else 0
    if call.block is None:
        return call.enumerator()
    at = start - 1

    def block(args: list[Value], _block: RubyProc | None, _self: Value) -> Value:
        nonlocal at
        at += 1
        return call.yield_(packed(args), at)

    return _run(call, RubyProc(block))


@ENUMERATOR.method("with_object", "each_with_object", arity=1, structural=True)
def with_object(call: Call) -> Value:
    """The method with a block that gets an object too, which it returns."""
    if call.block is None:
        return call.enumerator()

    def block(args: list[Value], _block: RubyProc | None, _self: Value) -> Value:
        return call.yield_(packed(args), call.args[0])

    _run(call, RubyProc(block))
    return call.args[0]


@ENUMERATOR.method("size")
def size(call: Call) -> Value:
    """How many values it yields, as far as that is known beforehand."""
    waiting: RubyEnumerator = call.receiver
    receiver = waiting.receiver
    if isinstance(receiver, (RubyArray, RubyHash)) and not waiting.args and waiting.name != "cycle":
        return len(receiver)
    if isinstance(receiver, RubyString) and waiting.name == "each_char":
        return len(receiver.text)
    if receiver.__class__ is int and waiting.name == "times":
        return max(receiver, 0)
    if waiting.name == "loop":
        return math.inf
    raise unsupported("the size of such an Enumerator")


@ENUMERATOR.method("rewind", structural=True)
def rewind(call: Call) -> Value:
    """Begins anew."""
    return call.receiver


@ENUMERATOR.method("next", "peek", "next_values", "peek_values", "feed", "+", arity=(0, 1))
def not_done(call: Call) -> Value:
    """Asked for one value after the other from outside: not done."""
    raise unsupported(f"Enumerator#{call.name}")


@ENUMERATOR.method("inspect", "to_s")
def inspect(call: Call) -> Value:
    """`#<Enumerator: [1, 2]:each_slice(2)>`."""
    waiting: RubyEnumerator = call.receiver
    plain = isinstance(waiting.receiver, (RubyArray, RubyHash, RubyString, RubyEnumerator, int))
    stepped = waiting.name in ("step", "%") and not isinstance(waiting.receiver, RubyEnumerator)
    strange = waiting.lazy or isinstance(waiting, MadeEnumerator) or not plain or stepped
    if call.name == "to_s" or strange:
        raise unsupported("the text of such an Enumerator")
    args = ", ".join(map(call.interpreter.inspect, waiting.args))
    shown = f"({args})" if args else ""
    return RubyString(f"#<Enumerator: {call.interpreter.inspect(waiting.receiver)}:{waiting.name}{shown}>")


def _lazily(call: Call, step: Callable[[Value, Visit], object]) -> Value:
    if call.block is None:
        raise RubyError("ArgumentError", f"tried to call lazy {call.name} without a block")
    return LazyStep(call.receiver, call.name, step)


@LAZY.method("map", "collect", structural=True)
def lazy_map(call: Call) -> Value:
    """Passes on what the block makes of each."""

    def step(value: Value, visit: Visit) -> object:
        return visit([call.yield_(value)])

    return _lazily(call, step)


@LAZY.method("select", "filter", "find_all", structural=True)
def lazy_select(call: Call) -> Value:
    """Passes those on for which the block holds."""

    def step(value: Value, visit: Visit) -> object:
        return visit([value]) if truthy(call.yield_(value)) else None

    return _lazily(call, step)


@LAZY.method("reject", structural=True)
def lazy_reject(call: Call) -> Value:
    """Passes those on for which it does not."""

    def step(value: Value, visit: Visit) -> object:
        return None if truthy(call.yield_(value)) else visit([value])

    return _lazily(call, step)


@LAZY.method("filter_map", structural=True)
def lazy_filter_map(call: Call) -> Value:
    """Passes on what the block makes of each, unless nil or false."""

    def step(value: Value, visit: Visit) -> object:
        made = call.yield_(value)
        return visit([made]) if truthy(made) else None

    return _lazily(call, step)


@LAZY.method("take_while", structural=True)
def lazy_take_while(call: Call) -> Value:
    """Passes on as long as the block holds."""

    def step(value: Value, visit: Visit) -> object:
        return visit([value]) if truthy(call.yield_(value)) else True

    return _lazily(call, step)


@LAZY.method("take", arity=1, structural=True)
def lazy_take(call: Call) -> Value:
    """Passes on the first so many."""
    most = integer(call, 0)
    made: list[Value] = []

    def keep(args: list[Value]) -> bool:
        made.append(packed(args))
        return len(made) >= most

    if call.receiver.__class__ is LazyStep:
        raise unsupported("take of a lazy Enumerator with steps before it")
    if most > 0:
        visit_all(call.interpreter, call.receiver, keep)
    first_values = call.interpreter.enumerator(RubyArray(made), "each")
    first_values.lazy = True
    return first_values


@LAZY.method("first", arity=(0, 1), structural=True)
def lazy_first(call: Call) -> Value:
    """The first value, or an array of so many."""
    most = integer(call, 0, 1)
    if most < 0:
        raise RubyError("ArgumentError", "attempt to take negative size")
    made: list[Value] = []

    def keep(args: list[Value]) -> bool:
        made.append(packed(args))
        return len(made) >= most

    if most:
        visit_all(call.interpreter, call.receiver, keep)
    return RubyArray(made) if call.args else made[0] if made else None


@LAZY.method("to_a", "force", structural=True)
def lazy_to_a(call: Call) -> Value:
    """All values."""
    return RubyArray(collect(call.interpreter, call.receiver))


@LAZY.method("lazy", structural=True)
def lazy_lazy(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@LAZY.method("eager", structural=True)
def eager(call: Call) -> Value:
    """Not lazy any more."""
    return MadeEnumerator(RubyArray(collect(call.interpreter, call.receiver)), "each", [])


@LAZY.method("with_index", "each_with_index", arity=(0, 1), structural=True)
def lazy_with_index(call: Call) -> Value:
    """Not done."""
    raise unsupported("with_index of a lazy Enumerator")


@LAZY.method("flat_map", "zip", "drop", "drop_while", "uniq", "compact", "grep", "grep_v", arity=(0, None))
@LAZY.method("chunk_while", "slice_when", "tally", "size", "collect_concat", arity=(0, None))
def lazy_not_done(call: Call) -> Value:
    """Not done."""
    raise unsupported(f"{call.name} of a lazy Enumerator")
