"""A node's run: what it loads in which order, and what it does not know."""

from __future__ import annotations

import json

import pytest

from driftcheck.chef.node_run.run import Phase
from tests.chef.node_run.runs import attributes, node_object, run_of, stop, texts, unknown


def test_dependencies_are_loaded_first_in_the_order_of_their_names() -> None:
    run = run_of(
        {
            "metadata.rb": "depends 'z'\ndepends 'b'",
            "attributes/default.rb": "default['order'] = node['order'] + ['a']",
            "recipes/default.rb": "",
            "cookbooks/b/attributes/default.rb": "default['order'] = ['b']",
            "cookbooks/z/attributes/default.rb": "default['order'] = node['order'] + ['z']",
        }
    )
    assert attributes(run) == {"order": ["b", "z", "a"]}


def test_saved_defaults_and_overrides_do_not_live_on() -> None:
    saved = node_object(
        "n1", "recipe[a]", normal={"k": {"n": 1}}, default={"k": {"d": 1}}, override={"k": {"o": 1}}
    )
    run = run_of({"nodes/n1.json": saved, "recipes/default.rb": ""})
    assert attributes(run) == {"k": {"n": 1}}


def test_roles_and_environments_have_their_levels() -> None:
    run = run_of(
        {
            "nodes/n1.json": node_object("n1", "role[r]", chef_environment="prod"),
            "roles/r.rb": "run_list 'recipe[a]'\ndefault_attributes 'k' => {'d' => 'r'}\n"
            "override_attributes 'k' => {'o' => 'r'}",
            "environments/prod.rb": "default_attributes 'k' => {'d' => 'e'}\n"
            "override_attributes 'k' => {'o' => 'e'}",
            "recipes/default.rb": "",
        }
    )
    assert attributes(run) == {"k": {"d": "r", "o": "e"}}


def test_recipes_write_in_the_compile_phase_alone() -> None:
    files = {"attributes/default.rb": "default['k'] = 1", "recipes/default.rb": "node.default['k'] = 2"}
    assert attributes(run_of(files, until=Phase.ATTRIBUTES)) == {"k": 1}
    assert attributes(run_of(files, until=Phase.COMPILE)) == {"k": 2}


def test_a_recipe_is_loaded_once() -> None:
    run = run_of(
        {
            "recipes/default.rb": "include_recipe 'a::x'\ninclude_recipe 'a::x', '::x'",
            "recipes/x.rb": "node.default['n'] = (node['n'] || 0) + 1",
        }
    )
    assert attributes(run) == {"n": 1}


def test_libraries_give_recipes_their_methods() -> None:
    run = run_of(
        {
            "libraries/h.rb": "module H\n def twice(x) x * 2 end\nend\nChef::Recipe.include H",
            "recipes/default.rb": "node.default['k'] = twice(21)",
        }
    )
    assert attributes(run) == {"k": 42}


def test_a_missing_cookbook_is_named_and_hides_its_own_key_alone() -> None:
    run = run_of(
        {
            "metadata.rb": "depends 'java'",
            "attributes/default.rb": "default['java']['version'] = '8'\n"
            "default['home'] = node['java']['home']\ndefault['other'] = 1",
            "recipes/default.rb": "include_recipe 'java'",
        }
    )
    assert attributes(run) == {"java": {"version": "8"}, "other": 1}
    assert set(unknown(run)) == {("java",), ("home",)}
    assert [gap.reason for gap in run.gaps] == [
        "the repository does not hold the cookbook java",
        "the recipe java::default is not evaluated: the repository does not hold the cookbook java",
    ]
    assert run.assumed == ["the cookbook java, which is not there, sets only default attributes under `java`"]


def test_in_local_mode_a_missing_cookbook_is_an_error() -> None:
    run = run_of({"metadata.rb": "depends 'java'", "recipes/default.rb": ""}, local_mode=True)
    assert stop(run) == ("Net::HTTPClientException", None, None)


def test_in_local_mode_a_constraint_that_is_not_met_is_an_error() -> None:
    files = {
        "metadata.rb": "depends 'b', '~> 2.0'",
        "recipes/default.rb": "",
        "cookbooks/b/metadata.rb": "version '1.0.0'",
    }
    assert stop(run_of(files, local_mode=True)) == ("Net::HTTPClientException", None, None)


def test_where_chef_would_stop() -> None:
    raising = run_of({"attributes/default.rb": "default['a'] = 1\nnode['x']['y']", "recipes/default.rb": ""})
    assert stop(raising) == ("NoMethodError", "cookbooks/a/attributes/default.rb", 2)
    assert attributes(raising) is None
    recipe = run_of({"recipes/default.rb": "\ninclude_recipe 'a::nope'"})
    assert stop(recipe) == ("Chef::Exceptions::RecipeNotFound", "cookbooks/a/recipes/default.rb", 2)


def test_an_undefined_name_is_an_error_only_where_all_code_is_known() -> None:
    recipe = {"recipes/default.rb": "node.default['a'] = 1\nnode.default['k'] = nonsense('x')"}
    assert stop(run_of(recipe)) == ("NoMethodError", "cookbooks/a/recipes/default.rb", 2)
    open_ended = run_of({**recipe, "metadata.rb": "depends 'java'"})
    assert stop(open_ended) is None
    assert ("k",) in unknown(open_ended)


