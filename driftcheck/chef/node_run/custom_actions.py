"""The actions of custom resources, and definitions, as far as files and attributes are concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from driftcheck.chef.node_run.custom_classes import CustomClasses, Definition
from driftcheck.chef.node_run.tolerance import TolerantEvaluation, tolerated
from driftcheck.chef.ruby.custom_resources import ProviderData, action_body, custom_class, provider_class
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import RecipeData, RunContext
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    Place,
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

MAX_DEPTH = 8
"""Custom resources within custom resources."""


class ActionContext:
    """The run inside an action: a collection of its own, all else from the run around it."""

    def __init__(self, outer: RunContext) -> None:
        self.outer = outer
        self.node = outer.node
        self.resources = RubyHash()

    def add(self, resource: RubyObject) -> None:
        """Puts a resource into the action's collection."""
        self.resources.put(len(self.resources.entries) + 1, resource)

    def find(self, kind: str, name: str) -> RubyObject | None:
        """A resource of the action, or of the run around it."""
        for entry in reversed(self.resources.entries.values()):
            if isinstance(entry.value, Unknown) or entry.maybe:
                raise unsupported(f"whether {kind}[{name}] is declared is not known")
            if entry.value.data.kind == kind and _text(entry.value.data.name) == name:
                found: RubyObject = entry.value
                return found
        return self.outer.find(kind, name)

    def include_recipe(self, name: str, cookbook: str) -> None:
        """Loads a recipe; its resources belong to the run around."""
        self.outer.include_recipe(name, cookbook)

    def lose_recipe(self, cause: Unknown) -> None:
        """Some recipe is loaded."""
        self.outer.lose_recipe(cause)

    def declare(self, kind: str, name: Value, recipe: RecipeData, place: Place | None) -> RubyObject:
        """A new resource, not in the collection yet."""
        return self.outer.declare(kind, name, recipe, place)

    def run_action(self, resource: RubyObject, action: Value) -> None:
        """Runs a resource at once."""
        self.outer.run_action(resource, action)

    def is_custom(self, kind: str) -> bool:
        """Whether a custom resource or definition has this name."""
        return self.outer.is_custom(kind)

    def is_complete(self) -> bool:
        """Whether all code that could define a method has been evaluated."""
        return self.outer.is_complete()

    def search(self, index: str, query: str) -> Sequence[Value]:
        """Nodes or data bag items."""
        return self.outer.search(index, query)

    def filtered(
        self, index: str, query: str, wanted: Sequence[tuple[str, Sequence[str]]]
    ) -> Sequence[Value]:
        """The rows of a search."""
        return self.outer.filtered(index, query, wanted)

    def data_bag(self, bag: str) -> Sequence[str]:
        """The names of a bag's items."""
        return self.outer.data_bag(bag)

    def data_bag_item(self, bag: str, item: str) -> Value:
        """An item of a data bag."""
        return self.outer.data_bag_item(bag, item)


def _text(value: Value) -> str | None:
    return value.text if isinstance(value, RubyString) and value.unknown is None else None


class DefinitionData(RecipeData):
    """What the recipe that a definition's body runs on knows: the parameters, too."""

    __slots__ = ("params",)

    def __init__(self, recipe: RecipeData, params: RubyHash) -> None:
        super().__init__(recipe.context, recipe.cookbook, recipe.recipe)
        self.params = params

    def reachable(self) -> list[Value]:
        """What code can change of it."""
        return [self.params]


