"""A single file that the user named, wherever it lies."""

from __future__ import annotations

import os

from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.sources.files.folder import MAX_FILE_BYTES, FolderTree


def read_file(path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes | Unknown:
    """Its bytes, links followed to wherever they lead; Unknown says why it cannot be read."""
    folder, name = os.path.split(os.path.realpath(path))
    if os.path.isdir(path):
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason="it is a folder")
    return FolderTree(folder, max_bytes=max_bytes).read(name)
