"""Kafka's checks of the group coordinator's settings against each other, from 3.5 on."""

from __future__ import annotations

from driftcheck.kafka.broker_config import BrokerConfig
from driftcheck.kafka.refusals import refuse
from driftcheck.kafka.startup_values import check_codec

_PROTOCOLS = "group.coordinator.rebalance.protocols"


def check_groups(config: BrokerConfig) -> None:
    """Heartbeats and sessions of consumer, share and streams groups, in Kafka's order."""
    family = config.release.family
    if family >= (3, 9):
        check_codec(config)
        if family < (4, 0):
            _check_acks(config)
    _check_kind(config, "consumer", session=family >= (4, 0))
    if family >= (3, 9):
        _check_kind(config, "share", session=family >= (4, 0))
    if family >= (4, 1):
        _check_assignors(config)
        _check_kind(config, "streams", session=False)
        _compare(config, "group.streams.num.standby.replicas", "<=", "group.streams.max.standby.replicas")
        _compare(config, "group.streams.heartbeat.interval.ms", "<", "group.streams.session.timeout.ms")
    if family >= (3, 9):
        _check_share(config)


def check_protocols(config: BrokerConfig) -> None:
    """group.coordinator.rebalance.protocols, from 3.7."""
    protocols = config.get(_PROTOCOLS)
    if "classic" not in protocols:
        refuse("Disabling the 'classic' protocol is not supported.")
    if (3, 8) <= config.release.family < (4, 0) and "consumer" in protocols and not config.roles:
        refuse("The new 'consumer' rebalance protocol is only supported in KRaft cluster.")


def _check_kind(config: BrokerConfig, kind: str, *, session: bool) -> None:
    for what in ("heartbeat.interval", "session.timeout"):
        value = f"group.{kind}.{what}.ms"
        low, high = f"group.{kind}.min.{what}.ms", f"group.{kind}.max.{what}.ms"
        _compare(config, high, ">=", low)
        _compare(config, value, ">=", low)
        _compare(config, value, "<=", high)
    if session:
        _compare(config, f"group.{kind}.heartbeat.interval.ms", "<", f"group.{kind}.session.timeout.ms")


def _compare(config: BrokerConfig, name: str, relation: str, other: str) -> None:
    left, right = config.get(name), config.get(other)
    equals = "equals" if config.release.family < (4, 0) else "equal"
    holds, words = {
        ">=": (left >= right, f"must be greater than or {equals} to"),
        "<=": (left <= right, f"must be less than or {equals} to"),
        "<": (left < right, "must be less than"),
    }[relation]
    if not holds:
        prefix = "requirement failed: " if config.release.family < (3, 9) else ""
        refuse(f"{prefix}{name} {words} {other}")


def _check_acks(config: BrokerConfig) -> None:
    acks, factor = config.get("offsets.commit.required.acks"), config.get("offsets.topic.replication.factor")
    if not -1 <= acks <= factor:
        refuse(
            "offsets.commit.required.acks must be greater or equal to -1 and less or equal to"
            " offsets.topic.replication.factor"
        )


def _check_assignors(config: BrokerConfig) -> None:
    count = len(config.get("group.share.assignors"))
    if count != 1:
        refuse(f"group.share.assignors must contain exactly one assignor, but found {count}")


def _check_share(config: BrokerConfig) -> None:
    duration = "group.share.record.lock.duration.ms"
    _compare(config, duration, ">=", "group.share.min.record.lock.duration.ms")
    _compare(config, "group.share.max.record.lock.duration.ms", ">=", duration)
    if config.release.family >= (4, 1):
        _compare(config, "group.share.max.share.sessions", ">=", "group.share.max.size")
    if config.release.family >= (4, 0):
        check_codec(config, "share.coordinator.state.topic.compression.codec")
        records = config.get("share.coordinator.snapshot.update.records.per.snapshot")
        if not 0 <= records <= 500:
            refuse("share.coordinator.snapshot.update.records.per.snapshot must be between [0, 500]")
