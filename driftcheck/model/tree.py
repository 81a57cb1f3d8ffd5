"""A tree of files as the pure rooms see it: a folder, a git ref or memory, without their errors."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from driftcheck.model.facts import Fact, Unknown


class Tree(Protocol):
    """Files by path relative to the root, with `/` between the parts."""

    @property
    def name(self) -> str:
        """What a message calls the tree: the folder's path as the user gave it."""

    def list(self) -> Iterable[str]:
        """The paths of all files, sorted; what could not be listed is met again when it is read."""

    def read(self, path: str) -> bytes | Unknown:
        """A file's bytes; Unknown (fault, denied, unsupported) says why it could not be read."""

    def modified(self, path: str) -> Fact[datetime]:
        """When the file was last written, in UTC; Absent where the tree keeps no times."""


def stem_of(path: str) -> str:
    """The name of a file without its last suffix: `nodes/kafka01.json` → `kafka01`."""
    return posixpath.splitext(posixpath.basename(path))[0]
