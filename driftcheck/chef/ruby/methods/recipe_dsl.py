"""What recipes call: `include_recipe`, `search`, `data_bag_item`, resources; their blocks search, too."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.chef.ruby.keywords import plain_hash
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.platforms import NODE as PLATFORM
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import RecipeData, ResourceData, RunContext, chef_names
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    Value,
    truthy,
    unsupported,
)
from driftcheck.model.facts import Unknown

RECIPE = MethodTable("Chef::Recipe")
RESOURCE = MethodTable("Chef::Resource")
QUERY_CLASS = MethodTable("Chef::Search::Query", singleton=True)
ITEM_CLASS = MethodTable("Chef::DataBagItem", singleton=True)
CONFIG = MethodTable("Chef::Config", singleton=True)
TABLES = (RECIPE, RESOURCE, QUERY_CLASS, ITEM_CLASS, CONFIG)


def context_of(call: Call) -> RunContext:
    """The run."""
    data = call.receiver.data
    assert isinstance(data, (RecipeData, ResourceData))
    return data.context


def recipe_of(call: Call) -> RecipeData:
    """The recipe, also of a resource in it."""
    data = call.receiver.data
    return data.recipe if isinstance(data, ResourceData) else data


@RECIPE.method("node", structural=True)
@RESOURCE.method("node", structural=True)
def node(call: Call) -> Value:
    """The node."""
    return context_of(call).node


@RECIPE.method("cookbook_name")
@RESOURCE.method("cookbook_name")
def cookbook_name(call: Call) -> Value:
    """The recipe's cookbook."""
    return RubyString(recipe_of(call).cookbook)


@RECIPE.method("recipe_name")
@RESOURCE.method("recipe_name")
def recipe_name(call: Call) -> Value:
    """The recipe."""
    return RubyString(recipe_of(call).recipe)


@RECIPE.method("params", structural=True)
@RESOURCE.method("params", structural=True)
def params(call: Call) -> Value:
    """What a definition was given."""
    known = getattr(recipe_of(call), "params", None)
    if known is None:
        raise unsupported("params outside a definition")
    return known


@RECIPE.method("to_s", "inspect")
def to_s(call: Call) -> Value:
    """As Chef's messages name it."""
    return RubyString(f"cookbook: {recipe_of(call).cookbook}, recipe: {recipe_of(call).recipe} ")


def _flat(values: Sequence[Value]) -> list[Value]:
    flat: list[Value] = []
    for value in values:
        if isinstance(value, RubyArray) and value.unknown is None:
            flat.extend(_flat(value.items))
        else:
            flat.append(value.unknown if isinstance(value, RubyArray) else value)
    return flat


@RECIPE.method("include_recipe", "load_recipe", "require_recipe", arity=(0, None), structural=True)
def include_recipe(call: Call) -> Value:
    """Loads recipes that have not been loaded; which ones they were is not told."""
    for name in _flat(call.args):
        if isinstance(name, Unknown):
            context_of(call).lose_recipe(name)
        else:
            context_of(call).include_recipe(call.interpreter.to_s(name), recipe_of(call).cookbook)
    return unsupported("what include_recipe gives is not evaluated").unknown


@RECIPE.method("tag", "untag", "tagged?", arity=(0, None))
def tags(call: Call) -> Value:
    """The node's tags, in its normal attributes."""
    return call.interpreter.send(context_of(call).node, call.name, *call.args)


@RESOURCE.method("tagged?", arity=(0, None))
def resource_tagged(call: Call) -> Value:
    """Whether the node has tags."""
    return call.interpreter.send(context_of(call).node, call.name, *call.args)


@RECIPE.method(*PLATFORM.methods, arity=(0, None), structural=True)
@RESOURCE.method(*PLATFORM.methods, arity=(0, None), structural=True)
def of_platform(call: Call) -> Value:
    """Asked of the node."""
    return call.interpreter.send(context_of(call).node, call.name, *call.args, block=call.block)