def test_the_machine_of_a_node_that_never_ran_is_unknown() -> None:
    run = run_of(
        {"attributes/default.rb": "default['h'] = node['fqdn']\ndefault['c'] = 1", "recipes/default.rb": ""},
        automatic=None,
    )
    assert attributes(run) == {"c": 1}
    assert unknown(run) == {("h",): "nothing is known of the machine's fqdn"}


def test_a_missing_role_may_set_anything() -> None:
    run = run_of(
        {"attributes/default.rb": "default['c'] = 1", "recipes/default.rb": ""}, "role[x]", "recipe[a]"
    )
    assert attributes(run) == {}
    assert ("c",) in unknown(run)


def test_nil_never_won_up_to_chef_14() -> None:
    files = {"attributes/default.rb": "default['k'] = 1\noverride['k'] = nil", "recipes/default.rb": ""}
    assert attributes(run_of(files)) == {"k": None}
    assert attributes(run_of(files, chef_version=14)) == {"k": 1}


def test_a_recipe_that_is_not_understood_costs_what_it_names() -> None:
    run = run_of(
        {
            "attributes/default.rb": "default['k'] = {'a' => 1, 'b' => 2}\ndefault['c'] = 3",
            "recipes/default.rb": "node.default['k']['a'] = 9\n"
            "case [1] in [x] then node.default['k']['z'] = x end",
            "recipes/next.rb": "node.default['n'] = 4",
        },
        "recipe[a]",
        "recipe[a::next]",
    )
    assert attributes(run) == {"k": {"b": 2}, "c": 3, "n": 4}
    assert {("k", "a"), ("k", "z")} <= set(unknown(run))


def test_a_policy_takes_the_place_of_roles_and_environment() -> None:
    lock = {
        "name": "kafka",
        "revision_id": "f00",
        "run_list": ["recipe[a::default]"],
        "default_attributes": {"k": {"x": 1, "y": 1}, "prod": {"k": {"y": 2}}},
        "override_attributes": {},
    }
    run = run_of(
        {
            "recipes/default.rb": "node.default['env'] = node.chef_environment\nnode.default['names'] = "
            "%w(policy_name policy_group policy_revision expanded_run_list recipes).map { |k| node[k] }",
            "nodes/n1.json": node_object("n1", policy_name="kafka", policy_group="prod"),
            "cookbooks/Policyfile.lock.json": json.dumps(lock),
        }
    )
    known = attributes(run)
    assert (known["k"], known["env"]) == ({"x": 1, "y": 2}, "prod")
    assert known["names"] == ["kafka", "prod", "f00", None, ["a::default"]]


def test_tags_lie_among_the_normal_attributes() -> None:
    run = run_of({"recipes/default.rb": "tag 'x' unless tagged?('x')\nnode.default['t'] = tagged?('x', 'y')"})
    assert attributes(run) == {"tags": ["x"], "t": False}
    assert texts(run) == {}


def test_include_attribute_of_a_cookbook_that_is_no_dependency() -> None:
    files = {
        "attributes/default.rb": "include_attribute 'b', 'gone'\ndefault['k'] = node['b']",
        "recipes/default.rb": "",
        "cookbooks/b/attributes/default.rb": "default['b'] = 1",
    }
    run = run_of(files)
    assert attributes(run) == {"b": 1, "k": 1}
    assert [gap.reason for gap in run.gaps] == ["the repository does not hold the cookbook gone"]
    local = run_of(files, local_mode=True)
    assert stop(local) == ("Chef::Exceptions::CookbookNotFound", "cookbooks/a/attributes/default.rb", 1)


def test_recipes_that_take_too_long_cost_what_they_name() -> None:
    run = run_of(
        {
            "attributes/default.rb": "default['k'] = {'a' => 1, 'b' => 2}",
            "recipes/default.rb": "i = 0\nwhile true\n  i += 1\n  node.default['k']['a'] = i\nend",
            "recipes/next.rb": "node.default['n'] = 4",
        },
        "recipe[a]",
        "recipe[a::next]",
    )
    assert run.lost is None
    assert attributes(run) == {"k": {"b": 2}, "n": 4}


@pytest.mark.parametrize("name", ["docker?", "sanitized_path", "shell_out('ls').stdout", "reboot_pending?"])
def test_what_chef_itself_gives_recipes_is_unknown_and_no_error(name: str) -> None:
    text = f"v = {name}\nnode.default['k'] = v\nfile('/x') {{ content {name}.to_s }}"
    run = run_of({"recipes/default.rb": text})
    assert stop(run) is None
    assert ("k",) in unknown(run)


def test_a_literal_that_ruby_refuses_costs_its_file_alone() -> None:
    run = run_of(
        {
            "attributes/default.rb": "default['c'] = 1",
            "attributes/x.rb": "default['x'] = 092",
            "recipes/default.rb": "",
        }
    )
    assert attributes(run) == {"c": 1}
    assert ("x",) in unknown(run)
