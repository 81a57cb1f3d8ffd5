"""From a Snapshot to a Report: join, rules, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import driftcheck
from driftcheck.app.places import with_lines
from driftcheck.app.rule_packs import RulePacks
from driftcheck.engine.evaluation import Late
from driftcheck.engine.judgement import Judgement, judge
from driftcheck.join.inventory import join
from driftcheck.join.next_run import after_next_run
from driftcheck.join.reachability import reachability
from driftcheck.join.scope import Scope
from driftcheck.model.configuration import Configuration
from driftcheck.model.inventory import Inventory
from driftcheck.model.report import Report, Summary
from driftcheck.model.snapshot import Snapshot
from driftcheck.model.tree import Tree

NO_SCOPE = Scope()

BOTH_JUDGED = (
    "Rendered files that the next Chef run would change were judged as they are and as they would be."
)


def judged(
    snapshot: Snapshot,
    configuration: Configuration,
    packs: RulePacks,
    *,
    command: str,
    scope: Scope = NO_SCOPE,
    trees: Sequence[Tree] = (),
    inline_ignores: bool = True,
    late: Late = lambda: False,
) -> Report:
    """The report on a snapshot. `trees`: where the lines of what is shown can be found.

    `inline_ignores`: whether `# driftcheck: ignore[...]` counts. Once it is `late`, what no rule has judged
    stays open.
    Ages count from the time of the snapshot. Raises UsageError if the scope does not fit what was seen.
    """
    heeded = snapshot if inline_ignores else _without_ignores(snapshot)
    inventory = join(heeded, configuration, scope)
    later = after_next_run(heeded) if command == "lint" else None
    taken_at, sources = snapshot.taken_at, snapshot.sources
    # Judging needs nothing more of it: of 10,000 brokers it is a tenth of what is in memory.
    del snapshot, heeded
    judgement = _judgement(inventory, configuration, packs, late)
    if later is not None:
        judgement = _with_next_run(judgement, later, configuration, packs, late)
    packs.remember()
    report = Report(
        command=command,
        tool=f"driftcheck {driftcheck.__version__}",
        generated_at=taken_at,
        findings=judgement.findings,
        suppressed=judgement.suppressed,
        not_checked=judgement.not_checked,
        gaps=inventory.gaps,
        summary=_summary(inventory, judgement),
        sources=sources,
        not_applicable_needs=judgement.needs,
        kafka_versions=inventory.kafka_versions,
        reachability=reachability(inventory),
        ages=inventory.ages,
        notes=(*inventory.notes, *((BOTH_JUDGED,) if later is not None else ()), *judgement.notes),
    )
    return with_lines(report, trees)


def _summary(inventory: Inventory, judgement: Judgement) -> Summary:
    return Summary(
        clusters=len(inventory.clusters),
        brokers=sum(len(cluster.brokers) for cluster in inventory.clusters),
        clients=sum(len(cluster.clients) for cluster in inventory.clusters),
        rules=judgement.rules,
        passed=judgement.passed,
        failed=judgement.failed,
        open=judgement.open,
        not_applicable=judgement.not_applicable,
    )


def _judgement(inventory: Inventory, configuration: Configuration, packs: RulePacks, late: Late) -> Judgement:
    select, ignore = configuration.select, configuration.ignore
    return judge(inventory, packs, select=select, ignore=ignore, trees=packs.trees, late=late)


def _with_next_run(
    judgement: Judgement, later: Snapshot, configuration: Configuration, packs: RulePacks, late: Late
) -> Judgement:
    """What a change of the cookbooks will do counts before it is merged, whatever lies rendered today."""
    from driftcheck.engine.merging import with_later

    return with_later(judgement, _judgement(join(later, configuration), configuration, packs, late))


def _without_ignores(snapshot: Snapshot) -> Snapshot:
    runs = (
        replace(run, files=tuple(replace(file, ignores=()) for file in run.files)) for run in snapshot.runs
    )
    properties = tuple(replace(file, ignores=()) for file in snapshot.properties)
    return replace(snapshot, properties=properties, runs=tuple(runs))
