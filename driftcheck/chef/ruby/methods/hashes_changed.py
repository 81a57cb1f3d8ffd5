"""Hash: what changes the receiver."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known, to_hash
from driftcheck.chef.ruby.methods.hashes_made import entries, made_of, merge_into, transformed_keys
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyHash, Value, truthy

HASH = MethodTable("Hash")
TABLES = (HASH,)

_MISSING = object()


@HASH.method("[]=", "store", arity=2, structural=True, mutates=True)
def write(call: Call) -> Value:
    """Writes a value under a key."""
    call.interpreter.spend(1)
    call.receiver.put(require_known(call.args[0]), call.args[1], call.place)
    return call.args[1]


@HASH.method("delete", arity=1, structural=True, mutates=True)
def delete(call: Call) -> Value:
    """Takes a key out and returns its value; else what the block gives, or nil."""
    found = call.receiver.drop(require_known(call.args[0]), _MISSING)
    if found is not _MISSING:
        return found
    return None if call.block is None else call.yield_(call.args[0])


@HASH.method("merge!", "update", arity=(0, None), structural=True, mutates=True)
def merge_in_place(call: Call) -> Value:
    """Puts the pairs of others in."""
    merge_into(call, call.receiver)
    return call.receiver


@HASH.method("replace", "initialize_copy", arity=1, structural=True, mutates=True)
def replace(call: Call) -> Value:
    """Its pairs become the other's."""
    other = to_hash(call.interpreter, call.args[0])
    _become(call.receiver, made_of(list(other.entries.values())))
    call.receiver.default, call.receiver.default_proc = other.default, other.default_proc
    return call.receiver


def _become(receiver: RubyHash, made: RubyHash) -> None:
    receiver.entries.clear()
    receiver.entries.update(made.entries)


@HASH.method("clear", structural=True, mutates=True)
def clear(call: Call) -> Value:
    """Takes all out."""
    call.receiver.entries.clear()
    return call.receiver


@HASH.method("shift", structural=True, mutates=True)
def shift(call: Call) -> Value:
    """Takes the first pair out."""
    if not call.receiver.entries:
        return (
            call.receiver.default
            if call.receiver.default_proc is None
            else call.interpreter.call_block(call.receiver.default_proc, call.receiver, None)
        )
    entry = call.receiver.entries.pop(next(iter(call.receiver.entries)))
    return RubyArray([entry.key, entry.value])


@HASH.method("select!", "filter!", "keep_if", structural=True, mutates=True, frozen_late=True)
def select_in_place(call: Call) -> Value:
    """Keeps the pairs for which the block holds."""
    return _kept(call, wanted=True)


@HASH.method("reject!", "delete_if", structural=True, mutates=True, frozen_late=True)
def reject_in_place(call: Call) -> Value:
    """Takes out the pairs for which the block holds."""
    return _kept(call, wanted=False)


def _kept(call: Call, *, wanted: bool) -> Value:
    if call.block is None:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    before = entries(call)
    kept = [each for each in before if truthy(call.yield_(each.key, each.value)) == wanted]
    _become(call.receiver, made_of(kept))
    return call.receiver if len(kept) != len(before) or not call.name.endswith("!") else None


@HASH.method("compact!", structural=True, mutates=True)
def compact_in_place(call: Call) -> Value:
    """Takes out the pairs whose value is nil; nil if there was none."""
    before = entries(call)
    kept = [each for each in before if require_known(each.value) is not None]
    _become(call.receiver, made_of(kept))
    return call.receiver if len(kept) != len(before) else None


@HASH.method("transform_values!", structural=True, mutates=True, frozen_late=True)
def transform_values_in_place(call: Call) -> Value:
    """Each value becomes what the block makes of it."""
    if call.block is None:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    for entry in entries(call):
        entry.value = call.yield_(entry.value)
    return call.receiver


@HASH.method("transform_keys!", arity=(0, 1), structural=True, mutates=True, frozen_late=True)
def transform_keys_in_place(call: Call) -> Value:
    """Each key becomes what the block, or the given hash, makes of it."""
    if call.block is None and not call.args:
        return call.enumerator()
    call.interpreter.frozen_error(call.receiver)
    _become(call.receiver, transformed_keys(call))
    return call.receiver