@RECIPE.method("search", arity=(1, 5), structural=True)
@RESOURCE.method("search", arity=(1, 5), structural=True)
def search(call: Call) -> Value:
    """What the index has: nodes, or the items of a data bag."""
    index, *rest = call.args
    query = call.interpreter.to_s(rest[0]) if rest else "*:*"
    options = plain_hash(rest[-1]) if len(rest) > 1 and isinstance(rest[-1], RubyHash) else None
    if len(rest) > 1 and options is None:
        raise unsupported("a search with positional arguments is not evaluated")
    wanted = _filter(call, options)
    context, name = context_of(call), call.interpreter.to_s(index)
    found = context.search(name, query) if wanted is None else context.filtered(name, query, wanted)
    if call.block is None:
        return RubyArray(found)
    for each in found:
        call.yield_(each)
    return True


def _filter(call: Call, options: RubyHash | None) -> list[tuple[str, list[str]]] | None:
    """The rows that are asked for: keys with the paths of their values."""
    if options is None:
        return None
    wanted = None
    for key, value in options.pairs():
        word = key.name if isinstance(key, Symbol) else call.interpreter.to_s(key)
        if word == "filter_result" and isinstance(value, RubyHash) and value.unknown is None:
            wanted = [
                (call.interpreter.to_s(name), [call.interpreter.to_s(part) for part in _items(path)])
                for name, path in value.pairs()
            ]
        elif word not in ("rows", "start", "sort"):
            raise unsupported(f"the option {word} of a search is not evaluated")
    return wanted


def _items(path: Value) -> list[Value]:
    truthy(path)
    if isinstance(path, RubyArray) and path.unknown is None:
        return path.items
    return [path]


@RECIPE.method("data_bag", arity=1)
@RESOURCE.method("data_bag", arity=1)
def data_bag(call: Call) -> Value:
    """The names of a data bag's items."""
    return RubyArray(map(RubyString, context_of(call).data_bag(call.interpreter.to_s(call.args[0]))))


@RECIPE.method("data_bag_item", arity=(2, 3))
@RESOURCE.method("data_bag_item", arity=(2, 3))
def data_bag_item(call: Call) -> Value:
    """An item of a data bag."""
    bag, item = map(call.interpreter.to_s, call.args[:2])
    return context_of(call).data_bag_item(bag, item)


@RECIPE.method("extend", arity=(1, None))
def extend(call: Call) -> Value:
    """Gives the recipe a module's methods."""
    lookup = getattr(call.interpreter, "lookup", None)
    if lookup is None:
        raise unsupported("extend of an object is not evaluated")
    own = lookup.singletons.setdefault(id(call.receiver), {})
    for module in call.args:
        if not isinstance(module, RubyClass):
            raise RubyError("TypeError", "wrong argument type (expected Module)")
        for each in reversed(list(module.ancestors())):
            own.update(each.methods)
    lookup.forget()
    return call.receiver


def declared(call: Call, kind: str, args: Sequence[Value]) -> RubyObject:
    """A resource as its block makes it; not in the collection yet."""
    recipe = recipe_of(call)
    made = recipe.context.declare(kind, args[0] if args else RubyString(""), recipe, call.place)
    if call.block is not None:
        call.block.call([made], None, made)
    return made


_NAMES = [name for name in chef_names()["resources"] if name not in ("search",)]


@RECIPE.method(*_NAMES, arity=(0, None), structural=True)
def resource(call: Call) -> Value:
    """Declares a resource of Chef's own."""
    made = declared(call, call.name, call.args)
    context_of(call).add(made)
    return made


@RECIPE.method("declare_resource", arity=(1, 3), structural=True)
def declare_resource(call: Call) -> Value:
    """Declares a resource by the name of its type."""
    made = declared(call, call.interpreter.to_s(call.args[0]), call.args[1:])
    context_of(call).add(made)
    return made


