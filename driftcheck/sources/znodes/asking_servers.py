"""Asking ZooKeeper's servers one by one, beside the session: four-letter words and the admin server."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from driftcheck.sources.znodes.access import Access

MAX_SECONDS = 2.0
"""For all servers together: it is evidence beside what the znodes say, and a server may be down."""

MAX_SERVERS = 32
MAX_BYTES = 16 * 1024 * 1024
ADMIN_PORT = 8080
"""Where ZooKeeper's admin server listens unless `admin.serverPort` says otherwise."""

Server = tuple[str, int]
T = TypeVar("T")

FAULTS = (OSError, UnicodeError, ValueError, OverflowError, http.client.HTTPException)
"""What asking a server can end with."""


class Round(Generic[T]):
    """One question to many servers, under way in threads of its own that nothing waits for."""

    def __init__(self, ends_at: float) -> None:
        self._ends_at = ends_at
        self._asked: list[Server] = []
        self._answers: queue.SimpleQueue[tuple[Server, T]] = queue.SimpleQueue()

    def ask(self, server: Server, question: Callable[[float], T]) -> None:
        """`question` is given the moment at which it has to be answered; it never raises."""
        self._asked.append(server)
        run = threading.Thread(
            target=lambda: self._answers.put((server, question(self._ends_at))), daemon=True
        )
        run.start()

    def answers(self) -> Mapping[Server, T]:
        """What came by the end; a server that is left out has not answered."""
        found: dict[Server, T] = {}
        while len(found) < len(set(self._asked)):
            try:
                server, answer = self._answers.get(timeout=max(0.0, self._ends_at - time.monotonic()))
            except queue.Empty:
                break
            found[server] = answer
        return found


def four_letters(word: bytes, server: Server, access: Access, ends_at: float) -> str:
    """The whole answer to a four-letter word. Raises one of FAULTS."""
    with access.connect(server, server[0], left(ends_at)) as connection:
        connection.sendall(word)
        parts: list[bytes] = []
        size = 0
        while size < MAX_BYTES:
            connection.settimeout(left(ends_at))
            part = connection.recv(65536)
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts).decode("utf-8", "replace")


def admin_answer(command: str, host: str, ends_at: float) -> bytes | None:
    """None if there is no admin server on its usual port, or it does not say."""
    connection = http.client.HTTPConnection(host, ADMIN_PORT, timeout=left(ends_at))
    try:
        connection.request("GET", f"/commands/{command}")
        answer = connection.getresponse()
        content = answer.read(MAX_BYTES)
        return content if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def left(ends_at: float) -> float:
    return max(0.01, ends_at - time.monotonic())
