"""A world's few lines stand for what the sources would have seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driftcheck.app.worlds.notation import NOW
from driftcheck.app.worlds.world import world_snapshot
from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.formats.yaml_nodes import YamlProblem
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import HostsEntry, RegisteredEndpoint, Snapshot
from tests.join.worlds import known


def seen(world: str) -> Snapshot:
    return world_snapshot(compose_yaml(world, name="world"))


EVERYTHING = """
nodes:
  kafka1:
    environment: beta
    policy_group: canary
    settings: {broker.id: 1, host.name: ~, ssl.key.password: x, port: {unknown: from a data bag}}
    whole: false
    kafka_version: 0.8.2.1
    machine:
      fqdn: kafka1.example.com
      hostname: kafka1
      addresses: [10.0.0.1, 10.0.0.2]
      type: m3.large
      zone: us-east-1a
      age: 30h
    server.properties: {broker.id: 1, host.name: ~, sasl.jaas.config: x}
    meta.properties: {broker.id: 1}
    hosts: {127.0.0.1: localhost, 10.0.0.1: [kafka1.example.com, kafka1]}
  web1:
    producer.properties: {bootstrap.servers: "kafka1:9092"}
dns: {kafka1.: [10.0.0.1, "::1"], gone: NXDOMAIN, slow: TIMEOUT, 10.0.0.1: kafka1}
zookeeper:
  connect: "zk1:2181/other"
  cluster_id: abc
  controller: {unknown: may not be read, kind: denied}
  brokers:
    1: "PLAINTEXT://kafka1:9092"
    2: {endpoints: ["SSL://[::1]:9093"], protocols: {SSL: SASL_SSL}, rack: a, version: 5, owner: 0, age: 2d}
  overrides: {1: {port: 1}, <default>: ~}
  partitions: {events-0: [1, 2], lost-in-space-1: []}
