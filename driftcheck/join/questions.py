"""Which names and addresses the other sources mention, so that DNS can be asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from driftcheck.formats.host_names import host_key, is_ip
from driftcheck.join.derived import possible
from driftcheck.join.inventory import join
from driftcheck.join.members import ZOOKEEPER_KINDS
from driftcheck.join.servers import server_host
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Fact, Known
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Broker, Client
from driftcheck.model.snapshot import Snapshot

T = TypeVar("T")


@frozen
class Questions:
    """`hosts`: names without a trailing dot, in lower case; `addresses`: IP addresses for PTR."""

    hosts: frozenset[str]
    addresses: frozenset[str]


def questions(snapshot: Snapshot, configuration: Configuration) -> Questions:
    """Every name and address that node objects, files and registrations mention or could mean."""
    beside = (snapshot.nodes, snapshot.properties, snapshot.hosts, snapshot.runs, snapshot.myids)
    # Where there is nothing to join them with, registrations say by themselves what they mention.
    mentioned = set(_of_everything(snapshot, configuration) if any(beside) else _of_registrations(snapshot))
    keys = {host_key(text) for text in mentioned if text.strip()}
    addresses = {key for key in keys if is_ip(key)}
    return Questions(hosts=frozenset(keys - addresses), addresses=frozenset(addresses))


def _of_everything(snapshot: Snapshot, configuration: Configuration) -> Iterator[str]:
    inventory = join(snapshot, configuration, ensembles=False)
    yield from _of_zookeepers(snapshot)
    for cluster in inventory.clusters:
        for broker in cluster.brokers:
            yield from _of_broker(broker)
        for client in cluster.clients:
            yield from _of_client(client)


def _of_registrations(snapshot: Snapshot) -> Iterator[str]:
    for seen in snapshot.zookeepers:
        for registration in _known(seen.registrations):
            for endpoint in _known(registration.endpoints):
                yield endpoint.host


def _of_zookeepers(snapshot: Snapshot) -> Iterator[str]:
    """The hosts that lists of ZooKeeper's servers name."""
    for file in snapshot.properties:
        if file.kind in ZOOKEEPER_KINDS:
            for entry in _known(file.entries):
                if entry.key.startswith("server.") and isinstance(entry.value, Known):
                    for place in entry.value.value.split("|"):
                        yield (
                            place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
                        )


def _of_broker(broker: Broker) -> Iterator[str]:
    for endpoint in broker.endpoints:
        for face in (endpoint.intended, endpoint.rendered, endpoint.registered):
            for value in possible(face):
                yield from possible(value.host)
    for config in (broker.intended, broker.rendered):
        if isinstance(config, Known):
            yield from map(server_host, _known(config.value.zookeeper_servers))
            yield from (voter.host for voter in _known(config.value.voters))
            for listener in _known(config.value.listeners):
                yield from possible(listener.host)
            for endpoints in possible(config.value.endpoints):
                for each in endpoints:
                    yield from possible(each.host)
    if isinstance(broker.machine, Known):
        yield from possible(broker.machine.value.hostname)
        yield from possible(broker.machine.value.fqdn)
        yield from _known(broker.machine.value.addresses)


def _of_client(client: Client) -> Iterator[str]:
    yield from map(server_host, _known(client.bootstrap))


def _known(fact: Fact[tuple[T, ...]]) -> Iterable[T]:
    return fact.value if isinstance(fact, Known) else ()
