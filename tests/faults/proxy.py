"""A proxy between driftcheck and a real ZooKeeper that passes on what the server says, or does it wrong."""

from __future__ import annotations

import itertools
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Send = Callable[[bytes], None]

Fault = Callable[[Iterator[bytes], Send], None]
"""Gets the server's answers one by one, each a frame with its length in front, and sends what it wants.

The first answer is that to the request for a session. When it returns the connection is closed.
"""

READ_BYTES = 65_536
FOUR_LETTERS = {b"cons", b"srvr", b"ruok", b"stat", b"mntr", b"conf"}


@dataclass(slots=True)
class Proxy:
    """`address` is `HOST:PORT`; `answers` counts the frames that the server sent on sessions."""

    address: str
    answers: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def proxy(server: str, fault: Fault) -> Iterator[Proxy]:
    """Every session that comes has this fault; four-letter words are passed on."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        found = Proxy(f"127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=_accept, args=(listener, server, fault, found), daemon=True).start()
        try:
            yield found
        finally:
            found.stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: str, fault: Fault, found: Proxy) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, server, fault, found), daemon=True).start()


def _serve(client: socket.socket, server: str, fault: Fault, found: Proxy) -> None:
    host, _, port = server.rpartition(":")
    with suppress(OSError), client, socket.create_connection((host, int(port))) as upstream:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        beginning = client.recv(4, socket.MSG_PEEK)
        threading.Thread(target=_pour, args=(client, upstream), daemon=True).start()
        if beginning in FOUR_LETTERS:
            _pour(upstream, client)
        else:
            fault(_frames(upstream, found), client.sendall)
        # The thread that waits in recv keeps the connection until it wakes.
        for each in (client, upstream):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(READ_BYTES):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _frames(upstream: socket.socket, found: Proxy) -> Iterator[bytes]:
    with upstream.makefile("rb") as stream:
        while len(head := stream.read(4)) == 4:
            found.answers += 1
            yield head + stream.read(int.from_bytes(head, "big"))


def passes(frames: Iterator[bytes], send: Send) -> None:
    """All is well."""
    for frame in frames:
        send(frame)


def at(number: int, then: Fault) -> Fault:
    """All is well before the answer of this number, counted from 0; who ends before that meets nothing."""

    def fault(frames: Iterator[bytes], send: Send) -> None:
        for _, frame in zip(range(number), frames, strict=False):
            send(frame)
        if following := next(frames, b""):
            then(itertools.chain([following], frames), send)

    return fault


def cuts(frames: Iterator[bytes], send: Send) -> None:
    """Nothing more is sent, and the connection is closed instead of the next answer."""
    next(frames, b"")


def falls_silent(frames: Iterator[bytes], send: Send) -> None:
    """The connection stays, and whatever is asked nothing is answered."""
    for _ in frames:
        pass


def truncates(frames: Iterator[bytes], send: Send) -> None:
    """The next answer ends in its middle, and so does the connection."""
    frame = next(frames, b"")
    send(frame[: len(frame) // 2])


def truncates_and_stays(frames: Iterator[bytes], send: Send) -> None:
    """The next answer's second half never comes."""
    truncates(frames, send)
    falls_silent(frames, send)


def says(content: bytes) -> Fault:
    """This comes in place of the next answer, and nothing after it."""

    def fault(frames: Iterator[bytes], send: Send) -> None:
        next(frames, b"")
        send(content)
        falls_silent(frames, send)

    return fault


def talks_without_end(frames: Iterator[bytes], send: Send) -> None:
    """The next answer is announced with 60 MB, and comes, and another one, and so on."""
    next(frames, b"")
    while True:
        send(struct.pack(">i", 60_000_000))
        for _ in range(60):
            send(b"\0" * 1_000_000)


def babbles(frames: Iterator[bytes], send: Send) -> None:
    """Random bytes come in place of the next answers."""
    for _ in frames:
        send(os.urandom(300))


def changes(change: Callable[[bytes], bytes]) -> Fault:
    """Every further answer is changed."""

    def fault(frames: Iterator[bytes], send: Send) -> None:
        for frame in frames:
            send(change(frame))

    return fault


def refused_with(code: int) -> Callable[[bytes], bytes]:
    """The answer to the same request with this error and nothing else."""

    def change(frame: bytes) -> bytes:
        return struct.pack(">i", 16) + frame[4:16] + struct.pack(">i", code)

    return change


def of_another_request(frame: bytes) -> bytes:
    """The same answer, said to be the one to a request that was never made."""
    return frame[:4] + struct.pack(">i", 1_000_000) + frame[8:]


def emptied(frame: bytes) -> bytes:
    """The answer's head alone: no error, and no content."""
    return struct.pack(">i", 16) + frame[4:20]


def delays(seconds: float) -> Fault:
    """So long before each answer."""

    def fault(frames: Iterator[bytes], send: Send) -> None:
        for frame in frames:
            time.sleep(seconds)
            send(frame)

    return fault


def drips(seconds: float) -> Fault:
    """So long before each byte."""

    def fault(frames: Iterator[bytes], send: Send) -> None:
        for frame in frames:
            for position in range(len(frame)):
                time.sleep(seconds)
                send(frame[position : position + 1])

    return fault
