"""How many brokers clients cannot reach under the name that they registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from driftcheck.formats.host_names import is_localhost, is_loopback, is_wildcard
from driftcheck.join.relations import Place, places
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.inventory import Advertised, Broker, Cluster, Inventory
from driftcheck.model.report import Reachability

OUT_OF_REACH, UNDECIDED, LEADS_SOMEWHERE, OWN = "out of reach", "undecided", "leads somewhere", "own"
"""What is known of an endpoint, the worst first. Without its machine a name that resolves is believed."""


def reachability(inventory: Inventory) -> Reachability | None:
    """Of the registered brokers: those with an endpoint that leads nowhere, to the client itself, to a
    machine that is not theirs or to another broker, or at which nothing answers. Several that share one
    endpoint are all lost but one. None if no ZooKeeper was asked, or none told.
    """
    told = [cluster for cluster in inventory.clusters if isinstance(cluster.registered_ids, Known)]
    if not told:
        return None
    found = [_of_cluster(cluster, inventory.focus) for cluster in told]
    return Reachability(
        unreachable=tuple(sorted(name for each in found for name in each.unreachable)),
        undecided=tuple(sorted(name for each in found for name in each.undecided)),
        total=sum(each.total for each in found),
        at_most_one=tuple(group for each in found for group in each.at_most_one),
    )


def _of_cluster(cluster: Cluster, focus: frozenset[str]) -> Reachability:
    brokers = {
        broker.name: broker
        for broker in cluster.brokers
        if isinstance(broker.registered, Known) and broker.name in (focus or {broker.name})
    }
    verdicts = {name: _verdict(broker) for name, broker in brokers.items()}
    lost = {name for name, verdict in verdicts.items() if verdict == OUT_OF_REACH}
    open_groups: list[tuple[str, ...]] = []
    for group in _sharing([broker for name, broker in brokers.items() if name not in lost]):
        owners = [name for name in group if verdicts[name] == OWN]
        if owners:
            lost.update(name for name in group if name not in owners)
        else:
            open_groups.append(group)
    settled = lost.union(*open_groups)
    return Reachability(
        unreachable=tuple(lost),
        undecided=tuple(name for name in brokers if verdicts[name] == UNDECIDED and name not in settled),
        total=len(brokers),
        at_most_one=tuple(open_groups),
    )


def _verdict(broker: Broker) -> str:
    """The worst of a broker's registered endpoints."""
    verdicts = {_endpoint_verdict(endpoint, broker) for endpoint in _registered(broker)} or {UNDECIDED}
    return next(each for each in (OUT_OF_REACH, UNDECIDED, LEADS_SOMEWHERE, OWN) if each in verdicts)


def _registered(broker: Broker) -> Iterator[Advertised]:
    face = broker.registered
    if isinstance(face, Known) and isinstance(face.value.endpoints, Known):
        yield from face.value.endpoints.value


def _endpoint_verdict(endpoint: Advertised, broker: Broker) -> str:
    if isinstance(endpoint.reached, Known) and not endpoint.reached.value:
        return OUT_OF_REACH
    if endpoint.declared:
        return OWN
    if not isinstance(endpoint.host, Known):
        return UNDECIDED
    host = endpoint.host.value
    if not host.strip() or is_wildcard(host) or is_loopback(host) or is_localhost(host):
        return OUT_OF_REACH
    if isinstance(endpoint.port, Known) and not 0 < endpoint.port.value < 65536:
        return OUT_OF_REACH
    if isinstance(endpoint.addresses, Absent):
        return OUT_OF_REACH
    if isinstance(endpoint.answered_by, Known) and isinstance(broker.registered, Known):
        own = {broker.registered.value.broker_id}
        return OWN if set(endpoint.answered_by.value) == own else OUT_OF_REACH
    if isinstance(endpoint.answered_by, Unknown) and endpoint.answered_by.kind is UnknownKind.FAULT:
        return UNDECIDED  # whoever is there, it does not answer as a broker does
    if isinstance(endpoint.own, Known):
        if endpoint.own.value:
            return OWN
        return UNDECIDED if _leads_home_too(endpoint, broker) else OUT_OF_REACH
    if not isinstance(endpoint.addresses, Known):
        return UNDECIDED
    return OUT_OF_REACH if all(map(is_loopback, endpoint.addresses.value)) else LEADS_SOMEWHERE


def _leads_home_too(endpoint: Advertised, broker: Broker) -> bool:
    """Whether one address of several is the broker's own: some clients, or some tries, get there."""
    owners, node = endpoint.owners, broker.node
    return isinstance(owners, Known) and isinstance(node, Known) and node.value in owners.value


def _sharing(brokers: Sequence[Broker]) -> Iterable[tuple[str, ...]]:
    """Groups of brokers that registered one endpoint, each broker in one group only, the largest first."""
    by_place: dict[Place, dict[str, None]] = {}
    for broker in brokers:
        for endpoint in _registered(broker):
            for place in places(endpoint):
                by_place.setdefault(place, {})[broker.name] = None
    groups = sorted(
        {tuple(sorted(names)) for names in by_place.values()}, key=lambda names: (-len(names), names)
    )
    settled: set[str] = set()
    for group in groups:
        left = tuple(name for name in group if name not in settled)
        if len(left) > 1:
            settled.update(left)
            yield left
