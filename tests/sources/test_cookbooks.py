"""The source `cookbooks`: whose runs are worked out, what is told of them, and what is remembered."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.sources.cookbook_runs import evaluating
from driftcheck.sources.cookbooks import SOURCE
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from tests.sources.cookbook_runs.repository import (
    ATTRIBUTES,
    RECIPE,
    TEMPLATE,
    collected,
    files,
    node,
    only_run,
)

REPOSITORY = files("broker.id=<%= node['kafka']['id'] %>\n", "default['kafka']['id'] = 1\n")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "driftcheck"


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The node objects that were evaluated."""
    seen: list[str] = []
    run = evaluating.Repository.run

    def noted(self: evaluating.Repository, path: str, content: bytes) -> Any:
        seen.append(path)
        return run(self, path, content)

    monkeypatch.setattr(evaluating.Repository, "run", noted)
    yield seen
    seen.clear()


def wanted(*trees: Mapping[str, str], cookbooks: bool = True) -> bool:
    configuration = Configuration(cookbooks=cookbooks)
    return SOURCE.wanted(Request(configuration=configuration, trees=tuple(map(MemoryTree, trees))))


def test_it_is_asked_where_cookbooks_stand_beside_node_objects() -> None:
    nodes = {path: text for path, text in REPOSITORY.items() if path.startswith("nodes/")}
    others = {path: text for path, text in REPOSITORY.items() if path not in nodes}
    assert wanted(REPOSITORY)
    assert wanted(nodes, others)
    assert not wanted(nodes)
    assert not wanted(others)
    assert not wanted(REPOSITORY, cookbooks=False)


def test_trees_of_nodes_and_of_cookbooks_are_one_repository() -> None:
    nodes = {path: text for path, text in REPOSITORY.items() if path.startswith("nodes/")}
    others = {path: text for path, text in REPOSITORY.items() if path not in nodes}
    request = Request(configuration=Configuration(), trees=(MemoryTree(nodes), MemoryTree(others)))
    (run,) = SOURCE.collect(request, Deadline.after(60, per_operation=5)).runs
    assert run == only_run(REPOSITORY)


def test_a_run_has_its_files_its_version_and_its_age() -> None:
    run = only_run(
        {**REPOSITORY, ATTRIBUTES: REPOSITORY[ATTRIBUTES] + "default['kafka']['version'] = '2.8.2'\n"}
    )
    (file,) = run.files
    assert (file.kind, file.path, file.location.name) == (
        "server.properties",
        "/etc/kafka/server.properties",
        TEMPLATE,
    )
    assert isinstance(run.stop, Absent)
    assert isinstance(run.kafka_version, Known)
    assert (run.kafka_version.value, str(run.kafka_version.location)) == ("2.8.2", f"{ATTRIBUTES}:2:1")
    assert isinstance(run.observed_at, Known)
    assert run.observed_at.value.year == 2015


def test_only_nodes_whose_cookbooks_write_such_a_file_are_evaluated() -> None:
    other = json.loads(node("n2"))
    other["run_list"] = ["recipe[web]"]
    given = {
        **REPOSITORY,
        "nodes/n2.json": json.dumps(other),
        "cookbooks/web/recipes/default.rb": "raise 'no'\n",
    }
    assert [run.node for run in collected(given).runs] == ["n1"]


def test_a_file_that_code_alone_names_counts_too() -> None:
    recipe = "file '/etc/kafka/server.properties' do\n  content \"broker.id=7\\n\"\nend\n"
    given = files("", recipe=recipe)
    del given[TEMPLATE]
    run = only_run(given)
    (fact,) = run.files[0].settings.values()
    assert isinstance(fact, Known)
    assert (fact.value, str(fact.location)) == ("7", f"{RECIPE}:1:1")


