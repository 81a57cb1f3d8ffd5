"""What the Ruby files of roles, environments and cookbooks' metadata call: they collect what they are given.

The values lie in the object's instance variables: `@name`, `@default_attributes` and so on.
"""

from __future__ import annotations

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyHash, RubyString, Value, truthy

ROLE = MethodTable("Chef::Role")
ENVIRONMENT = MethodTable("Chef::Environment")
METADATA = MethodTable("Chef::Cookbook::Metadata")
TABLES = (ROLE, ENVIRONMENT, METADATA)


def _kept(call: Call, name: str, value: Value) -> Value:
    call.receiver.variables[f"@{name}"] = value
    return value


def _found(call: Call, name: str, missing: Value = None) -> Value:
    return call.receiver.variables.get(f"@{name}", missing)


@ROLE.method("name", "description", arity=(0, 1))
@ENVIRONMENT.method("name", "description", arity=(0, 1))
def text(call: Call) -> Value:
    """A text; with an argument it is set."""
    if not call.args or call.args[0] is None:
        return _found(call, call.name)
    (value,) = call.args
    if not isinstance(value, RubyString):
        text = f"Option {call.name} must be a kind of String!  You passed {call.interpreter.inspect(value)}."
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    return _kept(call, call.name, value)


@ROLE.method("default_attributes", "override_attributes", arity=(0, 1), structural=True)
@ENVIRONMENT.method(
    "default_attributes", "override_attributes", "default_attributes=", "override_attributes=",
    arity=(0, 1), structural=True,
)  # fmt: skip
def attributes(call: Call) -> Value:
    """A level's attributes; with an argument they replace what was given before."""
    name = call.name.removesuffix("=")
    if not call.args or call.args[0] is None:
        return _found(call, name)
    (value,) = call.args
    truthy(value)
    if not isinstance(value, RubyHash):
        text = f"Option {name} must be a kind of Hash!  You passed {call.interpreter.inspect(value)}."
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    return _kept(call, name, value)


def _flat(values: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for value in values:
        flat.extend(_flat(value.items) if isinstance(value, RubyArray) else [value])
    return flat


@ROLE.method("run_list", "recipes", arity=(0, None))
def run_list(call: Call) -> Value:
    """The run list of the environments that have none of their own."""
    if not call.args:
        return _found(call, "run_list")
    return _kept(call, "run_list", RubyArray(_flat(call.args)))


@ROLE.method("env_run_lists", "env_run_list", arity=(0, 1))
def env_run_lists(call: Call) -> Value:
    """The run lists by environment; `_default` has to be among them."""
    if not call.args or call.args[0] is None:
        return _found(call, "env_run_lists")
    (value,) = call.args
    if not isinstance(value, RubyHash):
        raise RubyError("NoMethodError", "undefined method `key?'")
    if not value.has(RubyString("_default")):
        text = "_default key is required in env_run_lists.\n"
        raise RubyError("Chef::Exceptions::InvalidEnvironmentRunListSpecification", text)
    _kept(call, "run_list", _list(value.get(RubyString("_default"))))
    return _kept(call, "env_run_lists", value)


def _list(value: Value) -> Value:
    return value if isinstance(value, RubyArray) else RubyArray([] if value is None else [value])


@ENVIRONMENT.method("cookbook_versions", arity=(0, 1))
def cookbook_versions(call: Call) -> Value:
    """Version constraints by cookbook."""
    if not call.args or call.args[0] is None:
        return _found(call, "cookbook_versions")
    return _kept(call, "cookbook_versions", call.args[0])


@ENVIRONMENT.method("cookbook", arity=2)
def cookbook(call: Call) -> Value:
    """One more version constraint."""
    known = _found(call, "cookbook_versions")
    if not isinstance(known, RubyHash):
        known = _kept(call, "cookbook_versions", RubyHash())
    known.put(call.args[0], call.args[1])
    return call.args[1]


@METADATA.method("name", "version", arity=(0, 1), structural=True)
def metadata_text(call: Call) -> Value:
    """The cookbook's name or version."""
    return _kept(call, call.name, call.args[0]) if call.args else _found(call, call.name)


@METADATA.method("depends", arity=(1, None), structural=True)
def depends(call: Call) -> Value:
    """One more dependency; without a constraint any version does."""
    truthy(call.args[0])
    known = _found(call, "depends")
    if not isinstance(known, RubyHash):
        known = _kept(call, "depends", RubyHash())
    name = call.interpreter.to_s(call.args[0])
    constraint = call.args[1] if len(call.args) > 1 else RubyString(">= 0.0.0")
    known.put(RubyString(name), constraint)
    return None


_IGNORED = (
    "maintainer", "maintainer_email", "license", "description", "long_description", "source_url",
    "issues_url", "privacy", "supports", "recommends", "suggests", "conflicts", "provides", "replaces",
    "recipe", "attribute", "grouping", "gem", "chef_version", "ohai_version", "eager_load_libraries",
    "chef_versions", "ohai_versions",
)  # fmt: skip


@METADATA.method(*_IGNORED, arity=(0, None), structural=True)
def ignored(call: Call) -> Value:
    """Says nothing about attributes or files."""
    return call.args[0] if call.args else None
