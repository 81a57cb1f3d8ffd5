"""One release's answer as facts with their places, and doubts where other settings could decide them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from driftcheck.join.derived import in_doubt, options
from driftcheck.join.settings import Settings
from driftcheck.kafka.endpoints import EffectiveEndpoints, Endpoint
from driftcheck.kafka.listeners import Listener
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import BoundListener
from driftcheck.model.locations import Location

T = TypeVar("T")

_ADVERTISED = ("advertised.listeners",)
_PAIR = ("advertised.host.name", "advertised.port")
_LISTENERS = ("listeners",)
_HOSTS = ("advertised.host.name", "host.name")
_PORTS = ("advertised.port", "port")
_PROTOCOLS = ("listener.security.protocol.map",)
_INTER_BROKER = ("inter.broker.listener.name", "security.inter.broker.protocol", *_PROTOCOLS)
_ROLES = ("process.roles", "controller.listener.names")

_ALL_ADDRESSES = Absent(evidence="it binds to every address of the machine")
_NO_PLAINTEXT = Absent(evidence="no endpoint speaks PLAINTEXT")


@frozen
class PlainEndpoint:
    """An endpoint as a broker would register it, and where its host stands."""

    listener: str
    host: Fact[str]
    port: Fact[int]
    protocol: Fact[str]
    host_from: Fact[str]
    location: Location | None


@frozen
class Read:
    """What a release reads from settings; the fields are those of ConfigFace."""

    endpoints: Fact[tuple[PlainEndpoint, ...]]
    listeners: Fact[tuple[BoundListener, ...]]
    inter_broker_listener: Fact[str]
    host: Fact[str]
    port: Fact[int]


def nothing(why: Unknown) -> Read:
    """What is read where nothing can be."""
    return Read(endpoints=why, listeners=why, inter_broker_listener=why, host=why, port=why)


@frozen
class Reading:
    """Reads answers about `settings`. `canonical`: Java's name for the machine; `host_of`: the host that an
    answer's text stands for.
    """

    settings: Settings
    canonical: Fact[str]
    host_of: Callable[[str], str]

    def read(self, answer: EffectiveEndpoints) -> Read:
        """The facts of a release that would start."""
        listing = self._listing_doubt(answer)
        endpoints = tuple(self._endpoint(each, answer.release.family) for each in answer.endpoints or ())
        place = endpoints[0].location if endpoints else self.settings.place("listeners")
        known = Known(value=endpoints, location=place)
        host, port = _old_pair(endpoints)
        return Read(
            endpoints=known if listing is None else replace(listing, candidates=(known,)),
            listeners=self._bound(answer, listing),
            inter_broker_listener=in_doubt(
                self._inter_broker_doubt(answer.release.family),
                _fact(answer.inter_broker_listener, "this release has none"),
            ),
            host=in_doubt(listing, host),
            port=in_doubt(listing, port),
        )

    def _listing_doubt(self, answer: EffectiveEndpoints) -> Unknown | None:
        """Why there may be other endpoints than these, if there may: what comes first may be set."""
        family = answer.release.family
        if family < (0, 9):
            return None
        decided = {key for each in answer.endpoints or () for key in (each.host_from, each.port_from)}
        above: list[str] = []
        layers = (_ADVERTISED, _PAIR, _LISTENERS) if family < (3, 0) else (_ADVERTISED, _LISTENERS)
        for layer in layers:
            if decided & set(layer):
                break
            above += layer
        roles = [key for key in _ROLES if key in self.settings.values] if family >= (2, 8) else []
        return self.settings.doubt([*above, *roles])

    def _inter_broker_doubt(self, family: tuple[int, ...]) -> Unknown | None:
        if family < (0, 9):
            return None
        return self.settings.doubt(_INTER_BROKER if family >= (0, 10, 2) else _INTER_BROKER[1:2])

    def _endpoint(self, endpoint: Endpoint, family: tuple[int, ...]) -> PlainEndpoint:
        pairs = family >= (0, 8, 1)
        host_doubt = self._field_doubt(endpoint, endpoint.host_from, _HOSTS if pairs else _HOSTS[1:])
        port_doubt = self._field_doubt(endpoint, endpoint.port_from, _PORTS if pairs else _PORTS[1:])
        port = in_doubt(
            port_doubt, Known(value=endpoint.port, location=self.settings.place(endpoint.port_from))
        )
        place = self.settings.place(endpoint.host_from)
        host = self._host(endpoint)
        if host_doubt is not None:
            host = replace(host_doubt, candidates=options([host_doubt, host]))
        if isinstance(host, Unknown):
            host = replace(host, fragments=_gaps(endpoint.name, port))
        map_doubt = self.settings.doubt(_PROTOCOLS) if family >= (0, 10, 2) else None
        return PlainEndpoint(
            listener=endpoint.name,
            host=host,
            port=port,
            protocol=in_doubt(map_doubt, Known(value=endpoint.security_protocol)),
            host_from=in_doubt(host_doubt, Known(value=endpoint.host_from, location=place)),
            location=place,
        )

    def _field_doubt(self, endpoint: Endpoint, decided_by: str, chain: Sequence[str]) -> Unknown | None:
        """Why a setting of the chain up to the one which decided a host or port may be another, if it may."""
        if endpoint.port_from in (*_ADVERTISED, *_LISTENERS):
            return None
        return self.settings.doubt(chain[: chain.index(decided_by) + 1] if decided_by in chain else chain)

    def _host(self, endpoint: Endpoint) -> Fact[str]:
        source = self.settings.values.get(endpoint.host_from)
        if not isinstance(source, Known) or not isinstance(endpoint.host, Known):
            return self._canonical()
        return Known(
            value=self.host_of(endpoint.host.value),
            location=source.location,
            derived_from=(source,),
            shadows=source.shadows,
            assumed=source.assumed,
        )

    def _canonical(self) -> Fact[str]:
        match self.canonical:
            case Known():
                return replace(self.canonical, derived_from=(self.canonical,))
            case Unknown():
                return self.canonical
        return missing(f"the machine's canonical host name is not known: {self.canonical.evidence}")

    def _bound(self, answer: EffectiveEndpoints, listing: Unknown | None) -> Fact[tuple[BoundListener, ...]]:
        why = listing or self._binding_doubt(answer.release.family)
        if why is not None:
            return replace(why, candidates=(), fragments=())
        told = {each.name for each in (*(answer.endpoints or ()), *answer.controller_endpoints)}
        bound = tuple(self._listener(each, advertised=each.name in told) for each in answer.listeners)
        return Known(value=bound, location=self.settings.place("listeners"))

    def _binding_doubt(self, family: tuple[int, ...]) -> Unknown | None:
        """By `listeners`; without it, or before 0.9 had it, by host.name and port."""
        doubt = self.settings.doubt(_LISTENERS) if family >= (0, 9) else None
        named = family >= (3, 0) or (family >= (0, 9) and isinstance(self.settings.get("listeners"), Known))
        return doubt if named else doubt or self.settings.doubt((_HOSTS[1], _PORTS[1]))

    def _listener(self, listener: Listener, *, advertised: bool) -> BoundListener:
        host: Fact[str] = _ALL_ADDRESSES
        if listener.host:
            place = self.settings.place(listener.host_from)
            host = Known(value=self.host_of(listener.host), location=place)
        return BoundListener(name=listener.name, host=host, port=listener.port, advertised=advertised)


def _old_pair(endpoints: Sequence[PlainEndpoint]) -> tuple[Fact[str], Fact[int]]:
    """Host and port of the first endpoint that speaks PLAINTEXT."""
    for endpoint in endpoints:
        if isinstance(endpoint.protocol, Unknown):
            return in_doubt(endpoint.protocol, endpoint.host), in_doubt(endpoint.protocol, endpoint.port)
        if isinstance(endpoint.protocol, Known) and endpoint.protocol.value == "PLAINTEXT":
            return endpoint.host, endpoint.port
    return _NO_PLAINTEXT, _NO_PLAINTEXT


def _gaps(listener: str, port: Fact[int]) -> tuple[str | None, ...]:
    known = (f":{port.value}",) if isinstance(port, Known) else ()
    return (f"{listener}://", None, *known)


def _fact(value: T | None, otherwise: str) -> Fact[T]:
    return Absent(evidence=otherwise) if value is None else Known(value=value)
