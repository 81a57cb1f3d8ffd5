"""All writes of an attribute at each level, and what became of them."""

from __future__ import annotations

import json

import pytest

from driftcheck.chef.node_run.history import Writes
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import subject_of
from driftcheck.chef.precedence import setters, text_key
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby.plain import Plain
from driftcheck.sources.files.memory import MemoryTree
from tests.chef.node_run.runs import node_object

Row = tuple[object, int | None, str]


def _writes(files: dict[str, str], level: str, *path: str) -> list[Row]:
    """Value, line and fate of each write of a node `n1`; its cookbook is `a`."""
    files = {"cookbooks/a/metadata.rb": "name 'a'", "cookbooks/a/recipes/default.rb": "", **files}
    files.setdefault("nodes/n1.json", node_object("n1", "recipe[a]"))
    repository = ChefRepository(MemoryTree(files))
    subject = subject_of("n1", "nodes/n1.json", json.loads(files["nodes/n1.json"]))
    run = NodeRun(repository, subject, journal=True).run()
    keys = tuple(map(text_key, path))
    setter = next((each for each in setters(run.evaluation.state.levels, keys) if each.level == level), None)
    plain = Plain(run.evaluation.runtime)
    return [
        (plain.value(each.value), each.place and each.place.line, each.became + ("?" if each.maybe else ""))
        for each in Writes(run).at(level, path, setter)
    ]


ATTRIBUTES = [
    ("default['k']['p'] = 1\ndefault['k']['p'] = 2", [(1, 1, "overwritten"), (2, 2, "kept")]),
    ("default['k'] = { 'p' => 1 }\ndefault['k']['p'] = 2", [(1, 1, "overwritten"), (2, 2, "kept")]),
    ("default['k']['p'] = 1\ndefault['k'] = { 'q' => 2 }", [(1, 1, "unset")]),
    ("default['k']['p'] = 1\ndefault['k'] = 'text'", [(1, 1, "unset")]),
    (
        "default['k']['p'] = 1\ndefault['k'] = {}\ndefault['k']['p'] = 3",
        [(1, 1, "unset"), (3, 3, "kept")],
    ),
    ("default['k']['p'] = 1\nnode.rm('k', 'p')", [(1, 1, "unset")]),
    ("default['k']['p'] = 1\ndefault['k'].delete('p')\n", [(1, 1, "unset")]),
    ("default['k']['p'] = [1]\ndefault['k']['p'] << 2", [([1], 1, "overwritten"), ([1, 2], 2, "kept")]),
    ("default['k']['p'] = 1\ndefault_unless['k']['p'] = 2", [(1, 1, "kept")]),
    ("default[:k][:p] = 1\nnode.default['k']['p'] += 1", [(1, 1, "overwritten"), (2, 2, "kept")]),
    ("h = default['k']\nh['p'] = 1\ndefault['k']['p'] = 2", [(1, 2, "overwritten"), (2, 3, "kept")]),
    (
        "default['k']['p'] = 1\ndefault['k']['p'] = 2 if `x` == ''",
        [(1, 1, "overwritten"), (None, 2, "kept?")],
    ),
    ("default['k']['q'] = 1\nnormal['k']['p'] = 1", []),
]


@pytest.mark.parametrize(("program", "rows"), ATTRIBUTES)
def test_what_an_attribute_file_writes_is_kept_in_order(program: str, rows: list[Row]) -> None:
    found = _writes({"cookbooks/a/attributes/default.rb": program}, "default", "k", "p")
    if rows and str(rows[-1][2]).endswith("?"):
        assert found[0] == rows[0]
        assert found[-1][1:] == rows[-1][1:]
    else:
        assert found == rows


def test_recipes_write_after_attribute_files() -> None:
    files = {
        "cookbooks/a/attributes/default.rb": "default['p'] = 1",
        "cookbooks/a/recipes/default.rb": "node.default['p'] = 2\nruby_block 'x' do\n"
        "  block { node.default['p'] = 3 }\nend",
    }
    assert _writes(files, "default", "p") == [(1, 1, "overwritten"), (2, 1, "overwritten"), (3, 3, "kept")]


def test_each_role_counts_in_the_order_in_which_they_are_laid_over_each_other() -> None:
    files = {
        "roles/a.rb": "run_list 'role[b]', 'recipe[a]'\n\ndefault_attributes 'p' => 1, 'l' => [1]",
        "roles/b.rb": "default_attributes 'p' => 2, 'l' => [2]",
        "nodes/n1.json": node_object("n1", "role[a]"),
    }
    assert _writes(files, "role_default", "p") == [(2, 1, "overwritten"), (1, 3, "kept")]
    assert _writes(files, "role_default", "l") == [([2], 1, "merged"), ([1], 3, "kept")]


def test_what_the_node_object_says_comes_first() -> None:
    files = {
        "nodes/n1.json": node_object("n1", "recipe[a]", normal={"k": {"p": 1}}),
        "cookbooks/a/attributes/default.rb": "normal['k']['p'] = 2",
    }
    assert [(value, fate) for value, _, fate in _writes(files, "normal", "k", "p")] == [
        (1, "overwritten"),
        (2, "kept"),
    ]


def test_a_file_that_is_undone_has_written_nothing() -> None:
    program = "default['p'] = 1\ndefault['p'] = 2\nloop { default['q'] = 1 }"
    found = _writes({"cookbooks/a/attributes/default.rb": program}, "default", "p")
    assert (1, 1, "overwritten") not in found
