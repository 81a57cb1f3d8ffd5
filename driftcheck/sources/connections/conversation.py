"""One address: whether it accepts a connection, and what is said over it. Nothing here ever blocks."""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from driftcheck.kafka.identity import Asking, Identity, who_answers
from driftcheck.kafka.wire import WireError, answer_body, answer_size
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.interface import Deadline, Destination
from driftcheck.sources.questions.loop import Call, Loop

T = TypeVar("T")

READ_BYTES = 65_536
MAX_RECEIVED_BYTES = 32 * 1024 * 1024
"""Of answers that are not complete, over all connections."""

CLOSED = "it closes the connection without an answer"
NOT_ASKED = "clients have to authenticate there, or to speak TLS: which broker answers cannot be asked"


@frozen
class Outcome:
    """Whether a destination accepts, and who answers there."""

    accepted: Fact[bool]
    identity: Identity


class Room:
    """What all conversations share: `left`, how many bytes they may still keep together, and the place into
    which the one that has its turn receives. An answer that comes in one piece is kept by nobody.
    """

    def __init__(self, size: int = MAX_RECEIVED_BYTES) -> None:
        self.left = size
        self.received = memoryview(bytearray(READ_BYTES))


class Conversation:
    """Connects, asks what there is to ask, and tells the outcome once. Each step has the time of one
    operation.
    """

    def __init__(
        self,
        destination: Destination,
        leaders: Mapping[int, tuple[str, int]],
        loop: Loop,
        deadline: Deadline,
        room: Room,
        tell: Callable[[Outcome], None],
    ) -> None:
        self._destination = destination
        self._loop = loop
        self._deadline = deadline
        self._room = room
        self._tell = tell
        self._place = Location(source="tcp", name=server_text(destination))
        self._sock: socket.socket | None = None
        self._ends_at = 0.0
        self._seconds = 0.0
        self._is_timed = False
        self._watched = 0
        self._accepted: Fact[bool] | None = None
        self._unsent = b""
        self._answer: Identity | None = None
        self._received = bytearray()
        expected = destination.ids[0] if destination.ids else 0
        self._asking: Asking | None = (
            who_answers(expected, leaders, old=destination.old) if destination.ask else None
        )

    def start(self) -> None:
        """Opens the connection; the first message follows as soon as it stands."""
        if self._asking is not None:
            try:
                self._unsent = next(self._asking)
            except StopIteration as done:
                self._asking, self._answer = None, done.value
        try:
            self._sock = _socket(self._destination)
        except OSError as error:
            self._fail(error)
            return
        self._loop.watch(self._sock, selectors.EVENT_WRITE, self._connected)
        self._wait()

    def close(self) -> None:
        """Ends the connection without a word."""
        self._forget()
        if self._sock is not None:
            self._loop.forget(self._sock)
            self._sock.close()
            self._sock = None

    def _wait(self) -> None:
        """Whatever comes next has to come in time."""
        self._seconds = self._deadline.operation()
        self._ends_at = self._loop.now + self._seconds
        if not self._is_timed:
            self._is_timed = True
            self._loop.at(self._ends_at, self._expire)

    def _expire(self) -> None:
        if self._sock is None:
            return
        if self._loop.now < self._ends_at:
            self._loop.at(self._ends_at, self._expire)
            return
        what = "it accepts the connection and does not answer" if self._accepted else "no connection"
        self._end(f"{what} within {self._seconds:.3g} s")

    def _connected(self) -> None:
        assert self._sock is not None
        code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._fail(OSError(code, errno.errorcode.get(code, "")))
            return
        self._accepted = Known(value=True, location=self._place)
        if self._asking is None:
            self._end("", self._answer)
            return
        self._say()

    def _say(self) -> None:
        """Sends what is to be sent: almost always the socket takes all of it at once."""
        self._wait()
        self._writable()

    def _writable(self) -> None:
        assert self._sock is not None
        try:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError as error:
            self._fail(error)
            return
        if self._unsent:
            self._watch(selectors.EVENT_WRITE, self._writable)
        else:
            self._watch(selectors.EVENT_READ, self._readable)

    def _watch(self, events: int, call: Call) -> None:
        """Waits for something else, if it is something else."""
        assert self._sock is not None
        if events != self._watched:
            self._watched = events
            self._loop.watch(self._sock, events, call)
            self._wait()

    def _readable(self) -> None:
        assert self._sock is not None
        try:
            count = self._sock.recv_into(self._room.received)
            message = self._message(self._room.received[:count])
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(error)
            return
        except WireError as error:
            self._end(str(error))
            return
        if not count:
            self._end(CLOSED)
        elif message is not None:
            self._next(message)

    def _message(self, part: memoryview) -> bytes | None:
        """The answer, once this part completes it; else it is kept. Raises WireError."""
        if not self._received:
            size = answer_size(part)
            if size is not None and len(part) >= size:
                return bytes(part[:size])
        self._received += part
        self._room.left -= len(part)
        if self._room.left < 0:
            raise WireError("so many answers come at once that this one is not read")
        size = answer_size(self._received)
        return None if size is None or len(self._received) < size else bytes(self._received[:size])

    def _forget(self) -> None:
        """Makes room for what comes next."""
        self._room.left += len(self._received)
        self._received.clear()

    def _next(self, message: bytes) -> None:
        """Goes on with an answer."""
        assert self._asking is not None
        assert self._sock is not None
        try:
            self._unsent = self._asking.send(answer_body(message))
        except StopIteration as done:
            self._end("", done.value)
            return
        except WireError as error:
            self._end(str(error))
            return
        self._forget()
        self._say()

    def _fail(self, error: OSError) -> None:
        if error.errno == errno.ECONNREFUSED and self._accepted is None:
            self._accepted = Known(value=False, location=self._place)
            self._end("the connection is refused")
            return
        if self._accepted is None:
            self._end(f"it cannot be reached: {_text_of(error)}")
        elif error.errno in (errno.ECONNRESET, errno.EPIPE):
            self._end(CLOSED)
        else:
            self._end(f"it answers no more: {_text_of(error)}")

    def _end(self, reason: str, identity: Identity | None = None) -> None:
        self.close()
        why = Unknown(kind=UnknownKind.FAULT, reason=reason, location=self._place)
        if identity is None:
            if self._asking is None and not reason:
                why = Unknown(kind=UnknownKind.UNSUPPORTED, reason=NOT_ASKED, location=self._place)
            identity = Identity(broker_id=why, cluster_id=why)
        accepted = why if self._accepted is None else self._accepted
        self._tell(Outcome(accepted=accepted, identity=_placed(identity, self._place)))


def server_text(destination: Destination) -> str:
    host = f"[{destination.address}]" if ":" in destination.address else destination.address
    return f"{host}:{destination.port}"


def _placed(identity: Identity, place: Location) -> Identity:
    return Identity(
        broker_id=_fact_at(identity.broker_id, place), cluster_id=_fact_at(identity.cluster_id, place)
    )


def _fact_at(fact: Fact[T], place: Location) -> Fact[T]:
    """What was told, with where: a thousand brokers tell two facts each, made of nothing else."""
    if isinstance(fact, Known):
        return Known(value=fact.value, location=place)
    return fact if fact.location is place else replace(fact, location=place)


def _socket(destination: Destination) -> socket.socket:
    """A socket that never blocks and is still connecting. OSError if that is refused at once."""
    family = socket.AF_INET6 if ":" in destination.address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        opened.connect((destination.address, destination.port))
    except BlockingIOError:
        pass
    except OSError:
        opened.close()
        raise
    return opened


def _text_of(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else str(error).lower()
