"""The class paths of Kafka releases, broker, clients and Connect together, brought by one run of Maven."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.services.kafka_releases import EXCLUDED, JAXB, cache_folder, pom

RELEASES = (
    *("0.8.0", "0.8.1", "0.8.1.1", "0.8.2.0", "0.8.2.1", "0.8.2.2", "0.9.0.0", "0.9.0.1"),
    *("0.10.0.0", "0.10.0.1", "0.10.1.0", "0.10.1.1", "0.10.2.0", "0.10.2.1", "0.10.2.2"),
    *("0.11.0.0", "0.11.0.1", "0.11.0.2", "0.11.0.3", "1.0.0", "1.0.1", "1.0.2", "1.1.0", "1.1.1"),
    *("2.0.0", "2.0.1", "2.1.0", "2.1.1", "2.2.0", "2.2.1", "2.2.2", "2.3.0", "2.3.1", "2.4.0", "2.4.1"),
    *("2.5.0", "2.5.1", "2.6.0", "2.6.1", "2.6.2", "2.6.3", "2.7.0", "2.7.1", "2.7.2"),
    *("2.8.0", "2.8.1", "2.8.2", "3.0.0", "3.0.1", "3.0.2", "3.1.0", "3.1.1", "3.1.2"),
    *("3.2.0", "3.2.1", "3.2.2", "3.2.3", "3.3.0", "3.3.1", "3.3.2", "3.4.0", "3.4.1"),
    *("3.5.0", "3.5.1", "3.5.2", "3.6.0", "3.6.1", "3.6.2", "3.7.0", "3.7.1", "3.7.2", "3.8.0", "3.8.1"),
    *("3.9.0", "3.9.1", "3.9.2", "4.0.0", "4.0.1", "4.1.0", "4.1.1", "4.1.2"),
)
"""Every release whose settings are known, oldest first."""

WITHOUT_CONNECT = ("4.0.1",)
"""Releases whose Connect is not to be had; it has the settings of the release before."""

_CONNECT = ("connect-runtime", "connect-api", "connect-json")


def numbers(release: str) -> tuple[int, ...]:
    """The numbers of a release's name, by which releases are ordered."""
    return tuple(map(int, release.split(".")))


def class_paths(releases: Sequence[str] = RELEASES) -> dict[str, str]:
    """The class path of each release. Raises CalledProcessError if Maven cannot bring one."""
    folder = cache_folder() / "class-paths"
    missing = [release for release in releases if not (folder / release / "class-path").is_file()]
    if missing:
        _resolve(missing, folder)
    return {release: (folder / release / "class-path").read_text(encoding="utf-8") for release in releases}


def _resolve(releases: Sequence[str], folder: Path) -> None:
    for release in releases:
        (folder / release).mkdir(parents=True, exist_ok=True)
        (folder / release / "pom.xml").write_text(_pom(release), encoding="utf-8")
    modules = "".join(f"<module>{release}</module>" for release in releases)
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>driftcheck.tests</groupId><artifactId>class-paths</artifactId><version>1</version>"
        f"<packaging>pom</packaging><modules>{modules}</modules></project>\n",
        encoding="utf-8",
    )
    goal = "dependency:build-classpath"
    command = ["mvn", "-q", "-B", "-fae", "-T", "2", goal, "-Dmdep.outputFile=class-path"]
    subprocess.run(command, cwd=folder, check=True)


def _pom(release: str) -> str:
    artefacts = {f"org.apache.kafka:{_broker(release)}:{release}": EXCLUDED, JAXB: ()}
    if numbers(release) >= (0, 8, 2):
        artefacts[f"org.apache.kafka:kafka-clients:{release}"] = EXCLUDED
    if numbers(release) >= (0, 9) and release not in WITHOUT_CONNECT:
        for name in _CONNECT:
            artefacts[f"org.apache.kafka:{name}:{release}"] = ("*:*",)
    return pom(f"kafka-{release}", release, artefacts)


def _broker(release: str) -> str:
    """Kafka's artefact, named after the Scala that it was compiled with."""
    for before, scala in (((0, 8, 2), "2.10"), ((1, 0), "2.11"), ((2, 4), "2.12")):
        if numbers(release) < before:
            return f"kafka_{scala}"
    return "kafka_2.13"
