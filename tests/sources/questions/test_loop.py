"""The loop: sockets and timers, each when it is due."""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial

from driftcheck.sources.questions.loop import Loop


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


def test_with_nothing_to_wait_for_it_does_not_wait() -> None:
    loop = Loop()
    began = time.monotonic()
    loop.step()
    loop.close()
    assert time.monotonic() - began < 30  # else it would wait for ever
