"""One cause is one finding: what follows from a wrong endpoint stands under the rule that names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from driftcheck.app.rule_cases import case_inventory
from driftcheck.app.rule_packs import load_packs
from driftcheck.engine.judgement import judge
from driftcheck.engine.rule_files.cases import Case
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.model.configuration import Configuration
from driftcheck.model.finding import Finding, Outcome
from driftcheck.model.locations import Location

PACKS = load_packs(Configuration())

WORLDS = {
    "a registered port that nobody can dial, and a right one in the file": (
        """
configuration: {kafka_version: 2.8.2}
nodes:
  kafka1: {settings: {broker.id: 1, zookeeper.connect: zk1, listeners: "PLAINTEXT://kafka1.prod:9092"}}
zookeeper: {brokers: {1: "PLAINTEXT://kafka1.prod:70000"}}
""",
        {"REG004": {"ADV009"}},
    ),
    "a broker is told to bind another one's name, and advertises it": (
        """
configuration: {kafka_version: 2.8.2}
nodes:
  kafka1:
    settings: {broker.id: 1, zookeeper.connect: zk1, listeners: "PLAINTEXT://kafka1.prod:9092"}
    machine: {fqdn: kafka1.prod, addresses: 10.0.0.1}
  kafka2:
    settings: {broker.id: 2, zookeeper.connect: zk1, listeners: "PLAINTEXT://kafka1.prod:9092"}
    machine: {fqdn: kafka2.prod, addresses: 10.0.0.2}
dns: {kafka1.prod: 10.0.0.1}
""",
        {"ADV015": {"ADV016", "DNS003", "REG006"}},
    ),
    "Kafka refuses the configuration, and so the broker is not registered": (
        """
configuration: {kafka_version: 2.8.2}
nodes:
  kafka1: {settings: {broker.id: 1, zookeeper.connect: zk1, listeners: "PLAINTEXT://kafka1.prod:9092"}}
  kafka2: {settings: {broker.id: 2, zookeeper.connect: zk1, listeners: "SSL://kafka2.prod:9092"}}
zookeeper: {brokers: {1: "PLAINTEXT://kafka1.prod:9092"}, partitions: {t-0: [1, 2]}}
""",
        {"ADV005": {"ADV014", "REG002"}},
    ),
    "a listener that the next start takes away from a client": (
        """
configuration: {kafka_version: 2.8.2}
nodes:
  kafka1:
    settings:
      broker.id: 1
      zookeeper.connect: zk1
      listeners: "PLAINTEXT://:9092,SSL://:9093"
      advertised.host.name: kafka1.prod
  app1: {producer.properties: {bootstrap.servers: "kafka1.prod:9093", security.protocol: SSL}}
zookeeper: {brokers: {1: ["PLAINTEXT://kafka1.prod:9092", "SSL://kafka1.prod:9093"]}}
""",
        {"ADV013": {"ADV012", "REG005"}},
    ),
    "a name of a former address that is another broker's by now": (
        """
configuration: {kafka_version: 0.8.2.2}
nodes:
  kafka1:
    settings: {broker.id: 1, zookeeper.connect: zk1, advertised.host.name: ip-10-0-0-2.ec2.internal}
    machine: {fqdn: ip-10-0-0-1.ec2.internal, addresses: 10.0.0.1}
  kafka2:
    settings: {broker.id: 2, zookeeper.connect: zk1, advertised.host.name: ip-10-0-0-2.ec2.internal}
    machine: {fqdn: ip-10-0-0-2.ec2.internal, addresses: 10.0.0.2}
dns: {ip-10-0-0-2.ec2.internal: 10.0.0.2}
""",
        {"ADV016": {"DNS003", "DNS010", "REG006"}},
    ),
    "a swap": (
        """
configuration: {kafka_version: 0.8.2.2}
nodes:
  kafka1:
    settings: {broker.id: 1, zookeeper.connect: zk1, advertised.host.name: kafka2.prod}
    machine: {fqdn: kafka1.prod, addresses: 10.0.0.1}
  kafka2:
    settings: {broker.id: 2, zookeeper.connect: zk1, advertised.host.name: kafka1.prod}
    machine: {fqdn: kafka2.prod, addresses: 10.0.0.2}
dns: {kafka1.prod: 10.0.0.1, kafka2.prod: 10.0.0.2}
zookeeper: {brokers: {1: "PLAINTEXT://kafka2.prod:9092", 2: "PLAINTEXT://kafka1.prod:9092"}}
""",
        {"ADV017": {"ADV016", "DNS003"}},
    ),
    "a KRaft cluster as it should be": (
        """
configuration: {kafka_version: 3.6.2}
nodes:
  k1:
    settings:
      node.id: 1
      process.roles: broker,controller
      controller.quorum.voters: 1@k1:9093
      controller.listener.names: CONTROLLER
      listeners: "PLAINTEXT://:9092,CONTROLLER://:9093"
      advertised.listeners: "PLAINTEXT://k1.prod:9092"
    machine: {fqdn: k1.prod, addresses: 10.0.0.1}
  app1: {producer.properties: {bootstrap.servers: "k1.prod:9092"}}
""",
        {},
    ),
}
"""What is the matter → the world, and the causes with all that stands under them, near or far."""


def beneath(finding: Finding) -> Iterator[str]:
    for each in finding.consequences:
        yield each.rule
        yield from beneath(each)


@pytest.mark.parametrize("what", WORLDS)
def test_one_cause_is_one_finding(what: str) -> None:
    world, causes = WORLDS[what]
    case = Case(
        rule="",
        name=what,
        expect=Outcome.FAIL,
        subjects=None,
        message="",
        world=compose_yaml(world, name="world"),
        file="world",
        location=Location(source="rules", name="world"),
    )
    findings = judge(case_inventory(case), PACKS.rules, trees=PACKS.trees).findings
    assert [(each.rule, set(beneath(each))) for each in findings] == list(causes.items())
