"""The text report, for people: what is wrong first, what could not be checked last."""

from __future__ import annotations

from driftcheck.model.report import Report
from driftcheck.report.interface import Format, Style
from driftcheck.report.layout.finding import finding_lines
from driftcheck.report.layout.not_checked import not_checked_lines
from driftcheck.report.layout.summary import closing_lines, opening_lines


class TextFormat:
    """Blocks with one blank line between them, `style.width` columns wide."""

    name = "text"
    summary = "for people: findings with the faces side by side, and what could not be checked"

    def render(self, report: Report, style: Style) -> str:
        """The report as text; ANSI colours only if the style has them."""
        blocks = [opening_lines(report, style)]
        several = report.summary.clusters > 1
        for finding in report.findings:
            if finding.level.rank >= style.min_severity.rank:
                blocks.append(finding_lines(finding, style, name_cluster=several))
        blocks.append([*closing_lines(report, style), *not_checked_lines(report, style)])
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


FORMAT: Format = TextFormat()
