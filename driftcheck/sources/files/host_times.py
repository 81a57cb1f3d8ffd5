"""When a collected file was last changed on its machine: what a listing made there says of it.

A copy's own time says when it was copied, and that of a working copy when it was checked out: neither counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from driftcheck.formats.file_times import FileTime, parse_file_times
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, PropertiesObservation
from driftcheck.model.tree import Tree
from driftcheck.sources.files.bounded import MOST_LINES, read_bounded

KIND = "file-times"
SOURCE = "file_times"


@frozen
class Listing:
    """A node's listing; `broken`: why it could not be read."""

    node: str
    location: Location
    files: tuple[FileTime, ...] = ()
    broken: Unknown | None = None


def read_listing(tree: Tree, path: str, node: str) -> tuple[Listing, tuple[Gap, ...]]:
    """One `file-times`; a Gap if it cannot be read, and one for the first of its lines that cannot."""
    place = Location(source="rendered", name=path)
    content = read_bounded(tree, path, MOST_LINES)
    hides = f"when files of {node} were changed"
    if isinstance(content, Unknown):
        gap = Gap(source="rendered", kind=content.kind, reason=content.reason, location=place, hides=hides)
        return Listing(node=node, location=place, broken=replace(content, location=place)), (gap,)
    found = parse_file_times(content)
    gaps = [
        Gap(
            source="rendered",
            kind=UnknownKind.FAULT,
            reason="no line of `stat -c '%Y %s %n'`, `find -printf '%T@ %s %p\\n'` or `ls -l --full-time`",
            location=replace(place, line=line, column=1),
            hides=hides,
        )
        for line in found.unread[:1]
    ]
    return Listing(node=node, location=place, files=found.files), tuple(gaps)


def with_times(
    files: Iterable[PropertiesObservation], listings: Sequence[Listing], tree: Tree
) -> list[PropertiesObservation]:
    """The files of one tree with the times that the listings of their nodes have; the others as they were."""
    files = list(files)
    by_node: dict[str, list[Listing]] = {}
    for listing in listings:
        by_node.setdefault(listing.node, []).append(listing)
    if not by_node:
        return files
    count: dict[tuple[str, str], int] = {}
    for file in files:
        count[_key(file)] = count.get(_key(file), 0) + 1
    return [
        replace(file, changed_at=_changed_at(file, by_node[file.node], tree, alone=count[_key(file)] == 1))
        if file.node in by_node
        else file
        for file in files
    ]


def _key(file: PropertiesObservation) -> tuple[str, str]:
    return file.node, _parts(file.location.name)[-1]


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _changed_at(
    file: PropertiesObservation, listings: Sequence[Listing], tree: Tree, *, alone: bool
) -> Fact[datetime]:
    """By the listed file whose path ends like the copy's; `alone`: the node has no other of its name."""
    broken = next((listing.broken for listing in listings if listing.broken is not None), None)
    own = _parts(file.location.name)
    named = [
        (_common(own, _parts(each.path)), each, listing.location)
        for listing in listings
        for each in listing.files
        if _common(own, _parts(each.path)) >= (1 if alone else 2)
    ]
    best = max((common for common, _, _ in named), default=0)
    fitting = [(each, place) for common, each, place in named if common == best]
    if not fitting:
        return broken or missing(f"{own[-1]} does not stand in {listings[0].location.name}", file.location)
    if len(fitting) > 1:
        names = " and ".join(sorted({each.path for each, _ in fitting})[:2])
        return missing(f"which of {names} is {file.location.name} cannot be told", fitting[0][1])
    ((found, place),) = fitting
    place = replace(place, line=found.line, column=1)
    content = tree.read(file.location.name) if found.size is not None else b""
    if found.size is not None and not isinstance(content, Unknown) and len(content) != found.size:
        why = f"{found.path} had {found.size:,} bytes when it was listed, its copy has {len(content):,}"
        return missing(f"{why}: they are not of one moment", place)
    return Known(value=found.changed_at, location=place)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts at the end of two paths are the same."""
    count = 0
    for first, second in zip(reversed(one), reversed(other), strict=False):
        if first != second:
            break
        count += 1
    return count
