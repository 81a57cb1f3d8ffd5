"""The judge: an Inventory and rules to findings, to what was silenced, and to what stayed open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from driftcheck.engine.evaluation import Evaluation, Failure, Late, evaluate
from driftcheck.engine.findings.consequences import Causes, arranged, finding_order
from driftcheck.engine.findings.maker import FindingMaker, crash_finding, grouped
from driftcheck.engine.ignores import IgnoreWatch, ignore_of
from driftcheck.engine.language.tree_store import TreeStore
from driftcheck.engine.ordering import in_order, subject_order
from driftcheck.engine.scopes import Subjects
from driftcheck.engine.selection import selected
from driftcheck.model.facts import Unknown
from driftcheck.model.finding import Finding, NotChecked, Outcome, Subject, Suppressed
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Inventory
from driftcheck.model.rule import Rule
from driftcheck.model.snapshot import InlineIgnore


@frozen
class Judgement:
    """What the rules came to.

    `findings` are causes, worst first, their consequences under them. `rules`: how many were in force.
    `passed`, `failed`, `open` and `not_applicable` count evaluations. `needs`: source → how many rules did
    not apply because it was not asked. `notes` are for the reader of the report.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    not_checked: tuple[NotChecked, ...]
    notes: tuple[str, ...]
    rules: int
    passed: int
    failed: int
    open: int
    not_applicable: int
    needs: Mapping[str, int]


def judge(
    inventory: Inventory,
    rules: Sequence[Rule],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    trees: TreeStore | None = None,
    late: Late = lambda: False,
) -> Judgement:
    """Every rule that is selected on every subject of its scope; the order of neither shows in the result.

    `select` and `ignore` hold ids, beginnings of ids and names. `trees`: what was parsed before; it gains
    what is parsed now. Once it is `late`, what is not judged yet stays open. Raises UsageError if `select`
    names no rule, RuleError for a rule that does not compile. A rule that breaks becomes a finding.
    """
    trees = TreeStore() if trees is None else trees
    selection = selected(rules, select, ignore)
    watch = IgnoreWatch()
    subjects = Subjects(in_order(inventory))
    evaluations = [evaluate(rule, subjects, trees, watch.watch, late) for rule in selection.rules]
    findings: list[Finding] = []
    suppressed: list[Suppressed] = []
    causes = Causes(rules)
    for evaluation in sorted(evaluations, key=lambda each: causes.order(each.rule.id)):
        made, silenced = _findings(evaluation, trees, causes)
        causes.add(made)
        findings += made
        suppressed += silenced
    needs = [evaluation.unmet for evaluation in evaluations if evaluation.unmet]
    return Judgement(
        findings=arranged(findings, rules),
        suppressed=tuple(sorted(suppressed, key=lambda each: finding_order(each.finding))),
        not_checked=tuple(_not_checked(evaluations)),
        notes=(*selection.notes, *watch.notes()),
        rules=len(selection.rules),
        passed=_total(evaluations, Outcome.PASS),
        failed=_total(evaluations, Outcome.FAIL),
        open=_total(evaluations, Outcome.OPEN),
        not_applicable=_total(evaluations, Outcome.NOT_APPLICABLE),
        needs={source: needs.count(source) for source in sorted(set(needs))},
    )


def _total(evaluations: Iterable[Evaluation], outcome: Outcome) -> int:
    return sum(evaluation.outcomes.get(outcome, 0) for evaluation in evaluations)


def _findings(
    evaluation: Evaluation, trees: TreeStore, causes: Causes
) -> tuple[list[Finding], list[Suppressed]]:
    """One rule's findings in order, those that inline ignores silence apart.

    What only a text of the rule's own groups is grouped by its cause too, if one of the causes explains it.
    """
    rule = evaluation.rule
    findings: list[Finding] = []
    if evaluation.crashed:
        reasons = ", ".join(sorted({what for _, what in evaluation.crashed}))
        findings.append(
            crash_finding(rule, [bound.subject(rule.scope) for bound, _ in evaluation.crashed], reasons)
        )
    if evaluation.program is None or not evaluation.failures:
        return findings, []
    maker = FindingMaker(evaluation.program, trees)
    heard: list[Failure] = []
    silent: dict[InlineIgnore, list[Failure]] = {}
    for failure in evaluation.failures:
        ignored_by = ignore_of(rule, failure.bound)
        if ignored_by is None:
            heard.append(failure)
        else:
            silent.setdefault(ignored_by, []).append(failure)

    def cause(failure: Failure) -> int | None:
        return causes.closest(maker.effect(failure))

    only_listed = rule.group is not None and evaluation.program.is_label(rule.group)
    findings += [maker.finding(group) for group in grouped(heard, rule, cause if only_listed else None)]
    findings.sort(key=finding_order)
    suppressed = [
        Suppressed(finding=maker.finding(group), reason=ignored_by.reason, location=ignored_by.location)
        for ignored_by, failures in silent.items()
        for group in grouped(failures, rule)
    ]
    return findings, suppressed


def _not_checked(evaluations: Iterable[Evaluation]) -> Iterator[NotChecked]:
    """Once for each rule, subject and reason."""
    for evaluation in evaluations:
        rule = evaluation.rule
        opens = [(bound.subject(rule.scope), result) for bound, result in evaluation.opens]
        for subject, result in sorted(opens, key=lambda each: subject_order(each[0])):
            reasons = {(unknown.kind, unknown.reason): unknown for unknown in reversed(result.unknowns)}
            for unknown in reversed(reasons.values()):
                yield _open_because(rule, subject, unknown)
            if result.more:
                more = Unknown(
                    kind=result.unknowns[0].kind, reason=f"{result.more:,} more reasons like these"
                )
                yield _open_because(rule, subject, more)


def _open_because(rule: Rule, subject: Subject, unknown: Unknown) -> NotChecked:
    location = unknown.location
    return NotChecked(
        rule=rule.id,
        subject=subject,
        kind=unknown.kind,
        source=location.source if location is not None else _source(rule),
        location=location,
        reason=unknown.reason,
    )


def _source(rule: Rule) -> str:
    """Whom an Unknown without a place is put down to: what the rule needs first, or the rule itself."""
    return rule.needs[0].partition("|")[0] if rule.needs else "rules"
