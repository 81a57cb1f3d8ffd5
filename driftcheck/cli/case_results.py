"""The results of rules' cases: the failed ones with what was expected and what came, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from driftcheck.errors import ExitCode
from driftcheck.model.locations import Location
from driftcheck.report.layout.lines import count, paragraph, shown


class CaseResult(Protocol):
    """What became of one case: `expected` and `found` as texts, `detail` whatever helps to see why."""

    @property
    def rule(self) -> str: ...

    @property
    def case(self) -> str: ...

    @property
    def location(self) -> Location: ...

    @property
    def expected(self) -> str: ...

    @property
    def found(self) -> str: ...

    @property
    def detail(self) -> str: ...

    @property
    def ok(self) -> bool: ...


def case_report(results: Sequence[CaseResult], width: int) -> str:
    """The failed cases, one blank line between them, and the counts."""
    failed = [result for result in results if not result.ok]
    blocks = ["\n".join(_failed(result, width)) for result in failed]
    rules = len({result.rule for result in results})
    blocks.append(
        f"{count(len(results), 'case')} of {count(rules, 'rule')}: "
        f"{len(results) - len(failed):,} as expected, {len(failed):,} failed."
    )
    return "\n\n".join(blocks) + "\n"


def case_exit_code(results: Sequence[CaseResult]) -> ExitCode:
    """1 if one failed, 3 if there was none."""
    if not results:
        return ExitCode.UNDETERMINED
    return ExitCode.CLEAN if all(result.ok for result in results) else ExitCode.FINDINGS


def _failed(result: CaseResult, width: int) -> list[str]:
    return [
        f"FAILED {shown(result.rule)}  {shown(result.case)}",
        *paragraph("at", str(result.location), width),
        *paragraph("expected", result.expected, width),
        *paragraph("found", result.found, width),
        *paragraph("detail", result.detail, width),
    ]
