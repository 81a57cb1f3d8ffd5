"""Where the registered endpoints lead, so that it can be connected to."""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.formats.host_names import is_wildcard
from driftcheck.join.connections import registered_endpoints
from driftcheck.join.inventory import join
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Advertised, RegisteredFace
from driftcheck.model.snapshot import Snapshot

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
    found: dict[tuple[str, int], Doorstep] = {}
    for cluster in join(snapshot, configuration).clusters:
        for broker in cluster.brokers:
            for endpoint in registered_endpoints(broker):
                if isinstance(broker.registered, Known):
                    for each in _of_endpoint(endpoint, broker.registered.value):
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


def _of_endpoint(endpoint: Advertised, face: RegisteredFace) -> list[Doorstep]:
    addresses, port = endpoint.addresses, endpoint.port
    if not isinstance(addresses, Known) or not isinstance(port, Known) or not 0 < port.value < 65536:
        return []
    version = face.json_version.value if isinstance(face.json_version, Known) else 0
    return [
        Doorstep(
            address=address,
            port=port.value,
            ids=(face.broker_id,),
            ask=_is_plaintext(endpoint, version) and not endpoint.declared,
            old=version < FIRST_OF_0_10,
        )
        for address in addresses.value[:MAX_ADDRESSES]
        if not is_wildcard(address)
    ]


def _is_plaintext(endpoint: Advertised, version: int) -> bool:
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
