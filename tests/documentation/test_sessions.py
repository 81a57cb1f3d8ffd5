"""What the documents show of a terminal is what happens.

`make golden` writes the output of sessions anew: read the difference before you commit it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.documentation.blocks import ROOT, Block, blocks
from tests.documentation.sessions import Step, is_as_documented, run, steps, written
from tests.golden.agreed import UPDATE
from tests.services.dns import running_bind
from tests.services.process import CannotStartError
from tests.services.requirements import unavailable
from tests.services.zookeeper import ZooKeeperServer
from tests.tiers import sampled

EXAMPLES = ROOT / "fixtures/chef"
ENSEMBLE, RESOLVER = "zk1:2181", "10.0.0.2"
SESSIONS = [block for block in blocks("console") if ENSEMBLE not in block.text]
LIVE_SESSIONS = [block for block in blocks("console") if ENSEMBLE in block.text]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the examples, checked out just now, where the sessions take place."""
    copy = tmp_path / "examples"
    shutil.copytree(EXAMPLES, copy, copy_function=shutil.copyfile)
    return copy


@pytest.mark.parametrize("block", sampled(SESSIONS, 6), ids=str)
def test_a_session_goes_as_the_document_shows(block: Block, folder: Path) -> None:
    documented = steps(block)
    compare(block, documented, run(documented, folder))


@pytest.fixture
def servers(zookeeper_server: ZooKeeperServer, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The ensemble and the name server of the night, by the addresses that documents give them."""
    zone = (EXAMPLES / "kafkapocalypse/dns/prod.example.com.zone").read_text(encoding="utf-8")
    try:
        with (
            zookeeper_server.client(chroot="/kafka") as client,
            running_bind(tmp_path / "dns", {"prod.example.com": zone}) as dns,
        ):
            for number, record in registrations():
                client.create(f"/brokers/ids/{number}", record, ephemeral=True, makepath=True)
            client.create(
                "/controller", b'{"version":1,"brokerid":1,"timestamp":"1427404000000"}', ephemeral=True
            )
            yield {ENSEMBLE: zookeeper_server.address, RESOLVER: dns.resolver}
            client.delete("/controller")
            client.delete("/brokers", recursive=True)
    except CannotStartError as error:
        unavailable("dns", str(error))


def registrations() -> Iterator[tuple[int, bytes]]:
    """The registrations of the outage, as Kafka 0.8.2 writes them."""
    snapshot: Any = json.loads((EXAMPLES / "kafkapocalypse/outage.snapshot.json").read_text(encoding="utf-8"))
    for each in snapshot["zookeepers"][0]["registrations"]["known"]:
        record = {"jmx_port": -1, "timestamp": "1427404447751", "version": each["json_version"]["known"]}
        record |= {"host": each["host"]["known"], "port": each["port"]["known"]}
        yield each["broker_id"], json.dumps(record).encode()


@pytest.mark.services
@pytest.mark.parametrize("block", LIVE_SESSIONS, ids=str)
def test_a_live_session_goes_as_the_document_shows(
    block: Block, folder: Path, servers: Mapping[str, str]
) -> None:
    documented = steps(block)
    compare(block, documented, run(documented, folder, servers=servers))


def compare(block: Block, documented: list[Step], found: list[Step]) -> None:
    if all(map(is_as_documented, documented, found)):
        return
    if not UPDATE:
        assert written(documented) == written(found)
    path = ROOT / block.document
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(fenced(block.text), fenced(written(found))), encoding="utf-8")


def fenced(session: str) -> str:
    return f"```console\n{session}```\n"


def test_there_are_sessions() -> None:
    assert {block.document for block in SESSIONS} >= {"README.md", "docs/lint.md", "docs/output.md"}
    assert {block.document for block in LIVE_SESSIONS} >= {"docs/live.md"}


@pytest.mark.parametrize(
    ("documented", "shown", "fits"),
    [
        (("a … c", ""), ("a b c", ""), True),
        (("…",), ("",), True),
        (("a.c",), ("abc",), False),
        (("a",), ("a", "b"), False),
        (("a", "b"), ("a",), False),
        (("…",), ("a", "b"), False),
    ],
)
def test_an_ellipsis_is_anything_within_its_line(
    documented: tuple[str, ...], shown: tuple[str, ...], fits: bool
) -> None:
    step = Step(command="x", shown=documented)
    assert is_as_documented(step, Step(command="x", shown=shown)) is fits


def test_a_session_is_commands_and_what_they_show(tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    text = "$ echo a \\\n    b; exit 3\na b\n$ echo $?\n3\n$ echo 30 min old, 30 minutes >&2\n…, 30 minutes\n"
    block = Block(document="x.md", line=1, language="console", text=text)
    assert written(run(steps(block), folder)) == text
