"""ZooKeeper: who the brokers say they are, what overrides their files, and where the partitions lie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from driftcheck.model.snapshot import Snapshot, SourceRun
from driftcheck.sources.interface import Deadline, Request


class ZooKeeperSource:
    """Reads one cluster from one ensemble; opens a session and closes it, and writes nothing."""

    name = "zookeeper"
    wave: Literal[1] = 1

    def wanted(self, request: Request) -> bool:
        return request.zookeeper is not None

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """One ZooKeeperObservation; what could not be learned is Unknown in it and a Gap beside it."""
        # A run that asks no ensemble does not wait for sockets to be imported.
        from driftcheck.sources.znodes.cluster import observe

        connect = request.zookeeper or ""
        now = datetime.now(UTC)
        observation, gaps = observe(connect, now, request, deadline)
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=(SourceRun(source="zookeeper", asked=connect, observed_at=now),),
            zookeepers=(observation,),
            gaps=gaps,
        )


SOURCE = ZooKeeperSource()
