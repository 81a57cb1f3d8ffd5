"""What answers at an endpoint, as its broker's face has it, and where there is to connect."""

from __future__ import annotations

import pytest

from driftcheck.join.destinations import Doorstep, doorsteps, leaders
from driftcheck.join.reachability import reachability
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, UnknownKind
from driftcheck.model.inventory import Advertised, Inventory
from tests.join.worlds import broker, current, joined, known, seen, unknown

TWO = """
dns: {{kafka1: 10.0.1.11, kafka2: {second}}}
zookeeper: {{brokers: {{1: "PLAINTEXT://kafka1:9092", 2: "PLAINTEXT://kafka2:9092"}}}}
connections: {{{connections}}}
"""


def world(connections: str, *, second: str = "10.0.1.12") -> Inventory:
    return joined(TWO.format(connections=connections, second=second))


def second(inventory: Inventory) -> Advertised:
    return current(broker(inventory, "broker 2"))


def test_who_answers_stands_with_the_registered_endpoint() -> None:
    inventory = world('"10.0.1.11:9092": 1, "10.0.1.12:9092": {id: 1, cluster: abc}')
    endpoint = second(inventory)
    assert known(endpoint.reached) is True
    assert known(endpoint.answered_by) == (1,)
    assert known(endpoint.answered_cluster) == ("abc",)
    assert isinstance(endpoint.trouble, Absent)
    found = reachability(inventory)
    assert found is not None
    assert found.unreachable == ("broker 2",)


def test_of_several_addresses_one_that_accepts_is_enough() -> None:
    endpoint = second(
        world('"10.0.1.12:9092": refused, "10.0.1.13:9092": 2', second="[10.0.1.12, 10.0.1.13]")
    )
    assert known(endpoint.reached) is True
    assert known(endpoint.answered_by) == (2,)


def test_a_refused_endpoint_is_out_of_reach_and_says_why() -> None:
    inventory = world('"10.0.1.11:9092": 1, "10.0.1.12:9092": refused')
    assert known(second(inventory).reached) is False
    assert known(second(inventory).trouble) == "the connection is refused"
    found = reachability(inventory)
    assert found is not None
    assert found.unreachable == ("broker 2",)


def test_silence_is_out_of_reach_only_beside_a_broker_that_is_reached() -> None:
    alone = second(world('"10.0.1.11:9092": silent, "10.0.1.12:9092": silent'))
    assert unknown(alone.reached).kind is UnknownKind.FAULT
    beside = second(world('"10.0.1.11:9092": 1, "10.0.1.12:9092": silent'))
    assert known(beside.reached) is False
    assert known(beside.trouble) == "no connection within 5 s"


@pytest.mark.parametrize("connections", ["", '"10.0.1.11:9092": 1'])
def test_what_was_not_connected_to_says_nothing(connections: str) -> None:
    endpoint = second(world(connections))
    for fact in (endpoint.reached, endpoint.answered_by, endpoint.answered_cluster):
        assert isinstance(fact, Absent)


def test_it_is_connected_to_every_address_of_every_registered_endpoint_once() -> None:
    snapshot = seen(
        """
        dns: {kafka1: [10.0.1.11, 10.0.1.21], kafka2: NXDOMAIN, lb: 203.0.113.7}
        zookeeper:
          brokers:
            1: "PLAINTEXT://kafka1:9092"
            2: {endpoints: "PLAINTEXT://kafka1:9092", version: 2}
            3: "SSL://10.0.1.13:9093"
            4: ["PLAINTEXT://kafka2:9092", "PLAINTEXT2://0.0.0.0:9092", "PLAINTEXT3://10.0.1.14:70000"]
            5: {endpoints: "EXTERNAL://lb:9092", protocols: {EXTERNAL: PLAINTEXT}}
            6: {unknown: not authorised to read it, kind: denied}
        """
    )
    configuration = Configuration(listeners={"EXTERNAL": ("203.0.113.0/24",)})
    assert doorsteps(snapshot, configuration) == (
        Doorstep(address="10.0.1.11", port=9092, ids=(1, 2), ask=True, old=True),
        Doorstep(address="10.0.1.13", port=9093, ids=(3,), ask=False, old=False),
        Doorstep(address="10.0.1.21", port=9092, ids=(1, 2), ask=True, old=True),
        Doorstep(address="203.0.113.7", port=9092, ids=(5,), ask=False, old=False),
    )


def test_a_partition_of_each_leader_tells_old_brokers_apart() -> None:
    snapshot = seen("{zookeeper: {partitions: {a-0: [1, 2], a-1: [2, 1], b-0: [1], c-7: []}}}")
    assert leaders(snapshot) == {1: ("a", 0), 2: ("a", 1)}
