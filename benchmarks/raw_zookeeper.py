"""ZooKeeper's protocol as bare as it can be, for the floor of a benchmark: what a znode costs at least."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

GET_CHILDREN, MULTI_READ, GET_DATA, CLOSE = 8, 22, 4, -11
STAT_BYTES = 68
TOGETHER = 1_000


class RawZooKeeper:
    """A session over one socket, without a thread, a retry or a deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._send(struct.pack(">iqiqi16x?", 0, 0, 20_000, 0, 16, False))
        self._receive()

    def children(self, path: str) -> list[str]:
        self._send(struct.pack(">ii", 1, GET_CHILDREN) + _text(path) + b"\0")
        answer = self._receive()
        (count,) = struct.unpack_from(">i", answer, 16)
        names, at = [], 20
        for _ in range(count):
            (length,) = struct.unpack_from(">i", answer, at)
            names.append(answer[at + 4 : at + 4 + length].decode())
            at += 4 + length
        return names

    def data(self, paths: Sequence[str]) -> Iterator[bytes]:
        """What is stored at each path, in order; all requests are sent before the first answer is read."""
        batches = [paths[start : start + TOGETHER] for start in range(0, len(paths), TOGETHER)]
        head = struct.pack(">i?i", GET_DATA, False, -1)
        for batch in batches:
            items = b"".join([head + _text(path) + b"\0" for path in batch])
            self._send(struct.pack(">ii", 1, MULTI_READ) + items + struct.pack(">i?i", -1, True, -1))
        item = struct.Struct(">i?ii").unpack_from
        for batch in batches:
            answer, at = self._receive(), 16
            for _ in batch:
                _, _, _, length = item(answer, at)
                at += 13
                yield answer[at : at + length]
                at += length + STAT_BYTES

    def close(self) -> None:
        self._send(struct.pack(">ii", 1, CLOSE))

    def _send(self, message: bytes) -> None:
        self._sock.sendall(struct.pack(">i", len(message)) + message)

    def _receive(self) -> bytes:
        (length,) = struct.unpack(">i", self._sock.recv(4, socket.MSG_WAITALL))
        return self._sock.recv(length, socket.MSG_WAITALL)


def _text(path: str) -> bytes:
    return struct.pack(">i", len(path)) + path.encode()


@contextmanager
def raw_zookeeper(address: str) -> Iterator[RawZooKeeper]:
    """A session with the server at `HOST:PORT`, ended on leaving."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port))) as sock:
        session = RawZooKeeper(sock)
        yield session
        session.close()
