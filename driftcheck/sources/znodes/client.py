"""Reading znodes with kazoo: pipelined, bounded, within the deadline, and never writing."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, TypeAlias, TypeVar, cast

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.interface import Deadline
from driftcheck.sources.znodes.access import NOBODY, Access
from driftcheck.sources.znodes.kazoo_connection import error_name, error_of
from driftcheck.sources.znodes.multi_read import Answers, MultiRead, Stored
from driftcheck.sources.znodes.plain_reads import PlainReads
from driftcheck.sources.znodes.reach import reach
from driftcheck.sources.znodes.session import end_client, is_lost_connection, open_client, server_text

WINDOW = 200
"""Requests in flight at once, of one znode each."""

FEW = 100
"""Up to so many znodes are read by a request each."""

FIRST_TOGETHER = 20
"""What is read together first: it tells whether the server can, and how large the znodes are."""

MOST_TOGETHER: Mapping[type, int] = {MultiRead: 1_000, PlainReads: 200}
TOGETHER_BYTES = 1024 * 1024
"""What an answer should not exceed: the server makes it in its memory."""

ANSWERS_AHEAD = 8
"""Answers for many znodes that may be on their way at once."""

MAX_ZNODE_BYTES = 4 * 1024 * 1024
MAX_CHILDREN = 200_000
CLOSE_SECONDS = 2.0

NO_NODE, NO_AUTH = -101, -102
"""ZooKeeper's codes (KeeperException.Code)."""

S = TypeVar("S", bound=Stored | bytes)
T = TypeVar("T")

Reopen: TypeAlias = Callable[[float], Any]

_Sent: TypeAlias = "tuple[MultiRead | PlainReads, Any] | Unknown"
"""A request with kazoo's result, or why it was not sent."""


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
    """A session, entered by `access`. Every answer is a Fact: Absent for a missing znode, Unknown for what
    went wrong.

    After a lost connection or a time-out nothing more is sent: the rest is Unknown for the same reason.
    """

    def __init__(self, client: Any, deadline: Deadline, access: Access, reopen: Reopen) -> None:
        """`reopen` opens another session within a time, or says why there is none."""
        self._client = client
        self._deadline = deadline
        self.access = access
        self._reopen = reopen
        self._lost: Unknown | None = None
        self._request: type[MultiRead] | type[PlainReads] = MultiRead
        self._together = FIRST_TOGETHER

    def read_many(self, paths: Sequence[str]) -> list[Fact[Znode]]:
        """The znodes at absolute `paths`, in their order."""
        return list(self.read_each(paths))

    def read_each(self, paths: Sequence[str]) -> Iterator[Fact[Znode]]:
        """The same, as they come."""
        found = self._read(paths, _stored, bare=False)
        for path, each in zip(paths, chain.from_iterable(found), strict=True):
            yield _znode(each, znode_location(path)) if isinstance(each, tuple) else each

    def contents(self, paths: Sequence[str]) -> Iterator[Sequence[bytes | Absent | Unknown]]:
        """The data alone of the znodes at absolute `paths`, in their order, in parts as they come."""
        return self._read(paths, _data, bare=True)

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

    def _read(
        self, paths: Sequence[str], project: Callable[[Any, Location], T], *, bare: bool
    ) -> Iterator[Sequence[T | Absent | Unknown]]:
        """Many together; few by a request each.

        `project` makes of kazoo's answer what a MultiRead, `bare` or not, has of a znode.
        """
        if len(paths) > FEW:
            yield from self._read_together(paths, bare)
            return
        for each in self._ask(paths, lambda path: self._client.get_async(path), project):
            yield [each]

    def _read_together(self, paths: Sequence[str], bare: bool) -> Iterator[Sequence[Any]]:
        """Answers in order."""
        pending: deque[tuple[Sequence[str], _Sent]] = deque()
        sent = answered = 0
        while answered < len(paths):
            ahead = ANSWERS_AHEAD if self._together > FIRST_TOGETHER else 1
            while sent < len(paths) and len(pending) < ahead:
                batch = paths[sent : sent + self._together]
                pending.append((batch, self._send_together(batch, bare)))
                sent += len(batch)
            answers = self._answers_together(*pending.popleft())
            if answers is None:
                pending.clear()
                sent = answered
                continue
            answered += len(answers)
            yield answers

    def _send_together(self, paths: Sequence[str], bare: bool) -> _Sent:
        if self._lost is not None:
            return self._lost
        try:
            request = self._request(paths, bare=bare)
        except UnicodeEncodeError as error:
            return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"the paths cannot be asked for: {error}")
        result = self._client.handler.async_result()
        self._client._call(request, result)
        return request, result

    def _answers_together(self, paths: Sequence[str], sent: _Sent) -> Sequence[Any] | None:
        """None where the server turns out not to know the request: another one is made from now on."""
        from kazoo.exceptions import UnimplementedError

        problem: Absent | Unknown
        if isinstance(sent, Unknown):
            problem = sent
        elif self._lost is not None and not sent[1].ready():
            problem = self._lost
        else:
            request, result = sent
            try:
                answers = request.answers(result.get(timeout=self._deadline.operation()))
                if isinstance(request, PlainReads):
                    _raise_graver(answers)
            except UnimplementedError as error:
                if isinstance(request, MultiRead) and self._request is MultiRead:
                    self._go_on_one_by_one()
                    return None
                problem = self._problem(error, paths[0])
            except Exception as error:
                problem = self._problem(error, paths[0])
            else:
                self._together = min(_how_many(answers), MOST_TOGETHER[self._request])
                return self._facts(answers, paths)
        return [replace(problem, location=znode_location(path)) for path in paths]

    def _facts(self, answers: Answers, paths: Sequence[str]) -> Sequence[Stored | bytes | Absent | Unknown]:
        if not answers.failed and answers.size <= MAX_ZNODE_BYTES:
            return cast("Sequence[Stored | bytes]", answers.stored)
        return [
            self._failed(each, path) if isinstance(each, int) else _unless_too_large(each, path)
            for each, path in zip(answers.stored, paths, strict=True)
        ]

    def _go_on_one_by_one(self) -> None:
        """A server before 3.6 drops the session of who asks for many at once: another one is opened."""
        self._request = PlainReads
        end_client(self._client, 0.0)
        client = self._reopen(self._deadline.operation())
        if isinstance(client, Unknown):
            self._lost = client
        else:
            self._client = client

    def _failed(self, code: int, path: str) -> Absent | Unknown:
        """What the code of an error means that a znode is answered with."""
        if code == NO_NODE:
            return _no_node(path)
        if code == NO_AUTH:
            return self._denied(path)
        reason = f"ZooKeeper answers with an error ({error_name(error_of(code))})"
        return replace(_fault(reason), location=znode_location(path))

    def _ask(
        self,
        paths: Sequence[str],
        ask: Callable[[str], Any],
        project: Callable[[Any, Location], T],
    ) -> Iterator[T | Absent | Unknown]:
        pending: deque[tuple[str, Any]] = deque()
        for path in paths:
            if len(pending) == WINDOW:
                yield self._answer(*pending.popleft(), project)
            pending.append((path, None if self._lost else _send(ask, path)))
        while pending:
            yield self._answer(*pending.popleft(), project)

    def _answer(self, path: str, result: Any, project: Callable[[Any, Location], T]) -> T | Absent | Unknown:
        location = znode_location(path)
        if isinstance(result, Unknown):
            return result
        if self._lost is not None and (result is None or not result.ready()):
            return replace(self._lost, location=location)
        try:
            return project(result.get(timeout=self._deadline.operation()), location)
        except Exception as error:
            return self._problem(error, path)

    def _problem(self, error: Exception, path: str) -> Absent | Unknown:
        """What an error means that kazoo raises for a request; whether it ends the session is noted."""
        from kazoo.exceptions import KazooException, NoAuthError, NoNodeError, SessionClosedRequireSaslError
        from kazoo.handlers.threading import KazooTimeoutError

        location = znode_location(path)
        match error:
            case NoNodeError():
                return _no_node(path)
            case NoAuthError():
                return self._denied(path)
            case SessionClosedRequireSaslError():
                self._lost = Unknown(
                    kind=UnknownKind.DENIED,
                    reason=f"ZooKeeper lets no session of {self.access.who} read anything: it wants SASL",
                )
            case KazooTimeoutError():
                self._lost = _fault("ZooKeeper did not answer in time")
            case KazooException():
                what = "the connection to ZooKeeper was lost"
                if not is_lost_connection(error):
                    what = "ZooKeeper answers with an error"
                self._lost = _fault(f"{what} ({error_name(error)})")
            case _:
                # kazoo hands on whatever its parsing of the server's bytes raises.
                why = "it ends too soon" if isinstance(error, struct.error) else type(error).__name__
                reason = f"ZooKeeper's answer cannot be understood ({why})"
                return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)
        return replace(self._lost, location=location)

    def _denied(self, path: str) -> Unknown:
        reason = f"{path} may not be read: its ACL lets only authenticated clients read it"
        if self.access.auth is not None:
            # To addauth a wrong password is as good as a right one: it makes another digest.
            doubt = " with this password" if self.access.auth == "digest" else ""
            reason = f"{path} may not be read: its ACL does not let {self.access.who}{doubt} read it"
        return Unknown(kind=UnknownKind.DENIED, reason=reason, location=znode_location(path))


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
    reopen = partial(open_client, reached.open, access)
    client = reopen(deadline.operation())
    return client if isinstance(client, Unknown) else ZooKeeperReader(client, deadline, access, reopen)