"""


def test_every_source_that_has_something_was_asked() -> None:
    assert [run.source for run in seen(EVERYTHING).sources] == [
        "chef",
        "rendered",
        "client_files",
        "dns",
        "zookeeper",
    ]
    assert [run.source for run in seen("nodes: {web1: {producer.properties: {}}}").sources] == [
        "client_files"
    ]
    assert [run.source for run in seen("dns: {}").sources] == ["dns"]
    assert seen("").sources == ()


def test_a_node_is_its_object_and_its_machine() -> None:
    (node,) = seen(EVERYTHING).nodes
    assert node.name == "kafka1"
    assert node.environment == Known(value="beta", location=node.location)
    assert node.policy_group == Known(value="canary", location=node.location)
    assert node.renders_kafka == Known(value=True, location=node.location)
    assert isinstance(node.settings_from, Absent)
    assert [type(fact) for fact in node.settings.values()] == [Known, Absent, Known, Unknown]
    password = node.settings["ssl.key.password"]
    assert isinstance(password, Known)
    assert password.secret
    assert known(node.machine.observed_at) == NOW - timedelta(hours=30)
    assert known(node.machine.names) == ("kafka1.example.com", "kafka1")
    assert isinstance(node.machine.instance_id, Absent)


def test_what_is_not_written_is_as_on_a_healthy_night() -> None:
    snapshot = seen("{nodes: {kafka1: {settings: {broker.id: 1}}}, zookeeper: ~}")
    (node,) = snapshot.nodes
    assert node.environment == Known(value="prod", location=node.location)
    assert known(node.settings_from) == "kafka.broker"
    assert isinstance(node.kafka_version, Absent)
    (zookeeper,) = snapshot.zookeepers
    assert zookeeper.connect == "zk1:2181/kafka"
    assert zookeeper.registrations == Known(value=(), location=zookeeper.registrations.location)


def test_a_node_of_files_alone_has_no_object() -> None:
    assert seen("nodes: {kafka1: {server.properties: {broker.id: 1}}, kafka2: ~}").nodes == ()


def test_a_file_keeps_its_lines_and_an_empty_value_is_an_empty_text() -> None:
    server, meta, client = seen(EVERYTHING).properties
    assert (server.kind, meta.kind, client.node) == ("server.properties", "meta.properties", "web1")
    assert isinstance(server.entries, Known)
    assert [(entry.key, entry.line) for entry in server.entries.value] == [
        ("broker.id", 1),
        ("host.name", 2),
        ("sasl.jaas.config", 3),
    ]
    empty, secret = server.entries.value[1].value, server.entries.value[2].value
    assert isinstance(empty, Known)
    assert (empty.value, str(empty.location)) == ("", "rendered/kafka1/server.properties:2:1")
    assert isinstance(secret, Known)
    assert secret.secret


def test_of_a_list_each_is_one_file() -> None:
    files = seen("nodes: {kafka1: {meta.properties: [{broker.id: 1}, {unknown: not readable}]}}").properties
    assert [(file.node, file.location.name) for file in files] == [
        ("kafka1", "rendered/kafka1/1/meta.properties"),
        ("kafka1", "rendered/kafka1/2/meta.properties"),
    ]
    assert [type(file.entries) for file in files] == [Known, Unknown]


def test_hosts_files_are_lines() -> None:
    (hosts,) = seen(EVERYTHING).hosts
    assert hosts.entries == Known(
        value=(
            HostsEntry(address="127.0.0.1", names=("localhost",), line=1),
            HostsEntry(address="10.0.0.1", names=("kafka1.example.com", "kafka1"), line=2),
        ),
        location=hosts.location,
    )


def test_answers_are_of_each_family_and_names_without_a_last_dot() -> None:
    found = {(answer.name, answer.rrtype): answer.values for answer in seen(EVERYTHING).dns}
    assert {key: fact.value for key, fact in found.items() if isinstance(fact, Known)} == {
        ("kafka1", "A"): ("10.0.0.1",),
        ("kafka1", "AAAA"): ("::1",),
        ("10.0.0.1", "PTR"): ("kafka1",),
    }
    assert isinstance(found["gone", "A"], Absent)
    assert isinstance(found["slow", "AAAA"], Unknown)


def test_several_vantages_have_answers_each() -> None:
    found = seen("dns: {in: {a: 10.0.0.1}, out: {a: NXDOMAIN}, silent: {}}").dns
    assert {answer.vantage for answer in found} == {"in", "out"}
    local = seen("dns: {hosts file: {a: 10.0.0.1}, out: {a: 10.0.0.1}}").dns
    assert {answer.vantage for answer in local if answer.partial} == {"hosts file"}
    one = seen("dns: {a: {unknown: refused}, b: 10.0.0.1}").dns
    assert {answer.vantage for answer in one} == {"10.0.0.2:53"}


def test_zookeeper_holds_registrations_overrides_and_partitions() -> None:
    (zookeeper,) = seen(EVERYTHING).zookeepers
    assert isinstance(zookeeper.registrations, Known)
    first, second = zookeeper.registrations.value
    assert str(first.location) == "/other/brokers/ids/1"
    assert first.host == Known(value="kafka1", location=first.location)
    assert second.endpoints == Known(
        value=(RegisteredEndpoint(listener="SSL", host="::1", port=9093, protocol=Known(value="SASL_SSL")),),
        location=second.location,
    )
    assert second.ephemeral_owner == Known(value=0, location=second.location)
    assert isinstance(zookeeper.controller, Unknown)
    assert zookeeper.controller.kind is UnknownKind.DENIED
    assert [type(fact) for fact in zookeeper.overrides.values()] == [Known, Absent]
    assert isinstance(zookeeper.partitions, Known)
    assert [(each.topic, each.partition, each.leader) for each in zookeeper.partitions.value] == [
        ("events", 0, Known(value=1)),
        ("lost-in-space", 1, Known(value=-1)),
    ]


def test_anything_may_be_unknown() -> None:
    snapshot = seen(
        """
        nodes:
          a:
            broker: {unknown: no cookbooks, kind: missing_input}
            server.properties: {unknown: not readable}
            hosts: {unknown: not readable}
        zookeeper: {brokers: {unknown: no server answers}}
        """
    )
    facts = [
        snapshot.nodes[0].renders_kafka,
        snapshot.properties[0].entries,
        snapshot.hosts[0].entries,
        snapshot.zookeepers[0].registrations,
    ]
    assert all(isinstance(fact, Unknown) for fact in facts)


@pytest.mark.parametrize(
    ("world", "problem"),
    [
        (
            "nods: {}",
            "unknown key 'nods'; allowed: configuration, nodes, dns, zookeeper, connections (line 1",
        ),
        ("nodes: {a: {setings: {}}}", "unknown key 'setings'"),
        ("nodes: {a: {machine: {age: soon}}}", "an age is a number and m, h or d"),
        ("nodes: {a: {machine: {age: ²d}}}", "an age is a number and m, h or d"),
        ("nodes: {a: {machine: {fqdn: {unknown: x, kind: odd}}}}", "a kind is one of fault, denied"),
        ("nodes: {a: {settings: {port: [1]}}}", "expected a text, found a list"),
        ("zookeeper: {brokers: {one: 'PLAINTEXT://a:1'}}", "'one' is not a broker id"),
        ("zookeeper: {brokers: {²: 'PLAINTEXT://a:1'}}", "'²' is not a broker id"),
        ("zookeeper: {brokers: {1: 'a:1'}}", "'a:1' is not NAME://host:port"),
        ("zookeeper: {brokers: {1: 'PLAINTEXT://a:²'}}", "is not NAME://host:port"),
        ("zookeeper: {partitions: {events: [1]}}", "'events' is not TOPIC-NUMBER"),
        ("dns: {a: {b: 10.0.0.1}, c: 10.0.0.1}", "expected a list of texts, found a mapping"),
    ],
)
def test_what_a_world_cannot_mean_is_refused_with_its_place(world: str, problem: str) -> None:
    with pytest.raises(YamlProblem) as error:
        seen(world)
    assert problem in str(error.value)


def test_a_world_is_saved_and_read_back_like_any_snapshot() -> None:
    snapshot = seen(EVERYTHING)
    saved = snapshot_to_json(snapshot)
    assert snapshot_to_json(snapshot_from_json(saved, name="saved")) == saved
