"""Where the registered endpoints lead, so that it can be connected to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftcheck.formats.host_names import is_wildcard
from driftcheck.join.connections import Connections
from driftcheck.join.machines import machines_of
from driftcheck.join.names import Names
from driftcheck.join.roads import Roads, ways_in
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import RegisteredEndpoint, RegistrationObservation, Snapshot

MAX_ADDRESSES = 8
"""Of one host."""

FIRST_OF_0_10 = 3
"""The version of the registration that brokers write from 0.10.0 on, unless they imitate older ones."""


@frozen
class Doorstep:
    """An address and a port that brokers advertise. `ids`: theirs, in order. `ask`: whether all of them say
    that it speaks without authentication, and none that it may lead to any broker; `old`: whether one of
    them registered as brokers before 0.10.0 do.
    """

    address: str
    port: int
    ids: tuple[int, ...]
    ask: bool
    old: bool


def doorsteps(snapshot: Snapshot, configuration: Configuration) -> tuple[Doorstep, ...]:
    """Every address of every registered endpoint, each port once, in order."""
    roads = Roads(
        names=Names(snapshot.dns),
        machines=machines_of(()),
        ways_in=ways_in(configuration.listeners),
        connections=Connections(()),
    )
    found: dict[tuple[str, int], Doorstep] = {}
    for seen in snapshot.zookeepers:
        for registration in seen.registrations.value if isinstance(seen.registrations, Known) else ():
            for each in _of_registration(registration, roads):
                place = (each.address, each.port)
                found[place] = _both(found[place], each) if place in found else each
    return tuple(each for _, each in sorted(found.items()))


def leaders(snapshot: Snapshot) -> Mapping[int, tuple[str, int]]:
    """One partition for each broker that leads any: topic and number."""
    found: dict[int, tuple[str, int]] = {}
    for seen in snapshot.zookeepers:
        for each in seen.partitions.value if isinstance(seen.partitions, Known) else ():
            if isinstance(each.leader, Known) and each.leader.value >= 0:
                found.setdefault(each.leader.value, (each.topic, each.partition))
    return found


def _of_registration(registration: RegistrationObservation, roads: Roads) -> Iterator[Doorstep]:
    version = registration.json_version.value if isinstance(registration.json_version, Known) else 0
    endpoints = registration.endpoints.value if isinstance(registration.endpoints, Known) else ()
    for each in endpoints:
        host = Known(value=each.host, location=registration.location)
        addresses = roads.addresses(host)
        if not isinstance(addresses, Known) or not 0 < each.port < 65536:
            continue
        ask = _is_plaintext(each, version) and not roads.is_declared(each.listener, host, addresses)
        for address in addresses.value[:MAX_ADDRESSES]:
            if not is_wildcard(address):
                yield Doorstep(
                    address=address,
                    port=each.port,
                    ids=(registration.broker_id,),
                    ask=ask,
                    old=version < FIRST_OF_0_10,
                )


def _is_plaintext(endpoint: RegisteredEndpoint, version: int) -> bool:
    """What 0.8 registered speaks nothing else."""
    protocol = endpoint.protocol
    return version == 1 or (isinstance(protocol, Known) and protocol.value == "PLAINTEXT")


def _both(one: Doorstep, other: Doorstep) -> Doorstep:
    return Doorstep(
        address=one.address,
        port=one.port,
        ids=tuple(sorted({*one.ids, *other.ids})),
        ask=one.ask and other.ask,
        old=one.old or other.old,
    )
