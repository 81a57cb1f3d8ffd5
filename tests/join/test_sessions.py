"""The machine that a registration's session comes from: whose it is, and when that says nothing."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent, Unknown
from driftcheck.model.inventory import Inventory
from tests.join.worlds import ambiguities, broker, joined, known, registered, unknown

MACHINES = """
nodes:
  kafka1: {{settings: {{broker.id: 1}}, machine: {{addresses: [10.0.0.1, 172.17.0.1], hostname: kafka1}}}}
  kafka2: {{settings: {{{second}}}, machine: {{addresses: [10.0.0.2, 172.17.0.1], hostname: kafka2}}}}
dns: {{kafka1: 10.0.0.1, kafka2: 10.0.0.2}}
zookeeper:
  brokers:
    1: {{endpoints: "PLAINTEXT://kafka1:9092", from: {session}}}
"""


def reasons(inventory: Inventory) -> list[str]:
    return [each.reason for cluster in inventory.clusters for each in cluster.ambiguities]


def world(session: str, *, second: str = "broker.id: 2") -> str:
    return MACHINES.format(session=session, second=second)


@pytest.mark.parametrize(
    ("session", "nodes", "own"),
    [
        ("10.0.0.1", ("kafka1",), True),
        ("172.17.0.1", ("kafka1", "kafka2"), True),
        ("10.0.0.2", ("kafka2",), False),
    ],
)
def test_a_session_from_a_machine_in_sight_is_its(session: str, nodes: tuple[str, ...], own: bool) -> None:
    face = registered(broker(joined(world(session)), "kafka1"))
    assert known(face.session_nodes) == nodes
    assert known(face.session_own) is own


@pytest.mark.parametrize(
    ("session", "reason"),
    [
        ("10.9.9.9", "no machine in sight has 10.9.9.9"),
        ("127.0.0.1", "is an address of every machine"),
        ("{unknown: zk1 may not say it, kind: denied}", "zk1 may not say it"),
    ],
)
def test_an_address_that_says_nothing_makes_no_claim(session: str, reason: str) -> None:
    face = registered(broker(joined(world(session)), "kafka1"))
    assert reason in unknown(face.session_own).reason


def test_a_session_that_nobody_owns_is_absent() -> None:
    assert isinstance(registered(broker(joined(world("~")), "kafka1")).session_own, Absent)


def test_without_node_objects_an_address_is_nobodys() -> None:
    inventory = joined("{zookeeper: {brokers: {1: {endpoints: 'PLAINTEXT://kafka1:9092', from: 10.0.0.1}}}}")
    face = registered(broker(inventory, "broker 1"))
    assert known(face.session_address) == "10.0.0.1"
    assert isinstance(face.session_own, Unknown)


def test_of_two_that_claim_an_id_the_sessions_machine_holds_it() -> None:
    inventory = joined(world("10.0.0.2", second="broker.id: 1"))
    assert registered(broker(inventory, "kafka2")).broker_id == 1
    assert isinstance(broker(inventory, "kafka1").registered, Unknown)
    assert reasons(inventory) == [
        "kafka1 and kafka2 have the same id 1: the session that holds it comes from kafka2's machine"
        " (10.0.0.2)"
    ]
    assert "its session comes from kafka2's machine (10.0.0.2)" in broker(inventory, "kafka2").evidence[-1]


def test_of_two_that_claim_an_id_neither_holds_it_if_the_session_says_nothing() -> None:
    inventory = joined(world("10.9.9.9", second="broker.id: 1"))
    assert [
        name for name in ("kafka1", "kafka2") if not isinstance(broker(inventory, name).registered, Unknown)
    ] == []
    assert "whose registration it is cannot be told" in reasons(inventory)[0]


def test_a_broker_without_a_known_id_is_found_by_its_session_wherever_its_name_leads() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}, machine: {addresses: 10.0.0.1, hostname: kafka1}}
          kafka2: {settings: {broker.id: -1}, machine: {addresses: 10.0.0.2, hostname: kafka2}}
        dns: {kafka1: 10.0.0.1, kafka2: 10.0.0.2}
        zookeeper:
          brokers:
            1: "PLAINTEXT://kafka1:9092"
            1001: {endpoints: "PLAINTEXT://kafka1:9092", from: 10.0.0.2}
        """,
        kafka_version="2.8",
    )
    assert registered(broker(inventory, "kafka2")).broker_id == 1001
    assert ambiguities(inventory) == []


def test_what_the_ensemble_may_not_say_is_a_note() -> None:
    inventory = joined(world("{unknown: 'zk1:2181: it may not say', kind: denied}"))
    assert "Which machine holds a registration is not known: zk1:2181: it may not say." in inventory.notes
    assert inventory.gaps == ()


def test_several_sessions_from_one_foreign_address_are_no_claim() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}, machine: {addresses: 10.0.0.1, hostname: kafka1}}
          kafka2: {settings: {broker.id: 2}, machine: {addresses: 10.0.0.2, hostname: kafka2}}
          zk1: {broker: false, machine: {addresses: [10.0.0.9, 172.17.0.1], hostname: zk1}}
        zookeeper:
          brokers:
            1: {endpoints: "PLAINTEXT://kafka1:9092", from: 172.17.0.1}
            2: {endpoints: "PLAINTEXT://kafka2:9092", from: 172.17.0.1}
        """
    )
    for name in ("kafka1", "kafka2"):
        face = registered(broker(inventory, name))
        assert known(face.session_nodes) == ("zk1",)
        assert "several brokers' sessions come from 172.17.0.1" in unknown(face.session_own).reason
