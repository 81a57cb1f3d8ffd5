"""A Snapshot to an Inventory: what every source said of the same brokers, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from driftcheck.errors import UndeterminedError, UsageError
from driftcheck.join.ages import Clock, clock, oldest_by_source
from driftcheck.join.agreement import cluster_settings
from driftcheck.join.ambiguities import each_once
from driftcheck.join.brokers import Brokers, Joined
from driftcheck.join.clients import Clients, clients_of
from driftcheck.join.clusters import Grouping, group
from driftcheck.join.connections import Connections
from driftcheck.join.derived import mapped
from driftcheck.join.machines import MachineFaces
from driftcheck.join.members import META, SERVER, ZOOKEEPER_KINDS, Members, members_of
from driftcheck.join.names import Names
from driftcheck.join.one_machine import on_one_machine
from driftcheck.join.order import in_order
from driftcheck.join.partitions import partition_health
from driftcheck.join.roads import Roads, ways_in
from driftcheck.join.run_notes import run_notes, stops_elsewhere
from driftcheck.join.runs import Runs, tells_something
from driftcheck.join.scope import Scope
from driftcheck.join.servers import canonical_text
from driftcheck.join.target import Targets, targets
from driftcheck.join.versions import check_versions, spoken_versions, version_gaps
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.inventory import NOT_GIVEN, Ambiguity, Broker, Cluster, Inventory
from driftcheck.model.inventory_parts import OldConsumer
from driftcheck.model.snapshot import (
    ConsumerObservation,
    Gap,
    PartitionObservation,
    RegistrationObservation,
    Snapshot,
    ZooKeeperObservation,
)

_NO_SCOPE = Scope()

Ambiguities = Mapping[str, tuple[Ambiguity, ...]]


def join(
    snapshot: Snapshot, configuration: Configuration, scope: Scope = _NO_SCOPE, *, ensembles: bool = True
) -> Inventory:
    """All clusters, or the one that the scope names, with their brokers' faces and, if wanted, `ensembles`.

    The order of what the snapshot holds does not matter. Raises UsageError if the scope fits no cluster or
    broker or a version is none, ConfigurationError for a query that cannot be read, UndeterminedError if the
    expected cluster id cannot be compared.
    """
    check_versions(configuration)
    snapshot = in_order(snapshot)
    members = members_of(snapshot, configuration)
    grouping = group(members.members, configuration)
    chosen = targets(scope, grouping, snapshot.zookeepers)
    _check_cluster_id(scope, chosen)
    time = clock(snapshot, configuration.max_age)
    brokers = _brokers(snapshot, configuration, members, grouping, time)
    joined = {name: brokers.of(name, chosen.seen.get(name)) for name in chosen.clusters}
    clients = clients_of(
        snapshot.properties,
        members.node_objects,
        members.runs,
        {name: each.brokers for name, each in joined.items()},
        grouping,
        brokers.roads,
    )
    placed, homeless = _placed_ambiguities(members, grouping.cluster_of, joined)
    known = (placed, grouping.ambiguities, chosen.ambiguities, clients.ambiguities)
    ambiguities = each_once(joined, known)
    clusters = tuple(
        _cluster(name, each, clients, chosen.seen.get(name), ambiguities[name], brokers.roads)
        for name, each in joined.items()
    )
    clusters, unplaced = _with_ensembles(clusters, snapshot, members, grouping, chosen, brokers, ensembles)
    return Inventory(
        clusters=clusters,
        asked=_asked(snapshot, members.runs),
        reference_time=time.reference,
        nodes=members.nodes,
        gaps=(*snapshot.gaps, *members.gaps, *homeless, *clients.gaps, *unplaced, *_gaps(clusters, members)),
        elsewhere=(*_elsewhere(members, grouping, chosen), *clients.elsewhere),
        vantages=tuple(sorted({answer.vantage for answer in snapshot.dns})),
        ages=oldest_by_source(snapshot),
        kafka_versions={
            cluster.name: spoken_versions(cluster.brokers) for cluster in clusters if cluster.brokers
        },
        notes=run_notes(snapshot, members.members, members.runs) + chosen.notes + _withheld_sessions(chosen),
        focus=_focus(scope, [broker for cluster in clusters for broker in cluster.brokers]),
    )


def _gaps(clusters: Sequence[Cluster], members: Members) -> Iterator[Gap]:
    """What versions and what runs of other nodes are not known."""
    yield from version_gaps(broker for cluster in clusters for broker in cluster.brokers)
    yield from stops_elsewhere(members.runs, {member.node_name for member in members.members})


def _asked(snapshot: Snapshot, runs: Runs) -> frozenset[str]:
    """The sources that were asked; a client's file that a run would write is asked for with the cookbooks."""
    asked = {run.source for run in snapshot.sources}
    written = (file for run in runs for file in run.files if file.kind not in (SERVER, META))
    if any(map(tells_something, written)):
        asked.add("client_files")
    return frozenset(asked)


