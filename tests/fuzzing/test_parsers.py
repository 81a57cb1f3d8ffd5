"""Whatever a parser is given, it answers or refuses; `make fuzz` gives each of them many more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzzing.mutants import mutants
from tests.fuzzing.parsers import parsers

INPUTS = 300
PARSERS = parsers()


@pytest.mark.parametrize("name", PARSERS)
def test_it_answers_or_refuses(name: str) -> None:
    parser = PARSERS[name]
    answers = 0
    for data in mutants(parser, INPUTS, seed=1):
        try:
            parser.parse(data)
        except parser.refuses:
            continue
        answers += 1
    assert answers > 0


@pytest.mark.parametrize("name", PARSERS)
def test_its_seeds_are_understood(name: str) -> None:
    for seed in PARSERS[name].seeds:
        PARSERS[name].parse(seed)


def test_the_last_long_run_is_documented() -> None:
    document = (Path(__file__).parents[2] / "docs/fuzzing.md").read_text(encoding="utf-8")
    assert [name for name in PARSERS if f"| {name} | " not in document] == []
