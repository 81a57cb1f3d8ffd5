"""Which rules are in force: by id, by the beginning of an id, or by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from driftcheck.engine.problems import quoted, suggestion
from driftcheck.errors import UsageError
from driftcheck.model.frozen import frozen
from driftcheck.model.rule import Rule


@frozen
class Selection:
    """`rules` are in force, sorted by id; `notes` say which words named no rule."""

    rules: tuple[Rule, ...]
    notes: tuple[str, ...]


def selected(rules: Iterable[Rule], select: Sequence[str], ignore: Sequence[str]) -> Selection:
    """The rules that `select` names (all, if it is empty) without those that `ignore` names.

    A word that names no rule is noted. Raises UsageError if `select` names none at all.
    """
    every = sorted(rules, key=lambda rule: rule.id)
    notes = [
        _note(word, option, every)
        for option, words in (("select", select), ("ignore", ignore))
        for word in words
        if not any(names(word, rule) for rule in every)
    ]
    chosen = [rule for rule in every if not select or any(names(word, rule) for word in select)]
    if select and not chosen:
        raise UsageError(
            f"no rule is selected by {', '.join(quoted(word) for word in select)}{_near(select[0], every)}",
            where="select",
            hint="Name rules by id (ADV016), by the beginning of an id (ADV) or by name.",
        )
    left = tuple(rule for rule in chosen if not any(names(word, rule) for word in ignore))
    return Selection(rules=left, notes=tuple(dict.fromkeys(notes)))


def names(word: str, rule: Rule) -> bool:
    """Whether a word of the user's names this rule."""
    return rule.id.startswith(word) or rule.name == word


def _note(word: str, option: str, rules: Sequence[Rule]) -> str:
    return f"`{option}` names no rule: {quoted(word)}{_near(word, rules)}"


def _near(word: str, rules: Sequence[Rule]) -> str:
    return suggestion(word, [*(rule.id for rule in rules), *(rule.name for rule in rules)])
