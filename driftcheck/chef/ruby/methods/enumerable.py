"""Enumerable: what is found, chosen, changed and counted among the values that `each` yields."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import integer, name_text, require_known, try_array
from driftcheck.chef.ruby.methods.hash_making import hash_of_pairs
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collected, endless, holds, packed, visit
from driftcheck.chef.ruby.methods.sums import Sum
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyHash, Value, hash_key, truthy, unsupported

ENUMERABLE = MethodTable("Enumerable")
TABLES = (ENUMERABLE,)


@ENUMERABLE.method("to_a", "entries", structural=True)
def to_a(call: Call) -> Value:
    """All values."""
    if endless(call.receiver):
        raise RubyError("RangeError", "cannot convert endless range to an array")
    return RubyArray(collected(call))


@ENUMERABLE.method("map", "collect", structural=True)
def map_(call: Call) -> Value:
    """What the block makes of each."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []
    visit(call, lambda args: made.append(call.yield_(*args)))
    return RubyArray(made)


@ENUMERABLE.method("flat_map", "collect_concat", structural=True)
def flat_map(call: Call) -> Value:
    """What the block makes of each, arrays opened."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []

    def add(args: list[Value]) -> None:
        value = call.yield_(*args)
        several = try_array(call.interpreter, value)
        made.extend([value] if several is None else several.items)

    visit(call, add)
    return RubyArray(made)


@ENUMERABLE.method("filter_map", structural=True)
def filter_map(call: Call) -> Value:
    """What the block makes of each, unless nil or false."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []

    def add(args: list[Value]) -> None:
        value = call.yield_(*args)
        if truthy(value):
            made.append(value)

    visit(call, add)
    return RubyArray(made)


@ENUMERABLE.method("select", "filter", "find_all", structural=True)
def select(call: Call) -> Value:
    """Those for which the block holds."""
    return _chosen(call, wanted=True)


@ENUMERABLE.method("reject", structural=True)
def reject(call: Call) -> Value:
    """Those for which it does not."""
    return _chosen(call, wanted=False)


def _chosen(call: Call, *, wanted: bool) -> Value:
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []

    def add(args: list[Value]) -> None:
        value = packed(args)
        if holds(call, [value]) == wanted:
            made.append(value)

    visit(call, add)
    return RubyArray(made)


@ENUMERABLE.method("find", "detect", arity=(0, 1), structural=True)
def find(call: Call) -> Value:
    """The first for which the block holds, or nil."""
    if call.block is None:
        return call.enumerator()
    if call.args and call.args[0] is not None:
        raise unsupported("find with a proc for nothing found")
    found: list[Value] = []

    def look(args: list[Value]) -> bool:
        value = packed(args)
        if holds(call, [value]):
            found.append(value)
        return bool(found)

    visit(call, look)
    return found[0] if found else None


@ENUMERABLE.method("find_index", arity=(0, 1), structural=True)
def find_index(call: Call) -> Value:
    """The index of the first that is equal, or for which the block holds."""
    if not call.args and call.block is None:
        return call.enumerator()
    at = 0
    found: list[int] = []

    def look(args: list[Value]) -> bool:
        nonlocal at
        if call.interpreter.equal(packed(args), call.args[0]) if call.args else holds(call, args):
            found.append(at)
        at += 1
        return bool(found)

    visit(call, look)
    return found[0] if found else None


@ENUMERABLE.method("first", arity=(0, 1), structural=True)
def first(call: Call) -> Value:
    """The first value, or an array of so many."""
    most = _count(call, "attempt to take negative size") if call.args else 1
    made = _taken(call, most)
    return RubyArray(made) if call.args else made[0] if made else None


def _count(call: Call, message: str) -> int:
    most = integer(call, 0)
    if most < 0:
        raise RubyError("ArgumentError", message)
    return most


def _taken(call: Call, most: int) -> list[Value]:
    made: list[Value] = []

    def take_one(args: list[Value]) -> bool:
        made.append(packed(args))
        return len(made) >= most

    if most:
        visit(call, take_one)
    return made


@ENUMERABLE.method("take", arity=1, structural=True)
def take(call: Call) -> Value:
    """So many from the beginning."""
    return RubyArray(_taken(call, _count(call, "attempt to take negative size")))


@ENUMERABLE.method("drop", arity=1, structural=True)
def drop(call: Call) -> Value:
    """All but so many from the beginning."""
    count = _count(call, "attempt to drop negative size")
    return RubyArray(collected(call)[count:])


