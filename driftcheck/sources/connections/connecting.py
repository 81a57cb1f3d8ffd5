"""All destinations in one loop, so many at a time, until the deadline."""

from __future__ import annotations

import resource
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from driftcheck.kafka.identity import Identity
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ConnectionObservation
from driftcheck.sources.connections.conversation import Conversation, Outcome, Room, server_text
from driftcheck.sources.interface import Deadline, Destination
from driftcheck.sources.questions.loop import Loop

MAX_CONNECTIONS = 2_000
"""Open at once, if the process may have so many files open."""

WINDOW = 200
"""Young ones at once: each broker's answer lists all the others, and a thousand of those are 50 MB."""

YOUNG_SECONDS = 1.0
"""What has been under way longer waits for something that may never come, and holds nobody up."""

OTHER_FILES = 200
"""That the process may need beside connections."""


def connections(
    destinations: Sequence[Destination],
    leaders: Mapping[int, tuple[str, int]],
    now: datetime,
    deadline: Deadline,
) -> tuple[ConnectionObservation, ...]:
    """What became of each destination, in their order; `now` is when it was asked."""
    outcomes = _Connecting(destinations, leaders, deadline).outcomes()
    return tuple(
        ConnectionObservation(
            address=each.address,
            port=each.port,
            observed_at=Known(value=now),
            accepted=outcomes[each].accepted,
            broker_id=outcomes[each].identity.broker_id,
            cluster_id=outcomes[each].identity.cluster_id,
        )
        for each in destinations
    )


class _Connecting:
    def __init__(
        self,
        destinations: Sequence[Destination],
        leaders: Mapping[int, tuple[str, int]],
        deadline: Deadline,
    ) -> None:
        self._waiting = deque(dict.fromkeys(destinations))
        self._leaders = leaders
        self._deadline = deadline
        self._loop = Loop()
        self._room = Room()
        self._most = _most_connections()
        self._young: set[Destination] = set()
        self._open: dict[Destination, Conversation] = {}
        self._outcomes: dict[Destination, Outcome] = {}

    def outcomes(self) -> Mapping[Destination, Outcome]:
        try:
            self._start()
            while self._open:
                self._loop.step()
                self._start()
        finally:
            for conversation in self._open.values():
                conversation.close()
            self._loop.close()
        return self._outcomes

    def _start(self) -> None:
        while self._waiting and len(self._young) < WINDOW and len(self._open) < self._most:
            destination = self._waiting.popleft()
            if self._deadline.remaining() <= 0:
                self._outcomes[destination] = _not_asked(destination)
                continue

            def tell(outcome: Outcome, destination: Destination = destination) -> None:
                self._outcomes[destination] = outcome
                self._open.pop(destination, None)
                self._young.discard(destination)

            conversation = Conversation(
                destination, self._leaders, self._loop, self._deadline, self._room, tell
            )
            self._open[destination] = conversation
            self._young.add(destination)
            self._loop.at(self._loop.now + YOUNG_SECONDS, partial(self._young.discard, destination))
            conversation.start()


def _most_connections() -> int:
    """As many as the process may open: usually 1,024 files."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, max(16, allowed - OTHER_FILES))


def _not_asked(destination: Destination) -> Outcome:
    why = Unknown(
        kind=UnknownKind.FAULT,
        reason="it was not connected to: the time for the run was over",
        location=Location(source="tcp", name=server_text(destination)),
    )
    return Outcome(accepted=why, identity=Identity(broker_id=why, cluster_id=why))