class CustomActions:
    """Runs the code of custom resources. What it cannot run is left to the caller.

    `converge(resources, maybe)` puts the resources of an action to work.
    """

    def __init__(
        self,
        evaluation: TolerantEvaluation,
        classes: CustomClasses,
        converge: Callable[[RubyHash, bool], None],
    ) -> None:
        self.evaluation = evaluation
        self.runtime = evaluation.runtime
        self.classes = classes
        self.converge = converge
        self.depth = 0

    def run(self, resource: RubyObject, actions: Iterable[str], *, maybe: bool) -> Unknown | None:
        """Runs actions; if that is not possible, nothing has happened, and the reason is given back."""
        cls = custom_class(resource)
        if cls is None or self.depth >= MAX_DEPTH:
            known = self.classes.untold.get(resource.data.kind)
            return known or unsupported(f"the code of {resource.data.kind} is not evaluated").unknown
        names = list(actions)

        def work() -> None:
            for name in names:
                self._act(resource, name, maybe=maybe)

        return self._tolerated(resource.data.kind, work)

    def _tolerated(self, kind: str, work: Callable[[], None]) -> Unknown | None:
        """An error in such code is not foretold: whether it is met depends on more than files."""

        def safely() -> None:
            doubtful = len(self.runtime.worlds.pending)
            try:
                work()
            except (RubyError, UnknownMetError, Signal) as met:
                raise LimitReachedError(f"it may raise an error: {met}") from None
            if len(self.runtime.worlds.pending) > doubtful:
                raise LimitReachedError("whether it raises an error is not known")

        self.depth += 1
        try:
            return tolerated(self.evaluation, f"the custom resource {kind}", safely, lambda: ())
        finally:
            self.depth -= 1

    def _act(self, resource: RubyObject, name: str, *, maybe: bool) -> None:
        actions = provider_class(resource)
        body = action_body(actions, name) if actions is not None else None
        if actions is None or body is None:
            if name == "nothing":
                return
            raise LimitReachedError(f"it has no action {name}")
        context = ActionContext(resource.data.context)
        provider = ProviderData(context, resource, actions).provider
        mark = len(self.runtime.reachable)
        self.runtime.reachable += [context.resources, provider, resource]

        def act() -> None:
            self._begin(provider, resource, actions)
            body.call([], None, provider)

        worlds, frame = self.runtime.worlds, self.runtime.frame
        doubtful = len(worlds.pending)
        try:
            if maybe:
                cause = unsupported(f"whether the {resource.data.kind} runs is not known").unknown
                worlds.fork(frame, cause, [lambda frame: None, lambda frame: act()])
            else:
                act()
            if len(worlds.pending) > doubtful:
                worlds.settle(frame, RubyError, None, None)
            self.converge(context.resources, maybe)
        finally:
            del self.runtime.reachable[mark:]

    def _begin(self, provider: RubyObject, resource: RubyObject, cls: RubyClass) -> None:
        """What Chef calls before an action, where the provider has it."""
        if any("initialize" in each.methods for each in cls.ancestors()):
            context = unsupported("the run context as an object is not evaluated").unknown
            self.runtime.met_unknown = True
            self.runtime.send(provider, "initialize", resource, context)
        self.runtime.send(provider, "load_current_resource")

    # -- definitions

    def define(self, call: Call, name: str, definition: Definition) -> Unknown | None:
        """Runs a definition in the place of a resource of its name; the reason if that is not possible."""
        recipe = call.receiver.data
        params = RubyHash()
        for key, value in definition.parameters.pairs():
            params.put(key, value)

        def work() -> None:
            if call.block is not None:
                given = RubyObject(self.runtime.named_class("Chef::ResourceDefinition"))
                self.runtime.lookup.singletons[id(given)] = {"method_missing": _collecting(params)}
                self.runtime.reachable.append(given)
                call.block.call([given], None, given)
            params.put(Symbol("name"), call.args[0] if call.args else None)
            me = RubyObject(self.runtime.named_class("Chef::Recipe"), DefinitionData(recipe, params))
            definition.body.call([me], None, me)

        return self._tolerated(name, work)


def _collecting(params: RubyHash) -> RubyProc:
    """`method_missing` of a definition's block: names with values."""

    def collect(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        name, *values = args
        params.put(name, values[0] if len(values) == 1 else RubyArray(values))
        return params.get(name)

    return RubyProc(collect)
