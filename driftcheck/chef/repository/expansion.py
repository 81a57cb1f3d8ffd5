"""A run list expanded: its recipes and roles in Chef's order, and the attributes of its roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from driftcheck.chef.precedence import merge_over
from driftcheck.chef.repository.documents import Document, texts
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.evaluation import Stop
from driftcheck.chef.ruby.values import RubyHash, RubyString
from driftcheck.model.facts import Unknown, UnknownKind, missing

MAX_ITEMS = 10_000
_ITEM = re.compile(r"(recipe|role)\[([^\]@]+)(?:@([^\]]*))?\]|([^\[\]@]+)(?:@(.*))?")


@dataclass(kw_only=True, slots=True)
class Expansion:
    """`recipes`: cookbook and recipe; `versions`: cookbook → the version that a run list asks for.

    `default` and `override` are the roles' attributes merged. `problems`: why recipes or roles may be missing
    from it; `missing_roles`: roles that are not in the repository; `stop`: the error that a role raises.
    """

    environment: str
    recipes: list[tuple[str, str]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    default: RubyHash = field(default_factory=RubyHash)
    override: RubyHash = field(default_factory=RubyHash)
    missing_roles: list[str] = field(default_factory=list)
    problems: list[Unknown] = field(default_factory=list)
    stop: Stop | None = None
    applied: list[Document] = field(default_factory=list)
    """The roles in the order in which their attributes are laid over each other."""

    def names(self) -> list[str]:
        """The recipes as Chef lists them: `kafka`, `kafka::broker`."""
        return [name if recipe == "default" else f"{name}::{recipe}" for name, recipe in self.recipes]


def expand(
    repository: ChefRepository, run_list: Sequence[str], environment: str, *, nil_wins: bool = True
) -> Expansion:
    """Expands a run list, depth first; each role and each recipe counts once.

    A role's own run list comes first, then its attributes are laid over what there is (a role beats the
    roles that it includes).
    """
    made = Expansion(environment=environment)
    _expand(repository, made, run_list, nil_wins=nil_wins, depth=0)
    return made


def parse_item(item: str) -> tuple[str, str, str | None] | None:
    """Kind (`recipe`, `role`), name and version of a run list's item; None for what is none."""
    found = _ITEM.fullmatch(item.strip())
    if found is None:
        return None
    if found[1] is not None:
        return found[1], found[2], found[3]
    return "recipe", found[4], found[5]


def recipe_name(text: str) -> tuple[str, str]:
    """`kafka::broker` → (`kafka`, `broker`)."""
    cookbook, _, recipe = text.partition("::")
    return cookbook, recipe or "default"


def _expand(
    repository: ChefRepository, made: Expansion, items: Sequence[str], *, nil_wins: bool, depth: int
) -> None:
    for item in items:
        if len(made.recipes) + len(made.roles) > MAX_ITEMS or depth > 100:
            made.problems.append(missing("the run list is too long"))
            return
        parsed = parse_item(item)
        if parsed is None:
            made.problems.append(Unknown(kind=UnknownKind.FAULT, reason=f"`{item}` is no item of a run list"))
            continue
        kind, name, version = parsed
        if kind == "recipe":
            _add_recipe(made, name, version)
        elif name not in made.roles:
            made.roles.append(name)
            _add_role(repository, made, name, nil_wins=nil_wins, depth=depth)
        if made.stop is not None:
            return


def _add_recipe(made: Expansion, name: str, version: str | None) -> None:
    pair = recipe_name(name)
    if pair not in made.recipes:
        made.recipes.append(pair)
    if version is not None:
        made.versions[pair[0]] = version


def _add_role(repository: ChefRepository, made: Expansion, name: str, *, nil_wins: bool, depth: int) -> None:
    role = repository.role(name)
    if role is None:
        made.missing_roles.append(name)
        return
    if role.stop is not None:
        made.stop = role.stop
        return
    if role.problem is not None:
        made.problems.append(role.problem)
    run_list = run_list_of(role, made.environment)
    if isinstance(run_list, Unknown):
        made.problems.append(run_list)
    else:
        _expand(repository, made, run_list, nil_wins=nil_wins, depth=depth + 1)
    made.applied.append(role)
    made.default = _with(made.default, role, "default_attributes", nil_wins=nil_wins)
    made.override = _with(made.override, role, "override_attributes", nil_wins=nil_wins)


def _with(below: RubyHash, role: Document, key: str, *, nil_wins: bool) -> RubyHash:
    above = role.values.get(key)
    if isinstance(above, (RubyHash, Unknown)):
        merged = merge_over(below, above, nil_wins=nil_wins)
        return merged if isinstance(merged, RubyHash) else below
    return below


def run_list_of(role: Document, environment: str) -> tuple[str, ...] | Unknown:
    """A role's run list in an environment: its own there, else that of all others."""
    own = role.values.get("env_run_lists")
    if isinstance(own, RubyHash):
        found = own.get(RubyString(environment))
        if found is not None:
            return texts(found)
    return texts(role.values.get("run_list", role.values.get("recipes")))
