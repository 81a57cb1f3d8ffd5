"""What the block of a resource calls: its properties, guards, actions, and a template's helpers."""

from __future__ import annotations

from driftcheck.chef.ruby.custom_resources import Property
from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.mashes import DelayedEvaluator
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.recipe_dsl import RESOURCE as SHARED
from driftcheck.chef.ruby.methods.recipe_dsl import context_of
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import Guard, ResourceData, chef_names
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    RubyString,
    Symbol,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

RESOURCE = MethodTable("Chef::Resource")
TABLES = (RESOURCE,)

GUARDS = "@ guards"
NOTIFIED = "@ notifies"
HELPERS = "@ helpers"
"""Instance variables that no Ruby code can name."""

_FILES = ("template", "file", "cookbook_file")


def resource_data(resource: RubyObject) -> ResourceData:
    """What it was declared as."""
    assert isinstance(resource.data, ResourceData)
    return resource.data


def _append(call: Call, name: str, value: Value) -> None:
    known = call.receiver.variables.get(name)
    if not isinstance(known, RubyArray):
        known = call.receiver.variables[name] = RubyArray()
    known.items.append(value)


@RESOURCE.method("only_if", "not_if", arity=(0, 2), structural=True)
def guard(call: Call) -> Value:
    """A condition: a block, or a command."""
    if call.block is None and not call.args:
        return call.receiver.variables.get(GUARDS, RubyArray())
    made = Guard(call.block, negated=call.name == "not_if")
    _append(call, GUARDS, RubyObject(call.interpreter.named_class("Object"), made))
    return None


@RESOURCE.method("notifies", "subscribes", arity=(2, 3), structural=True)
def notifies(call: Call) -> Value:
    """Who is told when something changed."""
    target = call.args[1]
    _append(call, NOTIFIED, RubyArray([Symbol(call.name), call.args[0], target]))
    return None


@RESOURCE.method("notifies_immediately", "notifies_delayed", "notifies_before", arity=2, structural=True)
def notifies_when(call: Call) -> Value:
    """The same, with the time in its name."""
    _append(call, NOTIFIED, RubyArray([Symbol("notifies"), *call.args]))
    return None


@RESOURCE.method("set_or_return", arity=3, structural=True)
def set_or_return(call: Call) -> Value:
    """What a property's method does where it is written as one: `set_or_return(:port, arg, default: 1)`."""
    name, value, options = call.args
    if not isinstance(name, Symbol) or not isinstance(options, RubyHash) or value.__class__ is Unknown:
        raise unsupported("such a property is not evaluated")
    given = {key.name: each for key, each in options.pairs() if isinstance(key, Symbol)}
    if len(given) != len(options.entries):
        raise unsupported("such a property is not evaluated")
    made = Property(call.interpreter, name.name, None, given)
    return made.call([] if value is None else [value], None, call.receiver)


@RESOURCE.method("helper", arity=(0, 1))
def helper(call: Call) -> Value:
    """`helper(:name) { … }`: a method for the template."""
    if call.block is None:
        text = "`helper(:method)` requires a block argument (e.g., `helper(:method) { code }`)"
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    if not call.args or not isinstance(call.args[0], Symbol):
        text = "method_name argument to `helper(method_name)` must be a symbol"
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    module = RubyClass("", is_module=True)
    module.is_written = True
    module.methods[call.args[0].name] = _as_method(call.block)
    _append(call, HELPERS, RubyArray([Symbol("helper"), module]))
    return call.block


def _as_method(block: RubyProc) -> RubyProc:
    """`define_method(name, &block)`: runs with the receiver as `self`."""
    return RubyProc(block.call, arity=block.arity, parameters=block.parameters, place=block.place)


@RESOURCE.method("helpers", arity=(0, 1))
def helpers(call: Call) -> Value:
    """`helpers(Module)`, `helpers do … end`."""
    if call.block is not None:
        _append(call, HELPERS, RubyArray([Symbol("block"), _module_of(call.block)]))
        return None
    if not call.args or not isinstance(call.args[0], RubyClass):
        shown = call.interpreter.inspect(call.args[0]) if call.args else "nil"
        text = f"Argument to #helpers must be a module. You gave {shown}"
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    _append(call, HELPERS, RubyArray([Symbol("module"), call.args[0]]))
    return None


