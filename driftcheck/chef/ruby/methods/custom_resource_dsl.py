"""What the files in `resources/` and `providers/` call: properties and actions; and what actions call."""

from __future__ import annotations

from driftcheck.chef.ruby.custom_resources import (
    DEFAULT_ACTION,
    KIND,
    NODE,
    PROVIDER,
    PROVIDES,
    USE,
    Property,
    ProviderData,
    action_names,
    inherited,
)
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.poise import OptionCollector, collects_options
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.recipes import RecipeData
from driftcheck.chef.ruby.values import (
    NO_SELF,
    RubyArray,
    RubyHash,
    RubyProc,
    Symbol,
    Value,
    unsupported,
)

RESOURCE_CLASS = MethodTable("Chef::Resource", singleton=True)
PROVIDER_CLASS = MethodTable("Chef::Provider", singleton=True)
PROVIDER_OBJECT = MethodTable("Chef::Provider")
TABLES = (RESOURCE_CLASS, PROVIDER_CLASS, PROVIDER_OBJECT)


def _forget(call: Call) -> None:
    lookup = getattr(call.interpreter, "lookup", None)
    if lookup is not None:
        lookup.forget()


def _word(call: Call, value: Value) -> str:
    return value.name if isinstance(value, Symbol) else call.interpreter.to_s(value)


@RESOURCE_CLASS.method("property", "attribute", arity=(1, 3), structural=True)
def property_(call: Call) -> Value:
    """`property :name, String, default: 1`; `attribute` is its name in older resources."""
    name, *rest = call.args
    options: dict[str, Value] = {}
    if rest and isinstance(rest[-1], RubyHash):
        given = rest.pop()
        if given.unknown is not None or given.doubt is not None:
            raise unsupported("the options of a property are not known")
        options = {_word(call, key): value for key, value in given.pairs()}
    if collects_options(call.receiver, options):
        collector = OptionCollector(call.interpreter, _word(call, name), options)
        call.receiver.methods[collector.name] = RubyProc(collector.call, arity=-1, is_lambda=True)
        _forget(call)
        return None
    if any(options.get(word) not in (None, False) for word in ("option_collector", "template")):
        raise unsupported("an attribute of this kind is not evaluated")
    types = rest[0] if rest else options.get("is")
    if types is not None and not isinstance(types, RubyArray):
        types = RubyArray([types])
    made = Property(call.interpreter, _word(call, name), types, options)
    call.receiver.methods[made.name] = RubyProc(made.call, arity=-1, is_lambda=True)
    call.receiver.methods[f"{made.name}="] = RubyProc(
        lambda args, block, me: made.set(me, args[0]), arity=1, is_lambda=True
    )
    _forget(call)
    return None


@RESOURCE_CLASS.method("action", arity=(1, 2), structural=True)
def resource_action(call: Call) -> Value:
    """`action :create do … end`; the first one is the default."""
    _keep_action(call, _provider(call))
    if [each for each in action_names(call.receiver).items if each is not Symbol("nothing")] == []:
        call.receiver.variables[DEFAULT_ACTION] = RubyArray([Symbol(_word(call, call.args[0]))])
    return None


@PROVIDER_CLASS.method("action", arity=(1, 2), structural=True)
def provider_action(call: Call) -> Value:
    """The same in a provider's own file."""
    _keep_action(call, call.receiver)
    return None


def _keep_action(call: Call, provider: RubyClass) -> None:
    block, name = call.block, _word(call, call.args[0])
    if block is None:
        raise unsupported("an action without a block")
    # It becomes a method: `return` leaves it.
    block.is_lambda = True
    method = RubyProc(
        lambda args, inner, me: block.call([], inner, me), arity=0, is_lambda=True, place=block.place
    )
    provider.methods[f"compile_action_{name}"] = provider.methods[f"action_{name}"] = method
    _forget(call)


def _provider(call: Call) -> RubyClass:
    cls: RubyClass = call.receiver
    found = cls.variables.get(PROVIDER)
    if isinstance(found, RubyClass):
        return found
    if not cls.is_written or found is not None:
        raise unsupported("a resource's class that is not in a file of its own")
    above = inherited(cls, PROVIDER) or call.interpreter.named_class("Chef::Provider")
    made = cls.variables[PROVIDER] = RubyClass(f"{cls.name} action provider", above)
    made.is_written = True
    return made


@RESOURCE_CLASS.method("action_class", "declare_action_class", structural=True)
def action_class(call: Call) -> Value:
    """The class of the actions; the block is its body."""
    provider = _provider(call)
    if call.block is not None:
        class_body(call, provider, call.block)
    return provider


def class_body(call: Call, cls: RubyClass, block: RubyProc) -> Value:
    """`class_eval`: the block with the class as `self`, and what it defines in the class."""
    if block.frame is None:
        raise unsupported("a class's body that is not written as a block")
    context = block.frame.context
    outer = context.target
    context.target = cls
    try:
        return block.call([cls], None, cls)
    finally:
        context.target = outer
        _forget(call)


