"""Built-in methods that leave nothing behind but their result: what a recorded file may call.

`recordings` keeps what a file read and wrote; a call of anything else spoils it. What is named here reads the
node only through `NodeState.fill`, which the recording sees, and changes at most its own receiver.
"""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import ImmutableArray, ImmutableMash, Mash
from driftcheck.chef.ruby.methods import lazies, platforms, recipe_dsl, resource_dsl
from driftcheck.chef.ruby.methods.interface import Method
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import RecipeData, ResourceData
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyHash,
    RubyMatch,
    RubyProc,
    RubyRange,
    RubyRegexp,
    RubyString,
    Symbol,
    Value,
    VersionString,
)

_PLAIN = frozenset(
    {
        RubyString, VersionString, Symbol, int, float, bool, type(None), RubyArray, RubyHash, RubyRange,
        RubyRegexp, RubyMatch, RubyEnumerator, RubyProc, ImmutableMash, ImmutableArray, Mash,
    }
)  # fmt: skip
_NEVER = frozenset(
    {"instance_eval", "instance_exec", "extend", "instance_variable_get", "instance_variable_set", "binding"}
)
_CLASSES = frozenset(
    {
        "File",
        "Math",
        "JSON",
        "Gem::Version",
        "Array",
        "Hash",
        "Regexp",
        "Range",
        "Integer",
        "Chef::Config",
        "Chef::Log",
        "Erubis::XmlHelper",
    }
)
_OF_ALL = frozenset(
    {
        "format", "sprintf", "Integer", "Float", "String", "Array", "Hash", "lambda", "proc", "require",
        "nil?", "!", "is_a?", "kind_of?",
    }
)  # fmt: skip
_OF_NODE = _OF_ALL | {
    "[]", "node", "platform?", "platform_family?", "value_for_platform", "value_for_platform_family",
    "debian?", "rhel?", "ubuntu?", "centos?", "amazon?", "fedora?", "suse?", "windows?", "linux?",
    "chef_environment", "environment", "read", "dig",
}  # fmt: skip
_OF_RECIPES = frozenset(
    {
        recipe_dsl.node, recipe_dsl.cookbook_name, recipe_dsl.recipe_name, recipe_dsl.to_s, lazies.lazy,
        recipe_dsl.include_recipe, recipe_dsl.of_platform, recipe_dsl.resource, recipe_dsl.declare_resource,
        recipe_dsl.build_resource, resource_dsl.guard, resource_dsl.notifies, resource_dsl.notifies_when,
        resource_dsl.helper, resource_dsl.helpers, resource_dsl.variables, resource_dsl.name,
        resource_dsl.to_s, resource_dsl.resource_name, resource_dsl.property_, resource_dsl.write_property,
    }
)  # fmt: skip
"""What declares Chef's own resources and sets their properties: who records a recipe sees these."""


_OF_OTHERS = {
    "Chef::Mixin::Template::TemplateContext": _OF_NODE | {"_erubis_output", "cookbook_name", "recipe_name"},
    "Erubis::Output": frozenset({"to_s", "<<"}),
}


_READS_NODE = _OF_NODE | platforms.NODE.methods.keys() | {
    "name", "run_state", "run_list", "run_list?", "recipe?", "role?", "policy_name", "policy_group", "to_s",
    "inspect", "attribute?", "key?", "has_key?", "respond_to?", "class", "include_attribute",
}  # fmt: skip


def only_reads(method: Method) -> bool:
    """Whether a built-in method of the node neither writes attributes nor hands out what can be written."""
    return method.name in _READS_NODE


def is_harmless(method: Method, receiver: Value, state: NodeState) -> bool:
    """Whether a call of a built-in method may stand in a recorded file."""
    kind, name = receiver.__class__, method.name
    if kind in _PLAIN:
        return name not in _NEVER
    if isinstance(receiver, RubyObject):
        if receiver.data is state:
            return name in _OF_NODE
        if receiver.data.__class__ in (RecipeData, ResourceData):
            return method.function in _OF_RECIPES or name in _OF_ALL
        return name in _OF_OTHERS.get(receiver.cls.name, ()) or receiver.cls.name == "Gem::Version"
    return kind is RubyClass and not receiver.is_written and receiver.name in _CLASSES
