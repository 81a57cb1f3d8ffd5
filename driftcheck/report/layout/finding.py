"""One finding: what it is and where, the faces, what caused it, what it does, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftcheck.model.finding import Because, Finding
from driftcheck.report.interface import Style
from driftcheck.report.layout.comparison import comparison_lines
from driftcheck.report.layout.lines import (
    LABEL_WIDTH,
    LEVEL_COLOUR,
    labelled,
    paint,
    paragraph,
    shown,
    wrapped,
)

MOST_STEPS = 12
MOST_CONSEQUENCES = 8


def finding_lines(finding: Finding, style: Style, *, name_cluster: bool) -> list[str]:
    """The finding as lines. `name_cluster`: whether there are several clusters to tell apart."""
    lines = _heading(finding, style, name_cluster)
    faces = comparison_lines(finding, style)
    if faces:
        lines += ["", *faces, ""]
    lines += _because(finding.because, style)
    lines += paragraph("effect", finding.effect, style.width)
    lines += paragraph("fix", finding.fix, style.width)
    lines += _also(finding, style)
    lines += labelled("docs", [f"driftcheck rules show {shown(finding.rule)}"])
    return lines


def _heading(finding: Finding, style: Style, name_cluster: bool) -> list[str]:
    """Level, rule, message, and at the right margin the place that caused it."""
    rule = shown(finding.rule)
    margin = " " * (len(f"{finding.level} {rule}") + 2)
    cluster = f"{shown(finding.subject.cluster)}: " if name_cluster else ""
    lines = wrapped(cluster + shown(finding.message), style.width, first=margin, rest=margin)
    if finding.locations:
        place = shown(str(finding.locations[0]))
        if len(lines[-1]) + 2 + len(place) <= style.width:
            lines[-1] += place.rjust(style.width - len(lines[-1]))
        else:
            lines.append(place.rjust(style.width))
    level = paint(str(finding.level), LEVEL_COLOUR[finding.level], colour=style.colour)
    return [f"{level} {rule}  {lines[0][len(margin) :]}", *lines[1:]]


def _because(steps: Sequence[Because], style: Style) -> list[str]:
    """Place and text side by side if every step fits on its line, else one under the other."""
    width = style.width - LABEL_WIDTH
    pairs = [(shown(str(step.location)), shown(step.text)) for step in steps[:MOST_STEPS]]
    place_width = max((len(place) for place, _ in pairs), default=0)
    lines: list[str] = []
    if all(place_width + 3 + len(text) <= width for _, text in pairs):
        lines = [f"{place.ljust(place_width)}   {text}".rstrip() for place, text in pairs]
    else:
        for place, text in pairs:
            lines += [place, *wrapped(text, width, first="  ", rest="  ")]
    if len(steps) > MOST_STEPS:
        lines.append(f"and {len(steps) - MOST_STEPS:,} more places")
    return labelled("because", lines)


def _also(finding: Finding, style: Style) -> list[str]:
    """The consequences, one entry for each rule with how often it says the same of others."""
    by_rule: dict[str, list[Finding]] = {}
    for each in flattened(finding.consequences):
        by_rule.setdefault(each.rule, []).append(each)
    lines: list[str] = []
    for rule, found in list(by_rule.items())[:MOST_CONSEQUENCES]:
        margin = " " * (len(shown(rule)) + 2)
        more = f" (and {len(found) - 1:,} more like it)" if len(found) > 1 else ""
        text = wrapped(shown(found[0].message) + more, style.width - LABEL_WIDTH, first=margin, rest=margin)
        lines += [f"{shown(rule)}  {text[0][len(margin) :]}", *text[1:]]
    if len(by_rule) > MOST_CONSEQUENCES:
        lines.append(f"and {len(by_rule) - MOST_CONSEQUENCES:,} more rules")
    return labelled("also", lines)


def flattened(consequences: Sequence[Finding]) -> Iterator[Finding]:
    """Consequences and theirs in turn, each before its own."""
    for each in consequences:
        yield each
        yield from flattened(each.consequences)
