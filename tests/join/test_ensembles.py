"""Which ensemble a broker names, against the one by which its cluster is known."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.inventory import ConfigFace
from tests.join.worlds import broker, joined, known


def odd(connect: str, others: str = "zk1.example.com,zk2.example.com/kafka", dns: str = "") -> ConfigFace:
    """The face of the third broker, the two others of whose cluster name the same."""
    world = f"""
    nodes:
      kafka1: {{settings: {{broker.id: 1, zookeeper.connect: '{others}'}}}}
      kafka2: {{settings: {{broker.id: 2, zookeeper.connect: '{others}'}}}}
      kafka3: {{settings: {{broker.id: 3, zookeeper.connect: {connect}}}}}
    """
    face: ConfigFace = known(broker(joined(world + (f"\n    dns: {dns}" if dns else "")), "kafka3").config)
    return face


@pytest.mark.parametrize(
    ("connect", "ensemble"),
    [
        ("zk2.example.com,ZK1.example.com.:2181/kafka", "zk1.example.com:2181,zk2.example.com:2181"),
        ("zk2,zk1:2181/kafka", "zk1.example.com:2181,zk2.example.com:2181"),
        ("zk2:2182,zk3,zk1,zk1/kafka", "zk1.example.com:2181,zk2:2182,zk3:2181"),
        ("10.0.0.1,[fd00:0::1]/kafka", "10.0.0.1:2181,[fd00::1]:2181"),
        ("127.0.0.1,[0:0::1]:2182/kafka", "localhost:2181,localhost:2182"),
    ],
)
def test_an_ensemble_is_one_text_however_its_servers_are_written(connect: str, ensemble: str) -> None:
    assert known(odd(f"'{connect}'").zookeeper_ensemble) == ensemble


def test_a_short_name_that_could_be_of_two_domains_stays_short() -> None:
    face = odd("zk1/kafka", others="zk1.a.example.com,zk1.b.example.com/kafka")
    assert known(face.zookeeper_ensemble) == "zk1:2181"


@pytest.mark.parametrize(
    ("connect", "at_home"),
    [
        ("zk2.example.com:2181/kafka", True),
        ("zk2.example.com,zk9.example.com/kafka", True),
        ("zk1/kafka", True),
        ("zk1.example.com/kafka/", True),
        ("zk1.example.com", False),
        ("zk1.example.com/other", False),
        ("zk1.example.com:2182/kafka", False),
        ("zk9.example.com/kafka", False),
        ("localhost:2181/kafka", False),
        ("zk1.example.com/kafka,zk2.example.com/kafka", False),
        ("10.0.0.1/other", False),
        ("10.0.0.1:2182/kafka", False),
        ("", False),
    ],
)
def test_a_broker_is_at_home_where_it_names_a_server_under_the_chroot(connect: str, at_home: bool) -> None:
    assert known(odd(f"'{connect}'").zookeeper_at_home) is at_home


def test_an_address_may_be_any_name_of_which_dns_was_not_asked() -> None:
    fact = odd("10.0.0.1/kafka").zookeeper_at_home
    assert isinstance(fact, Unknown)
    assert fact.reason == (
        "whether 10.0.0.1 is zk1.example.com is not known: DNS was not asked about zk1.example.com"
    )
    others = odd("zk1.example.com/kafka", others="10.0.0.1,10.0.0.2/kafka")
    assert isinstance(others.zookeeper_at_home, Unknown)


@pytest.mark.parametrize(("address", "at_home"), [("10.0.0.1", True), ("10.0.0.9", False)])
def test_dns_tells_whose_an_address_is(address: str, at_home: bool) -> None:
    dns = f"{{zk1.example.com: {address}, zk2.example.com: 10.0.0.2, alias: 10.0.0.2}}"
    assert known(odd("10.0.0.1/kafka", dns=dns).zookeeper_at_home) is at_home
    assert known(odd("alias/kafka", dns=dns).zookeeper_at_home) is True


def test_a_connect_string_that_is_not_known_leaves_all_of_it_open() -> None:
    face = odd("{unknown: from a search}")
    for fact in (face.zookeeper_ensemble, face.zookeeper_local, face.zookeeper_at_home):
        assert isinstance(fact, Unknown)
    assert isinstance(face.zookeeper_refusal, Unknown)


@pytest.mark.parametrize(
    ("connect", "local"),
    [("localhost", True), ("127.0.0.1,[::1]:2181/k", True), ("localhost,zk1", False), ("", False)],
)
def test_an_ensemble_is_local_where_every_server_is_the_machine_itself(connect: str, local: bool) -> None:
    assert known(odd(f"'{connect}'").zookeeper_local) is local


def test_nobody_is_at_home_where_nobody_names_an_ensemble_that_can_be_used() -> None:
    assert isinstance(odd("localhost", others="localhost").zookeeper_at_home, Absent)
    assert isinstance(odd("'zk1/k,zk2/k'", others="zk1/k,zk2/k").zookeeper_at_home, Absent)


def test_zookeepers_own_refusal_is_given() -> None:
    refusal = odd("zk1.example.com/kafka/").zookeeper_refusal
    assert known(refusal) == "IllegalArgumentException: Path must not end with / character"
    assert isinstance(odd("'zk1;zk2/kafka'").zookeeper_refusal, Absent)


def test_a_quorum_is_no_ensemble() -> None:
    world = """
    nodes:
      kafka1: {settings: {node.id: 1, process.roles: broker, controller.quorum.voters: '9@c1:9093'}}
      kafka2: {settings: {broker.id: 2, zookeeper.connect: 'c1:9093', controller.quorum.voters: '9@c1:9093'}}
    """
    inventory = joined(world)
    assert isinstance(known(broker(inventory, "kafka1").config).zookeeper_at_home, Absent)
    assert known(broker(inventory, "kafka2").config).zookeeper_at_home == Known(value=True)


def resolved(connect: str, answer: str) -> list[object]:
    world = f"""
    nodes: {{kafka1: {{settings: {{broker.id: 1, zookeeper.connect: '{connect}'}}}}}}
    dns: {{zk1: {answer}, zk1.example.com: {answer}}}
    """
    return [type(each.addresses) for each in broker(joined(world), "kafka1").resolved.zookeeper]


def test_that_a_name_without_a_domain_does_not_exist_says_nothing() -> None:
    assert resolved("zk1.example.com", "NXDOMAIN") == [Absent]
    assert resolved("zk1", "NXDOMAIN") == [Unknown]
    assert resolved("zk1", "10.0.0.1") == [Known]


def test_the_machine_itself_needs_no_dns() -> None:
    assert resolved("localhost:2181,127.0.0.1", "NXDOMAIN") == []
