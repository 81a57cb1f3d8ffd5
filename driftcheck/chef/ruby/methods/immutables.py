"""What reading a node gives: ImmutableMash and ImmutableArray, and the readers they share with levels."""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import DelayedEvaluator, plain_value, safe_dup
from driftcheck.chef.ruby.methods.interface import Call, Interpreter, MethodTable
from driftcheck.chef.ruby.values import (
    NO_SELF,
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    Value,
    hash_key,
    truthy,
    unsupported,
)

MASH = MethodTable("Chef::Node::ImmutableMash")
ARRAY = MethodTable("Chef::Node::ImmutableArray")
COMMON = MethodTable("Chef::Node::CommonAPI")
TABLES = (MASH, ARRAY, COMMON)

READ_ONLY = (
    "Node attributes are read-only when you do not specify which precedence level to set. "
    'To set an attribute use code like `node.default["key"] = "value"\''
)


def refuse(call: Call) -> Value:
    """Raises Chef's error for writes without a level."""
    raise RubyError("Chef::Exceptions::ImmutableAttributeModification", READ_ONLY)


HASH_MUTATORS = (
    "[]=", "clear", "collect!", "compact!", "default=", "default_proc=", "delete", "delete_if",
    "except!", "filter!", "keep_if", "map!", "merge!", "rehash", "reject!", "replace", "select!",
    "shift", "store", "transform_keys!", "transform_values!", "unlink!", "unlink", "update", "write!",
    "write", "deep_merge!", "extract!", "slice!", "stringify_keys!", "symbolize_keys!",
)  # fmt: skip
ARRAY_MUTATORS = (
    "<<", "[]=", "append", "clear", "collect!", "compact!", "concat", "default=", "default_proc=",
    "delete", "delete_at", "delete_if", "fill", "filter!", "flatten!", "insert", "keep_if", "map!",
    "merge!", "pop", "prepend", "push", "reject!", "replace", "reverse!", "rotate!", "select!", "shift",
    "shuffle!", "slice!", "sort!", "sort_by!", "uniq!", "unshift",
)  # fmt: skip
MASH.method(*HASH_MUTATORS, arity=(0, None), structural=True)(refuse)
ARRAY.method(*ARRAY_MUTATORS, arity=(0, None), structural=True)(refuse)


def evaluated(value: Value) -> Value:
    """What a `lazy { }` gives now; any other value is itself."""
    while isinstance(value, DelayedEvaluator):
        value = value.call([], None, NO_SELF)
    return value


@MASH.method("[]", arity=1, structural=True)
def mash_get(call: Call) -> Value:
    """The value, evaluated if it is lazy."""
    truthy(call.args[0])
    if call.interpreter.reads.on:
        call.interpreter.reads.note(call.receiver, call.args[0])
    return evaluated(call.receiver.get(call.args[0]))


@ARRAY.method("[]", arity=(1, 2), structural=True)
def array_get(call: Call) -> Value:
    """An element, evaluated if it is lazy."""
    lookup = getattr(call.interpreter, "lookup", None)
    method = (
        lookup.instance_method(call.interpreter.named_class("Array"), "[]") if lookup is not None else None
    )
    if method is None or isinstance(method, RubyProc):
        raise unsupported("[] of an array is not evaluated")
    return evaluated(method.function(call))


@MASH.method("values_at", arity=(0, None), structural=True)
def values_at(call: Call) -> Value:
    """Several values, evaluated."""
    for key in call.args:
        truthy(key)
    return RubyArray(evaluated(call.receiver.get(key)) for key in call.args)


@MASH.method("dup", structural=True)
@ARRAY.method("dup", structural=True)
def dup(call: Call) -> Value:
    """A copy that can be written: a Mash, a plain array."""
    return safe_dup(call.receiver)


@MASH.method("to_h", "to_hash", structural=True)
def to_h(call: Call) -> Value:
    """A plain hash, all the way down."""
    if call.block is not None:
        raise unsupported("to_h with a block is not evaluated here")
    return plain_value(call.receiver)


@ARRAY.method("to_a", "to_array", structural=True)
def to_a(call: Call) -> Value:
    """A plain array, all the way down."""
    return plain_value(call.receiver)


@MASH.method("attribute?", arity=1)
def has(call: Call) -> Value:
    """Whether there is such a key."""
    return call.receiver.has(call.args[0])


def is_container(value: Value, key: Value) -> bool:
    """Chef's `valid_container?`."""
    return isinstance(value, RubyHash) or (isinstance(value, RubyArray) and key.__class__ is int)


