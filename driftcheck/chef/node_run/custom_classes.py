"""The classes that the files in `resources/` and `providers/` make, and what `definitions/` define."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from driftcheck.chef.node_run.library_resources import library_resource
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.classes import known_constants
from driftcheck.chef.ruby.custom_resources import KIND, NODE, PROVIDER, USE
from driftcheck.chef.ruby.evaluation import AttributeEvaluation
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.recipes import chef_names
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyError,
    RubyHash,
    RubyProc,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown


class Definition:
    """`define :name, port: 80 do … end`: its parameters and its body."""

    __slots__ = ("body", "parameters")

    def __init__(self, parameters: RubyHash, body: RubyProc) -> None:
        self.parameters = parameters
        self.body = body


class CustomClasses:
    """The custom resources and definitions of the cookbooks of a run, each read when it is first asked for.

    `custom`: the files of each name. None for a name whose files cannot be evaluated; `untold` says why.
    """

    def __init__(
        self,
        repository: ChefRepository,
        evaluation: AttributeEvaluation,
        cookbooks: Iterable[Cookbook],
        custom: dict[str, tuple[str, ...]],
    ) -> None:
        self.repository = repository
        self.evaluation = evaluation
        self.runtime = evaluation.runtime
        self.custom = custom
        self.untold: dict[str, Unknown] = {}
        self._cookbooks = {cookbook.path(file): cookbook for cookbook in cookbooks for file in cookbook.files}
        self._made: dict[str, RubyClass | Definition | None] = {}
        self._built_in: dict[str, RubyClass] = {}
        self.runtime.constants = self.constant

    def resource(self, name: str) -> RubyClass | None:
        """The class of a custom resource."""
        found = self._of(name)
        return found if isinstance(found, RubyClass) else None

    def definition(self, name: str) -> Definition | None:
        """A definition."""
        found = self._of(name)
        return found if isinstance(found, Definition) else None

    def constant(self, name: str) -> Value:
        """`Chef::Resource::File` and its like: the class of a resource; else what Ruby has of this name."""
        short = name.removeprefix("Chef::Resource::")
        if short == name:
            return known_constants(name)
        word = _WORDS.sub(r"\1_\2", short).lower()
        if word in self.custom:
            return self.resource(word) or known_constants(name)
        if word not in chef_names()["resources"] or "::" in short:
            return known_constants(name)
        if word not in self._built_in:
            made = RubyClass(name, self.runtime.named_class("Chef::Resource"))
            made.variables[KIND] = Symbol(word)
            self._built_in[word] = made
        return self._built_in[word]

    def _of(self, name: str) -> RubyClass | Definition | None:
        if name not in self._made:
            self._made[name] = self._read(name, self.custom.get(name, ()))
        return self._made[name]

    def _read(self, name: str, paths: tuple[str, ...]) -> RubyClass | Definition | None:
        by_folder = {folder: [path for path in paths if f"/{folder}/" in f"/{path}"] for folder in _FOLDERS}
        resources, definitions = by_folder["resources"], by_folder["definitions"]
        if by_folder["libraries"] and not resources and not definitions:
            return library_resource(self.runtime, name, self.evaluation.node)
        if by_folder["libraries"] or len(resources) + len(definitions) != 1:
            return None
        runtime, mark = self.runtime, len(self.runtime.worlds.pending)
        depth, frame = runtime.depth, runtime.frame
        try:
            if definitions:
                return self._definition(name, definitions[0])
            return self._class(name, resources[0], by_folder["providers"])
        except (LimitReachedError, UnknownMetError, RubyError, RecursionError, Signal) as reached:
            runtime.depth, runtime.frame = depth, frame
            self.untold[name] = unsupported(f"the code of {name} is not evaluated: {reached}").unknown
            return None
        finally:
            del runtime.worlds.pending[mark:]

    def _class(self, name: str, path: str, providers: list[str]) -> RubyClass:
        cookbook = self._cookbooks[path]
        provider = RubyClass(f"Custom provider {name}", self.runtime.named_class("Chef::Provider"))
        cls = RubyClass(f"Custom resource {name}", self.runtime.named_class("Chef::Resource"))
        for each in (provider, cls):
            each.is_written = True
            each.variables[USE] = RubyProc(self._use(path))
            each.variables[NODE] = self.evaluation.node
        cls.variables[PROVIDER] = provider
        cls.variables[KIND] = Symbol(name)
        self._evaluate(path, cls)
        # A provider's file is found by the resource's: both have the same name.
        own = f"providers/{path.rpartition('/')[2]}"
        for file in providers or [cookbook.path(own)] * (own in cookbook.files):
            self._evaluate(file, provider)
        return cls

    def _use(self, path: str) -> Any:
        folder = path.rpartition("/")[0]

        def use(args: list[Value], block: RubyProc | None, cls: Value) -> Value:
            inner, _, short = self.runtime.to_s(args[0]).rpartition("/")
            short = short.removesuffix(".rb").removeprefix("_")
            self._evaluate("/".join(filter(None, (folder, inner, f"_{short}.rb"))), cls)
            return None

        return use

    def _evaluate(self, path: str, cls: RubyClass) -> None:
        content = self.repository.text(path)
        if isinstance(content, Unknown):
            raise LimitReachedError(content.reason)
        self.runtime.run_file(path, content, me=cls, home=cls)
        self.runtime.lookup.forget()

    def _definition(self, name: str, path: str) -> Definition | None:
        found: dict[str, Definition] = {}

        def define(args: list[Value], block: RubyProc | None, me: Value) -> Value:
            if block is None or not isinstance(args[0], Symbol):
                raise unsupported("such a definition is not evaluated")
            given = args[1] if len(args) > 1 else RubyHash()
            if not isinstance(given, RubyHash):
                raise unsupported("such a definition is not evaluated")
            found[args[0].name] = Definition(given, block)
            return True

        main = RubyObject(self.runtime.named_class("Chef::ResourceDefinition"))
        self.runtime.lookup.singletons[id(main)] = {"define": RubyProc(define)}
        self.runtime.reachable.append(main)
        content = self.repository.text(path)
        if isinstance(content, Unknown):
            raise LimitReachedError(content.reason)
        self.runtime.run_file(path, content, me=main)
        return found.get(name)


_WORDS = re.compile(r"([a-z0-9])([A-Z])")
_FOLDERS = ("resources", "providers", "definitions", "libraries")
