"""From which release's own example file a broker's file was made, by the lines that they share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
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

RELEASE = re.compile(r"0\.\d+\.\d+(?:\.\d+)?|[1-9]\d*\.\d+\.\d+")


class Stock:
    """Kafka's own files of all releases, out of a clone of its repository."""

    def __init__(self, kafka: Repository) -> None:
        self._kafka = kafka

    @cached_property
    def _comments(self) -> Mapping[str, frozenset[str]]:
        """Release → the comments of one of its files; a release may be there once for each file."""
        found: dict[str, frozenset[str]] = {}
        for tag in sorted(filter(RELEASE.fullmatch, self._kafka.tags())):
            at = Repository(name=self._kafka.name, commit=tag, git=self._kafka.git)
            for path, content in at.read(FILES):
                found[f"{tag} {path}"] = comments(content)
        return found

    def releases_like(self, content: bytes) -> list[Release]:
        """The releases whose file shares most lines of comment, in order; none if these are few."""
        own = comments(content)
        shared = {key: len(own & lines) for key, lines in self._comments.items()}
        most = max(shared.values(), default=0)
        alike = {parse_version(key.split(" ")[0]) for key, count in shared.items() if count == most}
        return sorted(alike) if most >= FEWEST else []

    def has(self, settings: Mapping[str, str]) -> bool:
        """Whether a release comes with a file of just these settings."""
        return frozenset(settings.items()) in self._settings

    @cached_property
    def _settings(self) -> frozenset[frozenset[tuple[str, str]]]:
        found = set[frozenset[tuple[str, str]]]()
        for tag in filter(RELEASE.fullmatch, self._kafka.tags()):
            at = Repository(name=self._kafka.name, commit=tag, git=self._kafka.git)
            for _, content in at.read(FILES):
                found.add(frozenset((each.key, each.value) for each in parse_properties(content).entries))
        return frozenset(found)


def comments(content: bytes) -> frozenset[str]:
    return frozenset(comment.text.strip() for comment in parse_properties(content).comments) - {"#"}


def stock(folder: Path) -> Stock | None:
    """Kafka's own files, if its repository is among those in `folder`."""
    place = folder / KAFKA.replace("/", "+")
    git = git_directory(place).resolve()
    return Stock(Repository(name=KAFKA, commit="HEAD", git=git)) if place.exists() else None
