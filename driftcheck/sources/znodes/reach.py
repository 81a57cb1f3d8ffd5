"""Which servers of a connect string accept a connection, asked all at once and within a time."""

from __future__ import annotations

import errno
import queue
import socket
import threading
import time
from collections.abc import Mapping, Sequence

from driftcheck.model.frozen import frozen

GRACE_SECONDS = 0.2
"""How long the others may take once one server has answered."""


@frozen
class Reach:
    """`open`: the servers that accept connections, in the order given; `refused`: server → why not."""

    open: tuple[tuple[str, int], ...]
    refused: Mapping[tuple[str, int], str]


def reach(servers: Sequence[tuple[str, int]], seconds: float) -> Reach:
    """Tries each server once, in threads that nothing waits for: a name server may never answer."""
    answers: queue.SimpleQueue[tuple[tuple[str, int], str | None]] = queue.SimpleQueue()
    for server in servers:
        threading.Thread(target=_try, args=(server, seconds, answers), daemon=True).start()
    known: dict[tuple[str, int], str | None] = {}
    ends_at = time.monotonic() + seconds
    while len(known) < len(set(servers)):
        try:
            server, problem = answers.get(timeout=max(0.0, ends_at - time.monotonic()))
        except queue.Empty:
            break
        known[server] = problem
        if problem is None:
            ends_at = min(ends_at, time.monotonic() + GRACE_SECONDS)
    silent = f"no connection within {seconds:.3g} s"
    return Reach(
        open=tuple(server for server in servers if server in known and known[server] is None),
        refused={
            server: known.get(server) or silent
            for server in servers
            if server not in known or known[server] is not None
        },
    )


def _try(
    server: tuple[str, int],
    seconds: float,
    answers: queue.SimpleQueue[tuple[tuple[str, int], str | None]],
) -> None:
    try:
        with socket.create_connection(server, timeout=max(seconds, 0.001)):
            answers.put((server, None))
    except socket.gaierror:
        answers.put((server, "the name does not resolve"))
    except TimeoutError:
        answers.put((server, f"no connection within {seconds:.3g} s"))
    except (OSError, UnicodeError, OverflowError) as error:
        refused = getattr(error, "errno", None) == errno.ECONNREFUSED
        reason = "the connection is refused" if refused else getattr(error, "strerror", None) or str(error)
        answers.put((server, reason.lower()))
