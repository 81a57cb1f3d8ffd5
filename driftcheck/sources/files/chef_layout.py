"""Where a tree keeps its node objects, roles and cookbooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from driftcheck.chef.cookbooks import FOLDERS, Cookbooks, find_cookbooks
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.tree import Tree, stem_of
from driftcheck.sources.files.tree_paths import outer_parts

MAX_DEPTH = 3
"""A Chef repository lies at the tree's root or one folder down: `repo/nodes/x.json` has three parts."""

_COOKBOOKS = tuple(folder.rpartition("/")[2] for folder in FOLDERS)
_FOLDERS_OF_FOLDERS = frozenset({*_COOKBOOKS, "data_bags"})
_HELD = {
    **dict.fromkeys(_COOKBOOKS, "cookbook"),
    "data_bags": "data bag",
    "environments": "environment",
    "nodes": "node object",
    "roles": "role",
}
"""What lies in a folder of this name."""

_NAME = rb"""(?m)^[ \t]*"?name"?[ \t]*[(:]?[ \t]*['"]([A-Za-z0-9_.-]{1,200})['"]"""


@frozen
class ChefTree:
    """A tree with the paths that matter to Chef.

    `nodes`: node objects; `roles`: role name → its JSON file, else its Ruby file. `hidden`: folders of Chef's
    that were not entered (links to folders, and what cannot be listed), with what they hide.
    """

    tree: Tree
    nodes: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    roles: dict[str, str]
    cookbooks: Cookbooks


def chef_tree(tree: Tree) -> ChefTree:
    paths = list(tree.list())
    outer = outer_parts(tree)
    roles: dict[str, str] = {}
    for suffix in (".rb", ".json"):  # JSON last: it can be expanded
        for path in _in_folder(paths, outer, "roles", suffix):
            roles[stem_of(path)] = path
    return ChefTree(
        tree=tree,
        nodes=tuple(_in_folder(paths, outer, "nodes", ".json")),
        hidden=tuple(_hidden(tree, paths)),
        roles=roles,
        cookbooks=find_cookbooks(paths, own_name=_own_cookbook(tree, paths, outer)),
    )


def has_nodes(tree: Tree) -> bool:
    """Whether the tree holds any node object, or a `nodes` folder that could not be listed."""
    paths = list(tree.list())
    named = any(_is_shallow(path) and path.rpartition("/")[2] == "nodes" for path in paths)
    return named or bool(_in_folder(paths, outer_parts(tree), "nodes", ".json"))


def _hidden(tree: Tree, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Path and what it hides: what stands where a folder is expected, and is no file that can be read."""
    for path in paths:
        if not _is_shallow(path):
            continue
        folder, _, name = path.rpartition("/")
        holder = folder.rpartition("/")[2]
        if name in _HELD:
            hides = f"the {_HELD[name]}s in it"
        elif holder in _FOLDERS_OF_FOLDERS:
            hides = f"the {_HELD[holder]} {name}"
        else:
            continue
        if name == "nodes" or isinstance(tree.modified(path), Unknown):
            yield path, hides


def _is_shallow(path: str) -> bool:
    return path.count("/") < MAX_DEPTH


def _in_folder(paths: Sequence[str], outer: tuple[str, ...], folder: str, suffix: str) -> list[str]:
    """Files of this suffix directly in such a folder; the tree itself may be that folder."""
    found = []
    for path in paths:
        if path.endswith(suffix) and _is_shallow(path):
            parts = path.split("/")
            parent = parts[-2] if len(parts) > 1 else outer[-1] if outer else ""
            if parent == folder:
                found.append(path)
    return found


def _own_cookbook(tree: Tree, paths: Sequence[str], outer: tuple[str, ...]) -> str | None:
    """The cookbook's name, if the tree is a single cookbook: by its metadata, else by its folder."""
    for metadata in ("metadata.rb", "metadata.json"):
        if metadata in paths:
            content = tree.read(metadata)
            match = re.search(_NAME, content) if isinstance(content, bytes) else None
            if match is not None:
                return match[1].decode()
            return outer[-1] if outer else "."
    return None
