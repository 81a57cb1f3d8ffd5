"""Random expressions: what is Known equals what Ruby answers."""

from __future__ import annotations

import pytest

from tests.chef.ruby.methods.evaluating import UNKNOWN, Answer, agrees, ours, rubys
from tests.chef.ruby.methods.expressions import Expressions
from tests.services.ruby import require_ruby

SEEDS = (11, 12, 13, 14)
COUNT = 1500
KNOWN_AT_LEAST = 0.95


@pytest.mark.services
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_of_random_expressions_is_what_ruby_answers(seed: int) -> None:
    require_ruby()
    made = Expressions(seed)
    expressions = [made.expression() for _ in range(COUNT)]
    wrong: list[tuple[str, Answer, Answer]] = []
    unknown = 0
    for expression, answer in zip(expressions, rubys(expressions), strict=True):
        mine, met_unknown = ours(expression)
        unknown += mine.kind == UNKNOWN
        if not agrees(mine, answer, met_unknown=met_unknown) and not one_of_two_errors(mine, answer):
            wrong.append((expression, mine, answer))
    assert wrong == []
    assert unknown <= COUNT * (1 - KNOWN_AT_LEAST)


def one_of_two_errors(mine: Answer, answer: Answer) -> bool:
    """A frozen receiver and a wrong argument at once: which of the two Ruby raises differs by method."""
    return mine.kind == answer.kind == "raised" and mine.text.startswith("FrozenError: ")
