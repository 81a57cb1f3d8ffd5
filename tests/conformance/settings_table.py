"""Makes `driftcheck/kafka/data/settings.json` from what `KafkaSettings.java` prints.

`python tests/conformance/settings_table.py FOLDER > driftcheck/kafka/data/settings.json`: the folder has one
file a family, such as `0.10.2.tsv` and `2.8.tsv`. A setting is listed once for as long as it does not change:
first and last family, type, default and validator; `order` holds each family's order as indices.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeAlias

Definition: TypeAlias = tuple[str, Any, str]
"""Type, default (None: null, `{"required": true}`: there is none) and validator."""

_BY_HAND = {
    "compression.gzip.level": "gzip-level",
    "remote.log.manager.copier.thread.pool.size": "pool-size",
    "remote.log.manager.expiration.thread.pool.size": "pool-size",
    "remote.log.manager.follower.thread.pool.size": "pool-size",
}
"""Validators that are lambdas: `setting_checks` has them under these names."""


def main(arguments: list[str]) -> int:
    """Prints the table of the folder given."""
    paths = sorted(Path(arguments[0]).glob("*.tsv"), key=lambda path: _numbers(path.stem))
    print(render({path.stem: read(path) for path in paths}))
    return 0


def read(path: Path) -> dict[str, Definition]:
    """The settings of one family, in its order."""
    found: dict[str, Definition] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, kind, default, validator = line.split("\t")
        if validator.startswith("other "):
            validator = _BY_HAND[name]
        parsed = {"!": {"required": True}, "-": None}.get(default, default[1:])
        found[name] = (kind, parsed, validator)
    return found


def render(families: dict[str, dict[str, Definition]]) -> str:
    """The table as JSON, one setting and one family a line."""
    names = sorted({name for settings in families.values() for name in settings})
    rows = [f"{json.dumps(name)}: {json.dumps(_history(name, families))}" for name in names]
    index = {name: number for number, name in enumerate(names)}
    orders = [
        f"{json.dumps(family)}: {json.dumps([index[name] for name in settings], separators=(',', ':'))}"
        for family, settings in families.items()
    ]
    parts = ("{", f'"families": {json.dumps(list(families))},', '"settings": {', ",\n".join(rows), "},")
    return "\n".join((*parts, '"order": {', ",\n".join(orders), "}", "}"))


def _history(name: str, families: dict[str, dict[str, Definition]]) -> list[list[Any]]:
    history: list[list[Any]] = []
    previous: str | None = None
    for family, settings in families.items():
        if name in settings:
            definition = list(settings[name])
            if history and history[-1][1] == previous and history[-1][2:] == definition:
                history[-1][1] = family
            else:
                history.append([family, family, *definition])
        previous = family
    return history


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
