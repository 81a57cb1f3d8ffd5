"""The loop: sockets and timers, each when it is due."""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial

from driftcheck.sources.questions.loop import LOOKS, Loop


def test_calls_come_in_the_order_of_their_times() -> None:
    loop = Loop()
    called: list[str] = []
    now = loop.now
    for name, when in (("late", 0.02), ("early", 0.0), ("early too", 0.0)):
        loop.at(now + when, partial(called.append, name))
    while len(called) < 3:
        loop.step()
    loop.close()
    assert called == ["early", "early too", "late"]


def test_a_socket_is_waited_for_until_it_is_forgotten() -> None:
    loop = Loop()
    ours, theirs = socket.socketpair()
    read: list[bytes] = []
    with ours, theirs:
        loop.watch(ours, selectors.EVENT_WRITE, lambda: read.append(b"writable"))
        loop.step()
        loop.watch(ours, selectors.EVENT_READ, lambda: read.append(ours.recv(10)))
        theirs.send(b"hello")
        loop.step()
        loop.forget(ours)
        theirs.send(b"again")
        loop.step()
    loop.close()
    assert read == [b"writable", b"hello"]


def order_of(messages: int) -> list[str]:
    """In which order so many messages are read, one at a time, and a timer is called that is due as well."""
    loop = Loop()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    called: list[str] = []
    with ours, theirs:
        for number in range(messages):
            theirs.send(str(number).encode())
        loop.watch(ours, selectors.EVENT_READ, lambda: called.append(ours.recv(10).decode()))
        loop.at(loop.now, lambda: called.append("due"))
        loop.step()
    loop.close()
    return called


def test_what_came_is_read_before_its_time_is_over() -> None:
    assert order_of(3) == ["0", "1", "2", "due"]


def test_who_does_not_stop_talking_does_not_stop_the_clock() -> None:
    assert order_of(LOOKS + 1) == [*map(str, range(LOOKS)), "due"]


def test_with_nothing_to_wait_for_it_does_not_wait() -> None:
    loop = Loop()
    began = time.monotonic()
    loop.step()
    loop.close()
    assert time.monotonic() - began < 30  # else it would wait for ever
