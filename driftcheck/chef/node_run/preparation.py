"""What a run needs before its first file: the expanded run list, the cookbooks, the node with its levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.chef.node_run.load_order import LoadOrder, load_order
from driftcheck.chef.node_run.machine_keys import OHAI_KEYS
from driftcheck.chef.node_run.subject import RunSubject
from driftcheck.chef.node_run.tolerance import TolerantEvaluation
from driftcheck.chef.precedence import merge_over
from driftcheck.chef.repository.documents import Document, text_map
from driftcheck.chef.repository.expansion import Expansion, expand
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import AttributeEvaluation, Stop, expanded, node_state
from driftcheck.chef.ruby.json_values import pointers, ruby_value
from driftcheck.chef.ruby.marks import Mark
from driftcheck.chef.ruby.mashes import VividMash, copy_string, vivid_value
from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString
from driftcheck.model.facts import Unknown, UnknownKind

CHEF_GUID = RubyString("chef_guid", frozen=True)


class Preparation:
    """What is known of a run before it begins.

    `stop` is the error that ends it there; `gaps` and `assumed` are those of the run.
    """

    def __init__(self, repository: ChefRepository, subject: RunSubject, *, nil_wins: bool) -> None:
        self.repository = repository
        self.subject = subject
        self.nil_wins = nil_wins
        self.stop: Stop | None = None
        self.gaps: list[Unknown] = []
        self.assumed: list[str] = []
        self.environment = subject.policy_group if self._policy() is not None else subject.environment
        self.expansion = self._expansion()
        self.environment_document = self._environment()
        self.order = self._order()

    def newcomer(self) -> dict[str, Any] | None:
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
            return self.repository.once(
                "policy", self.environment, self.nil_wins, work=lambda: self._policy_expansion(policy)
            )
        run_list = self.subject.run_list
        if run_list is None:
            self.gaps.append(_missing(f"the node {self.subject.name} has no run list"))
        run_list, environment = tuple(run_list or ()), self.environment or "_default"
        made = self.repository.once(
            "expansion", run_list, environment, self.nil_wins,
            work=lambda: expand(self.repository, run_list, environment, nil_wins=self.nil_wins),
        )  # fmt: skip
        self.gaps.extend(made.problems)
        if made.stop is not None:
            self.stop = made.stop
        for role in made.missing_roles:
            if self.repository.local_mode:
                self.stop = Stop(class_name="Chef::Exceptions::MissingRole", message=role, place=None)
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
                self.stop = self.stop or Stop(
                    class_name="Net::HTTPClientException", message='404 "Not Found"', place=None
                )
            self.gaps.append(_missing(f"the repository does not hold the environment {self.environment}"))
        elif found.stop is not None:
            self.stop = self.stop or found.stop
        elif found.problem is not None:
            self.gaps.append(found.problem)
        return found

    def _order(self) -> LoadOrder:
        values = {} if self.environment_document is None else self.environment_document.values
        constraints = list(text_map(values.get("cookbook_versions")).items())
        constraints += [(name, f"= {version}") for name, version in self.expansion.versions.items()]
        cookbooks = tuple(name for name, _ in self.expansion.recipes)
        made = self.repository.once(
            "order", cookbooks, *constraints, work=lambda: load_order(self.repository, cookbooks, constraints)
        )
        for name in made.missing:
            self.gaps.append(_missing(f"the repository does not hold the cookbook {name}"))
            self.assumed.append(
                f"the cookbook {name}, which is not there, sets only default attributes under `{name}`"
            )
        self.gaps += [cookbook.problem for cookbook in made.cookbooks if cookbook.problem is not None]
        if self.repository.local_mode and (made.missing or made.conflicts):
            names = ", ".join([*made.missing, *made.conflicts])
            self.stop = self.stop or Stop(
                class_name="Net::HTTPClientException",
                message=f'412 "Precondition Failed": {names}',
                place=None,
            )
        elif made.conflicts:
            self.gaps += [_missing(f"of another version than asked for: {text}") for text in made.conflicts]
        return made

    def evaluation(self, steps: int) -> TolerantEvaluation:
        subject = self.subject
        machine = subject.machine()
        automatic = expanded(
            machine or {},
            name=subject.name,
            environment=self.environment or "_default",
            recipes=self.expansion.recipes,
            roles=self.expansion.roles,
            versions=self.expansion.versions,
        )
        automatic.update(self._added())
        if self._policy() is not None:
            del automatic["expanded_run_list"]
        state = node_state(
            {"automatic": automatic, "normal": {"tags": [], **subject.normal}},
            name=subject.name,
            environment=self.environment or "_default",
            nil_wins=self.nil_wins,
            run_list=subject.run_list or (),
            places=subject.place,
        )
        state.file = subject.path
        state.levels["role_default"] = _level(self.expansion.default, state)
        state.levels["role_override"] = _level(self.expansion.override, state)
        document = self.environment_document
        for key, level in (("default_attributes", "env_default"), ("override_attributes", "env_override")):
            value = None if document is None else document.values.get(key)
            if isinstance(value, RubyHash):
                state.levels[level] = _level(value, state)
        evaluation = TolerantEvaluation(state, steps=steps, sealed=not self.order.missing)
        evaluation.fragile = evaluation.failed = self.repository.fragile
        self._mark_unknown(evaluation, machine)
        state.marks.begin(self._mark())
        return evaluation

    def _added(self) -> dict[str, Any]:
        """What else Chef sets: the versions of the run's cookbooks, and what a policy is called."""
        cookbooks = sorted(self.order.cookbooks, key=lambda cookbook: cookbook.name)
        added: dict[str, Any] = {
            "cookbooks": {cookbook.name: {"version": cookbook.version} for cookbook in cookbooks}
        }
        policy = self._policy()
        if policy is not None:
            added |= {
                "recipes": [f"{cookbook}::{recipe}" for cookbook, recipe in self.expansion.recipes],
                "policy_name": self.subject.policy_name,
                "policy_group": self.subject.policy_group,
                "policy_revision": policy.get("revision_id"),
            }
        return added

    def _mark(self) -> Mark:
        """What all nodes have in common whose levels begin with the same documents."""
        documents = self.expansion, self.environment_document
        made, _ = self.repository.once(
            "mark", *map(id, documents), self.environment, *self.order.missing,
            work=lambda: (Mark(), documents),
        )  # fmt: skip
        return made

    def _mark_unknown(self, evaluation: AttributeEvaluation, machine: Mapping[str, Any] | None) -> None:
        """What nobody has said: the machine of a node that never ran, missing cookbooks and roles."""
        levels = evaluation.state.levels
        if levels["automatic"].get(CHEF_GUID) is None:
            levels["automatic"].put(CHEF_GUID, _missing("nothing is known of the machine's chef_guid"))
        for key in OHAI_KEYS if machine is None else self.subject.unseen:
            cause = _missing(f"nothing is known of the machine's {key}")
            levels["automatic"].put(RubyString(key, frozen=True), cause)
            evaluation.runtime.met_unknown = True
        cookbooks = levels["automatic"].get(RubyString("cookbooks"))
        for name in self.order.missing:
            cookbooks.put(
                RubyString(name, frozen=True), _missing(f"the repository does not hold the cookbook {name}")
            )
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
            made.entries[key] = type(entry)(
                entry.key, _copied(entry.value), entry.place, maybe=bool(entry.maybe)
            )
        return made
    if isinstance(value, RubyArray):
        array = RubyArray(_copied(item) for item in value.items)
        array.unknown = value.unknown
        return array
    return value
