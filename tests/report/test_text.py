"""The text report holds for people: nothing steers the terminal, nothing is hidden without being counted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest

from driftcheck.model.finding import Comparison, FaceLine
from driftcheck.model.report import Reachability, Report, Summary
from driftcheck.model.rule import Level
from driftcheck.report.interface import Style
from driftcheck.report.layout.comparison import comparison_lines
from driftcheck.report.layout.summary import opening_lines
from driftcheck.report.text import FORMAT
from tests.report.examples import EXAMPLES, broker, clean, finding, live, nothing, report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_text_from_outside_steers_the_terminal(name: str) -> None:
    text = FORMAT.render(EXAMPLES[name](), Style())
    steering = {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert steering <= {"\n"}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [80, 100, 120])
def test_colour_changes_nothing_but_colour(name: str, width: int) -> None:
    made = EXAMPLES[name]()
    plain = FORMAT.render(made, Style(width=width))
    coloured = FORMAT.render(made, Style(width=width, colour=True))
    assert ANSI.sub("", coloured) == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("name", ["incident", "live", "clean", "grouped"])
@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_keep_to_the_width_but_for_the_first(name: str, width: int) -> None:
    lines = FORMAT.render(EXAMPLES[name](), Style(width=width)).splitlines()
    assert [line for line in lines[1:] if len(line) > width] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_live_says_first_how_many_brokers_are_out_of_reach() -> None:
    first = FORMAT.render(live(), Style(width=80)).splitlines()[0]
    assert first == (
        "3 of 12 brokers cannot be reached by clients under the name that they registered; "
        "for 2 it could not be told."
    )


def test_live_without_a_fault_says_so_in_the_same_words() -> None:
    reachability = Reachability(unreachable=(), undecided=(), total=12)
    first = FORMAT.render(replace(live(), reachability=reachability), Style()).splitlines()[0]
    assert first == "0 of 12 brokers cannot be reached by clients under the name that they registered."


def test_a_saved_night_says_it_too_and_a_lint_without_registrations_does_not() -> None:
    words = "cannot be reached by clients"
    nobody = Reachability(unreachable=(), undecided=(), total=0)
    assert words in FORMAT.render(replace(live(), command="check"), Style())
    assert words not in FORMAT.render(replace(live(), command="lint", reachability=nobody), Style())


def test_of_those_that_share_an_endpoint_all_but_one_are_lost() -> None:
    group = ("broker 1", "broker 10", "broker 11")
    shared = Reachability(unreachable=("kafka05",), undecided=(), total=12, at_most_one=(group,))
    first, *names = opening_lines(report("live", summary=Summary(passed=1), reachability=shared), Style())
    assert first == "3 of 12 brokers cannot be reached by clients under the name that they registered."
    assert names == ["  out of reach: kafka05", "  at most one of: broker 1, broker 10, broker 11"]


def test_a_run_that_checked_nothing_says_so_loudly() -> None:
    assert "NOTHING WAS CHECKED" in FORMAT.render(nothing(), Style())
    assert "NOTHING WAS CHECKED" not in FORMAT.render(live(), Style())


def test_inputs_that_could_not_be_read_stand_before_what_they_leave_open_and_once_for_a_reason() -> None:
    made = clean()
    (gap,) = made.gaps
    others = [replace(gap, location=None, source=f"s{number}", hides="") for number in range(2)]
    text = FORMAT.render(replace(made, gaps=(gap, *others)), Style())
    assert text.partition("Not checked:\n")[2].splitlines()[:3] == [
        "  nodes/kafka07.json:3:1 and 2 more: no valid JSON: a comma is missing (fault); hides the broker",
        "    kafka07",
        "  IDN002 on prod/kafka07: no valid JSON (fault)",
    ]


def test_findings_below_the_threshold_are_counted_and_not_shown() -> None:
    text = FORMAT.render(live(), Style(min_severity=Level.ERROR))
    assert "IDN004  " not in text
    assert "1 error, 1 warning, 1 note. 2 not shown: below error." in text


def test_several_clusters_are_told_apart_in_the_heading() -> None:
    made = report("lint", [finding("ADV001", [broker(1)], "no name")], summary=Summary(clusters=2, failed=1))
    assert "error ADV001  prod: no name\n" in FORMAT.render(made, Style())


def test_a_long_list_keeps_the_odd_rows_and_counts_the_rest() -> None:
    rows = [
        Comparison(
            subject=f"kafka{n:02}", faces=(FaceLine(face="rack", text="a" if n != 70 else "b", odd=n == 70),)
        )
        for n in range(90)
    ]
    lines = comparison_lines(finding("IDN004", [broker(70)], "odd", comparisons=rows), Style())
    assert len(lines) == 1 + 12 + 1
    assert lines[-2] == "    kafka70  b     ◄ rack"
    assert lines[-1] == "    and 78 more"


def test_a_table_too_wide_for_its_columns_stands_one_under_the_other() -> None:
    rows = [
        Comparison(subject=f"kafka{n}", faces=tuple(FaceLine(face=f, text=f"{f}{n}" * 9) for f in "abcdefgh"))
        for n in range(2)
    ]
    lines = comparison_lines(finding("IDN004", [broker(1)], "wide", comparisons=rows), Style(width=80))
    assert lines[0] == "    kafka0"
    assert lines[1] == "      a  a0a0a0a0a0a0a0a0a0"
    assert len(lines) == 2 * 9


def test_a_report_without_anything_is_one_that_checked_nothing() -> None:
    empty: Report = report("lint", summary=Summary())
    assert FORMAT.render(empty, Style()) == (
        "NOTHING WAS CHECKED: no rule could be decided. This is no clean result.\n\n"
        "0 brokers in 0 clusters, 0 rules: 0 errors, 0 warnings.\n"
    )
