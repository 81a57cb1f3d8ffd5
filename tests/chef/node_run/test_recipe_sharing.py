"""Recipes that do the same on several nodes are evaluated once; test_sharing.py compares what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import subject_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.sources.files.memory import MemoryTree

SETTLED = 16
"""After so many nodes it is known what nodes have in common."""


def repository(recipe: str, template: str = "<%= node['a']['b'] %>\n") -> ChefRepository:
    return ChefRepository(
        MemoryTree(
            {
                "cookbooks/a/metadata.rb": "name 'a'",
                "cookbooks/a/attributes/default.rb": "default['a']['b'] = 1\ndefault['a']['c'] = 2\n",
                "cookbooks/a/recipes/default.rb": recipe,
                "cookbooks/a/templates/default/x.erb": template,
            }
        )
    )


def run(number: int, chef: ChefRepository) -> NodeRun:
    automatic = {"fqdn": f"n{number}.example.com", "platform_family": "debian"}
    document: Mapping[str, Any] = {"run_list": ["recipe[a]"], "automatic": automatic}
    return NodeRun(chef, subject_of(f"n{number}", f"nodes/n{number}.json", document)).run()


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of which something was evaluated."""
    seen: list[str] = []
    run_code = Runtime.run_code

    def noted(self: Runtime, code: Any, frame: Any) -> Any:
        seen.append(frame.context.file)
        return run_code(self, code, frame)

    monkeypatch.setattr(Runtime, "run_code", noted)
    return seen


SHARED = "package 'x'\ntemplate('/etc/x') { source 'x.erb'; variables b: node['a']['b'] }\n"
OF_MACHINE = "file('/etc/name') { content node['fqdn'] }\n"


def on_later_nodes(chef: ChefRepository, evaluated: list[str]) -> tuple[list[str], NodeRun]:
    """What is evaluated on a node when many have been, and its run."""
    for number in range(SETTLED):
        run(number, chef)
    evaluated.clear()
    last = run(SETTLED, chef)
    return list(evaluated), last


def test_a_recipe_that_reads_the_same_is_not_evaluated_again(evaluated: list[str]) -> None:
    again, last = on_later_nodes(repository(SHARED), evaluated)
    assert again == []
    (file,) = last.files
    assert (file.path, file.text()) == ("/etc/x", "1\n")


def test_of_a_recipe_in_which_nodes_differ_only_that_statement_is_evaluated(evaluated: list[str]) -> None:
    again, last = on_later_nodes(repository(SHARED + OF_MACHINE), evaluated)
    assert again == ["cookbooks/a/recipes/default.rb"]
    assert {file.path: file.text() for file in last.files} == {
        "/etc/x": "1\n",
        "/etc/name": f"n{SETTLED}.example.com",
    }


def test_what_differs_only_when_files_are_written_is_found_out_then(evaluated: list[str]) -> None:
    chef = repository(SHARED, "<%= node['fqdn'] %>\n")
    for number in range(4):
        (file,) = run(number, chef).files
        assert file.text() == f"n{number}.example.com\n"


def test_a_resource_that_another_statement_asks_for_is_its_own(evaluated: list[str]) -> None:
    asking = "resources('template[/etc/x]').source('x.erb') if node['fqdn'].start_with?('n2')\n"
    chef = repository(SHARED + asking)
    texts = [[file.text() for file in run(number, chef).files] for number in range(6)]
    assert texts == [["1\n"]] * 6


def test_what_was_done_on_another_node_counts_as_work() -> None:
    chef = repository(SHARED)
    spent = [run(number, chef).evaluation.runtime.steps for number in range(4)]
    assert spent == spent[:1] * 4
