"""A node's whole run: what it loads, what its attributes are after each phase, what files it writes."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from driftcheck.chef.node_run.converging import Converging
from driftcheck.chef.node_run.load_order import LoadOrder, load_order
from driftcheck.chef.node_run.machine_keys import OHAI_KEYS
from driftcheck.chef.node_run.recipe_loading import RecipeLoading
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.searches import Searches
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.node_run.tolerance import TolerantEvaluation
from driftcheck.chef.precedence import merge_over
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.documents import Document, text_map
from driftcheck.chef.repository.expansion import Expansion, expand
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.core import MAX_STEPS
from driftcheck.chef.ruby.evaluation import (
    AttributeEvaluation,
    AttributeFile,
    Stop,
    expanded,
    node_state,
)
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.json_values import pointers, ruby_value
from driftcheck.chef.ruby.mashes import VividMash, copy_string, vivid_value
from driftcheck.chef.ruby.plain import Plain, UnknownLeaf
from driftcheck.chef.ruby.recipes import chef_names
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyHash,
    RubyObject,
    RubyProc,
    RubyString,
    UnknownMetError,
    Value,
)
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen

NIL_WINS_SINCE = 15
_NAMES = re.compile(rb"^\s*(?:resource_name|provides|define)[ (]+:?['\"]?(\w+)", re.MULTILINE)
_CLASS_NAMES = re.compile(rb"\b(?:resource_name|provides)[ (]+:?['\"]?(\w+)")


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
    ) -> None:
        self.repository = repository
        self.subject = subject
        self.nil_wins = chef_version >= NIL_WINS_SINCE
        self.early_stop: Stop | None = None
        self.gaps: list[Unknown] = []
        self.assumed: list[str] = []
        self.environment = subject.policy_group if self._policy() is not None else subject.environment
        self.expansion = self._expansion()
        self.order = self._order()
        self.searches = searches or Searches(repository, self._newcomer())
        self.evaluation = self._evaluation(steps)
        self.loading: RecipeLoading | None = None
        self.converging: Converging | None = None
        self.phase = Phase.ATTRIBUTES
        """The last phase that was begun."""

    @property
    def stop(self) -> Stop | None:
        """Where chef-client would stop."""
        return self.early_stop or self.evaluation.stop

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
        if self.early_stop is None:
            self._load_attributes()
        if until is not Phase.ATTRIBUTES and self.stop is None:
            self.phase = Phase.COMPILE
            self._compile()
        if until is Phase.CONVERGE and self.stop is None:
            self.phase = Phase.CONVERGE
            self._converge()
        return self

    def merged(self) -> MergedAttributes:
        """The attributes as they are now."""
        if self.stop is not None:
            return MergedAttributes(known=None, unknown=())
        plain = Plain(self.evaluation.runtime)
        known = plain.value(self.evaluation.state.all(without="automatic"))
        if known.get("tags") == []:
            del known["tags"]  # Chef makes the empty list; nobody set it
        return MergedAttributes(known=known, unknown=tuple(plain.unknown))

    # -- what is loaded

    def _newcomer(self) -> dict[str, Any] | None:
        """The object that the node will be saved as, if it is not saved yet."""
        subject = self.subject
        if subject.path is not None:
            return None
        recipes = {"recipes": self.expansion.names(), "roles": self.expansion.roles}
        return {
            "name": subject.name,
            "chef_environment": self.environment or "_default",
            "run_list": list(subject.run_list or ()),
            "normal": dict(subject.normal),
            "automatic": {**(subject.machine() or {}), **recipes},
        }

    def _policy(self) -> Mapping[str, Any] | None:
        """The policy's lock, if the node is under it."""
        lock = self.repository.policy
        if not isinstance(lock, Mapping) or self.subject.policy_group is None:
            return None
        return lock if lock.get("name") == self.subject.policy_name else None

    def _expansion(self) -> Expansion:
        policy = self._policy()
        if policy is not None:
            return self._policy_expansion(policy)
        run_list = self.subject.run_list
        if run_list is None:
            self.gaps.append(_missing(f"the node {self.subject.name} has no run list"))
        made = expand(self.repository, run_list or (), self.environment or "_default", nil_wins=self.nil_wins)
        self.gaps.extend(made.problems)
        if made.stop is not None:
            self.early_stop = made.stop
        for role in made.missing_roles:
            if self.repository.local_mode:
                self.early_stop = Stop(class_name="Chef::Exceptions::MissingRole", message=role, place=None)
            self.gaps.append(_missing(f"the repository does not hold the role {role}"))
        return made

    def _policy_expansion(self, policy: Mapping[str, Any]) -> Expansion:
        items = policy.get("run_list")
        run_list = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
        made = expand(self.repository, run_list, self.environment or "_default")
        path = self.repository.layout.policy or ""
        for key in ("default", "override"):
            data = policy.get(f"{key}_attributes")
            value = ruby_value(data, place=pointers(path, f"/{key}_attributes"))
            if isinstance(value, RubyHash):
                own = value.get(RubyString(self.environment or ""))
                merged = (
                    merge_over(value, own, nil_wins=self.nil_wins) if isinstance(own, RubyHash) else value
                )
                setattr(made, key, merged)
        return made

    def _environment(self) -> Document | None:
        if self._policy() is not None or self.environment in (None, "_default"):
            return None
        found = self.repository.environment(self.environment or "")
        if found is None:
            if self.repository.local_mode:
                self.early_stop = Stop(
                    class_name="Net::HTTPClientException", message='404 "Not Found"', place=None
                )
            self.gaps.append(_missing(f"the repository does not hold the environment {self.environment}"))
        elif found.stop is not None:
            self.early_stop = self.early_stop or found.stop
        elif found.problem is not None:
            self.gaps.append(found.problem)
        return found

    def _order(self) -> LoadOrder:
        self.environment_document = self._environment()
        values = {} if self.environment_document is None else self.environment_document.values
        constraints = list(text_map(values.get("cookbook_versions")).items())
        constraints += [(name, f"= {version}") for name, version in self.expansion.versions.items()]
        made = load_order(self.repository, (name for name, _ in self.expansion.recipes), constraints)
        for name in made.missing:
            self.gaps.append(_missing(f"the repository does not hold the cookbook {name}"))
            self.assumed.append(
                f"the cookbook {name}, which is not there, sets only default attributes under `{name}`"
            )
        self.gaps += [cookbook.problem for cookbook in made.cookbooks if cookbook.problem is not None]
        if self.repository.local_mode and (made.missing or made.conflicts):
            names = ", ".join([*made.missing, *made.conflicts])
            self.early_stop = self.early_stop or Stop(
                class_name="Net::HTTPClientException",
                message=f'412 "Precondition Failed": {names}',
                place=None,
            )
        elif made.conflicts:
            self.gaps += [_missing(f"of another version than asked for: {text}") for text in made.conflicts]
        return made

    def _evaluation(self, steps: int) -> TolerantEvaluation:
        subject = self.subject
        machine = subject.machine()
        automatic = expanded(
            machine or {},
            name=subject.name,
            environment=self.environment or "_default",
            recipes=self.expansion.recipes,
            roles=self.expansion.roles,
        )
        state = node_state(
            {"automatic": automatic, "normal": subject.normal},
            name=subject.name,
            environment=self.environment or "_default",
            nil_wins=self.nil_wins,
            run_list=subject.run_list or (),
            places=subject.place,
        )
        state.levels["role_default"] = _level(self.expansion.default, state)
        state.levels["role_override"] = _level(self.expansion.override, state)
        document = self.environment_document
        for key, level in (("default_attributes", "env_default"), ("override_attributes", "env_override")):
            value = None if document is None else document.values.get(key)
            if isinstance(value, RubyHash):
                state.levels[level] = _level(value, state)
        evaluation = TolerantEvaluation(state, steps=steps, sealed=not self.order.missing)
        self._mark_unknown(evaluation, machine)
        return evaluation

    def _mark_unknown(self, evaluation: AttributeEvaluation, machine: Mapping[str, Any] | None) -> None:
        """What nobody has said: the machine of a node that never ran, missing cookbooks and roles."""
        levels = evaluation.state.levels
        for key in OHAI_KEYS if machine is None else self.subject.unseen:
            cause = _missing(f"nothing is known of the machine's {key}")
            levels["automatic"].put(RubyString(key, frozen=True), cause)
            evaluation.runtime.met_unknown = True
        for name in self.order.missing:
            mash = VividMash((), evaluation.state)
            mash.unknown = _missing(f"the repository does not hold the cookbook {name}")
            levels["default"].put(RubyString(name, frozen=True), mash)
            evaluation.runtime.met_unknown = True
        unread: list[tuple[str, list[Unknown]]] = [
            ("role", [*self.expansion.problems, *map(_missing_role, self.expansion.missing_roles)]),
        ]
        document = self.environment_document
        if self.environment not in (None, "_default") and self._policy() is None:
            if document is None:
                unread.append(
                    ("env", [_missing(f"the repository does not hold the environment {self.environment}")])
                )
            elif document.problem is not None:
                unread.append(("env", [document.problem]))
        for prefix, causes in unread:
            for cause in causes[:1]:
                evaluation.runtime.met_unknown = True
                for level in ("default", "override"):
                    levels[f"{prefix}_{level}"].unknown = cause

    # -- the phases

    def _load_attributes(self) -> None:
        self._load_libraries()
        known = frozenset(self.order.missing)
        include = self.evaluation.runtime.include_attribute

        def include_attribute(spec: str) -> None:
            if spec.partition("::")[0] not in known:
                include(spec)

        self.evaluation.runtime.include_attribute = include_attribute
        files = [file for cookbook in self.order.cookbooks for file in self._attribute_files(cookbook)]
        self.evaluation.run(files)
        self.gaps += self.evaluation.untold

    def _attribute_files(self, cookbook: Cookbook) -> list[AttributeFile]:
        made = []
        for name, file in cookbook.attribute_files().items():
            path = cookbook.path(file)
            content = self.repository.text(path)
            if isinstance(content, Unknown):
                self.gaps.append(content)
                mash = self.evaluation.state.levels["default"]
                mash.unknown = mash.unknown or content
                continue
            made.append(AttributeFile(cookbook=cookbook.name, name=name, text=content, path=path))
        return made

    def _load_libraries(self) -> None:
        """Libraries define modules and classes; one that is not understood leaves names open."""
        runtime = self.evaluation.runtime
        main = RubyObject(runtime.object_class)
        runtime.lookup.singletons[id(main)] = {"include": RubyProc(_include(runtime))}
        runtime.reachable.append(main)
        for cookbook in self.order.cookbooks:
            for file in cookbook.libraries():
                path = cookbook.path(file)
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

    def _open(self, reason: str, path: str) -> None:
        runtime = self.evaluation.runtime
        runtime.sealed = False
        runtime.depth = 0
        self.gaps.append(
            Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the library {path} is not evaluated: {reason}")
        )

    def _compile(self) -> None:
        custom = self._custom_resources()
        converging = Converging(self.repository, self.evaluation, custom)
        self.converging = converging
        self.loading = RecipeLoading(
            self.repository,
            self.searches,
            self.evaluation,
            self.order.names,
            frozenset(custom),
            converging.act,
        )
        loading = self.loading

        def load() -> None:
            self.evaluation.runtime.reads.on = True
            for cookbook, recipe in self.expansion.recipes:
                loading.include_recipe(f"{cookbook}::{recipe}", cookbook)

        self.evaluation.guarded(load)
        self.gaps += loading.absent.values()
        for query in sorted(loading.unordered):
            self.assumed.append(f"the search `{query}` gives its nodes in the order of their names")

    def _custom_resources(self) -> dict[str, tuple[str, ...]]:
        """The names of custom resources and definitions, each with the files whose code it may run."""
        found: dict[str, list[str]] = {}
        for cookbook in self.order.cookbooks:
            for file in [*cookbook.resource_files(), *cookbook.libraries()]:
                path = cookbook.path(file)
                content = self.repository.text(path)
                library = file.startswith("libraries/")
                names = set(
                    (_CLASS_NAMES if library else _NAMES).findall(content)
                    if isinstance(content, bytes)
                    else ()
                )
                words = {name.decode() for name in names}
                if not library:
                    short = file.rpartition("/")[2].removesuffix(".rb")
                    words.add(
                        short if file.startswith("definitions/") else _resource_name(cookbook.name, short)
                    )
                for word in words:
                    found.setdefault(word, []).append(path)
        own = set(chef_names()["resources"])
        return {name: tuple(paths) for name, paths in found.items() if name not in own}

    def _converge(self) -> None:
        loading, converging = self.loading, self.converging
        assert loading is not None
        assert converging is not None
        if self.evaluation.lost is None:
            self.evaluation.guarded(lambda: converging.run(loading.resources))


