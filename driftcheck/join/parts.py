"""Brokers of one environment, parted by the ensemble or quorum that they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from driftcheck.formats.host_names import is_localhost, is_loopback, is_wildcard
from driftcheck.join.members import Member
from driftcheck.join.servers import Servers, ensemble, parsed_connect, quorum
from driftcheck.model.facts import Known
from driftcheck.model.locations import Location

NOWHERE = Servers(frozenset())
_QUORUM = ("controller.quorum.voters", "controller.quorum.bootstrap.servers")


@dataclass(slots=True)
class Part:
    """Brokers that name the same ensemble and chroot, or the same quorum."""

    servers: Servers
    members: list[Member] = field(default_factory=list)

    def add(self, member: Member, servers: Servers) -> None:
        self.members.append(member)
        if not servers.exact <= self.servers.exact:
            self.servers = self.servers.together(servers)

    @property
    def text(self) -> str:
        return self.servers.text()

    @property
    def location(self) -> Location:
        """Where the first of its brokers stands."""
        return min(self.members, key=lambda member: member.name).config.location

    def ids(self) -> set[int]:
        """What ids its brokers have, or could."""
        return {number for member in self.members for number in member.ids()}


def home(member: Member) -> Servers:
    """What a broker's cluster is known by: its ensemble under its chroot and its quorum; none if unusable.

    A broker that moves from ZooKeeper to KRaft has both.
    """
    servers = NOWHERE
    connect = member.config.get("zookeeper.connect")
    if isinstance(connect, Known):
        parsed = parsed_connect(connect.value)
        if not parsed.problems and not all(is_local(host) for host, _ in parsed.servers):
            servers = ensemble(connect.value)
    for key in _QUORUM:
        fact = member.config.get(key)
        if isinstance(fact, Known):
            named = quorum(fact.value)
            if not all(is_local(host) for _, host, _ in named.exact):
                servers = servers.together(named)
    return servers


def parts_of(members: Iterable[Member]) -> list[Part]:
    """The parts that are clusters, the largest first; brokers that name nothing usable go to the largest."""
    parts: list[Part] = []
    homeless: list[Member] = []
    for member in members:
        servers = home(member)
        if not servers.exact:
            homeless.append(member)
            continue
        same = [part for part in parts if part.servers.may_overlap(servers)]
        if not same:
            same = [Part(servers)]
            parts += same
        first, *others = same
        first.add(member, servers)
        for other in others:  # this broker's list joins what had no server in common before
            first.servers = first.servers.together(other.servers)
            first.members += other.members
        parts = [part for part in parts if not any(part is other for other in others)]
    clusters = _without_odd_ones(parts) if parts else [Part(NOWHERE)]
    clusters[0].members += homeless
    return [part for part in clusters if part.members]


def part_of(members: Sequence[Member]) -> Part:
    """All of them as one cluster, known by what the largest part of them names."""
    return Part(parts_of(members)[0].servers, list(members))


def _without_odd_ones(parts: Sequence[Part]) -> list[Part]:
    largest, *smaller = sorted(
        parts, key=lambda part: (-len(part.members), min(member.name for member in part.members))
    )
    size, ids = len(largest.members), largest.ids()
    clusters = [largest]
    for part in smaller:
        if 2 * len(part.members) > size or part.ids() & ids:
            clusters.append(part)
        else:
            largest.members += part.members
    return clusters


def placed(members: Iterable[Member], parts: Sequence[Part]) -> list[Member]:
    """Puts each into the one part whose servers it names; those are left that name none's or several's."""
    left = []
    for member in members:
        servers = home(member)
        found = [part for part in parts if part.servers.overlaps(servers)]
        if len(found) == 1:
            found[0].add(member, servers)
        else:
            left.append(member)
    return left


def is_local(host: str) -> bool:
    """Whether it is the machine itself, whichever that is."""
    return is_localhost(host) or is_loopback(host) or is_wildcard(host)
