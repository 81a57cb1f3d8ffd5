"""Reading znodes with kazoo: pipelined, bounded, within the deadline, and never writing."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.interface import Deadline
from driftcheck.sources.znodes.access import NOBODY, Access
from driftcheck.sources.znodes.reach import reach
from driftcheck.sources.znodes.session import end_client, is_lost_connection, open_client, server_text

WINDOW = 200
"""Requests in flight at once."""

MAX_ZNODE_BYTES = 4 * 1024 * 1024
MAX_CHILDREN = 200_000
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
    """An open session, entered by `access`. Every answer is a Fact: Absent for a missing znode, Unknown for
    what went wrong.

    After a lost connection or a time-out nothing more is sent: the rest is Unknown for the same reason.
    """

    def __init__(self, client: Any, deadline: Deadline, access: Access) -> None:
        self._client = client
        self._deadline = deadline
        self.access = access
        self._lost: Unknown | None = None

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

    @property
    def is_lost(self) -> bool:
        """Whether the session is over before its end, so that nothing more will be answered."""
        return self._lost is not None

    def close(self) -> None:
        """Ends the session; what the server does not answer in time is left to kazoo's own threads."""
        end_client(
            self._client, min(CLOSE_SECONDS, self._deadline.operation()) if self._lost is None else 0.0
        )

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
        from kazoo.exceptions import KazooException, NoAuthError, NoNodeError, SessionClosedRequireSaslError
        from kazoo.handlers.threading import KazooTimeoutError

        location = znode_location(path)
        if isinstance(result, Unknown):
            return result
        if self._lost is not None and (result is None or not result.ready()):
            return replace(self._lost, location=location)
        try:
            return project(result.get(timeout=self._deadline.operation()), location)
        except NoNodeError:
            return Absent(evidence=f"there is no znode {path}", location=location)
        except NoAuthError:
            return self._denied(path, location)
        except SessionClosedRequireSaslError:
            self._lost = Unknown(
                kind=UnknownKind.DENIED,
                reason=f"ZooKeeper lets no session of {self.access.who} read anything: it wants SASL",
            )
        except KazooTimeoutError:
            self._lost = _fault("ZooKeeper did not answer in time")
        except KazooException as error:
            what = "the connection to ZooKeeper was lost"
            if not is_lost_connection(error):
                what = "ZooKeeper answers with an error"
            self._lost = _fault(f"{what} ({type(error).__name__})")
        except Exception as error:
            # kazoo hands on whatever its parsing of the server's bytes raises.
            why = "it ends too soon" if isinstance(error, struct.error) else type(error).__name__
            reason = f"ZooKeeper's answer cannot be understood ({why})"
            return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
        return replace(self._lost, location=location)

    def _denied(self, path: str, location: Location) -> Unknown:
        reason = f"{path} may not be read: its ACL lets only authenticated clients read it"
        if self.access.auth is not None:
            # To addauth a wrong password is as good as a right one: it makes another digest.
            doubt = " with this password" if self.access.auth == "digest" else ""
            reason = f"{path} may not be read: its ACL does not let {self.access.who}{doubt} read it"
        return Unknown(kind=UnknownKind.DENIED, reason=reason, location=location)


def _fault(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason)


def open_reader(
    servers: Sequence[tuple[str, int]], deadline: Deadline, access: Access = NOBODY
) -> ZooKeeperReader | Unknown:
    """A session with the first of `servers` that gives one; Unknown names each server and why it did not."""
    reached = reach(servers, deadline.operation())
    if not reached.open:
        each = "; ".join(f"{server_text(server)}: {why}" for server, why in reached.refused.items())
        return Unknown(kind=UnknownKind.FAULT, reason=f"no ZooKeeper server can be reached ({each})")
    client = open_client(reached.open, access, deadline.operation())
    return client if isinstance(client, Unknown) else ZooKeeperReader(client, deadline, access)


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
        return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
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
        return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
    return Known(value=tuple(sorted(answer)), location=location)


def _time(milliseconds: int, location: Location) -> Fact[datetime]:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return Unknown(kind=UnknownKind.FAULT, reason="the time is out of range", location=location)
    return Known(value=moment, location=location)
