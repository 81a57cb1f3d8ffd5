"""Chef's Mash, and a level's VividMash and AttrArray: what they do otherwise than hashes and arrays."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.ruby.mashes import (
    AttrArray,
    Mash,
    VividMash,
    mash_value,
    safe_dup,
    vivid_value,
)
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyHash,
    RubyProc,
    Symbol,
    Value,
    hash_key,
    truthy,
    unsupported,
)

MASH = MethodTable("ChefUtils::Mash")
MASH_CLASS = MethodTable("ChefUtils::Mash", singleton=True)
VIVID = MethodTable("Chef::Node::VividMash")
ATTR_ARRAY = MethodTable("Chef::Node::AttrArray")
TABLES = (MASH, MASH_CLASS, VIVID, ATTR_ARRAY)


def pairs_of(call: Call) -> RubyHash:
    """The argument, of which Mash calls `each_pair`. NoMethodError for anything but a hash."""
    other = call.args[0]
    truthy(other)
    if not isinstance(other, RubyHash):
        call.interpreter.send(other, "each_pair")
        raise unsupported("pairs of anything but a hash")
    return other


@MASH_CLASS.method("new", arity=(0, 1))
def new(call: Call) -> Value:
    """`Mash.new(hash)`."""
    made = Mash()
    if call.args:
        given = call.args[0]
        if not isinstance(given, RubyHash):
            made.default = given
            return made
        _update(made, given, mash_value)
    return made


def _update(target: RubyHash, other: RubyHash, convert: Callable[[Value], Value]) -> None:
    target.unknown, target.doubt = target.unknown or other.unknown, target.doubt or other.doubt
    for entry in list(other.entries.values()):
        target.put(entry.key, convert(entry.value), entry.place)


@MASH.method("update", "merge!", arity=1, structural=True, mutates=True)
def update(call: Call) -> Value:
    """Takes in a hash, converted."""
    _update(call.receiver, pairs_of(call), mash_value)
    return call.receiver


@MASH.method("merge", arity=1, structural=True)
def merge(call: Call) -> Value:
    """A Mash with a hash taken in."""
    made = safe_dup(call.receiver)
    _update(made, pairs_of(call), mash_value)
    return made


@MASH.method("[]=", arity=2, structural=True, mutates=True)
def store(call: Call) -> Value:
    """Writes a converted value."""
    call.receiver.put(call.args[0], mash_value(call.args[1]))
    return call.args[1]


@MASH.method("store", arity=2, structural=True, mutates=True)
def plain_store(call: Call) -> Value:
    """Hash's own `store`: Mash does not convert there."""
    if isinstance(call.args[0], Symbol):
        raise unsupported("store of a symbol key is not evaluated")
    call.receiver.put(call.args[0], call.args[1])
    return call.args[1]


@MASH.method("dup", structural=True)
def dup(call: Call) -> Value:
    """A copy: a Mash also of a VividMash."""
    return safe_dup(call.receiver)


@MASH.method("to_hash", structural=True)
def to_hash(call: Call) -> Value:
    """A plain hash of the same values."""
    return _plain(call.receiver)


def _plain(mash: RubyHash) -> RubyHash:
    made = RubyHash()
    made.unknown, made.doubt = mash.unknown, mash.doubt
    for entry in mash.entries.values():
        made.put(entry.key, entry.value, entry.place)
    return made


@MASH.method("symbolize_keys", structural=True)
def symbolize_keys(call: Call) -> Value:
    """A plain hash with symbols for keys."""
    return RubyHash((Symbol(call.interpreter.to_s(key)), value) for key, value in call.receiver.pairs())


@MASH.method("slice", arity=(0, None), structural=True)
def slice_(call: Call) -> Value:
    """Hash's own `slice`: it does not convert symbols, so they find nothing."""
    made = RubyHash()
    for key in call.args:
        entry = call.receiver.entries.get(hash_key(key))
        if entry is not None:
            made.put(entry.key, entry.value, entry.place)
    return made


@MASH.method("except", arity=(0, None), structural=True)
def except_(call: Call) -> Value:
    """A plain hash without some keys; symbols are converted."""
    made = _plain(call.receiver)
    for key in call.args:
        truthy(key)
        made.drop(call.receiver.convert_key(key))
    return made


