"""Where the entries of a client's bootstrap list lead."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.inventory_parts import BootstrapEntry
from tests.join.worlds import client, joined

WORLD = """
nodes:
  p1:
    environment: prod
    settings: {{broker.id: 1, zookeeper.connect: zk1, listeners: 'PLAINTEXT://p1.prod:9092,SSL://p1.prod:9093'}}
    machine: {{hostname: p1, fqdn: p1.internal, addresses: 10.0.0.1}}
  p2:
    environment: prod
    settings: {{broker.id: 2, zookeeper.connect: zk1, advertised.host.name: p2.prod}}
    machine: {{fqdn: p2.prod, addresses: 10.0.0.2}}
  web1:
    environment: prod
    machine: {{fqdn: web1.prod, addresses: 10.0.0.9}}
    producer.properties: {{bootstrap.servers: '{entries}'}}
dns: {{p1.prod: 10.0.0.1, alias.prod: 10.0.0.2, gone.prod: NXDOMAIN, lb.prod: 10.0.0.100, slow.prod: TIMEOUT}}
"""


def entries(text: str, **configuration: Any) -> tuple[BootstrapEntry, ...]:
    inventory = joined(WORLD.format(entries=text), kafka_version="2.8.2", **configuration)
    found = client(inventory, "web1 producer.properties").entries
    assert isinstance(found, Known)
    return found.value


def short(fact: Fact[tuple[str, ...]]) -> str:
    if isinstance(fact, Known):
        return ",".join(fact.value)
    return "-" if isinstance(fact, Absent) else "?"


@pytest.mark.parametrize(
    ("text", "brokers", "listeners", "protocols"),
    [
        ("p1.prod:9092", "p1", "PLAINTEXT", "PLAINTEXT"),
        ("P1.prod.:9093", "p1", "SSL", "SSL"),
        ("p1.internal:9092", "p1", "PLAINTEXT", "PLAINTEXT"),
        ("p1:9092", "p1", "PLAINTEXT", "PLAINTEXT"),
        ("10.0.0.1:9092", "p1", "PLAINTEXT", "PLAINTEXT"),
        ("alias.prod:9092", "p2", "PLAINTEXT", "PLAINTEXT"),
        ("p2.prod:9093", "p2", "-", "-"),
        ("p2.prod", "p2", "-", "-"),
        ("web1.prod:9092", "-", "-", "-"),
        ("gone.prod:9092", "-", "-", "-"),
        ("lb.prod:9092", "?", "?", "?"),
        ("slow.prod:9092", "?", "?", "?"),
        ("localhost:9092", "?", "?", "?"),
    ],
)
def test_an_entry_leads_to_the_brokers_of_its_name_or_address(
    text: str, brokers: str, listeners: str, protocols: str
) -> None:
    (entry,) = entries(text)
    assert (entry.text, short(entry.brokers), short(entry.listeners), short(entry.protocols)) == (
        text,
        brokers,
        listeners,
        protocols,
    )


def test_a_declared_way_in_leads_to_all_brokers() -> None:
    (entry,) = entries("lb.prod:9092", listeners={"PLAINTEXT": ("10.0.0.100/32",)})
    assert short(entry.brokers) == "p1,p2"
    assert short(entry.listeners) == "PLAINTEXT"


def test_a_broker_whose_listeners_are_not_known_may_have_one_there() -> None:
    inventory = joined(
        """
        nodes:
          p1:
            settings: {broker.id: 1, zookeeper.connect: zk1, listeners: {unknown: made by Ruby}}
            machine: {fqdn: p1.prod, addresses: 10.0.0.1}
          web1: {environment: prod, producer.properties: {bootstrap.servers: 'p1.prod:9092'}}
        """,
        kafka_version="2.8.2",
    )
    found = client(inventory, "web1 producer.properties").entries
    assert isinstance(found, Known)
    assert isinstance(found.value[0].brokers, Known)
    assert isinstance(found.value[0].listeners, Unknown)


@pytest.mark.parametrize(
    ("settings", "at_home"),
    [
        ("{zookeeper.connect: 'zk1:2181'}", True),
        ("{zookeeper.connect: 'zk1/kafka'}", False),
        ("{zookeeper.connect: 'zk9', bootstrap.servers: 'p1.prod:9092'}", False),
        ("{zookeeper.connect: 'zk9'}", None),
        ("{bootstrap.servers: 'p1.prod:9092'}", None),
    ],
)
def test_a_connect_string_is_judged_where_it_is_known_to_be_this_clusters(
    settings: str, at_home: bool | None
) -> None:
    world = WORLD.format(entries="p1.prod:9092").replace(
        "producer.properties: {bootstrap.servers: 'p1.prod:9092'}", f"consumer.properties: {settings}"
    )
    fact = client(joined(world, kafka_version="2.8.2"), "web1 consumer.properties").zookeeper_at_home
    assert (fact.value if isinstance(fact, Known) else None) is at_home
