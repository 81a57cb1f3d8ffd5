"""Kafka's own refusals: a kind that has a rule is named by that one and no other, all of them by ADV014."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from driftcheck.app.rule_packs import load_packs
from driftcheck.engine.judgement import judge
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from tests.engine.inventories import broker, cluster, config, inventory
from tests.tiers import sampled

DATA = Path(__file__).parent / "data" / "kafka_config_cases.jsonl"
KINDS = ("ADV004", "ADV005", "ADV006", "ADV007", "ADV008")
EVERY = "ADV014"
PARTS = 8
PACKS = load_packs(Configuration())
RULES = [rule for rule in PACKS.rules if rule.id in (*KINDS, EVERY)]

NAMED = {
    "ADV004": ("equal to or a subset of",),
    "ADV005": (
        "inter.broker.listener.name must be a listener name",
        "security.inter.broker.protocol must be a protocol",
        "There must be at least one",
    ),
    "ADV006": ("Each listener must have a different", "If you have two listeners on the same port"),
    "ADV007": (
        "No security protocol defined",
        "not found in listener.security.protocol.map",
        "No enum constant",
    ),
    "ADV008": ("Only one of inter.broker.listener.name",),
}
"""Rule → parts of the texts with which Kafka says its kind of refusal."""


def refusals() -> list[str]:
    """Every distinct text with which a release refused a configuration of the cases."""
    cases = map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
    return sorted({case["error"] for case in cases if case["error"]})


def named_by(refusal: str) -> set[str]:
    """The rules with a finding for a broker whose configuration Kafka refuses so, at the top or below."""
    face = Known(value=config("kafka01", (), start_error=refusal))
    refused = replace(broker("kafka01", 1), rendered=face, config=face)
    found = judge(inventory(cluster(refused)), RULES, trees=PACKS.trees).findings
    assert len(found) == 1, "one cause is one finding"
    return {found[0].rule, *(each.rule for each in found[0].consequences)}


def kinds_of(refusal: str) -> Iterable[str]:
    return (rule for rule, parts in NAMED.items() if any(part in refusal for part in parts))


@pytest.mark.parametrize("part", sampled(range(PARTS), PARTS))
def test_each_kind_of_refusal_is_named_by_its_rule_and_no_other(part: int) -> None:
    texts = refusals()[part::PARTS]
    assert len(texts) > 10
    wrong = [text for text in texts if named_by(text) != {EVERY, *kinds_of(text)}]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_release_that_is_not_known_is_quoted_by_the_newest(kind: str) -> None:
    refusal = next(text for text in refusals() if kind in kinds_of(text))
    assert kind in named_by(f"no release of Kafka since 0.8 starts with this; 3.9 says: {refusal}")


@pytest.mark.parametrize(
    "refusal",
    [
        "requirement failed: There must be at least one broker advertised listener. Perhaps all listeners"
        " appear in controller.listener.names?",
        "Controller listener with name C defined in controller.listener.names not found in"
        " listener.security.protocol.map  (an explicit security mapping is required)",
    ],
)
def test_the_words_that_only_kraft_has_are_known_too(refusal: str) -> None:
    assert named_by(refusal) == {EVERY, *kinds_of(refusal)}
