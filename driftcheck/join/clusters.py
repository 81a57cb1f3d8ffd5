"""Which brokers form one cluster."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from driftcheck.formats.host_names import is_qualified
from driftcheck.join.ambiguities import are, listed
from driftcheck.join.members import Member
from driftcheck.join.parts import Part, part_of, parts_of, placed
from driftcheck.join.queries import cluster_queries
from driftcheck.join.servers import Server, Servers, ensemble
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import NodeObservation

NAMELESS = "kafka"
"""The cluster of brokers of which neither Chef nor a connect string says a name."""


@frozen
class Grouping:
    """`cluster_of`: member name → cluster name; `of_environment`: environment → its clusters' names.

    `homes`: cluster → the servers by which it is known. `ensembles`: cluster → what the connect strings of
    its brokers name, odd ones' and unusable ones too. `ambiguities` by cluster.
    """

    cluster_of: Mapping[str, str]
    of_environment: Mapping[str, tuple[str, ...]]
    homes: Mapping[str, Servers]
    ensembles: Mapping[str, tuple[Servers, ...]]
    ambiguities: Mapping[str, tuple[Ambiguity, ...]]

    @property
    def clusters(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.cluster_of.values())))


def group(members: Sequence[Member], configuration: Configuration) -> Grouping:
    """By `clusters:`; else by environment or policy group and the connect string (or quorum voters).

    Within an environment a set of brokers with another connect string is a cluster of its own if it is
    larger than half of the largest, or if its ids stand in both: ids of one cluster are unique. Else its
    brokers are odd ones of the largest. Brokers of which no environment is known go where their ensemble is.
    """
    named, left, ambiguities = _by_query(members, configuration)
    nowhere = left.pop("", [])
    parts = {environment: parts_of(several) for environment, several in sorted(left.items())}
    nowhere = placed(nowhere, [*named.values(), *(part for several in parts.values() for part in several)])
    if nowhere:
        parts[""] = parts_of(nowhere)
    clusters = dict(named)
    of_environment: dict[str, tuple[str, ...]] = {}
    for environment, several in parts.items():
        of_environment[environment] = names = _names(environment, several, clusters)
        clusters.update(zip(names, several, strict=True))
        if len(several) > 1:
            ambiguities += [(name, _several_clusters(environment, names, several)) for name in names]
    ambiguities += _shared_ensembles(clusters, named)
    cluster_of = {member.name: name for name, part in clusters.items() for member in part.members}
    return Grouping(
        cluster_of=cluster_of,
        of_environment=of_environment,
        homes={name: part.servers for name, part in clusters.items()},
        ensembles=_ensembles(members, cluster_of),
        ambiguities=_by_cluster(ambiguities),
    )


def environment_of(node: NodeObservation | None) -> str:
    """A node's policy group or environment; "" if neither is known."""
    if node is None:
        return ""
    for fact in (node.policy_group, node.environment):
        if isinstance(fact, Known):
            return fact.value
    return ""


def _fields(member: Member) -> Mapping[str, tuple[str, ...]]:
    own = {"name": (member.node_name,), "node": (member.node_name,)}
    return own if member.node is None else {**own, **member.node.search_fields}


def _by_query(
    members: Sequence[Member], configuration: Configuration
) -> tuple[dict[str, Part], dict[str, list[Member]], list[tuple[str, Ambiguity]]]:
    """The clusters that `clusters:` names, and by environment the brokers that no query matches."""
    queries = cluster_queries(configuration)
    named: dict[str, list[Member]] = {}
    left: dict[str, list[Member]] = {}
    ambiguities = []
    for member in members:
        fields = _fields(member)
        names = tuple(dict.fromkeys(name for query, name in queries if query.matches(fields)))
        if not names:
            left.setdefault(environment_of(member.node), []).append(member)
            continue
        named.setdefault(names[0], []).append(member)
        if len(names) > 1:
            ambiguities.append((names[0], _several_queries(member, names)))
    return {name: part_of(several) for name, several in named.items()}, left, ambiguities


