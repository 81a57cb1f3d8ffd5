"""Which servers' files are those of one ensemble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from driftcheck.formats.host_names import host_key, is_wildcard
from driftcheck.join.zookeeper.files import Files
from driftcheck.join.zookeeper.machines import same_name
from driftcheck.kafka.zookeeper_peers import Peer
from driftcheck.model.facts import Known, value_or_none

Place = tuple[str, int]


@dataclass(slots=True)
class Group:
    """Servers that list one another. `hosts`: those that their lists name."""

    servers: list[Files]
    places: set[Place] = field(default_factory=set)

    @property
    def hosts(self) -> set[str]:
        return {host for host, _ in self.places}

    @property
    def is_alone(self) -> bool:
        """Whether it is one server that lists nobody, as in a file that comes with ZooKeeper."""
        return not self.places


def groups_of(servers: Sequence[Files]) -> list[Group]:
    """Servers whose lists have a place in common; one that lists nobody goes where it is listed itself.

    What lies beside the file of a server that is listed, and lists nobody, is an example that nobody starts.
    """
    groups: list[Group] = []
    alone: list[Files] = []
    for server in servers:
        places = {place for peer in peers_in(server) for place in _places(peer)}
        if not places:
            alone.append(server)
            continue
        mine = [group for group in groups if group.places & places]
        first = mine[0] if mine else Group(servers=[])
        if not mine:
            groups.append(first)
        first.servers.append(server)
        first.places |= places
        for other in mine[1:]:  # this list joins what had nobody in common before
            first.servers += other.servers
            first.places |= other.places
        groups = [group for group in groups if not any(group is other for other in mine[1:])]
    taken = {server.node for group in groups for server in group.servers}
    for server in alone:
        if server.node in taken and server.settings.broken is None:
            continue
        listed = [group for group in groups if any(same_name(host, server.node) for host in group.hosts)]
        if len(listed) == 1:
            listed[0].servers.append(server)
        else:
            groups.append(Group(servers=[server]))
    return groups


def peers_in(server: Files) -> tuple[Peer, ...]:
    """What is known to be listed."""
    return value_or_none(server.peers()) or ()


def _places(peer: Peer) -> Iterable[Place]:
    """A server's own line may say that it binds every address: that names no place."""
    for address in peer.addresses:
        if not is_wildcard(address.host):
            yield host_key(address.host), address.port


def usual_hosts(servers: Iterable[Files]) -> Mapping[int, str]:
    """By id, the host that most lists have for a server: its own line may say every address instead."""
    found: dict[int, Counter[str]] = {}
    for server in servers:
        for peer in peers_in(server):
            if not is_wildcard(peer.host):
                found.setdefault(peer.id, Counter())[peer.host] += 1
    return {number: hosts.most_common(1)[0][0] for number, hosts in found.items()}


def client_ports(server: Files, peer: Peer | None) -> set[int]:
    """The ports that it has for clients, as far as its files say so; `peer` is its own line."""
    files = server.server_files()
    ports = {files.number(key, 0) for key in ("clientPort", "secureClientPort")}
    if peer is not None and peer.client_port is not None:
        ports.add(peer.client_port)
    return {port for port in ports if 0 < port < 65536}


def settings_known(server: Files) -> bool:
    """Whether its own file could be read."""
    return server.settings.broken is None and all(
        isinstance(fact, Known) for fact in server.settings.values.values()
    )
