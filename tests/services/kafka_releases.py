"""The jars of real Kafka releases, fetched once with Maven and kept in a cache folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.requirements import unavailable

FETCH_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Release:
    """What Maven has to bring: Kafka's artefact and what it lacks on a current Java."""

    artefact: str
    extra: tuple[str, ...] = ()
    log4j: bool = False
    """Whether the release brings log4j itself; a second slf4j binding would silence it."""


JAXB = "javax.xml.bind:jaxb-api:2.3.1"
_LOG = "org.slf4j:slf4j-simple:1.7.36"

RELEASES = {
    "0.8.2.2": Release("kafka_2.11", log4j=True),
    "0.9.0.1": Release("kafka_2.11", log4j=True),
    "0.11.0.3": Release("kafka_2.11", (JAXB,), log4j=True),
    "1.1.1": Release("kafka_2.12", (_LOG,)),
    "2.8.2": Release("kafka_2.13", (_LOG,)),
    "3.9.1": Release("kafka_2.13", (_LOG,)),
}

# Sun's old management jars are in no public repository; the brokers do not need them.
EXCLUDED = ("com.sun.jdmk:jmxtools", "com.sun.jmx:jmxri", "javax.jms:jms")


def cache_folder() -> Path:
    """`$DRIFTCHECK_CACHE`, else `~/.cache/driftcheck`."""
    return Path(os.environ.get("DRIFTCHECK_CACHE") or Path.home() / ".cache" / "driftcheck")


def library(release: str) -> Path:
    """The folder with the release's jars; fetched on first use, skips or fails the test if it cannot be."""
    folder = cache_folder() / f"kafka-{release}"
    if (folder / "lib").is_dir():
        return folder / "lib"
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            unavailable("kafka", f"there is no {program}")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:  # several test runs may want the same jars at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "lib").is_dir():
            _fetch(release, folder)
    return folder / "lib"


def _fetch(release: str, folder: Path) -> None:
    (folder / "pom.xml").write_text(_pom(release))
    with tempfile.TemporaryDirectory(dir=folder) as partial:
        target = Path(partial) / "lib"
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={target}"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            unavailable("kafka", f"Maven did not fetch {release} within {FETCH_SECONDS} s")
        if done.returncode or not target.is_dir():
            unavailable("kafka", f"Maven could not fetch {release}: {(done.stdout + done.stderr)[-800:]}")
        target.rename(folder / "lib")


def _pom(release: str) -> str:
    wanted = RELEASES[release]
    artefacts = (f"org.apache.kafka:{wanted.artefact}:{release}", *wanted.extra)
    return pom("kafka", release, dict.fromkeys(artefacts, EXCLUDED))


def pom(name: str, version: str, artefacts: Mapping[str, Sequence[str]]) -> str:
    """A Maven project of artefacts (`GROUP:NAME:VERSION`), each without those named (`GROUP:NAME`)."""
    dependencies = "".join(
        "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>".format(
            *artefact.split(":")
        )
        + f"<exclusions>{''.join(map(_exclusion, excluded))}</exclusions></dependency>"
        for artefact, excluded in artefacts.items()
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>driftcheck.tests</groupId><artifactId>{name}</artifactId>"
        f"<version>{version}</version><packaging>pom</packaging>"
        f"<dependencies>{dependencies}</dependencies></project>\n"
    )


def _exclusion(name: str) -> str:
    group, artefact = name.split(":")
    return f"<exclusion><groupId>{group}</groupId><artifactId>{artefact}</artifactId></exclusion>"
