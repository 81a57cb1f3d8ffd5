"""What `make test` runs of a test that takes long: a part of it. `make check` runs all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")

FULL, QUICK = 100, 10
"""Examples of a property test without a number of its own, in `make check` and in `make test`."""
FEWEST = 5


def examples(count: int, **more: Any) -> settings:
    """So many examples for a property test; a share of them where the profile has fewer for all."""
    usual = settings().max_examples
    return settings(max_examples=max(FEWEST, count * usual // FULL), **more)


def sampled(cases: Iterable[T], every: int) -> list[Any]:
    """The cases of a table; of `every` so many one is no `slow` test."""
    made = []
    for number, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        made.append(pytest.param(*values, marks=pytest.mark.slow if number % every else ()))
    return made
