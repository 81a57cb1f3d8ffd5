"""Array: new arrays made of it (reversed, rotated, flattened, combined), and `Array.new`."""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb, perm

from driftcheck.chef.ruby.methods.arrays import unique_values
from driftcheck.chef.ruby.methods.conversions import integer, require_known, to_array, to_integer, try_array
from driftcheck.chef.ruby.methods.enumerable_groups import product_of, with_block
from driftcheck.chef.ruby.methods.hash_making import hash_of_pairs
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.sparse import Slot, array_of, without_doubtful
from driftcheck.chef.ruby.values import RubyArray, RubyError, Value, hash_key, unsupported
from driftcheck.model.facts import Unknown

ARRAY = MethodTable("Array")
ARRAY_CLASS = MethodTable("Array", singleton=True)
TABLES = (ARRAY, ARRAY_CLASS)


@ARRAY.method("reverse", structural=True)
def reverse(call: Call) -> Value:
    """From its end to its beginning."""
    return RubyArray(call.receiver.items[::-1])


@ARRAY.method("rotate", arity=(0, 1), structural=True)
def rotate(call: Call) -> Value:
    """The first elements moved to the end."""
    return RubyArray(rotated(call))


def rotated(call: Call) -> list[Value]:
    """Its elements, beginning with that of the given index."""
    items: list[Value] = call.receiver.items
    count = integer(call, 0, 1)
    count = count % len(items) if items else 0
    return items[count:] + items[:count]


@ARRAY.method("compact", structural=True)
def compact(call: Call) -> Value:
    """Without nil."""
    items = call.receiver.items
    if any(each.__class__ is Unknown for each in items):
        held = ((each if each.__class__ is Unknown else each is not None, Slot(each, None)) for each in items)
        return array_of(without_doubtful(held, wanted=True))
    return RubyArray(each for each in items if require_known(each) is not None)


@ARRAY.method("flatten", arity=(0, 1), structural=True)
def flatten(call: Call) -> Value:
    """Arrays in it opened, at every depth or so many."""
    return RubyArray(flattened(call)[0])


def flattened(call: Call) -> tuple[list[Value], bool]:
    """The elements and whether there was an array among them."""
    depth = -1 if not call.args or call.args[0] is None else to_integer(call.interpreter, call.args[0])
    made: list[Value] = []
    opened = _open(call, call.receiver, depth, made, [])
    return made, opened


def _open(call: Call, array: RubyArray, depth: int, made: list[Value], within: list[RubyArray]) -> bool:
    if any(array is each for each in within):
        raise RubyError("ArgumentError", "tried to flatten recursive array")
    opened = False
    for value in array.items:
        call.interpreter.spend(1)
        several = try_array(call.interpreter, value) if depth else None
        if several is None:
            made.append(value)
        else:
            opened = True
            _open(call, several, depth - 1, made, [*within, array])
    return opened


@ARRAY.method("uniq", structural=True)
def uniq(call: Call) -> Value:
    """Each element once."""
    return RubyArray(unique(call))


def unique(call: Call) -> list[Value]:
    """Each element once, by `eql?` or by what the block makes of it."""
    if call.block is None:
        return unique_values(call.receiver.items)
    found: dict[object, Value] = {}
    for each in list(call.receiver.items):
        found.setdefault(hash_key(call.yield_(each)), each)
    return list(found.values())


@ARRAY.method("transpose", structural=True)
def transpose(call: Call) -> Value:
    """Rows as columns."""
    rows = [to_array(call.interpreter, each).items for each in call.receiver.items]
    if not rows:
        return RubyArray()
    for row in rows:
        if len(row) != len(rows[0]):
            message = f"element size differs ({len(row)} should be {len(rows[0])})"
            raise RubyError("IndexError", message)
    return RubyArray(RubyArray(column) for column in zip(*rows, strict=True))


@ARRAY.method("product", arity=(0, None), structural=True)
def product(call: Call) -> Value:
    """Every way to take one element of each array."""
    lists = [call.receiver.items, *(to_array(call.interpreter, each).items for each in call.args)]
    return with_block(call, product_of(call, lists))


@ARRAY.method("combination", "permutation", arity=(0, 1), structural=True)
def combination(call: Call) -> Value:
    """Every way to take so many elements."""
    items: list[Value] = list(call.receiver.items)
    if call.name == "combination" and not call.args:
        raise RubyError("ArgumentError", "wrong number of arguments (given 0, expected 1)")
    count = integer(call, 0, len(items))
    if call.block is None:
        return call.enumerator()
    if not 0 <= count <= len(items):
        return call.receiver
    ways = comb if call.name == "combination" else perm
    call.interpreter.spend(ways(len(items), count) * (count + 1))
    choose = combinations if call.name == "combination" else permutations
    for each in choose(items, count):
        call.yield_(RubyArray(each))
    return call.receiver


@ARRAY.method("to_h", structural=True)
def to_h(call: Call) -> Value:
    """A hash of its pairs, or of those that the block makes."""
    items = list(call.receiver.items)
    pairs = items if call.block is None else [call.yield_(each) for each in items]
    return hash_of_pairs(call.interpreter, pairs, indexed=True)


@ARRAY.method("sample", "shuffle", "shuffle!", "hash", arity=(0, None), structural=True)
def random(call: Call) -> Value:
    """Differs from run to run."""
    raise unsupported(f"Array#{call.name}, which differs from run to run")


@ARRAY_CLASS.method("new", arity=(0, 2), structural=True)
def new(call: Call) -> Value:
    """An array of a size, filled with a value or by the block, or a copy."""
    if not call.args:
        return RubyArray()
    several = try_array(call.interpreter, call.args[0]) if len(call.args) == 1 else None
    if several is not None:
        return RubyArray(several.items)
    size = integer(call, 0)
    if size < 0:
        raise RubyError("ArgumentError", "negative array size")
    call.interpreter.spend(size)
    if call.block is not None:
        return RubyArray(call.yield_(at) for at in range(size))
    return RubyArray([call.arg(1)] * size)


@ARRAY_CLASS.method("[]", arity=(0, None), structural=True)
def of_values(call: Call) -> Value:
    """An array of these."""
    return RubyArray(call.args)


@ARRAY_CLASS.method("try_convert", arity=1)
def try_convert(call: Call) -> Value:
    """`to_ary`, or nil."""
    return try_array(call.interpreter, call.args[0])
