"""From a Snapshot to a Report: join, rules, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import driftcheck
from driftcheck.app.places import with_lines
from driftcheck.app.rule_packs import RulePacks
from driftcheck.engine.judgement import judge
from driftcheck.join.inventory import join
from driftcheck.join.reachability import reachability
from driftcheck.join.scope import Scope
from driftcheck.model.configuration import Configuration
from driftcheck.model.report import Report, Summary
from driftcheck.model.snapshot import Snapshot
from driftcheck.model.tree import Tree

NO_SCOPE = Scope()


def judged(
    snapshot: Snapshot,
    configuration: Configuration,
    packs: RulePacks,
    *,
    command: str,
    scope: Scope = NO_SCOPE,
    trees: Sequence[Tree] = (),
    inline_ignores: bool = True,
) -> Report:
    """The report on a snapshot. `trees`: where the lines of what is shown can be found.

    `inline_ignores`: whether `# driftcheck: ignore[...]` counts.
    Ages count from the time of the snapshot. Raises UsageError if the scope does not fit what was seen.
    """
    heeded = snapshot if inline_ignores else _without_ignores(snapshot)
    inventory = join(heeded, configuration, scope)
    judgement = judge(
        inventory, packs, select=configuration.select, ignore=configuration.ignore, trees=packs.trees
    )
    packs.remember()
    report = Report(
        command=command,
        tool=f"driftcheck {driftcheck.__version__}",
        generated_at=snapshot.taken_at,
        findings=judgement.findings,
        suppressed=judgement.suppressed,
        not_checked=judgement.not_checked,
        gaps=inventory.gaps,
        summary=Summary(
            clusters=len(inventory.clusters),
            brokers=sum(len(cluster.brokers) for cluster in inventory.clusters),
            clients=sum(len(cluster.clients) for cluster in inventory.clusters),
            rules=judgement.rules,
            passed=judgement.passed,
            failed=judgement.failed,
            open=judgement.open,
            not_applicable=judgement.not_applicable,
        ),
        sources=snapshot.sources,
        not_applicable_needs=judgement.needs,
        kafka_versions=inventory.kafka_versions,
        reachability=reachability(inventory),
        ages=inventory.ages,
        notes=(*inventory.notes, *judgement.notes),
    )
    return with_lines(report, trees)


def _without_ignores(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, properties=tuple(replace(file, ignores=()) for file in snapshot.properties))
