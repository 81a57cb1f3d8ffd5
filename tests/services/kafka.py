"""Real Kafka brokers in ZooKeeper mode, each on a machine of its own as far as names go."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.services.kafka_releases import RELEASES, library
from tests.services.process import end, start, tail
from tests.services.requirements import unavailable
from tests.services.zookeeper import ZooKeeperServer

START_SECONDS = 90.0

_LOG4J = """log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=[%d] %p %m (%c)%n
"""

# The new names hold in this process's namespaces alone; ZooKeeper stays reachable on the shared loopback.
_RENAME = 'hostname "$1" && mount --bind "$2" /etc/hosts && shift 2 && exec "$@"'


@dataclass(frozen=True, slots=True)
class Broker:
    """A started broker process. `chroot` is its own in the ensemble, `folder` holds its files and output."""

    release: str
    server: ZooKeeperServer
    chroot: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def output(self) -> str:
        """Everything that the broker has said so far."""
        return tail(self.folder / "output", 1_000_000)

    def refused(self) -> bool:
        """Whether it has ended by itself or said that start-up failed."""
        return self.process.poll() is not None

    def end(self) -> None:
        """Kills the broker at once; its registration stays until the session times out."""
        end(self.process, patience=0.0)


class StartBroker(Protocol):
    """Starts a broker that ends with the test. Has to be called from the main thread.

    `properties` go into `server.properties` as they are, raw; `zookeeper.connect`, `log.dirs` and what makes
    a small broker quick are added where they are not given. `hostname` is what the machine's canonical name
    is to be (needs root), `hosts` the text of its hosts file (default: the name on 127.0.1.1).
    """

    def __call__(
        self,
        release: str,
        properties: Mapping[str, str],
        *,
        chroot: str,
        hostname: str | None = None,
        hosts: str | None = None,
    ) -> Broker: ...


@cache
def can_rename() -> bool:
    """Whether brokers can be given a host name of their own: root and namespaces are needed."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--uts", "--mount", "true"], capture_output=True).returncode == 0


def server_properties(
    properties: Mapping[str, str], server: ZooKeeperServer, chroot: str, folder: Path
) -> dict[str, str]:
    """What `server.properties` will hold: the given settings, and small defaults for what they leave out."""
    return {
        "zookeeper.connect": server.address + chroot,
        "log.dirs": str(folder / "logs"),
        "zookeeper.session.timeout.ms": "6000",
        "num.network.threads": "1",
        "num.io.threads": "2",
        "log.cleaner.enable": "false",
        "offsets.topic.num.partitions": "1",
        "offsets.topic.replication.factor": "1",
        "group.initial.rebalance.delay.ms": "0",
        **properties,
    }


def launch(
    release: str,
    properties: Mapping[str, str],
    *,
    server: ZooKeeperServer,
    chroot: str,
    folder: Path,
    hostname: str | None = None,
    hosts: str | None = None,
) -> Broker:
    """Starts one broker in `folder` and returns at once."""
    jars = library(release)
    folder.mkdir(parents=True, exist_ok=True)
    complete = server_properties(properties, server, chroot, folder)
    text = "".join(f"{key}={value}\n" for key, value in complete.items())
    (folder / "server.properties").write_text(text, encoding="latin-1")
    command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
    if RELEASES[release].log4j:
        (folder / "log4j.properties").write_text(_LOG4J)
        command.append(f"-Dlog4j.configuration=file:{folder}/log4j.properties")
    command += ["-cp", f"{jars}/*", "kafka.Kafka", str(folder / "server.properties")]
    if hostname is not None:
        command = [*_renamed(folder, hostname, hosts), *command]
    process = start(command, output=folder / "output", folder=folder)
    return Broker(release, server, chroot, folder, process)


def _renamed(folder: Path, hostname: str, hosts: str | None) -> list[str]:
    if not can_rename():
        unavailable("kafka", "a broker with a host name of its own needs root and unshare")
    file = folder / "hosts"
    file.write_text(hosts if hosts is not None else f"127.0.0.1 localhost\n127.0.1.1 {hostname}\n")
    return ["unshare", "--uts", "--mount", "sh", "-c", _RENAME, "sh", hostname, str(file)]


def registration(client: Any, chroot: str, broker_id: int) -> dict[str, Any] | None:
    """What stands under `/brokers/ids` in ZooKeeper, or None."""
    from kazoo.exceptions import NoNodeError

    try:
        content, _ = client.get(f"{chroot}/brokers/ids/{broker_id}")
    except NoNodeError:
        return None
    record: dict[str, Any] = json.loads(content)
    return record


def wait_registered(broker: Broker, broker_id: int, *, seconds: float = START_SECONDS) -> dict[str, Any]:
    """The broker's registration as soon as it is there; an AssertionError with its output if it ends."""
    with broker.server.client() as client:
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if (record := registration(client, broker.chroot, broker_id)) is not None:
                return record
            assert not broker.refused(), f"the broker did not start:\n{broker.output[-3000:]}"
            time.sleep(0.1)
    raise AssertionError(f"no registration within {seconds:.0f} s:\n{broker.output[-3000:]}")


@contextmanager
def brokers_in(folder: Path, server: ZooKeeperServer) -> Iterator[StartBroker]:
    """A starter of brokers in sub-folders of `folder`; all are ended on leaving."""
    with ExitStack() as started:

        def start_broker(
            release: str,
            properties: Mapping[str, str],
            *,
            chroot: str,
            hostname: str | None = None,
            hosts: str | None = None,
        ) -> Broker:
            count = len(list(folder.iterdir()))
            broker = launch(
                release,
                properties,
                server=server,
                chroot=chroot,
                folder=folder / f"broker-{count}",
                hostname=hostname,
                hosts=hosts,
            )
            started.callback(broker.end)
            return broker

        yield start_broker


@pytest.fixture
def start_broker(zookeeper_server: ZooKeeperServer, tmp_path: Path) -> Iterator[StartBroker]:
    """Starts real brokers on the run's ZooKeeper; see `StartBroker`."""
    folder = tmp_path / "brokers"
    folder.mkdir()
    with brokers_in(folder, zookeeper_server) as starter:
        yield starter
