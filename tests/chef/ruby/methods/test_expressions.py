"""Random expressions: what is Known equals what Ruby answers."""

from __future__ import annotations

import pytest

from tests.chef.ruby.methods.evaluating import UNKNOWN, Answer, agrees, ours, rubys
from tests.chef.ruby.methods.expressions import Expressions
from tests.services.ruby import require_ruby

SEEDS = (11, 12, 13, 14)
COUNT = 600
KNOWN_AT_LEAST = 0.95


@pytest.mark.services
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_of_random_expressions_is_what_ruby_answers(seed: int) -> None:
    made = Expressions(seed)
    wrong, unknown = compared([made.expression() for _ in range(COUNT)])
    assert wrong == []
    assert unknown <= COUNT * (1 - KNOWN_AT_LEAST)


@pytest.mark.services
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_of_random_searches_is_what_ruby_answers(seed: int) -> None:
    made = Expressions(seed)
    wrong, _ = compared([made.search() for _ in range(COUNT)])
    assert wrong == []


def compared(expressions: list[str]) -> tuple[list[tuple[str, Answer, Answer]], int]:
    """What we have otherwise than Ruby, and how many we leave Unknown."""
    require_ruby()
    wrong: list[tuple[str, Answer, Answer]] = []
    unknown = 0
    for expression, answer in zip(expressions, rubys(expressions), strict=True):
        mine, met_unknown = ours(expression)
        unknown += mine.kind == UNKNOWN
        refused = answer.text.startswith(("SyntaxError: ", "RegexpError: "))
        if not (refused or agrees(mine, answer, met_unknown=met_unknown) or one_of_two_errors(mine, answer)):
            wrong.append((expression, mine, answer))
    return wrong, unknown


def one_of_two_errors(mine: Answer, answer: Answer) -> bool:
    """A frozen receiver and a wrong argument at once: which of the two Ruby raises differs by method."""
    return mine.kind == answer.kind == "raised" and mine.text.startswith("FrozenError: ")
