"""Hash: values by key, comparison, `Hash.new`. What it shares with Enumerable stands there."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.arrays import dig_on
from driftcheck.chef.ruby.methods.collection_texts import inspect_collection
from driftcheck.chef.ruby.methods.conversions import kind_word, require_known, to_hash, to_integer, try_array
from driftcheck.chef.ruby.methods.interface import Call, Interpreter, MethodTable
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    RubyString,
    Value,
    hash_key,
    unsupported,
)

HASH = MethodTable("Hash")
HASH_CLASS = MethodTable("Hash", singleton=True)
TABLES = (HASH, HASH_CLASS)

_MISSING = object()


def lookup(interpreter: Interpreter, given: RubyHash, key: Value) -> Value:
    """`given[key]`: the value, else the default."""
    require_known(key)
    found = given.get(key, _MISSING)
    if found is not _MISSING:
        return found
    if given.default_proc is not None:
        return interpreter.call_block(given.default_proc, given, key)
    return given.default


@HASH.method("[]", arity=1, structural=True)
def element(call: Call) -> Value:
    """The value under a key, else the default."""
    return lookup(call.interpreter, call.receiver, call.args[0])


@HASH.method("fetch", arity=(1, 2), structural=True)
def fetch(call: Call) -> Value:
    """The value under a key, else the second argument, the block's value, or KeyError."""
    return _fetch(call, call.args[0])


def _fetch(call: Call, key: Value) -> Value:
    found = call.receiver.get(require_known(key), _MISSING)
    if found is not _MISSING:
        return found
    if call.block is not None:
        return call.yield_(key)
    if len(call.args) == 2 and call.name == "fetch":
        return call.args[1]
    raise RubyError("KeyError", f"key not found: {call.interpreter.inspect(key)}")


@HASH.method("dig", arity=(1, None), structural=True)
def dig(call: Call) -> Value:
    """The value under a key, and on from there with the other keys."""
    return dig_on(call, lookup(call.interpreter, call.receiver, call.args[0]))


@HASH.method("values_at", arity=(0, None), structural=True)
def values_at(call: Call) -> Value:
    """The values under several keys."""
    return RubyArray(lookup(call.interpreter, call.receiver, key) for key in call.args)


@HASH.method("fetch_values", arity=(0, None), structural=True)
def fetch_values(call: Call) -> Value:
    """The values under several keys, which have to be there."""
    return RubyArray(_fetch(call, key) for key in call.args)


@HASH.method("key?", "has_key?", "include?", "member?", arity=1, structural=True)
def has_key(call: Call) -> Value:
    """Whether there is such a key."""
    return call.receiver.has(require_known(call.args[0]))


@HASH.method("value?", "has_value?", arity=1)
def has_value(call: Call) -> Value:
    """Whether a value is equal."""
    return any(call.interpreter.equal(each, call.args[0]) for each in call.receiver.values())


@HASH.method("key", arity=1)
def key(call: Call) -> Value:
    """The first key with an equal value, or nil."""
    for each, value in call.receiver.pairs():
        if call.interpreter.equal(value, call.args[0]):
            return each
    return None


@HASH.method("keys", structural=True)
def keys(call: Call) -> Value:
    """Its keys."""
    return RubyArray(call.receiver.keys())


@HASH.method("values", structural=True)
def values(call: Call) -> Value:
    """Its values."""
    return RubyArray(call.receiver.values())


@HASH.method("size", "length", structural=True)
def size(call: Call) -> Value:
    """How many keys."""
    return len(call.receiver.entries)


@HASH.method("empty?", structural=True)
def is_empty(call: Call) -> Value:
    """Whether there is none."""
    return not call.receiver.entries


@HASH.method("to_a", "entries", structural=True)
def to_a(call: Call) -> Value:
    """Pairs of keys and values."""
    return RubyArray(RubyArray(pair) for pair in call.receiver.pairs())


@HASH.method("to_hash", structural=True)
def to_hash_(call: Call) -> Value:
    """The receiver itself."""
    return call.receiver


@HASH.method("inspect", "to_s")
def inspect(call: Call) -> Value:
    """`{:a=>1}`."""
    return RubyString(inspect_collection(call.interpreter, call.receiver))


@HASH.method("to_proc", structural=True)
def to_proc(call: Call) -> Value:
    """A lambda that looks a key up."""
    given = call.receiver

    def look_up(args: list[Value], _block: RubyProc | None, _self: Value) -> Value:
        return call.interpreter.send(given, "[]", *args)

    return RubyProc(look_up, arity=1, is_lambda=True)


@HASH.method("==", arity=1)
def equal(call: Call) -> Value:
    """The same keys with equal values."""
    other = require_known(call.args[0])
    return (
        isinstance(other, RubyHash)
        and len(other) == len(call.receiver)
        and _within(call, call.receiver, other)
    )


