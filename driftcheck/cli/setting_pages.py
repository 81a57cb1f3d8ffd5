"""Kafka's settings as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from driftcheck.kafka.catalogue import CatalogueEntry
from driftcheck.report.layout.lines import wrapped

HEAD = ("name", "type", "default", "dynamic", "since", "until", "replaced by")
NOTHING = "–"
LONGEST_DEFAULT = 22
MARGIN = 15


def settings_text(entries: Sequence[CatalogueEntry], pattern: str | None, width: int) -> str:
    """A table; above it the setting that the pattern names, or the only one, as a page of its own."""
    named = [entry for entry in entries if entry.name == pattern] or list(
        entries if len(entries) == 1 else ()
    )
    others = [entry for entry in entries if entry not in named]
    parts = [setting_page(entry, width) for entry in named]
    return "\n".join([*parts, setting_table(others, width)] if others else parts)


def setting_table(entries: Sequence[CatalogueEntry], width: int) -> str:
    """A line a setting under a head; what replaced it goes below where there is no room for it."""
    rows = [HEAD[:-1], *(_cells(entry) for entry in entries)]
    columns = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row, last in zip(rows, [HEAD[-1], *(_last(entry) for entry in entries)], strict=True):
        line = "  ".join(cell.ljust(size) for cell, size in zip(row, columns, strict=True))
        if last and len(line) + 2 + len(last) > width and row is not rows[0]:
            lines += [line.rstrip(), *wrapped(last, width, first="    → ", rest="      ")]
        else:
            lines.append(f"{line}  {last}".rstrip())
    count = "1 setting" if len(entries) == 1 else f"{len(entries):,} settings"
    return "".join(f"{line}\n" for line in [*lines, "", f"{count}. {NOTHING}: none, or not yet."])


def setting_page(entry: CatalogueEntry, width: int) -> str:
    """Everything about one setting."""
    known = "; ".join(first if first == last else f"{first} to {last}" for first, last in entry.known_in)
    facts = {
        "type": entry.type,
        "default": "has to be set" if entry.required else _default(entry),
        "valid": entry.valid,
        "dynamic": entry.dynamic or "",
        "importance": entry.importance or "",
        "since": entry.since,
        "until": entry.until or "",
        "known in": known,
        "deprecated": "yes" if entry.deprecated else "",
        "internal": "yes: Kafka does not document it" if entry.internal else "",
        "replaced by": ", ".join(entry.replaced_by),
        "synonyms": ", ".join(entry.synonyms),
    }
    lines = [entry.name]
    for label, text in facts.items():
        if text:
            margin = f"  {label}".ljust(MARGIN)
            lines += wrapped(text, width, first=margin, rest=" " * MARGIN)
    return "".join(f"{line}\n" for line in lines)


def settings_json(entries: Sequence[CatalogueEntry]) -> str:
    """The settings as a JSON list of objects, whose keys are those of `docs/settings.md`; ASCII."""
    return json.dumps([asdict(entry) for entry in entries], indent=2) + "\n"


def _cells(entry: CatalogueEntry) -> tuple[str, ...]:
    default = "(required)" if entry.required else _default(entry)
    if len(default) > LONGEST_DEFAULT:
        default = f"{default[: LONGEST_DEFAULT - 1]}…"
    return (entry.name, entry.type, default, entry.dynamic or NOTHING, entry.since, entry.until or NOTHING)


def _last(entry: CatalogueEntry) -> str:
    replaced = ", ".join(entry.replaced_by)
    return " ".join(filter(None, ("(deprecated)" if entry.deprecated else "", replaced)))


def _default(entry: CatalogueEntry) -> str:
    if entry.default is None:
        return NOTHING
    return entry.default or "''"
