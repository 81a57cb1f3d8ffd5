"""TCP: whether what brokers advertise accepts connections, and which broker answers there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from driftcheck.model.snapshot import Snapshot, SourceRun
from driftcheck.sources.interface import Deadline, Request


class TcpSource:
    """Connects to every destination of the request, all at once; asks, and writes nothing to Kafka."""

    name = "tcp"
    wave: Literal[3] = 3

    def wanted(self, request: Request) -> bool:
        return request.connect

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """One ConnectionObservation per address and port; what could not be learned is Unknown in it."""
        # A run that connects to nobody does not wait for sockets to be imported.
        from driftcheck.sources.connections.connecting import connections

        now = datetime.now(UTC)
        count = len(request.destinations)
        request.progress(f"connecting to {count} address{'' if count == 1 else 'es'} of brokers")
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=(SourceRun(source="tcp", asked="advertised endpoints", observed_at=now),),
            connections=connections(request.destinations, request.leaders, now, deadline),
        )


SOURCE = TcpSource()
