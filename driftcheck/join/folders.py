"""Whose the files of a folder are: it may be called by the node's name, or by one that its machine has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from driftcheck.chef.packed_nodes import PackedNodes
from driftcheck.formats.host_names import host_key
from driftcheck.join.ambiguities import listed
from driftcheck.join.host_rows import HostRows
from driftcheck.join.node_objects import NodeObjects
from driftcheck.model.facts import Known
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import NodeObservation


class Folders:
    """Folders by what they are called; a node's own name comes before its machine's.

    Most folders are called as their nodes are: what else they may be called is looked up for the first other.
    """

    def __init__(self, objects: NodeObjects) -> None:
        self._objects = objects
        self._several: dict[str, tuple[str, ...]] = {}
        self._joined: dict[str, dict[str, None]] = {}

    def node(self, folder: str) -> str:
        """The node whose files these are; the folder's own name where no node object tells."""
        if folder in self._objects:
            return folder
        key = host_key(folder)
        found = sorted(self._by_name.nodes(key) or self._by_machine_name.nodes(key))
        if len(found) == 1:
            self._joined.setdefault(found[0], {})[folder] = None
            return found[0]
        if found:
            self._several[folder] = tuple(found)
        return folder

    @cached_property
    def _by_name(self) -> _Called:
        return _Called(self._objects, lambda node: [node.name], lambda packed, at: [packed.name(at)])

    @cached_property
    def _by_machine_name(self) -> _Called:
        return _Called(self._objects, _machine_names, lambda packed, at: packed.hosts(at)[2])

    def evidence(self, node: str) -> tuple[str, ...]:
        """Why folders of another name were taken for the node's."""
        return tuple(
            f"the files of {folder}: that is the name of {node}'s machine"
            for folder in self._joined.get(node, ())
        )

    def ambiguities(self) -> dict[str, tuple[Ambiguity, ...]]:
        """By folder."""
        return {folder: (self._ambiguity(folder, nodes),) for folder, nodes in sorted(self._several.items())}

    def _ambiguity(self, folder: str, nodes: tuple[str, ...]) -> Ambiguity:
        return Ambiguity(
            kind="whose_files",
            subject=folder,
            reason=f"the files of {folder} could be those of {listed(nodes, last='or')}, whose machines all"
            " have that name",
            candidates=nodes,
            locations=tuple(self._objects[node].location for node in nodes),
        )


class _Called:
    """Nodes by what they are called, in whatever spelling; `names` and `packed_names` say what that is."""

    def __init__(
        self,
        objects: NodeObjects,
        names: Callable[[NodeObservation], list[str]],
        packed_names: Callable[[PackedNodes, int], list[str]],
    ) -> None:
        self._packed, self._packed_names = objects.packed, packed_names
        self._whole: dict[str, set[str]] = {}
        for node in objects.whole.values():
            for name in names(node):
                self._whole.setdefault(host_key(name), set()).add(node.name)
        self._rows = HostRows()
        for at, _ in objects.counting():
            for name in packed_names(objects.packed, at):
                self._rows.add(host_key(name), at)

    def nodes(self, key: str) -> set[str]:
        """The nodes that are called so."""
        packed = (
            self._packed.name(at)
            for at in self._rows.rows(key)
            if key in map(host_key, self._packed_names(self._packed, at))
        )
        return {*self._whole.get(key, ()), *packed}


def _machine_names(node: NodeObservation) -> list[str]:
    facts = (node.machine.fqdn, node.machine.hostname)
    return [fact.value for fact in facts if isinstance(fact, Known) and fact.value.strip()]
