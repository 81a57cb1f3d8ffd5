"""One server of an ensemble: what its files and its own answer say, side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key, is_wildcard
from driftcheck.join.derived import in_doubt, mapped
from driftcheck.join.machines import MachineFaces
from driftcheck.join.roads import Roads
from driftcheck.join.servers import server_text
from driftcheck.join.zookeeper.files import Files
from driftcheck.join.zookeeper.groups import client_ports, settings_known
from driftcheck.join.zookeeper.machines import binds_loopback, is_own
from driftcheck.kafka.java_text import LONG, NotANumberError, integer
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.zookeeper_peers import Peer, ZooKeeperRelease
from driftcheck.kafka.zookeeper_startup import id_refusal, start_refusal
from driftcheck.model.ensembles import NO_FILE, ZooKeeperServer
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import HostsObservation, ServerObservation

_STARTS = Absent(evidence="ZooKeeper starts with these files")
_ID_IS_TAKEN = Absent(evidence="ZooKeeper takes the id")
_NO_ID = Absent(evidence="a server by itself needs no id")
_NO_LINE = Absent(evidence="none of the lines leads to its machine")
_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})")


@frozen
class Around:
    """What is known of all machines. `hosts`: hosts files by node; `any_myid`: whether a server's `myid` is
    among the files, so that they would be expected of all. `usual_hosts`: by id, what a server is called.
    """

    roads: Roads
    machines: MachineFaces
    hosts: Mapping[str, HostsObservation]
    any_myid: bool
    usual_hosts: Mapping[int, str]


def server_of(files: Files, seen: ServerObservation | None, around: Around) -> ZooKeeperServer:
    """A server with files; `seen` is what it says of itself, if it was asked."""
    release = _release(seen)
    peers = files.peers(release)
    own = _own_peer(peers, files, around)
    own_id = mapped(own, lambda peer: peer.id)
    alone = _alone(files, release)
    lines = mapped(peers, lambda several: tuple(str(_named(each, around)) for each in several))
    refusal = start_refusal(files.server_files(), release)
    server = ZooKeeperServer(
        name=files.name,
        node=Known(value=files.node, location=files.settings.location),
        location=files.settings.location,
        id=_id(files.myid),
        own_id=own_id,
        lines=lines,
        servers=mapped(lines, lambda several: ", ".join(several) or "no servers"),
        ids=mapped(peers, lambda several: tuple(peer.id for peer in several)),
        client_ports=_client_ports(files, own),
        start_error=_start_error(files, refusal),
        id_error=_id_error(files, release, around, alone) if refusal is None else _ID_IS_TAKEN,
        has_myid=_has_myid(files, around, alone),
        binds_loopback=_binds_loopback(files, own, peers, around),
        clashes=mapped(peers, lambda several: _clashes(several, own, files)),
        alone=alone,
        properties=files.settings.values,
        whole=files.settings.broken is None,
        ignores=files.ignores,
    )
    return server if seen is None else answered(server, seen)


def _named(peer: Peer, around: Around) -> Peer:
    """A peer by its name, where its line says that it binds every address."""
    usual = around.usual_hosts.get(peer.id)
    if usual is None or not is_wildcard(peer.host):
        return peer
    return replace(peer, addresses=tuple(replace(each, host=usual) for each in peer.addresses))


def asked_alone(seen: ServerObservation) -> ZooKeeperServer:
    """A server that was asked, and whose files are not known."""
    server = ZooKeeperServer(
        name=server_text(host_key(seen.host), seen.port),
        node=missing("whose machine it is was not found"),
        location=seen.location,
        id=NO_FILE,
        own_id=NO_FILE,
        lines=NO_FILE,
        servers=NO_FILE,
        ids=NO_FILE,
        client_ports=Known(value=(seen.port,), location=seen.location),
        start_error=NO_FILE,
        id_error=NO_FILE,
        has_myid=NO_FILE,
        binds_loopback=NO_FILE,
        clashes=NO_FILE,
        alone=NO_FILE,
        properties={},
        whole=False,
    )
    return answered(server, seen)


def answered(server: ZooKeeperServer, seen: ServerObservation) -> ZooKeeperServer:
    return replace(
        server,
        named=Known(value=seen.named, location=seen.location),
        answered=seen.answered,
        trouble=seen.trouble,
        mode=seen.mode,
        version=seen.version,
        zxid=seen.zxid,
        followers=seen.followers,
    )


def with_shared_ids(servers: Sequence[ZooKeeperServer]) -> list[ZooKeeperServer]:
    """The servers with those that have the same id; one that is known to have another's is named for that."""
    by_id: dict[int, list[str]] = {}
    for server in servers:
        if isinstance(server.id, Known) and not _strays(server):
            by_id.setdefault(server.id.value, []).append(server.name)
    return [replace(server, id_shared_with=_shared(server, by_id)) for server in servers]


def _shared(server: ZooKeeperServer, by_id: Mapping[int, Sequence[str]]) -> Fact[tuple[str, ...]]:
    def others(number: int) -> tuple[str, ...]:
        names = by_id.get(number, ())
        return tuple(name for name in names if name != server.name) if server.name in names else ()

    return mapped(server.id, others)


def _strays(server: ZooKeeperServer) -> bool:
    """Whether its id is known to be another server's."""
    return (
        isinstance(server.id, Known)
        and isinstance(server.own_id, Known)
        and server.id.value != server.own_id.value
    )


