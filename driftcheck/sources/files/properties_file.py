"""One `.properties` file of a tree as an observation: its entries, its inline ignores, its problems."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.formats.properties import Entry, parse_properties
from driftcheck.kafka.secrets import is_secret_value
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, InlineIgnore, PropertiesObservation, PropertyEntry
from driftcheck.model.tree import Tree
from driftcheck.sources.files.bounded import MOST_LINES, read_bounded
from driftcheck.sources.files.inline_ignores import MARK, IgnoreError, inline_ignore


def read_properties(
    tree: Tree, path: str, kind: str, node: str
) -> tuple[PropertiesObservation, tuple[Gap, ...]]:
    """Read a file as `java.util.Properties` does; a Gap for all that cannot be read or does not count."""
    location = Location(source="rendered", name=path)
    content = read_bounded(tree, path, MOST_LINES)
    observed_at = tree.modified(path)
    if isinstance(content, Unknown):
        observation = PropertiesObservation(
            kind=kind,
            node=node,
            location=location,
            observed_at=observed_at,
            entries=replace(content, location=location),
        )
        return observation, (_gap(content.kind, content.reason, location, f"the {kind} of {node}"),)
    parsed = parse_properties(content)
    gaps = [
        _gap(UnknownKind.FAULT, problem.message, _line(path, problem.line), f"a line of the {kind} of {node}")
        for problem in parsed.problems
    ]
    ignores: list[InlineIgnore] = []
    for comment in [each for each in parsed.comments if MARK in each.text]:
        where = _line(path, comment.line)
        try:
            ignore = inline_ignore(comment.text, where)
        except IgnoreError as error:
            gaps.append(_gap(UnknownKind.UNSUPPORTED, str(error), where, "an ignore, which does not count"))
        else:
            ignores.extend([ignore] if ignore else [])
    entries = tuple(_entry(path, entry) for entry in parsed.entries)
    observation = PropertiesObservation(
        kind=kind,
        node=node,
        location=location,
        observed_at=observed_at,
        entries=Known(value=entries, location=location),
        ignores=tuple(ignores),
    )
    return observation, tuple(gaps)


def _entry(path: str, entry: Entry) -> PropertyEntry:
    value = Known(
        value=entry.value,
        location=_line(path, entry.line, entry.key),
        secret=is_secret_value(entry.key, entry.value),
    )
    return PropertyEntry(key=entry.key, value=value, line=entry.line)


def _line(path: str, line: int, key: str | None = None) -> Location:
    return Location(source="rendered", name=path, pointer=key, line=line, column=1)


def _gap(kind: UnknownKind, reason: str, location: Location, hides: str) -> Gap:
    return Gap(source="rendered", kind=kind, reason=reason, location=location, hides=hides)
