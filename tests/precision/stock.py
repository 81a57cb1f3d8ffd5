"""From which release's own example file a broker's file was made, by the lines that they share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from driftcheck.formats.properties import parse_properties
from driftcheck.kafka.versions import Release, parse_version
from tests.precision.repositories import Repository, git_directory

KAFKA = "apache/kafka"
FILES = tuple(
    f"config/{name}.properties" for name in ("server", "kraft/server", "kraft/broker", "kraft/controller")
)
FEWEST = 15
"""Lines of comment that have to be shared: a file that was written anew shares none."""

RELEASE = re.compile(r"(?:0\.\d+\.\d+(?:\.\d+)?|[1-9]\d*\.\d+\.\d+)(?:-rc\d+)?")


class Stock:
    """Kafka's own files of all releases, out of a clone of its repository."""

    def __init__(self, kafka: Repository) -> None:
        self._comments: dict[str, frozenset[str]] = {}
        self._settings = set[frozenset[tuple[str, str]]]()
        for tag in sorted(filter(RELEASE.fullmatch, kafka.tags())):
            for path, content in Repository(name=kafka.name, commit=tag, git=kafka.git).read(FILES):
                self._comments[f"{tag} {path}"] = comments(content)
                entries = parse_properties(content).entries
                self._settings.add(frozenset((each.key, each.value) for each in entries))

    def releases_like(self, content: bytes) -> list[Release]:
        """The releases whose file shares most lines of comment, in order; none if these are few."""
        own = comments(content)
        shared = {key: len(own & lines) for key, lines in self._comments.items()}
        most = max(shared.values(), default=0)
        alike = {parse_version(re.split("[ -]", key)[0]) for key, count in shared.items() if count == most}
        return sorted(alike) if most >= FEWEST else []

    def has(self, settings: Mapping[str, str]) -> bool:
        """Whether a release comes with a file of just these settings."""
        return frozenset(settings.items()) in self._settings


def comments(content: bytes) -> frozenset[str]:
    return frozenset(comment.text.strip() for comment in parse_properties(content).comments) - {"#"}


def stock(folder: Path) -> Stock | None:
    """Kafka's own files, if its repository is among those in `folder`."""
    place = folder / KAFKA.replace("/", "+")
    git = git_directory(place).resolve()
    return Stock(Repository(name=KAFKA, commit="HEAD", git=git)) if place.exists() else None
