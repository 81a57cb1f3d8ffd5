"""Which brokers form one cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.join.scope import Scope
from tests.join.worlds import ambiguities, broker, joined, known, names, only_cluster, seen


def fleet(**connects: str) -> str:
    """Brokers of one environment by what they name: `a="1 zk1:2181/kafka"` has the id 1."""
    lines = []
    for name, text in connects.items():
        number, _, connect = text.partition(" ")
        lines.append(f"  {name}: {{settings: {{broker.id: {number}, zookeeper.connect: '{connect}'}}}}")
    return "nodes:\n" + "\n".join(lines)


def test_one_environment_is_one_cluster_of_its_name() -> None:
    inventory = joined("nodes: {a: {broker: true, environment: prod}, b: {broker: true, environment: beta}}")
    assert names(inventory) == {"beta": ["b"], "prod": ["a"]}


def test_a_policy_group_goes_before_an_environment() -> None:
    inventory = joined("nodes: {a: {broker: true, policy_group: canary, environment: _default}}")
    assert names(inventory) == {"canary": ["a"]}


def test_without_an_environment_the_connect_string_names_the_cluster() -> None:
    world = "nodes: {a: {server.properties: {zookeeper.connect: 'zk2:2181,zk1/kafka'}}}"
    assert names(joined(world)) == {"zk1:2181,zk2:2181/kafka": ["a"]}
    assert names(joined("nodes: {a: {server.properties: {broker.id: 1}}}")) == {"kafka": ["a"]}


@pytest.mark.parametrize(
    "second",
    [
        "zk2:2181,zk1:2181/kafka",
        "zk1:2181/kafka",
        "zk2:2181,zk3:2181/kafka",
        "ZK1.:2181/kafka",
        "zk1.example.com:2181/kafka",
        "localhost:2181/kafka",
        "127.0.0.1:2181",
        "zk9/kafka,zk8/kafka",
        "",
    ],
)
def test_the_same_ensemble_written_otherwise_or_none_that_can_be_used_is_the_same_cluster(
    second: str,
) -> None:
    inventory = joined(fleet(a="1 zk1:2181,zk2:2181/kafka", b=f"2 {second}"))
    assert names(inventory) == {"prod": ["a", "b"]}
    assert ambiguities(inventory) == []


def test_lists_that_overlap_only_through_a_third_are_one_cluster() -> None:
    inventory = joined(fleet(a="1 zk1/k", b="2 zk3/k", c="3 zk1,zk2/k", d="4 zk2,zk3/k"))
    assert names(inventory) == {"prod": ["a", "b", "c", "d"]}


@pytest.mark.parametrize("odd", ["zk1:2181/other", "zk9:2181/kafka", "zk1:2182/kafka", "zk1:2181"])
def test_an_odd_one_out_stays_in_its_environments_cluster(odd: str) -> None:
    inventory = joined(fleet(a="1 zk1:2181/kafka", b="2 zk1:2181/kafka", c=f"3 {odd}"))
    assert names(inventory) == {"prod": ["a", "b", "c"]}


def test_several_odd_ones_stay_as_long_as_they_are_half_of_the_others() -> None:
    three = {f"a{number}": f"{number} zk1/k" for number in range(4)}
    two = {f"b{number}": f"1{number} zk2/k" for number in range(2)}
    assert names(joined(fleet(**three, **two))) == {"prod": ["a0", "a1", "a2", "a3", "b0", "b1"]}


def test_sets_of_brokers_of_one_size_are_clusters_and_that_is_said() -> None:
    inventory = joined(fleet(a="1 zk1/one", b="2 zk1/one", c="3 zk1/two", d="4 zk1/two"))
    assert names(inventory) == {"prod zk1:2181/one": ["a", "b"], "prod zk1:2181/two": ["c", "d"]}
    assert ambiguities(inventory) == [("one_or_many", "prod")]
    (ambiguity,) = inventory.clusters[0].ambiguities
    assert ambiguity.candidates == ("prod zk1:2181/one", "prod zk1:2181/two")
    assert ambiguity.reason == (
        "a and b name zk1:2181/one, c and d name zk1:2181/two:"
        " they were taken for 2 clusters of prod, but may be one: no id stands in both"
    )


def test_ids_that_stand_in_both_make_two_clusters_however_small_one_is() -> None:
    inventory = joined(fleet(a="1 zk1/one", b="2 zk1/one", c="3 zk1/one", d="1 zk1/two"))
    assert names(inventory) == {"prod zk1:2181/one": ["a", "b", "c"], "prod zk1:2181/two": ["d"]}
    (ambiguity,) = inventory.clusters[0].ambiguities
    assert ambiguity.kind == "many_clusters"
    assert ambiguity.reason == (
        "a, b and c name zk1:2181/one, d names zk1:2181/two: they were taken for 2 clusters of prod"
    )


def test_of_three_sets_of_brokers_two_without_an_id_in_common_may_be_one_cluster() -> None:
    fixed = {"a": "1 zk1/one", "b": "2 zk1/one", "c": "1 zk1/two", "d": "3 zk1/two", "f": "2 zk1/three"}
    assert ambiguities(joined(fleet(e="1 zk1/three", **fixed))) == [("many_clusters", "prod")]
    assert ambiguities(joined(fleet(e="4 zk1/three", **fixed))) == [("one_or_many", "prod")]


def test_queries_name_clusters_before_environments_do() -> None:
    snapshot = seen(fleet(a="1 zk1/k", b="2 zk1/k"))
    inventory = joined(snapshot, clusters={"name:a": "payments"})
    assert names(inventory) == {"payments": ["a"], "prod": ["b"]}


def test_a_broker_that_several_queries_match_is_of_the_first_and_that_is_said() -> None:
    inventory = joined(fleet(a="1 zk1/k"), clusters={"name:a": "first", "name:*": "second"})
    assert names(inventory) == {"first": ["a"]}
    assert ambiguities(inventory) == [("two_queries", "a")]


def test_what_no_query_matches_is_not_mixed_with_a_cluster_of_its_environments_name() -> None:
    inventory = joined(fleet(a="1 zk1/k", b="2 zk1/k"), clusters={"name:a": "prod"})
    assert names(inventory) == {"prod": ["a"], "prod zk1:2181/k": ["b"]}


def test_files_without_a_node_object_go_where_their_ensemble_is() -> None:
    world = fleet(a="1 zk1/k", b="2 zk1/k") + "\n  c: {server.properties: {zookeeper.connect: zk1/k}}"
    assert names(joined(world)) == {"prod": ["a", "b", "c"]}
    elsewhere = world.replace("{zookeeper.connect: zk1/k}", "{zookeeper.connect: zk7/k}")
    assert names(joined(elsewhere)) == {"prod": ["a", "b"], "zk7:2181/k": ["c"]}


BY_ENVIRONMENT = """
nodes:
  a: {{environment: one, settings: {{broker.id: 1, zookeeper.connect: "{servers}"}}}}
  b: {{environment: two, settings: {{broker.id: {second}, zookeeper.connect: "{servers}"}}}}
