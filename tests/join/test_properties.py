"""What holds for every join, whatever the sources saw."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from driftcheck.errors import DriftcheckError
from driftcheck.join.inventory import join
from driftcheck.join.questions import questions
from driftcheck.join.reachability import reachability
from driftcheck.join.scope import Scope
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.inventory import Broker, Inventory
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import PropertiesObservation, Snapshot, ZooKeeperObservation
from tests.join import worlds
from tests.join.generated import CONNECT, VERSIONS, Chance, seeds, snapshot
from tests.join.walking import Path, changed, contradictions
from tests.tiers import examples

OFTEN = examples(75)

SERVER, META = "server.properties", "meta.properties"
IDENTITY = {
    *("broker.id", "node.id", "zookeeper.connect", "controller.quorum.voters"),
    *("fqdn", "hostname"),
}
"""What decides what is joined: ids, ensembles, and the machine's names, after which folders are called."""

HOSTILE = (
    "",
    " ",
    "\x00\x1b[31m",
    "\ud800",
    "a" * 5_000,
    "9" * 5_000,
    "-+5",
    "²",
    "٣",
    "1e999",
    "[",
    "[::1",
    "::",
    "://:",
    "PLAINTEXT://" * 50,
    ",,,",
    "../..",
    "{{ 7 * 7 }}",
    "%s%n",
    "broker 1",
    "127.1",
    "NAME://[fe80::1%eth0]:70000",
    "ﬁ.İ.example",
)
LARGE = (-1, 0, 2**31, 10**400)
TIMES = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))

configurations = st.builds(Configuration, kafka_version=st.sampled_from(VERSIONS))


def brokers_of(inventory: Inventory) -> list[Broker]:
    return [broker for cluster in inventory.clusters for broker in cluster.brokers]


def registered(brokers: list[Broker]) -> list[Location]:
    return [broker.registered.value.location for broker in brokers if isinstance(broker.registered, Known)]


def shuffled(seen: Snapshot, chance: Chance) -> Snapshot:
    def inside(zookeeper: ZooKeeperObservation) -> ZooKeeperObservation:
        registered, partitions = zookeeper.registrations, zookeeper.partitions
        if isinstance(registered, Known):
            registered = replace(registered, value=chance.shuffled(registered.value))
        if isinstance(partitions, Known):
            partitions = replace(partitions, value=chance.shuffled(partitions.value))
        return replace(zookeeper, registrations=registered, partitions=partitions)

    return replace(
        seen,
        sources=chance.shuffled(seen.sources),
        nodes=chance.shuffled(tuple(seen.nodes)),
        properties=chance.shuffled(seen.properties),
        hosts=chance.shuffled(seen.hosts),
        dns=chance.shuffled(seen.dns),
        zookeepers=chance.shuffled(tuple(map(inside, seen.zookeepers))),
        connections=chance.shuffled(seen.connections),
        gaps=chance.shuffled(seen.gaps),
    )


@OFTEN
@given(seeds, configurations)
def test_the_order_in_which_things_were_seen_decides_nothing(seed: int, configuration: Configuration) -> None:
    seen = snapshot(seed)
    at_one_place = tuple(replace(node, location=seen.nodes[0].location) for node in seen.nodes)
    for each in (seen, replace(seen, nodes=at_one_place)):
        assert join(shuffled(each, Chance(seed)), configuration) == join(each, configuration)


@OFTEN
@given(seeds, configurations)
def test_nothing_is_lost_and_nothing_stands_twice(seed: int, configuration: Configuration) -> None:
    seen = snapshot(seed)
    inventory = join(seen, configuration)
    brokers = brokers_of(inventory)
    assert max(Counter(broker.name for broker in brokers).values(), default=1) == 1
    files = [broker.rendered.location for broker in brokers if isinstance(broker.rendered, Known)]
    assert Counter(files) == Counter(file.location for file in seen.properties if file.kind == SERVER)
    assert Counter(registered(brokers)) == Counter(
        registration.location
        for zookeeper in seen.zookeepers
        if isinstance(zookeeper.registrations, Known)
        for registration in zookeeper.registrations.value
    )
    clients = [client.location for cluster in inventory.clusters for client in cluster.clients]
    clients += [gap.location for gap in inventory.gaps if gap.source == "client_files" and gap.location]
    assert Counter(clients) == Counter(
        file.location for file in seen.properties if file.kind not in (SERVER, META)
    )


@OFTEN
@given(seeds, configurations)
def test_what_is_not_judged_is_named(seed: int, configuration: Configuration) -> None:
    seen = snapshot(seed)
    every = join(replace(seen, zookeepers=()), configuration)
    named = {*(broker.name for broker in brokers_of(every))}
    named |= {client.name for cluster in every.clusters for client in cluster.clients}
    for cluster in every.clusters:
        alone = join(replace(seen, zookeepers=()), configuration, Scope(cluster=cluster.name))
        judged = [broker.name for broker in brokers_of(alone)]
        judged += [client.name for each in alone.clusters for client in each.clients]
        assert not set(judged) & set(alone.elsewhere)
        assert named <= {*judged, *alone.elsewhere}


