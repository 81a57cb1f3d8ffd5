"""Enumerable: values put into groups, slices and runs; Array has them too."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import integer, require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collected, holds, made_enumerator
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyHash, Symbol, Value, truthy

ENUMERABLE = MethodTable("Enumerable")
TABLES = (ENUMERABLE,)


@ENUMERABLE.method("group_by", structural=True)
def group_by(call: Call) -> Value:
    """Arrays of those for which the block gives the same."""
    if call.block is None:
        return call.enumerator()
    made = RubyHash()
    for value in collected(call):
        key = call.yield_(value)
        group = made.get(key)
        if group is None:
            made.put(key, RubyArray([value]))
        else:
            group.items.append(value)
    return made


@ENUMERABLE.method("partition", structural=True)
def partition(call: Call) -> Value:
    """Those for which the block holds, and the others."""
    if call.block is None:
        return call.enumerator()
    made = RubyArray(), RubyArray()
    for value in collected(call):
        made[not holds(call, [value])].items.append(value)
    return RubyArray(made)


@ENUMERABLE.method("each_slice", arity=1, structural=True)
def each_slice(call: Call) -> Value:
    """Yields arrays of so many."""
    size = integer(call, 0)
    if size <= 0:
        raise RubyError("ArgumentError", "invalid slice size")
    if call.block is None:
        return call.enumerator()
    values = collected(call)
    for at in range(0, len(values), size):
        call.yield_(RubyArray(values[at : at + size]))
    return call.receiver


@ENUMERABLE.method("each_cons", arity=1, structural=True)
def each_cons(call: Call) -> Value:
    """Yields arrays of so many neighbours."""
    size = integer(call, 0)
    if size <= 0:
        raise RubyError("ArgumentError", "invalid size")
    if call.block is None:
        return call.enumerator()
    values = collected(call)
    for at in range(len(values) - size + 1):
        call.interpreter.spend(size)
        call.yield_(RubyArray(values[at : at + size]))
    return call.receiver


@ENUMERABLE.method("chunk_while", "slice_when", structural=True)
def runs(call: Call) -> Value:
    """Runs of neighbours for which the block holds, or does not."""
    if call.block is None:
        raise RubyError("ArgumentError", "wrong number of arguments (given 0, expected 1)")
    made: list[RubyArray] = []
    values = collected(call)
    for at, value in enumerate(values):
        joined = at > 0 and truthy(call.yield_(values[at - 1], value)) == (call.name == "chunk_while")
        if joined:
            made[-1].items.append(value)
        else:
            made.append(RubyArray([value]))
    return made_enumerator(list(made))


@ENUMERABLE.method("slice_before", "slice_after", arity=(0, 1), structural=True)
def slices(call: Call) -> Value:
    """Runs that begin, or end, with a value that matches."""
    made: list[RubyArray] = []
    begins = True
    for value in collected(call):
        matched = call.interpreter.matches(call.args[0], value) if call.args else truthy(call.yield_(value))
        if begins or (matched and call.name == "slice_before"):
            made.append(RubyArray())
        made[-1].items.append(value)
        begins = matched and call.name == "slice_after"
    return made_enumerator(list(made))


@ENUMERABLE.method("chunk", structural=True)
def chunk(call: Call) -> Value:
    """Runs of neighbours for which the block gives the same, with what it gives."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []
    last: Value = None
    for value in collected(call):
        key = require_known(call.yield_(value))
        alone = key is Symbol("_alone")
        if key is None or key is Symbol("_separator"):
            last = None
            continue
        if isinstance(key, Symbol) and key.name.startswith("_") and not alone:
            raise RubyError("RuntimeError", "symbols beginning with an underscore are reserved")
        if last is not None and not alone and call.interpreter.equal(last, key):
            made[-1].items[1].items.append(value)
        else:
            made.append(RubyArray([key, RubyArray([value])]))
        last = None if alone else key
    return made_enumerator(made)


@ENUMERABLE.method("grep", "grep_v", arity=1)
def grep(call: Call) -> Value:
    """Those that match a pattern, or do not; changed by the block if there is one."""
    made: list[Value] = []
    for value in collected(call):
        if call.interpreter.matches(call.args[0], value) == (call.name == "grep"):
            made.append(value if call.block is None else call.yield_(value))
    return RubyArray(made)


def product_of(call: Call, lists: list[list[Value]]) -> list[Value]:
    """Every way to take one of each."""
    total = 1
    for each in lists:
        total *= len(each)
    call.interpreter.spend(total * len(lists))
    made: list[list[Value]] = [[]]
    for each in lists:
        made = [[*before, value] for before in made for value in each]
    return [RubyArray(each) for each in made]


def with_block(call: Call, values: list[Value]) -> Value:
    """The array of these, or the receiver once the block has got each."""
    if call.block is None:
        return RubyArray(values)
    for value in values:
        call.yield_(value)
    return call.receiver
