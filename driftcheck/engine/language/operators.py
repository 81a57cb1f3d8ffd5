"""The operators as closures, with short cuts for plain values, and what can be known of them beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from driftcheck.engine.language.arithmetic import calculated, concatenated
from driftcheck.engine.language.comparing import contained, equal, ordered, unequal
from driftcheck.engine.language.logic import conjunction, disjunction, negated, truth
from driftcheck.engine.language.names import Frame, Run
from driftcheck.engine.language.shapes import ANY, NUMBER, Shape, common
from driftcheck.engine.language.values import Open, merged
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Absent

NO_BRANCH = Absent(evidence="its condition does not hold, and there is no `else`")

_EQUALITIES = ("eq", "ne")
_COMPARABLE = ("text", "number", "truth", "time", "list", "any")
_ORDERED = ("text", "number", "time", "any")

COMPARISONS: Mapping[str, Callable[[object, object], bool | Open]] = {
    "eq": equal,
    "ne": unequal,
    "lt": lambda left, right: ordered("lt", left, right),
    "lteq": lambda left, right: ordered("lteq", left, right),
    "gt": lambda left, right: ordered("gt", left, right),
    "gteq": lambda left, right: ordered("gteq", left, right),
    "in": contained,
    "notin": lambda left, right: negated(contained(left, right)),
}


def nothing(frame: Frame) -> object:
    """What `a if c` is where c is false."""
    return NO_BRANCH


def negation(run: Run) -> Run:
    def evaluate(frame: Frame) -> object:
        value = run(frame)
        if value is True:
            return False
        return True if value is False else negated(value)

    return evaluate


def all_of(runs: Sequence[Run]) -> Run:
    def evaluate(frame: Frame) -> object:
        opens: list[object] = []
        for run in runs:
            value = run(frame)
            if value is True:
                continue
            decided = truth(value)
            if decided is False:
                return False
            if decided is not True:
                opens.append(decided)
        return conjunction(opens) if opens else True

    return evaluate


def any_of(runs: Sequence[Run]) -> Run:
    def evaluate(frame: Frame) -> object:
        opens: list[object] = []
        for run in runs:
            value = run(frame)
            if value is False:
                continue
            decided = truth(value)
            if decided is True:
                return True
            if decided is not False:
                opens.append(decided)
        return disjunction(opens) if opens else False

    return evaluate


def choice(condition: Run, then: Run, otherwise: Run) -> Run:
    """`a if c else b`; where c is open, what both branches give if they are equal."""

    def evaluate(frame: Frame) -> object:
        decided = truth(condition(frame))
        if decided is True:
            return then(frame)
        if decided is False:
            return otherwise(frame)
        first, second = then(frame), otherwise(frame)
        if first is second or equal(first, second) is True:
            return first
        return merged((decided, first, second))

    return evaluate


def comparison(names: Sequence[str], runs: Sequence[Run]) -> Run:
    """`a < b <= c`: each part is evaluated once."""
    decisions = [COMPARISONS[name] for name in names]
    if len(decisions) > 1:
        return _chain(decisions, runs)
    decide, (left, right) = decisions[0], runs
    return lambda frame: decide(left(frame), right(frame))


def _chain(decisions: Sequence[Callable[[object, object], object]], runs: Sequence[Run]) -> Run:
    def evaluate(frame: Frame) -> object:
        values = [run(frame) for run in runs]
        pairs = zip(decisions, values[:-1], values[1:], strict=True)
        return conjunction(decide(left, right) for decide, left, right in pairs)

    return evaluate


def check_comparison(name: str, left: Shape, right: Shape, offset: int) -> None:
    """Raises ExpressionProblem if values of these shapes can never be compared so."""
    if name in ("in", "notin"):
        _check_membership(left, right, offset)
        return
    allowed = _COMPARABLE if name in _EQUALITIES else _ORDERED
    for shape in (left, right):
        if shape.kind not in allowed:
            what = "compared: compare a field of it" if name in _EQUALITIES else "put in order"
            raise ExpressionProblem(f"{shape} cannot be {what}", offset)
    if not left.fits(right.kind) and right.kind != "any":
        raise ExpressionProblem(
            f"{left} is compared with {right}", offset, "a text is made a number by | int"
        )


def _check_membership(item: Shape, container: Shape, offset: int) -> None:
    if container.kind == "list":
        check_comparison("eq", item, container.of or ANY, offset)
    elif container.kind in ("text", "mapping"):
        if not item.fits("text"):
            raise ExpressionProblem(f"{item} cannot be in {container}", offset)
    elif container.kind != "any":
        raise ExpressionProblem(f"nothing can be in {container}", offset)


def calculation(name: str, left: Run, right: Run) -> Run:
    return lambda frame: calculated(name, left(frame), right(frame))


def calculated_shape(name: str, left: Shape, right: Shape, offset: int) -> Shape:
    """The shape of a result. Raises ExpressionProblem if values of these shapes are not calculated with."""
    joins = name == "add" and left.kind in ("text", "list", "any") and right.kind in ("text", "list", "any")
    if joins and (left.fits(right.kind) or right.fits(left.kind)):
        return common((left, right))
    if not (left.fits("number") and right.fits("number")):
        hint = "texts are joined with ~" if "text" in (left.kind, right.kind) else ""
        raise ExpressionProblem(f"{left} and {right} are not calculated with", offset, hint)
    return NUMBER


def concatenation(runs: Sequence[Run]) -> Run:
    """`a ~ b`: what is absent makes the whole absent."""

    def evaluate(frame: Frame) -> object:
        values = [run(frame) for run in runs]
        for value in values:
            if isinstance(value, Absent):
                return value
        return concatenated(values)

    return evaluate