def test_where_it_stops_is_known_with_class_message_and_place() -> None:
    run = only_run({**REPOSITORY, ATTRIBUTES: "\nraise ArgumentError, 'not so'\n"})
    assert isinstance(run.stop, Known)
    stop = run.stop.value
    assert (stop.class_name.value, stop.message.value) == ("ArgumentError", "not so")  # type: ignore[union-attr]  # both are known, else this raises
    assert stop.cause == f"ArgumentError at {ATTRIBUTES}:2:1"
    assert run.files == ()


def test_what_a_cookbook_that_is_not_there_may_set_stops_nobody() -> None:
    nil = {**REPOSITORY, ATTRIBUTES: "default['a'] = node['install']['dir']\n"}
    assert isinstance(only_run(nil).stop, Known)
    depends = {**nil, "cookbooks/kafka/metadata.rb": "name 'kafka'\ndepends 'hops'\n"}
    stop = only_run(depends).stop
    assert isinstance(stop, Unknown)
    assert stop.reason.startswith("the repository does not hold the cookbook hops, which may set what is nil")
    assert (str(stop.location), stop.kind) == (f"{ATTRIBUTES}:1:16", UnknownKind.MISSING_INPUT)
    assert isinstance(only_run({**depends, ATTRIBUTES: "raise 'no'\n"}).stop, Known)


def test_what_chef_18_took_out_may_still_be_there_on_a_node_with_an_older_one() -> None:
    given = {**REPOSITORY, ATTRIBUTES: "node.set['a'] = 1\n"}
    assert isinstance(only_run(given).stop, Known)
    old = json.loads(REPOSITORY["nodes/n1.json"])
    old["automatic"]["chef_packages"] = {"chef": {"version": "12.19.36"}}
    given["nodes/n1.json"] = json.dumps(old)
    stop = only_run(given).stop
    assert isinstance(stop, Unknown)
    assert stop.reason.startswith(
        "the node's Chef is older than 18, which would stop here with NoMethodError"
    )
    (gap,) = collected(given).gaps
    assert gap.hides.startswith("the files")


def test_the_old_rule_of_nil_is_that_of_the_nodes_own_chef() -> None:
    attributes = "default['kafka']['id'] = 1\noverride['kafka']['id'] = nil\n"
    old = json.loads(REPOSITORY["nodes/n1.json"])
    old["automatic"]["chef_packages"] = {"chef": {"version": "12.19.36"}}
    new = only_run({**REPOSITORY, ATTRIBUTES: attributes})
    before = only_run({**REPOSITORY, ATTRIBUTES: attributes, "nodes/n1.json": json.dumps(old)})
    values = [run.files[0].settings["broker.id"] for run in (new, before)]
    assert [fact.value for fact in values if isinstance(fact, Known)] == ["", "1"]


OLD_NIL = {**REPOSITORY, ATTRIBUTES: "default['kafka']['id'] = 1\noverride['kafka']['id'] = nil\n"}


def _id_for(chef_version: int | None) -> object:
    request = Request(
        configuration=Configuration(chef_version=chef_version), trees=(MemoryTree(OLD_NIL, name="repo"),)
    )
    (run,) = SOURCE.collect(request, Deadline.after(60, per_operation=5)).runs
    fact = run.files[0].settings["broker.id"]
    return fact.value if isinstance(fact, Known) else fact


def test_a_release_of_chef_that_is_given_counts_instead(evaluated: list[str]) -> None:
    assert [_id_for(version) for version in (None, 14, 15, 14, None)] == ["", "1", "", "1", ""]
    assert len(evaluated) == 5  # what was found for one release is nothing to another


def test_a_run_that_takes_too_long_leaves_the_others_uncounted_for() -> None:
    seen = collected(REPOSITORY, seconds=0)
    (gap,) = seen.gaps
    assert (seen.runs, gap.kind, gap.hides) == (
        (),
        UnknownKind.FAULT,
        "what the cookbooks give for 1 nodes",
    )


