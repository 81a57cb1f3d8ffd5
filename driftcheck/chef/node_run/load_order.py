"""Which cookbooks a run loads, in Chef's order, and which of them the repository lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from driftcheck.chef.repository.constraints import satisfies
from driftcheck.chef.repository.cookbook import Cookbook
from driftcheck.chef.repository.repository import ChefRepository


@dataclass(kw_only=True, slots=True)
class LoadOrder:
    """`cookbooks`: each after its dependencies. `missing`: named, and not in the repository, in that order.

    `conflicts`: constraints that the repository's cookbooks do not meet, in words.
    """

    cookbooks: list[Cookbook] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """All of them, missing ones too."""


def load_order(
    repository: ChefRepository, names: Iterable[str], constraints: Iterable[tuple[str, str]] = ()
) -> LoadOrder:
    """Depth first in run-list order, a cookbook's dependencies in the order of their names.

    `constraints` are those of the environment and the run list: cookbook and constraint.
    """
    made = LoadOrder()
    seen: set[str] = set()
    stack: list[tuple[str, bool]] = [(name, False) for name in reversed(list(names))]
    asked = list(constraints)
    while stack:
        name, done = stack.pop()
        cookbook = repository.cookbooks.get(name)
        if done:
            made.names.append(name)
            if cookbook is not None:
                made.cookbooks.append(cookbook)
            continue
        if name in seen:
            continue
        seen.add(name)
        stack.append((name, True))
        if cookbook is None:
            made.missing.append(name)
            continue
        asked += [(each, constraint) for each, constraint in cookbook.dependencies.items()]
        stack += [(each, False) for each in sorted(cookbook.dependencies, reverse=True)]
    for name, constraint in asked:
        cookbook = repository.cookbooks.get(name)
        if cookbook is not None and name in seen and satisfies(cookbook.version, constraint) is False:
            made.conflicts.append(f"{name} {cookbook.version} does not meet `{constraint}`")
    return made
