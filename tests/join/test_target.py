"""Which cluster is judged, and whose the ZooKeeper is that was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftcheck.errors import UndeterminedError, UsageError
from driftcheck.join.scope import Scope
from driftcheck.model.facts import Known
from tests.join.worlds import ambiguities, broker, joined, known, names, only_cluster, registered, seen

FLEET = """
nodes:
  p1: {environment: prod, settings: {broker.id: 1, zookeeper.connect: "zk1.prod.example.com:2181/kafka"}}
  p2:
    environment: prod
    settings: {broker.id: 2, zookeeper.connect: "zk2.prod.example.com,zk1.prod.example.com/kafka"}
  b1: {environment: beta, settings: {broker.id: 1, zookeeper.connect: "zk1.beta.example.com/kafka"}}
  b2: {environment: beta, settings: {broker.id: 2, zookeeper.connect: "zk1.beta.example.com/kafka"}}
  b3: {environment: beta, settings: {broker.id: 3, zookeeper.connect: "zk2.prod.example.com/kafka"}}
"""


def asked(connect: str, **scope: Any) -> Scope:
    return Scope(zookeeper=connect, **scope)


@pytest.mark.parametrize(
    "connect",
    [
        "zk1.prod.example.com:2181/kafka",
        "zk9.prod.example.com,zk2.prod.example.com:2181/kafka",
        "ZK2.prod.example.com./kafka",
        "zk2/kafka",
    ],
)
def test_the_cluster_whose_brokers_name_a_server_under_the_chroot_is_judged_alone(connect: str) -> None:
    inventory = joined(FLEET, scope=asked(connect))
    assert names(inventory) == {"prod": ["p1", "p2"]}
    assert inventory.elsewhere == ("b1", "b2", "b3")


def test_an_odd_broker_does_not_make_its_cluster_a_candidate() -> None:
    inventory = joined(FLEET, scope=asked("zk2.prod.example.com/kafka"))
    assert list(names(inventory)) == ["prod"]


def test_a_short_name_of_two_domains_is_ambiguous() -> None:
    with pytest.raises(UsageError) as error:
        joined(FLEET, scope=asked("zk1/kafka"))
    assert error.value.message == "several clusters have the connect string 'zk1/kafka'"
    assert error.value.hint == "Say with --cluster which one it is: 'beta', 'prod'."
    assert list(names(joined(FLEET, scope=asked("zk1/kafka", cluster="beta")))) == ["beta"]


@pytest.mark.parametrize(
    "connect", ["zk1.prod.example.com/other", "zk1.prod.example.com:2182/kafka", "10.0.0.1/kafka"]
)
def test_a_connect_string_that_no_broker_has_names_the_candidates(connect: str) -> None:
    with pytest.raises(UsageError, match="no cluster of the repository has the connect string") as error:
        joined(FLEET, scope=asked(connect))
    assert "'beta', 'prod'" in error.value.hint


def test_a_cluster_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="there is no cluster 'gamma'") as error:
        joined(FLEET, scope=Scope(cluster="gamma"))
    assert error.value.hint == "The clusters are: 'beta', 'prod'."


def test_a_cluster_that_is_named_against_the_connect_strings_is_believed_with_a_note() -> None:
    inventory = joined(FLEET, scope=asked("10.0.0.1/kafka", cluster="prod"))
    assert inventory.notes[1:] == (
        "No broker of prod names 10.0.0.1/kafka: it was judged against it since --cluster says so.",
    )
    assert joined(FLEET, scope=asked("zk2/kafka", cluster="prod")).notes[1:] == ()


def test_without_brokers_in_the_repository_the_ensemble_is_a_cluster_of_its_own() -> None:
    world = "zookeeper: {connect: 'zk2,zk1/kafka', brokers: {1: 'PLAINTEXT://kafka1:9092'}}"
    for scope in (None, asked("zk2,zk1/kafka")):
        assert names(joined(world, scope=scope)) == {"zk1:2181,zk2:2181/kafka": ["broker 1"]}


ZOOKEEPER = """
zookeeper: {connect: "zk1.prod.example.com/kafka", brokers: {1: "PLAINTEXT://p1:9092"}}
"""


def test_without_a_scope_every_cluster_is_judged_and_zookeeper_speaks_of_its_own() -> None:
    inventory = joined(FLEET + ZOOKEEPER)
    assert names(inventory) == {"beta": ["b1", "b2", "b3"], "prod": ["p1", "p2"]}
    assert registered(broker(inventory, "p1")).broker_id == 1
    assert not isinstance(broker(inventory, "b1").registered, Known)
    assert [
        known(cluster.zookeeper) for cluster in inventory.clusters if isinstance(cluster.zookeeper, Known)
    ] == ["zk1.prod.example.com:2181/kafka"]


def test_the_one_cluster_that_names_no_ensemble_is_taken_for_the_one_that_was_asked() -> None:
    world = "{nodes: {a: {settings: {broker.id: 1}}}, zookeeper: {brokers: {1: 'PLAINTEXT://a:9092'}}}"
    assert registered(broker(joined(world), "a")).broker_id == 1
    with pytest.raises(UsageError, match="no cluster of the repository has"):
        joined(world, scope=asked("zk1:2181/kafka"))


def test_a_zookeeper_of_which_it_cannot_be_told_whose_it_is_stands_by_itself() -> None:
    inventory = joined(FLEET + ZOOKEEPER.replace("zk1.prod.example.com", "zk1"))
    assert names(inventory) == {
        "beta": ["b1", "b2", "b3"],
        "prod": ["p1", "p2"],
        "zk1:2181/kafka": ["broker 1"],
    }
    assert ambiguities(inventory) == [("whose_zookeeper", "zk1:2181/kafka")]
    assert inventory.clusters[2].ambiguities[0].candidates == ("beta", "prod")


def test_a_zookeeper_that_stands_by_itself_is_called_as_no_cluster_is() -> None:
    world = FLEET + "  x: {environment: 'zk7:2181/k', broker: true}\n" + "zookeeper: {connect: zk7/k}"
    assert list(names(joined(world))) == ["beta", "prod", "zk7:2181/k", "zk7:2181/k (2)"]


def test_of_several_zookeepers_each_speaks_of_its_own_cluster_and_none_is_lost() -> None:
    prod = seen(FLEET + ZOOKEEPER)
    (one,) = prod.zookeepers
    both = replace(
        prod,
        zookeepers=(
            one,
            replace(one, connect="zk1.beta.example.com/kafka"),
            replace(one, connect="zk7/kafka"),
        ),
    )
    inventory = joined(both)
    assert registered(broker(inventory, "b1")).broker_id == registered(broker(inventory, "p1")).broker_id == 1
    assert names(inventory)["zk7:2181/kafka"] == ["broker 1"]
    alone = joined(both, scope=asked("zk1.beta.example.com/kafka"))
    assert list(names(alone)) == ["beta"]
    assert alone.elsewhere == (
        *("p1", "p2"),
        "broker 1 of zk1.prod.example.com/kafka",
        "broker 1 of zk7/kafka",
    )
    with pytest.raises(UsageError, match="what was saved does not come from 'zk8/kafka'"):
        joined(both, scope=asked("zk8/kafka", cluster="prod"))


def test_a_cluster_that_is_named_alone_has_its_own_zookeeper_and_no_other_clusters() -> None:
    assert registered(broker(joined(FLEET + ZOOKEEPER, scope=Scope(cluster="prod")), "p1")).broker_id == 1
    beta = joined(FLEET + ZOOKEEPER, scope=Scope(cluster="beta"))
    assert not isinstance(broker(beta, "b1").registered, Known)
    assert beta.elsewhere[-1] == "broker 1 of zk1.prod.example.com/kafka"


def test_another_cluster_id_than_the_expected_one_is_refused() -> None:
    world = "zookeeper: {cluster_id: abc}"
    assert only_cluster(joined(world, scope=Scope(expected_cluster_id="abc"))).cluster_id
    with pytest.raises(UsageError, match="this is another cluster: its id is 'abc', not 'xyz'"):
        joined(world, scope=Scope(expected_cluster_id="xyz"))


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        ("zookeeper: {cluster_id: {unknown: may not be read, kind: denied}}", "may not be read"),
        ("zookeeper: {}", "there is no such znode"),
        ("nodes: {}", "no ZooKeeper was asked"),
    ],
)
def test_a_cluster_id_that_cannot_be_compared_is_no_agreement(world: str, reason: str) -> None:
    with pytest.raises(UndeterminedError, match=f"the cluster id cannot be compared: {reason}"):
        joined(world, scope=Scope(expected_cluster_id="abc"))


def test_findings_are_narrowed_to_brokers_by_name_node_or_id() -> None:
    for wanted in ("p1", "1"):
        assert joined(FLEET, scope=Scope(cluster="prod", brokers=(wanted,))).focus == {"p1"}
    with pytest.raises(UsageError, match="there is no broker 'b1'") as error:
        joined(FLEET, scope=Scope(cluster="prod", brokers=("b1",)))
    assert error.value.hint == "The brokers are: p1, p2."
