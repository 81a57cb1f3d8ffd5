"""A Tree in memory: what an archive, a test or the demo hands over as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location


class MemoryTree:
    """Files from a mapping of path to text, bytes or the Unknown that reading them gives.

    `modified` is the time of all files; without it their age is Absent.
    """

    def __init__(
        self,
        files: Mapping[str, str | bytes | Unknown],
        *,
        name: str = "memory",
        modified: datetime | None = None,
    ) -> None:
        self._files = dict(files)
        self._name = name
        self._modified = modified

    @property
    def name(self) -> str:
        return self._name

    def list(self) -> list[str]:
        return sorted(self._files)

    def read(self, path: str) -> bytes | Unknown:
        content = self._files.get(path)
        if content is None:
            location = Location(source="files", name=path)
            return Unknown(kind=UnknownKind.FAULT, reason="no such file or directory", location=location)
        return content.encode() if isinstance(content, str) else content

    def modified(self, path: str) -> Fact[datetime]:
        if self._modified is None:
            return Absent(evidence="the tree keeps no times")
        return Known(value=self._modified, location=Location(source="files", name=path))
