"""Run lists expanded as Chef does it."""

from __future__ import annotations

import json

import pytest

from driftcheck.chef.repository.expansion import expand, parse_item
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.sources.files.memory import MemoryTree


def roles(**texts: str) -> ChefRepository:
    return ChefRepository(MemoryTree({f"roles/{name}.rb": text for name, text in texts.items()}))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("recipe[kafka]", ("recipe", "kafka", None)),
        ("recipe[kafka::broker@1.2.0]", ("recipe", "kafka::broker", "1.2.0")),
        ("kafka::broker", ("recipe", "kafka::broker", None)),
        ("role[base]", ("role", "base", None)),
        ("rule[base]", None),
    ],
)
def test_items_of_a_run_list(item: str, expected: object) -> None:
    assert parse_item(item) == expected


def test_depth_first_and_each_once() -> None:
    repository = roles(
        a="run_list 'recipe[x]', 'role[b]', 'recipe[y]'", b="run_list 'recipe[z]', 'role[a]', 'recipe[x]'"
    )
    found = expand(repository, ["role[a]", "recipe[z]", "recipe[w::two]"], "_default")
    assert found.names() == ["x", "z", "y", "w::two"]
    assert found.roles == ["a", "b"]


def test_an_environment_may_have_its_own_run_list() -> None:
    repository = roles(a="env_run_lists '_default' => ['recipe[x]'], 'prod' => ['recipe[y]']")
    assert expand(repository, ["role[a]"], "prod").names() == ["y"]
    assert expand(repository, ["role[a]"], "beta").names() == ["x"]


def test_env_run_lists_need_a_default() -> None:
    stop = expand(roles(a="name 'a'\nenv_run_lists 'prod' => []"), ["role[a]"], "prod").stop
    assert stop is not None
    assert stop.place is not None
    assert (stop.class_name, stop.place.line) == (
        "Chef::Exceptions::InvalidEnvironmentRunListSpecification",
        2,
    )


def test_a_role_beats_those_that_it_includes_and_arrays_unite() -> None:
    repository = roles(
        outer="run_list 'role[inner]'\ndefault_attributes 'a' => {'b' => 1, 'l' => [1]}",
        inner="default_attributes 'a' => {'b' => 2, 'c' => 3, 'l' => [2]}",
    )
    found = expand(repository, ["role[outer]"], "_default")
    assert Plain(Runtime()).value(found.default) == {"a": {"b": 1, "c": 3, "l": [2, 1]}}


def test_a_role_that_is_not_there_is_named() -> None:
    assert expand(roles(), ["role[gone]", "recipe[x]"], "_default").missing_roles == ["gone"]


def test_a_role_that_cannot_be_read_is_a_problem() -> None:
    repository = ChefRepository(MemoryTree({"roles/a.json": "{"}))
    (problem,) = expand(repository, ["role[a]"], "_default").problems
    assert problem.location is not None
    assert problem.location.name == "roles/a.json"


def test_json_counts_before_ruby() -> None:
    files = {"roles/a.json": json.dumps({"run_list": ["recipe[j]"]}), "roles/a.rb": "run_list 'recipe[r]'"}
    assert expand(ChefRepository(MemoryTree(files)), ["role[a]"], "_default").names() == ["j"]
