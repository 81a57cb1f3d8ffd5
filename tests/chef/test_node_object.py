"""A saved node object says what the last run had."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.kafka_settings import kafka_settings
from driftcheck.chef.machine import machine_observation
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.run_list import expanded_recipes
from driftcheck.chef.search_fields import search_fields
from driftcheck.kafka.secrets import is_secret_value
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind, missing
from driftcheck.model.locations import Location
from tests.tiers import examples


def node(**parts: Any) -> NodeObject:
    parts.setdefault("automatic", {})
    found = read_node_object({"name": "k1", **parts}, file="nodes/k1.json")
    assert isinstance(found, NodeObject)
    return found


def plain(found: object) -> object:
    """A merged view as plain data."""
    if isinstance(found, Attributes):
        return {key: plain(found.child(key)) for key in found.keys()}  # noqa: SIM118 (Attributes is no dict)
    return found.value if isinstance(found, Known) else type(found).__name__


def test_levels_win_in_chefs_order_and_the_losers_are_kept() -> None:
    found = node(
        default={"kafka": {"port": 1}},
        normal={"kafka": {"port": 2}},
        override={"kafka": {"port": 3}},
        automatic={"kafka": {"port": 4}},
    ).lookup("kafka.port")
    assert isinstance(found, Known)
    assert found.value == 4
    assert found.location == Location(source="chef", name="nodes/k1.json", pointer="/automatic/kafka/port")
    assert [(shadow.value, shadow.location and shadow.location.pointer) for shadow in found.shadows] == [
        (3, "/override/kafka/port"),
        (2, "/normal/kafka/port"),
        (1, "/default/kafka/port"),
    ]


@pytest.mark.parametrize(
    ("levels", "merged"),
    [
        (
            {
                "default": {"h": {"a": 1, "b": 1}},
                "normal": {"h": {"b": 2, "c": 2}},
                "override": {"h": {"c": 3}},
            },
            {"h": {"a": 1, "b": 2, "c": 3}},
        ),
        ({"default": {"a": [1, 2]}, "override": {"a": [3]}}, {"a": [3]}),
        ({"default": {"a": 1}, "override": {"a": {"b": 1}}}, {"a": {"b": 1}}),
        ({"default": {"a": {"b": 1}}, "override": {"a": 1}}, {"a": 1}),
        ({"default": {"a": {"b": 1}}, "normal": {"a": 1}, "override": {"a": {"c": 2}}}, {"a": {"c": 2}}),
        ({"default": {"a": {"b": 1}}, "normal": {"a": None}}, {"a": None}),
        ({"default": {"a": 1}, "override": {"a": False}}, {"a": False}),
        ({"default": {"a": {"b": 1}}, "override": {"a": {}}}, {"a": {"b": 1}}),
    ],
)
def test_hashes_merge_and_everything_else_replaces(levels: dict[str, Any], merged: object) -> None:
    assert plain(node(**levels).attributes) == merged


@pytest.mark.parametrize(("version", "value"), [("14.15.6", 1), ("15.0.300", None), ("18.11.2", None)])
def test_nil_overrides_since_chef_15(version: str, value: object) -> None:
    automatic = {"chef_packages": {"chef": {"version": version}}}
    found = node(default={"a": 1}, override={"a": None}, automatic=automatic).lookup("a")
    assert isinstance(found, Known)
    assert found.value == value


def test_a_key_may_hold_the_dots_of_the_path() -> None:
    found = node(default={"kafka": {"broker": {"advertised.host.name": "x"}}})
    assert plain(found.lookup("kafka.broker.advertised.host.name")) == "x"
    assert isinstance(found.lookup("kafka.broker.host.name"), Absent)


def test_a_level_of_a_wrong_type_hides_what_is_below_it_only() -> None:
    broken = node(default={"a": 1}, override=[], normal={"b": 2}, automatic={"c": 3})
    assert plain(broken.lookup("c")) == 3
    found = broken.lookup("a")
    assert isinstance(found, Unknown)
    assert found.kind is UnknownKind.FAULT
    assert found.reason == "`override` should be an object, it is a list"
    assert [candidate.value for candidate in found.candidates] == [1]
    assert [problem.reason for problem in broken.problems] == [found.reason]


@pytest.mark.parametrize(
    ("document", "reason"),
    [([], "a list"), ("x", "a string"), (None, "null"), (True, "a boolean"), (1.5, "a number")],
)
def test_a_document_that_is_no_object_is_unknown(document: object, reason: str) -> None:
    found = read_node_object(document, file="nodes/x.json")
    assert isinstance(found, Unknown)
    assert found.reason == f"a node object is a JSON object, this is {reason}"


def test_a_node_that_never_converged_has_unknown_levels() -> None:
    found = read_node_object({"name": "n", "run_list": [], "normal": {"a": 1}}, file="nodes/n.json")
    assert isinstance(found, NodeObject)
    looked_up = found.lookup("b")
    assert isinstance(looked_up, Unknown)
    assert looked_up.kind is UnknownKind.MISSING_INPUT
    assert found.problems == ()


def test_a_name_that_is_missing_is_the_files() -> None:
    found = read_node_object({"automatic": {}}, file="nodes/kafka01.example.com.json")
    assert isinstance(found, NodeObject)
    assert found.name == "kafka01.example.com"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["kafka", "broker", "a", "fqdn", "ec2", "network", "interfaces", "addresses", "ohai_time"]
)
TREE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@examples(150)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": JSON,
            "chef_environment": JSON,
            "run_list": JSON | st.lists(st.text(max_size=8), max_size=4),
            "default": TREE,
            "normal": TREE,
            "override": TREE,
            "automatic": TREE,
        },
    )
)
def test_any_json_is_read_without_raising(document: dict[str, Any]) -> None:
    found = read_node_object(document, file="nodes/x.json")
    assert isinstance(found, NodeObject)
    settings_ = kafka_settings(
        found.attributes, AttributeMapping(prefixes=("kafka", "kafka.broker")), is_secret_value
    )
    assert list(settings_) == sorted(settings_)
    recipes = expanded_recipes(found, lambda role, environment: missing(f"no role {role}"))
    assert set(search_fields(found, recipes, ["name", "kafka_a", "a", "role"])) <= {
        "name",
        "kafka_a",
        "a",
        "role",
    }
    machine = machine_observation(found.automatic)
    assert isinstance(machine.names, (Known, Unknown, Absent))


MERGEABLE = st.recursive(
    st.integers(0, 3) | st.none(), lambda inner: st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
)


@examples(200)
@given(*[st.dictionaries(st.sampled_from("ab"), MERGEABLE, max_size=2) for _ in range(4)])
def test_the_view_equals_merging_level_by_level(
    default: dict[str, Any], normal: dict[str, Any], override: dict[str, Any], automatic: dict[str, Any]
) -> None:
    merged: object = default
    for level in (normal, override, automatic):
        merged = deep_merge(merged, level)
    view = node(default=default, normal=normal, override=override, automatic=automatic).attributes
    assert json.dumps(plain(view), sort_keys=True) == json.dumps(merged, sort_keys=True)


def deep_merge(lower: object, upper: object) -> object:
    if not isinstance(lower, dict) or not isinstance(upper, dict):
        return upper
    merged = dict(lower)
    for key, value in upper.items():
        merged[key] = deep_merge(lower[key], value) if key in lower else value
    return merged
