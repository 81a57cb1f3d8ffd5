"""What kazoo's connection does otherwise for us: bounded answers, all codes of errors, many reads at once."""

from __future__ import annotations

import struct
from typing import Any

from driftcheck.sources.znodes.plain_reads import PlainReads

MAX_ANSWER_BYTES = 32 * 1024 * 1024
READ_BYTES = 65_536
HEAD_BYTES = 4
"""The length in front of every answer."""


def rewire(connection: Any) -> None:
    """Changes a connection of kazoo's before it is opened."""
    read = _Reading(connection)
    connection._read = read.read
    connection._read_socket = read.read_socket
    _keep_codes(connection)
    _send_several(connection)


class _Reading:
    """Takes what has come with one call, and answers from that: kazoo asks the system four times for each.

    Longer answers than are read are refused: kazoo reserves whatever length a server announces.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._read = connection._read
        self._read_socket = connection._read_socket
        self._socket: object = None
        self._ahead = bytearray()

    def read(self, length: int, timeout: float) -> bytes:
        """So many bytes, as kazoo's own `_read`."""
        from kazoo.exceptions import ConnectionDropped

        if not 0 <= length <= MAX_ANSWER_BYTES:
            raise ConnectionDropped(f"the server announces an answer of {length} bytes")
        if self._connection._socket is not self._socket:
            self._socket = self._connection._socket
            self._ahead.clear()
        missing = length - len(self._ahead)
        if missing > 0:
            self._ahead += self._read(missing, timeout)
            if length == HEAD_BYTES:
                self._take()
        content = bytes(self._ahead[:length])
        del self._ahead[:length]
        return content

    def read_socket(self, timeout: float) -> object:
        """One answer, and all that came with it: nothing would wake kazoo for those."""
        response = self._read_socket(timeout)
        while response is None and self._has_answer():
            response = self._read_socket(timeout)
        return response

    def _take(self) -> None:
        """What else is there, without waiting for it; what is wrong with the connection shows next time."""
        try:
            self._ahead += self._connection._socket.recv(READ_BYTES)
        except OSError:
            return

    def _has_answer(self) -> bool:
        if len(self._ahead) < HEAD_BYTES:
            return False
        (length,) = struct.unpack_from(">i", self._ahead)
        return len(self._ahead) >= HEAD_BYTES + int(length)


def _keep_codes(connection: Any) -> None:
    """Hands codes of errors on that kazoo does not know: it would end its loop over them, and say nothing."""
    from kazoo.exceptions import EXCEPTIONS

    respond = connection._read_response

    def exact(header: Any, buffer: bytes, offset: int) -> object:
        pending = connection.client._pending
        if not header.err or header.err in EXCEPTIONS or not pending or pending[0][2] != header.xid:
            return respond(header, buffer, offset)
        _, result, _ = pending.popleft()
        if result is not None:
            result.set_exception(error_of(header.err))
        return None

    connection._read_response = exact


def _send_several(connection: Any) -> None:
    """Sends PlainReads in one go, and gathers the answers to them."""
    submit, respond = connection._submit, connection._read_response

    def sent(request: Any, timeout: float, xid: int | None = None) -> None:
        if not isinstance(request, PlainReads) or xid is None:
            submit(request, timeout, xid)
            return
        connection._write(request.frames(xid), timeout)
        connection._xid = xid + request.count - 1

    def gathered(header: Any, buffer: bytes, offset: int) -> object:
        pending = connection.client._pending
        if not pending or not isinstance(pending[0][0], PlainReads):
            return respond(header, buffer, offset)
        request, result, xid = pending[0]
        if header.xid != xid + len(request.received):
            pending.popleft()
            error = RuntimeError(f"an answer to request {header.xid}")
            result.set_exception(error)
            raise error
        request.received.append((header.err, buffer, offset))
        if len(request.received) == request.count:
            pending.popleft()
            result.set(request.received)
        return None

    connection._submit, connection._read_response = sent, gathered


def error_of(code: int) -> Exception:
    """kazoo's exception for an error of ZooKeeper's; a code that has none is in its text."""
    from kazoo.exceptions import EXCEPTIONS, ZookeeperError

    error: Exception = EXCEPTIONS[code]() if code in EXCEPTIONS else ZookeeperError(f"code {code}")
    return error


def error_name(error: Exception) -> str:
    """What ZooKeeper's error is called; `code -999` if it has no name."""
    from kazoo.exceptions import ZookeeperError

    return str(error) if type(error) is ZookeeperError else type(error).__name__
