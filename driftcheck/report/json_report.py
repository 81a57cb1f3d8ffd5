"""The JSON report, for programs: `driftcheck/schemas/report.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from driftcheck.model.facts import Fact, Known, Unknown
from driftcheck.model.finding import Comparison, Finding, NotChecked, Subject, Suppressed
from driftcheck.model.locations import Location
from driftcheck.model.report import Reachability, Report
from driftcheck.model.snapshot import Gap, SourceRun
from driftcheck.report.interface import Format, Style

Json = dict[str, object]


class JsonFormat:
    """ASCII only, so that nothing from outside reaches a terminal raw; the same report is the same text."""

    name = "json"
    summary = "for programs: everything that is known, versioned, with a published schema"

    def render(self, report: Report, style: Style) -> str:
        """The report as JSON, indented; findings below `style.min_severity` are left out and counted."""
        text = json.dumps(report_json(report, style), indent=2)
        return text.replace("\x7f", "\\u007f") + "\n"


FORMAT: Format = JsonFormat()


def report_json(report: Report, style: Style) -> Json:
    """The report as JSON values: findings worst first, everything else sorted."""
    visible = [each for each in report.findings if each.level.rank >= style.min_severity.rank]
    summary = report.summary
    return {
        "version": report.version,
        "generated_at": _time(report.generated_at),
        "tool": report.tool,
        "command": report.command,
        "reachability": _reachability(report.reachability),
        "summary": {
            "clusters": summary.clusters,
            "brokers": summary.brokers,
            "clients": summary.clients,
            "rules": summary.rules,
            "pass": summary.passed,
            "fail": summary.failed,
            "open": summary.open,
            "not_applicable": summary.not_applicable,
            "findings": len(report.findings),
            "hidden": len(report.findings) - len(visible),
        },
        "findings": _findings(visible),
        "suppressed": _sorted(_suppressed(each) for each in report.suppressed),
        "not_checked": _sorted(_not_checked(each) for each in report.not_checked),
        "not_applicable_needs": dict(sorted(report.not_applicable_needs.items())),
        "gaps": _sorted(_gap(each) for each in report.gaps),
        "sources": _sorted(_source(each) for each in report.sources),
        "ages": {source: _age(fact) for source, fact in sorted(report.ages.items())},
        "kafka_versions": dict(sorted(report.kafka_versions.items())),
        "notes": list(report.notes),
    }


def _findings(findings: Iterable[Finding]) -> list[Json]:
    def order(each: Finding) -> tuple[object, ...]:
        return (-each.level.rank, each.rule, each.subject.cluster, each.subject.name, each.fingerprints)

    return [_finding(each) for each in sorted(findings, key=order)]


def _finding(finding: Finding) -> Json:
    pairs = zip(finding.subjects, finding.fingerprints, strict=True)
    roles = ["primary"] + ["related"] * len(finding.locations)
    return {
        "rule": finding.rule,
        "rule_name": finding.rule_name,
        "level": finding.level.value,
        "subject": _subject(finding.subject),
        "subjects": [{**_subject(each), "fingerprint": fingerprint} for each, fingerprint in pairs],
        "property": finding.property,
        "message": finding.message,
        "effect": finding.effect,
        "fix": {"text": finding.fix} if finding.fix else None,
        "locations": [
            {"role": role, **_place(each)} for role, each in zip(roles, finding.locations, strict=False)
        ],
        "because": [{"location": _place(each.location), "text": each.text} for each in finding.because],
        "comparisons": [_comparison(each) for each in finding.comparisons],
        "about": list(finding.about),
        "affects": list(finding.affects),
        "consequences": _findings(finding.consequences),
        "fingerprint": finding.fingerprint,
    }


def _subject(subject: Subject) -> Json:
    return {
        "kind": subject.kind,
        "name": subject.name,
        "cluster": subject.cluster,
        "id": subject.id,
        "detail": subject.detail,
    }


def _place(location: Location) -> Json:
    return {
        "source": location.source,
        "name": location.name,
        "pointer": location.pointer,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def _place_or_none(location: Location | None) -> Json | None:
    return _place(location) if location else None


def _comparison(comparison: Comparison) -> Json:
    faces = [
        {
            "face": each.face,
            "text": each.text,
            "location": _place_or_none(each.location),
            "note": each.note,
            "odd": each.odd,
        }
        for each in comparison.faces
    ]
    return {"subject": comparison.subject, "faces": faces, "verdict": comparison.verdict}


def _suppressed(each: Suppressed) -> Json:
    return {"finding": _finding(each.finding), "reason": each.reason, "location": _place(each.location)}


def _not_checked(each: NotChecked) -> Json:
    return {
        "rule": each.rule,
        "subject": _subject(each.subject) if each.subject else None,
        "kind": each.kind.value,
        "source": each.source,
        "location": _place_or_none(each.location),
        "reason": each.reason,
    }


def _gap(gap: Gap) -> Json:
    return {
        "source": gap.source,
        "kind": gap.kind.value,
        "reason": gap.reason,
        "location": _place_or_none(gap.location),
        "hides": gap.hides,
    }


def _source(run: SourceRun) -> Json:
    return {"source": run.source, "asked": run.asked, "observed_at": _time(run.observed_at)}


def _age(fact: Fact[datetime]) -> Json:
    """When the oldest part of a source was observed, or why that is not known."""
    match fact:
        case Known():
            return {"observed_at": _time(fact.value), "reason": None}
        case Unknown():
            return {"observed_at": None, "reason": fact.reason}
    return {"observed_at": None, "reason": fact.evidence}


def _reachability(reachability: Reachability | None) -> Json | None:
    if reachability is None:
        return None
    return {
        "total": reachability.total,
        "lost": reachability.lost,
        "unreachable": sorted(reachability.unreachable),
        "at_most_one": sorted(sorted(group) for group in reachability.at_most_one),
        "undecided": sorted(reachability.undecided),
    }


def _sorted(items: Iterable[Json]) -> list[Json]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
