"""The machines: which addresses and names each has, by what it says itself, and whose a given one is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TypeVar

from driftcheck.formats.host_names import host_key, is_ip, is_public_ipv4
from driftcheck.join.ages import Clock
from driftcheck.join.hostnames import canonical_host
from driftcheck.join.node_objects import NodeObjects
from driftcheck.join.packed_machines import PackedMachines
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import MachineFace
from driftcheck.model.snapshot import HostsObservation, NodeObservation

T = TypeVar("T")

_NOT_SAID = "no node object says it"


class MachineFaces:
    """The machines of all nodes by node name; a face is made for whom one is asked for.

    `nodes`: all names, sorted, but those of packed node objects. What a node object says is Unknown if it is
    stale: addresses are recycled. If its age is not known it is assumed not to be. Every machine has an
    address and a name: that none is said makes it Unknown.
    """

    def __init__(
        self,
        nodes: Sequence[str],
        objects: NodeObjects,
        hosts: Mapping[str, HostsObservation],
        clock: Clock,
    ) -> None:
        self._nodes = nodes
        self._objects = objects
        self._hosts = hosts
        self._clock = clock
        self._faces: dict[str, Fact[MachineFace]] = {}

    def face(self, name: str) -> Fact[MachineFace]:
        """What a node's object and its own hosts file say of the machine."""
        face = self._faces.get(name)
        if face is None:
            face = self._faces[name] = self._made(name)
        return face

    def index(self) -> Machines:
        """All of them by their addresses and names."""
        objects, clock = self._objects, self._clock
        packed = PackedMachines(objects, lambda at: clock.is_stale(objects.packed.moment(at)))
        stale = [] if packed.stale is None else [objects.packed.name(packed.stale)]
        return machines_of(((name, *self._said(name)) for name in sorted([*self._nodes, *stale])), packed)

    def _said(self, name: str) -> tuple[Fact[tuple[str, ...]], Fact[tuple[str, ...]]]:
        """The addresses and names that a node says its machine has."""
        node = self._objects.get(name)
        if node is None:
            unknown = missing(_NOT_SAID) if name in self._hosts else _nobody(name)
            return unknown, unknown
        aged = _aging(node, self._clock)
        return aged(_there(node.machine.addresses)), aged(_there(node.machine.names))

    def _made(self, name: str) -> Fact[MachineFace]:
        node, hosts = self._objects.get(name), self._hosts.get(name)
        if node is None and hosts is None:
            return _nobody(name)
        said = missing(_NOT_SAID)
        aged = _aging(node, self._clock)
        machine = None if node is None else node.machine
        addresses, names = self._said(name)
        canonical, address = canonical_host(node, hosts, name)
        return Known(
            value=MachineFace(
                addresses=addresses,
                names=names,
                fqdn=said if machine is None else aged(machine.fqdn),
                hostname=said if machine is None else aged(machine.hostname),
                canonical_name=canonical,
                canonical_address=address,
                instance_id=said if machine is None else aged(machine.instance_id),
                instance_type=said if machine is None else aged(machine.instance_type),
                zone=said if machine is None else aged(machine.zone),
                observed_at=said if machine is None else machine.observed_at,
                location=node.location if node is not None else None,
            )
        )


def _nobody(name: str) -> Unknown:
    return missing(f"neither a node object nor a hosts file says which machine {name} is")