@ENUMERABLE.method("take_while", structural=True)
def take_while(call: Call) -> Value:
    """From the beginning, as long as the block holds."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []

    def take_one(args: list[Value]) -> bool:
        if not holds(call, args):
            return True
        made.append(packed(args))
        return False

    visit(call, take_one)
    return RubyArray(made)


@ENUMERABLE.method("drop_while", structural=True)
def drop_while(call: Call) -> Value:
    """From the first for which the block does not hold."""
    if call.block is None:
        return call.enumerator()
    made: list[Value] = []

    def look(args: list[Value]) -> None:
        value = packed(args)
        if made or not holds(call, [value]):
            made.append(value)

    visit(call, look)
    return RubyArray(made)


@ENUMERABLE.method("include?", "member?", arity=1, structural=True)
def includes(call: Call) -> Value:
    """Whether one is equal."""
    found: list[bool] = []

    def look(args: list[Value]) -> bool:
        if call.interpreter.equal(packed(args), call.args[0]):
            found.append(True)
        return bool(found)

    visit(call, look)
    return bool(found)


def _satisfies(call: Call, args: list[Value]) -> bool:
    """Whether the pattern, the block, or the value itself says yes."""
    if call.args:
        return call.interpreter.matches(call.args[0], packed(args))
    return holds(call, args) if call.block is not None else truthy(packed(args))


def _how_many(call: Call, most: int, *, wanted: bool = True) -> int:
    """How many say yes (or no), up to `most`."""
    seen = 0

    def look(args: list[Value]) -> bool:
        nonlocal seen
        seen += _satisfies(call, args) == wanted
        return seen >= most

    visit(call, look)
    return seen


@ENUMERABLE.method("any?", arity=(0, 1), structural=True)
def any_(call: Call) -> Value:
    """Whether one says yes."""
    return _how_many(call, 1) == 1


@ENUMERABLE.method("all?", arity=(0, 1), structural=True)
def all_(call: Call) -> Value:
    """Whether none says no."""
    return _how_many(call, 1, wanted=False) == 0


@ENUMERABLE.method("none?", arity=(0, 1), structural=True)
def none(call: Call) -> Value:
    """Whether none says yes."""
    return _how_many(call, 1) == 0


@ENUMERABLE.method("one?", arity=(0, 1), structural=True)
def one(call: Call) -> Value:
    """Whether exactly one says yes."""
    return _how_many(call, 2) == 1


@ENUMERABLE.method("count", arity=(0, 1), structural=True)
def count(call: Call) -> Value:
    """How many there are, are equal, or satisfy the block."""
    seen = 0

    def look(args: list[Value]) -> None:
        nonlocal seen
        if call.args:
            seen += call.interpreter.equal(packed(args), call.args[0])
        else:
            seen += call.block is None or holds(call, args)

    visit(call, look)
    return seen


@ENUMERABLE.method("sum", arity=(0, 1))
def sum_(call: Call) -> Value:
    """The sum of the values, or of what the block makes of them."""
    total = Sum(call.interpreter, call.arg(0, 0))
    visit(call, lambda args: total.add(packed(args) if call.block is None else call.yield_(packed(args))))
    return total.result()


@ENUMERABLE.method("inject", "reduce", arity=(0, 2), structural=True)
def inject(call: Call) -> Value:
    """All values joined by an operator or the block."""
    args = list(call.args)
    operator = None
    if len(args) == 2 or (args and call.block is None):
        operator = name_text(call.interpreter, args.pop())
    memo: list[Value] = args[:1]

    def join(values: list[Value]) -> None:
        value = packed(values)
        if not memo:
            memo.append(value)
        elif operator is None and call.block is None:
            raise RubyError("LocalJumpError", "no block given")
        elif operator is None:
            memo[0] = call.yield_(memo[0], value)
        else:
            memo[0] = call.interpreter.send(memo[0], operator, value)

    visit(call, join)
    return memo[0] if memo else None


@ENUMERABLE.method("to_h", arity=(0, None), structural=True)
def to_h(call: Call) -> Value:
    """A hash of pairs."""
    if call.args:
        text = f"wrong number of arguments (given {len(call.args)}, expected 0)"
        raise RubyError("ArgumentError", text)
    pairs: list[Value] = []
    if call.block is None:
        pairs = collected(call)
    else:
        visit(call, lambda args: pairs.append(call.yield_(*args)))
    return hash_of_pairs(call.interpreter, pairs, indexed=False)


@ENUMERABLE.method("uniq", structural=True)
def uniq(call: Call) -> Value:
    """Each value once, by `eql?`, or by what the block makes of it."""
    seen: dict[object, Value] = {}

    def add(args: list[Value]) -> None:
        key = packed(args) if call.block is None else call.yield_(*args)
        seen.setdefault(hash_key(key), packed(args))

    visit(call, add)
    return RubyArray(seen.values())


@ENUMERABLE.method("tally", arity=(0, 1))
def tally(call: Call) -> Value:
    """How often each value occurs."""
    if call.args:
        raise unsupported("tally into a hash")
    made = RubyHash()
    for value in collected(call):
        made.put(value, made.get(value, 0) + 1)
    return made


@ENUMERABLE.method("to_set", "lazy", structural=True)
def to_other(call: Call) -> Value:
    """A Set is not done; `lazy` passes on what it is asked for only."""
    if call.name == "to_set":
        raise unsupported("a Set")
    made = call.interpreter.enumerator(call.receiver, "each")
    made.lazy = True
    return made


@ENUMERABLE.method("compact", structural=True)
def compact(call: Call) -> Value:
    """Without nil."""
    return RubyArray(each for each in collected(call) if require_known(each) is not None)
