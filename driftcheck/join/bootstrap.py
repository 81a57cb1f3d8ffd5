"""Where the entries of clients' bootstrap lists lead: to which brokers, and to which of their listeners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from driftcheck.formats.host_names import host_key, is_localhost, is_loopback
from driftcheck.join.derived import possible
from driftcheck.join.one_machine import on_one_machine
from driftcheck.join.roads import Roads
from driftcheck.join.servers import server_host
from driftcheck.model.facts import Absent, Fact, Known, Unknown, map_known, missing
from driftcheck.model.inventory import Advertised, Broker
from driftcheck.model.inventory_parts import BootstrapEntry
from driftcheck.model.locations import Location

_NO_PORT = Absent(evidence="the entry has no port")


def entry_port(entry: str) -> int:
    """The port of `host:port`; 0 for what has none."""
    digits = entry.rpartition(":")[2].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else 0


class Destinations:
    """The brokers of one cluster by what leads to them."""

    def __init__(self, brokers: Sequence[Broker], roads: Roads) -> None:
        self._roads = roads
        self._all = tuple(brokers)
        self._brokers = {broker.name: broker for broker in brokers}
        self._by_host: dict[str, set[str]] = {}
        self._by_node: dict[str, set[str]] = {}
        for broker in brokers:
            if isinstance(broker.node, Known):
                self._by_node.setdefault(broker.node.value, set()).add(broker.name)
            for endpoint in _endpoints(broker):
                for host in _hosts(endpoint):
                    self._by_host.setdefault(host_key(host), set()).add(broker.name)

    def entries(self, bootstrap: Fact[tuple[str, ...]]) -> Fact[tuple[BootstrapEntry, ...]]:
        """Each entry of a client's list with where it leads."""
        place = bootstrap.location if isinstance(bootstrap, Known) else None
        return map_known(bootstrap, lambda texts: tuple(self._entry(text, place) for text in texts))

    def _entry(self, text: str, place: Location | None) -> BootstrapEntry:
        host, port = server_host(text), entry_port(text)
        addresses = self._roads.addresses(Known(value=host, location=place))
        names = self._led_to(host, addresses)
        listeners = self._listeners(names, port)
        return BootstrapEntry(
            text=text,
            host=host,
            port=Known(value=port, location=place) if port else _NO_PORT,
            addresses=addresses,
            brokers=names,
            listeners=map_known(listeners, lambda found: tuple(sorted(found))),
            protocols=_protocols(listeners),
        )

    def _led_to(self, host: str, addresses: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
        """The brokers to which a host leads; Absent if it is known to lead to none."""
        at_home = is_localhost(host) or is_loopback(host)
        if self._is_declared(host, addresses) or (at_home and on_one_machine(self._all)):
            return _names(self._brokers)
        found = set(self._by_host.get(host_key(host), ()))
        nodes: set[str] = set()
        machines = self._roads.machines
        for fact in (machines.named(Known(value=host)), machines.owners(addresses)):
            nodes.update(fact.value if isinstance(fact, Known) else ())
        found.update(name for node in nodes for name in self._by_node.get(node, ()))
        for address in addresses.value if isinstance(addresses, Known) else ():
            found.update(self._by_host.get(host_key(address), ()))
        if found:
            return _names(found)
        return self._to_nobody(host, addresses, nodes)

    def _to_nobody(
        self, host: str, addresses: Fact[tuple[str, ...]], nodes: Iterable[str]
    ) -> Unknown | Absent:
        if isinstance(addresses, Absent):
            return Absent(
                evidence=f"{host} does not exist: {addresses.evidence}", location=addresses.location
            )
        if nodes:
            return Absent(evidence=f"{host} is {', '.join(sorted(nodes))}, no broker of the cluster")
        if is_localhost(host) or is_loopback(host) or isinstance(addresses, Known):
            return missing(
                f"{host} is no machine in sight: it may be a load balancer (declare it under listeners:)"
            )
        return Unknown(kind=addresses.kind, reason=addresses.reason, location=addresses.location)

    def _is_declared(self, host: str, addresses: Fact[tuple[str, ...]]) -> bool:
        return any(way.leads_to(host, addresses) for way in self._roads.ways_in.values())

    def _listeners(self, names: Fact[tuple[str, ...]], port: int) -> Fact[Mapping[str, Fact[str]]]:
        """The listeners on a port of these brokers, with their protocols; Absent if none has any there."""
        if not isinstance(names, Known):
            return names
        found: dict[str, Fact[str]] = {}
        hidden: Unknown | None = None
        for broker in (self._brokers[name] for name in names.value):
            hidden = hidden or _hidden(broker)
            for endpoint in _endpoints(broker):
                if port in possible(endpoint.port):
                    found.setdefault(endpoint.listener, endpoint.protocol)
            if isinstance(broker.config, Known):
                for bound in possible(broker.config.value.listeners):
                    found.update(
                        {
                            each.name: _NOT_SAID
                            for each in bound
                            if each.port == port and each.name not in found
                        }
                    )
        if found:
            return Known(value=found)
        return hidden or Absent(
            evidence=f"none of {', '.join(names.value[:3])} has a listener on port {port}"
        )


_NOT_SAID = missing("the listener is not advertised, and its protocol not known")


def _names(names: Iterable[str]) -> Fact[tuple[str, ...]]:
    return Known(value=tuple(sorted(names)))


def _endpoints(broker: Broker) -> Iterator[Advertised]:
    """What clients are told of a broker, or will be or could be."""
    for endpoint in broker.endpoints:
        for face in (endpoint.registered, endpoint.config, endpoint.current):
            yield from possible(face)


def _hosts(endpoint: Advertised) -> Iterator[str]:
    yield from possible(endpoint.host)
    if isinstance(endpoint.addresses, Known):
        yield from endpoint.addresses.value


def _hidden(broker: Broker) -> Unknown | None:
    """Why the broker may have a listener that nobody sees."""
    if isinstance(broker.config, Unknown):
        return broker.config
    if isinstance(broker.config, Known) and isinstance(broker.config.value.listeners, Unknown):
        return broker.config.value.listeners
    if isinstance(broker.registered, Known) and isinstance(broker.registered.value.endpoints, Unknown):
        return broker.registered.value.endpoints
    return None


def _protocols(listeners: Fact[Mapping[str, Fact[str]]]) -> Fact[tuple[str, ...]]:
    if not isinstance(listeners, Known):
        return listeners
    for fact in listeners.value.values():
        if isinstance(fact, Unknown):
            return fact
    texts = {fact.value for fact in listeners.value.values() if isinstance(fact, Known)}
    return (
        Known(value=tuple(sorted(texts))) if texts else missing("the registration does not say the protocol")
    )
