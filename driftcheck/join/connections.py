"""What came of connecting to where brokers' endpoints lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from driftcheck.formats.host_names import host_key
from driftcheck.join.derived import part
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Advertised, Broker, Endpoint
from driftcheck.model.snapshot import ConnectionObservation

T = TypeVar("T")
Place = tuple[str, int]
"""An address and a port."""

NOT_CONNECTED = Absent(evidence="it was not connected to")
SILENT_ALONE = "no answer, while other brokers of the listener answer from here"


@frozen
class Answers:
    """Whether an endpoint accepts connections, whose ids and clusters' ids answer, and what is wrong."""

    reached: Fact[bool] = NOT_CONNECTED
    brokers: Fact[tuple[int, ...]] = NOT_CONNECTED
    clusters: Fact[tuple[str, ...]] = NOT_CONNECTED
    trouble: Fact[str] = NOT_CONNECTED


NO_ANSWERS = Answers()


class Connections:
    """The observations by address and port. Of an endpoint with several addresses a client takes any: one
    that accepts is enough to reach it, and what is known of whose answers came decides.
    """

    def __init__(self, observations: Iterable[ConnectionObservation]) -> None:
        self._by_place: Mapping[Place, ConnectionObservation] = {
            (host_key(each.address), each.port): each for each in observations
        }

    def answers(self, addresses: Fact[tuple[str, ...]], port: Fact[int]) -> Answers:
        if not self._by_place or not isinstance(addresses, Known) or not isinstance(port, Known):
            return NO_ANSWERS
        places = [(host_key(address), port.value) for address in addresses.value]
        seen = [self._by_place[place] for place in places if place in self._by_place]
        if not seen:
            return NO_ANSWERS
        return Answers(
            reached=_reached([each.accepted for each in seen]),
            brokers=_distinct([each.broker_id for each in seen]),
            clusters=_distinct([each.cluster_id for each in seen]),
            trouble=_trouble(seen),
        )


def _reached(accepted: list[Fact[bool]]) -> Fact[bool]:
    first = next((fact for fact in accepted if isinstance(fact, Known) and fact.value), None)
    return first or next((fact for fact in accepted if isinstance(fact, Unknown)), accepted[0])


def _distinct(facts: list[Fact[T]]) -> Fact[tuple[T, ...]]:
    known = [fact for fact in facts if isinstance(fact, Known)]
    if known:
        values = tuple(dict.fromkeys(fact.value for fact in known))
        return Known(value=values, location=known[0].location)
    fault = next((fact for fact in facts if isinstance(fact, Unknown)), None)
    if fault is not None:
        return fault
    return next(fact for fact in facts if isinstance(fact, Absent))


def _trouble(seen: list[ConnectionObservation]) -> Fact[str]:
    """The reason of the first that is not reached: what was tried there says it."""
    for each in seen:
        why = each.broker_id
        if not (isinstance(each.accepted, Known) and each.accepted.value) and isinstance(why, Unknown):
            return Known(value=why.reason, location=why.location)
    return NOT_CONNECTED


def compared(brokers: tuple[Broker, ...]) -> tuple[Broker, ...]:
    """The brokers of one cluster. Where nothing comes back from an endpoint, while another one of the same
    listener is reached, the way from here is open, and the endpoint is not reached.
    """
    reached = {
        endpoint.listener
        for broker in brokers
        for endpoint in registered_endpoints(broker)
        if isinstance(endpoint.reached, Known) and endpoint.reached.value
    }
    return tuple(_compared(broker, reached) for broker in brokers)


def registered_endpoints(broker: Broker) -> tuple[Advertised, ...]:
    """The endpoints of its registration, as far as they are known."""
    endpoints = part(broker.registered, lambda face: face.endpoints)
    return endpoints.value if isinstance(endpoints, Known) else ()


def _compared(broker: Broker, reached: set[str]) -> Broker:
    face = broker.registered
    if not isinstance(face, Known) or not isinstance(face.value.endpoints, Known):
        return broker
    before = face.value.endpoints
    after = tuple(_told(endpoint, reached) for endpoint in before.value)
    if all(new is old for new, old in zip(after, before.value, strict=True)):
        return broker
    registered = replace(face, value=replace(face.value, endpoints=replace(before, value=after)))
    return replace(
        broker,
        registered=registered,
        endpoints=tuple(_compared_endpoint(endpoint, reached) for endpoint in broker.endpoints),
    )


def _compared_endpoint(endpoint: Endpoint, reached: set[str]) -> Endpoint:
    registered = endpoint.registered
    if not isinstance(registered, Known):
        return endpoint
    told = replace(registered, value=_told(registered.value, reached))
    return replace(endpoint, registered=told, current=told)


def _told(endpoint: Advertised, reached: set[str]) -> Advertised:
    fact = endpoint.reached
    silent = isinstance(fact, Unknown) and fact.kind is UnknownKind.FAULT
    if not silent or endpoint.listener not in reached:
        return endpoint
    return replace(endpoint, reached=Known(value=False, location=fact.location, assumed=(SILENT_ALONE,)))
