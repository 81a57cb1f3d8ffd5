"""Rules as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from driftcheck.model.rule import Expression, Rule
from driftcheck.report.layout.lines import count, shown, wrapped

MARGIN = 14
NARROWEST_SUMMARY = 30


def rule_list(rules: Sequence[Rule], width: int) -> str:
    """One rule after the other, sorted by id; the summary beside the name where there is room.

    Those that are not built in say where they stand, and all are counted.
    """
    ids = max((len(rule.id) for rule in rules), default=0)
    names = max((len(rule.name) for rule in rules), default=0)
    lines: list[str] = []
    for rule in sorted(rules, key=lambda rule: rule.id):
        head = f"{rule.id.ljust(ids)}  {rule.level.value.ljust(7)}  {rule.name.ljust(names)}  "
        margin = " " * len(head)
        if width - len(head) >= NARROWEST_SUMMARY:
            lines += wrapped(head + shown(rule.summary), width, rest=margin)
        else:
            margin = " " * (ids + 2)
            lines += [head.rstrip(), *wrapped(shown(rule.summary), width, first=margin, rest=margin)]
        if not rule.builtin:
            lines += wrapped(f"from {shown(str(rule.location))}", width, first=margin, rest=margin)
    own = sum(not rule.builtin for rule in rules)
    lines += ["", f"{count(len(rules) - own, 'rule')} built in, {own:,} of your own."]
    return "".join(f"{line}\n" for line in lines)


def rule_page(rule: Rule, rules: Sequence[Rule], width: int) -> str:
    """Everything about one rule of `rules`."""
    sections = [
        ("why", rule.why),
        ("message", rule.message.text),
        ("effect", _text(rule.effect)),
        ("fix", rule.fix.text),
        ("explains", ", ".join(rule.explains)),
        ("explained by", ", ".join(_explained_by(rule, rules))),
        ("needs", ", ".join(need.replace("|", " or ") for need in rule.needs)),
        ("references", "\n".join(rule.references)),
        ("defined in", f"{rule.location}{' (built in)' if rule.builtin else ''}"),
    ]
    lines = [f"{rule.id}  {rule.name}  ({rule.level.value}, for each {rule.scope.value})"]
    lines += wrapped(shown(rule.summary), width, first="  ", rest="  ")
    for label, text in sections:
        if text:
            lines += ["", *_section(label, text, width)]
    return "\n".join(lines) + "\n"


def rules_json(rules: Sequence[Rule], *, only: Rule | None = None) -> str:
    """The rules sorted by id as a JSON list, or `only` one as an object; ASCII."""
    if only is not None:
        return json.dumps(_rule_json(only, rules), indent=2) + "\n"
    ordered = sorted(rules, key=lambda rule: rule.id)
    return json.dumps([_rule_json(rule, rules) for rule in ordered], indent=2) + "\n"


def _section(label: str, text: str, width: int) -> list[str]:
    """A label in the left margin; paragraphs of the text stay apart."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        lines += wrapped(shown(paragraph), width - MARGIN - 2) if paragraph.strip() else [""]
    margin = f"  {label}".ljust(MARGIN + 2)
    return [((" " * (MARGIN + 2) if index else margin) + line).rstrip() for index, line in enumerate(lines)]


def _explained_by(rule: Rule, rules: Sequence[Rule]) -> list[str]:
    return sorted(other.id for other in rules if rule.id in other.explains)


def _rule_json(rule: Rule, rules: Sequence[Rule]) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "level": rule.level.value,
        "scope": rule.scope.value,
        "summary": rule.summary,
        "why": rule.why,
        "message": rule.message.text,
        "effect": _text(rule.effect) or None,
        "fix": rule.fix.text,
        "explains": list(rule.explains),
        "explained_by": _explained_by(rule, rules),
        "needs": list(rule.needs),
        "references": list(rule.references),
        "builtin": rule.builtin,
        "defined_in": {
            "name": rule.location.name,
            "line": rule.location.line,
            "column": rule.location.column,
        },
    }


def _text(expression: Expression | None) -> str:
    return expression.text if expression is not None else ""
