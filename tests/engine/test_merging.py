"""Two judgements as one: what is new is added, what is wider takes the place of the narrower."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.engine.judgement import Judgement, judge
from driftcheck.engine.merging import with_later
from driftcheck.join.inventory import join
from driftcheck.model.snapshot import Snapshot
from tests.fixtures.mutating import configuration, healthy, packs, renders, scope_of, together


def judged(snapshot: Snapshot) -> Judgement:
    return judge(join(snapshot, configuration(), scope_of(snapshot)), packs(), trees=packs().trees)


ONE = renders("kafka10", {"num.network.thread": "8"})
TWO = together(ONE, renders("kafka11", {"num.network.thread": "8"}))
OTHER = together(ONE, renders("kafka11", {"log.retention.hours": '"72"'}))


def said(judgement: Judgement) -> list[tuple[str, list[str]]]:
    return [(each.rule, [subject.name for subject in each.subjects]) for each in judgement.findings]


def test_the_same_twice_is_told_once() -> None:
    now = judged(ONE(healthy()))
    assert with_later(now, judged(ONE(healthy()))) == now


def test_what_only_the_later_one_found_is_added() -> None:
    merged = with_later(judged(ONE(healthy())), judged(OTHER(healthy())))
    assert said(merged) == [("CFG001", ["kafka10"]), ("CFG004", ["kafka11"])]


def test_a_wider_finding_takes_the_place_of_the_narrower() -> None:
    merged = with_later(judged(ONE(healthy())), judged(TWO(healthy())))
    assert said(merged) == [("CFG001", ["kafka10", "kafka11"])]


def test_what_the_later_one_does_not_find_any_more_is_told_all_the_same() -> None:
    now = judged(ONE(healthy()))
    assert with_later(now, judged(healthy())).findings == now.findings


def test_what_stands_under_the_narrower_stands_under_the_wider() -> None:
    now, later = judged(ONE(healthy())), judged(TWO(healthy()))
    (finding,) = now.findings
    beneath = replace(finding, rule="ADV003", fingerprints=("another",))
    merged = with_later(replace(now, findings=(replace(finding, consequences=(beneath,)),)), later)
    assert merged.findings[0].consequences == (beneath,)
