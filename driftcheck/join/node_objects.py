"""The node objects by their names; those that are packed are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import overload

from driftcheck.chef.packed_nodes import NodeHead, NodeSequence, PackedNodes
from driftcheck.join.duplicates import newest, two_objects
from driftcheck.model.facts import Fact, Known
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import NodeObservation


class NodeObjects(Mapping[str, NodeObservation]):
    """The newest object of each node, in the order of the names.

    `whole`: those that are there; `packed`: the others, and some that do not count, as an object in `whole`
    has their name. `ambiguities`, by the name: nodes that have several.
    """

    def __init__(self, nodes: Sequence[NodeObservation]) -> None:
        whole, self.packed = parts_of(nodes)
        several: dict[str, list[NodeObservation]] = {}
        for node in whole:
            several.setdefault(node.name, []).append(node)
        twice = {name for name, other in pairwise(self.packed.names()) if name == other}
        for name in sorted({*twice, *several}):
            found = [self.packed[at] for at in self.packed.places(name)]
            if found:
                several[name] = sorted([*several.get(name, ()), *found], key=_file_and_all)
        self.whole = {
            name: newest(several[name], lambda node: node.machine.observed_at) for name in sorted(several)
        }
        self.ambiguities: Mapping[str, tuple[Ambiguity, ...]] = {
            name: (two_objects(name, found, "node object"),) for name, found in several.items() if found[1:]
        }

    def __getitem__(self, name: str) -> NodeObservation:
        if name in self.whole:
            return self.whole[name]
        for at in self.packed.places(name):
            return self.packed[at]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self.whole or (isinstance(name, str) and bool(self.packed.places(name)))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted([*self.whole, *(name for _, name in self.counting())]))

    def __len__(self) -> int:
        return len(self.whole) + sum(1 for _ in self.counting())

    def counting(self) -> Iterator[tuple[int, str]]:
        """Where the packed ones are that count, and their names."""
        whole = self.whole
        return ((at, name) for at, name in enumerate(self.packed.names()) if name not in whole)

    def brokers(self, test: Callable[[NodeHead], Fact[bool]]) -> Iterator[str]:
        """The packed ones that pass a test; they have no settings."""
        for head in self.packed.heads():
            verdict = test(head)
            if isinstance(verdict, Known) and verdict.value:
                yield head.name


def parts_of(nodes: Sequence[NodeObservation]) -> tuple[Sequence[NodeObservation], PackedNodes]:
    """The nodes that are there, and those that are packed."""
    return (nodes.whole, nodes.packed) if isinstance(nodes, NodeSequence) else (nodes, PackedNodes())


class NodeNames(Sequence[str]):
    """The names of all nodes, each once, sorted: those that have objects, and `others`.

    `not_packed`: those that have no packed object, or also another.
    """

    def __init__(self, objects: NodeObjects, others: Iterable[str]) -> None:
        self._objects = objects
        self.not_packed = sorted({*objects.whole, *(name for name in others if name not in objects)})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted([*self.not_packed, *(name for _, name in self._objects.counting())]))

    def __contains__(self, name: object) -> bool:
        return name in self._objects or name in self.not_packed

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as it is of a list

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        return tuple(self)[at]


def _file_and_all(node: NodeObservation) -> tuple[str, str]:
    """By this `in_order` sorts nodes of one name."""
    return node.location.name, repr(node)
