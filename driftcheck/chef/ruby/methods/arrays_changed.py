"""Array: what changes the receiver: writes, additions, removals, and the methods with `!`."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.arrays_made import flattened, rotated, unique
from driftcheck.chef.ruby.methods.conversions import integer, require_known, to_array, to_integer, try_array
from driftcheck.chef.ruby.methods.enumerable_order import in_order, keyed
from driftcheck.chef.ruby.methods.indexes import is_range, part_span, range_span, write_span
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.ordering import sorted_by_keys
from driftcheck.chef.ruby.values import RubyArray, RubyError, Value, truthy, unsupported

ARRAY = MethodTable("Array")
TABLES = (ARRAY,)


@ARRAY.method("[]=", arity=(2, 3), structural=True, mutates=True)
def write(call: Call) -> Value:
    """Writes an element, or puts elements in the place of several."""
    items: list[Value] = call.receiver.items
    value = call.args[-1]
    if len(call.args) == 3:
        start, length = integer(call, 0), integer(call, 1)
        if length < 0:
            raise RubyError("IndexError", f"negative length ({length})")
        _put(call, _place(start, len(items)), length, value)
    elif is_range(call.args[0]):
        _put(call, *write_span(call.interpreter, call.args[0], len(items)), value)
    else:
        at = _place(integer(call, 0), len(items))
        if at >= len(items):
            _pad(call, at)
            items.append(value)
        else:
            items[at] = value
    return value


def _place(index: int, size: int) -> int:
    at = index + size if index < 0 else index
    if at < 0:
        raise RubyError("IndexError", f"index {index} too small for array; minimum: -{size}")
    return at


def _pad(call: Call, size: int) -> None:
    missing = size - len(call.receiver.items)
    if missing > 0:
        call.interpreter.spend(missing)
        call.receiver.items.extend([None] * missing)


def _put(call: Call, start: int, length: int, value: Value) -> None:
    several = try_array(call.interpreter, value)
    _pad(call, start)
    call.receiver.items[start : start + length] = [value] if several is None else list(several.items)


@ARRAY.method("<<", arity=1, structural=True, mutates=True)
def append(call: Call) -> Value:
    """Adds an element."""
    call.interpreter.spend(1)
    call.receiver.items.append(call.args[0])
    return call.receiver


@ARRAY.method("push", "append", arity=(0, None), structural=True, mutates=True)
def push(call: Call) -> Value:
    """Adds elements."""
    call.receiver.items.extend(call.args)
    return call.receiver


@ARRAY.method("unshift", "prepend", arity=(0, None), structural=True, mutates=True)
def unshift(call: Call) -> Value:
    """Puts elements before the others."""
    call.receiver.items[:0] = call.args
    return call.receiver


@ARRAY.method("concat", arity=(0, None), structural=True, mutates=True)
def concat(call: Call) -> Value:
    """Adds the elements of arrays."""
    added = [value for each in call.args for value in to_array(call.interpreter, each).items]
    call.interpreter.spend(len(added))
    call.receiver.items.extend(added)
    return call.receiver


@ARRAY.method("insert", arity=(1, None), structural=True, mutates=True)
def insert(call: Call) -> Value:
    """Puts elements in at an index; a negative one counts from behind the end."""
    items: list[Value] = call.receiver.items
    index = integer(call, 0)
    if len(call.args) == 1:
        return call.receiver
    at = index + len(items) + 1 if index < 0 else index
    if at < 0:
        message = f"index {index} too small for array; minimum: -{len(items) + 1}"
        raise RubyError("IndexError", message)
    _pad(call, at)
    items[at:at] = call.args[1:]
    return call.receiver


@ARRAY.method("pop", "shift", arity=(0, 1), structural=True, mutates=True)
def take_end(call: Call) -> Value:
    """Takes the last or first element, or so many."""
    items: list[Value] = call.receiver.items
    last = call.name == "pop"
    if not call.args:
        return items.pop(-1 if last else 0) if items else None
    count = min(integer(call, 0), len(items))
    if count < 0:
        raise RubyError("ArgumentError", "negative array size")
    span = slice(len(items) - count, None) if last else slice(count)
    taken = items[span]
    del items[span]
    return RubyArray(taken)


@ARRAY.method("delete", arity=1, mutates=True, frozen_late=True)
def delete(call: Call) -> Value:
    """Takes out all that are equal."""
    items: list[Value] = call.receiver.items
    gone = [each for each in items if call.interpreter.equal(each, call.args[0])]
    if not gone:
        return None if call.block is None else call.yield_(call.args[0])
    call.interpreter.frozen_error(call.receiver)
    items[:] = [each for each in items if not any(each is one for one in gone)]
    return gone[-1]


@ARRAY.method("delete_at", arity=1, structural=True, mutates=True, frozen_late=True)
def delete_at(call: Call) -> Value:
    """Takes out the element of an index."""
    items, index = call.receiver.items, integer(call, 0)
    if not -len(items) <= index < len(items):
        return None
    call.interpreter.frozen_error(call.receiver)
    return items.pop(index)


@ARRAY.method("slice!", arity=(1, 2), structural=True, mutates=True)
def take_part(call: Call) -> Value:
    """Takes a part out and returns it."""
    items: list[Value] = call.receiver.items
    key = call.args[0]
    if len(call.args) == 2:
        found = part_span(integer(call, 0), integer(call, 1), len(items))
    elif is_range(key):
        found = range_span(call.interpreter, key, len(items))
    else:
        return delete_at(call)
    if found is None:
        return None
    span = slice(found[0], sum(found))
    taken = items[span]
    del items[span]
    return RubyArray(taken)


@ARRAY.method("clear", structural=True, mutates=True)
def clear(call: Call) -> Value:
    """Takes all out."""
    call.receiver.items.clear()
    return call.receiver


@ARRAY.method("replace", "initialize_copy", arity=1, structural=True, mutates=True)
def replace(call: Call) -> Value:
    """Its elements become the other's."""
    call.receiver.items[:] = list(to_array(call.interpreter, call.args[0]).items)
    return call.receiver


