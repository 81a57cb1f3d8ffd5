"""Reading znodes with kazoo: pipelined, bounded, within the deadline, and never writing."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.interface import Deadline
from driftcheck.sources.znodes.reach import reach

WINDOW = 200
"""Requests in flight at once."""

MAX_ZNODE_BYTES = 4 * 1024 * 1024
MAX_CHILDREN = 200_000
MAX_ANSWER_BYTES = 64 * 1024 * 1024
SESSION_SECONDS = 10.0
CLOSE_SECONDS = 2.0

T = TypeVar("T")


@frozen
class Znode:
    """A znode's content and the part of its stat that rules speak about; `ephemeral_owner` 0: no session."""

    data: bytes
    ephemeral_owner: int
    czxid: int
    created_at: Fact[datetime]


def znode_location(path: str) -> Location:
    """Where a fact from ZooKeeper stands: the znode's whole path, chroot included."""
    return Location(source="zookeeper", name=path)


class ZooKeeperReader:
    """An open session. Every answer is a Fact: Absent for a missing znode, Unknown for what went wrong.

    After a lost connection or a time-out nothing more is sent: the rest is Unknown for the same reason.
    """

    def __init__(self, client: Any, deadline: Deadline) -> None:
        self._client = client
        self._deadline = deadline
        self._lost: str | None = None

    def read_many(self, paths: Sequence[str]) -> list[Fact[Znode]]:
        """The znodes at absolute `paths`, in their order."""
        return list(self._ask(paths, self._client.get_async, _znode))

    def children_many(self, paths: Sequence[str]) -> list[Fact[tuple[str, ...]]]:
        """The names of the children of each path, sorted."""
        return list(self._ask(paths, self._client.get_children_async, _children))

    def read(self, path: str) -> Fact[Znode]:
        return self.read_many([path])[0]

    def children(self, path: str) -> Fact[tuple[str, ...]]:
        return self.children_many([path])[0]

    def close(self) -> None:
        """Ends the session; what the server does not answer in time is left to kazoo's own threads."""
        closing = threading.Thread(target=_stop, args=(self._client,), daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS if self._lost is None else 0.0)

    def _ask(
        self,
        paths: Sequence[str],
        ask: Callable[[str], Any],
        project: Callable[[Any, Location], Fact[T]],
    ) -> Iterator[Fact[T]]:
        pending: deque[tuple[str, Any]] = deque()
        for path in paths:
            if len(pending) == WINDOW:
                yield self._answer(*pending.popleft(), project)
            pending.append((path, None if self._lost else _send(ask, path)))
        while pending:
            yield self._answer(*pending.popleft(), project)

    def _answer(self, path: str, result: Any, project: Callable[[Any, Location], Fact[T]]) -> Fact[T]:
        from kazoo.exceptions import KazooException, NoAuthError, NoNodeError
        from kazoo.handlers.threading import KazooTimeoutError

        location = znode_location(path)
        if isinstance(result, Unknown):
            return result
        if self._lost is not None and (result is None or not result.ready()):
            return Unknown(kind=UnknownKind.FAULT, reason=self._lost, location=location)
        try:
            return project(result.get(timeout=self._deadline.operation()), location)
        except NoNodeError:
            return Absent(evidence=f"there is no znode {path}", location=location)
        except NoAuthError:
            reason = f"{path} may not be read: its ACL lets only authenticated clients read it"
            return Unknown(kind=UnknownKind.DENIED, reason=reason, location=location)
        except KazooTimeoutError:
            self._lost = "ZooKeeper did not answer in time"
        except KazooException as error:
            self._lost = f"the connection to ZooKeeper was lost ({type(error).__name__})"
        except Exception as error:
            # kazoo hands on whatever its parsing of the server's bytes raises.
            reason = f"ZooKeeper's answer cannot be understood ({type(error).__name__})"
            return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
        return Unknown(kind=UnknownKind.FAULT, reason=self._lost, location=location)


