"""Nodes that are asked for: saved ones, and ones that do not exist yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from driftcheck.app.node_wish import NodeWish, subject_for, with_settings
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.errors import UsageError
from driftcheck.sources.files.memory import MemoryTree

AUTOMATIC = {"fqdn": "k1.example.com", "platform": "ubuntu", "recipes": ["old"]}
SAVED = {
    "name": "k1",
    "chef_environment": "prod",
    "run_list": ["role[kafka]"],
    "normal": {"id": 1},
    "default": {"gone": 1},
    "automatic": AUTOMATIC,
}


def repository(files: dict[str, str] | None = None) -> ChefRepository:
    return ChefRepository(MemoryTree(files or {"nodes/k1.json": json.dumps(SAVED)}, name="repo"))


def test_a_saved_node() -> None:
    found = subject_for(NodeWish(node="k1"), repository())
    assert (found.environment, found.run_list, found.normal) == ("prod", ("role[kafka]",), {"id": 1})
    assert found.machine() == {"fqdn": "k1.example.com", "platform": "ubuntu"}


def test_options_replace_what_the_node_has() -> None:
    wish = NodeWish(node="k1", run_list=("recipe[a],role[b]", "recipe[c]"), environment="beta")
    found = subject_for(wish, repository())
    assert (found.environment, found.run_list) == ("beta", ("recipe[a]", "role[b]", "recipe[c]"))


def test_a_node_like_another_has_its_run_list_and_kind_of_machine_alone() -> None:
    found = subject_for(NodeWish(node="k2", like="k1"), repository())
    assert (found.name, found.path, found.environment, found.run_list) == (
        "k2",
        None,
        "prod",
        ("role[kafka]",),
    )
    assert found.normal == {}
    assert found.machine() == {"platform": "ubuntu"}
    assert "fqdn" in found.unseen


def test_a_machine_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "ohai.json"
    file.write_text(json.dumps({"fqdn": "k2.example.com"}), encoding="utf-8")
    found = subject_for(NodeWish(node="k2", like="k1", automatic=str(file)), repository())
    assert found.machine() == {"platform": "ubuntu", "fqdn": "k2.example.com"}
    assert "fqdn" not in found.unseen
    alone = subject_for(NodeWish(node="k2", run_list=("role[kafka]",), automatic=str(file)), repository())
    assert alone.machine() == {"fqdn": "k2.example.com"}


def test_a_node_object_is_a_machine_too(tmp_path: Path) -> None:
    file = tmp_path / "k1.json"
    file.write_text(json.dumps(SAVED), encoding="utf-8")
    found = subject_for(NodeWish(node="k2", run_list=("role[kafka]",), automatic=str(file)), repository())
    assert found.machine() == {"fqdn": "k1.example.com", "platform": "ubuntu"}


def test_a_cookbooks_own_run_list() -> None:
    found = subject_for(NodeWish(node="k1"), repository({"metadata.rb": "name 'kafka'"}))
    assert (found.run_list, found.automatic) == (("recipe[kafka]",), None)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (NodeWish(node="k11"), "there is no node 'k11' in repo, did you mean 'k1'?"),
        (NodeWish(node="x", like="y"), "--like: there is no node 'y' in repo"),
        (NodeWish(node="x", run_list=("role[a]",), automatic="/nowhere.json"), "--automatic: no such file"),
    ],
)
def test_what_cannot_be_made_out(wish: NodeWish, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        subject_for(wish, repository())
    assert raised.value.message.startswith(message)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("id=2", {"id": 2}),
        ("a.b=x y", {"id": 1, "a": {"b": "x y"}}),
        ('a={"b": [1]}', {"id": 1, "a": {"b": [1]}}),
        ("kafka.log.dirs=/d", {"id": 1, "kafka": {"log.dirs": "/d"}}),
        ("kafka.new.key=true", {"id": 1, "kafka": {"new.key": True}}),
        ("java.home.dir=/j", {"id": 1, "java": {"home": {"dir": "/j"}}}),
        ("/java/home.dir=/j", {"id": 1, "java": {"home.dir": "/j"}}),
        ("a=", {"id": 1, "a": ""}),
    ],
)
def test_settings(setting: str, expected: dict[str, object]) -> None:
    known = {"kafka": {"log.dirs": "/old"}, "java": {"home": None}}
    subject = subject_for(NodeWish(node="k1"), repository())
    assert with_settings(subject, (setting,), known).normal == expected
    assert subject.normal == {"id": 1}


@pytest.mark.parametrize("setting", ["a", "=1", "a..b=1"])
def test_what_is_no_setting(setting: str) -> None:
    with pytest.raises(UsageError, match="is no ATTRIBUTE=VALUE"):
        with_settings(subject_for(NodeWish(node="k1"), repository()), (setting,), {})
