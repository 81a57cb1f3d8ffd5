"""Whose machine a registration's session comes from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from driftcheck.formats.host_names import host_key, is_link_local, is_loopback
from driftcheck.join.derived import mapped
from driftcheck.join.machines import Machines, own_addresses
from driftcheck.model.facts import Fact, Known, Unknown, missing
from driftcheck.model.inventory import Broker, MachineFace
from driftcheck.model.snapshot import RegistrationObservation


def session_nodes(registration: RegistrationObservation, machines: Machines) -> Fact[tuple[str, ...]]:
    """The nodes whose machines are known to have the address that the session comes from."""
    return machines.owners(_addresses(registration))


def session_own(
    registration: RegistrationObservation, machines: Machines, machine: Fact[MachineFace]
) -> Fact[bool]:
    """Whether the session comes from this machine. An address that no machine in sight has says nothing:
    NAT or a proxy may stand between the broker and the ensemble.
    """
    addresses = _addresses(registration)
    own = own_addresses(addresses, machine)
    if not isinstance(own, Known) or own.value or not isinstance(addresses, Known):
        return own
    owners = machines.owners(addresses)
    if isinstance(owners, Known):
        return own
    if isinstance(owners, Unknown):
        return owners
    (address,) = addresses.value
    reason = f"no machine in sight has {address}, from which the session comes: it may be NAT's or a proxy's"
    return missing(reason, addresses.location)


def without_nat(brokers: tuple[Broker, ...]) -> tuple[Broker, ...]:
    """The brokers of one cluster. Where several sessions come from one address that is none of their own
    machines', it is no claim: so a container's gateway looks, or a proxy, that another machine has.
    """
    foreign = {
        broker.name: face.value.session_address.value
        for broker in brokers
        if isinstance(face := broker.registered, Known)
        and isinstance(face.value.session_own, Known)
        and not face.value.session_own.value
        and isinstance(face.value.session_address, Known)
    }
    shared = {address for address, count in Counter(foreign.values()).items() if count > 1}
    if not shared:
        return brokers
    return tuple(
        _in_doubt(broker, foreign[broker.name]) if foreign.get(broker.name) in shared else broker
        for broker in brokers
    )


def _in_doubt(broker: Broker, address: str) -> Broker:
    face = broker.registered
    if not isinstance(face, Known):
        return broker
    why = missing(
        f"several brokers' sessions come from {address}: it may be a proxy's or NAT's", face.location
    )
    return replace(broker, registered=replace(face, value=replace(face.value, session_own=why)))


def only_session_node(registration: RegistrationObservation, machines: Machines) -> str:
    """The one node whose machine has the session's address; "" if there is none, or not one alone."""
    nodes = session_nodes(registration, machines)
    return nodes.value[0] if isinstance(nodes, Known) and len(nodes.value) == 1 else ""


def _addresses(registration: RegistrationObservation) -> Fact[tuple[str, ...]]:
    """The session's address, unless it says no more than that ZooKeeper runs on the same machine."""
    address = registration.session_address
    if isinstance(address, Known) and (is_loopback(address.value) or is_link_local(address.value)):
        reason = f"{address.value}, from which the session comes, is an address of every machine"
        return missing(reason, address.location)
    return mapped(address, lambda value: (host_key(value),))
