"""One Kafka cluster in one ensemble: what its znodes say, and what could not be learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from driftcheck.kafka.connect_string import parse_connect_string
from driftcheck.kafka.znodes import cluster_id, controller_id, overrides
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, RegistrationObservation, ZooKeeperObservation
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.znodes.access import access_of
from driftcheck.sources.znodes.client import Znode, ZooKeeperReader, open_reader, znode_location
from driftcheck.sources.znodes.gaps import gap, gaps_by_reason
from driftcheck.sources.znodes.partitions import read_partitions
from driftcheck.sources.znodes.registrations import read_registrations
from driftcheck.sources.znodes.session_addresses import SessionAddresses

MAX_HINTS = 50
"""How many znodes are looked at for a Kafka cluster when the chroot has none."""

MAX_SHOWN = 5

_HIDES_ALL = "everything that the brokers registered"
_HIDES_OVERRIDES = "settings that override the brokers' files, listeners among them"


def observe(
    connect: str, now: datetime, request: Request, deadline: Deadline
) -> tuple[ZooKeeperObservation, tuple[Gap, ...]]:
    """The cluster of a connect string. Never raises: what is not known is Unknown, with a Gap beside it."""
    parsed = parse_connect_string(connect)
    if parsed.problems:
        reason = f"the connect string {connect!r} cannot be used: {'; '.join(parsed.problems)}"
        return _nothing(connect, now, Unknown(kind=UnknownKind.FAULT, reason=reason))
    request.progress(f"connecting to ZooKeeper at {connect}")
    access = access_of(request.configuration.zookeeper)
    reader = access if isinstance(access, Unknown) else open_reader(parsed.servers, deadline, access)
    if isinstance(reader, Unknown):
        return _nothing(connect, now, reader)
    try:
        chroot = parsed.chroot.rstrip("/")
        if (problem := _chroot_problem(reader, chroot, connect)) is not None:
            return _nothing(connect, now, problem)
        sessions = SessionAddresses(reader, parsed.servers, reader.access, deadline)
        return _read(reader, chroot, connect, now, request, sessions)
    finally:
        reader.close()


def _read(
    reader: ZooKeeperReader,
    chroot: str,
    connect: str,
    now: datetime,
    request: Request,
    sessions: SessionAddresses,
) -> tuple[ZooKeeperObservation, tuple[Gap, ...]]:
    cluster, controller = reader.read_many([f"{chroot}/cluster/id", f"{chroot}/controller"])
    registrations, gaps = read_registrations(reader, chroot, request.progress)
    found, more = _overrides(reader, chroot, registrations)
    partitions, unread = read_partitions(reader, chroot, request.progress)
    this_cluster = (
        cluster_id(cluster.value.data, znode_location(f"{chroot}/cluster/id"))
        if isinstance(cluster, Known)
        else cluster
    )
    for fact, hides in (
        (registrations, _HIDES_ALL),
        (partitions, "topics and partitions"),
        (this_cluster, "which cluster this is"),
    ):
        if isinstance(fact, Unknown):
            gaps += (gap(fact, hides),)
    if isinstance(registrations, Absent):
        gaps += (_no_cluster(reader, chroot, connect),)
    observation = ZooKeeperObservation(
        connect=connect,
        observed_at=now,
        cluster_id=this_cluster,
        controller=(
            controller_id(controller.value.data, znode_location(f"{chroot}/controller"))
            if isinstance(controller, Known)
            else controller
        ),
        registrations=(
            replace(registrations, value=sessions.of(registrations.value))
            if isinstance(registrations, Known)
            else registrations
        ),
        overrides=found,
        partitions=partitions,
    )
    return observation, gaps + more + unread


def _overrides(
    reader: ZooKeeperReader, chroot: str, registrations: Fact[tuple[RegistrationObservation, ...]]
) -> tuple[Mapping[str, Fact[Mapping[str, str]]], tuple[Gap, ...]]:
    """Overrides by broker id or `<default>`; Unknown for every registered broker if they cannot be listed."""
    root = f"{chroot}/config/brokers"
    entities = reader.children(root)
    match entities:
        case Absent():
            return {}, ()
        case Unknown():
            known = registrations.value if isinstance(registrations, Known) else ()
            names = ["<default>", *(str(registration.broker_id) for registration in known)]
            return dict.fromkeys(names, entities), (gap(entities, _HIDES_OVERRIDES),)
        case Known():
            names = list(entities.value)
    paths = [f"{root}/{name}" for name in names]
    found = {
        name: overrides(fact.value.data, znode_location(path)) if isinstance(fact, Known) else fact
        for name, path, fact in zip(names, paths, reader.read_many(paths), strict=True)
    }
    unread = [(f"{root}/{name}", fact) for name, fact in found.items() if isinstance(fact, Unknown)]
    return found, gaps_by_reason(unread, "znodes", _HIDES_OVERRIDES)


def _chroot_problem(reader: ZooKeeperReader, chroot: str, connect: str) -> Unknown | None:
    """Why nothing can be read below the chroot: it is not there, or the server does not answer."""
    root: Fact[Znode] = reader.read(chroot or "/")
    if isinstance(root, Absent):
        reason = (
            f"no such chroot: {chroot} does not exist at {_servers(connect)}; "
            f"the brokers' zookeeper.connect says which{_clusters(reader)}"
        )
        return Unknown(kind=UnknownKind.FAULT, reason=reason, location=znode_location(chroot))
    return root if isinstance(root, Unknown) and (root.kind is UnknownKind.FAULT or reader.is_lost) else None


def _no_cluster(reader: ZooKeeperReader, chroot: str, connect: str) -> Gap:
    reason = (
        f"no Kafka cluster: {chroot}/brokers/ids does not exist at {_servers(connect)}; "
        f"the brokers' zookeeper.connect says the chroot{_clusters(reader)}"
    )
    location = znode_location(f"{chroot}/brokers/ids")
    return Gap(source="zookeeper", kind=UnknownKind.FAULT, reason=reason, location=location, hides=_HIDES_ALL)


def _clusters(reader: ZooKeeperReader) -> str:
    """Chroots that do hold a cluster, as the end of a sentence; empty if none is seen one level down."""
    children = reader.children("/")
    candidates = (
        [""] + [f"/{name}" for name in children.value[:MAX_HINTS]] if isinstance(children, Known) else []
    )
    found = reader.read_many([f"{chroot}/brokers/ids" for chroot in candidates])
    there = [chroot or "/" for chroot, fact in zip(candidates, found, strict=True) if isinstance(fact, Known)]
    return f" (there are brokers under {', '.join(there[:MAX_SHOWN])})" if there else ""


def _nothing(connect: str, now: datetime, why: Unknown) -> tuple[ZooKeeperObservation, tuple[Gap, ...]]:
    observation = ZooKeeperObservation(
        connect=connect,
        observed_at=now,
        cluster_id=why,
        controller=why,
        registrations=why,
        overrides={},
        partitions=why,
    )
    return observation, (gap(why, _HIDES_ALL),)


def _servers(connect: str) -> str:
    return connect.partition("/")[0]
