"""How many brokers are out of reach, for certain."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.join.reachability import reachability
from driftcheck.join.scope import Scope
from driftcheck.model.report import Reachability
from tests.join.worlds import joined


def of(world: str, scope: Scope | None = None, **configuration: Any) -> Reachability | None:
    return reachability(joined(world, scope=scope, **configuration))


BASTION = """
dns:
  own1: 10.0.0.1
  own2: 10.0.0.2
  alias: 10.0.0.1
  loop: 127.0.1.1
  nowhere: NXDOMAIN
  slow: TIMEOUT
zookeeper: {{brokers: {{{brokers}}}}}
"""

CHEF = """
nodes:
  kafka1: {settings: {broker.id: 1}, machine: {addresses: [10.0.0.1, 172.17.0.1], hostname: kafka1}}
  kafka2: {settings: {broker.id: 2}, machine: {addresses: 10.0.0.2, hostname: kafka2}}
  kafka3: {settings: {broker.id: 3}, machine: {addresses: 10.0.0.3, hostname: kafka3}}
"""


def world(*hosts: str, chef: str = "") -> str:
    brokers = ", ".join(f"{number}: 'PLAINTEXT://{host}:9092'" for number, host in enumerate(hosts, 1))
    return chef + BASTION.format(brokers=brokers)


def test_without_zookeeper_there_is_nothing_to_count() -> None:
    assert of(CHEF) is None
    assert of("zookeeper: {brokers: {unknown: no server answers}}") is None


def test_brokers_whose_names_resolve_are_believed_where_their_machines_are_not_in_sight() -> None:
    assert of(world("own1", "own2")) == Reachability(unreachable=(), undecided=(), total=2)


@pytest.mark.parametrize(
    "host",
    ["nowhere", "loop", "localhost", "LOCALHOST.", "127.0.0.1", "127.1", "0.0.0.0", "[::]", "[::1]", "", "0"],
)
def test_what_leads_nowhere_or_to_the_client_itself_is_out_of_reach(host: str) -> None:
    assert of(world("own1", host)) == Reachability(unreachable=("broker 2",), undecided=(), total=2)


def test_whoever_is_connected_to_and_does_not_answer_as_a_broker_is_not_told() -> None:
    answers = 'connections: {"10.0.0.1:9092": 1, "10.0.0.2:9092": mute}'
    found = of(world("own1", "own2") + answers)
    assert found == Reachability(unreachable=(), undecided=("broker 2",), total=2)


@pytest.mark.parametrize("port", ["0", "-1", "70000"])
def test_a_port_that_is_none_is_out_of_reach(port: str) -> None:
    assert of(world("own1").replace(":9092", f":{port}")) == Reachability(
        unreachable=("broker 1",), undecided=(), total=1
    )


@pytest.mark.parametrize("host", ["slow", "not-asked"])
def test_what_dns_does_not_say_is_undecided(host: str) -> None:
    assert of(world("own1", host)) == Reachability(unreachable=(), undecided=("broker 2",), total=2)


def test_a_registration_that_cannot_be_read_is_undecided() -> None:
    found = of("zookeeper: {brokers: {1: {unknown: no JSON}}}")
    assert found == Reachability(unreachable=(), undecided=("broker 1",), total=1)


def test_the_worst_of_several_endpoints_counts() -> None:
    several = "dns: {a: 10.0.0.1}\nzookeeper: {brokers: {1: ['PLAINTEXT://a:9092', 'SSL://localhost:9093']}}"
    assert of(several) == Reachability(unreachable=("broker 1",), undecided=(), total=1)


def test_of_those_that_share_an_endpoint_all_but_one_are_lost() -> None:
    found = of(world("own1", "alias", "own1", "own2"))
    assert found == Reachability(
        unreachable=(), undecided=(), total=4, at_most_one=(("broker 1", "broker 2", "broker 3"),)
    )
    assert found.lost == 2


def test_names_that_share_an_endpoint_unresolved_are_lost_not_undecided() -> None:
    found = of(world("slow", "slow", "slow"))
    assert found == Reachability(
        unreachable=(), undecided=(), total=3, at_most_one=(("broker 1", "broker 2", "broker 3"),)
    )


def test_no_broker_is_counted_in_two_groups() -> None:
    two = "dns: {a: 10.0.0.1, b: 10.0.0.2}\nzookeeper: {brokers: {BROKERS}}"
    brokers = {
        1: "['PLAINTEXT://a:9092', 'SSL://b:9093']",
        2: "['PLAINTEXT://a:9092', 'SSL://b:9093']",
        3: "['PLAINTEXT://a:9092', 'SSL://a:9093']",
        4: "['PLAINTEXT://b:9092', 'SSL://b:9093']",
    }
    found = of(two.replace("BROKERS", ", ".join(f"{number}: {each}" for number, each in brokers.items())))
    assert found == Reachability(
        unreachable=(), undecided=(), total=4, at_most_one=(("broker 1", "broker 2", "broker 3"),)
    )


def test_with_their_machines_in_sight_only_its_own_address_reaches_a_broker() -> None:
    found = of(world("own1", "own1", "10.0.0.3", chef=CHEF))
    assert found == Reachability(unreachable=("kafka2",), undecided=(), total=3)


@pytest.mark.parametrize("host", ["10.0.0.3", "10.0.0.9"])
def test_an_address_that_is_not_its_machines_does_not_reach_a_broker(host: str) -> None:
    assert of(world(host, chef=CHEF)) == Reachability(unreachable=("kafka1",), undecided=(), total=1)


def test_the_owner_of_a_shared_endpoint_keeps_it() -> None:
    assert of(world("own2", "own2", chef=CHEF)) == Reachability(
        unreachable=("kafka1",), undecided=(), total=2
    )


def test_a_name_that_leads_home_and_elsewhere_is_undecided() -> None:
    half = world("both", chef=CHEF).replace("own1: 10.0.0.1", "both: [10.0.0.1, 10.0.0.9]")
    assert of(half) == Reachability(unreachable=(), undecided=("kafka1",), total=1)


def test_a_declared_way_in_reaches_its_broker() -> None:
    ways = {"PLAINTEXT": ("alias", "192.168.0.0/16")}
    assert of(world("alias", "alias", chef=CHEF), listeners=ways) == Reachability(
        unreachable=(), undecided=(), total=2
    )


def test_a_stale_machine_decides_nothing() -> None:
    stale = CHEF.replace("hostname: kafka2", "hostname: kafka2, age: 9d")
    assert of(world("own1", "own1", chef=stale)) == Reachability(
        unreachable=("kafka2",), undecided=(), total=2
    )
    assert of(world("own1", "alias", chef=stale)) == Reachability(
        unreachable=("kafka2",), undecided=(), total=2
    )
    assert of(world("own1", "own2", chef=stale)) == Reachability(unreachable=(), undecided=(), total=2)


def test_brokers_that_are_not_registered_are_not_counted() -> None:
    assert of(world("own1", chef=CHEF)) == Reachability(unreachable=(), undecided=(), total=1)


def test_findings_that_are_narrowed_narrow_the_count() -> None:
    scope = Scope(brokers=("2",))
    assert of(world("own1", "nowhere"), scope) == Reachability(
        unreachable=("broker 2",), undecided=(), total=1
    )
