"""A node's whole run: what it loads, what its attributes are after each phase, what files it writes."""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from driftcheck.chef.node_run.converging import Converging
from driftcheck.chef.node_run.custom_classes import CustomClasses
from driftcheck.chef.node_run.custom_resources import custom_resources
from driftcheck.chef.node_run.preparation import Preparation
from driftcheck.chef.node_run.recipe_loading import RecipeLoading
from driftcheck.chef.node_run.recipe_sharing import SharedInVainError
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.searches import Searches
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.node_run.tolerance import UnguardedError, tolerated
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.core import MAX_STEPS
from driftcheck.chef.ruby.evaluation import (
    AttributeFile,
    Stop,
)
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.journal import Journal
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.plain import Plain, UnknownLeaf
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyError,
    RubyProc,
    UnknownMetError,
    Value,
)
from driftcheck.model.facts import Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen

NIL_WINS_SINCE = 15
MAX_ATTEMPTS = 3
"""How often a run begins anew because of one more file that is not evaluated; then all files are guarded."""


class Phase(enum.StrEnum):
    """How far a run goes: attribute files, recipes compiled, resources converged."""

    ATTRIBUTES = "attributes"
    COMPILE = "compile"
    CONVERGE = "converge"


@frozen
class MergedAttributes:
    """`known`: the merged attributes as JSON, without automatic ones; None where Chef would stop.

    `unknown`: what is not known of them, by path.
    """

    known: dict[str, Any] | None
    unknown: tuple[UnknownLeaf, ...]


