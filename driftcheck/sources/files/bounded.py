"""Reading a file that nobody writes by the megabyte: what is larger is not parsed."""

from __future__ import annotations

from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.tree import Tree

MEBIBYTE = 2**20
MOST_LINES = 4 * MEBIBYTE
"""Bytes of a `.properties` or hosts file: each line becomes an object a hundred times its size."""
MOST_JSON = 16 * MEBIBYTE
"""Bytes of a node object or role: a Chef server takes no more than a few."""


def read_bounded(tree: Tree, path: str, most: int) -> bytes | Unknown:
    """The file's bytes; Unknown for what the tree does not read, and for more than `most` bytes."""
    content = tree.read(path)
    if isinstance(content, Unknown) or len(content) <= most:
        return content
    return Unknown(
        kind=UnknownKind.UNSUPPORTED,
        reason=f"it is larger than {most // MEBIBYTE} MiB",
        location=Location(source="files", name=path),
    )
