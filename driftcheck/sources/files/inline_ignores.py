"""`# driftcheck: ignore[ADV001,DNS] reason` in a file's comments."""

from __future__ import annotations

import re

from driftcheck.model.locations import Location
from driftcheck.model.snapshot import InlineIgnore

MARK = "driftcheck:"
MAX_REASON = 500

_RULE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


class IgnoreError(ValueError):
    """A comment that means to ignore rules and does not say which, or not why."""


def inline_ignore(comment: str, location: Location) -> InlineIgnore | None:
    """The ignore that a comment (with its `#` or `!`) states, None if it is an ordinary comment.

    Rules are ids or beginnings of ids; the reason is mandatory. Raises IgnoreError.
    """
    text = comment.lstrip("#! \t\f")
    if not text.startswith(MARK):
        return None
    directive = text[len(MARK) :].strip()
    if not directive.startswith("ignore[") or "]" not in directive:
        raise IgnoreError("an inline ignore is written `# driftcheck: ignore[RULE, …] reason`")
    inside, _, reason = directive.removeprefix("ignore[").partition("]")
    rules = tuple(rule.strip() for rule in inside.split(","))
    if not all(_RULE.fullmatch(rule) for rule in rules):
        raise IgnoreError("an inline ignore names its rules by id or by the beginning of an id")
    if not reason.strip():
        raise IgnoreError("an inline ignore needs a reason after the bracket")
    return InlineIgnore(rules=rules, reason=reason.strip()[:MAX_REASON], location=location)
