"""A real ZooKeeper server on loopback, from Debian's package or from the jars that come with Kafka."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.services.process import CannotStartError, end, free_port, start, tail
from tests.services.requirements import unavailable

DEBIAN_JAR = Path("/usr/share/java/zookeeper.jar")
MORE_JARS = ("netty-codec.jar", "netty-resolver.jar", "servlet-api.jar")
TOOLKIT = "org.apache.zookeeper.server.persistence.TxnLogToolkit"
START_SECONDS = 30.0
SUPER_DIGEST = "super:D/InIHSb7yEEbrWz8b9l71RjZJU="  # super:test, so that a test can undo any ACL


@dataclass(frozen=True, slots=True)
class ZooKeeperServer:
    """A running server. `address` is `HOST:PORT`; `folder` holds its data and transaction log."""

    address: str
    folder: Path
    classpath: str
    process: subprocess.Popen[bytes]

    @contextmanager
    def client(self, *, chroot: str = "", auth: tuple[str, str] | None = None) -> Iterator[Any]:
        """A kazoo client for tests that prepare or look at znodes; the chroot is created."""
        from kazoo.client import KazooClient

        if chroot:
            with self.client() as root:
                root.ensure_path(chroot)
        # A busy machine may leave a first connection without an answer.
        retry = {"max_tries": 5, "delay": 0.2}
        client = KazooClient(
            self.address + chroot, timeout=20, auth_data=[auth] if auth else None, connection_retry=retry
        )
        client.start(timeout=90)
        try:
            yield client
        finally:
            client.stop()
            client.close()

    def transactions(self) -> list[str]:
        """The server's transaction log as its own TxnLogToolkit prints it, one line each."""
        lines: list[str] = []
        for log in sorted((self.folder / "data" / "version-2").glob("log.*")):
            command = ["java", "-cp", self.classpath, TOOLKIT, "--dump", str(log)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode:
                raise AssertionError(f"the transaction log cannot be read: {done.stderr[-500:]}")
            lines += [line for line in done.stdout.splitlines() if " session 0x" in line]
        return lines


@contextmanager
def running_zookeeper(
    folder: Path,
    classpath: str,
    *,
    address: str = "127.0.0.1",
    configuration: Sequence[str] = (),
    java: Sequence[str] = (),
    words: str = "*",
) -> Iterator[ZooKeeperServer]:
    """A standalone server with its data in `folder`, ended on leaving.

    `configuration`: more lines of its `zoo.cfg`; `java`: options of its JVM; `words`: the four-letter words
    that it answers, `srvr` among them.
    """
    port = free_port()
    lines = (f"clientPort={port}", f"clientPortAddress={address}", f"4lw.commands.whitelist={words}")
    with _started(folder, classpath, f"{address}:{port}", (*lines, *configuration), java) as server:
        _wait(server)
        yield server


@contextmanager
def running_ensemble(folder: Path, classpath: str, size: int) -> Iterator[list[ZooKeeperServer]]:
    """Servers of one ensemble, which has a leader once this is entered."""
    ports = [(free_port(), free_port(), free_port()) for _ in range(size)]
    members = [
        f"server.{number}=127.0.0.1:{peer}:{election}:participant;127.0.0.1:{client}"
        for number, (peer, election, client) in enumerate(ports, 1)
    ]
    lines = ("initLimit=20", "syncLimit=10", "4lw.commands.whitelist=*", *members)
    with ExitStack() as started:
        servers: list[ZooKeeperServer] = []
        for number, (_, _, client) in enumerate(ports, 1):
            own = folder / f"member-{number}"
            (own / "data").mkdir(parents=True)
            (own / "data" / "myid").write_text(f"{number}\n")
            address = f"127.0.0.1:{client}"
            servers.append(started.enter_context(_started(own, classpath, address, lines, ())))
        for server in servers:
            _wait(server)
        yield servers


@contextmanager
def _started(
    folder: Path, classpath: str, address: str, lines: Sequence[str], java: Sequence[str]
) -> Iterator[ZooKeeperServer]:
    """A server process that need not serve yet."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    file = folder / "zoo.cfg"
    common = ("tickTime=500", "maxClientCnxns=0", "maxSessionTimeout=60000", "admin.enableServer=false")
    file.write_text("".join(f"{line}\n" for line in (*common, f"dataDir={folder}/data", *lines)))
    process = start(
        [
            *("java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("-Dzookeeper.preAllocSize=1024", "-Dzookeeper.forceSync=no"),
            f"-Dzookeeper.DigestAuthenticationProvider.superDigest={SUPER_DIGEST}",
            *java,
            *("-cp", classpath, "org.apache.zookeeper.server.quorum.QuorumPeerMain", str(file)),
        ],
        output=folder / "zookeeper.log",
        folder=folder,
    )
    try:
        yield ZooKeeperServer(address, folder, classpath, process)
    finally:
        end(process)


def _wait(server: ZooKeeperServer) -> None:
    host, _, port = server.address.rpartition(":")
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.process.poll() is None:
        try:
            with socket.create_connection((host, int(port)), timeout=1) as connection:
                connection.sendall(b"srvr")
                if connection.recv(9) == b"Zookeeper":  # until it serves, it says that it does not
                    return
        except OSError:
            pass
        time.sleep(0.05)
    output = tail(server.folder / "zookeeper.log")
    raise CannotStartError(output or f"it did not answer within {START_SECONDS:.0f} s")


def zookeeper_classpath() -> str:
    """Where the server's classes are; skips or fails the test when there are none."""
    if shutil.which("java") is None:
        unavailable("zookeeper", "there is no java")
    if DEBIAN_JAR.exists():
        # The package's own class path leaves out what TLS and the admin server need.
        return ":".join(str(DEBIAN_JAR.with_name(name)) for name in (DEBIAN_JAR.name, *MORE_JARS))
    from tests.services.kafka_releases import library

    return f"{library('3.9.1')}/*"


@pytest.fixture(scope="session")
def zookeeper_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZooKeeperServer]:
    """One ZooKeeper for the whole run; tests keep apart by chroot."""
    classpath = zookeeper_classpath()
    try:
        with running_zookeeper(tmp_path_factory.mktemp("zookeeper"), classpath) as server:
            yield server
    except CannotStartError as error:
        unavailable("zookeeper", str(error))


@pytest.fixture
def zookeeper_chroot(zookeeper_server: ZooKeeperServer, request: pytest.FixtureRequest) -> str:
    """A chroot of the test's own, not created yet: `/` and the test's name."""
    return "/" + "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
