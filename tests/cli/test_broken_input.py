"""Broken input is said with its place, hides only itself, and never reaches the terminal raw."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.commands import driftcheck, invoked
from tests.services.zookeeper import ZooKeeperServer
from tests.sources.questions.servers import answering, question, response
from tests.tiers import sampled

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures/chef"
DOCUMENT = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
TABLE = re.search(r"^## Broken input\n(.*?)^## ", DOCUMENT, re.DOTALL | re.MULTILINE)
ROWS = re.findall(r"^\| (.*?) \| `+(.*?)`+ \| (\d) \|$", TABLE[1] if TABLE else "", re.MULTILINE)

ATTRIBUTES = "cookbooks/parsely_kafka/attributes/default.rb"
NODE = "nodes/kafka02.json"
PROPERTIES = "rendered/kafka02/etc/kafka/server.properties"
ZONE = "dns/prod.example.com.zone"

Break = Callable[[Path], None]


def writes(path: str, content: bytes) -> Break:
    return lambda repository: put(repository / path, content)


def put(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def replaces(path: str, old: str, new: str) -> Break:
    """The first `old` in a file becomes `new`."""

    def broken(repository: Path) -> None:
        text = (repository / path).read_text(encoding="utf-8")
        assert old in text
        (repository / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return broken


def links(path: str, target: str) -> Break:
    def broken(repository: Path) -> None:
        (repository / path).unlink(missing_ok=True)
        (repository / path).symlink_to(target)

    return broken


def forbids(path: str) -> Break:
    return lambda repository: (repository / path).chmod(0)


def records_of(zone: Path) -> Iterator[tuple[str, str, str]]:
    """The absolute name, type and value of each A and PTR record of a zone file of the fixtures."""
    text = zone.read_text(encoding="utf-8")
    (origin,) = re.findall(r"^\$ORIGIN (\S+)$", text, re.MULTILINE)
    for name, rrtype, value in re.findall(r"^(\w+) +IN (A|PTR) (\S+)$", text, re.MULTILINE):
        yield f"{name}.{origin}", rrtype, value


def from_zones(query: bytes) -> Iterator[bytes]:
    name, rrtype = question(query)
    value = RECORDS.get((f"{name}.", rrtype))
    yield response(query, *([f"{name}. 300 {rrtype} {value}"] if value else []))


def nothing(repository: Path) -> None:
    """The repository is as it should be."""


BROKEN: Mapping[str, Break] = {
    "a node object that is no JSON": writes(NODE, b'{"name": "kafka02",\n'),
    "a binary node object": writes(NODE, b"\x89PNG\r\n\x1a\n\0\0"),
    "a node object of another type": writes(NODE, b"[1, 2]"),
    "a part of a node object of another type": replaces(NODE, '"run_list": [', '"run_list": ["x", 5, '),
    "a node object without permission": forbids(NODE),
    "a loop of links": links(NODE, "kafka02.json"),
    "a link that leads out of the repository": links("nodes/zz.json", "/etc/hostname"),
    "a file that Java cannot read": replaces(PROPERTIES, "\n", "\nx=\\u00zz\n"),
    "a rendered file without permission": forbids(PROPERTIES),
    "a loop of links among rendered files": links(PROPERTIES, "server.properties"),
    "a zone file with an error": replaces(ZONE, "$TTL", "kafka99 A nowhere\n$TTL"),
    "a binary zone file": writes(ZONE, b"\0\1\2"),
    "a zone file that is not there": lambda repository: (repository / ZONE).unlink(),
    "a Kafka version that there is not": replaces(ATTRIBUTES, "= '0.8.2.1'", "= '0.8.2.1.9'"),
    "a resolver that drops everything": nothing,
    "a ZooKeeper that is down": nothing,
}
FOUND = {"a file that Java cannot read": "CFG009"}
"""Where what is left of the broken part is worth a warning: Chef would not write that line."""
FORBIDDEN = {"a node object without permission", "a rendered file without permission"}
SERVERS = {"a resolver that drops everything", "a ZooKeeper that is down"}
ENSEMBLES = {"a chroot that is not there": "/nowhere", "a chroot without brokers": "/empty"}
OF_ANY_AGE = ("--max-age", "99999d")
"""The machines of the fixtures are those of 2015."""


RECORDS = {
    (name, rrtype): value
    for zone in sorted((FIXTURES / "healthy/dns").glob("*.zone"))
    for name, rrtype, value in records_of(zone)
}


@pytest.fixture
def resolvers() -> Iterator[Mapping[str, str]]:
    """A name server that takes questions and never answers, and one that has the repository's zones."""
    with answering(lambda query: ()) as silent, answering(from_zones) as right:
        yield {"silent": silent, "right": right}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository in which nothing is wrong."""
    copy = tmp_path / "repository"
    shutil.copytree(FIXTURES / "healthy", copy)
    return copy


class Ended(NamedTuple):
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


def judged(what: str, path: Path, resolvers: Mapping[str, str]) -> Ended:
    """The report on a repository, with the server that is broken if it is one."""
    if what in FORBIDDEN:
        done = driftcheck("lint", str(path), prefix=without_roots_rights())
        return Ended(done.stdout, done.stderr, done.returncode)
    arguments: tuple[str, ...] = ("lint", str(path))
    if what in SERVERS:
        resolver = resolvers["silent" if "resolver" in what else "right"]
        servers = ("--zk", "127.0.0.1:1", "--resolver", resolver, "--timeout", "0.3")
        arguments = ("live", *servers, "--cluster", "prod", *OF_ANY_AGE, str(path))
    result = invoked(*arguments)
    return Ended(result.stdout, result.stderr, result.exit_code)


def without_roots_rights() -> tuple[str, ...]:
    """A prefix to a command: root reads what its mode forbids, unless it has given that right away."""
    if os.geteuid() != 0:
        return ()
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which(prefix[0]) is None or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("root may read everything, and there is no setpriv to give that up (util-linux)")
    return prefix


def test_the_document_lists_what_is_tested() -> None:
    assert [what for what, _, _ in ROWS] == [*BROKEN, *ENSEMBLES]


@pytest.mark.parametrize(("what", "said", "code"), sampled((row for row in ROWS if row[0] in BROKEN), 3))
def test_it_is_said_with_its_place_and_nothing_is_made_up(
    what: str, said: str, code: str, repository: Path, resolvers: Mapping[str, str]
) -> None:
    BROKEN[what](repository)
    result = judged(what, repository, resolvers)
    text = " ".join(result.stdout.split())
    assert said in text.partition("Not checked:")[2]
    found = FOUND.get(what, "")
    assert ("0 errors, 1 warning" if found else "0 errors, 0 warnings") in text
    assert text.startswith(f"warning {found} ") or not found
    assert (result.stderr, result.code) == ("", int(code))


@pytest.mark.parametrize("what", sampled(BROKEN, 5))
def test_all_else_is_judged(what: str, repository: Path, resolvers: Mapping[str, str]) -> None:
    BROKEN[what](repository)
    replaces("rendered/kafka09/etc/kafka/server.properties", "broker.id=9\n", "broker.id=8\n")(repository)
    result = judged(what, repository, resolvers)
    assert re.search(r"^error IDN002  .*kafka08 and kafka09", result.stdout, re.MULTILINE)
    assert (result.stderr, result.code) == ("", 1)


@pytest.mark.services
@pytest.mark.parametrize(("what", "said", "code"), [row for row in ROWS if row[0] in ENSEMBLES])
def test_an_ensemble_without_the_cluster_is_said(
    what: str,
    said: str,
    code: str,
    zookeeper_server: ZooKeeperServer,
    repository: Path,
    resolvers: Mapping[str, str],
) -> None:
    with zookeeper_server.client(chroot="/empty"):
        zk = zookeeper_server.address + ENSEMBLES[what]
        arguments = ("--zk", zk, "--resolver", resolvers["right"], "--cluster", "prod", *OF_ANY_AGE)
        result = invoked("live", *arguments, str(repository))
    text = " ".join(result.stdout.split())
    assert said in text.partition("Not checked:")[2]
    found = FOUND.get(what, "")
    assert ("0 errors, 1 warning" if found else "0 errors, 0 warnings") in text
    assert text.startswith(f"warning {found} ") or not found
    assert (result.stderr, result.exit_code) == ("", int(code))
