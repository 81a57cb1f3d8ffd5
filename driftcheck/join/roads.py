"""Where a host leads: to which addresses, and whose they are."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key, is_ip, is_localhost, is_loopback, is_wildcard
from driftcheck.join.connections import Connections
from driftcheck.join.machines import Machines, own_addresses
from driftcheck.join.names import Names
from driftcheck.join.reading import PlainEndpoint
from driftcheck.model.facts import Absent, Fact, Known, Unknown, map_known
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Advertised, BoundListener, MachineFace
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import RegisteredEndpoint

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FROM_REGISTRATION = Absent(evidence="a registration does not say which setting its host came from")


@frozen
class WayIn:
    """What the configuration declares for one listener: hosts by key, and networks."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    def leads_to(self, host: str, addresses: Fact[tuple[str, ...]]) -> bool:
        """Whether it is the host, or all its addresses lie in the networks."""
        if host_key(host) in self.hosts:
            return True
        if not self.networks or not isinstance(addresses, Known):
            return False
        return all(any(_within(address, each) for each in self.networks) for address in addresses.value)


def ways_in(listeners: Mapping[str, Sequence[str]]) -> Mapping[str, WayIn]:
    """The declared CIDRs, addresses and names by listener, in upper case as Kafka has it."""
    texts: dict[str, list[str]] = {}
    for listener, ways in listeners.items():
        texts.setdefault(listener.upper(), []).extend(ways)
    return {
        listener: WayIn(
            hosts=frozenset(map(host_key, ways)),
            networks=tuple(network for network in map(_network, ways) if network is not None),
        )
        for listener, ways in texts.items()
    }


@frozen
class Roads:
    """Everything that says where a host leads. `ways_in`: listener → the declared way in to it.
    `connections`: what answered there.
    """

    names: Names
    machines: Machines
    ways_in: Mapping[str, WayIn]
    connections: Connections

    def advertised(self, endpoint: PlainEndpoint, machine: Fact[MachineFace]) -> Advertised:
        """An endpoint with where it leads; `machine` is the broker's own."""
        addresses = self.addresses(endpoint.host)
        declared = self.is_declared(endpoint.listener, endpoint.host, addresses)
        answers = self.connections.answers(addresses, endpoint.port)
        return Advertised(
            listener=endpoint.listener,
            host=endpoint.host,
            port=endpoint.port,
            protocol=endpoint.protocol,
            host_from=endpoint.host_from,
            addresses=addresses,
            named=self.machines.named(endpoint.host),
            owners=self.machines.owners(addresses),
            own=Known(value=True) if declared else self.machines.own(addresses, machine),
            location=endpoint.location,
            declared=declared,
            is_address=map_known(endpoint.host, lambda host: is_ip(host.strip())),
            reached=answers.reached,
            trouble=answers.trouble,
            answered_by=answers.brokers,
            answered_cluster=answers.clusters,
        )

    def bindable(self, listener: BoundListener, machine: Fact[MachineFace]) -> BoundListener:
        """A listener with whether the machine has the address that it binds."""
        host = listener.host
        if isinstance(host, Absent) or (isinstance(host, Known) and _is_everywhere(host.value)):
            return replace(listener, own=Known(value=True))
        return replace(listener, own=own_addresses(self.addresses(host), machine))

    def addresses(self, host: Fact[str]) -> Fact[tuple[str, ...]]:
        """What a host resolves to; an address is its own. What an open host could be says nothing here."""
        match host:
            case Known():
                if is_ip(host.value):
                    return Known(value=(host_key(host.value),), location=host.location)
                return self.names.resolution(host.value).addresses
            case Unknown():
                return Unknown(kind=host.kind, reason=host.reason, location=host.location)
        return host

    def may_be_declared(self, endpoint: Advertised) -> bool:
        """Whether only its addresses, which are not known, could tell."""
        way = self.ways_in.get(endpoint.listener.upper())
        return way is not None and bool(way.networks) and not isinstance(endpoint.addresses, Known)

    def is_declared(self, listener: str, host: Fact[str], addresses: Fact[tuple[str, ...]]) -> bool:
        """Whether the listener's host, or the addresses to which it leads, are a declared way in."""
        way = self.ways_in.get(listener.upper())
        return way is not None and isinstance(host, Known) and way.leads_to(host.value, addresses)


def _is_everywhere(host: str) -> bool:
    """Whether every machine can bind it."""
    return is_wildcard(host) or is_loopback(host) or is_localhost(host)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(address: str, network: Network) -> bool:
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False


def registered_endpoint(endpoint: RegisteredEndpoint, location: Location) -> PlainEndpoint:
    """A registration's endpoint in the shape of a computed one; a blank host is what Kafka has written."""
    return PlainEndpoint(
        listener=endpoint.listener,
        host=Known(value=endpoint.host, location=location),
        port=Known(value=endpoint.port, location=location),
        protocol=endpoint.protocol,
        host_from=_FROM_REGISTRATION,
        location=location,
    )