def _include(runtime: Runtime) -> Callable[[list[Value], RubyProc | None, Value], Value]:
    """`include` at the top of a library: every object gets the module's methods."""

    def include(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
        return runtime.send(runtime.object_class, "include", *args)

    return include


def _resource_name(cookbook: str, short: str) -> str:
    name = cookbook.replace("-", "_")
    return name if short == "default" else f"{name}_{short}"


def _missing(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.MISSING_INPUT, reason=reason)


def _missing_role(role: str) -> Unknown:
    return _missing(f"the repository does not hold the role {role}")


def _level(value: RubyHash, state: Any) -> VividMash:
    """A document's attributes as a level of this node: a copy of its own."""
    made = vivid_value(_copied(value), state)
    assert isinstance(made, VividMash)
    return made


def _copied(value: Any) -> Any:
    """Strings are copied: a node's attributes may be changed in place."""
    if isinstance(value, RubyString):
        return copy_string(value)
    if isinstance(value, RubyHash):
        made = RubyHash()
        made.unknown, made.doubt = value.unknown, value.doubt
        for key, entry in value.entries.items():
            made.entries[key] = type(entry)(entry.key, _copied(entry.value), entry.place, maybe=entry.maybe)
        return made
    if isinstance(value, RubyArray):
        array = RubyArray(_copied(item) for item in value.items)
        array.unknown = value.unknown
        return array
    return value
