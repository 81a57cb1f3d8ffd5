"""Built-in methods that leave nothing behind but their result: what a recorded file may call.

`recordings` keeps what a file read and wrote; a call of anything else spoils it. What is named here reads the
node only through `NodeState.fill`, which the recording sees, and changes at most its own receiver.
"""

from __future__ import annotations

from driftcheck.chef.ruby.mashes import ImmutableArray, ImmutableMash, Mash
from driftcheck.chef.ruby.methods.interface import Method
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
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
        "Chef::Log",
        "Erubis::XmlHelper",
    }
)
_OF_NODE = frozenset(
    {
        "[]", "node", "platform?", "platform_family?", "value_for_platform", "value_for_platform_family",
        "debian?", "rhel?", "ubuntu?", "centos?", "amazon?", "fedora?", "suse?", "windows?", "linux?",
        "chef_environment", "environment", "read", "dig", "format", "sprintf", "Integer", "Float", "String",
        "Array", "Hash", "lambda", "proc", "require", "nil?", "!", "is_a?", "kind_of?",
    }
)  # fmt: skip


_OF_OTHERS = {
    "Chef::Mixin::Template::TemplateContext": _OF_NODE | {"_erubis_output", "cookbook_name", "recipe_name"},
    "Erubis::Output": frozenset({"to_s", "<<"}),
}


def is_harmless(method: Method, receiver: Value, state: NodeState) -> bool:
    """Whether a call of a built-in method may stand in a recorded file."""
    kind, name = receiver.__class__, method.name
    if kind in _PLAIN:
        return name not in _NEVER
    if isinstance(receiver, RubyObject):
        if receiver.data is state:
            return name in _OF_NODE
        return name in _OF_OTHERS.get(receiver.cls.name, ()) or receiver.cls.name == "Gem::Version"
    return kind is RubyClass and not receiver.is_written and receiver.name in _CLASSES
