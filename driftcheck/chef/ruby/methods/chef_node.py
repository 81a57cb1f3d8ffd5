"""The node in attribute files, recipes and templates: `Chef::Node` and `Chef::Node::Attribute`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from driftcheck.chef.precedence import DEFAULTS, LEVELS, OVERRIDES, merged_defaults, merged_overrides
from driftcheck.chef.ruby.classes import known_names
from driftcheck.chef.ruby.lost_paths import lose_path
from driftcheck.chef.ruby.mashes import ImmutableMash
from driftcheck.chef.ruby.methods.immutables import (
    HASH_MUTATORS,
    evaluated,
    exists,
    read,
    read_strictly,
    refuse,
    unlink,
    write,
)
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.objects import name_of
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import (
    RubyError,
    RubyHash,
    UnknownMetError,
    Value,
    hash_key,
    truthy,
    unsupported,
)

NODE = MethodTable("Chef::Node")
ATTRIBUTE = MethodTable("Chef::Node::Attribute")
UNCHAIN = MethodTable("Chef::Decorator::Unchain")
TABLES = (NODE, ATTRIBUTE, UNCHAIN)


def state_of(call: Call) -> NodeState:
    """The node's levels."""
    state = call.receiver.data
    assert isinstance(state, NodeState)
    return state


def _level_reader(level: str) -> None:
    @ATTRIBUTE.method(level, structural=True)
    def read_level(call: Call) -> Value:
        """The level's own hash."""
        return state_of(call).levels[level]

    @ATTRIBUTE.method(f"{level}=", arity=1, structural=True)
    def write_level(call: Call) -> Value:
        """Replaces the level."""
        state = state_of(call)
        (data,) = call.args
        if not isinstance(data, RubyHash):
            truthy(data)
            raise unsupported("a level that is no hash is not evaluated")
        state.set_level(level, data)
        return data


for _level in LEVELS:
    _level_reader(_level)


_NODE_LEVELS = {
    "default": "default", "default_attrs": "default", "normal": "normal", "normal_attrs": "normal",
    "override": "override", "override_attrs": "override", "automatic_attrs": "automatic",
}  # fmt: skip


@NODE.method(*_NODE_LEVELS, structural=True)
def node_level(call: Call) -> Value:
    """A level of the node."""
    return state_of(call).levels[_NODE_LEVELS[call.name]]


@NODE.method(
    "default_attrs=", "normal_attrs=", "override_attrs=", "automatic_attrs=", arity=1, structural=True
)
def node_level_write(call: Call) -> Value:
    """Replaces a level."""
    truthy(call.args[0])
    state_of(call).set_level(_NODE_LEVELS[call.name[:-1]], call.args[0])
    return call.args[0]


@NODE.method("[]", arity=1, structural=True)
@ATTRIBUTE.method("[]", arity=1, structural=True)
def get(call: Call) -> Value:
    """A merged top-level attribute."""
    return merged_value(call, call.args[0])


def merged_value(call: Call, key: Value) -> Value:
    """The merged value under a top-level key, evaluated if it is lazy."""
    truthy(key)
    state = state_of(call)
    text = state.fill(key)
    return evaluated(state.cache.get(text))


@NODE.method("read", "dig", arity=(0, None), structural=True)
@ATTRIBUTE.method("read", "dig", arity=(0, None), structural=True)
def read_(call: Call) -> Value:
    """The merged value under a path, nil where there is none."""
    return read(call.interpreter, _filled(call), call.args)


@NODE.method("read!", arity=(0, None), structural=True)
@ATTRIBUTE.method("read!", arity=(0, None), structural=True)
def read_bang(call: Call) -> Value:
    """The merged value under a path, which has to be there."""
    return read_strictly(call.interpreter, _filled(call), call.args)


@ATTRIBUTE.method("exist?", arity=(0, None), structural=True)
def exist(call: Call) -> Value:
    """Whether a path is there. A top-level key counts as soon as it has been asked for."""
    if not call.args or call.args[0] is None:
        return True
    return exists(call.interpreter, _filled(call), call.args)


def _filled(call: Call) -> ImmutableMash:
    """What has been merged, the first key of the path among it."""
    state = state_of(call)
    if not call.args or call.args[0] is None:
        return state.all()
    truthy(call.args[0])
    state.fill(call.args[0])
    return state.cache


@NODE.method("key?", "has_key?", "attribute?", arity=1)
@ATTRIBUTE.method("key?", "has_key?", "attribute?", "member?", "include?", arity=1)
def has(call: Call) -> Value:
    """Whether any level has a top-level key."""
    (key,) = call.args
    unsure = None
    for level in state_of(call).levels.values():
        entry = level.entries.get(hash_key(level.convert_key(key)))
        if entry is not None and not entry.maybe:
            return True
        unsure = unsure or level.unknown or (level.doubt if entry is not None else None)
    if unsure is not None:
        raise UnknownMetError(unsure)
    return False


