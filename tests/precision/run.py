"""Runs all rules over the worlds of `tests.precision.worlds`, and says how docs/precision.md judged them.

`python -m tests.precision.run WORLDS` prints the rows of the table: at most ten findings of each rule, with
the verdict and reason of docs/precision.md where it has one. `--all` prints every finding, `--vanished` the
judged findings that are no longer there, `--details` each finding's message and lines, to judge it by.

Which ten is decided by nobody: of a file's states the newest that the rule fires on counts, and the findings
of a rule are taken in the order of the SHA-256 of `RULE PLACE`: one of each repository in `fresh.txt` (those
fetched for this run, never looked at before), then one of each other one, then second ones, and so on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import driftcheck
from driftcheck.model.finding import Finding
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from tests.precision.table import DOCUMENT, Row, judged_rows

MOST_OF_A_RULE = 10
FRESH = Path(__file__).with_name("fresh.txt")
SECONDS = 600.0
"""For one world: on a machine with much to do a run has to be as whole as on an idle one."""
UPGRADES, OF_UPGRADES = ("3.9.0", "4.0.0"), "UPG,CFG002"


@frozen
class Found:
    """A finding in a public file. `place`: `repository@commit:file:line`."""

    repository: str
    place: str
    rule: str
    level: str
    text: str

    @property
    def file(self) -> str:
        return self.place.split(":")[1]

    @property
    def order(self) -> str:
        return hashlib.sha256(f"{self.rule} {self.place}".encode()).hexdigest()


def findings(world: Path) -> list[Found]:
    """What all rules find, and what those of an upgrade find before one to each of UPGRADES."""
    about = json.loads((world / "world.json").read_text(encoding="utf-8"))
    reports = [driftcheck.lint([world], deadline=SECONDS)]
    for release in UPGRADES:
        with variables(DRIFTCHECK_KAFKA_VERSION=release, DRIFTCHECK_SELECT=OF_UPGRADES):
            reports.append(driftcheck.lint([world], deadline=SECONDS))
    causes = [cause for report in reports for cause in report.findings]
    return [found(each, about) for cause in causes for each in (cause, *cause.consequences)]


@contextmanager
def variables(**values: str) -> Iterator[None]:
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]


def found(finding: Finding, about: Mapping[str, Any]) -> Found:
    first = finding.locations[0]
    because = (f"{origin(each.location, about)} {each.text}" for each in finding.because)
    places = (f"{origin(each, about)} {each.pointer or ''}" for each in finding.locations)
    return Found(
        repository=about["repository"],
        place=f"{about['repository']}@{about['commit'][:12]}:{origin(first, about)}",
        rule=finding.rule,
        level=str(finding.level),
        text="\n    ".join(
            [finding.message, f"effect {finding.effect}", f"fix {finding.fix}", *places, *because]
        ),
    )


def origin(place: Location, about: Mapping[str, Any]) -> str:
    """`file:line` in the repository."""
    path = about["files"].get(place.name, place.name)
    return path if place.line is None else f"{path}:{place.line}"


def chosen(everything: Iterable[Found]) -> Iterator[Found]:
    """At most ten of each rule, of as many repositories as there are; of a file's states the newest alone."""
    fresh = frozenset(FRESH.read_text(encoding="utf-8").split())
    rules: dict[str, list[Found]] = {}
    newest = {(one.rule, one.repository, one.file): one for one in reversed(list(everything))}
    for each in newest.values():
        rules.setdefault(each.rule, []).append(each)
    for _, some in sorted(rules.items()):
        turn = Counter[str]()
        ordered = []
        for each in sorted(some, key=lambda one: one.order):
            ordered.append((turn[each.repository], each.repository not in fresh, each.order, each))
            turn[each.repository] += 1
        yield from (each for *_, each in sorted(ordered, key=lambda one: one[:3])[:MOST_OF_A_RULE])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--vanished", action="store_true")
    parser.add_argument("--details", action="store_true")
    options = parser.parse_args()
    folders = sorted(path for path in options.worlds.iterdir() if path.is_dir())
    with ProcessPoolExecutor(2) as pool:
        everything = [each for some in pool.map(findings, folders, chunksize=8) for each in some]
    judged = {(row.place, row.rule): row for row in judged_rows(DOCUMENT)}
    if options.vanished:
        there = {(each.place, each.rule) for each in everything}
        print(*(row for key, row in judged.items() if key not in there), sep="\n")
        return
    for each in everything if options.all else chosen(everything):
        row = judged.get((each.place, each.rule))
        print(row or Row(place=each.place, rule=each.rule, level=each.level, verdict="", reason=""))
        if options.details:
            print("   ", each.text)


if __name__ == "__main__":
    main()