@ARRAY.method("map!", "collect!", structural=True, mutates=True, frozen_late=True)
def map_in_place(call: Call) -> Value:
    """Each element becomes what the block makes of it."""
    if call.block is None:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    items: list[Value] = call.receiver.items
    for at in range(len(items)):
        if at < len(items):
            items[at] = call.yield_(items[at])
    return call.receiver


@ARRAY.method("select!", "filter!", "keep_if", structural=True, mutates=True, frozen_late=True)
def select_in_place(call: Call) -> Value:
    """Keeps those for which the block holds."""
    return _kept(call, wanted=True)


@ARRAY.method("reject!", "delete_if", structural=True, mutates=True, frozen_late=True)
def reject_in_place(call: Call) -> Value:
    """Takes out those for which the block holds."""
    return _kept(call, wanted=False)


def _kept(call: Call, *, wanted: bool) -> Value:
    if call.block is None:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    before = list(call.receiver.items)
    kept = [each for each in before if truthy(call.yield_(each)) == wanted]
    call.receiver.items[:] = kept
    return call.receiver if len(kept) != len(before) or not call.name.endswith("!") else None


def _become(call: Call, made: list[Value], *, changed: bool) -> Value:
    call.receiver.items[:] = made
    return call.receiver if changed else None


@ARRAY.method("compact!", structural=True, mutates=True)
def compact_in_place(call: Call) -> Value:
    """Takes nil out; nil if there was none."""
    made = [each for each in call.receiver.items if require_known(each) is not None]
    return _become(call, made, changed=len(made) != len(call.receiver.items))


@ARRAY.method("uniq!", structural=True, mutates=True)
def uniq_in_place(call: Call) -> Value:
    """Keeps each once; nil if nothing changed."""
    made = unique(call)
    return _become(call, made, changed=len(made) != len(call.receiver.items))


@ARRAY.method("flatten!", arity=(0, 1), structural=True, mutates=True)
def flatten_in_place(call: Call) -> Value:
    """Opens the arrays in it; nil if there was none."""
    made, opened = flattened(call)
    return _become(call, made, changed=opened)


@ARRAY.method("reverse!", structural=True, mutates=True)
def reverse_in_place(call: Call) -> Value:
    """Turns itself round."""
    return _become(call, call.receiver.items[::-1], changed=True)


@ARRAY.method("rotate!", arity=(0, 1), structural=True, mutates=True)
def rotate_in_place(call: Call) -> Value:
    """Moves the first elements to the end."""
    return _become(call, rotated(call), changed=True)


@ARRAY.method("sort!", mutates=True)
def sort_in_place(call: Call) -> Value:
    """Brings itself in order."""
    return _become(call, in_order(call, list(call.receiver.items)), changed=True)


@ARRAY.method("sort_by!", structural=True, mutates=True, frozen_late=True)
def sort_by_in_place(call: Call) -> Value:
    """Brings itself in the order of what the block makes of each."""
    if call.block is None:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    return _become(call, sorted_by_keys(call.interpreter, keyed(call)), changed=True)


@ARRAY.method("fill", arity=(0, 3), structural=True, mutates=True)
def fill(call: Call) -> Value:
    """Writes a value, or what the block gives for each index, over elements."""
    items: list[Value] = call.receiver.items
    bounds = list(call.args) if call.block is not None else list(call.args[1:])
    if call.block is None and not call.args:
        raise RubyError("ArgumentError", "wrong number of arguments (given 0, expected 1..3)")
    if bounds and is_range(bounds[0]):
        raise unsupported("fill with a range")
    start = to_integer(call.interpreter, bounds[0]) if bounds and bounds[0] is not None else 0
    start = max(start + len(items), 0) if start < 0 else start
    length = len(items) - start
    if len(bounds) > 1 and bounds[1] is not None:
        length = to_integer(call.interpreter, bounds[1])
    call.interpreter.spend(max(length, 0))
    for at in range(start, start + max(length, 0)):
        _pad(call, at + 1)
        items[at] = call.yield_(at) if call.block is not None else call.args[0]
    return call.receiver
