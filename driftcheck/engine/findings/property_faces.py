"""Where each face keeps a setting: the rule's property to the facts that stand for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.values import Properties, value_of
from driftcheck.model.ensembles import ZooKeeperServer
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import (
    Advertised,
    Broker,
    Client,
    Cluster,
    ConfigFace,
    MachineFace,
    RegisteredFace,
    Resolution,
)
from driftcheck.model.inventory_parts import ClusterSetting
from driftcheck.model.locations import Location

_OF_SERVERS: Mapping[str, Callable[[ZooKeeperServer], Fact[Any]]] = {
    "server.N": lambda server: server.servers,
    "myid": lambda server: server.id,
    "mode": lambda server: server.mode,
    "version": lambda server: server.version,
}
"""What is no setting of zoo.cfg."""

_NOT_THERE = Absent(evidence="this face does not have it")


@frozen
class PropertyFaces:
    """How a setting is read from each face; None where a face does not know it.

    `resolves`: the broker's names in DNS that belong to it.
    """

    config: Callable[[ConfigFace], Fact[Any]] | None = None
    registered: Callable[[RegisteredFace], Fact[Any]] | None = None
    machine: Callable[[MachineFace], Fact[Any]] | None = None
    resolves: Callable[[Broker], tuple[Resolution, ...]] | None = None

    def of(self, broker: Broker, face: str) -> Fact[Any]:
        """The fact for `intended`, `rendered`, `registered` or `machine`; Absent where there is none."""
        if face in ("intended", "rendered") and self.config is not None:
            config = broker.intended if face == "intended" else broker.rendered
            return self.config(config.value) if isinstance(config, Known) else config
        if face == "registered" and self.registered is not None:
            registered = broker.registered
            return self.registered(registered.value) if isinstance(registered, Known) else registered
        if face == "machine" and self.machine is not None:
            machine = broker.machine
            return self.machine(machine.value) if isinstance(machine, Known) else machine
        return _NOT_THERE


def faces_of(property_: str) -> PropertyFaces:
    """How this property is read; an empty one stands for where the broker can be reached."""
    found = TABLE.get(property_)
    if found is not None:
        return found
    return PropertyFaces(config=lambda face: setting(face, property_))


def setting(face: ConfigFace, key: str) -> Fact[Any]:
    """A setting as it is written."""
    return _setting(face.properties, key, whole=face.whole, location=face.location, why=face.unsaid)


def _setting(
    properties: Mapping[str, Fact[str]],
    key: str,
    *,
    whole: bool,
    location: Location | None,
    why: Fact[str],
) -> Fact[Any]:
    found = Properties(entries=properties, whole=whole, location=location, why=why).get(key)
    assert isinstance(found, (Known, Unknown, Absent))
    return found


def client_setting(client: Client, property_: str) -> Fact[Any]:
    """A client's setting."""
    if property_ in ("bootstrap.servers", "metadata.broker.list"):
        return client.bootstrap
    if property_ == "zookeeper.connect":
        return client.zookeeper_connect
    return _setting(
        client.properties, property_, whole=client.whole, location=client.location, why=client.unsaid
    )


def server_setting(server: ZooKeeperServer, property_: str) -> Fact[Any]:
    """What a ZooKeeper server's files say, or its answer."""
    read = _OF_SERVERS.get(property_)
    if read is not None:
        return read(server)
    return _setting(
        server.properties, property_, whole=server.whole, location=server.location, why=server.unsaid
    )


def endpoint_texts(fact: Fact[tuple[Advertised, ...]]) -> Fact[str]:
    """Endpoints as Kafka writes them: `PLAINTEXT://kafka01:9092,SSL://kafka01:9093`."""
    if not isinstance(fact, Known):
        return fact
    text = ",".join(f"{each.listener}://{each}" for each in fact.value)
    place = fact.value[0].location if fact.value else None
    return Known(value=text, location=place or fact.location)


