"""`live` as somebody at a terminal meets it: what is being done, Ctrl-C, and a real ensemble."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from driftcheck.cli.progress import CLEAR
from tests.cli.commands import driftcheck, process_environment
from tests.services.zookeeper import ZooKeeperServer

PROGRESS = f"{CLEAR}connecting to ZooKeeper at 127.0.0.1:"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"{host}:{port}"
        server.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


@contextmanager
def at_a_terminal(*arguments: str, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`driftcheck` with stderr on a pseudo-terminal, whose other end is given."""
    controller, end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "driftcheck", *arguments],
        cwd=cwd,
        env=process_environment({"TERM": "xterm"}),
        stdout=subprocess.PIPE,
        stderr=end,
        text=True,
    ) as process:
        os.close(end)
        yield process, controller
        process.kill()
    os.close(controller)


def read(controller: int, *, until: str | None = None, seconds: float = 30.0) -> str:
    """What the terminal shows until a text stands there, or until the process has ended."""
    shown = ""
    end = time.monotonic() + seconds
    while until is None or until not in shown:
        assert time.monotonic() < end, shown
        if select.select([controller], [], [], 0.1)[0]:
            try:
                shown += os.read(controller, 4096).decode()
            except OSError:  # Linux's word for a terminal whose other end is closed
                return shown
    return shown


def test_what_takes_long_is_shown_and_gone_at_the_end(silent: str, tmp_path: Path) -> None:
    with at_a_terminal("live", "--zk", silent, "--timeout", "2.5", cwd=tmp_path) as (process, terminal):
        shown = read(terminal)
        assert shown.startswith(PROGRESS)
        assert shown.endswith(CLEAR)
        assert process.wait() == 3


def test_quiet_shows_nothing(silent: str, tmp_path: Path) -> None:
    with at_a_terminal("live", "-q", "--zk", silent, "--timeout", "1.5", cwd=tmp_path) as (process, terminal):
        assert read(terminal) == ""
        assert process.wait() == 3


def test_control_c_clears_the_line_and_ends_at_once(silent: str, tmp_path: Path) -> None:
    with at_a_terminal("live", "--zk", silent, "--timeout", "50", cwd=tmp_path) as (process, terminal):
        assert read(terminal, until=PROGRESS)
        process.send_signal(signal.SIGINT)
        assert read(terminal).endswith(f"{CLEAR}driftcheck: interrupted\r\n")
        assert process.wait() == 130


@pytest.mark.services
def test_a_real_ensemble_is_saved_and_judged_again(
    zookeeper_server: ZooKeeperServer, zookeeper_chroot: str, tmp_path: Path
) -> None:
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        client.create("/cluster/id", json.dumps({"version": "1", "id": "abc"}).encode(), makepath=True)
        for number in (1, 2):
            record = {"version": 1, "host": "127.0.0.1", "port": 9092, "jmx_port": -1, "timestamp": "0"}
            client.create(f"/brokers/ids/{number}", json.dumps(record).encode(), makepath=True)
    zk = zookeeper_server.address + zookeeper_chroot
    environ = {"DRIFTCHECK_ZK": zk}
    live = driftcheck("live", "-f", "json", "--save", "night.json", cwd=tmp_path, environ=environ)
    assert live.stderr == ""
    document = json.loads(live.stdout)
    assert document["reachability"]["total"] == 2
    again = driftcheck("check", "night.json", "-f", "json", cwd=tmp_path)
    assert json.loads(again.stdout)["reachability"] == document["reachability"]
    assert json.loads(again.stdout)["summary"] == document["summary"]
    other = driftcheck("live", "--expect-cluster-id", "xyz", cwd=tmp_path, environ=environ)
    assert (other.stdout, other.returncode) == ("", 2)
    assert "abc" in other.stderr


def listed(*files: Path) -> None:
    """What `stat` says of a machine's files, beside their copies; each machine has one."""
    for file in files:
        done = subprocess.run(["stat", "-c", "%Y %s %n", str(file)], capture_output=True, check=True)
        (file.parent / "file-times").write_bytes(done.stdout)


@pytest.mark.services
def test_a_file_changed_after_its_broker_registered_waits_for_a_restart(
    zookeeper_server: ZooKeeperServer, zookeeper_chroot: str, tmp_path: Path
) -> None:
    zk = zookeeper_server.address + zookeeper_chroot
    now = time.time()
    files = []
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        for number in (1, 2):
            started = str(int((now - 3600) * 1000))
            record = {"version": 1, "host": f"10.0.0.{number}", "port": 9092, "timestamp": started}
            client.create(
                f"/brokers/ids/{number}", json.dumps(record).encode(), makepath=True, ephemeral=True
            )
            file = tmp_path / f"rendered/kafka{number}/server.properties"
            file.parent.mkdir(parents=True)
            text = f"broker.id={number}\nhost.name=10.0.0.{number}\nport=9092\nzookeeper.connect={zk}\n"
            file.write_text(text, encoding="utf-8")
            os.utime(file, (now - 7200, now - 7200))
            files.append(file)

        def found() -> tuple[list[list[str]], list[str]]:
            arguments = ("--zk", zk, "--no-connect", "--select", "CFG011", "-f", "json", ".")
            document = json.loads(driftcheck("live", *arguments, cwd=tmp_path).stdout)
            subjects = [[each["name"] for each in finding["subjects"]] for finding in document["findings"]]
            return subjects, sorted(document["not_applicable_needs"])

        assert found() == ([], ["file_times"])
        listed(*files)
        assert found() == ([], [])
        os.utime(files[1], (now - 60, now - 60))
        assert found() == ([], []), "a copy's own time says nothing"
        listed(files[1])
        assert found() == ([["kafka2"]], [])
        record["timestamp"] = str(int(time.time() * 1000))
        client.set("/brokers/ids/2", json.dumps(record).encode())
        assert found() == ([], [])