@NODE.method("write", "write!", arity=(1, None), structural=True)
@ATTRIBUTE.method("write", "write!", arity=(1, None), structural=True)
def write_(call: Call) -> Value:
    """`write(:default, 'a', 'b', value)`."""
    level, *path = call.args
    value = call.yield_() if call.block is not None else path.pop()
    return _write(call, name_of(call, level), path, value, strict=call.name == "write!")


def _write(call: Call, level: str, path: list[Value], value: Value, *, strict: bool = False) -> Value:
    """Writes at a level; of a path that is not known the level's other keys may have changed."""
    state = state_of(call)
    mash = state.levels.get(level)
    if mash is None:
        if level in ATTRIBUTE.methods or level in known_names()["Hash"]:
            raise unsupported(f"the level {level} is not evaluated")
        raise RubyError("NoMethodError", f"undefined method `{level}' for #<Chef::Node::Attribute>")
    try:
        write(call.interpreter, mash, path, value, strict=strict)
    except UnknownMetError as met:
        _lose(call, [level], path, met, value)
    return value


def _lose(call: Call, levels: Iterable[str], path: list[Value], met: UnknownMetError, *values: Value) -> None:
    """Makes a path Unknown at some levels: it may have been removed, or be one of `values` now."""
    smear = getattr(call.interpreter, "smear", None)
    if smear is None:
        raise met
    call.interpreter.met_unknown = True
    for level in levels:
        lose_path(state_of(call).levels[level], path, met.unknown, values, smear)
    state_of(call).reset()


@NODE.method("unlink", "unlink!", arity=(1, None), structural=True)
@ATTRIBUTE.method("unlink", "unlink!", arity=(1, None), structural=True)
def unlink_(call: Call) -> Value:
    """Removes a path at a level."""
    level, *path = call.args
    mash = state_of(call).levels.get(call.interpreter.to_s(level))
    return call.interpreter.send(mash, call.name, *path)


def _with_merged(call: Call, holder: Value, path: list[Value]) -> tuple[bool, Value]:
    """What is merged under a path before it is removed; whether there is a hash to remove it from."""
    *before, last = path
    found = read(call.interpreter, holder, before)
    if not isinstance(found, RubyHash):
        return False, None
    return True, call.interpreter.send(found, "[]", last)


@NODE.method("rm", arity=(1, None), structural=True)
@ATTRIBUTE.method("rm", arity=(1, None), structural=True)
def rm(call: Call) -> Value:
    """Removes a path from all levels but automatic; gives what was merged there."""
    return _removing(call, list(call.args), lambda: _rm_all(call, list(call.args)))


def _rm_all(call: Call, path: list[Value]) -> None:
    _rm_group(call, DEFAULTS, path)
    unlink(call.interpreter, state_of(call).levels["normal"], path)
    _rm_group(call, OVERRIDES, path)


def _removing(call: Call, path: list[Value], remove: Callable[[], None]) -> Value:
    state = state_of(call)
    try:
        if len(path) > 1:
            state.fill(path[0])
            there, value = _with_merged(call, state.cache, path)
        else:
            there, value = True, state.all().get(path[0])
            truthy(path[0])
            value = evaluated(value)
        if there:
            remove()
    except UnknownMetError as met:
        _lose(call, LEVELS[:-1], path, met)
        raise
    return value


def _rm_group(call: Call, group: tuple[str, ...], path: list[Value]) -> Value:
    state = state_of(call)
    merge = merged_defaults if group is DEFAULTS else merged_overrides
    there, value = _with_merged(call, merge(state.levels, nil_wins=state.nil_wins), path)
    if there:
        for level in group:
            unlink(call.interpreter, state.levels[level], path)
    return value


@NODE.method("rm_default", "rm_override", arity=(1, None), structural=True)
@ATTRIBUTE.method("rm_default", "rm_override", arity=(1, None), structural=True)
def rm_group(call: Call) -> Value:
    """Removes a path from the default or the override levels."""
    group = DEFAULTS if call.name == "rm_default" else OVERRIDES
    try:
        return _rm_group(call, group, list(call.args))
    except UnknownMetError as met:
        _lose(call, group, list(call.args), met)
        raise


@NODE.method("rm_normal", arity=(1, None), structural=True)
@ATTRIBUTE.method("rm_normal", arity=(1, None), structural=True)
def rm_normal(call: Call) -> Value:
    """Removes a path from the normal level."""
    return unlink(call.interpreter, state_of(call).levels["normal"], list(call.args))


