"""What is wrong with an expression, a template or a rule file, and how it becomes an error with its place."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.errors import RuleError
from driftcheck.formats.text import printable
from driftcheck.model.locations import Location
from driftcheck.model.rule import Expression


class ExpressionProblem(Exception):  # noqa: N818 - the error that is shown is a RuleError
    """An expression or template that cannot be used; `offset` counts the characters of its text before it."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


class ExpressionError(RuleError):
    """A RuleError in an expression, with what it takes to find its place in the rule file's text."""

    def __init__(self, problem: ExpressionProblem, expression: Expression) -> None:
        super().__init__(problem.message, hint=problem.hint, where=str(expression.location))
        self.offset = problem.offset
        self.expression = expression


def error_at(location: Location, message: str, hint: str = "") -> RuleError:
    """A RuleError at a place of a rule file."""
    return RuleError(message, hint=hint, where=str(location))


def quoted(text: str) -> str:
    """A text of a rule file in a message: shortened, on one line."""
    return f'"{printable(text, limit=60)}"'


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """`, did you mean "x"?` if one of the words is near, else nothing."""
    # A lint without a typing error does without difflib.
    from difflib import get_close_matches

    near = get_close_matches(word[:100], list(allowed), n=1, cutoff=0.6)
    return f', did you mean "{near[0]}"?' if near else ""


def choice(allowed: Iterable[str]) -> str:
    """`allowed: a, b, c`, for a hint."""
    return f"allowed: {', '.join(sorted(allowed))}"
