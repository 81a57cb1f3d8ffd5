"""Which of the clusters are judged, and which of them each ZooKeeper is that was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from driftcheck.errors import UsageError
from driftcheck.join.ambiguities import listed
from driftcheck.join.clusters import NAMELESS, Grouping
from driftcheck.join.scope import Scope
from driftcheck.join.servers import Servers, canonical_text, ensemble
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.snapshot import ZooKeeperObservation


@frozen
class Targets:
    """`clusters`: those judged. `seen`: cluster → what its ZooKeeper says; `unjudged`: what others say.

    `ambiguities`: by cluster, why it is not sure that it is the one.
    """

    clusters: tuple[str, ...]
    seen: Mapping[str, ZooKeeperObservation]
    unjudged: tuple[ZooKeeperObservation, ...] = ()
    ambiguities: Mapping[str, tuple[Ambiguity, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def targets(scope: Scope, grouping: Grouping, zookeepers: Sequence[ZooKeeperObservation]) -> Targets:
    """The one cluster that the scope names, else all.

    Raises UsageError where the scope names one and it cannot be told which.
    """
    if scope.zookeeper is None and scope.cluster is None:
        return _all(grouping, zookeepers)
    asked = _asked(scope, grouping, zookeepers)
    connect = scope.zookeeper if asked is None else asked.connect
    cluster = _named(scope.cluster, grouping) if scope.cluster is not None else None
    if cluster is None:
        assert connect is not None  # the scope has one of the two
        cluster = _by_connect(connect, grouping)
    return Targets(
        clusters=(cluster,),
        seen={} if asked is None else {cluster: asked},
        unjudged=tuple(seen for seen in zookeepers if seen is not asked),
        notes=() if connect is None else _unlike(connect, cluster, grouping),
    )


def _asked(
    scope: Scope, grouping: Grouping, zookeepers: Sequence[ZooKeeperObservation]
) -> ZooKeeperObservation | None:
    """The ZooKeeper that the scope means: if it names a cluster alone, the one that is no other cluster's."""
    if scope.zookeeper is None:
        found = [(seen, _matching(seen.connect, grouping)) for seen in zookeepers]
        own = [seen for seen, clusters in found if not clusters or scope.cluster in clusters]
        return own[0] if len(own) == 1 else None
    exact = [seen for seen in zookeepers if seen.connect == scope.zookeeper]
    wanted = ensemble(scope.zookeeper)
    alike = exact or [seen for seen in zookeepers if ensemble(seen.connect) == wanted]
    if zookeepers and not alike:
        raise UsageError(
            f"what was saved does not come from {scope.zookeeper!r}",
            where="--zk",
            hint=f"It comes from {_quoted([seen.connect for seen in zookeepers])}.",
        )
    return alike[0] if alike else None


def _named(cluster: str, grouping: Grouping) -> str:
    if grouping.clusters and cluster not in grouping.clusters:
        raise UsageError(
            f"there is no cluster {cluster!r}",
            where="--cluster",
            hint=f"The clusters are: {_quoted(grouping.clusters)}.",
        )
    return cluster


def _by_connect(connect: str, grouping: Grouping) -> str:
    """The cluster that a connect string means; one of its own if the repository has no brokers."""
    if not grouping.clusters:
        return _own_name(connect)
    found = _matching(connect, grouping)
    if len(found) == 1:
        return found[0]
    what = "several clusters have" if found else "no cluster of the repository has"
    raise UsageError(
        f"{what} the connect string {connect!r}",
        where="--zk",
        hint=f"Say with --cluster which one it is: {_quoted(found or grouping.clusters)}.",
    )


def _matching(connect: str, grouping: Grouping) -> list[str]:
    """The clusters with a server of these under this chroot.

    Whole names go before short ones, and what a cluster is known by before what an odd broker says.
    """
    asked = ensemble(connect)

    def of(several: Iterable[tuple[str, Sequence[Servers]]], *, short: bool) -> list[str]:
        return [
            name
            for name, named in several
            if any(asked.may_overlap(each) if short else asked.overlaps(each) for each in named)
        ]

    every = sorted(grouping.ensembles.items())
    homes = [(name, [home]) for name, home in sorted(grouping.homes.items())]
    for several, short in ((homes, False), (every, False), (homes, True), (every, True)):
        found = of(several, short=short)
        if found:
            return found
    return []


def _all(grouping: Grouping, zookeepers: Sequence[ZooKeeperObservation]) -> Targets:
    """Every cluster; a ZooKeeper of which it cannot be told which one it is stands by itself."""
    clusters = dict.fromkeys(grouping.clusters)
    seen: dict[str, ZooKeeperObservation] = {}
    ambiguities: dict[str, tuple[Ambiguity, ...]] = {}
    for each in zookeepers:
        found = [] if not grouping.clusters else _matching(each.connect, grouping)
        if not found and len(grouping.clusters) == 1 and not grouping.homes[grouping.clusters[0]].exact:
            found = list(grouping.clusters)
        if len(found) == 1 and found[0] not in seen:
            seen[found[0]] = each
            continue
        name = wanted = _own_name(each.connect)
        number = 2
        while name in clusters:
            name, number = f"{wanted} ({number})", number + 1
        clusters[name] = None
        seen[name] = each
        if grouping.clusters:
            ambiguities[name] = (_homeless(name, each, found or grouping.clusters),)
    return Targets(clusters=tuple(clusters), seen=seen, ambiguities=ambiguities)


def _own_name(connect: str) -> str:
    return canonical_text(connect) or NAMELESS


def _homeless(name: str, seen: ZooKeeperObservation, candidates: Sequence[str]) -> Ambiguity:
    return Ambiguity(
        kind="whose_zookeeper",
        subject=name,
        reason=f"ZooKeeper {seen.connect} could be that of {listed(candidates, last='or')}: what it says was"
        " taken for a cluster of its own",
        candidates=tuple(candidates),
    )


def _unlike(connect: str, cluster: str, grouping: Grouping) -> tuple[str, ...]:
    """A note if --cluster was believed against the connect strings."""
    home = grouping.homes.get(cluster)
    asked = ensemble(connect)
    if home is None or not home.exact or asked.may_overlap(home):
        return ()
    return (f"No broker of {cluster} names {connect}: it was judged against it since --cluster says so.",)


def _quoted(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:20]]
    return ", ".join(shown) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
