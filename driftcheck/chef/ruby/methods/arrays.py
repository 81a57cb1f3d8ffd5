"""Array: elements by index and range, joining, sets. What it shares with Enumerable stands there."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.chef.ruby.methods.collection_texts import inspect_collection
from driftcheck.chef.ruby.methods.conversions import integer, require_known, to_array, to_integer, try_array
from driftcheck.chef.ruby.methods.indexes import is_range, part_span, range_span
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.joining import joined
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, hash_key, truthy

ARRAY = MethodTable("Array")
TABLES = (ARRAY,)


@ARRAY.method("[]", "slice", arity=(1, 2), structural=True)
def element(call: Call) -> Value:
    """An element by index, or an array of several by range or start and length; nil beyond the end."""
    items: list[Value] = call.receiver.items
    key = call.args[0]
    if key.__class__ is int and len(call.args) == 1:
        return items[key] if -len(items) <= key < len(items) else None
    if len(call.args) == 2:
        found = part_span(integer(call, 0), integer(call, 1), len(items))
    elif is_range(key):
        found = range_span(call.interpreter, key, len(items))
    else:
        at = to_integer(call.interpreter, key)
        return items[at] if -len(items) <= at < len(items) else None
    return None if found is None else RubyArray(items[found[0] : sum(found)])


@ARRAY.method("at", arity=1, structural=True)
def at_(call: Call) -> Value:
    """An element by index."""
    index = integer(call, 0)
    items = call.receiver.items
    return items[index] if -len(items) <= index < len(items) else None


@ARRAY.method("fetch", arity=(1, 2), structural=True)
def fetch(call: Call) -> Value:
    """An element by index; else the default, the block's value, or IndexError."""
    index = integer(call, 0)
    items = call.receiver.items
    if -len(items) <= index < len(items):
        return items[index]
    if call.block is not None:
        return call.yield_(call.args[0])
    if len(call.args) == 2:
        return call.args[1]
    size = len(items)
    message = f"index {index} outside of array bounds: {-size}...{size}"
    raise RubyError("IndexError", message)


@ARRAY.method("dig", arity=(1, None), structural=True)
def dig(call: Call) -> Value:
    """An element, and on from there with the other keys."""
    index = integer(call, 0)
    items = call.receiver.items
    found = items[index] if -len(items) <= index < len(items) else None
    return dig_on(call, found)


def dig_on(call: Call, found: Value) -> Value:
    """What the other keys of `dig` lead to; TypeError where the value has no `dig`."""
    if len(call.args) == 1 or found is None:
        return found
    require_known(found)
    if not call.interpreter.responds_to(found, "dig"):
        name = call.interpreter.class_of(found).name
        raise RubyError("TypeError", f"{name} does not have #dig method")
    return call.interpreter.send(found, "dig", *call.args[1:])


@ARRAY.method("values_at", arity=(0, None), structural=True)
def values_at(call: Call) -> Value:
    """The elements of several indexes and ranges."""
    made: list[Value] = []
    items = call.receiver.items
    for key in call.args:
        if is_range(key):
            found = range_span(call.interpreter, key, len(items))
            if found is None:
                continue
            last = key.last
            wanted = found[1]
            if last is not None and to_integer(call.interpreter, last) >= 0:
                wanted = to_integer(call.interpreter, last) - found[0] + (not key.exclusive)
            made += items[found[0] : found[0] + found[1]] + [None] * max(wanted - found[1], 0)
        else:
            index = to_integer(call.interpreter, key)
            made.append(items[index] if -len(items) <= index < len(items) else None)
    return RubyArray(made)


@ARRAY.method("first", "last", arity=(0, 1), structural=True)
def ends(call: Call) -> Value:
    """The first or last element, or so many of them."""
    items = call.receiver.items
    if not call.args:
        return (items[0] if call.name == "first" else items[-1]) if items else None
    count = integer(call, 0)
    if count < 0:
        raise RubyError("ArgumentError", "negative array size")
    return RubyArray(items[:count] if call.name == "first" else items[max(len(items) - count, 0) :])


@ARRAY.method("size", "length", structural=True)
def size(call: Call) -> Value:
    """How many elements."""
    return len(call.receiver.items)


@ARRAY.method("empty?", structural=True)
def is_empty(call: Call) -> Value:
    """Whether there are none."""
    return not call.receiver.items


@ARRAY.method("to_a", "entries", structural=True)
def to_a(call: Call) -> Value:
    """The receiver itself (`entries`: a copy)."""
    if call.receiver.__class__ is RubyArray and call.name == "to_a":
        return call.receiver
    return RubyArray(call.receiver.items)


@ARRAY.method("to_ary", structural=True)
def to_ary(call: Call) -> Value:
    """The receiver itself."""
    return call.receiver


@ARRAY.method("inspect", "to_s")
def inspect(call: Call) -> Value:
    """`[1, "a"]`."""
    return RubyString(inspect_collection(call.interpreter, call.receiver))


@ARRAY.method("join", arity=(0, 1))
def join(call: Call) -> Value:
    """Its elements' texts with a separator between."""
    return joined(call)


@ARRAY.method("==", arity=1)
def equal(call: Call) -> Value:
    """The same elements by `==`."""
    other = require_known(call.args[0])
    if not isinstance(other, RubyArray):
        return False
    left, right = call.receiver.items, other.items
    return len(left) == len(right) and all(map(call.interpreter.equal, left, right))


@ARRAY.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """The same elements by `eql?`."""
    other = require_known(call.args[0])
    return isinstance(other, RubyArray) and hash_key(call.receiver) == hash_key(other)


