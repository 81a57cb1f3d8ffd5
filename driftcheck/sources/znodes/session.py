"""Opening a session with kazoo: silent, bounded, and with the reason where there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.sources.znodes.access import Access
from driftcheck.sources.znodes.kazoo_connection import rewire

SESSION_SECONDS = 10.0


def open_client(servers: Sequence[tuple[str, int]], access: Access, seconds: float) -> Any:
    """A kazoo client with a session, authenticated if it is to be; Unknown says why not. Takes `seconds`
    at most.
    """
    opening = _Opening(access, ", ".join(map(server_text, servers)))
    client = _client(servers, access, opening, seconds)
    client.start_async()
    opening.settled.wait(seconds)
    if opening.is_open:
        return client
    end_client(client, 0.0)
    return opening.problem()


def end_client(client: Any, seconds: float) -> None:
    """Ends the session; what is not done in this time is left to a thread that nothing waits for."""
    closing = threading.Thread(target=_stop, args=(client,), daemon=True)
    closing.start()
    closing.join(seconds)


def is_lost_connection(error: BaseException) -> bool:
    """Whether kazoo means the connection or the session, not an answer."""
    from kazoo.exceptions import ConnectionClosedError, ConnectionDropped, ConnectionLoss, SessionExpiredError

    return isinstance(error, ConnectionClosedError | ConnectionDropped | ConnectionLoss | SessionExpiredError)


def server_text(server: tuple[str, int]) -> str:
    host, port = server
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Opening:
    """What becomes of the tries to open a session; `settled` once that is decided."""

    def __init__(self, access: Access, asked: str) -> None:
        self.settled = threading.Event()
        self.is_open = False
        self._access = access
        self._asked = asked
        self._error: BaseException | None = None

    def watch(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        """kazoo's own `_connect`, which ends once TLS, session and authentication all stand."""

        def watched(*arguments: Any) -> Any:
            try:
                found = connect(*arguments)
            except BaseException as error:
                self._error = error
                raise
            self.is_open = True
            self.settled.set()
            return found

        return watched

    def problem(self) -> Unknown:
        """Why there is no session, from the last try's error."""
        import ssl

        from kazoo.exceptions import AuthFailedError, SASLException

        for error in _causes(self._error):
            if isinstance(error, AuthFailedError | SASLException):
                reason = f"{self._asked} refuses {self._access.who}, or the password"
                return Unknown(kind=UnknownKind.DENIED, reason=reason)
            if isinstance(error, ssl.SSLError):
                return self._tls_problem(error)
        hint = "or does it want TLS (--zk-tls)"
        if self._access.tls is not None:
            hint = "or does it want a client certificate (--zk-certificate)"
        reason = (
            f"{self._asked} accepts connections but gives no ZooKeeper session: "
            f"is it a ZooKeeper server, and up, {hint}?"
        )
        return Unknown(kind=UnknownKind.FAULT, reason=reason)

    def _tls_problem(self, error: Any) -> Unknown:
        word = str(error.reason or error).replace("_", " ").lower()
        if getattr(error, "verify_message", None):
            reason = f"{self._asked} is not trusted: {error.verify_message.rstrip('.')}"
        elif "alert" in word:
            want = "does it want a client certificate that it trusts (--zk-certificate)?"
            reason = f"{self._asked} refuses the TLS connection ({word}): {want}"
            return Unknown(kind=UnknownKind.DENIED, reason=reason)
        else:
            reason = f"{self._asked} gives no TLS connection ({word}): is this its port for TLS?"
        return Unknown(kind=UnknownKind.FAULT, reason=reason)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was made of: kazoo wraps those of sockets."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _client(servers: Sequence[tuple[str, int]], access: Access, opening: _Opening, seconds: float) -> Any:
    """A kazoo client that says nothing and never grows without bound."""
    from kazoo.client import KazooClient

    # Without any handler Python's last resort would print kazoo's own warnings.
    logging.getLogger("kazoo").addHandler(logging.NullHandler())
    silent = logging.Logger("kazoo, unheard")
    silent.addHandler(logging.NullHandler())
    client: Any = KazooClient(
        hosts=",".join(map(server_text, servers)),
        timeout=SESSION_SECONDS,
        handler=_handler(access, opening, silent, seconds),
        logger=silent,
        read_only=False,
        connection_retry={"max_tries": 2, "delay": 0.1, "max_delay": 0.5},
        use_ssl=access.tls is not None,
        auth_data=[("digest", f"{access.user}:{access.password}")] if access.auth == "digest" else None,
        sasl_options=(
            {"mechanism": "DIGEST-MD5", "username": access.user, "password": access.password}
            if access.auth == "sasl"
            else None
        ),
    )
    connection = client._connection
    connection._connect = opening.watch(connection._connect)
    rewire(connection)
    return client


def _handler(access: Access, opening: _Opening, silent: logging.Logger, seconds: float) -> Any:
    """kazoo's threads, which end without a traceback, and its sockets, with our TLS and our patience."""
    from kazoo.handlers.threading import SequentialThreadingHandler

    handler: Any = SequentialThreadingHandler()
    spawn = handler.spawn

    def guarded(function: Callable[..., object], *arguments: object, **options: object) -> object:
        def run() -> None:
            try:
                function(*arguments, **options)
            except Exception as error:
                silent.debug("kazoo's loop ended: %s", error)
            finally:
                opening.settled.set()

        return spawn(run)

    def connect(address: tuple[str, int], hostname: str, timeout: float, **_: object) -> object:
        return access.connect(address, hostname, min(timeout, seconds))

    handler.spawn = guarded
    handler.create_connection = connect
    return handler


def _stop(client: Any) -> None:
    try:
        client.stop()
        client.close()
    except Exception as error:
        client.logger.debug("kazoo did not stop cleanly: %s", error)
