"""Ruby's answers to some thousand expressions (`cases/*.txt`), with and without Ruby at hand.

A case is an expression and, indented, Ruby's answer: `=>` a value's `inspect`, `!!` what it raises, `?` what
we leave Unknown. A line end within an answer is written `␤`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chef.ruby.methods.evaluating import UNKNOWN, Answer, agrees, ours, rubys
from tests.services.ruby import require_ruby

FILES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
KINDS = {"=>": "value", "!!": "raised"}


def cases(path: Path) -> list[tuple[str, str, str]]:
    """Expression, mark and Ruby's answer."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    assert len(lines) % 2 == 0
    answers = [line.strip().split(" ", 1) for line in lines[1::2]]
    return [
        (line, mark, text.replace("␤", "\n")) for line, (mark, text) in zip(lines[::2], answers, strict=True)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_known_is_what_ruby_answers(path: Path) -> None:
    wrong: list[tuple[str, Answer, str]] = []
    for expression, mark, text in cases(path):
        mine, met_unknown = ours(expression)
        if mark == "?":
            right = mine.kind == UNKNOWN
        else:
            right = mine.kind != UNKNOWN and agrees(mine, Answer(KINDS[mark], text), met_unknown=met_unknown)
        if not right:
            wrong.append((expression, mine, text))
    assert wrong == []


@pytest.mark.services
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_cases_hold_what_ruby_answers(path: Path) -> None:
    require_ruby()
    known = [case for case in cases(path) if case[1] != "?"]
    answers = rubys([expression for expression, _, _ in known])
    stale = [
        (expression, text, answer)
        for (expression, mark, text), answer in zip(known, answers, strict=True)
        if answer != Answer(KINDS[mark], text)
    ]
    assert stale == []