def test_an_evaluation_that_breaks_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: evaluating.Repository, path: str, content: bytes) -> None:
        raise RuntimeError("no text of the repository")

    monkeypatch.setattr(evaluating.Repository, "run", broken)
    (gap,) = collected(REPOSITORY).gaps
    assert gap.kind is UnknownKind.FAULT
    assert gap.reason == "driftcheck broke while it evaluated the cookbooks: RuntimeError"


TWO = {**REPOSITORY, "nodes/n2.json": node("n2", kafka={"id": 2})}


def test_what_has_not_changed_is_not_evaluated_again(evaluated: list[str]) -> None:
    first = collected(TWO)
    assert evaluated == ["nodes/n1.json", "nodes/n2.json"]
    evaluated.clear()
    assert collected(TWO).runs == first.runs
    assert evaluated == []


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"nodes/n2.json": node("n2", kafka={"id": 3})}, ["nodes/n2.json"]),
        ({ATTRIBUTES: "default['kafka']['id'] = 4\n"}, ["nodes/n1.json", "nodes/n2.json"]),
        ({TEMPLATE: "broker.id=5\n"}, ["nodes/n1.json", "nodes/n2.json"]),
        ({"cookbooks/kafka/attributes/more.rb": ""}, ["nodes/n1.json", "nodes/n2.json"]),
        ({"nodes/n3.json": node("n3")}, ["nodes/n1.json", "nodes/n2.json", "nodes/n3.json"]),
        ({"README.md": "nothing that Chef reads"}, []),
    ],
)
def test_what_a_change_could_touch_is_evaluated_again(
    evaluated: list[str], changed: dict[str, str], again: list[str]
) -> None:
    collected(TWO)
    evaluated.clear()
    after = collected({**TWO, **changed})
    assert evaluated == again
    assert after.runs == collected({**TWO, **changed}, name="another").runs


def test_a_search_makes_all_nodes_count(evaluated: list[str]) -> None:
    template = "<% @nodes.each do |n| %>\n<%= n.name %>=1\n<% end %>\n"
    recipe = (
        "found = search(:node, 'name:*')\ntemplate '/etc/kafka/server.properties' do\n"
        "  source 'server.properties.erb'\n  variables(nodes: found)\nend\n"
    )
    given = {**files(template, recipe=recipe), "nodes/n2.json": node("n2")}
    collected(given)
    evaluated.clear()
    collected({**given, "nodes/n2.json": node("n2", kafka={"id": 3})})
    assert evaluated == ["nodes/n1.json", "nodes/n2.json"]


def test_a_secret_is_never_written(cache: Path, evaluated: list[str]) -> None:
    attributes = "default['kafka']['password'] = 'hunter2'\ndefault['kafka']['id'] = 1\n"
    template = REPOSITORY[TEMPLATE] + "ssl.key.password=<%= node['kafka']['password'] %>\n"
    given = {**TWO, **files(template, attributes), "nodes/n2.json": node("n2")}
    first = collected(given)
    assert all("hunter2" not in path.read_text() for path in cache.glob("*"))
    evaluated.clear()
    assert collected(given).runs == first.runs
    assert evaluated == ["nodes/n1.json", "nodes/n2.json"]


SAVED = {"recipes": ["kafka"], "fqdn": "n1.example.com"}
"""Of a machine whose last run had the cookbook."""


@pytest.mark.parametrize(
    ("role", "automatic", "reason"),
    [
        ("{", SAVED, "no valid JSON: Expecting property name enclosed in double quotes"),
        ("{", {}, "no valid JSON: Expecting property name enclosed in double quotes"),
        ("{", {"recipes": ["other"]}, None),
        (None, SAVED, "the repository does not hold the role kafka"),
        (None, {}, "the repository does not hold the role kafka"),
        (None, {"recipes": ["other"]}, None),
    ],
)
def test_a_role_that_cannot_be_expanded_hides_what_its_nodes_would_write(
    role: str | None, automatic: Mapping[str, Any], reason: str | None
) -> None:
    document = {"name": "n1", "run_list": ["role[kafka]"], "automatic": automatic}
    given = {**REPOSITORY, "nodes/n1.json": json.dumps(document)}
    found = collected({**given, **({} if role is None else {"roles/kafka.json": role})})
    told = {(gap.reason, gap.hides) for gap in found.gaps}
    assert told == (set() if reason is None else {(reason, "the files of n1")})


