"""Every rule says why it is there and what to do, and shows by cases when it fails, passes and stays open."""

from __future__ import annotations

import pytest

from driftcheck.app.rule_packs import load_packs
from driftcheck.engine.rule_files.cases import read_cases
from driftcheck.model.configuration import Configuration
from driftcheck.model.finding import Outcome
from driftcheck.model.rule import Rule

PACKS = load_packs(Configuration())
CASES = read_cases(PACKS.files, PACKS.rules)

NEVER_OPEN: dict[str, str] = dict.fromkeys(
    ("IDN010", "IDN011", "IDN012"), "what is ambiguous, and how, is known where there is an ambiguity"
)
"""Rules that nothing unknown can leave open → why."""


@pytest.mark.parametrize("rule", PACKS.rules, ids=lambda rule: rule.id)
@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.PASS, Outcome.OPEN])
def test_every_rule_has_a_case_of_each_kind(rule: Rule, outcome: Outcome) -> None:
    if outcome is Outcome.OPEN and rule.id in NEVER_OPEN:
        pytest.skip(NEVER_OPEN[rule.id])
    assert outcome in {case.expect for case in CASES.get(rule.id, ())}


@pytest.mark.parametrize("rule", PACKS.rules, ids=lambda rule: rule.id)
def test_every_rule_says_why_what_it_does_and_what_to_do(rule: Rule) -> None:
    assert rule.why.strip()
    assert rule.effect is not None
    assert rule.effect.text.strip()
    assert rule.fix.text.strip()
    assert rule.summary.endswith(".")


def test_ids_and_names_are_those_of_one_rule_each() -> None:
    for words in ([rule.id for rule in PACKS.rules], [rule.name for rule in PACKS.rules]):
        assert len(set(words)) == len(words)


def test_every_family_has_a_file_of_its_own() -> None:
    for rule in PACKS.rules:
        family = rule.id.rstrip("0123456789").lower()
        assert rule.location.name == f"driftcheck/rules/{family}.yaml"


def test_no_exception_is_left_over() -> None:
    assert NEVER_OPEN.keys() <= {rule.id for rule in PACKS.rules}
