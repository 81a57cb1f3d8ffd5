"""The values that Chef's search index would hold of a node, for the fields that a query names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.node_object import NodeObject
from driftcheck.chef.run_list import run_list_items, saved_roles
from driftcheck.chef.values import ruby_text
from driftcheck.model.facts import Fact, Known

MAX_DEPTH = 60

ITEM_FIELDS = frozenset(
    [
        "name",
        "node",
        "run_list",
        "role",
        "recipe",
        "roles",
        "recipes",
        "chef_environment",
        "policy_name",
        "policy_group",
    ]
)
"""The fields that are not looked for among the attributes."""


def search_fields(
    node: NodeObject, recipes: Fact[tuple[str, ...]], wanted: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Values by field name, as Chef indexes a node: nested keys joined by `_`, and each last key alone.

    Dots between the keys are understood too. `role` and `recipe` are the run list's own items, `roles` and
    `recipes` the expanded ones. A field without a value is left out.
    """
    fields = sorted(set(wanted))
    if not fields:
        return {}
    run_list = node.run_list.value if isinstance(node.run_list, Known) else ()
    special: dict[str, tuple[str, ...]] = {
        "name": (node.name,),
        "node": (node.name,),
        "run_list": run_list,
        "role": run_list_items(run_list, "role"),
        "recipe": run_list_items(run_list, "recipe"),
        "roles": saved_roles(node.automatic) or run_list_items(run_list, "role"),
        "recipes": recipes.value if isinstance(recipes, Known) else (),
        "chef_environment": _one(node.environment),
        "policy_name": _one(node.policy_name),
        "policy_group": _one(node.policy_group),
    }
    items = {field: tuple(dict.fromkeys(special.get(field, ()))) for field in fields}
    nested = attribute_values(node.attributes, (field for field in fields if field not in ITEM_FIELDS))
    found = {**items, **nested}
    return {field: values for field, values in found.items() if values}


def attribute_values(attributes: Attributes, fields: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of the fields that name attributes those that have values."""
    found: dict[str, dict[str, None]] = {field: {} for field in fields}
    if found:
        for path, text in _leaves(attributes, ()):
            for name in ("_".join(path), ".".join(path), path[-1]):
                if name in found:
                    found[name][text] = None
    return {field: tuple(values) for field, values in found.items() if values}


def _one(fact: Fact[str]) -> tuple[str, ...]:
    return (fact.value,) if isinstance(fact, Known) else ()


def _leaves(hash_: Attributes, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every value with its keys; a hash counts its keys among its own values, as Chef's index does."""
    for key in hash_.keys():  # noqa: SIM118 (not a mapping)
        if path:
            yield path, key
        inner = hash_.child(key)
        here = (*path, key)
        if isinstance(inner, Attributes):
            if len(here) < MAX_DEPTH:
                yield from _leaves(inner, here)
        elif isinstance(inner, Known):
            for text in _texts(inner.value):
                yield here, text


def _texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        text = None if isinstance(item, list) else ruby_text(item)
        if text is not None:
            yield text