@pytest.mark.parametrize(
    "recipe",
    [
        "raise \"cannot log in: #{data_bag_item('kafka', 'login')['word']}\"",
        "login = data_bag_item('kafka', 'login')\nlogin['list'].each do |each|\n  raise each\nend",
        "what = node['kafka']['db']['password']\nraise what + '!'",
        "raise 'the password was hunter2'",
        "raise 'cannot reach https://u:hunter2@db.example.com'",
    ],
)
def test_a_secret_in_an_errors_message_is_not_told(recipe: str, cache: Path) -> None:
    attributes = "default['kafka']['db']['password'] = 'hunter2'\ndefault['a'] = default['a']\n"
    bag = {"data_bags/kafka/login.json": '{"id": "login", "word": "hunter2", "list": ["hunter2"]}'}
    found = collected(files("# server.properties\n", attributes, recipe, **bag))
    (run,) = found.runs
    assert isinstance(run.stop, Known)
    message = run.stop.value.message
    assert isinstance(message, Known)
    assert ("hunter2" in message.value, message.secret) == (True, True)
    assert b"hunter2" not in snapshot_to_json(found)
    assert all("hunter2" not in path.read_text() for path in cache.glob("*"))


@pytest.mark.parametrize(
    "broken",
    ["", "{}", "[]", '{"asked": 1}', "facts", "places", "nodes", "reads", "listing", "text", "number"],
)
def test_a_broken_cache_counts_as_empty(cache: Path, broken: str) -> None:
    first = collected(TWO)
    (path,) = cache.glob("runs-*")
    document = json.loads(path.read_text())
    if broken in document:
        document[broken] = {"a": [1]}
        path.write_text(json.dumps(document))
    elif broken == "text":
        path.write_text(path.read_text().replace('"k","1"', '"k",[1]'))
    elif broken == "number":
        path.write_text(path.read_text().replace(',"server.properties",', ",7,"))
    else:
        path.write_text(broken)
    assert collected(TWO).runs == first.runs


def test_a_known_run_needs_no_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    collected(TWO)
    monkeypatch.setitem(sys.modules, "driftcheck.sources.cookbook_runs.evaluating", None)
    assert [run.node for run in collected(TWO).runs] == ["n1", "n2"]


def test_what_is_unknown_is_remembered_as_it_was() -> None:
    given = files(
        "a=<%= node['java']['x'] %>\nb=x<%= node['java']['y'] %>\n# driftcheck: ignore[CFG] so it is\n",
        **{"cookbooks/kafka/metadata.rb": "name 'kafka'\ndepends 'java'\n"},
    )
    first, again = collected(given), collected(given)
    assert (again.runs, again.gaps) == (first.runs, first.gaps)
    (file,) = first.runs[0].files
    assert isinstance(file.settings["a"], Unknown)
    assert [each.rules for each in file.ignores] == [("CFG",)]
    assert [gap.hides for gap in first.gaps] == [
        "a in the server.properties and b in the server.properties of n1"
    ]


def test_a_snapshot_keeps_the_runs_and_no_secret() -> None:
    attributes = "default['kafka']['password'] = 'hunter2'\n"
    template = (
        "a=1\nssl.key.password=<%= node['kafka']['password'] %>\nb=<%= node['kafka']['b'].to_i + rand %>\n"
    )
    snapshot = collected(files(template, attributes))
    content = snapshot_to_json(snapshot)
    assert b"hunter2" not in content
    read = snapshot_from_json(content, name="night.json")
    assert [run.node for run in read.runs] == ["n1"]
    (file,) = read.runs[0].files
    assert file.settings["a"] == snapshot.runs[0].files[0].settings["a"]
    assert snapshot_to_json(read) == content
