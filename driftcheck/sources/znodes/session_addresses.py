"""From which addresses the sessions of an ensemble come: every member is asked, as each knows its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from driftcheck.sources.znodes.access import NOBODY, Access
from driftcheck.sources.znodes.asking_servers import (
    FAULTS,
    MAX_BYTES,
    MAX_SERVERS,
    Round,
    Server,
    admin_answer,
    four_letters,
)
from driftcheck.sources.znodes.client import Znode
from driftcheck.sources.znodes.session import server_text

_SILENT = Unknown(kind=UnknownKind.FAULT, reason="it did not answer in time")


@frozen
class Answer:
    """One member's: its sessions' addresses by their unsigned ids, or why it gave none."""

    server: Server
    sessions: Fact[Mapping[int, str]]


def everybody(
    servers: Sequence[Server], config: Fact[Znode], access: Access
) -> tuple[tuple[Server, Access], ...]:
    """The servers to ask and how: those that were given, and the members of the ensemble's configuration."""
    members = ensemble_servers(config.value.data) if isinstance(config, Known) else ()
    # A port knows its own connections alone. The configuration has the members' plain ones.
    asked = [(server, access) for server in servers] + [(server, NOBODY) for server in members]
    known: dict[Server, tuple[Server, Access]] = {}
    for (host, port), how in asked:
        known.setdefault((host_key(host), port), ((host, port), how))
    return tuple(known.values())[:MAX_SERVERS]


class SessionAddresses:
    """The question to all members, under way while znodes are read."""

    def __init__(self, asked: Sequence[tuple[Server, Access]], ends_at: float) -> None:
        self._servers = [server for server, _ in asked]
        self._round: Round[Fact[Mapping[int, str]]] = Round(ends_at)
        for server, access in asked:
            self._round.ask(server, _question(server, access))

    def of(self, registrations: Sequence[RegistrationObservation]) -> tuple[RegistrationObservation, ...]:
        """The registrations with the addresses that their sessions come from."""
        found = self._round.answers()
        answers = [Answer(server=each, sessions=found.get(each, _SILENT)) for each in self._servers]
        return tuple(replace(each, session_address=_address(each, answers)) for each in registrations)


def _question(server: Server, access: Access) -> Callable[[float], Fact[Mapping[int, str]]]:
    def ask(ends_at: float) -> Fact[Mapping[int, str]]:
        try:
            return _sessions(server, access, ends_at)
        except FAULTS as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            return Unknown(kind=UnknownKind.FAULT, reason=str(why).lower())

    return ask


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
    said = four_letters(b"cons", server, access, ends_at)
    place = Location(source="zookeeper", name=server_text(server), pointer="cons")
    if NOT_ALLOWED not in said[:200]:
        found = parse_cons(said)
        if not found and not said.startswith(" /"):
            return Unknown(kind=UnknownKind.FAULT, reason="it gives no list of connections")
        return Known(value=found, location=place)
    content = admin_answer("connections", server[0], ends_at)
    listed = None if content is None else parse_connections(content, max_bytes=MAX_BYTES)
    if listed is not None:
        return Known(value=listed, location=replace(place, pointer="/commands/connections"))
    setting = "4lw.commands.whitelist=cons,srvr"
    reason = f"it may not say whose sessions it has (allow it in zoo.cfg: {setting}, or the admin server)"
    return Unknown(kind=UnknownKind.DENIED, reason=reason)