def _brokers(
    snapshot: Snapshot, configuration: Configuration, members: Members, grouping: Grouping, time: Clock
) -> Brokers:
    """What joins the brokers of a cluster, with all machines and all roads to them."""
    machines = MachineFaces(members.nodes.not_packed, members.node_objects, members.hosts, time)
    roads = Roads(
        names=Names(snapshot.dns),
        machines=machines.index(),
        ways_in=ways_in(configuration.listeners),
        connections=Connections(snapshot.connections),
    )
    return Brokers(
        configuration=configuration, members=members, grouping=grouping, machines=machines, roads=roads
    )


def _with_ensembles(
    clusters: tuple[Cluster, ...],
    snapshot: Snapshot,
    members: Members,
    grouping: Grouping,
    chosen: Targets,
    brokers: Brokers,
    wanted: bool,
) -> tuple[tuple[Cluster, ...], tuple[Gap, ...]]:
    """The clusters with their ensembles, and a gap for servers that are nobody's."""
    files = any(file.kind in ZOOKEEPER_KINDS for file in snapshot.properties)
    if not wanted or (not files and not any(seen.servers for seen in chosen.seen.values())):
        return clusters, ()
    # Most runs see no server of ZooKeeper's: they do not wait for its rules.
    from driftcheck.join.zookeeper.ensembles import Machinery
    from driftcheck.join.zookeeper.placing import with_ensembles

    known = Machinery(
        roads=brokers.roads, machines=brokers.machines, hosts=members.hosts, objects=members.node_objects
    )
    all_judged = set(grouping.clusters) <= set(chosen.clusters)
    return with_ensembles(clusters, snapshot, grouping.homes, chosen.seen, known, all_judged=all_judged)


def _unversioned(clusters: Sequence[Cluster]) -> Sequence[Gap]:
    return version_gaps(broker for cluster in clusters for broker in cluster.brokers)


def _withheld_sessions(chosen: Targets) -> tuple[str, ...]:
    """What an ensemble may not say of its sessions is no gap: it is evidence beside the registrations."""
    addresses = (
        registration.session_address
        for seen in chosen.seen.values()
        if isinstance(seen.registrations, Known)
        for registration in seen.registrations.value
        if isinstance(registration.ephemeral_owner, Known)
    )
    reasons = {
        address.reason
        for address in addresses
        if isinstance(address, Unknown) and address.kind is UnknownKind.DENIED
    }
    return tuple(f"Which machine holds a registration is not known: {reason}." for reason in sorted(reasons))


def _check_cluster_id(scope: Scope, chosen: Targets) -> None:
    if scope.expected_cluster_id is None:
        return
    facts = [seen.cluster_id for seen in chosen.seen.values()] or [missing("no ZooKeeper was asked")]
    for fact in facts:
        if not isinstance(fact, Known):
            reason = fact.reason if isinstance(fact, Unknown) else fact.evidence
            raise UndeterminedError(
                f"the cluster id cannot be compared: {reason}",
                where="--expect-cluster-id",
                hint="Brokers have written /cluster/id since Kafka 0.10.1.",
            )
        if fact.value != scope.expected_cluster_id:
            raise UsageError(
                f"this is another cluster: its id is {fact.value!r}, not {scope.expected_cluster_id!r}",
                where="--expect-cluster-id",
                hint="Nothing was judged. Check --zk.",
            )


def _focus(scope: Scope, brokers: Sequence[Broker]) -> frozenset[str]:
    found: set[str] = set()
    for wanted in scope.brokers:
        names = {broker.name for broker in brokers if wanted in _called(broker)}
        if not names:
            known = ", ".join(broker.name for broker in brokers[:20]) or "none"
            raise UsageError(
                f"there is no broker {wanted!r}", where="--broker", hint=f"The brokers are: {known}."
            )
        found |= names
    return frozenset(found)


