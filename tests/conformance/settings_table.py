"""Makes Kafka's tables of settings from what its own classes say, with `KafkaSettings.java` and its like.

`python -m tests.conformance.settings_table [FOLDER]` asks every release, brought by Maven, and writes
`driftcheck/kafka/data/*_settings.json`; what the releases said is kept in FOLDER, and taken from there if it
is there already. A setting is listed once for as long as it does not change:

    [first, last, type, default, validator, importance, update mode, marks]

First and last are numbers of `releases`. The default is a text, null, or {} if there is none because it has
to be set. Importance is H, M or L; the update mode `c` (cluster-wide), `b` (per-broker) or nothing; the marks
are `d` for deprecated, `i` for internal. Empty texts at the end are left out. `order` has, for every release
in which it changes, the order in which the release checks its settings, as numbers of `settings`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.conformance.kafka_jars import RELEASES, class_paths, numbers

Definition: TypeAlias = tuple[str, Any, str, str, str, str]
"""Type, default (None: null, {}: there is none), validator, importance, update mode and marks."""

Definitions: TypeAlias = dict[str, Definition]

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "driftcheck/kafka/data"
WITH_ORDER = ("broker",)
"""The groups of which it counts which setting is refused first."""

_OTHERS = {
    "[1,...,9] or -1": "gzip-level",
    "The default value of -1": "pool-size",
    "Positive number": "storage-size",
    "[eager": "protocol ",
    "Any ": "",
    "A list of one or more MAC": "",
    "Comma-separated header rules": "",
    "List of comma-separated URLs": "urls",
    "org.apache.kafka.connect.runtime.WorkerConfig$AdminListenersValidator": "urls",
    "[latest, earliest, none, by_duration": "offset-reset",
    "[implicit, explicit]": "acknowledgement",
}
"""Validators without a class of their own: how they are described, and what `setting_checks` calls them."""

_MODES = {"": "", "cluster-wide": "c", "per-broker": "b"}
_DEPRECATED = re.compile(
    r"^\W*deprecated\b|(configuration|parameter) (is|has been) deprecated|\. Deprecated; will be removed",
    re.IGNORECASE,
)
_GROUP_OF_THE_SCRIPT = "g"
"""The group that `LegacySettings.java` sets: an old consumer's default client.id."""


def main(arguments: list[str]) -> int:
    """Writes one table a group of settings."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0] if arguments else temporary)
        folder.mkdir(parents=True, exist_ok=True)
        groups: dict[str, dict[str, Definitions]] = {}
        for release, text in said(folder).items():
            for group, definitions in read(text).items():
                groups.setdefault(group, {})[release] = definitions
    for group, releases in groups.items():
        path = DATA / f"{group.replace('-', '_')}_settings.json"
        table = render(without_gaps(releases), ordered=group in WITH_ORDER)
        path.write_text(f"{table}\n", encoding="utf-8")
    return 0


def said(folder: Path) -> dict[str, str]:
    """What every release says of its settings, oldest first; kept in `folder`."""
    missing = [release for release in RELEASES if not (folder / f"{release}.tsv").is_file()]
    for release, class_path in class_paths(missing).items():
        (folder / f"{release}.tsv").write_text(_ask(release, class_path), encoding="utf-8")
    return {release: (folder / f"{release}.tsv").read_text(encoding="utf-8") for release in RELEASES}


def _ask(release: str, class_path: str) -> str:
    """The settings by ConfigDef (0.8.2 and later), and of what does not have one (up to 1.1)."""
    found = ""
    if numbers(release) >= (0, 8, 2):
        found += run_java("KafkaSettings", (HERE / "KafkaSettings.java").read_text(), class_path)
    if numbers(release) < (2,):
        source = (HERE / "LegacySettings.java").read_text()
        for since in ("0.8.1", "0.8.2"):
            if numbers(release) >= numbers(since):
                source = source.replace(f"//{since} ", "")
        found += run_java("LegacySettings", source, class_path)
    return found


def run_java(name: str, source: str, class_path: str, *arguments: str) -> str:
    """What a program of one class prints, compiled and run on a class path."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.java").write_text(source)
        compiling = ["javac", "-nowarn", "-d", folder, "-cp", class_path, f"{folder}/{name}.java"]
        subprocess.run(compiling, check=True, capture_output=True)
        running = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{folder}:{class_path}", name, *arguments]
        done = subprocess.run(running, check=True, capture_output=True, text=True)
    return done.stdout


def read(text: str) -> dict[str, Definitions]:
    """The settings that one release printed, by group, in its order."""
    found: dict[str, Definitions] = {}
    for line in text.splitlines():
        if line.startswith("# "):
            group = found.setdefault(line.removeprefix("# "), {})
        else:
            name, *rest = line.split("\t")
            group[name] = _definition(*rest)
    return found


def _definition(
    kind: str,
    default: str,
    validator: str,
    importance: str = "",
    mode: str = "",
    internal: str = "",
    deprecated: str = "",
    documentation: str = "",
) -> Definition:
    parsed: Any = {"!": {}, "-": None}.get(default, default[1:])
    if not importance and parsed == _GROUP_OF_THE_SCRIPT:
        parsed = None
    marks = "d" if deprecated or _DEPRECATED.search(documentation) else ""
    return kind, parsed, _validator(validator), importance[:1], _MODES[mode], marks + internal[:1]


def _validator(said: str) -> str:
    if not said.startswith("other "):
        return said
    described = said.removeprefix("other ")
    name = next(name for start, name in _OTHERS.items() if described.startswith(start))
    return name + described.strip("[]") if name.endswith(" ") else name


def without_gaps(releases: Mapping[str, Definitions]) -> dict[str, Definitions]:
    """A release that could not be asked has the settings of the one before, if that is of its family."""
    found: dict[str, Definitions] = {}
    first = min(map(numbers, releases))
    last = max(map(numbers, releases))
    for release in RELEASES:
        if release in releases:
            found[release] = releases[release]
        elif first <= numbers(release) <= last:
            found[release] = list(found.values())[-1]
    return found


def render(releases: Mapping[str, Definitions], *, ordered: bool = False) -> str:
    """The table as JSON, one setting and one order a line."""
    names = sorted({name for settings in releases.values() for name in settings})
    rows = [f"{json.dumps(name)}: {_compact(_history(name, releases))}" for name in names]
    index = {name: number for number, name in enumerate(names)}
    orders: dict[int, list[int]] = {}
    for number, settings in enumerate(releases.values()):
        order = [index[name] for name in settings]
        if ordered and (not orders or order != list(orders.values())[-1]):
            orders[number] = order
    shown = [f'"{number}": {_compact(order)}' for number, order in orders.items()]
    parts = ("{", f'"releases": {json.dumps(list(releases))},', '"settings": {', ",\n".join(rows), "},")
    return "\n".join((*parts, '"order": {', ",\n".join(shown), "}", "}"))


def _history(name: str, releases: Mapping[str, Definitions]) -> list[list[Any]]:
    history: list[list[Any]] = []
    previous: Definition | None = None
    for number, settings in enumerate(releases.values()):
        definition = settings.get(name)
        if definition is not None and definition == previous:
            history[-1][1] = number
        elif definition is not None:
            history.append([number, number, *definition])
        previous = definition
    return [_shortened(row) for row in history]


def _shortened(row: list[Any]) -> list[Any]:
    while row[-1] == "" and len(row) > 4:
        row.pop()
    return row


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
