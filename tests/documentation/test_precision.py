"""docs/precision.md counts what its own table says, and the table keeps to the limits."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from driftcheck.app.rule_packs import load_packs
from driftcheck.model.configuration import Configuration
from tests.precision.run import MOST_OF_A_RULE
from tests.precision.table import DOCUMENT, judged_rows

TEXT = DOCUMENT.read_text(encoding="utf-8")
ROWS = list(judged_rows(DOCUMENT))
FEWEST = 300
"""So many findings have to be judged at least."""
MOST_FALSE = {"error": 0.02, "warning": 0.10}
TOTALS = re.findall(r"^\| (error|warning|note)s \| (\d+) \| (\d+) \| ([\d.]+) % \|$", TEXT, re.MULTILINE)
LEVELS = {rule.id: str(rule.level) for rule in load_packs(Configuration(root="."))}


def test_every_row_of_the_table_can_be_read() -> None:
    assert len(ROWS) == len(re.findall(r"^\| `[^`]+@", TEXT, re.MULTILINE))


def test_there_are_enough_findings_and_not_too_many_of_a_rule() -> None:
    assert len(ROWS) >= FEWEST
    assert max(Counter(row.rule for row in ROWS).values()) <= MOST_OF_A_RULE
    assert len({(row.place, row.rule) for row in ROWS}) == len(ROWS)


def test_a_row_has_its_rules_level() -> None:
    assert {row.rule: row.level for row in ROWS} == {row.rule: LEVELS.get(row.rule) for row in ROWS}


@pytest.mark.parametrize(("level", "findings", "wrong", "share"), TOTALS)
def test_the_totals_are_those_of_the_table(level: str, findings: str, wrong: str, share: str) -> None:
    counted = Counter(row.verdict for row in ROWS if row.level == level)
    assert (int(findings), int(wrong)) == (counted.total(), counted["false"])
    assert share == f"{100 * counted['false'] / counted.total():.1f}"


def test_false_alarms_stay_below_the_limits() -> None:
    assert {level for level, *_ in TOTALS} == {"error", "warning", "note"}
    for level, most in MOST_FALSE.items():
        verdicts = [row.verdict for row in ROWS if row.level == level]
        assert verdicts.count("false") <= most * len(verdicts), level


def test_a_rule_that_is_said_never_to_have_fired_is_one_and_did_not() -> None:
    silent = re.search(r"^## Rules that stayed silent$(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)
    assert silent is not None
    named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", silent[1]))
    assert named
    assert named <= LEVELS.keys()
    assert named.isdisjoint(row.rule for row in ROWS)
