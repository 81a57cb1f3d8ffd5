"""From which addresses the sessions of an ensemble come: every member is asked, as each knows its own."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.kafka.zookeeper_sessions import (
    NOT_ALLOWED,
    ensemble_servers,
    parse_connections,
    parse_cons,
    unsigned,
)
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import RegistrationObservation
from driftcheck.sources.interface import Deadline
from driftcheck.sources.znodes.access import NOBODY, Access
from driftcheck.sources.znodes.client import ZooKeeperReader
from driftcheck.sources.znodes.session import server_text

MAX_SECONDS = 2.0
"""For all members together: it is evidence beside what the znodes say, and a member may be down."""

MAX_SERVERS = 32
MAX_BYTES = 16 * 1024 * 1024
ADMIN_PORT = 8080
"""Where ZooKeeper's admin server listens unless `admin.serverPort` says otherwise."""

Server = tuple[str, int]


@frozen
class Answer:
    """One member's: its sessions' addresses by their unsigned ids, or why it gave none."""

    server: Server
    sessions: Fact[Mapping[int, str]]


class SessionAddresses:
    """The question to all members, under way in threads of its own while znodes are read."""

    def __init__(
        self, reader: ZooKeeperReader, servers: Sequence[Server], access: Access, deadline: Deadline
    ) -> None:
        config = reader.read("/zookeeper/config")
        members = ensemble_servers(config.value.data) if isinstance(config, Known) else ()
        # A port knows its own connections alone. The configuration has the members' plain ones.
        asked = [(server, access) for server in servers] + [(server, NOBODY) for server in members]
        known: dict[tuple[str, int], tuple[Server, Access]] = {}
        for (host, port), how in asked:
            known.setdefault((host_key(host), port), ((host, port), how))
        asked = list(known.values())[:MAX_SERVERS]
        self._servers = [server for server, _ in asked]
        self._ends_at = time.monotonic() + min(MAX_SECONDS, deadline.operation())
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        for each in asked:
            threading.Thread(target=self._ask, args=each, daemon=True).start()

    def of(self, registrations: Sequence[RegistrationObservation]) -> tuple[RegistrationObservation, ...]:
        """The registrations with the addresses that their sessions come from."""
        answers = self._answered()
        return tuple(replace(each, session_address=_address(each, answers)) for each in registrations)

    def _answered(self) -> list[Answer]:
        answers: dict[Server, Answer] = {}
        while len(answers) < len(self._servers):
            try:
                answer = self._answers.get(timeout=max(0.0, self._ends_at - time.monotonic()))
            except queue.Empty:
                break
            answers[answer.server] = answer
        silent = Unknown(kind=UnknownKind.FAULT, reason="it did not answer in time")
        return [answers.get(each) or Answer(server=each, sessions=silent) for each in self._servers]

    def _ask(self, server: Server, access: Access) -> None:
        try:
            sessions = _sessions(server, access, self._ends_at)
        except (OSError, UnicodeError, ValueError, http.client.HTTPException) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            sessions = Unknown(kind=UnknownKind.FAULT, reason=str(why).lower())
        self._answers.put(Answer(server=server, sessions=sessions))


def _address(registration: RegistrationObservation, answers: Sequence[Answer]) -> Fact[str]:
    """Where a registration's session comes from, or the gravest reason why that is not known."""
    owner, place = registration.ephemeral_owner, registration.location
    if not isinstance(owner, Known):
        return owner
    if owner.value == 0:
        return Absent(evidence="no session owns the registration", location=place)
    for answer in answers:
        sessions = answer.sessions
        if isinstance(sessions, Known) and (address := sessions.value.get(unsigned(owner.value))):
            return Known(value=address, location=sessions.location)
    unheard = [answer for answer in answers if isinstance(answer.sessions, Unknown)]
    for kind in (UnknownKind.DENIED, UnknownKind.FAULT):
        for answer in unheard:
            if isinstance(answer.sessions, Unknown) and answer.sessions.kind is kind:
                reason = f"{server_text(answer.server)}: {answer.sessions.reason}"
                return Unknown(kind=kind, reason=reason, location=place)
    asked = ", ".join(server_text(answer.server) for answer in answers)
    reason = f"its session is connected to none of the servers that were asked ({asked})"
    return Unknown(kind=UnknownKind.MISSING_INPUT, reason=reason, location=place)


def _sessions(server: Server, access: Access, ends_at: float) -> Fact[Mapping[int, str]]:
    """By the four-letter word, else by the admin server."""
    said = _four_letters(server, access, ends_at)
    place = Location(source="zookeeper", name=server_text(server), pointer="cons")
    if NOT_ALLOWED not in said[:200]:
        found = parse_cons(said)
        if not found and not said.startswith(" /"):
            return Unknown(kind=UnknownKind.FAULT, reason="it gives no list of connections")
        return Known(value=found, location=place)
    listed = _admin_connections(server[0], ends_at)
    if listed is not None:
        return Known(value=listed, location=replace(place, pointer="/commands/connections"))
    setting = "4lw.commands.whitelist=cons,srvr"
    reason = f"it may not say whose sessions it has (allow it in zoo.cfg: {setting}, or the admin server)"
    return Unknown(kind=UnknownKind.DENIED, reason=reason)


def _four_letters(server: Server, access: Access, ends_at: float) -> str:
    with access.connect(server, server[0], _left(ends_at)) as connection:
        connection.sendall(b"cons")
        parts: list[bytes] = []
        size = 0
        while size < MAX_BYTES:
            connection.settimeout(_left(ends_at))
            part = connection.recv(65536)
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts).decode("utf-8", "replace")


def _admin_connections(host: str, ends_at: float) -> Mapping[int, str] | None:
    """None if there is no admin server on its usual port, or it does not say."""
    connection = http.client.HTTPConnection(host, ADMIN_PORT, timeout=_left(ends_at))
    try:
        connection.request("GET", "/commands/connections")
        answer = connection.getresponse()
        content = answer.read(MAX_BYTES)
        return parse_connections(content, max_bytes=MAX_BYTES) if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _left(ends_at: float) -> float:
    return max(0.01, ends_at - time.monotonic())