def _module_of(block: RubyProc) -> RubyClass:
    """`Module.new(&block)`: what the block defines goes into the module."""
    module = RubyClass("", is_module=True)
    module.is_written = True
    if block.frame is None:
        raise unsupported("a module made of this block is not evaluated")
    context = block.frame.context
    outer, outer_cref = context.target, context.cref
    context.target, context.cref = module, (module, *outer_cref)
    try:
        block.call([module], None, module)
    finally:
        context.target, context.cref = outer, outer_cref
    return module


@RESOURCE.method("variables", arity=(0, None), structural=True)
def variables(call: Call) -> Value:
    """What a template sees as instance variables."""
    if not call.args:
        known = call.receiver.variables.get("@variables")
        if known is None:
            known = call.receiver.variables["@variables"] = RubyHash()
        return _read(call.receiver, known)
    (value,) = call.args[:1]
    if isinstance(value, KeywordHash):
        value = plain_hash(value)
    if not isinstance(value, (RubyHash, DelayedEvaluator, Unknown)):
        text = f"Option variables must be a kind of Hash!  You passed {call.interpreter.inspect(value)}."
        raise RubyError("Chef::Exceptions::ValidationFailed", text)
    call.receiver.variables["@variables"] = value
    return value


def _read(resource: RubyObject, value: Value) -> Value:
    return value.call([], None, resource) if isinstance(value, DelayedEvaluator) else value


@RESOURCE.method("run_action", arity=(0, 3), structural=True)
def run_action(call: Call) -> Value:
    """Runs the resource at once."""
    context_of(call).run_action(call.receiver, call.arg(0, Symbol("nothing")))
    return None


@RESOURCE.method("name", arity=(0, 1), structural=True)
def name(call: Call) -> Value:
    """The name it was declared with."""
    if call.args:
        call.receiver.variables["@name"] = call.args[0]
    return call.receiver.variables.get("@name", resource_data(call.receiver).name)


@RESOURCE.method("updated_by_last_action", "updated_by_last_action?", "updated?", arity=(0, 1))
def updated(call: Call) -> Value:
    """Whether the machine was changed is not known."""
    if call.args:
        return call.args[0]
    raise unsupported("whether a resource changed the machine is not known")


@RESOURCE.method("to_s")
def to_s(call: Call) -> Value:
    """`template[/etc/x]`."""
    data = resource_data(call.receiver)
    return RubyString(f"{data.kind}[{call.interpreter.to_s(data.name)}]")


@RESOURCE.method("resource_name", "declared_type")
def resource_name(call: Call) -> Value:
    """The type."""
    return Symbol(resource_data(call.receiver).kind)


@RESOURCE.method("class")
def class_(call: Call) -> Value:
    """Chef has a class for each type of resource."""
    raise unsupported("the class of a resource is not evaluated")


_OWN = frozenset({*RESOURCE.methods, *SHARED.methods})
_PROPERTIES = tuple(name for name in {*chef_names()["properties"], "action", "block"} if name not in _OWN)


@RESOURCE.method(*sorted(_PROPERTIES), arity=(0, None), structural=True)
def property_(call: Call) -> Value:
    """A property, written or read."""
    return write_or_read(call.receiver, call.name, call.args, call.block)


@RESOURCE.method(*sorted(f"{name}=" for name in {*_PROPERTIES, "variables"}), arity=1, structural=True)
def write_property(call: Call) -> Value:
    """A property written as an attribute of the object."""
    call.receiver.variables[f"@{call.name.removesuffix('=')}"] = call.args[0]
    return call.args[0]


def _actions(value: Value) -> Value:
    """`action` reads as symbols in an array, however they were written."""
    items = value.items if isinstance(value, RubyArray) else [value]
    return RubyArray(Symbol(item.text) if isinstance(item, RubyString) else item for item in items)


def write_or_read(resource: RubyObject, name: str, args: list[Value], block: RubyProc | None) -> Value:
    """Sets a property to its argument or block; without either gives it, Unknown where Chef has a default."""
    if args:
        value = plain_hash(args[0]) if isinstance(args[0], KeywordHash) else args[0]
        resource.variables[f"@{name}"] = value if len(args) == 1 else RubyArray(args)
        return value
    if block is not None:
        resource.variables[f"@{name}"] = block
        return block
    if name == "action" and "@action" in resource.variables:
        return _actions(resource.variables["@action"])
    if f"@{name}" in resource.variables:
        return _read(resource, resource.variables[f"@{name}"])
    data = resource_data(resource)
    if name == "path" and data.kind in _FILES:
        return data.name
    if name in ("content", "cookbook", "owner", "group", "mode") and data.kind in _FILES:
        return None
    raise unsupported(f"the default of {data.kind}'s {name} is not known")
