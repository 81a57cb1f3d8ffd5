"""All brokers of a benchmark in one process: on every address of this machine, each as the broker it is.

Which broker is meant is seen by the address that was connected to. It is asked what driftcheck asks: the
versions of its messages, the cluster and its own `broker.id`.

    python -m benchmarks.brokers DELAY     serves port 9092 until its input ends; prints a line once it does
"""

from __future__ import annotations

import selectors
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.name_server import host
from driftcheck.kafka.wire import API_VERSIONS, DESCRIBE_CONFIGS, LIST_OFFSETS, METADATA

ROOT = Path(__file__).parents[1]
PORT = 9092
BACKLOG = 4096
SHORTLY = 0.0002
CLUSTER_ID = "benchbenchbenchbench-A"
NOBODY, BROKER = -1, 4
LISTED = 1_000
"""Brokers that every broker lists: more than this no cluster has."""


def number_of(address: str) -> int:
    """The broker whose address it is: `benchmarks.name_server.address` the other way round."""
    _, high, middle, low = map(int, address.split("."))
    return (high - 1) << 16 | middle << 8 | low


@contextmanager
def brokers(delay: float = 0.0) -> Iterator[None]:
    """The process, for as long as it is needed; each answer is kept back for `delay` seconds."""
    command = [sys.executable, "-m", "benchmarks.brokers", str(delay)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        yield
        process.stdin.close()


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _metadata() -> bytes:
    """Version 2 of the answer: all brokers, the cluster, its controller, and no topic."""
    listed = b"".join(
        struct.pack(">i", number) + _text(host(number)) + struct.pack(">i", PORT) + _text("rack")
        for number in range(LISTED)
    )
    return struct.pack(">i", LISTED) + listed + _text(CLUSTER_ID) + struct.pack(">ii", 1, 0)


METADATA_ANSWER = _metadata()


def _answer(key: int, broker_id: int) -> bytes:
    if key == API_VERSIONS:
        known = ((LIST_OFFSETS, 0, 5), (METADATA, 0, 9), (API_VERSIONS, 0, 3), (DESCRIBE_CONFIGS, 0, 2))
        return struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", *each) for each in known)
    if key == METADATA:
        return METADATA_ANSWER
    assert key == DESCRIBE_CONFIGS, key
    described = struct.pack(">hhb", 0, NOBODY, BROKER) + _text(str(broker_id)) + struct.pack(">i", 0)
    return struct.pack(">ii", 0, 1) + described


class _Connection:
    """One client, and what has come from it so far."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._broker_id = number_of(sock.getsockname()[0])
        self._received = b""

    def read(self) -> Iterator[bytes] | None:
        """The answers to every request that is whole; None once the client is gone."""
        try:
            data = self.sock.recv(65_536)
        except OSError:
            data = b""
        self._received += data
        return self._answers() if data else None

    def _answers(self) -> Iterator[bytes]:
        while len(self._received) >= 4:
            (length,) = struct.unpack_from(">i", self._received)
            if len(self._received) < 4 + length:
                break
            key, _, correlation = struct.unpack_from(">hhi", self._received, 4)
            body = struct.pack(">i", correlation) + _answer(key, self._broker_id)
            self._received = self._received[4 + length :]
            yield struct.pack(">i", len(body)) + body

    def send(self, answer: bytes) -> None:
        with suppress(OSError):
            self.sock.sendall(answer)


def serve(listener: socket.socket, delay: float) -> None:
    """Until standard input ends."""
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    waiting: deque[tuple[float, _Connection, bytes]] = deque()
    while True:
        # epoll waits for whole milliseconds.
        for key, _ in selector.select(0 if waiting else None):
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                accepted, _ = listener.accept()
                selector.register(accepted, selectors.EVENT_READ, _Connection(accepted))
            elif (answers := key.data.read()) is None:
                selector.unregister(key.fileobj)
                key.data.sock.close()
            else:
                waiting.extend((time.monotonic() + delay, key.data, answer) for answer in answers)
        while waiting and waiting[0][0] <= time.monotonic():
            _, connection, answer = waiting.popleft()
            connection.send(answer)
        if waiting:
            time.sleep(min(SHORTLY, max(0.0, waiting[0][0] - time.monotonic())))


def main() -> int:
    with socket.create_server(("0.0.0.0", PORT), backlog=BACKLOG) as listener:
        print("ready", flush=True)
        serve(listener, float(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
