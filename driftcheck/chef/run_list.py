"""A node's expanded run list: which recipes its last run had, or its run list leads to."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.node_object import NodeObject, json_type
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing

MAX_ITEMS = 10_000

RoleRunList = Callable[[str, str], Fact[tuple[str, ...]]]
"""A role's run list by the role's name and the node's environment; Unknown if the role cannot be read."""


def expanded_recipes(node: NodeObject, role_run_list: RoleRunList) -> Fact[tuple[str, ...]]:
    """The recipes as the last run saved them (`recipes`), else by expanding the run list's roles.

    A role that cannot be expanded makes the whole Unknown: its recipes could be anything.
    """
    for key in ("recipes", "expanded_run_list"):
        saved = node.automatic.child(key)
        if isinstance(saved, Known) and isinstance(saved.value, list):
            return Known(value=saved_recipes(saved.value), location=saved.location)
    if not isinstance(node.run_list, Known):
        return node.run_list
    environment = node.environment.value if isinstance(node.environment, Known) else "_default"
    return _expand(node.run_list, environment, role_run_list)


def saved_recipes(items: list[object]) -> tuple[str, ...]:
    """The recipes of a list that a run saved."""
    return tuple([_recipe_name(item) for item in items if isinstance(item, str)])


def role_of_json(document: object, role: str, environment: str) -> Fact[tuple[str, ...]]:
    """The run list that a parsed JSON role has in an environment (`env_run_lists`, else `run_list`)."""
    if not isinstance(document, dict):
        return missing(f"role[{role}] is no JSON object, it is {json_type(document)}")
    lists = document.get("env_run_lists")
    value = lists.get(environment) if isinstance(lists, dict) else None
    if value is None:
        value = document.get("run_list")
    if value is None:
        return Absent(evidence=f"role[{role}] has no run list")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return missing(f"the run list of role[{role}] is no list of strings")
    return Known(value=tuple(value))


def run_list_items(run_list: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The names of a run list's own recipes ("recipe") or roles ("role"), versions left out."""
    names = []
    for item in run_list:
        is_role = item.startswith("role[")
        if is_role == (kind == "role"):
            names.append(item[5:-1] if is_role else _recipe_name(item))
    return tuple(names)


def cookbook_of(recipe: str) -> str:
    """`kafka::broker` → `kafka`."""
    return recipe.partition("::")[0]


def _recipe_name(item: str) -> str:
    """`recipe[kafka::broker@1.2.0]` → `kafka::broker`."""
    name = item[7:-1] if item.startswith("recipe[") and item.endswith("]") else item
    return name.partition("@")[0]


def _expand(
    run_list: Known[tuple[str, ...]], environment: str, role_run_list: RoleRunList
) -> Known[tuple[str, ...]] | Unknown:
    """Depth first, each role once, as Chef does."""
    recipes: dict[str, None] = {}
    seen: set[str] = set()
    pending = list(reversed(run_list.value))
    steps = 0
    while pending:
        steps += 1
        if steps > MAX_ITEMS:
            return missing(f"the run list has more than {MAX_ITEMS} items", run_list.location)
        item = pending.pop()
        if not item.startswith("role["):
            recipes[_recipe_name(item)] = None
            continue
        role = item[5:-1]
        if role in seen:
            continue
        seen.add(role)
        inner = role_run_list(role, environment)
        if isinstance(inner, Unknown):
            return missing(inner.reason, inner.location or run_list.location)
        if isinstance(inner, Known):
            pending.extend(reversed(inner.value))
    return Known(value=tuple(recipes), location=run_list.location, derived_from=(run_list,))


def saved_roles(automatic: Attributes) -> tuple[str, ...]:
    """All roles of the last run, nested ones included (`roles`)."""
    saved = automatic.child("roles")
    if not isinstance(saved, Known) or not isinstance(saved.value, list):
        return ()
    return tuple(role for role in saved.value if isinstance(role, str))
