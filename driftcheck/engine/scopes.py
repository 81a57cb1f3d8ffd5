"""For whom a rule of each scope is evaluated, and which names it can use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from driftcheck.engine.language.shapes import Shape, list_of, noun
from driftcheck.model.ensembles import ZooKeeperServer
from driftcheck.model.facts import Known, value_or_none
from driftcheck.model.finding import Subject
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import (
    Ambiguity,
    Broker,
    Client,
    Cluster,
    Endpoint,
    Inventory,
)
from driftcheck.model.inventory_parts import ClusterSetting
from driftcheck.model.rule import Scope
from driftcheck.model.snapshot import InlineIgnore

_INVENTORY = {"inventory": noun(Inventory), "cluster": noun(Cluster)}
_BROKER = {**_INVENTORY, "broker": noun(Broker)}

NAMES: Mapping[Scope, Mapping[str, Shape]] = {
    Scope.CLUSTER: _INVENTORY,
    Scope.BROKER: _BROKER,
    Scope.ENDPOINT: {**_BROKER, "endpoint": noun(Endpoint)},
    Scope.CLIENT: {**_INVENTORY, "client": noun(Client)},
    Scope.AMBIGUITY: {**_INVENTORY, "ambiguity": noun(Ambiguity)},
    Scope.SETTING: {**_INVENTORY, "setting": noun(ClusterSetting)},
    Scope.SERVER: {**_INVENTORY, "server": noun(ZooKeeperServer)},
}
"""The names that a rule's expressions have, in the order of a frame."""

SHARED = frozenset(_INVENTORY)
"""The names whose values are the same for all subjects of a cluster."""


@frozen
class Bound:
    """One subject with its parents in reach; None for what a scope does not have.

    `values`: what the names of NAMES stand for, in their order. `ignores`: the inline ignores that reach it.
    """

    inventory: Inventory
    cluster: Cluster
    values: tuple[object, ...]
    broker: Broker | None = None
    endpoint: Endpoint | None = None
    client: Client | None = None
    ambiguity: Ambiguity | None = None
    setting: ClusterSetting | None = None
    server: ZooKeeperServer | None = None
    ignores: tuple[InlineIgnore, ...] = ()

    @property
    def noun(self) -> Cluster | Broker | Endpoint | Client | Ambiguity | ClusterSetting | ZooKeeperServer:
        """What the rule is about."""
        own = self.endpoint or self.broker or self.client or self.ambiguity or self.setting or self.server
        return own or self.cluster

    @property
    def is_of_a_cluster(self) -> bool:
        """Whether it is about a cluster as a whole, or a setting of it."""
        return self.noun is self.cluster or self.setting is not None

    def subject(self, scope: Scope) -> Subject:
        """The subject as findings name it."""
        kind, cluster = scope.value, self.cluster.name
        if self.broker is not None:
            detail = self.endpoint.listener if self.endpoint is not None else ""
            identity = value_or_none(self.broker.id)
            return Subject(kind=kind, name=self.broker.name, cluster=cluster, id=identity, detail=detail)
        if self.client is not None:
            return Subject(kind=kind, name=self.client.name, cluster=cluster)
        if self.ambiguity is not None:
            return Subject(
                kind=kind, name=self.ambiguity.subject, cluster=cluster, detail=self.ambiguity.kind
            )
        if self.setting is not None:
            return Subject(kind=kind, name=cluster, cluster=cluster, detail=self.setting.name)
        if self.server is not None:
            identity = value_or_none(self.server.id)
            return Subject(kind=kind, name=self.server.name, cluster=cluster, id=identity)
        return Subject(kind=Scope.CLUSTER.value, name=cluster, cluster=cluster)


class Subjects:
    """An inventory's subjects by scope, each made once for all rules; brokers out of focus are left out."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._by_scope: dict[Scope, tuple[tuple[Bound, ...], ...]] = {}

    def of(self, scope: Scope) -> tuple[tuple[Bound, ...], ...]:
        """Cluster by cluster."""
        found = self._by_scope.get(scope)
        if found is None:
            clusters = self.inventory.clusters
            found = tuple(tuple(_bound(scope, self.inventory, cluster)) for cluster in clusters)
            self._by_scope[scope] = found
        return found

    def whole(self, cluster: Cluster) -> Bound:
        """A cluster, whatever the scope."""
        return Bound(inventory=self.inventory, cluster=cluster, values=(self.inventory, cluster))


def _bound(scope: Scope, inventory: Inventory, cluster: Cluster) -> Iterator[Bound]:
    make = partial(Bound, inventory=inventory, cluster=cluster)
    above = (inventory, cluster)
    if scope is Scope.CLUSTER:
        yield make(values=above)
    elif scope is Scope.CLIENT:
        for client in cluster.clients:
            yield make(client=client, values=(*above, client), ignores=client.ignores)
    elif scope is Scope.AMBIGUITY:
        for ambiguity in cluster.ambiguities:
            yield make(ambiguity=ambiguity, values=(*above, ambiguity))
    elif scope is Scope.SETTING:
        for setting in cluster.settings:
            yield make(setting=setting, values=(*above, setting))
    elif scope is Scope.SERVER:
        for server in _servers(cluster):
            yield make(server=server, values=(*above, server), ignores=server.ignores)
    else:
        for broker in cluster.brokers:
            if inventory.focus and broker.name not in inventory.focus:
                continue
            if scope is Scope.BROKER:
                yield make(broker=broker, values=(*above, broker), ignores=broker.ignores)
                continue
            for endpoint in broker.endpoints:
                values = (*above, broker, endpoint)
                yield make(broker=broker, endpoint=endpoint, values=values, ignores=broker.ignores)


def _servers(cluster: Cluster) -> tuple[ZooKeeperServer, ...]:
    """Those of its ensemble, if that is judged with this cluster and no other one that uses it."""
    ensemble = cluster.ensemble
    if not isinstance(ensemble, Known) or ensemble.value.cluster != cluster.name:
        return ()
    return ensemble.value.servers


def template_names(scope: Scope) -> Mapping[str, Shape]:
    """The names that templates have beside NAMES, in the order of a frame.

    `subjects`: whoever failed, of the rule's scope; `others`: the same without the first; `brokers`: the
    subjects' brokers, each once (of broker and endpoint rules).
    """
    subject = list(NAMES[scope].values())[-1]
    names = {"subjects": list_of(subject), "others": list_of(subject)}
    if scope in (Scope.BROKER, Scope.ENDPOINT):
        names["brokers"] = list_of(noun(Broker))
    return names
