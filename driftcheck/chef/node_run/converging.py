"""The resources of a run put to work, as far as files and attributes are concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from driftcheck.chef.node_run.custom_actions import CustomActions
from driftcheck.chef.node_run.custom_classes import CustomClasses
from driftcheck.chef.node_run.file_making import FileMaking
from driftcheck.chef.node_run.recipe_sharing import RecipeSharing, SharedRecipe
from driftcheck.chef.node_run.rendered_file import RenderedFile, file_gap
from driftcheck.chef.node_run.tolerance import TolerantEvaluation
from driftcheck.chef.node_run.touched import lose, touched_paths
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.custom_resources import action_names, custom_class
from driftcheck.chef.ruby.methods.resource_dsl import GUARDS, NOTIFIED
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.recipes import Guard, ResourceData
from driftcheck.chef.ruby.values import (
    NO_SELF,
    Entry,
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

Outcome: TypeAlias = tuple[str, RenderedFile | None]
"""What a resource has come to: a path, and the file that is written there; None for one that is removed."""

_WRITTEN = ("template", "file", "cookbook_file")
_WRITING = frozenset({"create", "create_if_missing"})
_NODE_LEVEL = re.compile(rb"\bnode\s*\.\s*(?:default|normal|override|set|automatic|force_|write|rm)")


class Converging:
    """Runs resources one after another. `files` are what they wrote, in order, the last one of a path."""

    def __init__(
        self,
        repository: ChefRepository,
        evaluation: TolerantEvaluation,
        classes: CustomClasses,
    ) -> None:
        self.repository = repository
        self.evaluation = evaluation
        self.runtime = evaluation.runtime
        self.custom = classes.custom
        """The files of each custom resource."""
        self.actions = CustomActions(evaluation, classes, self._converge)
        self.untold: dict[str, Unknown] = {}
        """The custom resources whose code could not be run, and why."""
        self.making = FileMaking(repository, evaluation)
        self.files: dict[str, RenderedFile] = {}
        self.notified: set[str] = set()
        self.outcomes: list[Outcome] | None = None
        """What becomes of files, while that is recorded."""
        self.idle: list[RubyObject] = []
        """Resources that do nothing unless they are notified."""

    def run(self, resources: RubyHash, sharing: RecipeSharing) -> None:
        """All resources of the collection, in order. RubyError where Chef would stop.

        SharedInVainError where those of a recipe that was not evaluated do something else on this node.
        """
        entries = list(resources.entries.values())
        self.notified |= self.notified_by(entry.value for entry in entries)
        try:
            for entry in entries:
                sharing.reaches(entry.key, self)
                if isinstance(entry.value, SharedRecipe):
                    sharing.converge(entry.value, self)
                else:
                    self._act_on(entry, maybe=False)
            sharing.reaches(None, self)
        finally:
            sharing.stop_recording(self)
        # What an action has notified by now, and what was passed over before.
        idle, self.idle = self.idle, []
        for resource in idle:
            self.act(resource, None)

    def _converge(self, resources: RubyHash, maybe: bool) -> None:
        entries = list(resources.entries.values())
        self.notified |= self.notified_by(entry.value for entry in entries)
        for entry in entries:
            self._act_on(entry, maybe=maybe)

    def _act_on(self, entry: Entry, *, maybe: bool) -> None:
        for resource in _candidates(entry.value):
            self.act(resource, None, maybe=maybe or bool(entry.maybe) or isinstance(entry.value, Unknown))

    def act(self, resource: RubyObject, action: Value, *, maybe: bool = False) -> None:
        """One resource, with its own actions or the one that is asked for."""
        data = resource.data
        assert isinstance(data, ResourceData)
        if (
            data.kind not in (*_WRITTEN, "ruby_block", "whyrun_safe_ruby_block")
            and data.kind not in self.custom
        ):
            return
        actions, sure = self._actions(resource, action)
        if data.kind not in _WRITTEN or not actions:
            self.runtime.touch()
        if not actions:
            self.idle.append(resource)
            return
        passed = self._passes(resource)
        if passed is False:
            return
        maybe = maybe or not sure or passed is None
        if data.kind in self.custom:
            self._run_custom(resource, actions, maybe=maybe)
        elif data.kind in _WRITTEN:
            self._write(resource, actions, maybe=maybe)
        else:
            self._run_block(resource, maybe=maybe)

    def _actions(self, resource: RubyObject, action: Value) -> tuple[list[str], bool]:
        """The names of the actions, and whether they are sure to run."""
        kind, cls = resource.data.kind, custom_class(resource)
        default = "run" if kind.endswith("ruby_block") else "create"
        own = Symbol(default) if cls is None else action_names(cls)
        value = resource.variables.get("@action", own) if action is None else action
        items = value.items if isinstance(value, RubyArray) else [value]
        names = [self._word(item) for item in items]
        if None in names:
            return [default], False
        known = [name for name in names if name is not None and name != "nothing"]
        if not known:
            self.runtime.touch()
            if self._is_notified(resource):
                return [default], False
        return known, True

    @staticmethod
    def _word(value: Value) -> str | None:
        if isinstance(value, Symbol):
            return value.name
        return value.text if isinstance(value, RubyString) and value.unknown is None else None

    def notified_by(self, resources: Iterable[Value]) -> set[str]:
        """The resources that are notified or subscribe, as `type[name]`; `?` for one that is not known."""
        found: set[str] = set()
        for value in resources:
            if isinstance(value, SharedRecipe):
                found |= value.notified
            for resource in _candidates(value):
                known = resource.variables.get(NOTIFIED)
                for each in known.items if isinstance(known, RubyArray) else []:
                    if each.items[0] is Symbol("subscribes"):
                        found.add(self._spec(resource))
                    else:
                        found.add(self._target(each.items[2]))
        return found

    def _target(self, value: Value) -> str:
        if isinstance(value, RubyString) and value.unknown is None:
            return value.text
        if isinstance(value, RubyHash) and len(value.entries) == 1:
            ((kind, name),) = value.pairs()
            if isinstance(kind, Symbol) and isinstance(name, RubyString):
                return f"{kind.name}[{name.text}]"
        if isinstance(value, RubyObject) and isinstance(value.data, ResourceData):
            return self._spec(value)
        return "?"

    def _spec(self, resource: RubyObject) -> str:
        try:
            return f"{resource.data.kind}[{self.runtime.to_s(resource.data.name)}]"
        except (UnknownMetError, RubyError):
            return "?"

    def _is_notified(self, resource: RubyObject) -> bool:
        return "?" in self.notified or self._spec(resource) in self.notified

    def _passes(self, resource: RubyObject) -> bool | None:
        """Whether its guards let it run; None where nobody knows."""
        guards = resource.variables.get(GUARDS)
        unsure = False
        for each in guards.items if isinstance(guards, RubyArray) else []:
            guard = each.data
            assert isinstance(guard, Guard)
            if guard.block is None:
                unsure = True
                continue
            value = guard.block.call([], None, NO_SELF)
            if isinstance(value, Unknown):
                unsure = True
            elif (value is not None and value is not False) == guard.negated:
                return False
        return None if unsure or (isinstance(guards, RubyArray) and guards.unknown) else True

    # -- blocks and custom resources

    def _run_block(self, resource: RubyObject, *, maybe: bool) -> None:
        block = resource.variables.get("@block")
        if not isinstance(block, RubyProc):
            return
        if not maybe:
            block.call([], None, NO_SELF)
            return
        cause = unsupported("whether the ruby_block runs is not known").unknown
        self.runtime.worlds.fork(
            self.runtime.frame,
            cause,
            [lambda frame: None, lambda frame: block.call([], None, NO_SELF)],
        )

    def _run_custom(self, resource: RubyObject, actions: list[str], *, maybe: bool) -> None:
        """Runs a custom resource's code; where that cannot be, the attributes that it names are lost."""
        kind = resource.data.kind
        before = dict(self.files), set(self.notified), list(self.idle)
        cause = self.actions.run(resource, actions, maybe=maybe)
        if cause is None:
            return
        self.files, self.notified, self.idle = before
        self.untold.setdefault(kind, cause)
        self._touch(kind, set())

    def _touch(self, kind: str, seen: set[str]) -> None:
        """What the files of a custom resource write by name, and those of the resources that they name."""
        seen.add(kind)
        for path in self.custom[kind]:
            content = self.repository.text(path)
            if not isinstance(content, bytes):
                continue
            cause = unsupported(f"the custom resource in {path} may set it").unknown
            lose(self.evaluation, _written_by_node(content), cause)
            for other in self.custom:
                if other not in seen and other.encode() in content:
                    self._touch(other, seen)

    # -- files

    def _write(self, resource: RubyObject, actions: list[str], *, maybe: bool) -> None:
        if not _WRITING.intersection(actions):
            if "delete" in actions and not maybe:
                path, known = self.making.path(resource)
                if known:
                    self._settle(path, None)
            return
        try:
            made = self.making.file(resource, maybe=maybe)
        except RubyError:
            if not maybe and self.making.property_of(resource, "ignore_failure") is None:
                raise
            made = self.making.gap(
                resource, unsupported("the file's content raises an error").unknown, maybe=maybe
            )
        self._settle(made.path, made)

    def _settle(self, path: str, made: RenderedFile | None) -> None:
        if self.outcomes is not None:
            self.outcomes.append((path, made))
        self.settle(path, made)

    def settle(self, path: str, made: RenderedFile | None) -> None:
        """A file is written, or removed where it is None: the last one counts, if it is sure."""
        before = self.files.pop(path, None)
        if made is None:
            return
        if before is not None and made.maybe:
            reason = f"two resources may write {path}"
            made = file_gap(made, unsupported(reason).unknown)
        self.files[path] = made


def _candidates(value: Value) -> list[RubyObject]:
    if isinstance(value, RubyObject):
        return [value]
    if isinstance(value, Unknown):
        return [each.value for each in value.candidates if isinstance(each.value, RubyObject)]
    return []


def _written_by_node(text: bytes) -> set[tuple[str, ...]]:
    """What a resource's code writes: only through `node`, whatever else is called `default` in it."""
    return touched_paths(text) if _NODE_LEVEL.search(text) is not None else set()
