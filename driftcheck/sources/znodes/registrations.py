"""The brokers' registrations under `/brokers/ids`."""

from __future__ import annotations

from driftcheck.kafka.registration import BrokerRegistration, parse_registration
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, RegistrationObservation
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import Znode, ZooKeeperReader, znode_location

MAX_ID_DIGITS = 10


def read_registrations(
    reader: ZooKeeperReader, chroot: str, progress: Progress
) -> tuple[Fact[tuple[RegistrationObservation, ...]], tuple[Gap, ...]]:
    """Every registration by id; one that could not be read or understood has Unknown fields.

    A child that is no broker id is a gap. A broker that leaves between listing and reading is left out.
    """
    root = f"{chroot}/brokers/ids"
    children = reader.children(root)
    if not isinstance(children, Known):
        return children, ()
    ids = sorted(int(name) for name in children.value if _is_id(name))
    gaps = tuple(_no_id(root, name) for name in children.value if not _is_id(name))
    progress(f"reading {len(ids)} registrations")
    paths = [f"{root}/{broker_id}" for broker_id in ids]
    found = tuple(
        _unread(broker_id, path, fact)
        if isinstance(fact, Unknown)
        else _registration(broker_id, path, fact.value)
        for broker_id, path, fact in zip(ids, paths, reader.read_many(paths), strict=True)
        if isinstance(fact, Known | Unknown)
    )
    return Known(value=found, location=znode_location(root)), gaps


def _registration(broker_id: int, path: str, znode: Znode) -> RegistrationObservation:
    location = znode_location(path)
    parsed = parse_registration(znode.data, location)
    if isinstance(parsed, Unknown):
        parsed = BrokerRegistration(
            json_version=parsed, endpoints=parsed, host=parsed, port=parsed, rack=parsed, timestamp=parsed
        )
    return RegistrationObservation(
        broker_id=broker_id,
        location=location,
        json_version=parsed.json_version,
        endpoints=parsed.endpoints,
        host=parsed.host,
        port=parsed.port,
        rack=parsed.rack,
        ephemeral_owner=Known(value=znode.ephemeral_owner, location=location),
        czxid=Known(value=znode.czxid, location=location),
        created_at=znode.created_at,
        timestamp=parsed.timestamp,
    )


def _unread(broker_id: int, path: str, why: Unknown) -> RegistrationObservation:
    return RegistrationObservation(
        broker_id=broker_id,
        location=znode_location(path),
        json_version=why,
        endpoints=why,
        host=why,
        port=why,
        rack=why,
        ephemeral_owner=why,
        czxid=why,
        created_at=why,
        timestamp=why,
    )


def _is_id(name: str) -> bool:
    """A broker id as Kafka writes it: digits without a leading zero."""
    return name.isascii() and name.isdigit() and len(name) <= MAX_ID_DIGITS and str(int(name)) == name


def _no_id(root: str, name: str) -> Gap:
    return Gap(
        source="zookeeper",
        kind=UnknownKind.UNSUPPORTED,
        reason=f"{name!r} under {root} is not a broker id",
        location=znode_location(f"{root}/{name}"),
        hides="a registration, if it is one",
    )