@RESOURCE_CLASS.method("default_action", "default_action=", arity=(0, 1))
def default_action(call: Call) -> Value:
    """What a resource does of itself."""
    if call.args:
        (given,) = call.args
        items = given.items if isinstance(given, RubyArray) else [given]
        call.receiver.variables[DEFAULT_ACTION] = RubyArray([Symbol(_word(call, each)) for each in items])
    return action_names(call.receiver)


@RESOURCE_CLASS.method(
    "actions", "allowed_actions", "actions=", "allowed_actions=", "resource_name", "unified_mode",
    "description", "introduced", "examples", "chef_version_for_provides", "preview_resource", "deprecated",
    "state_attrs", "identity_attr", "identity_attrs", "identity_property", "identity_properties",
    "state_properties", "target_mode", "load_current_value", "resource_name=", "skip_docs",
    arity=(0, None), structural=True,
)  # fmt: skip
@PROVIDER_CLASS.method("use_inline_resources", arity=(0, None), structural=True)
def said(call: Call) -> Value:
    """What changes nothing of the files that are written."""
    return None


@RESOURCE_CLASS.method("provides", arity=(1, 2), structural=True)
@PROVIDER_CLASS.method("provides", arity=(1, 2), structural=True)
def provides(call: Call) -> Value:
    """A name that the class answers to; on some machines only where there are options or a block."""
    known = call.receiver.variables.setdefault(PROVIDES, RubyArray())
    plain = call.block is None and len(call.args) == 1
    known.items.append(Symbol(_word(call, call.args[0])))
    if not plain:
        known.items.append(None)
    return None


@RESOURCE_CLASS.method("use", arity=1)
@PROVIDER_CLASS.method("use", arity=1)
def use(call: Call) -> Value:
    """`use '_common'`: a file of code beside this one, as if it stood here."""
    run = call.receiver.variables.get(USE)
    if not isinstance(run, RubyProc):
        raise unsupported("use of a partial")
    return run.call(call.args, None, call.receiver)


@RESOURCE_CLASS.method("node", structural=True)
def node(call: Call) -> Value:
    """The node, which the class's own code may read."""
    if NODE not in call.receiver.variables:
        raise unsupported("the node of a class")
    return call.receiver.variables[NODE]


@RESOURCE_CLASS.method("new", arity=(1, 2), structural=True)
def new(call: Call) -> Value:
    """A resource that is in no collection; it belongs to the recipe or action that makes it."""
    kind, data = call.receiver.variables.get(KIND), getattr(call.interpreter.frame.me, "data", None)
    if not isinstance(kind, Symbol) or not isinstance(data, RecipeData):
        raise unsupported("the objects of this class are not evaluated")
    return data.context.declare(kind.name, call.args[0], data, call.place)


def _data(call: Call) -> ProviderData:
    data = call.receiver.data
    if not isinstance(data, ProviderData):
        raise unsupported("a provider that is made by itself")
    return data


@PROVIDER_OBJECT.method("new_resource", structural=True)
def new_resource(call: Call) -> Value:
    """The resource as it was declared."""
    return _data(call).resource


@PROVIDER_OBJECT.method(
    "current_resource", "current_value", "previous_resource", "after_resource", "run_context", "action",
    arity=(0, None), structural=True,
)  # fmt: skip
def machine(call: Call) -> Value:
    """What only the machine knows."""
    raise unsupported(f"{call.name} is not known")


@PROVIDER_OBJECT.method("converge_by", "notifying_block", "recipe_eval", arity=(0, None), structural=True)
def converge_by(call: Call) -> Value:
    """Runs its block."""
    return call.yield_() if call.block is not None else None


@PROVIDER_OBJECT.method("converge_if_changed", arity=(0, None), structural=True)
def converge_if_changed(call: Call) -> Value:
    """Runs its block if the machine is not yet as it should be."""
    block, worlds = call.block, getattr(call.interpreter, "worlds", None)
    cause = unsupported("whether the machine is as it should be is not known")
    if block is None or worlds is None:
        raise cause
    branches = [lambda frame: False, lambda frame: (block.call([], None, NO_SELF), True)[1]]
    return worlds.fork(call.interpreter.frame, cause.unknown, branches)


@PROVIDER_OBJECT.method("property_is_set?", arity=1)
def property_is_set(call: Call) -> Value:
    """Whether the resource was given a property."""
    return f"@{_word(call, call.args[0])}" in _data(call).resource.variables


@PROVIDER_OBJECT.method("load_current_resource", "whyrun_supported?", "check_resource_semantics!")
@PROVIDER_OBJECT.method("define_resource_requirements", "cleanup_after_converge")
def hooks(call: Call) -> Value:
    """What Chef calls besides an action; nothing, unless the provider defines it."""
    return None
