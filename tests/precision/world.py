"""What one run of `driftcheck lint` reads: a folder of public files that belong together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from driftcheck.formats.properties import parse_properties
from driftcheck.model.frozen import frozen
from tests.precision.repositories import Repository


@frozen
class World:
    """`files`: a path in the world → the path in the repository, and its bytes."""

    repository: Repository
    name: str
    version: str | None
    files: Mapping[str, tuple[str, bytes]]

    @property
    def fingerprint(self) -> str:
        """Equal for worlds whose files hold the same settings, whatever their comments and order."""
        texts = sorted(
            "\n".join(f"{key}={value}" for key, value in sorted(settings(content).items()))
            if path.endswith(".properties")
            else f"{path}\n{hashlib.sha256(content).hexdigest()}"
            for path, (_, content) in self.files.items()
        )
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        for path, (_, content) in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        lines = f"kafka_version: {self.version}\n" if self.version else ""
        (folder / ".driftcheck.yaml").write_text(lines, encoding="utf-8")
        about = {
            "repository": self.repository.name,
            "commit": self.repository.commit,
            "files": {path: origin for path, (origin, _) in self.files.items()},
        }
        (folder / "world.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


def settings(content: bytes) -> dict[str, str]:
    return {entry.key: entry.value for entry in parse_properties(content).entries}
