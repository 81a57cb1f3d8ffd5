"""What a run comes to: findings, what stayed open, and the counts of everything that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from driftcheck.errors import ExitCode
from driftcheck.model.facts import Fact, UnknownKind
from driftcheck.model.finding import Finding, NotChecked, Suppressed
from driftcheck.model.frozen import frozen
from driftcheck.model.rule import Level
from driftcheck.model.snapshot import Gap, SourceRun

REPORT_VERSION = 1


@frozen
class Summary:
    """Counts. pass, fail, open and not_applicable count evaluations (a rule on a subject)."""

    clusters: int = 0
    brokers: int = 0
    clients: int = 0
    rules: int = 0
    passed: int = 0
    failed: int = 0
    open: int = 0
    not_applicable: int = 0


@frozen
class Reachability:
    """How many brokers clients cannot reach under the name that they registered, of how many (`total`).

    `unreachable`: which; `at_most_one`: groups that registered one endpoint, so that all but one of each are
    out of reach, and it is not known which; `undecided`: those of which it could not be told.
    """

    unreachable: tuple[str, ...]
    undecided: tuple[str, ...]
    total: int
    at_most_one: tuple[tuple[str, ...], ...] = ()

    @property
    def lost(self) -> int:
        """How many cannot be reached for certain."""
        return len(self.unreachable) + sum(len(group) - 1 for group in self.at_most_one)


@frozen
class Report:
    """The result of `lint`, `live` and `check`.

    `findings` are causes, worst first; their consequences stand under them. `not_applicable_needs`:
    source → how many rules did not apply because it was not asked. `gaps` are inputs that could not be read.
    """

    command: str
    tool: str
    generated_at: datetime
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    not_checked: tuple[NotChecked, ...]
    gaps: tuple[Gap, ...]
    summary: Summary
    sources: tuple[SourceRun, ...]
    not_applicable_needs: Mapping[str, int] = field(default_factory=dict)
    kafka_versions: Mapping[str, str] = field(default_factory=dict)
    """cluster → its brokers' Kafka version and where that was taken from."""
    reachability: Reachability | None = None
    ages: Mapping[str, Fact[datetime]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    version: int = REPORT_VERSION

    def exit_code(self, *, fail_on: Level = Level.ERROR, strict: bool = False) -> ExitCode:
        """1 if a finding reaches `fail_on`; else 3 if something that was asked for failed or was denied, or
        nothing at all could be checked (`strict`: whatever stayed open); else 0.
        """
        if any(finding.level.rank >= fail_on.rank for finding in self.findings):
            return ExitCode.FINDINGS
        grave = {UnknownKind.FAULT, UnknownKind.DENIED}
        kinds = {item.kind for item in self.not_checked} | {gap.kind for gap in self.gaps}
        if kinds & grave or (strict and kinds) or self.summary.passed + self.summary.failed == 0:
            return ExitCode.UNDETERMINED
        return ExitCode.CLEAN
