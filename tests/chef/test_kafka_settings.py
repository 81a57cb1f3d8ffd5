"""The mapping turns attributes into Kafka's settings, as a template would print them."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.chef.kafka_settings import kafka_settings
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.chef.values import ruby_text
from driftcheck.model.configuration import AttributeMapping
from driftcheck.model.facts import Absent, Fact, Known, Unknown


def settings_of(levels: dict[str, Any], mapping: AttributeMapping | None = None) -> dict[str, Fact[str]]:
    found = read_node_object({"automatic": {}, **levels}, file="nodes/k1.json")
    assert isinstance(found, NodeObject)
    return kafka_settings(found.attributes, mapping or AttributeMapping(), lambda key, _: "password" in key)


def values(settings: dict[str, Fact[str]]) -> dict[str, object]:
    return {
        key: fact.value if isinstance(fact, Known) else type(fact).__name__ for key, fact in settings.items()
    }


@pytest.mark.parametrize(
    "broker",
    [
        {"advertised": {"host": {"name": "k1"}}},
        {"advertised.host.name": "k1"},
        {"advertised_host_name": "k1"},
        {"advertised": {"host_name": "k1"}},
    ],
)
def test_every_spelling_of_a_key_is_the_same_setting(broker: dict[str, Any]) -> None:
    assert values(settings_of({"default": {"kafka": {"broker": broker}}})) == {"advertised.host.name": "k1"}


def test_two_spellings_that_differ_are_unknown_with_both() -> None:
    broker = {"host.name": "a", "host_name": "b"}
    found = settings_of({"default": {"kafka": {"broker": broker}}})["host.name"]
    assert isinstance(found, Unknown)
    assert sorted(candidate.value for candidate in found.candidates) == ["a", "b"]


def test_single_attributes_stand_in_where_no_prefix_has_the_setting() -> None:
    kafka = {"broker": {"port": 1}, "port": 2, "host_name": "h"}
    assert values(settings_of({"default": {"kafka": kafka}})) == {"host.name": "h", "port": "1"}


def test_a_prefix_inside_another_is_not_read_twice() -> None:
    kafka = {"server": {"properties": {"port": 1}, "host.name": "h"}}
    assert values(settings_of({"default": {"kafka": kafka}})) == {"host.name": "h", "port": "1"}


def test_nil_is_absent_and_says_where() -> None:
    found = settings_of(
        {
            "default": {"kafka": {"broker": {"host.name": "x"}, "port": None}},
            "override": {"kafka": {"broker": {"host.name": None}}},
        }
    )
    for key in ("host.name", "port"):
        fact = found[key]
        assert isinstance(fact, Absent)
        assert fact.evidence == "the attribute is nil"
        assert fact.location is not None


def test_a_secret_is_marked_with_what_it_beat() -> None:
    found = settings_of(
        {
            "default": {"kafka": {"broker": {"ssl.key.password": "old"}}},
            "override": {"kafka": {"broker": {"ssl.key.password": "new"}}},
        }
    )["ssl.key.password"]
    assert isinstance(found, Known)
    assert found.secret
    assert [shadow.secret for shadow in found.shadows] == [True]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (1.0, "1.0"),
        (1e16, "1.0e+16"),
        (1e15, "1.0e+15"),
        (4452570979559411.5, "4452570979559411.5"),
        (999999999999999.0, "999999999999999.0"),
        (1.5e-5, "1.5e-05"),
        (["a", 1, True], "a,1,true"),
        ([1, None, "b"], "1,,b"),
        ([], ""),
        ({"a": 1}, None),
        ([["a"]], None),
        pytest.param(10**5000, None, id="too-long"),
    ],
)
def test_values_are_printed_as_ruby_does(value: object, text: str | None) -> None:
    assert ruby_text(value) == text
