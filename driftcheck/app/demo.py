"""The incident of March 2015, replayed on data that comes with driftcheck."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from driftcheck.app.run import check, lint
from driftcheck.errors import UsageError
from driftcheck.model.frozen import frozen
from driftcheck.model.report import Report
from driftcheck.sources.configuration.file import read_configuration
from driftcheck.sources.files.packaged import packaged_folder

INCIDENT, HEALTHY = "kafkapocalypse", "healthy"


@frozen
class Act:
    """One scene: `told` is what happens, `command` what would have shown it, `report` what it shows."""

    title: str
    told: str
    command: str
    report: Report


def acts() -> Iterator[Act]:
    """The incident in three acts, and its repaired twin. Nothing is asked over the network."""
    incident, healthy = _folder(INCIDENT), _folder(HEALTHY)
    yield _linted(
        incident,
        title="21:10 UTC, before the rollout",
        told="Three brokers are added, with a role of their own. Chef has run; Kafka is not started yet.",
    )
    yield _checked(
        incident / "before-scale-out.snapshot.json",
        title="21:12 UTC, before the scale-out",
        told="Nine brokers are registered. What would the three new ones add to ZooKeeper?",
    )
    yield _checked(
        incident / "outage.snapshot.json",
        title="21:30 UTC, during the outage",
        told="kafka04 is lost, its load moves to the others, and clients have stopped writing.",
    )
    yield _linted(
        healthy,
        title="The repaired twin",
        told="The same repository with one attribute line corrected.",
    )


def _linted(folder: Path, *, title: str, told: str) -> Act:
    configuration = read_configuration(str(folder / ".driftcheck.yaml"))
    report = lint([folder], configuration=configuration)
    return Act(title=title, told=told, command=f"driftcheck lint {folder.name}", report=report)


def _checked(file: Path, *, title: str, told: str) -> Act:
    configuration = read_configuration(str(file.parent / ".driftcheck.yaml"))
    command = f"driftcheck check {file.parent.name}/{file.name}"
    return Act(title=title, told=told, command=command, report=check(file, configuration=configuration))


def _folder(name: str) -> Path:
    folder = packaged_folder(f"_demo/{name}", f"fixtures/chef/{name}")
    if folder is None:
        raise UsageError(
            "the data of the demo is missing", where=name, hint="Install driftcheck from its wheel."
        )
    return Path(folder)
