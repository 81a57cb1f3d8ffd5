"""What the brokers of one cluster give in common: one endpoint twice, or each other's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from operator import is_
from typing import Any, TypeVar

from driftcheck.formats.host_names import host_key, is_localhost, is_loopback, is_wildcard
from driftcheck.join.roads import Roads
from driftcheck.model.facts import Fact, Known, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Advertised, Broker, ConfigFace, Endpoint, RegisteredFace

_FACES = ("intended", "rendered", "registered", "config", "current")

MOST_SHARED = 100
"""Others that an endpoint is said to be shared with, the first by name: if thousands share one, each of them
with all others, they would be a hundred million names.
"""

Place = tuple[object, int]
Face = TypeVar("Face", ConfigFace, RegisteredFace)


def related(brokers: Sequence[Broker], roads: Roads) -> tuple[Broker, ...]:
    """The brokers of one cluster, with whom each endpoint is shared or swapped filled in."""
    at_place: dict[Place, set[str]] = {}
    gives: dict[str, set[str]] = {}
    for broker in brokers:
        for endpoint in broker.endpoints:
            if not isinstance(endpoint.current, Known):
                continue
            for place in places(endpoint.current.value):
                at_place.setdefault(place, set()).add(broker.name)
            if isinstance(broker.node, Known):
                others = gives.setdefault(broker.node.value, set())
                others.update(_others_names(broker, endpoint.current.value))
    by_place = {place: sorted(names)[: MOST_SHARED + 1] for place, names in at_place.items()}
    return tuple(_Relations(broker, by_place, gives, roads).of_broker() for broker in brokers)


def places(endpoint: Advertised) -> list[Place]:
    """Where an endpoint leads, as far as two that lead there are one: its host, and all its addresses.

    None for a declared way in, which may be shared on purpose, for what every machine calls itself, and for
    addresses that are not known.
    """
    host, port, addresses = endpoint.host, endpoint.port, endpoint.addresses
    if endpoint.declared or not isinstance(host, Known) or not isinstance(port, Known):
        return []
    key = host_key(host.value)
    if not key.strip() or is_localhost(key) or is_loopback(key) or is_wildcard(key):
        return []
    found: list[Place] = [(key, port.value)]
    if isinstance(addresses, Known):
        there = frozenset(map(host_key, addresses.value))
        if there and not all(map(is_loopback, there)):
            found.append((there, port.value))
    return found


@frozen(kw_only=False)
class _Relations:
    """One broker among the others of its cluster: `by_place` says who is where (the first by name, one more
    than are said to share it), `gives` whose names a node's broker gives.
    """

    broker: Broker
    by_place: Mapping[Place, Iterable[str]]
    gives: Mapping[str, set[str]]
    roads: Roads
    found: dict[int, tuple[Advertised, Advertised]] = field(default_factory=dict)
    """What was found for an endpoint, by the object: most faces have the same."""

    def of_broker(self) -> Broker:
        broker = self.broker
        intended, rendered = self._face(broker.intended), self._face(broker.rendered)
        registered, endpoints = self._face(broker.registered), tuple(map(self._endpoint, broker.endpoints))
        same = intended is broker.intended and rendered is broker.rendered
        if same and registered is broker.registered and all(map(is_, endpoints, broker.endpoints)):
            return broker
        return replace(
            broker,
            intended=intended,
            rendered=rendered,
            converged=intended if broker.converged is broker.intended else self._face(broker.converged),
            config=rendered if isinstance(rendered, Known) else intended,
            registered=registered,
            endpoints=endpoints,
        )

    def _face(self, fact: Fact[Face]) -> Fact[Face]:
        if not isinstance(fact, Known) or not isinstance(fact.value.endpoints, Known):
            return fact
        endpoints = fact.value.endpoints
        found = tuple(map(self._advertised, endpoints.value))
        if all(new is old for new, old in zip(found, endpoints.value, strict=True)):
            return fact
        return replace(fact, value=replace(fact.value, endpoints=replace(endpoints, value=found)))

    def _endpoint(self, endpoint: Endpoint) -> Endpoint:
        faces = {name: getattr(endpoint, name) for name in _FACES}
        found: dict[str, Any] = {name: self._fact(fact) for name, fact in faces.items()}
        return endpoint if all(found[name] is faces[name] for name in _FACES) else replace(endpoint, **found)

    def _fact(self, fact: Fact[Advertised]) -> Fact[Advertised]:
        if not isinstance(fact, Known):
            return fact
        value = self._advertised(fact.value)
        return fact if value is fact.value else replace(fact, value=value)

    def _advertised(self, endpoint: Advertised) -> Advertised:
        known = self.found.get(id(endpoint))
        if known is None:
            known = self.found[id(endpoint)] = (endpoint, self._related(endpoint))
        return known[1]

    def _related(self, endpoint: Advertised) -> Advertised:
        others = {name for place in places(endpoint) for name in self.by_place.get(place, ())}
        others -= {self.broker.name}
        if others:
            why = missing("whether it is a declared way in is not known: its addresses are not")
            shared = Known(value=tuple(sorted(others)[:MOST_SHARED]), location=endpoint.location)
            unsure = self.roads.may_be_declared(endpoint)
            endpoint = replace(endpoint, shared_with=why if unsure else shared)
        node = self.broker.node.value if isinstance(self.broker.node, Known) else None
        partners = [
            other for other in _others_names(self.broker, endpoint) if node in self.gives.get(other, ())
        ]
        if partners:
            swapped = Known(value=min(partners), location=endpoint.location)
            endpoint = replace(endpoint, swapped_with=swapped)
        return endpoint


def _others_names(broker: Broker, endpoint: Advertised) -> Iterable[str]:
    """The nodes whose name this host is, if it is known not to be the broker's own."""
    named, machine = endpoint.named, broker.machine
    if not isinstance(named, Known) or not isinstance(broker.node, Known):
        return ()
    own_are_known = isinstance(machine, Known) and isinstance(machine.value.names, Known)
    return () if broker.node.value in named.value or not own_are_known else named.value
