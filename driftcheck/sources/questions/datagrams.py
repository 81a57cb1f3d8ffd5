"""Queries to one server over UDP: resent until they are answered, given up when the server is silent."""

from __future__ import annotations

import os
import selectors
import socket
from functools import partial

from driftcheck.sources.interface import Deadline
from driftcheck.sources.questions.loop import Loop
from driftcheck.sources.questions.messages import (
    Failure,
    Query,
    is_truncated,
    message_id,
    query_message,
    question_section,
    refuses_edns,
    replies_to,
)
from driftcheck.sources.questions.replies import read_reply
from driftcheck.sources.questions.resolvers import Server
from driftcheck.sources.questions.sockets import connect, silence, trouble
from driftcheck.sources.questions.streams import Streams, Tell

RESEND_AFTER = (0.1, 0.2, 0.4, 1.0, 2.0, 4.0)
"""Seconds after the first time, then every four seconds; a resolver that asks others itself may need a second
or two. Of 30,000 queries of which one in a hundred is lost, some are lost twice, and now and then one three
times.
"""

AT_EASE_SECONDS = 0.025
"""How long a server may usually take that is asked again so soon; slower ones get as much longer."""

MOST_PATIENCE = 5.0
"""Times as long: a server that cannot keep up loses more, the more often it is asked again."""

REMEMBERED = 8
"""Answers by which a server's usual time is told."""

REFUSED_SECONDS = 0.9
"""How long a closed port is tried: a server may be about to restart."""

MAX_SILENT = 10
"""Queries in a row that a server which did answer others may leave unanswered, while it answers none."""

RECEIVE_BUFFER = 1024 * 1024
MAX_DATAGRAM = 65_535
AT_ONCE = 32
"""Datagrams that are read before others have their turn."""


class _Pending:
    """A query that was sent and not answered."""

    __slots__ = ("edns", "number", "query", "question", "resent", "seconds", "sent_at", "tell")

    def __init__(
        self, query: Query, number: int, tell: Tell, sent_at: float, seconds: float, edns: bool
    ) -> None:
        self.query = query
        self.question = question_section(query.name, query.rrtype)
        self.number = number
        self.tell = tell
        self.sent_at = sent_at
        self.seconds = seconds
        self.edns = edns
        self.resent = 0

    @property
    def ends_at(self) -> float:
        return self.sent_at + self.seconds


class Datagrams:
    """One socket to one server, on a random port; only what comes from that server's port is read.

    Once it is decided that the server does not answer, nothing more is asked.
    """

    def __init__(self, server: Server, loop: Loop, deadline: Deadline) -> None:
        """Raises OSError if the server cannot even be sent to."""
        self._server = server
        self._loop = loop
        self._deadline = deadline
        self._streams = Streams(loop, deadline)
        self._pending: dict[int, _Pending] = {}
        self._edns = True
        self._heard_at: float | None = None
        self._usual_seconds = 0.0
        self._strange = False
        self._silent = 0
        self._refused: tuple[float, str] | None = None
        self._given_up: str | None = None
        self._socket = connect(server, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        loop.watch(self._socket, selectors.EVENT_READ, self._readable)

    def ask(self, query: Query, tell: Tell) -> Failure | None:
        """Sends a query whose outcome `tell` will be told; a Failure if it is not even sent."""
        seconds = self._deadline.operation()
        if self._given_up is not None or seconds <= 0:
            return self._failure(self._given_up or "was not asked: the time for the run was over")
        pending = _Pending(query, self._unused(), tell, self._loop.now, seconds, self._edns)
        self._pending[pending.number] = pending
        self._send(pending)
        self._wait(pending)
        return None

    def close(self) -> None:
        self._streams.close()
        self._socket.close()

    def _send(self, pending: _Pending) -> None:
        message = query_message(pending.number, pending.question, edns=pending.edns)
        for _ in range(2):
            try:
                self._socket.send(message)
            except BlockingIOError:
                return  # as good as lost: it is sent again
            except OSError as error:
                # What an earlier datagram met is reported by the next call, which sends nothing then.
                self._refuse(error)
                if self._given_up is not None:
                    return
            else:
                return

    def _wait(self, pending: _Pending) -> None:
        last = len(RESEND_AFTER) - 1
        after = RESEND_AFTER[min(pending.resent, last)] * max(1, pending.resent - last + 1)
        patience = min(max(1.0, self._usual_seconds / AT_EASE_SECONDS), MOST_PATIENCE)
        # Who was late himself does not make up for it.
        when = max(pending.sent_at + after * patience, self._loop.now + RESEND_AFTER[0])
        self._loop.at(min(pending.ends_at, when), partial(self._due, pending))

    def _due(self, pending: _Pending) -> None:
        if self._pending.get(pending.number) is not pending:
            return
        if self._loop.now >= pending.ends_at:
            self._expire(pending)
            return
        pending.resent += 1
        self._send(pending)
        self._wait(pending)

    def _expire(self, pending: _Pending) -> None:
        del self._pending[pending.number]
        reason = self._refused[1] if self._refused else silence(pending.seconds, self._deadline)
        if self._strange and self._heard_at is None:
            reason += ", and what came from its port answers no question"
        if self._heard_at is None or self._heard_at < pending.sent_at:
            self._silent += 1
            if self._heard_at is None or self._silent >= MAX_SILENT:
                self._give_up(reason)
        pending.tell(self._failure(reason))

    def _give_up(self, reason: str) -> None:
        self._given_up = reason
        self._loop.forget(self._socket)
        pending = list(self._pending.values())
        self._pending.clear()
        for each in pending:
            each.tell(self._failure(reason))

    def _readable(self) -> None:
        for _ in range(AT_ONCE):
            if self._given_up is not None:
                return
            try:
                wire = self._socket.recv(MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError as error:
                self._refuse(error)
            else:
                self._take(wire)

    def _take(self, wire: bytes) -> None:
        """Reads a datagram; what answers no question that is open is ignored."""
        number = message_id(wire)
        pending = None if number is None else self._pending.get(number)
        if pending is None or not replies_to(wire, pending.question):
            self._strange = True
            return
        self._heard_at, self._silent, self._refused = self._loop.now, 0, None
        self._usual_seconds += (self._loop.now - pending.sent_at - self._usual_seconds) / REMEMBERED
        del self._pending[pending.number]
        if pending.edns and refuses_edns(wire):
            pending.edns = self._edns = False
            pending.number = self._unused()  # so that no late copy of this refusal counts
            self._pending[pending.number] = pending
            self._send(pending)
        elif is_truncated(wire):
            self._streams.ask(pending.query, pending.tell)
        else:
            pending.tell(read_reply(wire, pending.query))

    def _refuse(self, error: OSError) -> None:
        """Notes that the server's machine refuses datagrams, and gives up when that goes on."""
        since = self._refused[0] if self._refused else self._loop.now
        self._refused = since, trouble(error)
        if self._loop.now - since >= REFUSED_SECONDS:
            self._give_up(self._refused[1])

    def _unused(self) -> int:
        """An id that nobody can guess and no open query has."""
        while (number := int.from_bytes(os.urandom(2), "big")) in self._pending:
            pass
        return number

    def _failure(self, reason: str) -> Failure:
        return Failure(server=self._server, reason=f"{self._server} {reason}")
