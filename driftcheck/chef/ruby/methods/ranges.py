"""Range: its ends, what it covers, its size; what it goes through is in `iteration`."""

from __future__ import annotations

import math
from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import integer, require_known, to_integer
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collect, values_of, visit_all
from driftcheck.chef.ruby.methods.numeric import steps
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyRange,
    RubyString,
    Value,
    hash_key,
    unsupported,
)

RANGE = MethodTable("Range")
RANGE_CLASS = MethodTable("Range", singleton=True)
TABLES = (RANGE, RANGE_CLASS)


@RANGE.method("first", arity=(0, 1), structural=True)
def first(call: Call) -> Value:
    """Its beginning, or the first so many values."""
    given: RubyRange = call.receiver
    if given.first is None:
        raise RubyError("RangeError", "cannot get the first element of beginless range")
    if not call.args:
        return given.first
    most = integer(call, 0)
    if most < 0:
        raise RubyError("ArgumentError", "negative array size (or size too big)")
    made: list[Value] = []

    def keep(args: list[Value]) -> bool:
        made.append(args[0])
        return len(made) >= most

    if most:
        if isinstance(given.first, RubyString) and given.last is None:
            return RubyArray(_successors(call, given.first, most))
        visit_all(call.interpreter, given, keep)
    return RubyArray(made)


def _successors(call: Call, start: Value, count: int) -> list[Value]:
    made = [start]
    while len(made) < count:
        made.append(call.interpreter.send(made[-1], "succ"))
    return made


@RANGE.method("last", arity=(0, 1))
def last(call: Call) -> Value:
    """Its end, or the last so many values."""
    given: RubyRange = call.receiver
    if given.last is None:
        raise RubyError("RangeError", "cannot get the last element of endless range")
    if not call.args:
        return given.last
    found = collect(call.interpreter, given)
    if not found and given.first.__class__ is int:
        return RubyArray()
    most = integer(call, 0)
    if most < 0:
        raise RubyError("ArgumentError", "negative array size")
    return RubyArray(found[max(len(found) - most, 0) :])


@RANGE.method("begin", structural=True)
def begin(call: Call) -> Value:
    """Its beginning."""
    return call.receiver.first


@RANGE.method("end", structural=True)
def end(call: Call) -> Value:
    """Its end."""
    return call.receiver.last


@RANGE.method("exclude_end?")
def excludes_end(call: Call) -> Value:
    """Whether its end does not belong to it."""
    return call.receiver.exclusive


@RANGE.method("each", structural=True)
def each(call: Call) -> Value:
    """Yields its values."""
    if call.block is None:
        return call.enumerator()
    for value in values_of(call.interpreter, call.receiver):
        call.yield_(value)
    return call.receiver


@RANGE.method("to_s")
def to_s(call: Call) -> Value:
    """`1..3`."""
    return RubyString(_shown(call, call.interpreter.to_s))


@RANGE.method("inspect")
def inspect(call: Call) -> Value:
    """`"a".."c"`; an open end shows nothing."""
    return RubyString(_shown(call, lambda value: "" if value is None else call.interpreter.inspect(value)))


def _shown(call: Call, show: Callable[[Value], str]) -> str:
    given: RubyRange = call.receiver
    dots = "..." if given.exclusive else ".."
    return f"{show(given.first)}{dots}{show(given.last)}"


@RANGE.method("==", arity=1)
def equal(call: Call) -> Value:
    """The same ends."""
    other = require_known(call.args[0])
    if not isinstance(other, RubyRange) or other.exclusive != call.receiver.exclusive:
        return False
    equal_ends = call.interpreter.equal
    return equal_ends(call.receiver.first, other.first) and equal_ends(call.receiver.last, other.last)


@RANGE.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """The same ends by `eql?`."""
    other = require_known(call.args[0])
    return isinstance(other, RubyRange) and hash_key(other) == hash_key(call.receiver)


def covers(call: Call, value: Value) -> bool:
    """Whether a value stands between the ends."""
    given: RubyRange = call.receiver
    compare = call.interpreter.compare
    if given.first is not None:
        order = compare(given.first, value)
        if order is None or order > 0:
            return False
    if given.last is None:
        return True
    order = compare(value, given.last)
    return order is not None and (order < 0 or (order == 0 and not given.exclusive))


@RANGE.method("===", "cover?", arity=1)
def cover(call: Call) -> Value:
    """Whether a value stands between the ends."""
    value = require_known(call.args[0])
    if isinstance(value, RubyRange) and call.name == "cover?":
        return _covers_range(call, value)
    return covers(call, value)


def _covers_range(call: Call, other: RubyRange) -> bool:
    given: RubyRange = call.receiver
    if any(each.__class__ is not int for each in (given.first, given.last, other.first, other.last)):
        raise unsupported("cover? of such a range")
    inner_last = other.last - other.exclusive
    return bool(given.first <= other.first <= inner_last <= given.last - given.exclusive)


@RANGE.method("include?", "member?", arity=1)
def includes(call: Call) -> Value:
    """Whether a value belongs to it: numbers by their size, texts by going through them."""
    given: RubyRange = call.receiver
    value = require_known(call.args[0])
    ends = [each for each in (given.first, given.last) if each is not None]
    if all(each.__class__ in (int, float) for each in ends):
        return covers(call, value)
    if not isinstance(value, RubyString):
        return False
    if given.last is None or given.first is None:
        raise unsupported("include? of an open range of texts")
    return any(call.interpreter.equal(each, value) for each in collect(call.interpreter, given))


