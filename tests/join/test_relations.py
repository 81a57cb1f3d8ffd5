"""What the brokers of one cluster give in common."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.join.relations import MOST_SHARED
from driftcheck.model.facts import Absent
from driftcheck.model.inventory import Inventory
from tests.join.worlds import (
    broker,
    current,
    endpoint,
    joined,
    known,
    only_cluster,
    registered,
    unknown,
)

WORLD = """
nodes:
  kafka1:
    settings: {{broker.id: 1}}
    machine: {{addresses: 10.0.0.1, hostname: kafka1, fqdn: kafka1.example.com}}
  kafka2:
    settings: {{broker.id: 2}}
    machine: {{addresses: 10.0.0.2, hostname: kafka2, fqdn: kafka2.example.com}}
  kafka3:
    settings: {{broker.id: 3}}
    machine: {{addresses: 10.0.0.3, hostname: kafka3, fqdn: kafka3.example.com}}
dns:
  kafka1: 10.0.0.1
  kafka2: 10.0.0.2
  alias: 10.0.0.1
  bridged1: [10.0.0.1, 172.17.0.1]
  bridged2: [10.0.0.2, 172.17.0.1]
  slow: TIMEOUT
zookeeper: {{brokers: {{1: "{one}", 2: "{two}"}}}}
"""


def fleet(one: str, two: str, **configuration: Any) -> Inventory:
    return joined(WORLD.format(one=f"PLAINTEXT://{one}", two=f"PLAINTEXT://{two}"), **configuration)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("kafka1:9092", "KAFKA1.:9092"),
        ("kafka1:9092", "alias:9092"),
        ("kafka1:9092", "10.0.0.1:9092"),
        ("slow:9092", "slow:9092"),
    ],
)
def test_an_endpoint_that_two_give_is_shared(one: str, two: str) -> None:
    inventory = fleet(one, two)
    assert known(current(broker(inventory, "kafka1")).shared_with) == ("kafka2",)
    assert known(current(broker(inventory, "kafka2")).shared_with) == ("kafka1",)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("kafka1:9092", "kafka1:9093"),
        ("kafka1:9092", "kafka2:9092"),
        ("bridged1:9092", "bridged2:9092"),
        ("localhost:9092", "localhost:9092"),
        ("127.0.0.1:9092", "127.0.0.1:9092"),
        ("0.0.0.0:9092", "0.0.0.0:9092"),
    ],
)
def test_what_is_not_one_place_is_not_shared(one: str, two: str) -> None:
    assert isinstance(current(broker(fleet(one, two), "kafka1")).shared_with, Absent)


def test_every_face_says_with_whom_it_is_shared() -> None:
    found = broker(fleet("kafka1:9092", "kafka1:9092"), "kafka1")
    assert known(known(endpoint(found).registered).shared_with) == ("kafka2",)
    (one,) = known(registered(found).endpoints)
    assert known(one.shared_with) == ("kafka2",)


def test_a_declared_way_in_may_be_shared() -> None:
    declared = fleet("alias:9092", "alias:9092", listeners={"PLAINTEXT": ("alias",)})
    assert isinstance(current(broker(declared, "kafka1")).shared_with, Absent)


def test_what_may_be_a_declared_way_in_may_be_shared() -> None:
    perhaps = fleet("slow:9092", "slow:9092", listeners={"PLAINTEXT": ("10.0.0.0/8",)})
    assert unknown(current(broker(perhaps, "kafka1")).shared_with)


def test_a_configuration_shares_what_another_has_registered() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1, host.name: kafka2, zookeeper.connect: zk1}}
          kafka2: {settings: {broker.id: 2, host.name: kafka2, zookeeper.connect: zk1}}
        zookeeper: {connect: zk1, brokers: {2: "PLAINTEXT://kafka2:9092"}}
        """,
        kafka_version="0.8.2",
    )
    assert known(current(broker(inventory, "kafka1")).shared_with) == ("kafka2",)
    assert known(known(endpoint(broker(inventory, "kafka2")).intended).shared_with) == ("kafka1",)


def test_two_that_give_each_others_names_have_swapped_them() -> None:
    inventory = fleet("kafka2:9092", "kafka1.example.com:9092")
    assert known(current(broker(inventory, "kafka1")).swapped_with) == "kafka2"
    assert known(current(broker(inventory, "kafka2")).swapped_with) == "kafka1"


@pytest.mark.parametrize(("one", "two"), [("kafka2:9092", "kafka2:9092"), ("kafka2:9092", "kafka3:9092")])
def test_one_that_gives_anothers_name_alone_has_swapped_nothing(one: str, two: str) -> None:
    assert isinstance(current(broker(fleet(one, two), "kafka1")).swapped_with, Absent)


def test_brokers_of_two_clusters_share_nothing() -> None:
    inventory = joined(
        """
        nodes:
          a: {environment: prod, settings: {broker.id: 1, host.name: kafka1, zookeeper.connect: zk1}}
          b: {environment: beta, settings: {broker.id: 1, host.name: kafka1, zookeeper.connect: zk2}}
        """,
        kafka_version="0.8.2",
    )
    assert isinstance(current(broker(inventory, "a")).shared_with, Absent)


def test_of_thousands_on_one_endpoint_the_first_are_named() -> None:
    count = 3 * MOST_SHARED
    brokers = ", ".join(f'{number}: "PLAINTEXT://kafka1:9092"' for number in range(1000, 1000 + count))
    found = only_cluster(joined(f"zookeeper: {{brokers: {{{brokers}}}}}")).brokers
    first = [each.name for each in found[: MOST_SHARED + 1]]
    assert len(found) == count
    for each in (found[0], found[MOST_SHARED], found[-1]):
        others = [name for name in first if name != each.name][:MOST_SHARED]
        assert list(known(current(each).shared_with)) == others