def open_reader(servers: Sequence[tuple[str, int]], deadline: Deadline) -> ZooKeeperReader | Unknown:
    """A session with the first of `servers` that gives one; Unknown names each server and why it did not."""
    reached = reach(servers, deadline.operation())
    if not reached.open:
        each = "; ".join(f"{_server(server)}: {why}" for server, why in reached.refused.items())
        return Unknown(kind=UnknownKind.FAULT, reason=f"no ZooKeeper server can be reached ({each})")
    ended = threading.Event()
    client = _client(reached.open, ended)
    client.start_async()
    ended.wait(deadline.operation())
    reader = ZooKeeperReader(client, deadline)
    if client.connected:
        return reader
    threading.Thread(target=_stop, args=(client,), daemon=True).start()
    asked = ", ".join(_server(server) for server in reached.open)
    reason = f"{asked} accepts connections but gives no ZooKeeper session: is it a ZooKeeper server, and up?"
    return Unknown(kind=UnknownKind.FAULT, reason=reason)


def _client(servers: Sequence[tuple[str, int]], settled: threading.Event) -> Any:
    """A kazoo client that says nothing, never grows without bound and sets `settled` once it is decided."""
    from kazoo.client import KazooClient
    from kazoo.handlers.threading import SequentialThreadingHandler

    # Without any handler Python's last resort would print kazoo's own warnings.
    logging.getLogger("kazoo").addHandler(logging.NullHandler())
    silent = logging.Logger("kazoo, unheard")
    silent.addHandler(logging.NullHandler())
    handler: Any = SequentialThreadingHandler()
    spawn = handler.spawn

    def guarded(function: Callable[..., object], *arguments: object, **options: object) -> object:
        def run() -> None:
            try:
                function(*arguments, **options)
            except Exception as error:
                silent.debug("kazoo's loop ended: %s", error)
            finally:
                settled.set()

        return spawn(run)

    handler.spawn = guarded
    client: Any = KazooClient(
        hosts=",".join(_server(server) for server in servers),
        timeout=SESSION_SECONDS,
        handler=handler,
        logger=silent,
        read_only=False,
        connection_retry={"max_tries": 2, "delay": 0.1, "max_delay": 0.5},
    )
    client.add_listener(lambda state: settled.set() if state == "CONNECTED" else None)
    _bound_answers(client)
    return client


def _bound_answers(client: Any) -> None:
    """Refuses answers over 64 MiB: kazoo reserves whatever length a server announces."""
    from kazoo.exceptions import ConnectionDropped

    connection = client._connection
    read = connection._read

    def bounded(length: int, timeout: float) -> bytes:
        if not 0 <= length <= MAX_ANSWER_BYTES:
            raise ConnectionDropped(f"the server announces an answer of {length} bytes")
        content: bytes = read(length, timeout)
        return content

    connection._read = bounded


def _send(ask: Callable[[str], Any], path: str) -> Any:
    try:
        return ask(path)
    except (ValueError, TypeError) as error:
        reason = f"the path cannot be asked for: {error}"
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=znode_location(path))


def _znode(answer: Any, location: Location) -> Fact[Znode]:
    data, stat = answer
    content = data or b""
    if len(content) > MAX_ZNODE_BYTES:
        reason = f"the znode is larger than {MAX_ZNODE_BYTES // 2**20} MiB"
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=location)
    znode = Znode(
        data=content,
        ephemeral_owner=stat.ephemeralOwner,
        czxid=stat.czxid,
        created_at=_time(stat.ctime, location),
    )
    return Known(value=znode, location=location)


def _children(answer: Any, location: Location) -> Fact[tuple[str, ...]]:
    if len(answer) > MAX_CHILDREN:
        reason = f"the znode has more than {MAX_CHILDREN} children"
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=location)
    return Known(value=tuple(sorted(answer)), location=location)


def _time(milliseconds: int, location: Location) -> Fact[datetime]:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason="the time is out of range", location=location)
    return Known(value=moment, location=location)


def _server(server: tuple[str, int]) -> str:
    host, port = server
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _stop(client: Any) -> None:
    try:
        client.stop()
        client.close()
    except Exception as error:
        client.logger.debug("kazoo did not stop cleanly: %s", error)