@OFTEN
@given(seeds, configurations)
def test_a_registration_is_joined_by_its_id_its_session_or_its_address_alone(
    seed: int, configuration: Configuration
) -> None:
    for broker in brokers_of(join(snapshot(seed), configuration)):
        if not isinstance(broker.registered, Known) or not isinstance(broker.node, Known):
            continue
        number = broker.registered.value.broker_id
        own = [broker.config.value.broker_id] if isinstance(broker.config, Known) else []
        claimed = [*own, *(meta.broker_id for meta in broker.meta)]
        if not any(isinstance(fact, Known) and fact.value == number for fact in claimed):
            assert not any(isinstance(fact, Known) for fact in own)
            node, why = broker.node.value, broker.evidence[-1]
            by_session = f"its session comes from {node}'s machine (" in why
            assert by_session or why.endswith(f"its address is {node}'s machine's alone")
            assert isinstance(broker.machine, Known)
            assert isinstance(broker.machine.value.addresses, Known)


UNRELATED = """
nodes:
  web9.example.net:
    environment: staging
    machine: {fqdn: web9.example.net, hostname: web9, addresses: 192.168.9.9}
  kafka8.example.net:
    environment: staging
    settings: {broker.id: 8, advertised.listeners: "PLAINTEXT://kafka8.example.net:9092"}
    machine: {fqdn: kafka8.example.net, hostname: kafka8, addresses: 192.168.9.8}
  kafka9.example.net:
    environment: staging
    settings: {broker.id: 9, zookeeper.connect: "zk8.example.net:2181/staging"}
    machine: {fqdn: kafka9.example.net, hostname: kafka9, addresses: 192.168.9.7}
    server.properties: {broker.id: 1, zookeeper.connect: "zk8.example.net:2181/staging"}
    producer.properties: {bootstrap.servers: "kafka8.example.net:9092"}
dns: {kafka8.example.net: 192.168.9.8}
"""


@OFTEN
@given(seeds, configurations)
def test_an_unrelated_environment_changes_no_face(seed: int, configuration: Configuration) -> None:
    seen, other = snapshot(seed), worlds.seen(UNRELATED)
    together = replace(
        seen,
        nodes=(*seen.nodes, *other.nodes),
        properties=seen.properties + other.properties,
        dns=seen.dns + other.dns,
    )
    alone = join(replace(seen, zookeepers=()), configuration)
    assume(alone.reference_time == seen.taken_at and alone.nodes)
    for cluster in alone.clusters:
        scope = Scope(cluster=cluster.name)
        (before,) = join(seen, configuration, scope).clusters
        (after,) = join(together, configuration, scope).clusters
        assert after.brokers == before.brokers
        assert after.ambiguities == before.ambiguities


@OFTEN
@given(seeds, configurations)
def test_whatever_the_texts_only_our_own_errors_are_raised(seed: int, configuration: Configuration) -> None:
    chance = Chance(seed)

    def change(path: Path, value: Any) -> Any:
        if chance.one(range(12)) or path[-1:] in (("source",), ("kind",), ("rrtype",), ("key",)):
            return value
        if isinstance(value, str) and not isinstance(value, UnknownKind):
            return chance.one(HOSTILE)
        if isinstance(value, datetime):
            return chance.one(TIMES)
        if isinstance(value, int) and not isinstance(value, bool) and path[-1:] != ("line",):
            return chance.one(LARGE)
        return value

    seen = changed(snapshot(seed), change)
    questions(seen, configuration)
    for scope in (Scope(), Scope(zookeeper=CONNECT), Scope(cluster="prod", brokers=("1",))):
        with suppress(DriftcheckError):
            reachability(join(seen, configuration, scope))


@OFTEN
@given(seeds, configurations)
def test_what_becomes_unknown_contradicts_nothing(seed: int, configuration: Configuration) -> None:
    seen, chance = snapshot(seed), Chance(seed)
    without = changed(seen, _forgetting(chance, IDENTITY))
    old = {broker.name: broker for broker in brokers_of(join(seen, configuration))}
    new = {broker.name: broker for broker in brokers_of(join(without, configuration))}
    for name in old.keys() & new.keys():
        assert not list(contradictions(old[name], new[name], name))


@OFTEN
@given(seeds, configurations)
def test_without_an_id_no_other_registration_is_joined_but_by_address(
    seed: int, configuration: Configuration
) -> None:
    seen, chance = snapshot(seed), Chance(seed)
    without = changed(seen, _forgetting(chance, set()))
    old = {broker.name: broker for broker in brokers_of(join(seen, configuration))}
    for broker in brokers_of(join(without, configuration)):
        before = old.get(broker.name)
        if before is None or not isinstance(before.registered, Known):
            continue
        if isinstance(broker.registered, Known):
            same = broker.registered.value.location == before.registered.value.location
            assert same or "address" in broker.evidence[-1]


def _forgetting(chance: Chance, kept: set[str]) -> Any:
    """A change that now and then makes a known fact Unknown: none of these, and nothing that groups."""
    grouping = {"environment", "renders_kafka", "observed_at"}

    def change(path: Path, value: Any) -> Any:
        if isinstance(value, PropertiesObservation):
            return replace(value) if value.kind == META else _with_entries(value, chance, kept)
        if not isinstance(value, Known) or path[-1] in (*grouping, *kept) or chance.one(range(6)):
            return value
        return Unknown(kind=UnknownKind.FAULT, reason="forgotten", location=value.location)

    return change


def _with_entries(file: PropertiesObservation, chance: Chance, kept: set[str]) -> PropertiesObservation:
    if not isinstance(file.entries, Known):
        return file
    entries = tuple(
        entry
        if entry.key in kept or chance.one(range(6)) or not isinstance(entry.value, Known)
        else replace(entry, value=Unknown(kind=UnknownKind.FAULT, reason="forgotten"))
        for entry in file.entries.value
    )
    return replace(file, entries=replace(file.entries, value=entries))