def _called(broker: Broker) -> set[str]:
    """By what a broker may be asked for: its name, its node's, its id."""
    known = (fact for fact in (broker.node, broker.id) if isinstance(fact, Known))
    return {broker.name, *(str(fact.value) for fact in known)}


def _placed_ambiguities(
    members: Members, cluster_of: Mapping[str, str], joined: Mapping[str, Joined]
) -> tuple[Ambiguities, tuple[Gap, ...]]:
    """What could not be told of a node, in the cluster of its broker; as a gap where it has none."""
    clusters: dict[str, list[str]] = {}
    for member in members.members:
        clusters.setdefault(member.node_name, []).append(cluster_of[member.name])
    placed: dict[str, tuple[Ambiguity, ...]] = {}
    gaps: list[Gap] = []
    for node, several in sorted(members.ambiguities.items()):
        if node not in clusters:
            gaps += map(_gap, several)
        for cluster in [name for name in clusters.get(node, ()) if name in joined][:1]:
            placed[cluster] = (*placed.get(cluster, ()), *several)
    return placed, tuple(gaps)


def _gap(ambiguity: Ambiguity) -> Gap:
    place = ambiguity.locations[0] if ambiguity.locations else None
    return Gap(
        source="chef" if place is None else place.source,
        kind=UnknownKind.MISSING_INPUT,
        reason=ambiguity.reason,
        location=place,
        hides=f"which of {', '.join(ambiguity.candidates[:3])} is right",
    )


def _cluster(
    name: str,
    joined: Joined,
    clients: Clients,
    seen: ZooKeeperObservation | None,
    ambiguities: tuple[Ambiguity, ...],
    roads: Roads,
) -> Cluster:
    return Cluster(
        name=name,
        brokers=joined.brokers,
        clients=clients.by_cluster.get(name, ()),
        zookeeper=NOT_GIVEN if seen is None else Known(value=canonical_text(seen.connect)),
        cluster_id=NOT_GIVEN if seen is None else seen.cluster_id,
        controller=NOT_GIVEN if seen is None else seen.controller,
        registered_ids=NOT_GIVEN if seen is None else mapped(seen.registrations, _ids),
        assigned_ids=NOT_GIVEN if seen is None else mapped(seen.partitions, _assigned),
        ambiguities=(*ambiguities, *joined.matching.ambiguities),
        settings=cluster_settings(joined.brokers),
        old_consumers=NOT_GIVEN if seen is None else _old_consumers(seen.consumers, roads),
        partitions=NOT_GIVEN if seen is None else partition_health(seen.partitions, seen.reassigned),
        one_machine=on_one_machine(joined.brokers),
    )


def _old_consumers(
    consumers: Fact[tuple[ConsumerObservation, ...]], roads: Roads
) -> Fact[tuple[OldConsumer, ...]]:
    if isinstance(consumers, Absent):
        return Known(value=(), location=consumers.location)
    return mapped(
        consumers,
        lambda several: tuple(
            OldConsumer(
                group=each.group,
                id=each.id,
                host=each.host,
                nodes=roads.machines.named(each.host),
                location=each.location,
            )
            for each in several
        ),
    )


def _ids(registrations: tuple[RegistrationObservation, ...]) -> tuple[int, ...]:
    return tuple(sorted({registration.broker_id for registration in registrations}))


def _assigned(partitions: tuple[PartitionObservation, ...]) -> tuple[int, ...]:
    return tuple(sorted({replica for partition in partitions for replica in partition.replicas}))


def _elsewhere(members: Members, grouping: Grouping, chosen: Targets) -> list[str]:
    """The brokers of clusters that are not judged."""
    others = [each.name for each in members.members if grouping.cluster_of[each.name] not in chosen.clusters]
    return others + [name for seen in chosen.unjudged for name in _registered(seen)]


def _registered(seen: ZooKeeperObservation) -> list[str]:
    """What a ZooKeeper that is not judged knows."""
    registrations = seen.registrations.value if isinstance(seen.registrations, Known) else ()
    return [f"broker {each.broker_id} of {seen.connect}" for each in registrations]
