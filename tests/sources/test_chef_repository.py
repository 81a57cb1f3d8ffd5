"""A Chef repository's node objects become observations; what cannot be read is said, and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.packed_nodes import NodeSequence
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Snapshot
from driftcheck.model.tree import Tree
from driftcheck.sources.chef_repository import SOURCE, ChefRepository
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from tests.chef.odd_nodes import AUTOMATIC, MEMBERS, ODDITIES, USUAL
from tests.tiers import examples

TEMPLATE = "cookbooks/kafka/templates/default/server.properties.erb"


def node(name: str, **parts: Any) -> str:
    document = {
        "name": name,
        "chef_environment": "prod",
        "run_list": ["role[kafka]"],
        "automatic": {
            "fqdn": f"{name}.example.com",
            "ipaddress": "10.0.0.1",
            "recipes": ["kafka::broker"],
            "ohai_time": 1427404447,
        },
        "default": {
            "kafka": {"version": "0.8.2.2", "broker": {"advertised.host.name": f"{name}.example.com"}}
        },
    }
    return json.dumps({**document, **parts}, indent=2)


def collect(
    *trees: Tree,
    configuration: Configuration | None = None,
    seconds: float = 60,
    source: ChefRepository = SOURCE,
) -> Snapshot:
    request = Request(configuration=configuration or Configuration(), trees=trees)
    return source.collect(request, Deadline.after(seconds, per_operation=5))


def test_a_node_object_is_projected() -> None:
    snapshot = collect(MemoryTree({"nodes/k1.json": node("k1"), TEMPLATE: ""}, name="repo"))
    assert [(run.source, run.asked) for run in snapshot.sources] == [("chef", "repo")]
    assert snapshot.gaps == ()
    (found,) = snapshot.nodes
    assert found.name == "k1"
    assert found.location == Location(source="chef", name="nodes/k1.json")
    assert found.environment == Known(
        value="prod", location=Location(source="chef", name="nodes/k1.json", pointer="/chef_environment")
    )
    assert found.settings == {
        "advertised.host.name": Known(
            value="k1.example.com",
            location=Location(
                source="chef",
                name="nodes/k1.json",
                pointer="/default/kafka/broker/advertised.host.name",
            ),
        )
    }
    assert isinstance(found.kafka_version, Known)
    assert found.kafka_version.value == "0.8.2.2"
    assert isinstance(found.renders_kafka, Known)
    assert found.renders_kafka.value is True
    assert isinstance(found.machine.fqdn, Known)
    assert found.search_fields == {}


def test_only_the_fields_of_the_queries_are_kept_for_search() -> None:
    configuration = Configuration(
        brokers="role:kafka AND kafka_version:0.8*", clusters={"chef_environment:prod": "production"}
    )
    (found,) = collect(MemoryTree({"nodes/k1.json": node("k1")}), configuration=configuration).nodes
    assert found.search_fields == {
        "role": ("kafka",),
        "kafka_version": ("0.8.2.2",),
        "chef_environment": ("prod",),
    }


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("repo", "nodes/k1.json"),
        ("repo", "chef/nodes/k1.json"),
        ("repo/nodes", "k1.json"),
        ("./repo/nodes/", "k1.json"),
        ("repo/nodes/k1.json", "k1.json"),
    ],
)
def test_node_objects_are_found_wherever_the_user_starts(name: str, path: str) -> None:
    tree = MemoryTree({path: node("k1")}, name=name)
    assert SOURCE.wanted(Request(configuration=Configuration(), trees=(tree,)))
    assert [found.name for found in collect(tree).nodes] == ["k1"]


@pytest.mark.parametrize("path", ["k1.json", "a/b/nodes/k1.json", "nodes/sub/k1.json", "nodes/k1.rb"])
def test_other_files_are_no_node_objects(path: str) -> None:
    tree = MemoryTree({path: node("k1")}, name="repo")
    assert not SOURCE.wanted(Request(configuration=Configuration(), trees=(tree,)))


def test_roles_and_cookbooks_decide_who_renders_kafka() -> None:
    files: dict[str, str | bytes | Unknown] = {
        "nodes/json-role.json": node("json-role", automatic={}, run_list=["role[kafka]"]),
        "nodes/ruby-role.json": node("ruby-role", automatic={}, run_list=["role[old]"]),
        "nodes/no-role.json": node("no-role", automatic={}, run_list=["role[nowhere]"]),
        "nodes/other.json": node("other", automatic={}, run_list=["recipe[ntp]"]),
        "roles/kafka.json": json.dumps({"run_list": ["recipe[kafka]"]}),
        "roles/old.rb": "run_list 'recipe[kafka]'",
        TEMPLATE: "",
    }
    found = {seen.name: seen.renders_kafka for seen in collect(MemoryTree(files)).nodes}
    reasons = {
        name: fact.value if isinstance(fact, Known) else getattr(fact, "reason", "")
        for name, fact in found.items()
    }
    assert reasons == {
        "json-role": True,
        "ruby-role": "role[old] is written in Ruby, which is not evaluated",
        "no-role": "role[nowhere] is not in the repository",
        "other": False,
    }


def test_a_single_cookbook_is_known_by_its_metadata() -> None:
    cookbook = MemoryTree(
        {"metadata.rb": "name 'kafka'\n", "templates/default/server.properties.erb": ""}, name="somewhere"
    )
    (found,) = collect(cookbook, MemoryTree({"nodes/k1.json": node("k1")})).nodes
    assert isinstance(found.renders_kafka, Known)
    assert found.renders_kafka.value is True


@pytest.mark.parametrize(
    ("content", "kind", "where"),
    [
        (b'{"name": "x",\n  oops}', UnknownKind.FAULT, "nodes/bad.json:2:3"),
        (b"\x7fELF\x00\xff", UnknownKind.FAULT, "nodes/bad.json"),
        (b"[1, 2]", UnknownKind.FAULT, "nodes/bad.json:1:1"),
        (b"", UnknownKind.FAULT, "nodes/bad.json"),
        (b"[" * 100_000, UnknownKind.FAULT, "nodes/bad.json"),
        (Unknown(kind=UnknownKind.DENIED, reason="permission denied"), UnknownKind.DENIED, "nodes/bad.json"),
    ],
    ids=["invalid", "binary", "list", "empty", "deep", "denied"],
)
def test_one_bad_node_object_is_a_gap_and_the_rest_goes_on(
    content: bytes | Unknown, kind: UnknownKind, where: str
) -> None:
    snapshot = collect(MemoryTree({"nodes/bad.json": content, "nodes/k1.json": node("k1")}))
    assert [found.name for found in snapshot.nodes] == ["k1"]
    (gap,) = snapshot.gaps
    assert (gap.source, gap.kind, gap.hides) == ("chef", kind, "the node object bad")
    assert str(gap.location).startswith(where)


def test_a_part_of_a_wrong_type_is_a_gap_with_its_line() -> None:
    broken = node("k1", override=[1], chef_environment=7)
    snapshot = collect(MemoryTree({"nodes/k1.json": broken}))
    lines = broken.splitlines()
    places = {gap.hides: (gap.reason, gap.location and gap.location.line) for gap in snapshot.gaps}
    assert places == {
        "override of the node k1": (
            "`override` should be an object, it is a list",
            1 + next(i for i, line in enumerate(lines) if '"override"' in line),
        ),
        "chef_environment of the node k1": (
            "`chef_environment` should be a string, it is a number",
            1 + next(i for i, line in enumerate(lines) if '"chef_environment"' in line),
        ),
    }
    (found,) = snapshot.nodes
    assert isinstance(found.settings["advertised.host.name"], Unknown)


def test_a_node_that_never_converged_is_a_gap() -> None:
    snapshot = collect(MemoryTree({"nodes/new.json": '{"name": "new", "run_list": []}'}))
    assert [(gap.kind, gap.hides) for gap in snapshot.gaps] == [
        (UnknownKind.MISSING_INPUT, "what the last Chef run of new computed")
    ]


def test_a_secret_is_marked() -> None:
    attributes = {"kafka": {"broker": {"ssl.keystore.password": "hunter2"}}}
    (found,) = collect(MemoryTree({"nodes/k1.json": node("k1", default=attributes)})).nodes
    fact = found.settings["ssl.keystore.password"]
    assert isinstance(fact, Known)
    assert fact.secret


def test_two_nodes_of_one_name_are_both_kept() -> None:
    files = {"nodes/a.json": node("k1"), "nodes/b.json": node("k1"), "nodes/c.json": node("a0")}
    assert [(found.name, found.location.name) for found in collect(MemoryTree(files)).nodes] == [
        ("a0", "nodes/c.json"),
        ("k1", "nodes/a.json"),
        ("k1", "nodes/b.json"),
    ]


def test_a_nodes_folder_behind_a_link_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "nodes").symlink_to("real")
    tree = FolderTree(tmp_path)
    assert SOURCE.wanted(Request(configuration=Configuration(), trees=(tree,)))
    (gap,) = collect(tree).gaps
    assert gap.reason == "it is a link to a folder, which is not followed"
    assert gap.hides == "the node objects in it"


def test_what_of_chefs_folders_is_a_link_is_a_gap(tmp_path: Path) -> None:
    for name in ("nodes", "cookbooks", "data_bags", "real/kafka"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "nodes/k1.json").write_text(node("k1"))
    (tmp_path / "cookbooks/README.md").write_text("x")
    (tmp_path / "cookbooks/kafka").symlink_to("../real/kafka")
    (tmp_path / "data_bags/logins").symlink_to("../real")
    (tmp_path / "roles").symlink_to("real")
    assert [(str(gap.location), gap.hides) for gap in collect(FolderTree(tmp_path)).gaps] == [
        ("cookbooks/kafka", "the cookbook kafka"),
        ("data_bags/logins", "the data bag logins"),
        ("roles", "the roles in it"),
    ]


def test_the_deadline_ends_the_reading() -> None:
    files = {f"nodes/k{i}.json": node(f"k{i}") for i in range(3)}
    snapshot = collect(MemoryTree(files), seconds=0)
    assert snapshot.nodes == ()
    assert [(gap.kind, gap.hides) for gap in snapshot.gaps] == [(UnknownKind.FAULT, "3 node objects")]


@examples(100)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\ntrue0123456789.eE- automatic', max_size=60))
def test_any_bytes_give_an_observation_or_a_gap(content: str | bytes) -> None:
    snapshot = collect(MemoryTree({"nodes/x.json": content}))
    assert len(snapshot.nodes) + len(snapshot.gaps) >= 1


QUERIED = st.sets(
    st.sampled_from(
        [
            *("name", "node", "role", "roles", "recipes", "run_list", "chef_environment", "policy_name"),
            *("tags", "fqdn", "hostname", "family", "deep_a", "deep.a", "deep_a_b", "b.c", "deep_b.c_a", "a"),
            *("ec2_instance_type", "network_interfaces_eth0_addresses", "a.b", "t\u00e4gs", "x/y"),
        ]
    ),
    max_size=4,
)


def read_by(source: ChefRepository, trees: Sequence[Tree], fields: Iterable[str]) -> Snapshot:
    query = " OR ".join(f"{field.replace('/', chr(92) + '/')}:*" for field in sorted(fields))
    request = Request(configuration=Configuration(brokers=query or None), trees=tuple(trees))
    return source.collect(request, Deadline.after(60, per_operation=5))


@st.composite
def node_objects(draw: st.DrawFn) -> str:
    """A usual node object in which something is odd, as text; its escapes are JSON's least or most."""
    left_out = draw(st.sets(st.sampled_from(sorted({*USUAL, *USUAL["automatic"]})), max_size=2))
    automatic = {**USUAL["automatic"], **draw(AUTOMATIC)}
    document = {**USUAL, "automatic": automatic, **draw(MEMBERS)}
    for part in (document, document["automatic"]):
        for key in left_out & part.keys():
            del part[key]
    return json.dumps(document, ensure_ascii=draw(st.booleans()))


