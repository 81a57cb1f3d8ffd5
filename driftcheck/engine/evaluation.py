"""One rule over all its subjects: who passes, who fails, who stays open and why."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from driftcheck.engine.language.comparing import key_of
from driftcheck.engine.language.names import Frame, Run
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.language.values import Open
from driftcheck.engine.program import Program
from driftcheck.engine.scopes import Bound, Subjects
from driftcheck.model.facts import Absent, Unknown, UnknownKind
from driftcheck.model.finding import Outcome
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Inventory
from driftcheck.model.rule import Rule


@frozen
class Failure:
    """A subject that a rule failed on. `group`: what it shares with others of one finding, if anything."""

    bound: Bound
    frame: Frame
    group: Hashable | None


@dataclass(slots=True, kw_only=True)
class Evaluation:
    """What one rule came to. `crashed` are subjects on which it broke, with what broke it."""

    rule: Rule
    program: Program | None = None
    failures: list[Failure] = field(default_factory=list)
    opens: list[tuple[Bound, Open]] = field(default_factory=list)
    crashed: list[tuple[Bound, str]] = field(default_factory=list)
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    unmet: str = ""
    """The source for want of which the rule does not apply to anything."""


Watch = Callable[[Rule, Bound, Outcome], None]
"""Told what came of a rule on a subject that has inline ignores."""

Late = Callable[[], bool]
"""Whether the time for judging is over."""

LATE_EVERY = 100
"""Subjects between two looks at the clock."""

NOT_JUDGED = Open(
    unknowns=(
        Unknown(kind=UnknownKind.FAULT, reason="the time for the run was over before all of it was judged"),
    )
)


def evaluate(rule: Rule, subjects: Subjects, trees: TreeStore, watch: Watch, late: Late) -> Evaluation:
    """A rule over every subject of its scope. Raises RuleError if it does not compile.

    Once it is `late`, the cluster's other subjects stay open: counted one by one, and told as one.
    """
    evaluation = Evaluation(rule=rule, unmet=unmet_need(rule, subjects.inventory))
    if evaluation.unmet:
        evaluation.outcomes = {Outcome.NOT_APPLICABLE: sum(map(len, subjects.of(rule.scope)))}
        return evaluation
    group: Run | None = None
    counts = dict.fromkeys(Outcome, 0)
    for cluster in subjects.of(rule.scope):
        if not cluster:
            continue
        if evaluation.program is None:
            evaluation.program = Program(rule, trees, trusted=rule.builtin)
            group = None if rule.group is None else evaluation.program.value(rule.group)
        program = evaluation.program
        shared = program.shared_frame()
        for number, bound in enumerate(cluster):
            if number % LATE_EVERY == 0 and late():
                evaluation.opens.append((subjects.whole(bound.cluster), NOT_JUDGED))
                counts[Outcome.OPEN] += len(cluster) - number
                break
            outcome = _one(evaluation, program, program.frame(shared, bound), bound, group)
            counts[outcome] += 1
            if bound.ignores:
                watch(rule, bound, outcome)
    evaluation.outcomes = counts
    return evaluation


def _one(evaluation: Evaluation, program: Program, frame: Frame, bound: Bound, group: Run | None) -> Outcome:
    try:
        decided = program.applies(frame)
        if decided is False:
            return Outcome.NOT_APPLICABLE
        if decided is True:
            decided = program.holds(frame)
        if decided is True:
            return Outcome.PASS
        if decided is False:
            shared = None if group is None else group(frame)
            key = None if isinstance(shared, Absent) else key_of(shared)
            evaluation.failures.append(Failure(bound=bound, frame=frame, group=key))
            return Outcome.FAIL
        evaluation.opens.append((bound, decided))
        return Outcome.OPEN
    except Exception as error:
        # A bug must not silence this rule or stop the others; its text may hold a secret, its type does not.
        evaluation.crashed.append((bound, type(error).__name__))
        return Outcome.FAIL


def unmet_need(rule: Rule, inventory: Inventory) -> str:
    """The first of the sources that the rule needs and that was not asked; of alternatives the first."""
    for need in rule.needs:
        alternatives = need.split("|")
        if not any(source in inventory.asked for source in alternatives):
            return alternatives[0]
    return ""
