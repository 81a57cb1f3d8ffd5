"""Scala's own order of sets, as Kafka's texts show it (the expectations are Kafka's own)."""

from __future__ import annotations

import pytest

from driftcheck.kafka.scala_sets import set_order, set_text
from driftcheck.kafka.versions import parse_version

NAMES = ["SSL", "REPLICATION", "PLAINTEXT", "B", "BROKER", "LISTENER-A", "Z"]


def test_up_to_four_elements_keep_their_order() -> None:
    assert set_order(["Z", "A", "Z", "M"], parse_version("2.8")) == ["Z", "A", "M"]


@pytest.mark.parametrize(
    ("version", "order"),
    [
        ("1.1", ["REPLICATION", "SSL", "BROKER", "B", "LISTENER-A", "PLAINTEXT", "Z"]),
        ("2.8", ["BROKER", "B", "LISTENER-A", "PLAINTEXT", "Z", "REPLICATION", "SSL"]),
    ],
)
def test_more_are_listed_by_hash(version: str, order: list[str]) -> None:
    assert set_order(NAMES, parse_version(version)) == order


def test_a_set_of_voters_as_text() -> None:
    release = parse_version("3.3")
    assert set_text([2, 3, 7], release) == "Set(2, 3, 7)"
    assert set_text([17, 2, 3, 4, 5, 9], release) == "HashSet(5, 9, 2, 17, 3, 4)"
