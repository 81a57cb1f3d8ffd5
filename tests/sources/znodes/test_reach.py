"""Servers that cannot be reached, or are no ZooKeeper: one clear reason each, within the deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.services.process import free_port


def collect(
    connect: str,
    *,
    seconds: float = 20.0,
    per_operation: float = 5.0,
) -> Snapshot:
    request = Request(configuration=Configuration(), zookeeper=connect)
    return SOURCE.collect(request, Deadline.after(seconds, per_operation=per_operation))


def unknown(fact: object) -> Unknown:
    assert isinstance(fact, Unknown), fact
    return fact


def only_gap(snapshot: Snapshot) -> str:
    (gap,) = snapshot.gaps
    assert gap.source == "zookeeper"
    return gap.reason


def test_a_server_that_is_down_is_named_with_the_reason() -> None:
    first, second = free_port(), free_port()
    began = time.monotonic()
    snapshot = collect(f"127.0.0.1:{first},nowhere.invalid:{second}/kafka")
    assert time.monotonic() - began < 40
    reason = only_gap(snapshot)
    assert f"127.0.0.1:{first}: the connection is refused" in reason
    assert f"nowhere.invalid:{second}: " in reason
    assert unknown(snapshot.zookeepers[0].registrations).kind is UnknownKind.FAULT


def test_a_connect_string_that_kafka_refuses_is_a_gap() -> None:
    assert "connect string" in only_gap(collect("zk1:2181/kafka/"))


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that treats every connection with `answer` and keeps it open."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                with suppress(OSError):
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        for connection in kept:
            connection.close()


def _never(connection: socket.socket) -> None:
    """Says nothing at all."""


def _http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _closed(connection: socket.socket) -> None:
    connection.close()


def _negative(connection: socket.socket) -> None:
    connection.sendall(b"\xff\xff\xff\xff" * 4)


@pytest.mark.parametrize("answer", [_never, _http, _closed, _negative])
def test_a_server_that_is_no_zookeeper_ends_within_the_deadline(
    answer: Callable[[socket.socket], None], capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(answer) as address:
        began = time.monotonic()
        snapshot = collect(f"{address}/kafka", seconds=3, per_operation=1.5)
        assert time.monotonic() - began < 20
        assert f"{address} accepts connections but gives no ZooKeeper session" in only_gap(snapshot)
        time.sleep(0.3)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