@RECIPE.method("build_resource", arity=(1, 3), structural=True)
def build_resource(call: Call) -> Value:
    """Makes a resource that is not in the collection."""
    return declared(call, call.interpreter.to_s(call.args[0]), call.args[1:])


@RECIPE.method("find_resource", "find_resource!", "edit_resource", "edit_resource!", arity=(2, 3))
def find_resource(call: Call) -> Value:
    """The resource that was declared under a type and name; the block edits it or makes it."""
    kind, name = map(call.interpreter.to_s, call.args[:2])
    found = context_of(call).find(kind, name)
    if found is None:
        if call.name.endswith("!"):
            raise _not_found(kind, name)
        if call.block is None:
            return None
        made = declared(call, kind, [call.args[1]])
        context_of(call).add(made)
        return made
    if call.name.startswith("edit") and call.block is not None:
        call.block.call([found], None, found)
    return found


@RECIPE.method("resources", arity=(1, None))
def resources(call: Call) -> Value:
    """`resources('template[/etc/x]')`, `resources(template: '/etc/x')`."""
    found = []
    for kind, name in _specifications(call):
        made = context_of(call).find(kind, name)
        if made is None:
            raise _not_found(kind, name)
        found.append(made)
    return found[0] if len(found) == 1 else RubyArray(found)


def _specifications(call: Call) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for arg in _flat(call.args):
        if isinstance(arg, RubyHash):
            found += [(call.interpreter.to_s(k), call.interpreter.to_s(v)) for k, v in arg.pairs()]
            continue
        kind, opened, rest = call.interpreter.to_s(arg).partition("[")
        if not opened or not rest.endswith("]"):
            raise unsupported("the name of a resource that is not evaluated")
        found.append((kind, rest[:-1]))
    return found


def _not_found(kind: str, name: str) -> RubyError:
    text = f"Cannot find a resource matching {kind}[{name}] (did you define it first?)"
    return RubyError("Chef::Exceptions::ResourceNotFound", text)


_ANSWERED = frozenset({*RECIPE.methods, "set", "include_attribute"})


@RECIPE.method(
    *(name for name in chef_names()["recipe methods"] if name not in _ANSWERED),
    arity=(0, None),
    structural=True,
)
def not_evaluated(call: Call) -> Value:
    """Asks the machine, or is not evaluated here."""
    raise unsupported(f"{call.name} is not evaluated")


_RESOURCE_ANSWERED = frozenset({*RESOURCE.methods, *chef_names()["properties"]})


@RESOURCE.method(
    *(name for name in chef_names()["recipe methods"] if name not in _RESOURCE_ANSWERED),
    arity=(0, None), structural=True,
)  # fmt: skip
def resource_not_evaluated(call: Call) -> Value:
    """Asks the machine, or is not evaluated here."""
    raise unsupported(f"{call.name} is not evaluated")


@QUERY_CLASS.method("new", arity=(0, 1))
def query_object(call: Call) -> Value:
    """A search as an object is not evaluated."""
    raise unsupported("Chef::Search::Query is not evaluated")


@ITEM_CLASS.method("load", arity=(2, 3))
def load_item(call: Call) -> Value:
    """An item of a data bag by its class is not evaluated."""
    raise unsupported("Chef::DataBagItem.load is not evaluated")


@CONFIG.method("[]", arity=1)
def config(call: Call) -> Value:
    """`Chef::Config[:solo]`: chef-client talks to a server; anything else is not known."""
    if call.interpreter.to_s(call.args[0]) in ("solo", "solo_legacy_mode"):
        return False
    raise unsupported("chef-client's configuration is not known")


def undefined(call_name: str, described: str, *, bare: bool) -> RubyError:
    """The error of a name that nothing defines."""
    if bare:
        return RubyError("NameError", f"undefined local variable or method `{call_name}' for {described}")
    return RubyError("NoMethodError", f"undefined method `{call_name}' for {described}")