def _release(seen: ServerObservation | None) -> ZooKeeperRelease | None:
    if seen is None or not isinstance(seen.version, Known):
        return None
    found = _RELEASE.match(seen.version.value)
    return (int(found[1]), int(found[2])) if found else None


def _own_peer(peers: Fact[tuple[Peer, ...]], files: Files, around: Around) -> Fact[Peer]:
    """The line that leads to the server's own machine; Absent where several do, as on a machine with all of
    them.
    """
    if not isinstance(peers, Known):
        return peers
    machine = around.machines.face(files.node)
    found = [(peer, is_own(peer.host, files.node, machine, around.roads)) for peer in peers.value]
    mine = [peer for peer, fact in found if isinstance(fact, Known) and fact.value]
    if len(mine) == 1:
        place = files.lists.place(f"server.{mine[0].id}")
        return Known(value=mine[0], location=place)
    doubt = next((fact for _, fact in found if isinstance(fact, Unknown)), None)
    return doubt if doubt is not None and not mine else replace(_NO_LINE, location=peers.location)


def _id(line: Fact[str]) -> Fact[int]:
    if not isinstance(line, Known):
        return line
    try:
        return Known(value=integer(line.value, LONG), location=line.location)
    except NotANumberError:
        return Absent(evidence="its myid is no number", location=line.location)


def _alone(files: Files, release: ZooKeeperRelease | None) -> Fact[bool]:
    if files.broken is not None or not settings_known(files):
        return files.broken or missing("not all of its file is known", files.settings.location)
    try:
        found = files.server_files().is_distributed(release or (3, 5))
    except Refused as refused:
        return Absent(evidence=f"ZooKeeper cannot read its list: {refused.reason}")
    return Known(value=not found, location=files.settings.location)


def _start_error(files: Files, refusal: str | None) -> Fact[str]:
    doubt = files.broken
    if doubt is None and not settings_known(files):
        doubt = missing("not all of its file is known", files.settings.location)
    if doubt is None and files.has_several_addresses():
        option = "-Dzookeeper.multiAddress.enabled=true"
        doubt = missing(f"whether its JVM has {option} is not known", files.lists.location)
    found: Fact[str] = replace(_STARTS, location=files.settings.location)
    if refusal is not None:
        found = Known(value=refusal, location=files.settings.location)
    return in_doubt(doubt, found)


def _has_myid(files: Files, around: Around, alone: Fact[bool]) -> Fact[bool]:
    if not isinstance(alone, Known):
        return alone
    if alone.value:
        return _NO_ID
    if isinstance(files.myid, Absent):
        if not around.any_myid:
            return missing("no myid is among the files", files.settings.location)
        return Known(value=False, location=files.settings.location)
    return mapped(files.myid, lambda _: True)


def _id_error(files: Files, release: ZooKeeperRelease | None, around: Around, alone: Fact[bool]) -> Fact[str]:
    """ZooKeeper's own words; Unknown where it is not known whether there is a `myid`."""
    if not isinstance(alone, Known):
        return alone
    if isinstance(files.myid, Absent) and not around.any_myid:
        return missing("no myid is among the files", files.settings.location) if not alone.value else _NO_ID
    if isinstance(files.myid, Unknown):
        return replace(files.myid, candidates=(), fragments=())
    line = files.myid.value if isinstance(files.myid, Known) else None
    place = files.myid.location
    refusal = id_refusal(files.server_files(), line, release)
    return replace(_ID_IS_TAKEN, location=place) if refusal is None else Known(value=refusal, location=place)


def _client_ports(files: Files, own: Fact[Peer]) -> Fact[tuple[int, ...]]:
    if isinstance(own, Unknown) or not settings_known(files):
        doubt = own if isinstance(own, Unknown) else files.broken
        return doubt or missing("not all of its file is known", files.settings.location)
    ports = client_ports(files, own.value if isinstance(own, Known) else None)
    return Known(value=tuple(sorted(ports)), location=files.settings.place("clientPort"))


def _binds_loopback(
    files: Files, own: Fact[Peer], peers: Fact[tuple[Peer, ...]], around: Around
) -> Fact[bool]:
    if not isinstance(own, Known) or not isinstance(peers, Known):
        return replace(own, candidates=(), fragments=()) if isinstance(own, Unknown) else _NO_LINE
    if files.server_files().is_true("quorumListenOnAllIPs"):
        return Known(value=False, location=files.settings.place("quorumListenOnAllIPs"))
    others = [peer.host for peer in peers.value]
    found = binds_loopback(own.value.host, around.hosts.get(files.node), around.roads, others)
    return replace(found, location=own.location) if isinstance(found, Known) else found


def _clashes(peers: Sequence[Peer], own: Fact[Peer], files: Files) -> tuple[str, ...]:
    """Places that two things are to bind: two lines, or the server's own line and its clients."""
    places = Counter(
        (host_key(address.host), port)
        for peer in peers
        for address in peer.addresses
        for port in (address.port, address.election_port)
        if port is not None
    )
    if isinstance(own, Known):
        places.update((host_key(own.value.host), port) for port in client_ports(files, own.value))
    return tuple(server_text(host, port) for (host, port), count in sorted(places.items()) if count > 1)