def _within(call: Call, inner: RubyHash, outer: RubyHash) -> bool:
    """Whether each key of `inner` is in `outer` with an equal value."""
    for each, value in inner.pairs():
        found = outer.get(each, _MISSING)
        if found is _MISSING or not call.interpreter.equal(value, found):
            return False
    return True


@HASH.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """The same keys with the same values by `eql?`."""
    other = require_known(call.args[0])
    return isinstance(other, RubyHash) and hash_key(call.receiver) == hash_key(other)


@HASH.method("<", "<=", ">", ">=", arity=1)
def subset(call: Call) -> Value:
    """Whether one holds all pairs of the other."""
    other = to_hash(call.interpreter, call.args[0])
    inner, outer = (call.receiver, other) if call.name[0] == "<" else (other, call.receiver)
    if len(inner) > len(outer) or (len(call.name) == 1 and len(inner) == len(outer)):
        return False
    return _within(call, inner, outer)


@HASH.method("assoc", arity=1, structural=True)
def assoc(call: Call) -> Value:
    """The pair of a key."""
    found = call.receiver.get(require_known(call.args[0]), _MISSING)
    return None if found is _MISSING else RubyArray([call.args[0], found])


@HASH.method("rassoc", arity=1)
def rassoc(call: Call) -> Value:
    """The first pair with an equal value."""
    for each, value in call.receiver.pairs():
        if call.interpreter.equal(value, call.args[0]):
            return RubyArray([each, value])
    return None


@HASH.method("default", arity=(0, 1), structural=True)
def default(call: Call) -> Value:
    """What a missing key gives."""
    if call.args and call.receiver.default_proc is not None:
        return call.interpreter.call_block(call.receiver.default_proc, call.receiver, call.args[0])
    return None if call.receiver.default_proc is not None else call.receiver.default


@HASH.method("default=", arity=1, structural=True, mutates=True)
def set_default(call: Call) -> Value:
    """Says what a missing key gives."""
    call.receiver.default, call.receiver.default_proc = call.args[0], None
    return call.args[0]


@HASH.method("default_proc")
def default_proc(call: Call) -> Value:
    """The block that a missing key calls."""
    return call.receiver.default_proc


@HASH.method("hash", "compare_by_identity", "rehash")
def not_done(call: Call) -> Value:
    """Depends on addresses."""
    raise unsupported(f"Hash#{call.name}")


@HASH.method("any?", arity=(0, 1), structural=True)
def any_(call: Call) -> Value:
    """Whether a pair satisfies the block or the pattern, or there is one at all."""
    if not call.args and call.block is None:
        return bool(call.receiver.entries)
    for pair in call.receiver.pairs():
        value = RubyArray(pair)
        if call.args:
            if call.interpreter.matches(call.args[0], value):
                return True
        elif require_known(call.yield_(value)) not in (None, False):
            return True
    return False


@HASH.method("flatten", arity=(0, 1), structural=True)
def flatten(call: Call) -> Value:
    """Keys and values in one array, arrays among them opened so deep."""
    depth = 1 if not call.args else to_integer(call.interpreter, call.args[0])
    pairs = RubyArray(RubyArray(pair) for pair in call.receiver.pairs())
    return call.interpreter.send(pairs, "flatten", depth)


@HASH_CLASS.method("new", arity=(0, 1), structural=True)
def new(call: Call) -> Value:
    """An empty hash with a default."""
    if call.args and call.block is not None:
        raise RubyError("ArgumentError", "wrong number of arguments (given 1, expected 0)")
    made = RubyHash()
    made.default, made.default_proc = call.arg(0), call.block
    return made


@HASH_CLASS.method("[]", arity=(0, None), structural=True)
def of_pairs(call: Call) -> Value:
    """A hash of another, of an array of pairs, or of keys and values in turn."""
    args = call.args
    made = RubyHash()
    if len(args) == 1 and isinstance(require_known(args[0]), RubyHash):
        for each, value in args[0].pairs():
            made.put(each, value)
        return made
    several = try_array(call.interpreter, args[0]) if len(args) == 1 else None
    if several is not None:
        _put_pairs(call, made, several)
        return made
    if len(args) % 2:
        raise RubyError("ArgumentError", "odd number of arguments for Hash")
    for at in range(0, len(args), 2):
        made.put(args[at], args[at + 1])
    return made


def _put_pairs(call: Call, made: RubyHash, several: RubyArray) -> None:
    for at, each in enumerate(several.items):
        pair = try_array(call.interpreter, each)
        if pair is None:
            name = kind_word(call.interpreter, each)
            raise RubyError("ArgumentError", f"wrong element type {name} at {at} (expected array)")
        if len(pair.items) not in (1, 2):
            message = f"invalid number of elements ({len(pair.items)} for 1..2)"
            raise RubyError("ArgumentError", message)
        made.put(pair.items[0], pair.items[1] if len(pair.items) == 2 else None)


@HASH_CLASS.method("try_convert", arity=1)
def try_convert(call: Call) -> Value:
    """The argument if it is a hash, or nil."""
    return call.args[0] if isinstance(call.args[0], RubyHash) else None
