"""Everything that is mentioned is asked about, and nothing else."""

from __future__ import annotations

from driftcheck.join.questions import Questions, questions
from driftcheck.model.configuration import Configuration
from tests.join.worlds import seen


def asked(world: str, version: str | None = "2.8") -> Questions:
    return questions(seen(world), Configuration(kafka_version=version))


def test_brokers_mention_endpoints_ensembles_and_their_machines() -> None:
    found = asked(
        """
        nodes:
          kafka1:
            settings:
              broker.id: 1
              zookeeper.connect: "zk1,10.0.1.1/k"
              advertised.listeners: "PLAINTEXT://Chef.:9092"
            machine:
              hostname: kafka1
              fqdn: kafka1.example.com
              names: [ec2-1]
              addresses: [10.0.0.1, 172.17.0.1]
            server.properties:
              broker.id: 1
              zookeeper.connect: "zk2/k"
              listeners: "PLAINTEXT://:9092,SSL://bound:9093"
              advertised.listeners: "PLAINTEXT://file:9092,SSL://10.9.9.9:9093"
          web1: {environment: prod, machine: {hostname: web1, addresses: 10.0.0.5}}
        """
    )
    assert found.hosts == {"chef", "file", "bound", "zk1", "zk2", "kafka1", "kafka1.example.com"}
    assert found.addresses == {"10.0.0.1", "172.17.0.1", "10.0.1.1", "10.9.9.9"}


def test_registrations_and_clients_mention_hosts_of_whichever_cluster() -> None:
    found = asked(
        """
        nodes:
          a: {environment: prod, settings: {broker.id: 1, zookeeper.connect: zk1}}
          b: {environment: beta, settings: {broker.id: 1, zookeeper.connect: zk2}}
          web1: {environment: prod, producer.properties: {bootstrap.servers: "boot:9092,[::1]:9092,SSL://tls:9093"}}
        zookeeper:
          connect: zk9
          brokers: {1: "PLAINTEXT://registered:9092", 2: ["SSL://:1", "PLAINTEXT://[fe80::1]:1"]}
        """
    )
    assert found.hosts == {"registered", "boot", "tls", "zk1", "zk2"}
    assert found.addresses == {"::1", "fe80::1"}


def test_what_a_host_could_be_is_asked_about_too() -> None:
    world = """
    nodes:
      kafka1: {settings: {broker.id: 1, zookeeper.connect: zk1, advertised.host.name: adv, host.name: own}}
      kafka2:
        whole: false
        settings: {broker.id: 2, zookeeper.connect: zk1, host.name: perhaps}
    """
    assert asked(world, None).hosts == {"adv", "own", "zk1", "perhaps"}


def test_a_host_under_a_denied_override_is_asked_about() -> None:
    world = """
    nodes:
      kafka1:
        server.properties: {broker.id: 1, zookeeper.connect: zk1, advertised.listeners: "PLAINTEXT://file:9092"}
    zookeeper: {connect: zk1, overrides: {1: {unknown: denied, kind: denied}}}
    """
    assert asked(world).hosts == {"file", "zk1"}


def test_an_override_mentions_its_host() -> None:
    world = """
    nodes: {kafka1: {server.properties: {broker.id: 1, zookeeper.connect: zk1}}}
    zookeeper: {connect: zk1, overrides: {1: {advertised.listeners: "PLAINTEXT://dynamic:9092"}}}
    """
    assert asked(world).hosts == {"dynamic", "zk1"}


def test_nothing_mentioned_is_nothing_asked() -> None:
    assert asked("") == Questions(hosts=frozenset(), addresses=frozenset())


ONLY_ZOOKEEPER = """
zookeeper:
  brokers:
    1: "PLAINTEXT://Kafka1.:9092,SSL://10.0.0.1:9093"
    2: {endpoints: "PLAINTEXT://kafka2:9092", rack: r1}
    3: {unknown: lost}
    4: "PLAINTEXT://:9092"
    5: "PLAINTEXT://[fe80::1]:9092"
    6: "PLAINTEXT://kafka1:9092"
  overrides:
    1: {advertised.listeners: "PLAINTEXT://elsewhere:9092"}
    <default>: {log.cleaner.threads: 2}
"""


def test_registrations_alone_mention_what_they_mention_beside_others() -> None:
    alone = asked(ONLY_ZOOKEEPER)
    beside = asked(ONLY_ZOOKEEPER + "nodes: {web1: {environment: prod, machine: {hostname: web1}}}\n")
    assert alone == beside
    assert alone.hosts == {"kafka1", "kafka2"}
    assert alone.addresses == {"10.0.0.1", "fe80::1"}