_UNLESS = {"default_unless": "default", "normal_unless": "normal", "override_unless": "override"}
_CLEARING = {"default!": "default", "normal!": "normal", "override!": "override",
             "force_default!": "force_default", "force_override!": "force_override"}  # fmt: skip


@NODE.method(*_UNLESS, *_CLEARING, arity=(0, None), structural=True)
@ATTRIBUTE.method(*_UNLESS, *_CLEARING, arity=(0, None), structural=True)
def unchained(call: Call) -> Value:
    """`default_unless['a']['b'] = 1`, `default_unless('a', 'b', 1)` and the like."""
    if not call.args:
        return RubyObject(
            call.interpreter.named_class("Chef::Decorator::Unchain"), (call.receiver, call.name, [])
        )
    *path, value = call.args
    if call.name in _UNLESS:
        return _write_unless(call, _UNLESS[call.name], path, value)
    if call.name.startswith("force"):
        group = DEFAULTS if call.name == "force_default!" else OVERRIDES
        try:
            _rm_group(call, group, path)
        except UnknownMetError as met:
            _lose(call, group, path, met)
            return _write(call, _CLEARING[call.name], path, value)
    return _write(call, _CLEARING[call.name], path, value)


def _write_unless(call: Call, level: str, path: list[Value], value: Value) -> Value:
    try:
        found = read(call.interpreter, state_of(call).levels[level], path)
        truthy(found)
    except UnknownMetError as met:
        _lose(call, [level], path, met, value)
        raise
    return _write(call, level, path, value) if found is None else None


@UNCHAIN.method("[]", arity=1, structural=True)
def unchain_get(call: Call) -> Value:
    """Collects a key."""
    call.receiver.data[2].append(call.args[0])
    return call.receiver


@UNCHAIN.method("[]=", arity=2, structural=True)
def unchain_set(call: Call) -> Value:
    """Makes the call with the keys collected."""
    receiver, name, path = call.receiver.data
    call.interpreter.send(receiver, name, *path, call.args[0], call.args[1])
    return call.args[1]


@NODE.method("node", structural=True)
def node(call: Call) -> Value:
    """Itself."""
    return call.receiver


@NODE.method("attributes", "attribute", "construct_attributes", structural=True)
def attributes(call: Call) -> Value:
    """The node's attributes as an object of their own."""
    return attribute_object(call.interpreter.named_class("Chef::Node::Attribute"), state_of(call))


def attribute_object(cls: Value, state: NodeState) -> RubyObject:
    """`node.attributes`."""
    return RubyObject(cls, state)


@ATTRIBUTE.method("merged_attributes", structural=True)
def merged_attributes(call: Call) -> Value:
    """Everything, merged."""
    return state_of(call).all()


@ATTRIBUTE.method("combined_default", "combined_override", arity=(0, None), structural=True)
def combined(call: Call) -> Value:
    """The default or the override levels, merged."""
    if call.args:
        raise unsupported("a part of the levels merged is not evaluated")
    state = state_of(call)
    merge = merged_defaults if call.name == "combined_default" else merged_overrides
    return merge(state.levels, nil_wins=state.nil_wins)


_DELEGATED = (
    "all?", "any?", "assoc", "collect", "collect_concat", "count", "detect", "drop", "drop_while",
    "each", "each_cons", "each_entry", "each_key", "each_pair", "each_slice", "each_value",
    "each_with_index", "each_with_object", "empty?", "entries", "except", "fetch", "find", "find_all",
    "find_index", "first", "flat_map", "flatten", "grep", "group_by", "has_value?", "inject", "invert",
    "key", "keys", "length", "map", "max", "max_by", "merge", "min", "min_by", "minmax", "minmax_by",
    "none?", "one?", "partition", "rassoc", "reduce", "reject", "reverse_each", "select", "size",
    "sort", "sort_by", "symbolize_keys", "take", "take_while", "to_a", "to_h", "to_hash", "to_json",
    "to_set", "to_yaml", "value?", "values", "values_at", "zip",
)  # fmt: skip


@ATTRIBUTE.method(*_DELEGATED, arity=(0, None), structural=True)
def delegated(call: Call) -> Value:
    """Asked of everything merged."""
    return call.interpreter.send(state_of(call).all(), call.name, *call.args, block=call.block)


@NODE.method("keys", "each_key", "each_value", "each", "each_attribute", arity=(0, None), structural=True)
def node_delegated(call: Call) -> Value:
    """Asked of everything merged."""
    name = "each" if call.name == "each_attribute" else call.name
    return call.interpreter.send(state_of(call).all(), name, *call.args, block=call.block)


ATTRIBUTE.method(*[each for each in HASH_MUTATORS if each not in ATTRIBUTE.methods], arity=(0, None),
                 structural=True)(refuse)  # fmt: skip
