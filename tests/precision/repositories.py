"""Public repositories as git keeps them: the files at a commit, and which release of Kafka they speak of."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from driftcheck.model.frozen import frozen

MOST_BYTES = 1 << 20
"""A larger file is no configuration."""

MOST_STATES, MOST_FILES = 4, 500
"""Commits of a repository that are looked at; how many files it may have for more than one."""

CONFLUENT = dict(
    pair.split("=")
    for line in (
        "2.0=0.9.0 3.0=0.10.0 3.1=0.10.1 3.2=0.10.2 3.3=0.11.0 4.0=1.0 4.1=1.1 5.0=2.0 5.1=2.1 5.2=2.2",
        "5.3=2.3 5.4=2.4 5.5=2.5 6.0=2.6 6.1=2.7 6.2=2.8 7.0=3.0 7.1=3.1 7.2=3.2 7.3=3.3",
        "7.4=3.4 7.5=3.5 7.6=3.6 7.7=3.7 7.8=3.8 7.9=3.9 8.0=4.0 8.1=4.1",
    )
    for pair in line.split(" ")
)
"""Confluent Platform's release → Kafka's (Confluent Platform, "Supported versions and interoperability")."""

KAFKA_OF_ITS_OWN = re.compile(
    r"kafka_2\.\d+-(\d+\.\d+\.\d+(?:\.\d+)?)|apache/kafka:(\d+\.\d+\.\d+)"
    r"|kafka_version['\"]?\s*(?:=>|[:=])\s*['\"]?v?(\d+\.\d+\.\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
KAFKA_OF_CONFLUENT = re.compile(
    r"cp-(?:kafka|server):(\d\.\d)|confluent(?:-community|-oss|-platform[-0-9.]*)?-(\d\.\d)\.\d"
)
GREP = (
    r"kafka_2\.[0-9]+-[0-9.]+[0-9]|apache/kafka:[0-9.]+|kafka_version['\"]? *(=>|[:=]) *['\"]?v?[0-9.]+"
    r"|cp-(kafka|server):[0-9.]+|confluent(-community|-oss|-platform[-0-9.]*)?-[0-9]\.[0-9]\.[0-9]"
)
OF_CLIENTS = (":!*pom.xml", ":!*.gradle", ":!*.sbt", ":!*.lock", ":!*.json", ":!*.csv", ":!*.jar")
"""Files that name the release of a library, not that of a broker."""


@frozen
class Repository:
    """One public repository at one commit. `git`: the folder that git calls its directory."""

    name: str
    commit: str
    git: Path

    def files(self) -> list[str]:
        return self._ask("ls-tree", "-r", "-z", "--name-only", self.commit).split("\0")[:-1]

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The files' bytes, without those that git has no content for and those that are too large."""
        wanted = list(paths)
        asked = "".join(f"{self.commit}:{path}\n" for path in wanted).encode()
        command = ["git", "--git-dir", str(self.git), "cat-file", "--batch"]
        out = subprocess.run(command, input=asked, capture_output=True, check=True).stdout
        start = 0
        for path in wanted:
            end = out.index(b"\n", start)
            words = out[start:end].split(b" ")
            start = end + 1
            if words[-1] == b"missing" or not words[-1].isdigit():
                continue
            size = int(words[-1])
            if words[-2] == b"blob" and size <= MOST_BYTES:
                yield path, out[start : start + size]
            start += size + 1

    def states(self) -> list[str]:
        """The commit; of a small repository also earlier ones that changed `.properties` files."""
        if len(self.files()) > MOST_FILES:
            return [self.commit]
        log = self._ask("log", f"-{MOST_STATES}", "--format=%H", self.commit, "--", "*.properties")
        return list(dict.fromkeys((self.commit, *log.split())))

    def tags(self) -> list[str]:
        return self._ask("tag").split("\n")

    def kafka_versions(self) -> set[str]:
        """The releases of Kafka that its scripts, images and documents name, each family's last."""
        found = self._ask("grep", "-ohIiE", GREP, self.commit, "--", ".", *OF_CLIENTS)
        return last_of_each_family(versions_in(found))

    def _ask(self, *arguments: str) -> str:
        done = subprocess.run(["git", "--git-dir", str(self.git), *arguments], capture_output=True)
        return done.stdout.decode("utf-8", "replace")


def versions_in(text: str) -> set[str]:
    own = {next(filter(None, found)) for found in KAFKA_OF_ITS_OWN.findall(text)}
    confluent = {CONFLUENT.get(next(filter(None, found))) for found in KAFKA_OF_CONFLUENT.findall(text)}
    return {version for version in own | confluent if version is not None}


def last_of_each_family(versions: Iterable[str]) -> set[str]:
    """`2.4.0` and `2.4.1` are both 2.4: the later one stands for it."""
    last: dict[tuple[str, ...], str] = {}
    for version in sorted(versions, key=lambda text: [int(part) for part in text.split(".")]):
        parts = tuple(version.split("."))
        last[parts[: 3 if parts[0] == "0" else 2]] = version
    return set(last.values())


def git_directory(place: Path) -> Path:
    """What git calls the directory of a repository in `place`, bare or with a work tree."""
    directories = (place / ".git", place / "repo" / ".git", place / "repo")
    return next((each for each in directories if (each / "HEAD").is_file()), place)


def fetched(folder: Path) -> Iterator[Repository]:
    """The repositories in `folder`: one folder each, called `owner+name`."""
    for place in sorted(folder.iterdir()):
        git = git_directory(place)
        asked = subprocess.run(
            ["git", "--git-dir", str(git), "rev-parse", "HEAD"], capture_output=True, text=True
        )
        if asked.returncode == 0:
            yield Repository(
                name=place.name.replace("+", "/", 1), commit=asked.stdout.strip(), git=git.resolve()
            )
