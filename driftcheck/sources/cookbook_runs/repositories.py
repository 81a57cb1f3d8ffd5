"""Which of the trees are Chef repositories whose nodes can be evaluated: with cookbooks and node objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from driftcheck.model.facts import Fact, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.tree import Tree
from driftcheck.sources.files.chef_layout import ChefTree, chef_tree


def repositories(trees: Iterable[Tree]) -> Iterator[tuple[Tree, tuple[str, ...]]]:
    """Each such tree with the paths of its node objects.

    Trees that hold only the one and trees that hold only the other are one repository: what is looked for
    lies in the first of them that has it.
    """
    apart: list[ChefTree] = []
    for found in map(chef_tree, trees):
        if found.nodes and found.cookbooks.names:
            yield found.tree, found.nodes
        elif found.nodes or found.cookbooks.names or found.roles:
            apart.append(found)
    nodes = tuple(dict.fromkeys(path for found in apart for path in found.nodes))
    if nodes and any(found.cookbooks.names for found in apart):
        yield JoinedTree([found.tree for found in apart]), nodes


class JoinedTree:
    """Several trees as one: a path means the first tree that lists it."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        self._trees = trees
        self._owners: dict[str, Tree] | None = None

    @property
    def name(self) -> str:
        return ", ".join(tree.name for tree in self._trees)

    def list(self) -> Iterable[str]:
        return sorted(self._whose)

    @property
    def _whose(self) -> dict[str, Tree]:
        if self._owners is None:
            self._owners = {path: tree for tree in reversed(self._trees) for path in tree.list()}
        return self._owners

    def read(self, path: str) -> bytes | Unknown:
        tree = self._whose.get(path)
        return _none(path) if tree is None else tree.read(path)

    def modified(self, path: str) -> Fact[datetime]:
        tree = self._whose.get(path)
        return _none(path) if tree is None else tree.modified(path)


def _none(path: str) -> Unknown:
    location = Location(source="files", name=path)
    return Unknown(kind=UnknownKind.FAULT, reason="no such file or directory", location=location)
