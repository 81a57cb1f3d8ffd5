"""Small worlds as YAML texts, joined."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from driftcheck.app.worlds.world import world_snapshot
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.join.inventory import join
from driftcheck.join.scope import Scope
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Fact, Known, Unknown
from driftcheck.model.inventory import (
    Advertised,
    Broker,
    Client,
    Cluster,
    ConfigFace,
    Endpoint,
    Inventory,
    MachineFace,
    RegisteredFace,
)
from driftcheck.model.snapshot import Snapshot


def seen(world: str) -> Snapshot:
    """What the sources saw in a world."""
    return world_snapshot(compose_yaml(dedent(world), name="world"))


def joined(world: str | Snapshot, *, scope: Scope | None = None, **configuration: Any) -> Inventory:
    snapshot = seen(world) if isinstance(world, str) else world
    return join(snapshot, Configuration(**configuration), scope or Scope())


def only_cluster(inventory: Inventory) -> Cluster:
    (cluster,) = inventory.clusters
    return cluster


def broker(inventory: Inventory, name: str) -> Broker:
    (found,) = (each for cluster in inventory.clusters for each in cluster.brokers if each.name == name)
    return found


def client(inventory: Inventory, name: str) -> Client:
    (found,) = (each for cluster in inventory.clusters for each in cluster.clients if each.name == name)
    return found


def names(inventory: Inventory) -> dict[str, list[str]]:
    """The brokers' names by cluster."""
    return {cluster.name: [each.name for each in cluster.brokers] for cluster in inventory.clusters}


def known(fact: Fact[Any]) -> Any:
    """The value of what has to be known."""
    assert isinstance(fact, Known), fact
    return fact.value


def unknown(fact: Fact[Any]) -> Unknown:
    assert isinstance(fact, Unknown), fact
    return fact


def possible(fact: Fact[Any]) -> list[Any]:
    """What an Unknown could be."""
    return [candidate.value for candidate in unknown(fact).candidates]


def assumed(fact: Fact[Any]) -> tuple[str, ...]:
    """What had to be taken for granted for what is known."""
    assert isinstance(fact, Known), fact
    return fact.assumed


def rendered(found: Broker) -> ConfigFace:
    face: ConfigFace = known(found.rendered)
    return face


def intended(found: Broker) -> ConfigFace:
    face: ConfigFace = known(found.intended)
    return face


def registered(found: Broker) -> RegisteredFace:
    face: RegisteredFace = known(found.registered)
    return face


def machine(found: Broker) -> MachineFace:
    face: MachineFace = known(found.machine)
    return face


def endpoint(found: Broker, listener: str = "PLAINTEXT") -> Endpoint:
    (one,) = (each for each in found.endpoints if each.listener == listener)
    return one


def current(found: Broker, listener: str = "PLAINTEXT") -> Advertised:
    value: Advertised = known(endpoint(found, listener).current)
    return value


def texts(fact: Fact[tuple[Advertised, ...]]) -> list[str]:
    """Endpoints as `NAME://host:port`."""
    return [f"{each.listener}://{each}" for each in known(fact)]


def ambiguities(inventory: Inventory) -> list[tuple[str, str]]:
    """Kind and subject of everything that the join could not decide."""
    return [(each.kind, each.subject) for cluster in inventory.clusters for each in cluster.ambiguities]
