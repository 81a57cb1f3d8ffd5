"""Many node objects as one: what each has of its own in a line of text, what they have in common once."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import overload

from driftcheck.chef.kafka_settings import no_settings, none_set
from driftcheck.chef.machine import Placed, PlainMachine
from driftcheck.chef.node_object import member_text, saved_run_list
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Fact, Known
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import NodeObservation

Texts = Mapping[str, tuple[str, ...]]

_END = "\0"
"""What stands between the parts of a row; as nothing sorts before it, rows sort as their parts do."""
_ID_PATH = "ec2.instance_id"


@frozen
class NodeForm:
    """What nodes have in common that are set up alike.

    `members`: the node object's environment, policy group and run list as saved; `instance`: the type and the
    zone of the machine; `search_fields`: those of the fields that are the same for all of them.
    """

    members: Mapping[str, object]
    recipes: tuple[str, ...]
    instance: tuple[Placed | None, ...]
    search_fields: Texts
    renders: Callable[[Fact[tuple[str, ...]]], Fact[bool]]
    mapping: AttributeMapping


@frozen
class NodeHead:
    """The part of a node that says whether it is a broker: see NodeObservation."""

    name: str
    renders_kafka: Fact[bool]
    search_fields: Texts


def packed_row(name: str, file: str, machine: PlainMachine) -> str | None:
    """What a node has of its own; None if it cannot be packed."""
    fqdn, hostname, names = machine.fqdn, machine.hostname, machine.names
    instance = machine.instance[0]
    row = _END.join(
        (
            name,
            file,
            fqdn,
            hostname,
            " ".join(machine.addresses),
            "" if instance is None else instance[1],
            *names[1 if fqdn == hostname else 2 :],
        )
    )
    return row if row.count(_END) == 5 + len(names) - (1 if fqdn == hostname else 2) else None


class PackedNodes(Sequence[NodeObservation]):
    """Nodes of the usual form, sorted by name and file; an observation is made when it is asked for.

    `rows` are what `packed_row` gives. Of each of them, at the same place: in `numbers` that of its form, in
    `seconds` its `ohai_time`, and, where queries name attributes, the `values` of those. `own_fields`: the
    fields of the queries that hold a node's name.
    """

    def __init__(
        self,
        *,
        forms: Sequence[NodeForm] = (),
        rows: Sequence[str] = (),
        numbers: Sequence[int] = (),
        seconds: Sequence[float] = (),
        own_fields: Iterable[str] = (),
        values: Sequence[Texts] = (),
    ) -> None:
        order = sorted(range(len(rows)), key=rows.__getitem__)
        if any(rows[one] == rows[other] for one, other in pairwise(order)):
            order.sort(key=lambda at: (rows[at], seconds[at], repr(forms[numbers[at]].members)))
        self._forms = forms
        self._own_fields = tuple(own_fields)
        self._rows = [rows[at] for at in order]
        self._numbers = array("L", [numbers[at] for at in order])
        self._seconds = array("d", [seconds[at] for at in order])
        self._values = [values[at] for at in order] if values else []

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> NodeObservation: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[NodeObservation]: ...
    def __getitem__(self, at: int | slice) -> NodeObservation | Sequence[NodeObservation]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        form = self._forms[self._numbers[at]]
        name, file, *_ = self._rows[at].split(_END)
        place = Location(source="chef", name=file, pointer="/automatic/recipes")
        recipes = Known(value=form.recipes, location=place)
        return NodeObservation(
            name=name,
            location=Location(source="chef", name=file),
            environment=member_text(form.members, "chef_environment", file),
            policy_group=member_text(form.members, "policy_group", file),
            run_list=saved_run_list(form.members, file),
            recipes=recipes,
            renders_kafka=form.renders(recipes),
            settings={},
            settings_from=no_settings(form.mapping.prefixes),
            kafka_version=none_set(form.mapping.kafka_version),
            machine=self._machine(at, form).observation(file),
            search_fields=self._search_fields(at, name),
        )

    def _machine(self, at: int, form: NodeForm) -> PlainMachine:
        _, _, fqdn, hostname, addresses, instance, *others = self._rows[at].split(_END)
        return PlainMachine(
            seconds=self._seconds[at],
            fqdn=fqdn,
            hostname=hostname,
            names=tuple(dict.fromkeys((fqdn, hostname, *others))),
            addresses=tuple(addresses.split(" ")),
            instance=((_ID_PATH, instance) if instance else None, *form.instance),
        )

    def _search_fields(self, at: int, name: str) -> Texts:
        shared = self._forms[self._numbers[at]].search_fields
        if not self._own_fields and not self._values:
            return shared
        own = dict.fromkeys(self._own_fields, (name,))
        return dict(sorted({**shared, **own, **(self._values[at] if self._values else {})}.items()))

    def name(self, at: int) -> str:
        return self._rows[at].partition(_END)[0]

    def names(self) -> Iterator[str]:
        """Sorted; one that several nodes have is there as often."""
        return (row.partition(_END)[0] for row in self._rows)

    def hosts(self, at: int) -> tuple[list[str], list[str], list[str]]:
        """The machine's addresses, all its names, and those of them that are its fqdn and host name."""
        _, _, fqdn, hostname, addresses, _, *others = self._rows[at].split(_END)
        return addresses.split(" "), [fqdn, hostname, *others], [fqdn, hostname]

    def moment(self, at: int) -> datetime:
        """When the node was observed."""
        return datetime.fromtimestamp(self._seconds[at], UTC)

    def oldest(self) -> int:
        """The first of those that were observed before all others."""
        return self._seconds.index(min(self._seconds))

    def places(self, name: str) -> range:
        """Where the nodes of this name are."""
        first = bisect_left(self._rows, name + _END)
        last = first
        while last < len(self) and self._rows[last].startswith(name + _END):
            last += 1
        return range(first, last)

    def heads(self) -> Iterator[NodeHead]:
        """What says of each whether it is a broker, in order."""
        renders = [form.renders(Known(value=form.recipes)) for form in self._forms]
        for at, name in enumerate(self.names()):
            yield NodeHead(
                name=name,
                renders_kafka=renders[self._numbers[at]],
                search_fields=self._search_fields(at, name),
            )


class NodeSequence(Sequence[NodeObservation]):
    """Node objects sorted by name and file: those that are packed, and the `whole` others."""

    def __init__(self, whole: Iterable[NodeObservation], packed: PackedNodes) -> None:
        self.whole = tuple(sorted(whole, key=_name_and_file))
        self.packed = packed

    def __len__(self) -> int:
        return len(self.whole) + len(self.packed)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as it is of a list

    def __iter__(self) -> Iterator[NodeObservation]:
        # Only large repositories have any, and only a snapshot that is saved wants all of them.
        from heapq import merge

        return merge(self.whole, self.packed, key=_name_and_file)

    @overload
    def __getitem__(self, at: int) -> NodeObservation: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[NodeObservation]: ...
    def __getitem__(self, at: int | slice) -> NodeObservation | Sequence[NodeObservation]:
        return tuple(self)[at]


def _name_and_file(node: NodeObservation) -> tuple[str, str]:
    return node.name, node.location.name
