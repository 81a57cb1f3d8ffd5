"""Sockets to name servers, and what their errors mean."""

from __future__ import annotations

import errno
import socket

from driftcheck.sources.interface import Deadline
from driftcheck.sources.questions.resolvers import Server


def connect(server: Server, kind: socket.SocketKind) -> socket.socket:
    """A socket to one server alone that never blocks; TCP is still connecting. Raises OSError."""
    found = socket.getaddrinfo(server.host, server.port, type=kind, flags=socket.AI_NUMERICHOST)
    family, _, _, _, address = found[0]
    opened = socket.socket(family, kind)
    try:
        opened.setblocking(False)
        opened.connect(address)
    except BlockingIOError:
        pass
    except OSError:
        opened.close()
        raise
    return opened


def silence(seconds: float, deadline: Deadline) -> str:
    """What a server did that was given so long to answer, as the end of a sentence."""
    if seconds < deadline.per_operation:
        return "did not answer before the time for the run was over"
    return f"did not answer within {seconds:.3g} s"


def trouble(error: OSError) -> str:
    """What the server or the way to it did, as the end of a sentence."""
    if error.errno == errno.ECONNREFUSED:
        return "refuses: nothing listens on its port"
    if error.errno in (errno.ECONNRESET, errno.EPIPE):
        return "closes the connection"
    return f"cannot be reached: {(error.strerror or str(error)).lower()}"
