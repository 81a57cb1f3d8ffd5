"""Whose the files of a folder are: it may be called by the node's name, or by one that its machine has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from driftcheck.formats.host_names import host_key
from driftcheck.join.ambiguities import listed
from driftcheck.model.facts import Known
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import NodeObservation


class Folders:
    """Folders by what they are called; a node's own name comes before its machine's.

    Most folders are called as their nodes are: what else they may be called is looked up for the first other.
    """

    def __init__(self, objects: Mapping[str, NodeObservation]) -> None:
        self._objects = objects
        self._several: dict[str, tuple[str, ...]] = {}
        self._joined: dict[str, dict[str, None]] = {}

    def node(self, folder: str) -> str:
        """The node whose files these are; the folder's own name where no node object tells."""
        if folder in self._objects:
            return folder
        key = host_key(folder)
        found = sorted(self._by_name.get(key) or self._by_machine_name.get(key) or ())
        if len(found) == 1:
            self._joined.setdefault(found[0], {})[folder] = None
            return found[0]
        if found:
            self._several[folder] = tuple(found)
        return folder

    @cached_property
    def _by_name(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self._objects:
            found.setdefault(host_key(name), set()).add(name)
        return found

    @cached_property
    def _by_machine_name(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, node in self._objects.items():
            for fact in (node.machine.fqdn, node.machine.hostname):
                if isinstance(fact, Known) and fact.value.strip():
                    found.setdefault(host_key(fact.value), set()).add(name)
        return found

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
