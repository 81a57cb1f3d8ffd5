"""The ensembles of an inventory's clusters, and where brokers' and clients' connect strings lead in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from driftcheck.join.derived import part
from driftcheck.join.servers import QUORUM, Servers, ensemble
from driftcheck.join.zookeeper.connecting import Connecting
from driftcheck.join.zookeeper.ensembles import Ensembles, Machinery, ensembles_of
from driftcheck.model.facts import Known
from driftcheck.model.inventory import Cluster
from driftcheck.model.snapshot import Gap, Snapshot, ZooKeeperObservation


def with_ensembles(
    clusters: tuple[Cluster, ...],
    snapshot: Snapshot,
    homes: Mapping[str, Servers],
    seen: Mapping[str, ZooKeeperObservation],
    known: Machinery,
    *,
    all_judged: bool,
) -> tuple[tuple[Cluster, ...], tuple[Gap, ...]]:
    """The clusters with their ensembles and where brokers and clients connect to; a gap for what is nobody's.

    `homes`: the servers by which each cluster is known; `all_judged`: whether there are no other clusters.
    """
    wanted = {each.name: _home(homes.get(each.name), seen.get(each.name)) for each in clusters}
    ensembles = ensembles_of(snapshot, wanted, seen, known, all_judged=all_judged)
    changed = tuple(_with_ensemble(each, ensembles, seen.get(each.name), known) for each in clusters)
    return changed, ensembles.gaps


def _with_ensemble(
    cluster: Cluster, ensembles: Ensembles, seen: ZooKeeperObservation | None, known: Machinery
) -> Cluster:
    found = ensembles.of.get(cluster.name)
    if found is None:
        return cluster
    connecting = Connecting(found, seen, known.machines, known.roads)
    brokers = tuple(
        replace(
            broker,
            connect_servers=connecting.servers(part(broker.config, lambda face: face.zookeeper_servers)),
        )
        for broker in cluster.brokers
    )
    clients = tuple(
        replace(client, connect_servers=connecting.servers(client.zookeeper_servers))
        for client in cluster.clients
    )
    return replace(cluster, brokers=brokers, clients=clients, ensemble=Known(value=found))


def _home(home: Servers | None, seen: ZooKeeperObservation | None) -> Servers:
    """The servers by which a cluster is known, its controllers left out; else those that were asked."""
    exact = frozenset(each for each in home.exact if each[0] != QUORUM) if home is not None else frozenset()
    if exact or seen is None:
        return Servers(exact)
    return ensemble(seen.connect)
