"""Which registration is which broker's."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.model.facts import Absent, Known
from driftcheck.model.snapshot import Snapshot
from tests.join.worlds import (
    ambiguities,
    broker,
    current,
    endpoint,
    joined,
    known,
    names,
    only_cluster,
    possible,
    registered,
    seen,
    unknown,
)


def test_a_registration_is_the_brokers_with_its_id_wherever_it_leads() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}, machine: {addresses: 10.0.0.1, hostname: kafka1}}
          kafka2: {settings: {broker.id: 2}, machine: {addresses: 10.0.0.2, hostname: kafka2}}
        dns: {kafka1: 10.0.0.1, kafka2: 10.0.0.2}
        zookeeper:
          brokers: {1: "PLAINTEXT://kafka2:9092", 2: "PLAINTEXT://kafka1:9092"}
        """
    )
    assert names(inventory) == {"prod": ["kafka1", "kafka2"]}
    assert registered(broker(inventory, "kafka1")).broker_id == 1
    assert str(current(broker(inventory, "kafka1"))) == "kafka2:9092"
    assert broker(inventory, "kafka1").evidence == (
        "the node object nodes/kafka1.json",
        "the registration /kafka/brokers/ids/1: it has the id 1"
        " (nodes/kafka1.json#/default/kafka/broker/broker.id)",
    )
    assert ambiguities(inventory) == []


def test_a_broker_without_a_registration_says_which_znode_is_not_there() -> None:
    found = broker(joined("{nodes: {kafka1: {settings: {broker.id: 1}}}, zookeeper: {}}"), "kafka1")
    assert isinstance(found.registered, Absent)
    assert found.registered.evidence == "there is no /kafka/brokers/ids/1"


def test_registrations_that_cannot_be_listed_leave_every_brokers_open() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1, host.name: kafka1, zookeeper.connect: "zk1:2181/kafka"}}
        zookeeper: {brokers: {unknown: no server answers}}
        """,
        kafka_version="0.8.2",
    )
    found = broker(inventory, "kafka1")
    assert unknown(found.registered).reason == "no server answers"
    assert unknown(only_cluster(inventory).registered_ids).reason == "no server answers"
    assert [str(option) for option in possible(endpoint(found).current)] == ["kafka1:9092"]


def test_a_registration_that_no_broker_claims_stands_by_itself() -> None:
    inventory = joined(
        """
        nodes: {kafka1: {settings: {broker.id: 1}}}
        zookeeper: {brokers: {7: "PLAINTEXT://kafka7:9092"}}
        """
    )
    found = broker(inventory, "broker 7")
    assert isinstance(found.node, Absent)
    assert isinstance(found.config, Absent)
    assert known(found.id) == 7
    assert only_cluster(inventory).registered_ids == Known(
        value=(7,), location=only_cluster(inventory).registered_ids.location
    )


SHARED = """
nodes:
  kafka1: {settings: {broker.id: 7}, machine: {addresses: 10.0.0.1, hostname: kafka1}}
  kafka2: {settings: {broker.id: 7}, machine: {addresses: 10.0.0.2, hostname: kafka2}}
