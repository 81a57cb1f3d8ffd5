"""Servers as child processes: they end with the test run, however that ends."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FIRST_PORT, LAST_PORT = 15_000, 31_000
"""Below Linux's ephemeral ports, so that no outgoing connection takes a port between choice and use."""


class CannotStartError(Exception):
    """A server that did not start; the text says why, with the end of its output."""


def free_port() -> int:
    """A loopback port on which nothing listens."""
    while True:
        port = random.randint(FIRST_PORT, LAST_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
        return port


def wait_listening(port: int, *, host: str = "127.0.0.1", seconds: float = 30.0) -> None:
    """Returns once the port accepts connections: a broker registers before it does."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)


def start(
    command: Sequence[str], *, output: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts a server with its output in a file; the kernel kills it when this process dies.

    Has to be called from the main thread: the kernel's promise is bound to the thread that asked.
    """
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with output.open("wb") as log:
        return subprocess.Popen(
            [*guard, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
        )


def end(process: subprocess.Popen[bytes], *, patience: float = 5.0) -> None:
    """Ends a server that `start` started; killed if it has not gone after `patience` seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def stop(process: subprocess.Popen[bytes], *, seconds: float = 30.0) -> None:
    """Stops a server as a machine that hangs does; returns once none of its threads answers any more."""
    os.kill(process.pid, signal.SIGSTOP)
    give_up = time.monotonic() + seconds
    while not all(_stopped(task) for task in Path(f"/proc/{process.pid}/task").glob("*/stat")):
        if time.monotonic() > give_up:
            raise TimeoutError(f"process {process.pid} does not stop")
        time.sleep(0.01)


def _stopped(stat: Path) -> bool:
    """Whether a thread's state is T; the command before it may hold anything, parentheses too."""
    return stat.read_text().rpartition(")")[2].split()[0] == "T"


def tail(output: Path, characters: int = 2000) -> str:
    """The end of a server's output."""
    return output.read_text(errors="replace")[-characters:] if output.exists() else ""
