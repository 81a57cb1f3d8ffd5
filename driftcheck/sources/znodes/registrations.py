"""The brokers' registrations under `/brokers/ids`."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.kafka.listeners import INT_RANGE
from driftcheck.kafka.registration import BrokerRegistration, parse_registration
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, RegistrationObservation
from driftcheck.sources.interface import Progress
from driftcheck.sources.znodes.client import Znode, ZooKeeperReader, znode_location
from driftcheck.sources.znodes.gaps import MAX_NAMED, gap, gaps_by_reason

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
    gaps = _no_ids(root, [name for name in children.value if not _is_id(name)])
    progress(f"reading {len(ids)} registrations")
    paths = [f"{root}/{broker_id}" for broker_id in ids]
    found = tuple(
        _unread(broker_id, path, fact)
        if isinstance(fact, Unknown)
        else _registration(broker_id, path, fact.value)
        for broker_id, path, fact in zip(ids, paths, reader.read_each(paths), strict=True)
        if isinstance(fact, Known | Unknown)
    )
    return Known(value=found, location=znode_location(root)), gaps + _in_part(found)


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
    """A broker id as Kafka writes it: an `int` in digits without a leading zero."""
    digits = name.isascii() and name.isdigit() and len(name) <= MAX_ID_DIGITS
    return digits and int(name) in INT_RANGE and str(int(name)) == name


def _no_ids(root: str, names: Sequence[str]) -> tuple[Gap, ...]:
    if not names:
        return ()
    reason = f"{names[0]!r} under {root} is not a broker id"
    if len(names) > 1:
        named = ", ".join(map(repr, names[:MAX_NAMED]))
        reason = (
            f"{len(names)} names under {root} are not broker ids ({named}{', …' * (len(names) > MAX_NAMED)})"
        )
    why = Unknown(kind=UnknownKind.FAULT, reason=reason, location=znode_location(f"{root}/{names[0]}"))
    return (gap(why, "registrations, if that is what they are"),)


def _in_part(found: Sequence[RegistrationObservation]) -> tuple[Gap, ...]:
    """What is malformed in records that are understood else: few rules need it, and none may miss it."""
    unread = [
        (each.location.name, field)
        for each in found
        if isinstance(each.endpoints, Known)
        for field in (each.host, each.port, each.rack, each.timestamp)
        if isinstance(field, Unknown)
    ]
    return gaps_by_reason(unread, "registrations", "that part of what they say")
