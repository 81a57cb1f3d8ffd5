"""Answers that are cut off: asked for again over TCP, within the same bounds."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Callable

import pytest

from tests.sources.questions.servers import (
    Serve,
    address_of,
    answering,
    by_name,
    collect,
    framed,
    question,
    read_query,
    reason,
    response,
    values,
)

NAMES = [f"kafka{number}.example.com" for number in range(100)]


def cut_off(query: bytes) -> list[bytes]:
    reply = response(query)
    return [reply[:2] + bytes([reply[2] | 0x02]) + reply[3:]]


def many(query: bytes) -> bytes:
    name, _ = question(query)
    return response(query, *(f"{name}. 300 A 10.0.0.{number}" for number in range(200)))


def serving(answer: Callable[[bytes], bytes]) -> Serve:
    return lambda connection: connection.sendall(framed(answer(read_query(connection))))


def test_an_answer_that_does_not_fit_is_fetched_over_tcp() -> None:
    with answering(cut_off, tcp=serving(many)) as server:
        found = by_name(collect(server, hosts=NAMES[:20]))
    assert {len(values(seen)) for seen in found.values()} == {200}


def test_an_answer_may_come_in_pieces() -> None:
    def in_pieces(connection: socket.socket) -> None:
        message = framed(address_of(read_query(connection)))
        for position in range(len(message)):
            connection.sendall(message[position : position + 1])

    with answering(cut_off, tcp=in_pieces) as server:
        found = by_name(collect(server, hosts=NAMES[:3]))
    assert {tuple(values(seen)) for seen in found.values()} == {("10.0.0.1",)}


def test_tcp_that_is_refused_is_the_reason() -> None:
    with answering(cut_off) as server:
        began = time.monotonic()
        found = by_name(collect(server, hosts=NAMES))
    assert time.monotonic() - began < 30
    assert {reason(seen) for seen in found.values()} == {
        f"{server} cuts its answer off, and over TCP it refuses: nothing listens on its port"
    }


def _silent(connection: socket.socket) -> None:
    time.sleep(5)


def _drips(connection: socket.socket) -> None:
    query = read_query(connection)
    for byte in framed(address_of(query)):
        time.sleep(0.2)
        connection.sendall(bytes([byte]))


@pytest.mark.parametrize("serve", [_silent, _drips])
def test_tcp_that_does_not_answer_in_time_costs_one_operation_in_total(serve: Serve) -> None:
    with answering(cut_off, tcp=serve) as server:
        began = time.monotonic()
        found = by_name(collect(server, hosts=NAMES, per_operation=1.0))
    assert time.monotonic() - began < 30
    assert {reason(seen) for seen in found.values()} == {
        f"{server} cuts its answer off, and over TCP it did not answer within 1 s"
    }


def test_the_deadline_holds_for_tcp() -> None:
    with answering(cut_off, tcp=_silent) as server:
        began = time.monotonic()
        found = by_name(collect(server, hosts=NAMES, seconds=0.7))
    assert time.monotonic() - began < 30
    assert all("the time for the run was over" in reason(seen) for seen in found.values())


def test_tcp_that_is_closed_early_is_the_reason() -> None:
    def close(connection: socket.socket) -> None:
        connection.sendall(framed(address_of(read_query(connection)))[:20])

    with answering(cut_off, tcp=close) as server:
        found = by_name(collect(server, hosts=NAMES[:3]))
    assert {reason(seen) for seen in found.values()} == {
        f"{server} cuts its answer off, and over TCP it closes the connection"
    }


def _other_id(query: bytes) -> bytes:
    return bytes([query[0] ^ 1]) + address_of(query)[1:]


def _empty(query: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("answer", [_other_id, _empty])
def test_tcp_that_answers_something_else_is_the_reason(answer: Callable[[bytes], bytes]) -> None:
    with answering(cut_off, tcp=serving(answer)) as server:
        found = by_name(collect(server, hosts=NAMES[:3]))
    assert {reason(seen) for seen in found.values()} == {
        f"{server} cuts its answer off, and over TCP it answers something else"
    }


def test_one_connection_that_fails_is_not_the_end_where_others_work() -> None:
    """The first to end is one that fails, while others are still at work."""
    count = itertools.count()

    def unsteady(connection: socket.socket) -> None:
        number = next(count)
        query = read_query(connection)
        if number % 10:
            time.sleep(0.05)
            connection.sendall(framed(address_of(query)))

    with answering(cut_off, tcp=unsteady) as server:
        found = by_name(collect(server, hosts=NAMES))
    known = [seen for seen in found.values() if not hasattr(seen.values, "reason")]
    assert len(known) > 10  # none, if the first that fails were the end; most, where the machine has time
