"""Running the cases of rules: each world goes through the same join and the same judge as everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from driftcheck.app.rule_packs import RulePacks, load_packs
from driftcheck.app.worlds.world import world_configuration, world_snapshot
from driftcheck.engine.judgement import Judgement, judge
from driftcheck.engine.rule_files.cases import Case, read_cases
from driftcheck.engine.selection import selected
from driftcheck.errors import RuleError, UsageError
from driftcheck.formats.yaml_nodes import YamlProblem
from driftcheck.join.inventory import join
from driftcheck.join.scope import Scope
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.model.finding import Finding, Outcome
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Inventory
from driftcheck.model.locations import Location
from driftcheck.model.rule import Rule
from driftcheck.model.snapshot import Snapshot

MOST_DETAILS = 5


@frozen
class CaseResult:
    """What became of one case: `expected` and `found` as texts, `detail` messages and open reasons."""

    rule: str
    case: str
    location: Location
    expected: str
    found: str
    detail: str
    ok: bool


@frozen
class CaseResults:
    """The results in the order of the rules; `without`: rules that have no failing or no passing case."""

    results: tuple[CaseResult, ...]
    without: tuple[str, ...]


def run_cases(configuration: Configuration, selectors: Sequence[str] = ()) -> CaseResults:
    """Runs the cases of the rules that the selectors name (ids, beginnings of ids, names; none for all).

    Raises RuleError for a rule, a case or a world that cannot be read, UsageError if no rule is named.
    """
    packs = load_packs(configuration)
    rules = selected(packs.rules, selectors, ()).rules
    cases = read_cases(packs.files, packs.rules)
    results = [_result(packs, rule, case) for rule in rules for case in cases.get(rule.id, ())]
    packs.remember()
    return CaseResults(
        results=tuple(results),
        without=tuple(rule.id for rule in rules if not _is_covered(cases.get(rule.id, ()))),
    )


def _is_covered(cases: Iterable[Case]) -> bool:
    return {Outcome.PASS, Outcome.FAIL} <= {case.expect for case in cases}


def case_inventory(case: Case) -> Inventory:
    """The join of a case's world. Raises RuleError with the place in the rule file."""
    try:
        snapshot = world_snapshot(case.world)
        configuration = world_configuration(case.world, case.file)
    except YamlProblem as problem:
        where = f"{case.file}:{problem.line}:{problem.column}"
        raise RuleError(f"the world of the case cannot be read: {problem.message}", where=where) from None
    try:
        return join(snapshot, configuration, _scope(snapshot))
    except UsageError as error:
        message = f"the world of the case cannot be joined: {error.message}"
        raise RuleError(message, hint=error.hint, where=str(case.location)) from None


def _scope(snapshot: Snapshot) -> Scope:
    """A world's ZooKeeper is that of the one environment whose nodes are brokers."""
    if not snapshot.zookeepers:
        return Scope()
    files = {file.node for file in snapshot.properties if file.kind == "server.properties"}
    named = {
        node.environment.value
        for node in snapshot.nodes
        if isinstance(node.environment, Known) and (node.settings or node.name in files)
    }
    cluster = named.pop() if len(named) == 1 else None
    return Scope(zookeeper=snapshot.zookeepers[0].connect, cluster=cluster)


def _result(packs: RulePacks, rule: Rule, case: Case) -> CaseResult:
    judgement = judge(case_inventory(case), [_alone(rule)], trees=packs.trees)
    outcome = _outcome(judgement)
    failing = tuple(sorted({name for finding in judgement.findings for name in _names(finding)}))
    expected, found = [case.expect.value], [outcome.value]
    if case.subjects is not None:
        expected.append(f"on {', '.join(sorted(case.subjects))}")
        found.append(f"on {', '.join(failing) or 'nobody'}")
    ok = outcome is case.expect and (case.subjects is None or set(case.subjects) == set(failing))
    messages = [finding.message for finding in judgement.findings]
    if case.message and not any(case.message in message for message in messages):
        expected.append(f"saying {case.message!r}")
        found.append(f"saying {messages[0]!r}" if messages else "saying nothing")
        ok = False
    reasons = [
        f"open for {item.subject.name if item.subject else '–'}: {item.reason}"
        for item in judgement.not_checked
    ]
    return CaseResult(
        rule=rule.id,
        case=case.name,
        location=case.location,
        expected=" ".join(expected),
        found=" ".join(found),
        detail="\n".join([*messages, *reasons][:MOST_DETAILS]),
        ok=ok,
    )


def _alone(rule: Rule) -> Rule:
    """The rule without what it explains: the others are not there."""
    return replace(rule, explains=())


def _names(finding: Finding) -> Iterable[str]:
    return (subject.name for subject in finding.subjects)


def _outcome(judgement: Judgement) -> Outcome:
    """What a rule came to in one world, by its gravest evaluation."""
    if judgement.failed or judgement.findings:
        return Outcome.FAIL
    if judgement.open:
        return Outcome.OPEN
    return Outcome.PASS if judgement.passed else Outcome.NOT_APPLICABLE
