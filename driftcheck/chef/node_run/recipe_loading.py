"""The recipes of a run: loaded once each, their resources collected, their searches answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from driftcheck.chef.node_run.converging import Converging
from driftcheck.chef.node_run.custom_classes import CustomClasses
from driftcheck.chef.node_run.recipe_sharing import RecipeSharing, SharedRecipe
from driftcheck.chef.node_run.searches import FoundNode, Searches, looked_up
from driftcheck.chef.node_run.tolerance import TolerantEvaluation, tolerated
from driftcheck.chef.precedence import LEVELS
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.expansion import recipe_name
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.classes import known_names
from driftcheck.chef.ruby.code.compiler import Program
from driftcheck.chef.ruby.custom_resources import custom_class
from driftcheck.chef.ruby.evaluation import node_state
from driftcheck.chef.ruby.json_values import json_place, mash, ruby_value
from driftcheck.chef.ruby.methods.data_bag_items import RAW_DATA
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.methods.recipe_dsl import declared, undefined
from driftcheck.chef.ruby.methods.resource_dsl import write_or_read
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.receivers import touched
from driftcheck.chef.ruby.recipes import RecipeData, ResourceData, chef_names
from driftcheck.chef.ruby.recordings import Recordings
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
from driftcheck.model.facts import Unknown, UnknownKind

T = TypeVar("T")


class RecipeLoading:
    """`driftcheck.chef.ruby.recipes.RunContext` over a repository.

    `resources` is the collection: a hash by number, so that a resource which may not be declared is marked as
    such. `classes` are those of custom resources; `converging` runs a resource at once.
    """

    def __init__(
        self,
        repository: ChefRepository,
        searches: Searches,
        evaluation: TolerantEvaluation,
        cookbooks: Sequence[str],
        classes: CustomClasses,
        converging: Converging,
        kept: Recordings | None,
    ) -> None:
        self.repository = repository
        self.searches = searches
        self.evaluation = evaluation
        self.runtime = evaluation.runtime
        self.node = evaluation.node
        self.cookbooks = frozenset(cookbooks)
        self.classes = classes
        self.custom = classes.custom
        self.converging = converging
        self.resources = RubyHash()
        self.loaded = RubyHash()
        self.absent: dict[str, Unknown] = {}  # recipes that are not in the repository, by name
        self.begun: list[bytes] = []
        """The texts of the recipes that were begun, in order."""
        self.unordered: set[str] = set()
        """The searches whose results were used: their order is taken for granted."""
        self.serial = 0
        """The number of the resource that was declared last."""
        self.sharing = RecipeSharing(self, kept)
        self._nodes: dict[str, RubyObject] = {}
        self._recipes = evaluation.state.levels["automatic"].get(RubyString("recipes"))
        self.runtime.reachable.extend([self.resources, self.loaded, self.node, self._recipes])
        for name in ("Chef::Recipe", "Chef::Resource"):
            self.runtime.named_class(name).methods["method_missing"] = RubyProc(self._missing_method)

    # -- recipes

    def include_recipe(self, name: str, cookbook: str) -> None:
        """Loads a recipe that has not been loaded."""
        owner, recipe = recipe_name(name.removeprefix("recipe[").removesuffix("]"))
        owner = owner or cookbook
        key = RubyString(f"{owner}::{recipe}", frozen=True)
        known = self.loaded.entries.get(key.text)
        is_loaded = known is not None and not known.maybe
        self.sharing.includes(key.text, is_loaded=is_loaded)
        if is_loaded:
            return
        self.loaded.put(key, True)
        self.note(key)
        self._load(owner, recipe)

    def note(self, recipe: RubyString) -> None:
        """`Node#loaded_recipe`: `node['recipes']` has it from now on."""
        recipes = self._recipes
        if isinstance(recipes, RubyArray) and all(item.text != recipe.text for item in recipes.items):
            recipes.items.append(recipe)
            self.evaluation.state.reset_text("recipes")

    def _load(self, owner: str, recipe: str) -> None:
        cookbook = self.repository.cookbooks.get(owner)
        if cookbook is None or owner not in self.cookbooks:
            self._no_cookbook(owner, recipe)
            if cookbook is None:
                return
        files = self.repository.once("recipes", cookbook.folder, work=cookbook.recipe_files)
        file = files.get(recipe)
        if file is None:
            if recipe in cookbook.other_recipes():
                self._gap(f"{owner}::{recipe}", "it is not written in Ruby", UnknownKind.UNSUPPORTED)
                return
            text = f"could not find recipe {recipe} for cookbook {owner}"
            raise RubyError("Chef::Exceptions::RecipeNotFound", text)
        path = cookbook.path(file)
        content = self.repository.text(path)
        if isinstance(content, Unknown):
            raise LimitReachedError(content.reason)
        begun, made = len(self.begun), RecipeData(self, owner, recipe)
        cause = tolerated(
            self.evaluation,
            path,
            lambda: self.sharing.load(path, partial(self._run, path, content, made)),
            lambda: self._texts(self.begun[begun:]),
        )
        if cause is not None:
            self.absent[f"{owner}::{recipe}"] = cause

    def _run(self, path: str, content: bytes, recipe: RecipeData) -> None:
        runtime = self.runtime
        self.begun.append(content)
        me = RubyObject(runtime.named_class("Chef::Recipe"), recipe)
        code, frame = runtime.code_of(path, content), runtime.file_frame(path, me=me)
        statements = code.parts if isinstance(code, Program) and len(code.parts) > 1 else (code,)
        runtime.reads.begin_statement()
        for number, statement in enumerate(statements, 1):
            if len(statements) == 1:
                runtime.run_code(statement, frame)
            else:
                self.sharing.load(f"{path} {number}", partial(runtime.run_code, statement, frame))
            runtime.reads.begin_statement()

    def _texts(self, begun: Sequence[bytes]) -> list[bytes]:
        """What a recipe may run: its own text, libraries, and all recipes if it includes any."""
        paths = [each.path(file) for each in self._loaded_cookbooks() for file in each.libraries()]
        if any(b"include_recipe" in text for text in begun):
            paths += [
                each.path(file) for each in self._loaded_cookbooks() for file in each.recipe_files().values()
            ]
        read = (self.repository.text(path) for path in paths)
        return [*begun, *(text for text in read if isinstance(text, bytes) and b"node" in text)]

    def all_texts(self) -> list[bytes]:
        """The texts of all libraries and recipes."""
        return self._texts([b"include_recipe"])

    def _loaded_cookbooks(self) -> list[Cookbook]:
        known = self.repository.cookbooks
        return [known[name] for name in sorted(self.cookbooks) if name in known]

    def _no_cookbook(self, owner: str, recipe: str) -> None:
        if self.repository.local_mode:
            text = (
                f"Cookbook {owner} not found. If you're loading {owner} from another cookbook, make sure you "
                "configure the dependency in your metadata"
            )
            raise RubyError("Chef::Exceptions::CookbookNotFound", text)
        if owner not in self.repository.cookbooks:
            self._gap(f"{owner}::{recipe}", f"the repository does not hold the cookbook {owner}")

    def _gap(self, recipe: str, reason: str, kind: UnknownKind = UnknownKind.MISSING_INPUT) -> None:
        self.absent[recipe] = Unknown(kind=kind, reason=f"the recipe {recipe} is not evaluated: {reason}")

    def lose_recipe(self, cause: Unknown) -> None:
        """Some recipe is loaded: every attribute may change, and resources may be added."""
        self.runtime.met_unknown = True
        for level in LEVELS[:-1]:
            self.runtime.smear(self.evaluation.state.levels[level], cause)
        self.absent["?"] = Unknown(
            kind=cause.kind,
            reason=f"which recipe is included is not known: {cause.reason}",
            location=cause.location,
        )

    # -- resources

    def declare(self, kind: str, name: Value, recipe: RecipeData, place: Place | None) -> RubyObject:
        """A new resource, not in the collection yet."""
        own = self.classes.resource(kind) if kind in self.custom else None
        cls = own or self.runtime.named_class("Chef::Resource")
        made = RubyObject(cls, ResourceData(kind, name, recipe, place))
        if own is not None:
            # `initialize` pushes to the actions
            made.variables |= {"@name": name, "@allowed_actions": RubyArray([Symbol("nothing")])}
            if any("initialize" in each.methods for each in own.ancestors()):
                self.runtime.send(made, "initialize", name, None)
        return made

    def add(self, resource: RubyObject) -> None:
        """Puts a resource into the collection."""
        self.serial += 1
        self.resources.put(self.serial, resource)

    def find(self, kind: str, name: str) -> RubyObject | None:
        """The resource that was declared last under a type and name."""
        for entry in reversed(self.resources.entries.values()):
            if isinstance(entry.value, SharedRecipe):
                if entry.value.has(kind, name):
                    self.sharing.in_vain(entry.value)
                continue
            candidates = [entry.value]
            if isinstance(entry.value, Unknown):
                candidates = [each.value for each in entry.value.candidates]
            for each in candidates:
                if each.data.kind == kind and self.runtime.to_s(each.data.name) == name:
                    if isinstance(entry.value, Unknown):
                        raise UnknownMetError(entry.value)
                    assert isinstance(each, RubyObject)
                    self.sharing.asked_for(entry.key)
                    return each
        if not self.is_complete() or self.absent:
            raise unsupported(f"whether {kind}[{name}] is declared is not known")
        return None

    def run_action(self, resource: RubyObject, action: Value) -> None:
        """Runs a resource at once."""
        self.converging.act(resource, action)

    def is_custom(self, kind: str) -> bool:
        """Whether a custom resource or definition has this name."""
        return kind in self.custom

    def is_complete(self) -> bool:
        """Whether all code that could define a method has been evaluated."""
        return self.runtime.sealed

    def _missing_method(self, args: list[Value], block: RubyProc | None, me: Value) -> Value:
        """`method_missing` of a recipe or resource: custom resources, their properties, names of nothing."""
        symbol, *rest = args
        assert isinstance(symbol, Symbol)
        self.runtime.touch()
        call = Call(self.runtime, me, symbol.name, rest, {}, block, block.place if block else None)
        if isinstance(me.data, ResourceData):
            return self._unknown_property(me, symbol.name, rest, block)
        if symbol.name in self.custom:
            return self._custom(call)
        if not self.is_complete():
            self._run_maybe(call)
            return self._not_followed(symbol.name, rest)
        if _is_chefs(symbol.name):
            raise unsupported(f"the method {symbol.name} is not evaluated")
        raise undefined(
            symbol.name,
            f"cookbook: {me.data.cookbook}, recipe: {me.data.recipe} :Chef::Recipe",
            bare=not rest and block is None,
        )

    def _custom(self, call: Call) -> Value:
        """A definition's body runs at once; a custom resource is declared."""
        definition = self.classes.definition(call.name)
        if definition is not None:
            cause = self.converging.actions.define(call, call.name, definition)
            if cause is None:
                return None
            self.converging.untold.setdefault(call.name, cause)
        made = declared(call, call.name, call.args)
        call.receiver.data.context.add(made)
        return made

    def _run_maybe(self, call: Call) -> None:
        """A block that belongs to a resource of a cookbook that is not there, or to anything else."""
        if call.block is None:
            return
        block, me = call.block, self.declare(call.name, RubyString(""), call.receiver.data, call.place)
        cause = unsupported(f"what {call.name} is is not known").unknown
        call.block = None
        self.runtime.worlds.fork(
            self.runtime.frame, cause, [lambda frame: None, lambda frame: block.call([me], None, me)]
        )

    def _unknown_property(
        self, me: RubyObject, name: str, args: list[Value], block: RubyProc | None
    ) -> Value:
        provider = getattr(me.data.recipe, "provider", None)
        if provider is not None and self.runtime.responds_to(provider, name):
            return self.runtime.send(provider, name, *args, block=block)
        if not name.removesuffix("?").removesuffix("!").removesuffix("=").isidentifier():
            raise unsupported(f"{name} of a resource is not evaluated")
        asks = not args and block is None and f"@{name}" not in me.variables
        if name in known_names()["Chef::Resource"] or (asks and _is_chefs(name)):
            raise unsupported(f"the method {name} is not evaluated")
        known = me.data.kind in chef_names()["resources"]
        if known and asks and self.is_complete():
            found = self.runtime.lookup.find(self._recipe_of(me), name)
            if found is None:
                raise undefined(name, f"{me.data.kind}", bare=False)
        if args and block is None and (known or custom_class(me) is not None):
            return self._not_followed(name, args)
        return write_or_read(me, name, args, block)

    def _not_followed(self, name: str, args: list[Value]) -> Unknown:
        """The value of a method that such a resource has not: a library's that is not here, or an error."""
        cause = unsupported(f"what {name} is is not known").unknown
        self.runtime.met_unknown = True
        for thing in touched(args):
            self.runtime.smear(thing, cause)
        return cause

    def _recipe_of(self, me: RubyObject) -> RubyObject:
        return RubyObject(self.runtime.named_class("Chef::Recipe"), me.data.recipe)

    # -- searches and data bags

    def search(self, index: str, query: str) -> Sequence[Value]:
        """Nodes or data bag items."""
        if index == "node":
            found = [self._node(each) for each in self.searches.nodes(query)]
            if len(found) > 1:
                self.unordered.add(query)
            return found
        if index in ("role", "environment", "client"):
            raise unsupported(f"a search for {index}s is not evaluated")
        return [self._item(index, item) for item in self._found(lambda: self.searches.items(index, query))]

    def filtered(
        self, index: str, query: str, wanted: Sequence[tuple[str, Sequence[str]]]
    ) -> Sequence[Value]:
        """The rows of a search with `filter_result`."""
        if index != "node":
            raise unsupported("filter_result of another index than node is not evaluated")
        return [self._row(each, wanted) for each in self.searches.nodes(query)]

    def _row(self, found: FoundNode, wanted: Sequence[tuple[str, Sequence[str]]]) -> Value:
        row = RubyHash()
        for key, path in wanted:
            row.put(RubyString(key, frozen=True), ruby_value(looked_up(found, path)))
        return row

    def _node(self, found: FoundNode) -> RubyObject:
        """A saved node as `Chef::Node`: its levels are those that its last run saved."""
        if found.path not in self._nodes:
            saved = {
                level: found.document[level]
                for level in ("default", "normal", "override", "automatic")
                if isinstance(found.document.get(level), dict)
            }
            environment = found.document.get("chef_environment")
            run_list = found.document.get("run_list")
            state = node_state(
                saved,
                name=found.name,
                environment=environment if isinstance(environment, str) else "_default",
                nil_wins=self.evaluation.state.nil_wins,
                run_list=[item for item in run_list if isinstance(item, str)]
                if isinstance(run_list, list)
                else (),
                places=lambda level, pointer: json_place(found.path, f"/{level}{pointer}"),
            )
            self._nodes[found.path] = RubyObject(self.runtime.named_class("Chef::Node"), state)
        return self._nodes[found.path]

    def data_bag(self, bag: str) -> Sequence[str]:
        """The names of a bag's items."""
        return self._found(lambda: self.searches.bag(bag))

    def data_bag_item(self, bag: str, item: str) -> Value:
        """An item of a data bag."""
        return self._item(bag, self._found(lambda: self.searches.item(bag, item)))

    def _found(self, look_up: Callable[[], T]) -> T:
        """What the server answers: 404 for what it does not have."""
        try:
            return look_up()
        except KeyError:
            raise RubyError("Net::HTTPClientException", '404 "Not Found"') from None

    def _item(self, bag: str, data: Any) -> RubyObject:
        made = RubyObject(self.runtime.named_class("Chef::DataBagItem"))
        made.variables[RAW_DATA] = mash(data)
        made.variables["@data_bag"] = RubyString(bag)
        return made


def _is_chefs(name: str) -> bool:
    """Whether Chef itself may give recipes and resources a method of this name (ChefUtils and the like)."""
    known = name.endswith(("?", "!", "=")) or name in known_names()["Chef::Node"]
    return known and name != "lazy"  # attributes and resources have it, recipes do not