zookeeper: {brokers: {7: "PLAINTEXT://10.0.0.1:9092"}}
"""


def test_the_registration_of_an_id_that_two_claim_is_neithers() -> None:
    inventory = joined(SHARED)
    assert names(inventory) == {"prod": ["broker 7", "kafka1", "kafka2"]}
    reason = "kafka1 and kafka2 have the same id 7: whose registration it is cannot be told"
    for name in ("kafka1", "kafka2"):
        assert unknown(broker(inventory, name).registered).reason == reason
    assert possible(broker(inventory, "broker 7").node) == ["kafka1", "kafka2"]
    (ambiguity,) = only_cluster(inventory).ambiguities
    assert (ambiguity.kind, ambiguity.reason) == ("shared_id", reason)
    assert [str(place) for place in ambiguity.locations] == [
        "/kafka/brokers/ids/7",
        "nodes/kafka1.json#/default/kafka/broker/broker.id",
        "nodes/kafka2.json#/default/kafka/broker/broker.id",
    ]


def test_a_shared_id_that_is_not_registered_is_nothing_to_tell_apart() -> None:
    inventory = joined(SHARED.replace('{7: "PLAINTEXT://10.0.0.1', '{8: "PLAINTEXT://10.0.0.9'))
    assert ambiguities(inventory) == []
    assert isinstance(broker(inventory, "kafka1").registered, Absent)


def twice(snapshot: Snapshot) -> Snapshot:
    """Every registration stands there twice."""
    (zookeeper,) = snapshot.zookeepers
    doubled = Known(value=known(zookeeper.registrations) * 2)
    return replace(snapshot, zookeepers=(replace(zookeeper, registrations=doubled),))


def test_an_id_that_is_registered_twice_is_not_joined() -> None:
    world = "{nodes: {kafka1: {settings: {broker.id: 7}}}, zookeeper: {brokers: {7: 'PLAINTEXT://a:1'}}}"
    inventory = joined(twice(seen(world)))
    assert names(inventory) == {
        "prod": ["broker 7", "broker 7 (/kafka/brokers/ids/7)", "kafka1"],
    }
    assert ambiguities(inventory) == [("registered_twice", "broker 7")]


GENERATED = """
nodes:
  kafka1:
    settings: {{broker.id: -1}}
    machine: {{addresses: 10.0.0.1, hostname: kafka1}}
  kafka2:
    settings: {{broker.id: 2}}
    machine: {{addresses: {second}, hostname: kafka2}}
