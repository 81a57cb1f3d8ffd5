"""Patterns find files and the node that they belong to."""

from __future__ import annotations

import time

import pytest

from driftcheck.sources.files.file_pattern import PatternError, parse_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "node"),
    [
        ("rendered/{node}/**/server.properties", "rendered/kafka01/server.properties", "kafka01"),
        ("rendered/{node}/**/server.properties", "rendered/kafka01/etc/kafka/server.properties", "kafka01"),
        ("rendered/{node}/**/server.properties", "rendered/server.properties", None),
        ("rendered/{node}/**/server.properties", "other/kafka01/server.properties", None),
        ("rendered/{node}/**/server.properties", "rendered/kafka01/server.properties.bak", None),
        ("rendered/{node}/server.properties", "rendered/kafka01/etc/server.properties", None),
        ("**/{node}.properties", "a/b/kafka01.properties", "kafka01"),
        ("**/{node}.properties", ".properties", None),
        ("conf/broker-{node}/server.*", "conf/broker-k1/server.properties", "k1"),
        ("conf/broker-{node}/server.*", "conf/broker-/server.properties", None),
        ("**/{node}/**/x", "a/b/c/x", "a"),
        ("./r/{node}/x", "r/a b/x", "a b"),
        ("r/{node}/*a*b", "r/n/xaxxb", "n"),
        ("r/{node}/*a*b", "r/n/xbxxa", None),
    ],
)
def test_a_path_belongs_to_a_node_or_not(pattern: str, path: str, node: str | None) -> None:
    assert parse_pattern(pattern).node(path) == node


@pytest.mark.parametrize(
    ("folder", "could"),
    [
        (".", True),
        ("rendered", True),
        ("rendered/k1", True),
        ("rendered/k1/a/b", True),
        ("nodes", False),
        ("nodes/k1", False),
    ],
)
def test_an_unreadable_folder_may_hide_files(folder: str, could: bool) -> None:
    assert parse_pattern("rendered/{node}/**/server.properties").could_hold(folder) is could


def test_a_pattern_without_any_depth_hides_nothing_below_its_files() -> None:
    pattern = parse_pattern("rendered/{node}/hosts")
    assert pattern.could_hold("rendered/k1")
    assert not pattern.could_hold("rendered/k1/hosts")


@pytest.mark.parametrize(
    "pattern",
    ["", "/abs/{node}/x", "a//{node}", "../{node}/x", "no/node", "{node}/{node}/x", "{node}*/x", "{node}/**"],
)
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


def test_matching_takes_linear_time() -> None:
    pattern = parse_pattern("{node}/" + "**/a/" * 30 + "b")
    began = time.monotonic()
    assert pattern.node("n/" + "a/" * 2000 + "c") is None
    assert pattern.node("n/" + "a/" * 2000 + "b") == "n"
    assert time.monotonic() - began < 20
