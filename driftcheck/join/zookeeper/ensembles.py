"""Ensembles: which servers each has, whose it is, and whether it has a quorum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.join.folders import Folders
from driftcheck.join.machines import MachineFaces
from driftcheck.join.node_objects import NodeObjects
from driftcheck.join.order import natural_key
from driftcheck.join.roads import Roads
from driftcheck.join.servers import Servers
from driftcheck.join.zookeeper.files import Files, servers_of
from driftcheck.join.zookeeper.groups import Group, client_ports, groups_of, peers_in, usual_hosts
from driftcheck.join.zookeeper.machines import is_own, same_name
from driftcheck.join.zookeeper.quorum import has_quorum, stands_beside, voters_of
from driftcheck.join.zookeeper.servers import Around, asked_alone, server_of, with_shared_ids
from driftcheck.model.ensembles import ZooKeeperEnsemble, ZooKeeperServer
from driftcheck.model.facts import Absent, Known, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import (
    Gap,
    HostsObservation,
    ServerObservation,
    Snapshot,
    ZooKeeperObservation,
)


@frozen
class Ensembles:
    """By cluster, the ensemble that it uses. `gaps`: servers of which it is not known whose they are."""

    of: Mapping[str, ZooKeeperEnsemble]
    gaps: tuple[Gap, ...] = ()


@frozen
class Machinery:
    """All that says where a host leads."""

    roads: Roads
    machines: MachineFaces
    hosts: Mapping[str, HostsObservation]
    objects: NodeObjects


def ensembles_of(
    snapshot: Snapshot,
    homes: Mapping[str, Servers],
    seen: Mapping[str, ZooKeeperObservation],
    known: Machinery,
    *,
    all_judged: bool,
) -> Ensembles:
    """The ensembles of the clusters that are judged. `homes`: cluster → the servers by which it is known;
    `seen`: what its ZooKeeper says; `all_judged`: whether there is no other cluster whose servers these are.
    """
    files = servers_of(snapshot.properties, snapshot.myids, Folders(known.objects))
    groups = groups_of(files)
    found: dict[str, ZooKeeperEnsemble] = {}
    placed: set[int] = set()
    owners: dict[int, str] = {}
    for cluster, home in sorted(homes.items()):
        answers = seen[cluster].servers if cluster in seen else ()
        hosts = {host for _, host, _ in home.exact} | {host_key(each.host) for each in answers if each.named}
        mine = [group for group in groups if _is_named(group, hosts, known)]
        if not mine and not answers:
            continue
        owner = owners.setdefault(id(mine[0]), cluster) if mine else cluster
        placed.update(map(id, mine))
        servers = [each for group in mine for each in group.servers]
        found[cluster] = _ensemble(owner, servers, answers, seen.get(cluster), known)
    left = [group for group in groups if id(group) not in placed and not group.is_alone]
    return Ensembles(of=found, gaps=tuple(map(_homeless, left)) if all_judged else ())


def _is_named(group: Group, hosts: Iterable[str], known: Machinery) -> bool:
    """Whether one of the hosts is a server of the group, or in one of its lists."""
    listed = group.hosts
    for host in hosts:
        if any(same_name(host, other) for other in listed):
            return True
        for server in group.servers:
            fact = is_own(host, server.node, known.machines.face(server.node), known.roads)
            if isinstance(fact, Known) and fact.value:
                return True
    return False


def _ensemble(
    cluster: str,
    files: Sequence[Files],
    answers: Sequence[ServerObservation],
    seen: ZooKeeperObservation | None,
    known: Machinery,
) -> ZooKeeperEnsemble:
    around = Around(
        roads=known.roads,
        machines=known.machines,
        hosts=known.hosts,
        any_myid=any(not isinstance(each.myid, Absent) for each in files),
        usual_hosts=usual_hosts(files),
    )
    by_files: dict[str, ServerObservation] = {}
    servers: list[ZooKeeperServer] = []
    for answer in answers:
        owner = _answering(answer, files, around)
        if owner is None or owner in by_files:
            servers.append(asked_alone(answer))
        else:
            by_files[owner] = answer
    servers += [server_of(each, by_files.get(each.name), around) for each in files]
    servers = with_shared_ids(servers)
    servers = [replace(each, stands_beside=stands_beside(each, servers)) for each in servers]
    ordered = tuple(sorted(servers, key=lambda each: natural_key(each.name)))
    voters = voters_of(ordered, seen)
    return ZooKeeperEnsemble(
        cluster=cluster, servers=ordered, voters=voters, has_quorum=has_quorum(ordered, voters)
    )


def _answering(answer: ServerObservation, files: Sequence[Files], around: Around) -> str | None:
    """The server with files that answers there: the only one of that host, or of that port on it."""
    mine = []
    for each in files:
        fact = is_own(answer.host, each.node, around.machines.face(each.node), around.roads)
        if isinstance(fact, Known) and fact.value:
            mine.append(each)
    if len(mine) > 1:
        mine = [each for each in mine if answer.port in _ports(each)]
    return mine[0].name if len(mine) == 1 else None


def _ports(files: Files) -> set[int]:
    own = [peer for peer in peers_in(files) if same_name(peer.host, files.node)]
    return client_ports(files, own[0] if len(own) == 1 else None)


def _homeless(group: Group) -> Gap:
    first = group.servers[0]
    names = ", ".join(server.name for server in group.servers[:3]) + (", …" if group.servers[3:] else "")
    return Gap(
        source="rendered",
        kind=UnknownKind.MISSING_INPUT,
        reason=f"no broker that is known names the ZooKeeper servers {names}",
        location=first.settings.location,
        hides="whether these servers agree with each other",
    )
