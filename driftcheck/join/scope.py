"""Which part of what was seen a run is about."""

from __future__ import annotations

from driftcheck.model.frozen import frozen


@frozen
class Scope:
    """`zookeeper`: the connect string that was asked; then one cluster alone is judged, the one of the
    repository whose brokers name it, or `cluster`. `brokers`: names or ids to narrow the findings to.
    `expected_cluster_id`: what `/cluster/id` has to hold.
    """

    zookeeper: str | None = None
    cluster: str | None = None
    brokers: tuple[str, ...] = ()
    expected_cluster_id: str | None = None
