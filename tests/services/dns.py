"""A real BIND on loopback: zones given as text, and replaced while it runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.process import CannotStartError, end, free_port, start, tail
from tests.services.requirements import unavailable

START_SECONDS = 20.0
FOLDERS = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))

_LOADED = "all zones loaded"


@dataclass(frozen=True, slots=True)
class Bind:
    """A running server, which answers for its zones and does not recurse. `resolver` is `127.0.0.1:PORT`."""

    resolver: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def output(self) -> str:
        """Everything that the server has said so far."""
        return tail(self.folder / "output", 1_000_000)

    def load(self, zone: str, text: str) -> None:
        """Replaces the text of a zone; returns once it is served (or refused, if it is broken)."""
        before = self.output.count(_LOADED)
        _zone_file(self.folder, zone).write_text(text)
        os.kill(self.process.pid, signal.SIGHUP)
        _wait(lambda: self.output.count(_LOADED) > before, self.process, self.folder / "output")


def zone_text(*records: str, ttl: int = 300) -> str:
    """A zone file with an SOA record and a name server beside these records."""
    head = (
        f"$TTL {ttl}",
        "@ IN SOA ns1 hostmaster 1 3600 600 86400 60",
        "@ IN NS ns1",
        "ns1 IN A 192.0.2.53",
    )
    return "\n".join((*head, *records)) + "\n"


@contextmanager
def running_bind(
    folder: Path, zones: Mapping[str, str], *, settings: Mapping[str, str] | None = None
) -> Iterator[Bind]:
    """A server for `zones` (zone name → text of its file) in `folder`, ended on leaving.

    `settings`: zone name → what else its block in `named.conf` says (`allow-query { none; };`). Raises
    CannotStartError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "named.conf"
    configuration.write_text(_named_conf(folder, port, zones, settings or {}))
    for zone, text in zones.items():
        _zone_file(folder, zone).write_text(text)
    output = folder / "output"
    process = start([named(), "-g", "-4", "-n", "1", "-c", str(configuration)], output=output, folder=folder)
    try:
        server = Bind(f"127.0.0.1:{port}", folder, process)
        _wait(lambda: _LOADED in server.output, process, output)
        yield server
    finally:
        end(process)


def named() -> str:
    """BIND's server; skips or fails the test when it is not installed."""
    found = shutil.which("named", path=FOLDERS)
    if found is None:
        unavailable("dns", "there is no named")
    return found


FORWARD = zone_text(
    "kafka1 A 10.0.0.1",
    "kafka2 60 A 10.0.0.2",
    "kafka2 AAAA 2001:db8::2",
    "kafka_3 A 10.0.0.3",
    "split A 10.0.0.9",
    "www CNAME alias1",
    "alias1 30 CNAME kafka2",
    "outside CNAME kafka1.other.example.",
    "lost CNAME kafka1.nowhere.example.",
    "loop1 CNAME loop2",
    "loop2 CNAME loop1",
    *(f"big A 10.1.0.{number}" for number in range(95)),
    "child NS ns.child",
    "ns.child A 192.0.2.54",
    "*.wild A 10.0.0.4",
    "deep.below.empty A 10.0.0.5",
)
ELSEWHERE = zone_text("split A 203.0.113.9", "kafka1 A 10.0.0.1")
REVERSE_V6 = zone_text(f"2{'.0' * 23} PTR kafka2.example.com.")
REVERSE = zone_text("1 PTR kafka1.example.com.", "2 PTR kafka2.example.com.", "2 PTR Other.Example.com.")


@pytest.fixture(scope="session")
def dns_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    """One BIND for the whole run."""
    zones = {
        "example.com": FORWARD,
        "other.example": zone_text("kafka1 A 10.9.0.1"),
        "broken.example": "this is no zone file\n",
        "refused.example": zone_text("kafka1 A 10.8.0.1"),
        "0.0.10.in-addr.arpa": REVERSE,
        "8.b.d.0.1.0.0.2.ip6.arpa": REVERSE_V6,
    }
    settings = {"refused.example": "allow-query { none; };"}
    try:
        with running_bind(tmp_path_factory.mktemp("dns"), zones, settings=settings) as server:
            yield server
    except CannotStartError as error:
        unavailable("dns", str(error))


@pytest.fixture(scope="session")
def dns_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    """A second BIND, to which `split.example.com` is another address: the outside of a split horizon."""
    try:
        with running_bind(tmp_path_factory.mktemp("dns"), {"example.com": ELSEWHERE}) as server:
            yield server
    except CannotStartError as error:
        unavailable("dns", str(error))


def _named_conf(folder: Path, port: int, zones: Mapping[str, str], settings: Mapping[str, str]) -> str:
    blocks = [
        f'zone "{zone}" {{ type primary; file "{_zone_file(folder, zone)}"; {settings.get(zone, "")} }};'
        for zone in zones
    ]
    options = [
        f'directory "{folder}"',
        f"listen-on port {port} {{ 127.0.0.1; }}",
        "listen-on-v6 { none; }",
        "pid-file none",
        "session-keyfile none",
        "lock-file none",
        "allow-query { any; }",
        "recursion no",
        "dnssec-validation no",
        "notify no",
        "check-names primary ignore",
    ]
    return "\n".join(
        ["options {", *(f"  {option};" for option in options), "};", "controls { };", *blocks, ""]
    )


def _zone_file(folder: Path, zone: str) -> Path:
    return folder / f"{zone}.zone"


def _wait(done: Callable[[], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not done():
        if process.poll() is not None or time.monotonic() > give_up:
            raise CannotStartError(tail(output) or f"it did not answer within {START_SECONDS:.0f} s")
        time.sleep(0.02)
