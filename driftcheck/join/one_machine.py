"""Whether the brokers of a cluster are made to stand on one machine, or in containers of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from driftcheck.formats.host_names import host_key, is_localhost, is_loopback, is_wildcard
from driftcheck.join.derived import part, possible
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.inventory import Advertised, Broker, ConfigFace

_LISTENER = re.compile(r"://\[?([^\],/]*?)\]?:(-?\d+)")
_VOTER = re.compile(r"\d+@\[?([^\],@]+?)\]?:\d+")
_PORT = "9092"


def on_one_machine(brokers: Sequence[Broker]) -> bool:
    """Whether every broker's file keeps out of the others' way as it has to on one machine, and on no other:
    ports of its own, not all the same log directories, and no two hosts named in all of them.

    The releases read the same text differently; here it is taken by itself. What is not known says no.
    """
    faces = [broker.config.value for broker in brokers if isinstance(broker.config, Known)]
    if len(faces) < 2 or len(faces) < len(brokers) or _stand_apart(brokers):
        return False
    hosts: set[str] = set()
    for face in faces:
        hosts |= _hosts(face)
        if len(hosts) > 1:
            return False
    ports = list(map(_ports, faces))
    apart = sum(map(len, ports)) == len(set().union(*ports))
    return apart and len({frozenset(_directories(face)) for face in faces}) > 1


def published_listeners(brokers: Sequence[Broker]) -> tuple[str, ...]:
    """The listeners that every broker advertises on a loopback host, each under a port that no other has, as
    brokers of one machine do that bind these very ports, or containers of one whose ports are published on it
    beside a listener for themselves.

    Brokers on machines of their own have one port for one listener. What is not known says no. A KRaft
    controller advertises nothing.
    """
    advertising = [broker for broker in brokers if broker.endpoints or not isinstance(broker.config, Known)]
    told = list(map(_told, advertising))
    if len(told) < 2 or not all(told) or _stand_apart(brokers):
        return ()
    bound = list(map(_bound, advertising))
    ports = [port for each in told for _, port in each.values()]
    if len(set(ports)) == len(ports) and all(
        (is_localhost(host) or is_loopback(host)) and held.get(name) == port
        for held, each in zip(bound, told, strict=True)
        for name, (host, port) in each.items()
    ):
        return tuple(sorted(set().union(*told)))
    found = []
    for name in sorted(set(told[0]).intersection(*told[1:])):
        at_home = all(is_localhost(each[name][0]) or is_loopback(each[name][0]) for each in told)
        itself = all(ports.get(name) == each[name][1] for ports, each in zip(bound, told, strict=True))
        beside = all(any(not _leads_home(host) for host, _ in each.values()) for each in told)
        if at_home and (itself or beside) and len({each[name][1] for each in told}) == len(told):
            found.append(name)
    return tuple(found)


def _bound(broker: Broker) -> dict[str, int]:
    """The port that a broker binds, by listener."""
    match broker.config:
        case Known(value=ConfigFace(listeners=Known(value=several))):
            return {each.name: each.port for each in several}
    return {}


def _told(broker: Broker) -> dict[str, tuple[str, int]]:
    """The host and port that a broker tells its clients, by listener; nothing if a part is not known."""
    told = {}
    for each in broker.endpoints:
        match each.current:
            case Known(value=Advertised(host=Known(value=host), port=Known(value=port))):
                told[each.listener] = (host, port)
            case Absent():
                continue
            case _:
                return {}
    return told


def _leads_home(host: str) -> bool:
    return is_localhost(host) or is_loopback(host) or is_wildcard(host)


def _stand_apart(brokers: Iterable[Broker]) -> bool:
    """Whether two of the brokers are known to have machines of their own."""
    machines = {
        frozenset(fact.value)
        for broker in brokers
        if isinstance(fact := part(broker.machine, lambda machine: machine.addresses), Known)
    }
    sessions = {
        peer.value
        for broker in brokers
        if isinstance(peer := part(broker.registered, lambda face: face.session_address), Known)
    }
    return len(machines) > 1 or len(sessions) > 1


def _texts(face: ConfigFace, *keys: str) -> Iterator[str]:
    nothing: Fact[str] = Absent(evidence="it is not set")
    for key in keys:
        yield from possible(face.properties.get(key, nothing))


def _ports(face: ConfigFace) -> set[str]:
    listed = {port for text in _texts(face, "listeners") for _, port in _LISTENER.findall(text)}
    return listed or {text.strip() for text in _texts(face, "port")} or {_PORT}


def _directories(face: ConfigFace) -> set[str]:
    listed = set(_texts(face, "log.dirs")) or set(_texts(face, "log.dir")) or {"/tmp/kafka-logs"}
    return {each.strip() for text in listed for each in text.split(",") if each.strip()}


def _hosts(face: ConfigFace) -> set[str]:
    """The hosts that are named, without what is the machine itself wherever it stands."""
    listed = _texts(face, "listeners", "advertised.listeners")
    named = {host for text in listed for host, _ in _LISTENER.findall(text)}
    named.update(host for text in _texts(face, "controller.quorum.voters") for host in _VOTER.findall(text))
    named.update(text.strip() for text in _texts(face, "host.name", "advertised.host.name"))
    keys = {host_key(host) for host in named if host}
    return {key for key in keys if not (is_localhost(key) or is_loopback(key) or is_wildcard(key))}