@MASH.method("to_proc", structural=True)
def to_proc(call: Call) -> Value:
    """A proc that looks keys up, without making those that are missing."""
    mash = call.receiver

    def look_up(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        truthy(args[0])
        return mash.get(args[0])

    return RubyProc(look_up, arity=1, is_lambda=True)


@MASH.method("default", arity=(0, 1))
def default(call: Call) -> Value:
    """The default value; of a symbol key the value itself."""
    if call.args and isinstance(call.args[0], Symbol) and call.receiver.has(call.args[0]):
        return call.receiver.get(call.args[0])
    return call.receiver.default


def reset(thing: VividMash | AttrArray, path: tuple[Value, ...] | None) -> None:
    """Chef's `send_reset_cache`: forgets the first key of the path, everything without one."""
    if thing.root is not None:
        first = next((key for key in path or () if key is not None), None)
        thing.root.reset(first)


def reach(parent: VividMash | AttrArray, key: Value, value: Value) -> Value:
    """Chef's `copy_state_to`: what is read or written through its parent knows how it was reached."""
    if isinstance(value, (VividMash, AttrArray)):
        value.path = (*parent.path, parent.convert_key(key) if isinstance(parent, VividMash) else key)
        value.root = parent.root
    return value


@VIVID.method("[]", arity=1, structural=True)
def vivid_get(call: Call) -> Value:
    """The value; a missing key gets an empty VividMash."""
    mash, (key,) = call.receiver, call.args
    truthy(key)
    entry = mash.entries.get(hash_key(mash.convert_key(key)))
    if entry is not None:
        if entry.maybe and entry.value.__class__ is VividMash:
            entry.maybe, mash.in_order = False, False
            reset(mash, (*mash.path, key))
        return reach(mash, key, entry.value)
    made = VividMash((), mash.root)
    made.unknown = mash.unknown
    return vivid_put(call, mash, key, made)


def vivid_put(call: Call, mash: VividMash, key: Value, value: Value) -> Value:
    """Writes a value as the level keeps it; gives what is kept."""
    kept = vivid_value(value, mash.root)
    mash.put(key, kept, call.place)
    reset(mash, (*mash.path, key))
    return reach(mash, key, kept)


@VIVID.method("values_at", arity=(0, None), structural=True)
def vivid_values_at(call: Call) -> Value:
    """Reads by `[]`, which makes what is missing."""
    return RubyArray(call.interpreter.send(call.receiver, "[]", key) for key in call.args)


@VIVID.method("[]=", arity=2, structural=True, mutates=True)
def vivid_set(call: Call) -> Value:
    """Writes at this level."""
    vivid_put(call, call.receiver, call.args[0], call.args[1])
    return call.args[1]


@VIVID.method("update", "merge!", arity=1, structural=True, mutates=True)
def vivid_update(call: Call) -> Value:
    """Takes in a hash."""
    mash = call.receiver
    reset(mash, None)
    other = pairs_of(call)
    _update(mash, other, lambda value: vivid_value(value, mash.root))
    return mash


@VIVID.method("delete", arity=1, structural=True, mutates=True)
def vivid_delete(call: Call) -> Value:
    """Removes a key of this level."""
    mash, (key,) = call.receiver, call.args
    truthy(key)
    reset(mash, (*mash.path, key))
    return mash.drop(key)


@VIVID.method("attribute?", arity=1)
def vivid_has(call: Call) -> Value:
    """Whether the level has the key."""
    return call.receiver.has(call.args[0])


def _mutator(class_name: str, name: str) -> Callable[[Call], Value]:
    """The built-in method of the class above, and everything merged forgotten."""

    def run(call: Call) -> Value:
        lookup = getattr(call.interpreter, "lookup", None)
        base = call.interpreter.named_class(class_name)
        method = lookup.instance_method(base, name) if lookup is not None else None
        if method is None or isinstance(method, RubyProc):
            raise unsupported(f"{name} of an attribute level is not evaluated")
        thing = call.receiver
        reset(thing, None)
        try:
            value = method.function(call)
        finally:
            _convert_inside(thing)
            reset(thing, None)
            if isinstance(thing, AttrArray) and thing.root is not None and thing.root.journal is not None:
                thing.root.journal.changed(thing, call.place)
        return value

    return run


def _convert_inside(thing: Value) -> None:
    if isinstance(thing, AttrArray):
        thing.items[:] = [vivid_value(item, thing.root) for item in thing.items]


_HASH_MUTATORS = (
    "clear", "compact!", "default=", "delete_if", "filter!", "keep_if", "reject!", "replace", "select!",
    "shift", "store", "transform_keys!", "transform_values!",
)  # fmt: skip
_ARRAY_MUTATORS = (
    "<<", "[]=", "append", "clear", "collect!", "compact!", "concat", "delete", "delete_at",
    "delete_if", "fill", "filter!", "flatten!", "insert", "keep_if", "map!", "pop", "prepend", "push",
    "reject!", "replace", "reverse!", "rotate!", "select!", "shift", "slice!", "sort!", "sort_by!",
    "uniq!", "unshift",
)  # fmt: skip

for _name in _HASH_MUTATORS:
    VIVID.method(_name, arity=(0, None), structural=True, mutates=True)(_mutator("Hash", _name))
for _name in _ARRAY_MUTATORS:
    ATTR_ARRAY.method(_name, arity=(0, None), structural=True, mutates=True)(_mutator("Array", _name))


@ATTR_ARRAY.method("[]", "slice", arity=(1, 2), structural=True)
def array_get(call: Call) -> Value:
    """An element, which then knows how it was reached."""
    lookup = getattr(call.interpreter, "lookup", None)
    method = (
        lookup.instance_method(call.interpreter.named_class("Array"), "[]") if lookup is not None else None
    )
    if method is None or isinstance(method, RubyProc):
        raise unsupported("[] of an array is not evaluated")
    value = method.function(call)
    return reach(call.receiver, call.args[0], value) if call.name == "[]" else value


@ATTR_ARRAY.method("dup", structural=True)
def array_dup(call: Call) -> Value:
    """A plain array of copies."""
    return safe_dup(call.receiver)
