"""What Chef sets on a node before and while it loads recipes, as Chef 18.11 answers it."""

from __future__ import annotations

import json

import pytest

from tests.chef.node_run.runs import MACHINE, attributes, node_object, run_of, stop, texts, unknown

FILES = {
    "metadata.rb": "name 'a'\nversion '1.2.3'\ndepends 'other'\n",
    "recipes/b.rb": "",
    "cookbooks/other/metadata.rb": "name 'other'\n",
    "data_bags/users/ann.json": '{"id": "ann", "admin": true}',
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("node['cookbooks'].to_h", {"a": {"version": "1.2.3"}, "other": {"version": "0.0.0"}}),
        ("node['tags']", []),
        ("node['tags'].include?('x')", False),
        ("node.key?('tags')", True),
        ("node['recipes']", ["a", "a::default"]),
        ("include_recipe 'a::b'; node['recipes']", ["a", "a::default", "a::b"]),
        ("include_recipe 'a::b'; node.recipe?('a::b')", True),
        ("node.recipe?('a::b')", False),
        ("node['expanded_run_list']", ["a::default"]),
        ("node.run_list.to_s", "recipe[a], role[r]"),
        ("node.run_list.roles", ["r"]),
        ("node.run_list.recipes", ["a"]),
        ("[node.run_list.include?('a'), node.run_list.include?('role[r]')]", [True, True]),
        ("[node.run_list?('recipe[a]'), node.run_list?('a')]", [True, False]),
        ("node.run_list.empty?", False),
        ("data_bag_item('users', 'ann').id", "ann"),
        ("Chef::Log.info('x')", None),
        ("(service('s') { action :nothing }).action", ["nothing"]),
    ],
)
def test_what_a_recipe_sees(expression: str, expected: object) -> None:
    text = f"node.default['v'] = begin; {expression}; end"
    saved = {
        "nodes/n1.json": node_object("n1", "a", "role[r]"),
        "roles/r.json": json.dumps({"name": "r", "run_list": []}),
    }
    run = run_of({"recipes/default.rb": text, **FILES, **saved})
    assert stop(run) is None
    assert attributes(run).get("v") == expected


def test_the_versions_that_a_run_list_asks_for_are_in_its_expansion() -> None:
    text = "node.default['v'] = node['expanded_run_list']"
    run = run_of({"recipes/default.rb": text, **FILES}, "recipe[a@1.2.3]")
    assert attributes(run) == {"v": ["a::default@1.2.3"]}


def test_what_the_last_run_left_is_set_anew() -> None:
    saved = {"cookbooks": {"gone": {"version": "1.0.0"}}, "policy_name": "old", **MACHINE}
    text = "node.default['v'] = [node['cookbooks'].keys, node['policy_name']]"
    files = {"recipes/default.rb": text, "metadata.rb": "name 'a'\n"}
    assert attributes(run_of(files, automatic=saved)) == {"v": [["a"], None]}


def test_the_machines_number_and_missing_cookbooks_are_unknown() -> None:
    text = "node.default['v'] = node['chef_guid']\nnode.default['w'] = node['cookbooks']['gone']['version']"
    run = run_of({"recipes/default.rb": text, "metadata.rb": "name 'a'\ndepends 'gone'\n"})
    assert unknown(run) == {
        ("v",): "nothing is known of the machine's chef_guid",
        ("w",): "the repository does not hold the cookbook gone",
        ("gone",): "the repository does not hold the cookbook gone",
    }


def test_a_recipe_that_may_be_included_may_be_among_the_recipes() -> None:
    text = "include_recipe 'a::b' if node['chef_guid']\nnode.default['v'] = node['recipes'].include?('a::b')"
    run = run_of({"recipes/default.rb": text, **FILES})
    assert list(unknown(run)) == [("v",)]


@pytest.mark.parametrize(
    "expression",
    [
        "node.vbox_host?",
        "node.debug_value('tags')",
        "node.run_list.map(&:to_s)",
        "data_bag_item('users', 'ann').name",
        "(log 'x').identity",
        "(log 'x').class",
        "YAML.load_file('/etc/x.yml')",
        "YAML.load('a: 1')",
        "Random.rand(5)",
        "Thread.current",
        "Encoding.default_external",
        "node.attributes.combined_default('kernel')",
    ],
)
def test_methods_that_chef_has_are_not_missed(expression: str) -> None:
    run = run_of({"recipes/default.rb": f"node.default['v'] = {expression}", **FILES})
    assert stop(run) is None
    assert list(unknown(run)) == [("v",)]


def test_a_template_knows_the_line_that_declares_it_as_a_text() -> None:
    files = {"templates/t.erb": "<%= @recipe_line.inspect %>", "recipes/default.rb": "\ntemplate '/t'"}
    assert texts(run_of({**files, **FILES})) == {"/t": '"2"'}


def test_lazy_is_no_method_of_a_recipe() -> None:
    run = run_of({"recipes/default.rb": "node.default['v'] = lazy { 1 }", **FILES})
    assert stop(run) == ("NoMethodError", "cookbooks/a/recipes/default.rb", 1)


def test_an_error_with_a_text_is_known_though_the_text_is_not() -> None:
    check = "raise \"it is #{node['chef_guid']}\" if node['chef_guid'] == 'x'"
    text = f"ruby_block('check') {{ block {{ {check} }} }}\nfile('/f') {{ content 'a' }}"
    assert texts(run_of({"recipes/default.rb": text, **FILES})) == {"/f": "a"}