def _send(ask: Callable[[str], Any], path: str) -> Any:
    try:
        return ask(path)
    except (ValueError, TypeError) as error:
        reason = f"the path cannot be asked for: {error}"
        return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=znode_location(path))


def _stored(answer: Any, location: Location) -> Stored | Unknown:
    data, stat = answer
    return _unless_too_large((data or b"", stat.czxid, stat.ctime, stat.ephemeralOwner), location.name)


def _data(answer: Any, location: Location) -> bytes | Unknown:
    return _unless_too_large(answer[0] or b"", location.name)


def _unless_too_large(each: S, path: str) -> S | Unknown:
    """What is stored at a path, bare or not."""
    if len(each[0] if isinstance(each, tuple) else each) <= MAX_ZNODE_BYTES:
        return each
    reason = f"the znode is larger than {MAX_ZNODE_BYTES // 2**20} MiB"
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=znode_location(path))


def _znode(stored: Stored, location: Location) -> Fact[Znode]:
    data, czxid, ctime, owner = stored
    znode = Znode(data=data, ephemeral_owner=owner, czxid=czxid, created_at=_time(ctime, location))
    return Known(value=znode, location=location)


def _no_node(path: str) -> Absent:
    return Absent(evidence=f"there is no znode {path}", location=znode_location(path))


def _how_many(answers: Answers) -> int:
    """How many znodes like these are read together next."""
    fitting = TOGETHER_BYTES * len(answers.stored) // answers.size
    return max(FIRST_TOGETHER + 1, fitting)


def _raise_graver(answers: Answers) -> None:
    """Raises kazoo's exception for an error that is not about the znode which was asked for."""
    codes = {each for each in answers.stored if isinstance(each, int)} if answers.failed else set()
    for code in sorted(codes - {NO_NODE, NO_AUTH}):
        raise error_of(code)


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