class NodeRun:
    """One run. `stop` is the error that would end it, `lost` why nothing can be known any more.

    `gaps` are what could not be read or is not in the repository; `assumed` what was taken for granted.
    """

    def __init__(
        self,
        repository: ChefRepository,
        subject: RunSubject,
        *,
        chef_version: int = 18,
        searches: Searches | None = None,
        steps: int = MAX_STEPS,
        journal: bool = False,
    ) -> None:
        """`journal`: all writes to the levels are kept (`evaluation.state.journal`), for `explain`."""
        self.repository = repository
        self.subject = subject
        self.chef_version = chef_version
        self.nil_wins = chef_version >= NIL_WINS_SINCE
        self._steps = steps
        self._journal = journal
        self._is_sharing = True
        """Whether recipes may do what they did on other nodes."""
        self._shared: tuple[Hashable, ...] = ()
        """What runs must have in common to share what attribute files and recipes do."""
        self._begin()
        self.searches = searches or Searches(repository, self.preparation.newcomer())

    def _begin(self) -> None:
        self.preparation = Preparation(self.repository, self.subject, nil_wins=self.nil_wins)
        self.expansion = self.preparation.expansion
        self.order = self.preparation.order
        self.gaps, self.assumed = self.preparation.gaps, self.preparation.assumed
        self.evaluation = self.preparation.evaluation(self._steps)
        if self._journal:
            self.evaluation.state.journal = Journal()
        self.loading: RecipeLoading | None = None
        self.converging: Converging | None = None
        self.phase = Phase.ATTRIBUTES
        """The last phase that was begun."""

    @property
    def stop(self) -> Stop | None:
        """Where chef-client would stop."""
        return self.preparation.stop or self.evaluation.stop

    @property
    def lost(self) -> Unknown | None:
        """Why nothing is known any more."""
        return self.evaluation.lost

    @property
    def files(self) -> Sequence[RenderedFile]:
        """The files that the run writes."""
        return list(self.converging.files.values()) if self.converging is not None else []

    def run(self, until: Phase = Phase.CONVERGE) -> NodeRun:
        """Runs the phases up to this one, as far as Chef would go."""
        unguarded = in_vain = 0
        while True:
            if unguarded == MAX_ATTEMPTS:
                self.evaluation.fragile = None
            try:
                self._run(until)
                return self
            except UnguardedError:
                unguarded += 1
            except SharedInVainError:
                in_vain += 1
                self._is_sharing = in_vain < MAX_ATTEMPTS
            self._begin()

    def _run(self, until: Phase) -> None:
        if self.preparation.stop is None:
            self._load_attributes()
        if until is not Phase.ATTRIBUTES and self.stop is None:
            self.phase = Phase.COMPILE
            self._compile()
        if until is Phase.CONVERGE and self.stop is None:
            self.phase = Phase.CONVERGE
            self._converge()

    def merged(self) -> MergedAttributes:
        """The attributes as they are now."""
        if self.stop is not None:
            return MergedAttributes(known=None, unknown=())
        found: list[tuple[dict[str, Any], Plain]] = []

        def merge() -> None:
            plain = Plain(self.evaluation.runtime)
            found.append((plain.value(self.evaluation.state.all(without="automatic")), plain))

        # A hash that holds itself has no end: then nothing is known, which can be merged.
        self.evaluation.guarded(merge)
        if not found:
            merge()
        known, plain = found[0]
        if known.get("tags") == []:
            del known["tags"]  # Chef makes the empty list; nobody set it
        return MergedAttributes(known=known, unknown=tuple(plain.unknown))

    # -- the phases

    def _load_attributes(self) -> None:
        self._load_libraries()
        self.evaluation.runtime.include_attribute = self._including(self.evaluation.runtime.include_attribute)
        libraries = tuple(path for cookbook in self.order.cookbooks for path in self._libraries(cookbook))
        sealed = self.evaluation.runtime.sealed
        self._shared = (libraries, sealed, self.nil_wins)
        if not self._journal:
            self.evaluation.share(self.repository.recordings(*self._shared))
        files = [file for cookbook in self.order.cookbooks for file in self._attribute_files(cookbook)]
        self.evaluation.run(files)
        self.gaps += self.evaluation.untold

    def _including(self, include: Callable[[str], None]) -> Callable[[str], None]:
        """`include_attribute`; what no cookbook depends on is loaded if it is here, and may be elsewhere."""

        def include_attribute(spec: str) -> None:
            name = spec.partition("::")[0]
            if self.repository.local_mode or name in self.order.names:
                if name not in self.order.missing:
                    include(spec)
                return
            cookbook = self.repository.cookbooks.get(name)
            if cookbook is None:
                self.gaps.append(missing(f"the repository does not hold the cookbook {name}"))
                return
            for file in self._attribute_files(cookbook):
                self.evaluation.files.setdefault((file.cookbook, file.name), file)
            include(spec)

        return include_attribute

    def _attribute_files(self, cookbook: Cookbook) -> list[AttributeFile]:
        made, unread = self.repository.once(
            "attributes", cookbook.folder, work=lambda: _read_files(self.repository, cookbook)
        )
        for problem in unread:
            self.gaps.append(problem)
            mash = self.evaluation.state.levels["default"]
            mash.unknown = mash.unknown or problem
        return made

    def _load_libraries(self) -> None:
        """Libraries define modules and classes; one that is not understood leaves names open."""
        runtime = self.evaluation.runtime
        main = RubyObject(runtime.object_class)
        runtime.lookup.singletons[id(main)] = {"include": RubyProc(_include(runtime))}
        runtime.reachable.append(main)
        for cookbook in self.order.cookbooks:
            for path in self._libraries(cookbook):
                content = self.repository.text(path)
                if isinstance(content, Unknown):
                    self._open(content.reason, path)
                    continue
                try:
                    runtime.run_file(path, content, me=main, home=runtime.object_class)
                except (LimitReachedError, UnknownMetError, RubyError, RecursionError, Signal) as reached:
                    self._open(str(reached), path)
                if runtime.worlds.pending:
                    runtime.worlds.pending.clear()
                    self._open("whether it raises an error is not known", path)

    def _libraries(self, cookbook: Cookbook) -> list[str]:
        """The paths of a cookbook's library files, in Chef's order."""
        return self.repository.once(
            "libraries", cookbook.folder, work=lambda: [cookbook.path(file) for file in cookbook.libraries()]
        )

    def _open(self, reason: str, path: str) -> None:
        runtime = self.evaluation.runtime
        runtime.sealed = False
        runtime.depth = 0
        self.gaps.append(
            Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the library {path} is not evaluated: {reason}")
        )

    def _compile(self) -> None:
        custom = custom_resources(self.repository, self.order.cookbooks, chef_version=self.chef_version)
        classes = CustomClasses(self.repository, self.evaluation, self.order.cookbooks, custom)
        converging = Converging(self.repository, self.evaluation, classes)
        self.converging = converging
        self.loading = RecipeLoading(
            self.repository,
            self.searches,
            self.evaluation,
            self.order.names,
            classes,
            converging,
            self.repository.recordings(*self._shared, *self.order.names)
            if self._is_sharing and not self._journal
            else None,
        )
        loading = self.loading

        def load() -> None:
            self.evaluation.runtime.reads.on = True
            for cookbook, recipe in self.expansion.recipes:
                loading.include_recipe(f"{cookbook}::{recipe}", cookbook)

        self.evaluation.guarded(lambda: self._cut_short(load))
        self.gaps += loading.absent.values()
        for query in sorted(loading.unordered):
            self.assumed.append(f"the search `{query}` gives its nodes in the order of their names")

    def _cut_short(self, load: Callable[[], None]) -> None:
        """The recipes; if they take too many steps, only what they may write is Unknown."""
        assert self.loading is not None
        cause = tolerated(self.evaluation, "the recipes", load, self.loading.all_texts, last=True)
        if cause is not None:
            self.gaps.append(cause)

    def _converge(self) -> None:
        loading, converging = self.loading, self.converging
        assert loading is not None
        assert converging is not None
        if self.evaluation.lost is None:
            self.evaluation.guarded(lambda: converging.run(loading.resources, loading.sharing))
        self.gaps += converging.untold.values()


def _read_files(repository: ChefRepository, cookbook: Cookbook) -> tuple[list[AttributeFile], list[Unknown]]:
    """A cookbook's attribute files, and why others could not be read."""
    made: list[AttributeFile] = []
    unread: list[Unknown] = []
    for name, file in cookbook.attribute_files().items():
        path = cookbook.path(file)
        content = repository.text(path)
        if isinstance(content, Unknown):
            unread.append(content)
        else:
            made.append(AttributeFile(cookbook=cookbook.name, name=name, text=content, path=path))
    return made, unread


def _include(runtime: Runtime) -> Callable[[list[Value], RubyProc | None, Value], Value]:
    """`include` at the top of a library: every object gets the module's methods."""

    def include(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
        return runtime.send(runtime.object_class, "include", *args)

    return include
