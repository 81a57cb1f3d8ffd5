"""Which files of a tree are whose: cookbooks' folders, roles, environments, nodes, data bags, policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from driftcheck.chef.cookbooks import FOLDERS
from driftcheck.model.frozen import frozen
from driftcheck.model.tree import stem_of

METADATA = ("metadata.json", "metadata.rb")
POLICY_LOCK = "Policyfile.lock.json"
_STRENGTH = {
    folder: rank for rank, folder in enumerate(("vendor/cookbooks", "berks-cookbooks", *FOLDERS[:2]))
}
"""Of two folders that hold a cookbook of one name the later one counts, as in `cookbook_path`."""


@frozen
class Layout:
    """`cookbooks`: a cookbook's folder (\"\" for the tree itself) → its files, relative to it, sorted.

    `roles`, `environments` and `nodes`: name → path. `data_bags`: bag → item → path. `policy`: the path of
    `Policyfile.lock.json`.
    """

    cookbooks: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, str]
    environments: Mapping[str, str]
    nodes: Mapping[str, str]
    data_bags: Mapping[str, Mapping[str, str]]
    policy: str | None


def layout_of(paths: Iterable[str]) -> Layout:
    """Sorts a tree's paths. The repository is at the tree's root or, if no cookbook is, one folder down."""
    every = sorted(paths)
    own = any(name in every for name in METADATA)
    starts = (0,) if own else (0, 1)
    cookbooks = _cookbooks(every, starts)
    if own:
        cookbooks[""] = tuple(path for path in every if not path.startswith(_BESIDES))
    bags: dict[str, dict[str, str]] = {}
    for inner, path in _below(every, "data_bags", starts):
        parts = inner.split("/")
        if len(parts) == 2 and path.endswith(".json"):
            bags.setdefault(parts[0], {})[parts[1].removesuffix(".json")] = path
    policies = [path for path in every if path.rpartition("/")[2] == POLICY_LOCK and path.count("/") < 2]
    return Layout(
        cookbooks=cookbooks,
        roles=_documents(every, "roles", starts, (".rb", ".json")),
        environments=_documents(every, "environments", starts, (".rb", ".json")),
        nodes=_documents(every, "nodes", starts, (".json",)),
        data_bags=bags,
        policy=min(policies, key=lambda path: (path.count("/"), path), default=None),
    )


_BESIDES = ("test/", "spec/", "examples/", ".git/")
"""Folders of a cookbook that Chef never loads."""


def _cookbooks(paths: list[str], starts: tuple[int, ...]) -> dict[str, tuple[str, ...]]:
    """By folder, the weaker `cookbook_path` first."""
    found: dict[str, list[str]] = {}
    for folder in sorted(_STRENGTH, key=lambda name: _STRENGTH[name]):
        for inner, path in _below(paths, folder, starts):
            _, slash, rest = inner.partition("/")
            if slash:
                found.setdefault(path.removesuffix(f"/{rest}"), []).append(rest)
    return {root: tuple(files) for root, files in found.items()}


def _below(paths: list[str], folder: str, starts: tuple[int, ...]) -> Iterable[tuple[str, str]]:
    """The paths below such a folder: relative to it, and whole."""
    words = folder.split("/")
    for path in paths:
        parts = path.split("/")
        for start in starts:
            end = start + len(words)
            if parts[start:end] == words and len(parts) > end and parts[0] not in ("test", "spec"):
                yield "/".join(parts[end:]), path
                break


def _documents(
    paths: list[str], folder: str, starts: tuple[int, ...], suffixes: tuple[str, ...]
) -> dict[str, str]:
    """By name; of several suffixes the later one counts."""
    found: dict[str, str] = {}
    for suffix in suffixes:
        for _, path in _below(paths, folder, starts):
            if path.endswith(suffix):
                found[stem_of(path)] = path
    return found
