"""Queries to one server over TCP, for answers that do not fit a datagram: a connection each, few at once."""

from __future__ import annotations

import os
import selectors
import socket
from collections import deque
from collections.abc import Callable
from functools import partial

from driftcheck.sources.interface import Deadline
from driftcheck.sources.questions.loop import Loop
from driftcheck.sources.questions.messages import (
    Failure,
    Query,
    Reply,
    message_id,
    query_message,
    question_section,
    replies_to,
)
from driftcheck.sources.questions.replies import read_reply
from driftcheck.sources.questions.sockets import connect, silence, trouble

MAX_CONNECTIONS = 16
READ_BYTES = 65_536

Tell = Callable[[Reply | Failure], None]


class _Connection:
    """A query, what of it is still to be sent, and what has come of the answer."""

    __slots__ = ("number", "query", "question", "received", "seconds", "sock", "tell", "unsent")

    def __init__(self, query: Query, tell: Tell, sock: socket.socket, seconds: float) -> None:
        self.query = query
        self.tell = tell
        self.sock = sock
        self.seconds = seconds
        self.number = int.from_bytes(os.urandom(2), "big")
        self.question = question_section(query.name, query.rrtype)
        message = query_message(self.number, self.question, edns=False)
        self.unsent = len(message).to_bytes(2, "big") + message
        self.received = bytearray()

    def answer(self) -> bytes | None:
        """The whole message, once it is there; its length is announced in two bytes."""
        length = int.from_bytes(self.received[:2], "big")
        whole = len(self.received) >= 2 and len(self.received) >= 2 + length
        return bytes(self.received[2 : 2 + length]) if whole else None


class Streams:
    """The TCP side of one server.

    After a connection that failed, where none has worked, those that are open decide: none is opened before
    one of them has worked, and if none does, no more is tried.
    """

    def __init__(self, loop: Loop, deadline: Deadline) -> None:
        self._loop = loop
        self._deadline = deadline
        self._open: set[_Connection] = set()
        self._waiting: deque[tuple[Query, Tell]] = deque()
        self._worked = False
        self._doubted = False
        self._given_up: str | None = None

    def ask(self, query: Query, tell: Tell) -> None:
        """Asks as soon as a connection is free; `tell` is told the outcome."""
        self._waiting.append((query, tell))
        self._start()

    def close(self) -> None:
        for connection in self._open:
            connection.sock.close()

    def _start(self) -> None:
        while self._waiting and len(self._open) < MAX_CONNECTIONS and not (self._doubted and self._open):
            query, tell = self._waiting.popleft()
            seconds = self._deadline.operation()
            if self._given_up is not None or seconds <= 0:
                tell(_failure(query, self._given_up or "was not asked: the time for the run was over"))
            else:
                self._connect(query, tell, seconds)

    def _connect(self, query: Query, tell: Tell, seconds: float) -> None:
        try:
            sock = connect(query.server, socket.SOCK_STREAM)
        except OSError as error:
            tell(_failure(query, trouble(error)))
            return
        connection = _Connection(query, tell, sock, seconds)
        self._open.add(connection)
        self._loop.watch(sock, selectors.EVENT_WRITE, partial(self._writable, connection))
        self._loop.at(self._loop.now + seconds, partial(self._expire, connection))

    def _writable(self, connection: _Connection) -> None:
        try:
            sent = connection.sock.send(connection.unsent)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(connection, trouble(error))
            return
        connection.unsent = connection.unsent[sent:]
        if not connection.unsent:
            self._loop.watch(connection.sock, selectors.EVENT_READ, partial(self._readable, connection))

    def _readable(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(connection, trouble(error))
            return
        if not data:
            self._fail(connection, "closes the connection")
            return
        connection.received += data
        if (wire := connection.answer()) is None:
            return
        self._worked = True
        self._doubted = False
        self._end(connection)
        if message_id(wire) == connection.number and replies_to(wire, connection.question):
            connection.tell(read_reply(wire, connection.query))
        else:
            connection.tell(_failure(connection.query, "answers something else"))
        self._start()

    def _expire(self, connection: _Connection) -> None:
        if connection in self._open:
            self._fail(connection, silence(connection.seconds, self._deadline))

    def _fail(self, connection: _Connection, reason: str) -> None:
        self._end(connection)
        if not self._worked:
            self._doubted = True
            self._given_up = None if self._open else reason
        connection.tell(_failure(connection.query, reason))
        self._start()

    def _end(self, connection: _Connection) -> None:
        self._open.discard(connection)
        self._loop.forget(connection.sock)
        connection.sock.close()


def _failure(query: Query, reason: str) -> Failure:
    text = f"{query.server} cuts its answer off, and over TCP it {reason}"
    return Failure(server=query.server, reason=text)
