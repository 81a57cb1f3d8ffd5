"""All brokers of a benchmark in one process: on every address of this machine, each as the broker it is.

Which broker is meant is seen by the address that was connected to. It is asked what driftcheck asks: the
versions of its messages, the cluster and its own `broker.id`.

    python -m benchmarks.brokers     serves port 9092 until its input ends; prints a line once it does
"""

from __future__ import annotations

import selectors
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from driftcheck.kafka.wire import API_VERSIONS, DESCRIBE_CONFIGS, LIST_OFFSETS, METADATA

ROOT = Path(__file__).parents[1]
PORT = 9092
BACKLOG = 4096
CLUSTER_ID = "benchbenchbenchbench-A"
NOBODY, BROKER = -1, 4


def number_of(address: str) -> int:
    """The broker whose address it is: `benchmarks.name_server.address` the other way round."""
    _, high, middle, low = map(int, address.split("."))
    return (high - 1) << 16 | middle << 8 | low


@contextmanager
def brokers() -> Iterator[None]:
    """The process, for as long as it is needed."""
    command = [sys.executable, "-m", "benchmarks.brokers"]
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


def _answer(key: int, broker_id: int) -> bytes:
    if key == API_VERSIONS:
        known = ((LIST_OFFSETS, 0, 5), (METADATA, 0, 9), (API_VERSIONS, 0, 3), (DESCRIBE_CONFIGS, 0, 2))
        return struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", *each) for each in known)
    if key == METADATA:
        return struct.pack(">i", 0) + _text(CLUSTER_ID) + struct.pack(">ii", 1, 0)
    assert key == DESCRIBE_CONFIGS, key
    described = struct.pack(">hhb", 0, NOBODY, BROKER) + _text(str(broker_id)) + struct.pack(">i", 0)
    return struct.pack(">ii", 0, 1) + described


class _Connection:
    """One client, and what has come from it so far."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._broker_id = number_of(sock.getsockname()[0])
        self._received = b""

    def read(self) -> bool:
        """Answers every request that is whole; whether the client is still there."""
        try:
            data = self._sock.recv(65_536)
        except OSError:
            data = b""
        self._received += data
        while len(self._received) >= 4:
            (length,) = struct.unpack_from(">i", self._received)
            if len(self._received) < 4 + length:
                break
            key, _, correlation = struct.unpack_from(">hhi", self._received, 4)
            body = struct.pack(">i", correlation) + _answer(key, self._broker_id)
            self._received = self._received[4 + length :]
            self._sock.sendall(struct.pack(">i", len(body)) + body)
        return bool(data)


def serve(listener: socket.socket) -> None:
    """Until standard input ends."""
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                accepted, _ = listener.accept()
                selector.register(accepted, selectors.EVENT_READ, _Connection(accepted))
            elif not key.data.read():
                selector.unregister(key.fileobj)
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()


def main() -> int:
    with socket.create_server(("0.0.0.0", PORT), backlog=BACKLOG) as listener:
        print("ready", flush=True)
        serve(listener)
    return 0


if __name__ == "__main__":
    sys.exit(main())