@RANGE.method("size")
def size(call: Call) -> Value:
    """How many values a range of numbers has; nil for others."""
    given: RubyRange = call.receiver
    if given.first.__class__ not in (int, float):
        if given.first is None and given.last is not None and given.last.__class__ in (int, float):
            return math.inf
        return None
    if given.last is None:
        return math.inf
    if given.last.__class__ not in (int, float):
        return None
    if math.inf in (given.last, -given.first):
        return math.inf
    if given.first.__class__ is float:
        return max(math.floor(given.last - given.first) + 1, 0) if not given.exclusive else _no_size()
    whole = math.floor(given.last)
    return max(whole - given.first + (not (given.exclusive and whole == given.last)), 0)


def _no_size() -> Value:
    raise unsupported("the size of a range of floats without its end")


@RANGE.method("count", arity=(0, 1), structural=True)
def count(call: Call) -> Value:
    """How many values there are, are equal, or satisfy the block."""
    if not call.args and call.block is None:
        if call.receiver.first is None:
            return math.inf
        return size(call) if call.receiver.last is None else _count(call)
    values = RubyArray(collect(call.interpreter, call.receiver))
    return call.interpreter.send(values, "count", *call.args, block=call.block)


def _count(call: Call) -> int:
    if call.receiver.first.__class__ is int:
        found = size(call)
        return found if found is not None else len(collect(call.interpreter, call.receiver))
    return len(collect(call.interpreter, call.receiver))


@RANGE.method("sum", arity=(0, 1))
def sum_(call: Call) -> Value:
    """The sum of its values."""
    given: RubyRange = call.receiver
    whole = given.first.__class__ is int and given.last.__class__ is int
    if whole and call.block is None and call.arg(0, 0).__class__ is int:
        last = given.last - given.exclusive
        return call.arg(0, 0) + (max(last - given.first + 1, 0) * (given.first + last)) // 2
    values = RubyArray(collect(call.interpreter, given))
    return call.interpreter.send(values, "sum", *call.args, block=call.block)


@RANGE.method("min", "max", arity=(0, 1))
def extreme(call: Call) -> Value:
    """Its least or greatest value."""
    given: RubyRange = call.receiver
    if call.block is not None or call.args:
        values = RubyArray(collect(call.interpreter, given))
        return call.interpreter.send(values, call.name, *call.args, block=call.block)
    open_end = given.first if call.name == "min" else given.last
    if open_end is None:
        side = "minimum of beginless" if call.name == "min" else "maximum of endless"
        raise RubyError("RangeError", f"cannot get the {side} range")
    if given.first is None or given.last is None:
        if call.name == "min":
            return given.first
        raise unsupported("the maximum of a beginless range")
    order = call.interpreter.compare(given.first, given.last)
    if order is None or order > 0 or (given.exclusive and order == 0):
        return None
    return given.first if call.name == "min" else _greatest(call, given)


def _greatest(call: Call, given: RubyRange) -> Value:
    if given.last.__class__ not in (int, float):
        return collect(call.interpreter, given)[-1]
    if not given.exclusive:
        if given.last.__class__ is float or given.first.__class__ is int:
            return given.last
        return given.last
    if given.last.__class__ is not int:
        raise RubyError("TypeError", "cannot exclude non Integer end value")
    if given.first.__class__ is not int:
        raise RubyError("TypeError", "cannot exclude end value with non Integer begin value")
    return given.last - 1


@RANGE.method("minmax")
def minmax(call: Call) -> Value:
    """Both."""
    if call.block is not None:
        values = RubyArray(collect(call.interpreter, call.receiver))
        return call.interpreter.send(values, "minmax", block=call.block)
    send = call.interpreter.send
    return RubyArray([send(call.receiver, "min"), send(call.receiver, "max")])


@RANGE.method("step", "%", arity=(0, 1), structural=True)
def step(call: Call) -> Value:
    """Yields every so many of its values."""
    by = require_known(call.arg(0, 1))
    if by.__class__ not in (int, float):
        by = to_integer(call.interpreter, by)
    if by == 0:
        raise RubyError("ArgumentError", "step can't be 0")
    if call.receiver.first is None:
        raise unsupported("a beginless range by steps")
    if call.block is None:
        return call.enumerator()
    for value in _stepped(call, call.receiver, by):
        call.yield_(value)
    return call.receiver


def _stepped(call: Call, given: RubyRange, by: float) -> list[Value]:
    if by < 0 and given.first.__class__ is not float:
        raise unsupported("a range by negative steps")
    if given.first.__class__ in (int, float):
        return steps(call, given.first, given.last, by, exclusive=given.exclusive)
    if by.__class__ is not int:
        raise unsupported("a step through texts that is no integer")
    return collect(call.interpreter, given)[:: int(by)]


@RANGE.method("hash", "bsearch")
def not_done(call: Call) -> Value:
    """Differs from run to run, or is not done."""
    raise unsupported(f"Range#{call.name}")


@RANGE_CLASS.method("new", arity=(2, 3))
def new(call: Call) -> Value:
    """A range of two ends."""
    first_value, last_value = call.args[:2]
    if first_value is not None and last_value is not None:
        comparable = call.interpreter.compare(first_value, last_value)
        if comparable is None:
            raise RubyError("ArgumentError", "bad value for range")
    return RubyRange(first_value, last_value, exclusive=call.arg(2, False) not in (None, False))
