"""JSON files of a tree, and the lines of what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from driftcheck.formats.json_text import JsonError, locate, parse_json
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.tree import Tree
from driftcheck.sources.files.bounded import MOST_JSON, read_bounded


@frozen
class JsonDocument:
    """A parsed file; `content` is kept for the lines of what is wrong in it, while the document is read."""

    value: object
    content: bytes

    def located(self, unknown: Unknown) -> Unknown:
        """The same Unknown with the line and column of its pointer."""
        location = unknown.location
        if location is None or location.pointer is None:
            return unknown
        line, column = locate(self.content, location.pointer)
        return replace(unknown, location=replace(location, line=line, column=column))


def read_json(
    tree: Tree, path: str, source: str, parse: Callable[[bytes], object] = parse_json
) -> JsonDocument | Unknown:
    """A file as JSON; Unknown with its place (line and column for a syntax error) if it cannot be read.

    `parse` raises JsonError for what it cannot read.
    """
    content = read_bounded(tree, path, MOST_JSON)
    if isinstance(content, Unknown):
        return replace(content, location=Location(source=source, name=path))
    try:
        return JsonDocument(value=parse(content), content=content)
    except JsonError as error:
        where = Location(source=source, name=path, line=error.line, column=error.column)
        return Unknown(kind=UnknownKind.FAULT, reason=f"no valid JSON: {error.message}", location=where)