def assert_all_ways_agree(documents: Iterable[str], fields: Iterable[str]) -> None:
    trees = [MemoryTree({"nodes/web1.json": each, TEMPLATE: ""}, name="repo") for each in documents]
    whole = read_by(ChefRepository(in_one_step=False), trees, fields)
    for quick in (ChefRepository(), ChefRepository(many=0), ChefRepository(many=0, in_one_step=False)):
        found = read_by(quick, trees, fields)
        assert sorted(map(repr, found.nodes)) == sorted(map(repr, whole.nodes))
        assert found.gaps == whole.gaps


@examples(500)
@given(st.lists(node_objects(), min_size=1, max_size=3), QUERIED)
def test_however_node_objects_are_read_they_say_the_same(documents: list[str], fields: set[str]) -> None:
    assert_all_ways_agree(documents, fields)


@pytest.mark.parametrize("automatic", ODDITIES, ids=str)
@pytest.mark.parametrize(
    "fields", [[], ["tags", "deep_er", "deep.er_tags"], ["name", "roles", "fqdn"]], ids=str
)
@pytest.mark.parametrize("spelling", ["tags", r"t\u0061gs"])
def test_what_is_odd_in_a_node_object_is_read_in_all_ways(
    automatic: dict[str, Any], fields: list[str], spelling: str
) -> None:
    document = {
        **USUAL,
        "automatic": {**USUAL["automatic"], **automatic},
        "normal": {"tags": ["x", "y"], "deep": {"tags": "z"}},
    }
    assert_all_ways_agree([json.dumps(document).replace('"tags"', f'"{spelling}"')], fields)


def test_a_node_of_the_usual_form_is_packed() -> None:
    tree = MemoryTree({f"nodes/{name}.json": json.dumps({**USUAL, "name": name}) for name in ("b", "a")})
    found = collect(tree, source=ChefRepository(many=2)).nodes
    assert isinstance(found, NodeSequence)
    assert list(found.packed.names()) == ["a", "b"]
    assert found.whole == ()
    assert found == collect(tree).nodes
