"""Searches and data bags, answered from files."""

from __future__ import annotations

import json

import pytest

from driftcheck.chef.node_run.local_mode import matches_locally
from driftcheck.chef.query import parse_query
from tests.chef.node_run.runs import attributes, node_object, run_of, stop, unknown

NODES = {
    "environments/prod.json": "{}",
    "nodes/n1.json": node_object("n1", "recipe[a]", chef_environment="prod"),
    "nodes/z2.json": node_object("z2", "role[zk]", normal={"zk": {"id": 2}}),
    "nodes/z1.json": node_object("z1", "role[zk]", normal={"zk": {"id": 1}}),
}
BAG = {
    "data_bags/users/ann.json": '{"id": "ann", "admin": true}',
    "data_bags/users/bob.json": '{"id": "bob"}',
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("search(:node, 'role:zk').map(&:name)", ["z1", "z2"]),
        ("search(:node, 'role:zk').map { |n| n['zk']['id'] }", [1, 2]),
        ("search('node', 'name:n* AND chef_environment:prod').size", 1),
        ("search(:node, 'role:nobody')", []),
        (
            "search(:node, 'zk_id:2', filter_result: { 'n' => ['name'], 'i' => ['zk', 'id'], 'x' => ['x'] })",
            [{"n": "z2", "i": 2, "x": None}],
        ),
        ("x = []; search(:node, 'role:zk') { |n| x << n.name }; x", ["z1", "z2"]),
        ("search(:users, 'admin:true').map { |u| u['id'] }", ["ann"]),
        ("data_bag('users')", ["ann", "bob"]),
        ("data_bag_item('users', 'bob').to_hash['data_bag']", "users"),
        ("data_bag_item(:users, 'ann')['admin']", True),
        ("begin; data_bag_item('users', 'eve'); rescue Net::HTTPServerException; 'none'; end", "none"),
        ("Chef::Config[:solo] ? 1 : 2", 2),
    ],
)
def test_what_a_recipe_finds(expression: str, expected: object) -> None:
    text = f"v = begin; {expression}; end\nnode.default['v'] = v"
    run = run_of({"recipes/default.rb": text, **NODES, **BAG})
    assert stop(run) is None
    assert attributes(run) == {"v": expected}


def test_an_item_that_is_not_there_is_the_servers_404() -> None:
    run = run_of({"recipes/default.rb": "\ndata_bag_item('users', 'eve')", **NODES, **BAG})
    assert stop(run) == ("Net::HTTPClientException", "cookbooks/a/recipes/default.rb", 2)


@pytest.mark.parametrize(
    "look_up", ["data_bag_item('users', 'ann')", "data_bag('users')", "search(:users, 'admin:true')"]
)
def test_a_bag_that_is_not_there_is_a_404_of_a_local_run(look_up: str) -> None:
    run = run_of({"recipes/default.rb": look_up, **NODES}, local_mode=True)
    assert stop(run) == ("Net::HTTPClientException", "cookbooks/a/recipes/default.rb", 1)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "the repository does not hold the data bag secrets"),
        (
            {"data_bags/secrets/x.json": json.dumps({"id": "x", "p": {"encrypted_data": "…", "version": 1}})},
            "the item x of the data bag secrets is encrypted",
        ),
    ],
)
def test_secrets_are_unknown(files: dict[str, str], reason: str) -> None:
    text = "node.default['p'] = data_bag_item('secrets', 'x')['p']\nnode.default['q'] = 1"
    run = run_of({"recipes/default.rb": text, **files})
    assert attributes(run) == {"q": 1}
    assert unknown(run) == {("p",): reason}


def test_a_repository_without_nodes_finds_nobody_knows_whom() -> None:
    run = run_of({"recipes/default.rb": "node.default['n'] = search(:node, 'role:zk').size"})
    assert unknown(run) == {("n",): "the repository holds no nodes"}


def test_whether_a_new_node_finds_itself_is_not_known() -> None:
    text = "%w(recipe:a role:zk).each { |q| node.default[q] = search(:node, q).size }"
    others = {path: text for path, text in NODES.items() if "n1" not in path}
    run = run_of({"recipes/default.rb": text, **others})
    assert attributes(run) == {"role:zk": 2}
    assert unknown(run) == {("recipe:a",): "whether the search `recipe:a` finds the new node is not known"}


def test_the_order_of_a_search_is_assumed() -> None:
    run = run_of({"recipes/default.rb": "search(:node, 'role:zk')", **NODES})
    assert run.assumed == ["the search `role:zk` gives its nodes in the order of their names"]


@pytest.mark.parametrize(
    ("query", "value", "expected"),
    [
        ("f:ab", "ab", True),
        ("f:AB", "ab", True),
        ("f:ab", "ab cd", True),
        ("f:ab", "abc", False),
        ("f:a*", "abc", True),
        ("f:a?", "abc", False),
        ("f:zookeeper", "zookeeper::client", False),
        ("f:[1 TO 9]", "2", False),
        ("f:[1 TO 9]", "1", True),
        ("f:[5 TO 9]", "2", True),
        ("NOT f:ab", "ab", False),
    ],
)
def test_local_mode_matches_words_and_mistakes_ranges(query: str, value: str, expected: bool) -> None:
    assert matches_locally(parse_query(query), {"f": (value,)}) is expected
