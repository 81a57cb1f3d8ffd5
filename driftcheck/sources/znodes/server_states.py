"""What each server of an ensemble says of itself, asked one by one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.kafka.zookeeper_answers import (
    NOT_SERVING,
    ServerState,
    may_say,
    parse_followers,
    parse_server_stats,
    parse_srvr,
)
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ServerObservation
from driftcheck.sources.znodes.access import Access
from driftcheck.sources.znodes.asking_servers import (
    FAULTS,
    MAX_BYTES,
    Round,
    Server,
    admin_answer,
    four_letters,
)
from driftcheck.sources.znodes.session import server_text

REFUSED = "the connection is refused"

_SETTING = "4lw.commands.whitelist=srvr"
_NOT_SAID = Absent(evidence="the server does not say it")
_NO_TROUBLE = Absent(evidence="the server answered")
_NOBODY = Absent(evidence="nothing listens there")
_NO_LEADER = Absent(evidence="it is no leader")
_SERVES_NOBODY = Absent(evidence="it has no quorum, and says no more than that")


class ServerStates:
    """The question to all servers, under way while the session is opened and znodes are read."""

    def __init__(self, ends_at: float) -> None:
        self._round: Round[ServerObservation] = Round(ends_at)
        self._asked: dict[Server, ServerObservation] = {}

    def ask(self, servers: Sequence[tuple[Server, Access]], *, named: bool) -> None:
        """Asks those that were not asked yet; `named`: the connect string has them."""
        for server, access in servers:
            key = (host_key(server[0]), server[1])
            if key not in self._asked:
                self._asked[key] = _silent(server, named, "it did not answer in time")
                self._round.ask(key, _question(server, access, named))

    def observed(self) -> tuple[ServerObservation, ...]:
        found = self._round.answers()
        return tuple(found.get(key, silent) for key, silent in sorted(self._asked.items()))


def _question(server: Server, access: Access, named: bool) -> Callable[[float], ServerObservation]:
    def ask(ends_at: float) -> ServerObservation:
        try:
            return _state(server, access, named, ends_at)
        except TimeoutError:
            return _silent(server, named, "it did not answer in time")
        except socket.gaierror:
            return _silent(server, named, "the name does not resolve")
        except ConnectionRefusedError:
            return _down(server, named)
        except FAULTS as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            return _silent(server, named, str(why).lower())

    return ask


def _state(server: Server, access: Access, named: bool, ends_at: float) -> ServerObservation:
    """By the four-letter word, else by the admin server."""
    place = _place(server)
    said = four_letters(b"srvr", server, access, ends_at)
    state = parse_srvr(said)
    if not may_say(said):
        content = admin_answer("srvr", server[0], ends_at)
        state = None if content is None else parse_server_stats(content, max_bytes=MAX_BYTES)
        if state is None:
            reason = f"it may not say how it serves (allow it in zoo.cfg: {_SETTING}, or the admin server)"
            return _unsaid(server, named, Unknown(kind=UnknownKind.DENIED, reason=reason, location=place))
        place = replace(place, pointer="/commands/srvr")
    if state is None:
        reason = "what answers there is no ZooKeeper server" if said else "it closes the connection at once"
        return _unsaid(server, named, Unknown(kind=UnknownKind.FAULT, reason=reason, location=place))
    return _observation(server, named, state, place, _followers(server, access, state, ends_at))


def _followers(server: Server, access: Access, state: ServerState, ends_at: float) -> Fact[int]:
    """How many followers a leader has in step; where it may not say so, the followers themselves do."""
    if state.mode != "leader":
        return _NO_LEADER
    try:
        count = parse_followers(four_letters(b"mntr", server, access, ends_at))
    except FAULTS:
        count = None
    return _NOT_SAID if count is None else Known(value=count, location=_place(server))


def _observation(
    server: Server, named: bool, state: ServerState, place: Location, followers: Fact[int]
) -> ServerObservation:
    unsaid = _SERVES_NOBODY if state.mode == NOT_SERVING else _NOT_SAID
    return ServerObservation(
        host=server[0],
        port=server[1],
        named=named,
        location=place,
        answered=Known(value=True, location=place),
        trouble=_NO_TROUBLE,
        mode=Known(value=state.mode, location=place),
        version=unsaid if state.version is None else Known(value=state.version, location=place),
        zxid=unsaid if state.zxid is None else Known(value=state.zxid, location=place),
        followers=followers,
    )


def _silent(server: Server, named: bool, trouble: str) -> ServerObservation:
    """Nothing came back: a fact of its own, which ZKC016 tells; what it hides is no second fault."""
    place = _place(server)
    why = Unknown(kind=UnknownKind.MISSING_INPUT, reason=trouble, location=place)
    return replace(
        _unsaid(server, named, why),
        answered=Known(value=False, location=place),
        trouble=Known(value=trouble, location=place),
    )


def _down(server: Server, named: bool) -> ServerObservation:
    """No server is there."""
    place = _place(server)
    return replace(
        _silent(server, named, REFUSED),
        mode=replace(_NOBODY, location=place),
        version=replace(_NOBODY, location=place),
        zxid=replace(_NOBODY, location=place),
        followers=replace(_NOBODY, location=place),
    )


def _unsaid(server: Server, named: bool, why: Unknown) -> ServerObservation:
    return ServerObservation(
        host=server[0],
        port=server[1],
        named=named,
        location=why.location or _place(server),
        answered=Known(value=True, location=why.location),
        trouble=_NO_TROUBLE,
        mode=why,
        version=why,
        zxid=why,
        followers=why,
    )


def _place(server: Server) -> Location:
    return Location(source="zookeeper", name=server_text(server), pointer="srvr")