dns: {{kafka1: 10.0.0.1, kafka2: 10.0.0.2, alias: 10.0.0.1, moved: 10.0.0.1}}
zookeeper: {{brokers: {{{brokers}}}}}
"""


def generated(brokers: str, second: str = "10.0.0.2") -> str:
    return GENERATED.format(brokers=brokers, second=second)


def test_where_the_id_is_not_known_an_address_of_one_machine_alone_tells() -> None:
    for host in ("10.0.0.1", "kafka1", "alias"):
        inventory = joined(generated(f"1001: 'PLAINTEXT://{host}:9092'"))
        found = broker(inventory, "kafka1")
        assert registered(found).broker_id == known(found.id) == 1001
        place = "the registration /kafka/brokers/ids/1001"
        assert found.evidence[-1] == f"{place}: its address is kafka1's machine's alone"


def test_an_advertised_name_alone_tells_nothing() -> None:
    inventory = joined(
        generated("1001: 'PLAINTEXT://kafka1:9092'").replace("dns: {kafka1: 10.0.0.1,", "dns: {")
    )
    assert unknown(broker(inventory, "kafka1").registered).reason == "the id of kafka1 is not known"
    why = unknown(broker(inventory, "broker 1001").node)
    assert why.reason == "the ids of kafka1 are not known: this could be one of them"
    assert possible(why) == ["kafka1"]


def test_an_address_under_another_machines_name_tells_nothing() -> None:
    inventory = joined(
        generated("1001: 'PLAINTEXT://kafka2:9092'").replace("kafka2: 10.0.0.2", "kafka2: 10.0.0.1")
    )
    assert names(inventory) == {"prod": ["broker 1001", "kafka1", "kafka2"]}


def test_an_address_that_two_machines_have_tells_nothing() -> None:
    inventory = joined(generated("1001: 'PLAINTEXT://10.0.0.1:9092'", second="[10.0.0.1, 10.0.0.2]"))
    assert names(inventory) == {"prod": ["broker 1001", "kafka1", "kafka2"]}


def test_two_registrations_that_lead_to_one_machine_are_told_as_such() -> None:
    inventory = joined(generated("1001: 'PLAINTEXT://10.0.0.1:9092', 1002: 'PLAINTEXT://kafka1:9093'"))
    assert names(inventory) == {"prod": ["broker 1001", "broker 1002", "kafka1", "kafka2"]}
    (ambiguity,) = only_cluster(inventory).ambiguities
    assert (ambiguity.kind, ambiguity.subject) == ("shared_address", "kafka1")
    assert ambiguity.candidates == ("broker 1001", "broker 1002")
    assert ambiguity.reason == (
        "broker 1001 and broker 1002 are registered with the address of kafka1's machine: which of them is"
        " kafka1 cannot be told"
    )


def test_endpoints_that_lead_to_two_machines_tell_nothing() -> None:
    inventory = joined(generated("1001: ['PLAINTEXT://10.0.0.1:9092', 'SSL://10.0.0.2:9093']"))
    assert names(inventory) == {"prod": ["broker 1001", "kafka1", "kafka2"]}


def test_two_brokers_of_one_machine_without_ids_are_not_told_apart_by_its_address() -> None:
    snapshot = seen(generated("1001: 'PLAINTEXT://10.0.0.1:9092'"))
    (file,) = seen("nodes: {kafka1: {server.properties: {log.dirs: /a}}}").properties
    files = (file, replace(file, location=replace(file.location, name="rendered/kafka1/b/server.properties")))
    inventory = joined(replace(snapshot, properties=files))
    assert len(only_cluster(inventory).brokers) == 4
    ambiguity = next(each for each in only_cluster(inventory).ambiguities if each.kind == "shared_address")
    assert ambiguity.reason == (
        "broker 1001 is registered with the address of kafka1's machine: which of"
        " kafka1:rendered/kafka1/b/server.properties and kafka1:rendered/kafka1/server.properties it is"
        " cannot be told"
    )


def test_another_id_that_leads_to_the_machine_of_a_broker_that_is_not_registered_is_said() -> None:
    inventory = joined(generated("9: 'PLAINTEXT://10.0.0.2:9092'"))
    assert isinstance(broker(inventory, "kafka2").registered, Absent)
    (ambiguity,) = only_cluster(inventory).ambiguities
    assert (ambiguity.kind, ambiguity.subject, ambiguity.candidates) == ("other_id", "kafka2", ("broker 9",))
    registered_too = joined(generated("2: 'PLAINTEXT://kafka2:9092', 9: 'PLAINTEXT://10.0.0.2:9093'"))
    assert ambiguities(registered_too) == []


def test_a_stored_id_joins_like_a_configured_one() -> None:
    inventory = joined(
        """
        nodes: {kafka1: {server.properties: {broker.id: -1}, meta.properties: {broker.id: 1003}}}
        zookeeper: {brokers: {1003: "PLAINTEXT://kafka1:9092"}}
        """
    )
    assert registered(broker(inventory, "kafka1")).broker_id == 1003


def test_stored_ids_that_differ_join_nothing() -> None:
    snapshot = seen(
        """
        nodes:
          kafka1: {server.properties: {broker.id: -1}, meta.properties: {broker.id: 1}}
          other: {meta.properties: {broker.id: 2}}
        zookeeper: {brokers: {1: "PLAINTEXT://kafka1:9092"}}
        """
    )
    files = tuple(replace(file, node="kafka1") for file in snapshot.properties)
    found = broker(joined(replace(snapshot, properties=files)), "kafka1")
    assert possible(found.id) == [1, 2]
    assert unknown(found.registered).reason == "the id of kafka1 is not known"


def test_a_node_that_is_called_as_a_registration_would_be_keeps_its_name() -> None:
    inventory = joined(
        """
        nodes: {broker 7: {settings: {broker.id: 1}}}
        zookeeper: {brokers: {7: "PLAINTEXT://kafka7:9092"}}
        """
    )
    assert names(inventory) == {"prod": ["broker 7", "broker 7 (/kafka/brokers/ids/7)"]}
