"""Whether the brokers of a cluster are made to stand on one machine, as in a trial or a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from driftcheck.formats.host_names import host_key, is_localhost, is_loopback, is_wildcard
from driftcheck.join.derived import part, possible
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.inventory import Broker, ConfigFace

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
