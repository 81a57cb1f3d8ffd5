"""What stands around the findings: who can be reached, the counts, and the age of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from driftcheck.formats.durations import age_text
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.finding import Finding
from driftcheck.model.report import Reachability, Report
from driftcheck.model.rule import Level
from driftcheck.report.interface import Style
from driftcheck.report.layout.finding import flattened
from driftcheck.report.layout.lines import LEVEL_COLOUR, count, paint, shown, some, wrapped

MOST_NAMES = 12
MOST_ASKED = 3
HERE = "."
"""The working folder as what was asked goes without saying."""

SOURCES = {
    "chef": "node objects",
    "cookbooks": "cookbooks",
    "rendered": "rendered files",
    "file_times": "the machines' file times",
    "client_files": "clients' files",
    "dns": "DNS answers",
    "tcp": "connections",
    "zookeeper": "ZooKeeper",
}


def opening_lines(report: Report, style: Style) -> list[str]:
    """Before the findings: of how many brokers clients lose their way, and loudly if nothing was checked."""
    reachability = report.reachability
    told = report.command == "live" or (reachability is not None and reachability.total > 0)
    lines = _reachability(reachability, style) if told else []
    if report.summary.passed + report.summary.failed == 0:
        warning = paint("NOTHING WAS CHECKED", LEVEL_COLOUR[Level.ERROR], colour=style.colour)
        lines.append(f"{warning}: no rule could be decided. This is no clean result.")
    return lines


def _reachability(reachability: Reachability | None, style: Style) -> list[str]:
    if reachability is None or reachability.total == 0:
        return ["It could not be told whether clients can reach the brokers: no registration was read."]
    lost, undecided = reachability.lost, reachability.undecided
    them = "it" if lost == 1 else "they"
    text = (
        f"{lost:,} of {count(reachability.total, 'broker')} cannot be reached by clients "
        f"under the name that {them} registered"
    )
    text += f"; for {len(undecided):,} it could not be told." if undecided else "."
    lines = [text]
    lists = [("out of reach", reachability.unreachable)]
    lists += [("at most one of", group) for group in reachability.at_most_one]
    for label, names in (*lists, ("not told", undecided)):
        if names:
            listed = some([shown(name) for name in names], MOST_NAMES)
            lines += wrapped(f"{label}: {listed}", style.width, first="  ", rest="    ")
    return lines


def closing_lines(report: Report, style: Style) -> list[str]:
    """After the findings: the counts, what was silenced, and what was read, each from the left margin."""
    texts = [_counts(report, style), _silenced(report), _read(report), _kafka(report)]
    texts += [shown(note) for note in report.notes]
    lines: list[str] = []
    for text in texts:
        lines += wrapped(text, style.width, rest="  ") if text else []
    return lines


def _counts(report: Report, style: Style) -> str:
    summary = report.summary
    parts = [f"{count(summary.brokers, 'broker')} in {count(summary.clusters, 'cluster')}"]
    if summary.clients:
        parts.append(count(summary.clients, "client configuration"))
    parts.append(count(summary.rules, "rule"))
    levels = [_level_count(report.findings, level) for level in (Level.ERROR, Level.WARNING)]
    if any(finding.level is Level.NOTE for finding in report.findings):
        levels.append(_level_count(report.findings, Level.NOTE))
    text = f"{', '.join(parts)}: {', '.join(levels)}."
    hidden = sum(finding.level.rank < style.min_severity.rank for finding in report.findings)
    if hidden:
        text += f" {hidden:,} not shown: below {style.min_severity}."
    return text


def _level_count(findings: Sequence[Finding], level: Level) -> str:
    found = [finding for finding in findings if finding.level is level]
    consequences = sum(1 for finding in found for _ in flattened(finding.consequences))
    text = count(len(found), level.value)
    return f"{text} with {count(consequences, 'consequence')}" if consequences else text


def _silenced(report: Report) -> str:
    if not report.suppressed:
        return ""
    places = sorted(
        {f"{shown(each.finding.rule)} at {shown(str(each.location))}" for each in report.suppressed}
    )
    number = count(len(report.suppressed), "finding")
    return f"Silenced by inline ignores: {number} ({some(places, MOST_ASKED)})."


def _read(report: Report) -> str:
    """Every source that was asked or has an age, what it was asked, and how old its oldest part is."""
    parts = []
    for source in dict.fromkeys([*sorted(report.ages), *sorted(run.source for run in report.sources)]):
        asked = sorted(
            {shown(run.asked) for run in report.sources if run.source == source and run.asked != HERE}
        )
        text = SOURCES.get(source, shown(source))
        text += f" ({some(asked, MOST_ASKED)})" if asked else ""
        age = _age(report.ages.get(source), report.generated_at)
        parts.append(f"{text} {age}" if age else text)
    return f"Read: {'; '.join(parts)}." if parts else ""


def _age(observed: Fact[datetime] | None, now: datetime) -> str:
    match observed:
        case Known():
            return age_text(now - observed.value)
        case None | Absent():
            return ""
    return f"of unknown age: {shown(observed.reason)}"


def _kafka(report: Report) -> str:
    versions = [f"{shown(cluster)}: {shown(text)}" for cluster, text in sorted(report.kafka_versions.items())]
    return f"Kafka version of {'; of '.join(versions)}." if versions else ""
