"""Sockets and timers in one thread: a loop as small as questions to name servers need."""

from __future__ import annotations

import heapq
import selectors
import socket
import time
from collections.abc import Callable
from itertools import count

Call = Callable[[], None]

LOOKS = 8
"""How often sockets are looked at again before what is due by time is called: who says no end of things must
not stop the clock.
"""


class Loop:
    """Waits for sockets and times, and calls what waits for them. Times are the monotonic clock's seconds."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._watched: set[socket.socket] = set()
        self._timers: list[tuple[float, int, Call]] = []
        self._order = count()
        self.now = time.monotonic()

    def watch(self, sock: socket.socket, events: int, call: Call) -> None:
        """Calls whenever the socket is ready for one of `events`; a second time replaces the first."""
        if sock in self._watched:
            self._selector.modify(sock, events, call)
        else:
            self._selector.register(sock, events, call)
            self._watched.add(sock)

    def forget(self, sock: socket.socket) -> None:
        self._selector.unregister(sock)
        self._watched.discard(sock)

    def at(self, when: float, call: Call) -> None:
        """Calls once, at `when` or soon after."""
        heapq.heappush(self._timers, (when, next(self._order), call))

    def step(self) -> None:
        """Waits until something is due and calls it; returns at once if nothing ever will be."""
        if not self._timers and not self._watched:
            return
        wait = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
        for _ in range(LOOKS):
            ready = self._selector.select(wait)
            self.now = time.monotonic()
            for key, _ in ready:
                key.data()
            # On a busy machine answers wait here while their time runs out: they came, and are read first.
            if not ready or not self._is_due():
                break
            wait = 0.0
        while self._is_due():
            heapq.heappop(self._timers)[2]()

    def _is_due(self) -> bool:
        return bool(self._timers) and self._timers[0][0] <= self.now

    def close(self) -> None:
        """Waits for nothing more, and lets go of whom it would have called: they hold it in turn."""
        self._selector.close()
        self._watched.clear()
        self._timers.clear()