def _names(environment: str, parts: Sequence[Part], taken: Container[str]) -> tuple[str, ...]:
    """The names of an environment's clusters: its own, or with what tells several apart."""
    names: list[str] = []
    for part in parts:
        wanted = environment or part.text or NAMELESS
        if (len(parts) > 1 or wanted in taken) and environment and part.text:
            wanted = f"{environment} {part.text}"
        name, number = wanted, 2
        while name in taken or name in names:
            name, number = f"{wanted} ({number})", number + 1
        names.append(name)
    return tuple(names)


def _several_clusters(environment: str, names: Sequence[str], parts: Sequence[Part]) -> Ambiguity:
    """Ids of one cluster are unique: parts that have none in common may be one, half of it gone astray."""
    certain = all(one.ids() & other.ids() for one, other in combinations(parts, 2))
    said = ", ".join(map(_what_it_names, parts))
    where = f" of {environment}" if environment else ""
    doubt = "" if certain else ", but may be one: no id stands in both"
    if not certain and len(parts) > 2:
        doubt = ", but some may be one: not all have an id in common"
    return Ambiguity(
        kind="many_clusters" if certain else "one_or_many",
        subject=environment or NAMELESS,
        reason=f"{said}: they were taken for {len(parts)} clusters{where}{doubt}",
        candidates=tuple(names),
        locations=tuple(part.location for part in parts),
    )


def _what_it_names(part: Part) -> str:
    names = [member.name for member in part.members]
    return f"{listed(names)} {are(names, 'names', 'name')} {part.text or 'no ensemble'}"


def _several_queries(member: Member, names: tuple[str, ...]) -> Ambiguity:
    return Ambiguity(
        kind="two_queries",
        subject=member.name,
        reason=f"{member.name} matches the queries of {listed(names)} under `clusters:`:"
        f" it was taken for one of {names[0]}",
        candidates=names,
        locations=(member.config.location,),
    )


def _shared_ensembles(clusters: Mapping[str, Part], named: Container[str]) -> Iterator[tuple[str, Ambiguity]]:
    """Clusters that keep their state in one place and have no id in common may be one.

    Those in `named` were told apart on purpose.
    """
    by_server: dict[Server, list[str]] = {}
    for name, part in clusters.items():
        for server in part.servers.exact:
            if is_qualified(server[1]):
                by_server.setdefault(server, []).append(name)
    for together in sorted({tuple(sorted(names)) for names in by_server.values() if len(names) > 1}):
        ids = [number for name in together for number in clusters[name].ids()]
        if ids and len(set(ids)) == len(ids) and not all(name in named for name in together):
            ambiguity = _one_ensemble(together, [clusters[each] for each in together])
            yield from ((name, ambiguity) for name in together)


def _one_ensemble(together: tuple[str, ...], parts: Sequence[Part]) -> Ambiguity:
    both = listed(together)
    return Ambiguity(
        kind="one_ensemble",
        subject=both,
        reason=f"the brokers of {both} name one ensemble and chroot, {parts[0].text}: if that is one place,"
        " Kafka makes one cluster of them",
        candidates=together,
        locations=tuple(part.location for part in parts),
    )


def _ensembles(members: Iterable[Member], cluster_of: Mapping[str, str]) -> Mapping[str, tuple[Servers, ...]]:
    found: dict[str, dict[Servers, None]] = {}
    for member in members:
        fact = member.config.get("zookeeper.connect")
        several = found.setdefault(cluster_of[member.name], {})
        if isinstance(fact, Known):
            several[ensemble(fact.value)] = None
    return {cluster: tuple(several) for cluster, several in found.items()}


def _by_cluster(ambiguities: Iterable[tuple[str, Ambiguity]]) -> dict[str, tuple[Ambiguity, ...]]:
    found: dict[str, tuple[Ambiguity, ...]] = {}
    for name, ambiguity in ambiguities:
        found[name] = (*found.get(name, ()), ambiguity)
    return found
