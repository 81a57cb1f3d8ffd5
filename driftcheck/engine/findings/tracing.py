"""Which facts an assertion reads: a rule's program run once more, for a failure, with every fact noted."""

from __future__ import annotations

from typing import Any

from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.values import noun_of, value_of
from driftcheck.engine.program import Program
from driftcheck.engine.scopes import Bound
from driftcheck.model.facts import Known
from driftcheck.model.rule import Rule

MOST_FACTS = 20_000


class Tracer:
    """A rule's assertion, compiled so that it notes what it reads."""

    def __init__(self, rule: Rule, trees: TreeStore) -> None:
        self._found: dict[int, Known[Any]] = {}
        self._program = Program(rule, trees, unwrap=self._note, trusted=rule.builtin)

    def facts(self, bound: Bound) -> tuple[Known[Any], ...]:
        """The known facts with a place that the assertion reads for this subject, in order, each once.

        Those that are whole nouns only lead to others and are left out.
        """
        self._found.clear()
        self._program.holds(self._program.frame(self._program.shared_frame(), bound))
        return tuple(self._found.values())

    def _note(self, fact: object) -> object:
        if isinstance(fact, Known) and fact.location is not None and len(self._found) < MOST_FACTS:
            leads_on = noun_of(fact.value) is not None
            if not leads_on:
                self._found[id(fact)] = fact
        return value_of(fact)
