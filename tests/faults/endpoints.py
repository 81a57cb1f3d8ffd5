"""Brokers' endpoints that answer as they should, wrongly, slowly, or never."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from tests.faults.world import PORT

Serve = Callable[[socket.socket], None]
"""What is done with each connection; it is closed afterwards."""

API_VERSIONS, METADATA, DESCRIBE_CONFIGS = 18, 3, 32
UNKNOWN_SERVER_ERROR, INVALID_REQUEST = -1, 42
LARGEST = 2 * 1024 * 1024


@contextmanager
def listening(endpoints: Mapping[str, Serve]) -> Iterator[None]:
    """A server on Kafka's port of each of these addresses."""
    listeners: list[socket.socket] = []
    try:
        for address, serve in endpoints.items():
            listener = socket.create_server((address, PORT), backlog=256)
            listeners.append(listener)
            threading.Thread(target=_accept, args=(listener, serve), daemon=True).start()
        yield
    finally:
        for listener in listeners:
            # A thread that waits in accept keeps the port until it wakes.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, serve: Serve) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, serve), daemon=True).start()


def _serve(connection: socket.socket, serve: Serve) -> None:
    with suppress(OSError), connection:
        serve(connection)


def requests(connection: socket.socket) -> Iterator[tuple[int, bytes]]:
    """The key of each request's API, and its correlation id."""
    with connection.makefile("rb") as stream:
        while len(size := stream.read(4)) == 4:
            request = stream.read(int.from_bytes(size, "big"))
            yield int.from_bytes(request[:2], "big"), request[4:8]


def framed(correlation: bytes, body: bytes) -> bytes:
    return struct.pack(">i", 4 + len(body)) + correlation + body


def text(content: str) -> bytes:
    return struct.pack(">h", len(content)) + content.encode()


def versions(apis: Iterable[int] = (METADATA, API_VERSIONS, DESCRIBE_CONFIGS), error: int = 0) -> bytes:
    """ApiVersions v0."""
    ranges = b"".join(struct.pack(">hhh", api, 0, 3) for api in apis)
    return struct.pack(">hi", error, len(ranges) // 6) + ranges


def metadata(cluster: str) -> bytes:
    """Metadata v2 without brokers and topics."""
    return struct.pack(">i", 0) + text(cluster) + struct.pack(">ii", 1, 0)


def described(broker: int, error: int = 0, message: str = "") -> bytes:
    """DescribeConfigs v0 of one broker."""
    resource = struct.pack(">h", error) + text(message) + struct.pack(">b", 4) + text(str(broker))
    return struct.pack(">ii", 0, 1) + resource + struct.pack(">i", 0)


def broker(number: int, cluster: str, answers: Mapping[int, bytes] = {}) -> Serve:
    """A broker that says who it is. `answers`: API → what it says instead."""
    said = {
        API_VERSIONS: versions(),
        METADATA: metadata(cluster),
        DESCRIBE_CONFIGS: described(number),
        **answers,
    }

    def serve(connection: socket.socket) -> None:
        for api, correlation in requests(connection):
            connection.sendall(framed(correlation, said[api]))

    return serve


def silent(connection: socket.socket) -> None:
    """Takes what is sent, and never answers."""
    while connection.recv(4096):
        pass


def closes(connection: socket.socket) -> None:
    """Accepts, and closes at once."""


def closes_when_asked(connection: socket.socket) -> None:
    connection.recv(4096)


def resets(connection: socket.socket) -> None:
    """Ends the connection with a reset."""
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says(content: bytes) -> Serve:
    """Whatever is asked, this is said, and nothing after it."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(content)
        silent(connection)

    return serve


def floods(connection: socket.socket) -> None:
    """Announces the largest answer that is read, sends all but its end, and stays."""
    _, correlation = next(requests(connection))
    connection.sendall(struct.pack(">i", LARGEST) + correlation + bytes(LARGEST - 100))
    silent(connection)


def drips(connection: socket.socket) -> None:
    """Sends the right answer, a byte each second."""
    _, correlation = next(requests(connection))
    for byte in framed(correlation, versions()):
        time.sleep(1)
        connection.sendall(bytes([byte]))


def wrongly_numbered(connection: socket.socket) -> None:
    """The right answer to another request."""
    next(requests(connection))
    connection.sendall(framed(b"\0\0\0\1", versions()))
    silent(connection)


def ends_amid(connection: socket.socket) -> None:
    """Half of an answer, and the connection's end."""
    _, correlation = next(requests(connection))
    whole = framed(correlation, versions())
    connection.sendall(whole[: len(whole) // 2])


def falls_silent_at(api: int, cluster: str) -> Serve:
    """All is well until this is asked."""

    def serve(connection: socket.socket) -> None:
        said = {API_VERSIONS: versions(), METADATA: metadata(cluster)}
        for asked, correlation in requests(connection):
            if asked == api:
                silent(connection)
                return
            connection.sendall(framed(correlation, said[asked]))

    return serve
