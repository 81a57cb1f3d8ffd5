"""Hash: what is made of it: merged, chosen, changed keys and values; and `each`."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import require_known, to_hash
from driftcheck.chef.ruby.methods.hash_making import hash_of_pairs
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import require_no_growth
from driftcheck.chef.ruby.sparse import hash_of, slot_of, without_doubtful
from driftcheck.chef.ruby.values import Entry, RubyArray, RubyHash, Value, truthy, unsupported
from driftcheck.model.facts import Unknown

HASH = MethodTable("Hash")
TABLES = (HASH,)


def entries(call: Call) -> list[Entry]:
    """Keys, values and places of this moment."""
    call.interpreter.spend(len(call.receiver.entries))
    return list(call.receiver.entries.values())


def walk(call: Call, yield_entry: Callable[[Entry], object]) -> None:
    """Yields each pair that is still there."""
    given: RubyHash = call.receiver
    for hashed, entry in list(given.entries.items()):
        if hashed in given.entries:
            before = len(given.entries)
            call.interpreter.spend(1)
            yield_entry(entry)
            require_no_growth(given, before)


@HASH.method("each", "each_pair", structural=True)
def each(call: Call) -> Value:
    """Yields pairs."""
    if call.block is None:
        return call.enumerator()
    walk(call, lambda entry: _yield_pair(call, entry))
    return call.receiver


def _yield_pair(call: Call, entry: Entry) -> Value:
    pair = call.interpreter.reads.pair(entry)
    if call.interpreter.reads.on:
        call.interpreter.reads.note_pair(pair)
    return call.yield_(pair)


@HASH.method("each_key", structural=True)
def each_key(call: Call) -> Value:
    """Yields keys."""
    if call.block is None:
        return call.enumerator()
    walk(call, lambda entry: call.yield_(entry.key))
    return call.receiver


@HASH.method("each_value", structural=True)
def each_value(call: Call) -> Value:
    """Yields values."""
    if call.block is None:
        return call.enumerator()
    walk(call, lambda entry: call.yield_(entry.value))
    return call.receiver


def made_of(chosen: list[Entry]) -> RubyHash:
    """A new hash of these entries, their places kept."""
    made = RubyHash()
    for entry in chosen:
        made.put(entry.key, entry.value, entry.place)
    return made


@HASH.method("select", "filter", structural=True)
def select(call: Call) -> Value:
    """The pairs for which the block holds."""
    return _chosen(call, wanted=True)


@HASH.method("reject", structural=True)
def reject(call: Call) -> Value:
    """The pairs for which it does not."""
    return _chosen(call, wanted=False)


def _chosen(call: Call, *, wanted: bool) -> Value:
    if call.block is None:
        return call.enumerator()
    held = [(call.yield_(entry.key, entry.value), entry) for entry in entries(call)]
    if any(value.__class__ is Unknown for value, _ in held):
        return hash_of(without_doubtful(((value, slot_of(entry)) for value, entry in held), wanted=wanted))
    return made_of([entry for value, entry in held if truthy(value) == wanted])


@HASH.method("slice", arity=(0, None), structural=True)
def slice_(call: Call) -> Value:
    """The pairs of these keys, in their order."""
    made = RubyHash()
    for key in call.args:
        if call.receiver.has(require_known(key)):
            made.put(key, call.receiver.get(key))
    return made


@HASH.method("except", arity=(0, None), structural=True)
def except_(call: Call) -> Value:
    """All pairs but those of these keys."""
    made = made_of(entries(call))
    for key in call.args:
        made.drop(require_known(key))
    return made


@HASH.method("compact", structural=True)
def compact(call: Call) -> Value:
    """Without the pairs whose value is nil."""
    if any(entry.value.__class__ is Unknown for entry in entries(call)):
        held = ((entry.value, slot_of(entry)) for entry in entries(call))
        return hash_of(without_doubtful(((_is_there(value), slot) for value, slot in held), wanted=True))
    return made_of([entry for entry in entries(call) if require_known(entry.value) is not None])


def _is_there(value: Value) -> Value:
    return value if value.__class__ is Unknown else value is not None


@HASH.method("merge", arity=(0, None), structural=True)
def merge(call: Call) -> Value:
    """A new hash with the pairs of the others over its own."""
    made = made_of(entries(call))
    made.default, made.default_proc = call.receiver.default, call.receiver.default_proc
    merge_into(call, made)
    return made


def merge_into(call: Call, target: RubyHash) -> None:
    """Puts the arguments' pairs into `target`; the block settles keys that both have."""
    for argument in call.args:
        other = to_hash(call.interpreter, argument)
        if other.doubt is not None:
            require_known(other.doubt)
        call.interpreter.spend(len(other))
        for entry in list(other.entries.values()):
            value = entry.value
            if call.block is not None and target.has(entry.key):
                value = call.yield_(entry.key, target.get(entry.key), value)
            target.put(entry.key, value, entry.place)


