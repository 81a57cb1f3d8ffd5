"""What recipes and resources are made of: the run that they belong to, what a resource was declared as."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from json import loads
from typing import Protocol

from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import Place, RubyProc, Value
from driftcheck.model.facts import Unknown


class RunContext(Protocol):
    """A node's run as recipes see it (`run_context`)."""

    node: RubyObject
    """Chef::Node."""

    def include_recipe(self, name: str, cookbook: str) -> None:
        """Loads a recipe that has not been loaded; `cookbook` is the one that asks."""
        ...

    def lose_recipe(self, cause: Unknown) -> None:
        """Some recipe is loaded, and nobody knows which one."""
        ...

    def declare(self, kind: str, name: Value, recipe: RecipeData, place: Place | None) -> RubyObject:
        """A new resource, not in the collection yet."""
        ...

    def add(self, resource: RubyObject) -> None:
        """Puts a resource into the collection."""
        ...

    def find(self, kind: str, name: str) -> RubyObject | None:
        """The resource that was declared last under a type and name. UnknownMetError where nobody knows."""
        ...

    def run_action(self, resource: RubyObject, action: Value) -> None:
        """Runs a resource at once."""
        ...

    def is_custom(self, kind: str) -> bool:
        """Whether a custom resource or definition of the repository has this name."""
        ...

    def is_complete(self) -> bool:
        """Whether all code that could define a method has been evaluated."""
        ...

    def search(self, index: str, query: str) -> Sequence[Value]:
        """Nodes or data bag items. UnknownMetError where nobody knows."""
        ...

    def filtered(
        self, index: str, query: str, wanted: Sequence[tuple[str, Sequence[str]]]
    ) -> Sequence[Value]:
        """The rows of a search with `filter_result`: keys, each with the path of its value."""
        ...

    def data_bag(self, bag: str) -> Sequence[str]:
        """The names of a bag's items."""
        ...

    def data_bag_item(self, bag: str, item: str) -> Value:
        """An item of a data bag."""
        ...


class RecipeData:
    """What a Chef::Recipe object knows: its run, its cookbook and its name."""

    __slots__ = ("context", "cookbook", "recipe")

    def __init__(self, context: RunContext, cookbook: str, recipe: str) -> None:
        self.context = context
        self.cookbook = cookbook
        self.recipe = recipe


class ResourceData:
    """What a Chef::Resource object was declared as; its properties are the object's instance variables."""

    __slots__ = ("context", "kind", "name", "place", "recipe")

    def __init__(self, kind: str, name: Value, recipe: RecipeData, place: Place | None) -> None:
        self.context = recipe.context
        self.kind = kind
        self.name = name
        self.recipe = recipe
        self.place = place

    def reachable(self) -> list[Value]:
        """What code can change of it besides its variables."""
        return [self.name]


class Guard:
    """`only_if` or `not_if` (`negated`): a block, or None for a command of the shell."""

    __slots__ = ("block", "negated")

    def __init__(self, block: RubyProc | None, *, negated: bool) -> None:
        self.block = block
        self.negated = negated


@cache
def chef_names() -> dict[str, tuple[str, ...]]:
    """`resources`, `properties` and `recipe methods` of Chef 18, as its own source names them."""
    text = (files("driftcheck.chef.ruby") / "data" / "chef_names.json").read_text(encoding="utf-8")
    return {name: tuple(words) for name, words in loads(text).items()}
