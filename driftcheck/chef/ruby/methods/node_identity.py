"""What a node is called, its environment, its run list, and the hash that belongs to its run."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.methods.chef_node import merged_value, state_of
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.node import run_list_item
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyArray, RubyString, Value, unsupported

NODE = MethodTable("Chef::Node")
RUN_LIST = MethodTable("Chef::RunList")
TABLES = (NODE, RUN_LIST)

_ITEM = re.compile(r"(?:recipe|role)\[[^\[\]]+\]")


@NODE.method("name", arity=(0, 1))
def name(call: Call) -> Value:
    """The node's name."""
    if call.args and call.args[0] is not None:
        raise unsupported("a node is not renamed")
    return RubyString(state_of(call).name)


@NODE.method("chef_environment", "environment", arity=(0, 1))
def chef_environment(call: Call) -> Value:
    """The node's environment."""
    if call.args and call.args[0] is not None:
        raise unsupported("a node's environment is not changed")
    return RubyString(state_of(call).environment)


@NODE.method("policy_name", "policy_group")
def policy(call: Call) -> Value:
    """Of a node under a policy."""
    raise unsupported("whether the node is under a policy is not known here")


@NODE.method("run_state", structural=True)
def run_state(call: Call) -> Value:
    """A plain hash for the run."""
    return state_of(call).run_state


@NODE.method("run_list?", arity=1)
def in_run_list(call: Call) -> Value:
    """Whether the run list has an item, `recipe[a]` or `role[a]`."""
    return call.interpreter.to_s(call.args[0]) in state_of(call).run_list


@NODE.method("role?", arity=1)
def has_role(call: Call) -> Value:
    """Whether the expanded run list has a role."""
    return _among(call, "roles")


@NODE.method("recipe?", arity=1)
def has_recipe(call: Call) -> Value:
    """Whether the run list has a recipe."""
    item = call.interpreter.to_s(call.args[0])
    return run_list_item(item) in state_of(call).run_list or _among(call, "recipes")


def _among(call: Call, key: str) -> bool:
    found = merged_value(call, RubyString(key))
    items = found.items if isinstance(found, RubyArray) else [] if found is None else [found]
    return any(call.interpreter.equal(item, call.args[0]) for item in items)


@NODE.method("run_list", arity=(0, None))
def run_list(call: Call) -> Value:
    """An object of its own."""
    if call.args:
        raise unsupported("the run list is not changed")
    cls = call.interpreter.named_class("Chef::RunList")
    return RubyObject(cls, tuple(state_of(call).run_list))


@NODE.method("to_s")
def to_s(call: Call) -> Value:
    """`node[name]`."""
    return RubyString(f"node[{state_of(call).name}]")


@RUN_LIST.method("to_s")
def run_list_to_s(call: Call) -> Value:
    """`recipe[a], role[b]`."""
    return RubyString(", ".join(call.receiver.data))


@RUN_LIST.method("roles", "role_names", "recipes", "recipe_names")
def run_list_names(call: Call) -> Value:
    """The names of its roles, or of its recipes, without their versions."""
    kind = "role[" if call.name.startswith("role") else "recipe["
    items = [item for item in call.receiver.data if item.startswith(kind)]
    return RubyArray(RubyString(item.removeprefix(kind)[:-1].partition("@")[0]) for item in items)


@RUN_LIST.method("include?", arity=1)
def run_list_includes(call: Call) -> Value:
    """Whether it has an item; a bare name is a recipe's."""
    item = run_list_item(call.interpreter.to_s(call.args[0]))
    if _ITEM.fullmatch(item) is None:
        raise unsupported("whether Chef takes this for an item of a run list is not known")
    return item in call.receiver.data


@RUN_LIST.method("empty?")
def run_list_is_empty(call: Call) -> Value:
    """Whether it has no item."""
    return not call.receiver.data