def _there(fact: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
    match fact:
        case Absent():
            return missing(fact.evidence, fact.location)
        case Known(value=()):
            return missing("the node object names none", fact.location)
    return fact


def _aging(node: NodeObservation | None, clock: Clock) -> Callable[[Fact[T]], Fact[T]]:
    if node is None:
        return lambda fact: fact
    observed = node.machine.observed_at
    if not isinstance(observed, Known):
        return _assuming(f"{node.name} is still the machine that it was: its node object has no time")
    if clock.is_ahead(observed.value):
        return _assuming(f"{node.name} is still the machine that it was: its clock is ahead of ours")
    if not clock.is_stale(observed.value):
        return lambda fact: fact
    age = _spoken(clock.reference - observed.value)
    newest = "the newest observation: its machine may be another by now"
    why = missing(f"the node object of {node.name} is {age} older than {newest}", node.location)
    return lambda fact: why if isinstance(fact, Known) else fact


def _assuming(text: str) -> Callable[[Fact[T]], Fact[T]]:
    return lambda fact: replace(fact, assumed=(*fact.assumed, text)) if isinstance(fact, Known) else fact


def _spoken(age: timedelta) -> str:
    days = age / timedelta(days=1)
    return f"{days:.0f} days" if days >= 2 else f"{days * 24:.0f} h"


@frozen
class Machines:
    """All machines by the addresses and names that they give themselves.

    What is found is what is known: other machines may have the same. `hidden_address`, `hidden_name`: why a
    machine in sight may have any address or name, if one may. `says_public`: whether one of them says a
    public IPv4 address. `packed`: the machines of packed node objects, which stand in neither mapping.
    """

    by_address: Mapping[str, tuple[str, ...]]
    by_name: Mapping[str, tuple[str, ...]]
    hidden_address: Unknown | None
    hidden_name: Unknown | None
    says_public: bool
    packed: PackedMachines | None = None

    def own(self, addresses: Fact[tuple[str, ...]], machine: Fact[MachineFace]) -> Fact[bool]:
        """Whether all of these addresses lead to the machine. Unknown where those that are not its own are
        public and no machine in sight says any such: it may stand behind NAT or a load balancer.
        """
        found = own_addresses(addresses, machine)
        if self.says_public or not (isinstance(found, Known) and isinstance(addresses, Known)) or found.value:
            return found
        foreign = _foreign(addresses.value, machine)
        if not all(map(is_public_ipv4, foreign)):
            return found
        said = f"{', '.join(foreign)} may be NAT or a load balancer: no node object says a public address"
        return missing(f"{said} (declare it under listeners:)", addresses.location)

    def owners(self, addresses: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
        """The nodes whose machines are known to have one of these addresses."""
        if not isinstance(addresses, Known):
            return _without_options(addresses)
        found = {node for address in addresses.value for node in self._with_address(host_key(address))}
        if found:
            return Known(value=tuple(sorted(found)), location=addresses.location)
        nobody = "no machine in sight has this address"
        return self.hidden_address or Absent(evidence=nobody, location=addresses.location)

    def named(self, host: Fact[str]) -> Fact[tuple[str, ...]]:
        """The nodes that are known to have this host among their own names and addresses."""
        if not isinstance(host, Known):
            return _without_options(host)
        key = host_key(host.value)
        found = {*self._with_name(key), *self._with_address(key)}
        if found:
            return Known(value=tuple(sorted(found)), location=host.location)
        hidden = self.hidden_address if is_ip(host.value) else self.hidden_name
        return hidden or Absent(evidence="no machine in sight has this name", location=host.location)

    def _with_address(self, key: str) -> Iterable[str]:
        return chain(self.by_address.get(key, ()), self.packed.with_address(key) if self.packed else ())

    def _with_name(self, key: str) -> Iterable[str]:
        return chain(self.by_name.get(key, ()), self.packed.with_name(key) if self.packed else ())


Said = tuple[str, Fact[tuple[str, ...]], Fact[tuple[str, ...]]]
"""A node's name, its machine's addresses and names."""


def machines_of(nodes: Iterable[Said], packed: PackedMachines | None = None) -> Machines:
    """The index over all nodes' machines, given in the order of their names, and over those that are packed;
    of these `nodes` has to hold one that is stale, if any is.
    """
    by_address: dict[str, tuple[str, ...]] = {}
    by_name: dict[str, tuple[str, ...]] = {}
    hidden_address: Unknown | None = None
    hidden_name: Unknown | None = None
    any_node = False
    for node, addresses, names in nodes:
        any_node, alone = True, (node,)
        if isinstance(addresses, Known):
            _add(by_address, addresses.value, alone)
        elif isinstance(addresses, Unknown):
            hidden_address = hidden_address or addresses
        if isinstance(names, Known):
            _add(by_name, names.value, alone)
        elif isinstance(names, Unknown):
            hidden_name = hidden_name or names
    none = None if any_node or packed else missing("no node object was given")
    return Machines(
        by_address=by_address,
        by_name=by_name,
        hidden_address=none or hidden_address,
        hidden_name=none or hidden_name,
        says_public=bool(packed and packed.says_public) or any(map(is_public_ipv4, by_address)),
        packed=packed,
    )


def _add(index: dict[str, tuple[str, ...]], texts: Iterable[str], node: tuple[str]) -> None:
    """`node` is one tuple for all its texts: there are many nodes."""
    for text in texts:
        key = host_key(text)
        known = index.setdefault(key, node)
        if known is not node and node[0] != known[-1]:
            index[key] = (*known, *node)


def own_addresses(addresses: Fact[tuple[str, ...]], machine: Fact[MachineFace]) -> Fact[bool]:
    """Whether all of these addresses are the machine's own."""
    if not isinstance(addresses, Known):
        return _without_options(addresses)
    if not isinstance(machine, Known):
        return machine
    own = machine.value.addresses
    if not isinstance(own, Known):
        return own
    return Known(
        value=not _foreign(addresses.value, machine),
        location=addresses.location,
        derived_from=(addresses, own),
        assumed=own.assumed,
    )


def _foreign(addresses: Iterable[str], machine: Fact[MachineFace]) -> list[str]:
    """Those that the machine does not say."""
    own = machine.value.addresses if isinstance(machine, Known) else machine
    mine = set(map(host_key, own.value)) if isinstance(own, Known) else set()
    return [address for address in addresses if host_key(address) not in mine]


def _without_options(fact: Unknown | Absent) -> Unknown | Absent:
    """What could be one thing says nothing of what another could be."""
    if isinstance(fact, Absent) or not (fact.candidates or fact.fragments):
        return fact
    return replace(fact, candidates=(), fragments=())