@ARRAY.method("<=>", arity=1)
def compare(call: Call) -> Value:
    """By the first elements that differ, then by size."""
    other = try_array(call.interpreter, call.args[0])
    if other is None:
        return None
    for left, right in zip(call.receiver.items, other.items, strict=False):
        order = call.interpreter.send(left, "<=>", right)
        if order != 0 or order.__class__ is not int:
            return order
    left_size, right_size = len(call.receiver.items), len(other.items)
    return (left_size > right_size) - (left_size < right_size)


@ARRAY.method("+", arity=1, structural=True)
def plus(call: Call) -> Value:
    """A new array of both."""
    other = to_array(call.interpreter, call.args[0])
    call.interpreter.spend(len(call.receiver.items))
    return RubyArray([*call.receiver.items, *other.items])


@ARRAY.method("*", arity=1, structural=True)
def times(call: Call) -> Value:
    """Itself so many times; with a text it joins."""
    value = require_known(call.args[0])
    if isinstance(value, RubyString):
        return call.interpreter.send(call.receiver, "join", value)
    count = to_integer(call.interpreter, value)
    if count < 0:
        raise RubyError("ArgumentError", "negative argument")
    call.interpreter.spend(len(call.receiver.items) * count)
    return RubyArray(call.receiver.items * count)


def _without(items: list[Value], others: list[RubyArray]) -> list[Value]:
    gone = {hash_key(each) for other in others for each in other.items}
    return [each for each in items if hash_key(each) not in gone]


@ARRAY.method("-", arity=1)
def minus(call: Call) -> Value:
    """Without the elements of the other."""
    return RubyArray(_without(call.receiver.items, [to_array(call.interpreter, call.args[0])]))


@ARRAY.method("difference", arity=(0, None))
def difference(call: Call) -> Value:
    """Without the elements of the others."""
    return RubyArray(_without(call.receiver.items, _arrays(call)))


def _arrays(call: Call) -> list[RubyArray]:
    return [to_array(call.interpreter, each) for each in call.args]


@ARRAY.method("&", arity=1)
def both(call: Call) -> Value:
    """What stands in both, once."""
    return RubyArray(_common(call.receiver.items, [to_array(call.interpreter, call.args[0])]))


@ARRAY.method("intersection", arity=(0, None))
def intersection(call: Call) -> Value:
    """What stands in all, once."""
    return RubyArray(_common(call.receiver.items, _arrays(call)))


def _common(items: list[Value], others: list[RubyArray]) -> list[Value]:
    keys = [{hash_key(each) for each in other.items} for other in others]
    unique = {hash_key(each): each for each in reversed(items)}
    return [unique[key] for key in dict.fromkeys(map(hash_key, items)) if all(key in each for each in keys)]


@ARRAY.method("intersect?", arity=1)
def intersects(call: Call) -> Value:
    """Whether something stands in both."""
    return bool(_common(call.receiver.items, [to_array(call.interpreter, call.args[0])]))


@ARRAY.method("|", arity=1)
def either(call: Call) -> Value:
    """What stands in one of both, once."""
    return RubyArray(unique_values([*call.receiver.items, *to_array(call.interpreter, call.args[0]).items]))


@ARRAY.method("union", arity=(0, None))
def union(call: Call) -> Value:
    """What stands in any of them, once."""
    added = [each for other in _arrays(call) for each in other.items]
    return RubyArray(unique_values([*call.receiver.items, *added]))


def unique_values(items: list[Value]) -> list[Value]:
    """Each value once, by `eql?`, the first of them."""
    found: dict[object, Value] = {}
    for each in items:
        found.setdefault(hash_key(each), each)
    return list(found.values())


@ARRAY.method("index", "find_index", arity=(0, 1), structural=True)
def index(call: Call) -> Value:
    """The index of the first that is equal, or for which the block holds."""
    return _index(call, range(len(call.receiver.items)))


@ARRAY.method("rindex", arity=(0, 1), structural=True)
def rindex(call: Call) -> Value:
    """The same from the end."""
    return _index(call, reversed(range(len(call.receiver.items))))


def _index(call: Call, places: Iterable[int]) -> Value:
    if not call.args and call.block is None:
        return call.enumerator()
    for at in places:
        value = call.receiver.items[at]
        if call.interpreter.equal(value, call.args[0]) if call.args else truthy(call.yield_(value)):
            return at
    return None


@ARRAY.method("assoc", "rassoc", arity=1)
def assoc(call: Call) -> Value:
    """The first pair whose first (or second) element is equal."""
    place = int(call.name == "rassoc")
    for each in call.receiver.items:
        pair = try_array(call.interpreter, each)
        if (
            pair is not None
            and len(pair.items) > place
            and call.interpreter.equal(pair.items[place], call.args[0])
        ):
            return pair
    return None


@ARRAY.method("bsearch")
def bsearch(call: Call) -> Value:
    """The first for which the block holds, by halves."""
    if call.block is None:
        return call.enumerator()
    low, high = 0, len(call.receiver.items)
    found: Value = None
    while low < high:
        middle = (low + high) // 2
        value = call.receiver.items[middle]
        says = require_known(call.yield_(value))
        if says == 0 and says.__class__ in (int, float):
            return value
        if says is True or (says.__class__ in (int, float) and says < 0):
            found, high = (value if says is True else found), middle
        elif says in (None, False) or says.__class__ in (int, float):
            low = middle + 1
        else:
            name = call.interpreter.class_of(says).name
            raise RubyError("TypeError", f"wrong argument type {name} (must be numeric, true, false or nil)")
    return found
