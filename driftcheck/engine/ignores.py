"""Inline ignores: what they silence, and which of them silence nothing."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.engine.ordering import natural
from driftcheck.engine.scopes import Bound
from driftcheck.engine.selection import names
from driftcheck.model.finding import Outcome
from driftcheck.model.rule import Rule
from driftcheck.model.snapshot import InlineIgnore

MOST_NOTES = 20


def ignore_of(rule: Rule, bound: Bound) -> InlineIgnore | None:
    """The first ignore that silences this rule for this subject."""
    return next((each for each in bound.ignores if any(names(word, rule) for word in each.rules)), None)


class IgnoreWatch:
    """Sees what comes of the rules on subjects with ignores, and says which ignores were for nothing."""

    def __init__(self) -> None:
        self._seen: dict[tuple[InlineIgnore, str], set[Outcome]] = {}

    def watch(self, rule: Rule, bound: Bound, outcome: Outcome) -> None:
        """Told of every evaluation on a subject with ignores."""
        for ignore in bound.ignores:
            for word in ignore.rules:
                if names(word, rule):
                    self._seen.setdefault((ignore, word), set()).add(outcome)

    def notes(self) -> tuple[str, ...]:
        """One for each ignore whose rules passed: it silences nothing. An open rule keeps its ignore."""
        idle = [
            f"{ignore.location}: the ignore of {word} silences nothing"
            for (ignore, word), outcomes in self._seen.items()
            if Outcome.PASS in outcomes and not outcomes & {Outcome.FAIL, Outcome.OPEN}
        ]
        return _bounded(sorted(idle, key=natural))


def _bounded(notes: Iterable[str]) -> tuple[str, ...]:
    found = list(dict.fromkeys(notes))
    left = len(found) - MOST_NOTES
    return (*found[:MOST_NOTES], f"{left:,} more ignores silence nothing") if left > 0 else tuple(found)