def odd_brokers(cluster: Cluster, property_: str) -> tuple[tuple[Broker, ...], tuple[Broker, ...]]:
    """The brokers of a cluster that have a setting as most have it, and those that have it otherwise.

    What counts is the file, else what Chef intends, else the registration. Where two values are as
    frequent, the one that sorts first counts as usual; what is not known is like the usual.
    """
    read = faces_of(property_)
    texts = {broker.name: _nearest_text(broker, read) for broker in cluster.brokers}
    counts = Counter(text for text in texts.values() if text is not None)
    usual = min(counts, key=lambda text: (-counts[text], text), default=None)
    odd = {name for name, text in texts.items() if text is not None and text != usual}
    same = tuple(broker for broker in cluster.brokers if broker.name not in odd)
    return same, tuple(broker for broker in cluster.brokers if broker.name in odd)


def brokers_of(setting: ClusterSetting, cluster: Cluster) -> tuple[tuple[Broker, ...], tuple[Broker, ...]]:
    """The brokers that have a setting as most have it, and the odd ones; without a usual value the first
    choice stands for it.
    """
    choices = setting.odd if isinstance(setting.usual, Known) else setting.odd[1:]
    odd = {name for choice in choices for name in choice.brokers}
    compared = [broker for broker in cluster.brokers if broker.name in setting.brokers]
    same = tuple(broker for broker in compared if broker.name not in odd)
    return same, tuple(broker for broker in compared if broker.name in odd)


def nearest(broker: Broker, read: PropertyFaces) -> Fact[Any]:
    """The fact of the face that is nearest to what runs."""
    for face, there in (("rendered", broker.rendered), ("intended", broker.intended)):
        if isinstance(there, Known) and read.config is not None:
            return read.of(broker, face)
    return read.of(broker, "registered")


def _nearest_text(broker: Broker, read: PropertyFaces) -> str | None:
    """The text of a known fact, "" for one that is not set; None for what is not known."""
    fact = nearest(broker, read)
    if isinstance(fact, Known):
        return text_of(value_of(fact))
    return "" if isinstance(fact, Absent) else None


def _written(key: str) -> PropertyFaces:
    """A setting that decides which endpoints a broker has."""
    return PropertyFaces(
        config=lambda face: setting(face, key),
        registered=lambda face: endpoint_texts(face.endpoints),
        resolves=lambda broker: broker.resolved.names,
    )


def _id(key: str) -> PropertyFaces:
    """The id that a configuration makes; what stands there where it makes none, or none that is known."""

    def read(face: ConfigFace) -> Fact[Any]:
        return face.broker_id if isinstance(face.broker_id, Known) else setting(face, key)

    return PropertyFaces(
        config=read, registered=lambda face: Known(value=face.broker_id, location=face.location)
    )


def _strongest(keys: Sequence[str]) -> PropertyFaces:
    """Of several keys for one setting the first that is written."""

    def read(face: ConfigFace) -> Fact[Any]:
        facts = [setting(face, key) for key in keys]
        return next((fact for fact in facts if not isinstance(fact, Absent)), facts[0])

    return PropertyFaces(config=read)


_ENDPOINTS = PropertyFaces(
    config=lambda face: endpoint_texts(face.endpoints),
    registered=lambda face: endpoint_texts(face.endpoints),
    machine=lambda face: face.addresses,
    resolves=lambda broker: broker.resolved.names,
)

_REGISTRATION = replace(_ENDPOINTS, config=None)

TABLE: Mapping[str, PropertyFaces] = {
    "": _ENDPOINTS,
    "registration": _REGISTRATION,
    "instance type": PropertyFaces(machine=lambda face: face.instance_type),
    "zone": PropertyFaces(machine=lambda face: face.zone),
    "changed at": PropertyFaces(config=lambda face: face.changed_at, registered=lambda face: face.timestamp),
    "registration.version": PropertyFaces(registered=lambda face: face.json_version),
    "broker.id": _id("broker.id"),
    "node.id": _id("node.id"),
    "log.retention.ms": _strongest(("log.retention.ms", "log.retention.minutes", "log.retention.hours")),
    "broker.rack": PropertyFaces(
        config=lambda face: face.rack,
        registered=lambda face: face.rack,
        machine=lambda face: face.zone,
    ),
    "zookeeper.connect": PropertyFaces(
        config=lambda face: face.zookeeper_connect,
        resolves=lambda broker: broker.resolved.zookeeper,
    ),
    **{
        key: _written(key)
        for key in (
            "listeners",
            "advertised.listeners",
            "advertised.host.name",
            "advertised.port",
            "host.name",
            "port",
        )
    },
}
"""The properties that a face keeps elsewhere than among its settings."""