"""


def test_two_environments_that_name_one_ensemble_may_be_one_cluster() -> None:
    inventory = joined(BY_ENVIRONMENT.format(servers="zk1.example.com:2181/k", second=2))
    assert names(inventory) == {"one": ["a"], "two": ["b"]}
    assert ambiguities(inventory) == [("one_ensemble", "one and two")]
    assert [len(cluster.ambiguities) for cluster in inventory.clusters] == [1, 0]
    world = BY_ENVIRONMENT.format(servers="zk1.example.com:2181/k", second=2)
    assert ambiguities(joined(world, scope=Scope(cluster="two"))) == [("one_ensemble", "one and two")]


@pytest.mark.parametrize(("servers", "second"), [("zk1.example.com/k", 1), ("zk1:2181/k", 2)])
def test_ids_in_common_or_names_of_any_domain_say_that_they_are_two(servers: str, second: int) -> None:
    assert ambiguities(joined(BY_ENVIRONMENT.format(servers=servers, second=second))) == []


def test_clusters_that_were_told_apart_on_purpose_are_two() -> None:
    world = BY_ENVIRONMENT.format(servers="zk1.example.com:2181/k", second=2)
    assert ambiguities(joined(world, clusters={"name:a": "first", "name:b": "second"})) == []
    assert ambiguities(joined(world, clusters={"name:a": "first"})) == [("one_ensemble", "first and two")]


def kraft(**voters: str) -> str:
    return "nodes:\n" + "\n".join(
        f"  {name}: {{settings: {{process.roles: broker, {text}}}}}" for name, text in voters.items()
    )


def test_a_quorum_is_what_an_ensemble_is() -> None:
    one = "controller.quorum.voters: '1@c1:9093,2@c2:9093'"
    inventory = joined(
        kraft(
            a=f"node.id: 11, {one}",
            b="node.id: 12, controller.quorum.voters: '2@C2:9093,1@c1:9093'",
            c="node.id: 13, controller.quorum.bootstrap.servers: 'c1:9093'",
            d="node.id: 11, controller.quorum.voters: '1@c7:9093'",
        )
    )
    assert names(inventory) == {
        "prod c1:9093,c2:9093 (quorum)": ["a", "b", "c"],
        "prod c7:9093 (quorum)": ["d"],
    }


def test_brokers_that_move_from_zookeeper_to_kraft_stay_one_cluster() -> None:
    inventory = joined(
        """
        nodes:
          a: {settings: {broker.id: 1, zookeeper.connect: zk1/k}}
          b: {settings: {broker.id: 2, zookeeper.connect: zk1/k, controller.quorum.voters: '9@c1:9093'}}
          c: {settings: {node.id: 3, process.roles: broker, controller.quorum.voters: '9@c1:9093'}}
        """
    )
    assert names(inventory) == {"prod": ["a", "b", "c"]}


def test_clusters_of_one_environment_are_never_mixed() -> None:
    inventory = joined(fleet(a="1 zk1/one", b="2 zk1/one", c="1 zk1/two", d="2 zk1/two"))
    ids = [[known(each.id) for each in cluster.brokers] for cluster in inventory.clusters]
    assert ids == [[1, 2], [1, 2]]
    assert all(broker(inventory, name).cluster.endswith("one") for name in "ab")


def test_no_cluster_is_called_as_another_is() -> None:
    world = fleet(a="1 zk1/one", b="2 zk1/one", c="1 zk1/two", d="2 zk1/two")
    odd = "\n  e: {environment: 'prod zk1:2181/two', settings: {broker.id: 1}}"
    assert names(joined(world + odd)) == {
        "prod zk1:2181/one": ["a", "b"],
        "prod zk1:2181/two": ["c", "d"],
        "prod zk1:2181/two (2)": ["e"],
    }


def test_brokers_stand_in_the_order_of_their_numbers() -> None:
    inventory = joined(fleet(kafka10="1 zk1/k", kafka9="2 zk1/k", kafka="3 zk1/k"))
    assert [each.name for each in only_cluster(inventory).brokers] == ["kafka", "kafka9", "kafka10"]


def test_names_that_are_odd_numbers_have_an_order_too() -> None:
    snapshot = seen("nodes: {a: {broker: true}}")
    (node,) = snapshot.nodes
    odd = ["²", "٣", "9" * 30, "1", "01", ""]
    nodes = tuple(replace(node, name=name) for name in odd)
    assert len(only_cluster(joined(replace(snapshot, nodes=nodes))).brokers) == 6