@HASH.method("invert")
def invert(call: Call) -> Value:
    """Values as keys."""
    return RubyHash((value, key) for key, value in call.receiver.pairs())


@HASH.method("transform_values", structural=True)
def transform_values(call: Call) -> Value:
    """The same keys with what the block makes of their values."""
    if call.block is None:
        return call.enumerator()
    made = RubyHash()
    for entry in entries(call):
        made.put(entry.key, call.yield_(entry.value), entry.place)
    return made


@HASH.method("transform_keys", arity=(0, 1), structural=True)
def transform_keys(call: Call) -> Value:
    """The same values under what the block, or the given hash, makes of their keys."""
    if call.block is None and not call.args:
        return call.enumerator()
    return transformed_keys(call)


def transformed_keys(call: Call) -> RubyHash:
    """A new hash with other keys."""
    names = to_hash(call.interpreter, call.args[0]) if call.args else RubyHash()
    made = RubyHash()
    for entry in entries(call):
        key = entry.key
        if names.has(key):
            key = names.get(key)
        elif call.block is not None:
            key = call.yield_(key)
        made.put(key, entry.value, entry.place)
    return made


@HASH.method("to_h", structural=True)
def to_h(call: Call) -> Value:
    """A plain hash of the same pairs, or of those that the block makes."""
    if call.block is not None:
        pairs = [call.yield_(entry.key, entry.value) for entry in entries(call)]
        return hash_of_pairs(call.interpreter, pairs, indexed=False)
    if call.receiver.__class__ is RubyHash:
        return call.receiver
    made = made_of(entries(call))
    made.default, made.default_proc = call.receiver.default, call.receiver.default_proc
    return made


@HASH.method("count", arity=(0, 1), structural=True)
def count(call: Call) -> Value:
    """How many pairs there are, are equal, or satisfy the block."""
    if not call.args and call.block is None:
        return len(call.receiver.entries)
    seen = 0
    for entry in entries(call):
        pair = RubyArray([entry.key, entry.value])
        seen += call.interpreter.equal(pair, call.args[0]) if call.args else truthy(call.yield_(pair))
    return seen


@HASH.method("filter_map", structural=True)
def filter_map(call: Call) -> Value:
    """What the block makes of each pair, unless nil or false."""
    if call.block is None:
        return call.enumerator()
    made = [call.yield_(RubyArray([entry.key, entry.value])) for entry in entries(call)]
    return RubyArray(each for each in made if truthy(each))


@HASH.method("deconstruct_keys", arity=1, structural=True)
def deconstruct_keys(call: Call) -> Value:
    """The receiver itself, for pattern matching."""
    return call.receiver


@HASH.method("sum", arity=(0, 1))
def sum_(call: Call) -> Value:
    """The sum of what the block makes of each pair."""
    if call.block is None and not call.args and call.receiver.entries:
        return call.interpreter.send(0, "+", RubyArray(next(call.receiver.pairs())))
    if call.block is None:
        raise unsupported("the sum of pairs")
    pairs = RubyArray(RubyArray(pair) for pair in call.receiver.pairs())
    return call.interpreter.send(pairs, "sum", *call.args, block=call.block)
