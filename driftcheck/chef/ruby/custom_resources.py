"""What a custom resource is made of: properties and actions, a class of resources and one of providers.

It lies in the class's variables, under names that no Ruby code can say, so that it goes with the world.
"""

from __future__ import annotations

from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.mashes import DelayedEvaluator
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import RecipeData, ResourceData, RunContext
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

PROVIDER = "@ provider"
"""The class that holds the actions of a resource's class."""
DEFAULT_ACTION = "@ default action"
USE = "@ use"
"""A proc that evaluates a partial (`use '_common'`) in the class."""
NODE = "@ node"
PROVIDES = "@ provides"
"""The names that a class in a library gives itself, as symbols; nil among them for one under conditions."""
KIND = "@ kind"
"""The name of the resource that a class makes, as a symbol."""


class ProviderData(RecipeData):
    """What the object that an action runs on knows: the resource, and the collection inside the action."""

    __slots__ = ("provider", "resource")

    def __init__(self, context: RunContext, resource: RubyObject, provider: RubyClass) -> None:
        recipe = resource.data.recipe
        super().__init__(context, recipe.cookbook, recipe.recipe)
        self.resource = resource
        self.provider = RubyObject(provider, self)
        # What a provider of the old kind reads; what the machine has at the moment is not known.
        self.provider.variables["@new_resource"] = resource
        self.provider.variables["@current_resource"] = unsupported(
            "what the machine has is not known"
        ).unknown

    def reachable(self) -> list[Value]:
        """What code can change of it besides its variables."""
        return [self.resource]


class Property:
    """One property (`Chef::Property`): read and written by a method of its name."""

    __slots__ = ("interpreter", "name", "options", "types")

    def __init__(
        self, interpreter: Interpreter, name: str, types: Value | None, options: dict[str, Value]
    ) -> None:
        self.interpreter = interpreter
        self.name = name
        self.types = types
        self.options = options

    def call(self, args: list[Value], block: RubyProc | None, me: Value) -> Value:
        """`resource.name` reads, `resource.name value` writes."""
        if block is not None:
            raise self._lost(me, unsupported("a property with a block is not evaluated"))
        if len(args) > 1:
            text = f"wrong number of arguments (given {len(args)}, expected 0..1)"
            raise RubyError("ArgumentError", text)
        if not args:
            return self.get(me)
        return self.set(me, plain_hash(args[0]) if isinstance(args[0], KeywordHash) else args[0])

    def set(self, me: RubyObject, value: Value) -> Value:
        """Writes; nil gives the default where nil is not expressly allowed."""
        if value is None and not self._takes_nil():
            value = self._default(me)
        if not isinstance(value, DelayedEvaluator):
            try:
                value = self._taken(me, value)
            except UnknownMetError as met:
                raise self._lost(me, met) from None
        me.variables[f"@{self.name}"] = value
        return value

    def _lost(self, me: RubyObject, met: UnknownMetError) -> UnknownMetError:
        """What the property is now is not known."""
        self.interpreter.met_unknown = True
        me.variables[f"@{self.name}"] = met.unknown
        return met

    def get(self, me: RubyObject) -> Value:
        """Reads; a default that can be changed is the resource's own from then on."""
        variable = f"@{self.name}"
        if variable in me.variables:
            value = me.variables[variable]
            if isinstance(value, DelayedEvaluator):
                value = self._taken(me, self._run(value, me))
        else:
            value = self._default(me)
            if isinstance(value, DelayedEvaluator):
                value = self._run(value, me)
            value = self._taken(me, _deep_copy(value))
            if value is not None:
                me.variables[variable] = value
        if value is None and self.options.get("required") not in (None, False):
            raise RubyError("Chef::Exceptions::ValidationFailed", f"{self.name} is a required property")
        return value

    def _default(self, me: RubyObject) -> Value:
        if "default" in self.options:
            return self.options["default"]
        if any(self.options.get(word) not in (None, False) for word in ("name_property", "name_attribute")):
            return self.interpreter.send(me, "name")
        return None

    def _takes_nil(self) -> bool:
        return "coerce" in self.options or _allows(self.types, None) is True

    def _taken(self, me: RubyObject, value: Value) -> Value:
        """The value coerced. What the property's types refuse ends the evaluation."""
        coerce = self.options.get("coerce")
        if coerce is not None and value is not None:
            value = self._run(coerce, me, value)
        types = self.types if self.types is not None else self.options.get("kind_of")
        if value is not None and not isinstance(value, Unknown) and self._is_refused(types, value):
            raise unsupported(f"whether the property {self.name} takes its value is not known")
        return value

    def _is_refused(self, types: Value | None, value: Value) -> bool:
        kinds = types.items if isinstance(types, RubyArray) else [types]
        if types is None or not all(kind is None or isinstance(kind, (RubyClass, bool)) for kind in kinds):
            return False
        own = list(self.interpreter.class_of(value).ancestors())
        return not any(kind is value if isinstance(kind, bool) else kind in own for kind in kinds)

    @staticmethod
    def _run(proc: Value, me: RubyObject, *args: Value) -> Value:
        if not isinstance(proc, RubyProc):
            raise unsupported("a property's code is not known")
        return proc.call([me, *args] if proc.arity > len(args) else list(args), None, me)


def _allows(types: Value | None, value: Value) -> bool:
    kinds = types.items if isinstance(types, RubyArray) else []
    return any(kind is value or (isinstance(kind, RubyClass) and kind.name == "NilClass") for kind in kinds)


def _deep_copy(value: Value) -> Value:
    if isinstance(value, RubyString):
        return value.copied()
    if isinstance(value, RubyArray):
        array = RubyArray(map(_deep_copy, value.items))
        array.unknown = value.unknown
        return array
    if type(value) is RubyHash:
        made = RubyHash()
        made.unknown, made.doubt = value.unknown, value.doubt
        for key, entry in value.entries.items():
            made.put(entry.key, _deep_copy(entry.value), entry.place)
            made.entries[key].maybe = bool(entry.maybe)
        return made
    return value


def action_names(cls: RubyClass) -> RubyArray:
    """The default actions of a custom resource's class."""
    known = inherited(cls, DEFAULT_ACTION)
    return known if isinstance(known, RubyArray) else RubyArray([Symbol("nothing")])


def inherited(cls: RubyClass, name: str) -> Value:
    """What a class keeps under a name, or the next class above; nil where none does."""
    return next((each.variables[name] for each in cls.ancestors() if name in each.variables), None)


def action_body(provider: RubyClass, name: str) -> RubyProc | None:
    """The code of an action; `def action_create` in a provider of the oldest kind."""
    for each in provider.ancestors():
        body = each.methods.get(f"compile_action_{name}") or each.methods.get(f"action_{name}")
        if body is not None:
            return body
    return None


def custom_class(resource: RubyObject) -> RubyClass | None:
    """The class of a resource whose code has been read."""
    known = isinstance(resource.data, ResourceData) and provider_class(resource) is not None
    return resource.cls if known else None


def provider_class(resource: RubyObject) -> RubyClass | None:
    """The class of a resource's actions: the one that it names (`provider`), else that of its own class."""
    named = resource.variables.get("@provider")
    found = named if isinstance(named, RubyClass) else inherited(resource.cls, PROVIDER)
    return found if isinstance(found, RubyClass) and named.__class__ is not Unknown else None
