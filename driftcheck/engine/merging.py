"""What is judged twice: as it lies there, and as it will be; each finding is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from driftcheck.engine.findings.consequences import finding_order
from driftcheck.engine.judgement import Judgement
from driftcheck.model.finding import Finding


def with_later(now: Judgement, later: Judgement) -> Judgement:
    """The first judgement, with what only the later one found or left open.

    A later finding with further subjects takes the place of that with fewer.
    """
    told = _fingerprints(now.findings) | _fingerprints(each.finding for each in now.suppressed)
    new = [finding for finding in later.findings if not set(finding.fingerprints) <= told]
    kept: list[Finding] = []
    for finding in now.findings:
        wider = next((each for each in new if _covers(each, finding)), None)
        if wider is None:
            kept.append(finding)
        else:
            new[new.index(wider)] = _with_consequences(wider, finding.consequences)
    known = {(each.rule, each.subject, each.reason) for each in now.not_checked}
    opened = [each for each in later.not_checked if (each.rule, each.subject, each.reason) not in known]
    return replace(
        now,
        findings=tuple(sorted([*kept, *new], key=finding_order)),
        not_checked=(*now.not_checked, *opened),
        failed=now.failed + len(_fingerprints(new) - told),
        open=now.open + len(opened),
    )


def _covers(wider: Finding, finding: Finding) -> bool:
    return wider.rule == finding.rule and set(finding.fingerprints) <= set(wider.fingerprints)


def _with_consequences(finding: Finding, others: Iterable[Finding]) -> Finding:
    """The finding with those of another that it does not have."""
    told = _fingerprints(finding.consequences)
    more = tuple(each for each in others if not set(each.fingerprints) <= told)
    return replace(finding, consequences=(*finding.consequences, *more))


def _fingerprints(findings: Iterable[Finding]) -> set[str]:
    return {fingerprint for finding in _all(findings) for fingerprint in finding.fingerprints}


def _all(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _all(finding.consequences)