def exists(interpreter: Interpreter, start: Value, path: list[Value]) -> bool:
    """Whether a path is there. Raises UnknownMetError where that is not known."""
    memo = start
    for key in path:
        truthy(key)
        truthy_container(memo)
        if not is_container(memo, key):
            return False
        if isinstance(memo, RubyHash):
            entry = memo.entries.get(hash_key(memo.convert_key(key)))
            unsure = memo.unknown if entry is None else (memo.unknown or memo.doubt) if entry.maybe else None
            if unsure is not None:
                truthy(unsure)
            if entry is None:
                return False
        elif len(memo.items) <= key:
            return False
        memo = interpreter.send(memo, "[]", key)
    return True


def truthy_container(value: Value) -> None:
    """Raises UnknownMetError for a value of which not even the kind is known."""
    if getattr(value, "candidates", None) is not None and not isinstance(value, (RubyHash, RubyArray)):
        truthy(value)


def read(interpreter: Interpreter, start: Value, path: list[Value]) -> Value:
    """`read`: nil where the path is not there."""
    return follow(interpreter, start, path) if exists(interpreter, start, path) else None


def read_strictly(interpreter: Interpreter, start: Value, path: list[Value]) -> Value:
    """`read!`: NoSuchAttribute where the path is not there."""
    if not exists(interpreter, start, path):
        shown = ".".join(interpreter.to_s(key) for key in path)
        raise RubyError("Chef::Exceptions::NoSuchAttribute", shown)
    return follow(interpreter, start, path)


def follow(interpreter: Interpreter, start: Value, path: list[Value]) -> Value:
    """One `[]` after another."""
    value = start
    for key in path:
        value = interpreter.send(value, "[]", key)
    return value


@COMMON.method("exist?", arity=(0, None), structural=True)
def exist(call: Call) -> Value:
    """Whether a path is there."""
    return exists(call.interpreter, call.receiver, call.args)


@COMMON.method("read", "dig", arity=(0, None), structural=True)
def read_(call: Call) -> Value:
    """The value under a path."""
    return read(call.interpreter, call.receiver, call.args)


@COMMON.method("read!", arity=(0, None), structural=True)
def read_bang(call: Call) -> Value:
    """The value under a path, which has to be there."""
    return read_strictly(call.interpreter, call.receiver, call.args)


@COMMON.method("write", "write!", arity=(0, None), structural=True)
def write_(call: Call) -> Value:
    """Writes under a path."""
    args = list(call.args)
    value = call.yield_() if call.block is not None else args.pop()
    write(call.interpreter, call.receiver, args, value, strict=call.name == "write!")
    return value


def write(
    interpreter: Interpreter, start: Value, path: list[Value], value: Value, *, strict: bool = False
) -> None:
    """`write` replaces what is no container on its way, `write!` raises AttributeTypeMismatch."""
    for key in path:
        truthy(key)
    *before, last = path
    previous: tuple[Value, Value] | None = None
    memo = start
    for key in before:
        memo = _container(interpreter, memo, key, previous, strict=strict)
        previous = (memo, key)
        memo = interpreter.send(memo, "[]", key)
    memo = _container(interpreter, memo, last, previous, strict=strict)
    interpreter.send(memo, "[]=", last, value)


def _container(
    interpreter: Interpreter, memo: Value, key: Value, previous: tuple[Value, Value] | None, *, strict: bool
) -> Value:
    truthy_container(memo)
    if is_container(memo, key):
        return memo
    if strict or previous is None:
        raise RubyError("Chef::Exceptions::AttributeTypeMismatch", "")
    interpreter.send(previous[0], "[]=", previous[1], RubyHash())
    return interpreter.send(previous[0], "[]", previous[1])


@COMMON.method("unlink", "unlink!", arity=(1, None), structural=True)
def unlink_(call: Call) -> Value:
    """Removes what is under a path."""
    if call.name == "unlink!" and not exists(call.interpreter, call.receiver, call.args):
        raise RubyError("Chef::Exceptions::NoSuchAttribute", "Chef::Exceptions::NoSuchAttribute")
    return unlink(call.interpreter, call.receiver, call.args)


def unlink(interpreter: Interpreter, start: Value, path: list[Value]) -> Value:
    """Removes what is under a path; nil where nothing is."""
    *before, last = path
    holder = read(interpreter, start, before) if before else start
    if not isinstance(holder, (RubyHash, RubyArray)):
        return None
    return interpreter.send(holder, "delete", last)
