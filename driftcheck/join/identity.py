"""The id under which a broker registers, by its settings alone: it keeps it with a configuration that Kafka
would refuse today.
"""

from __future__ import annotations

from dataclasses import replace

from driftcheck.join.derived import same
from driftcheck.join.settings import Settings
from driftcheck.kafka import java_text
from driftcheck.kafka.versions import parse_version
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing

_GENERATED = "ZooKeeper gives the broker its id"


def configured_id(settings: Settings, version: Fact[str]) -> Fact[int]:
    """By broker.id; from 2.8 on by node.id too, which beats it up to 3.0 and may not differ after that.

    Absent where ZooKeeper gives the id. Without a version: if all releases read the same.
    """
    if settings.broken is not None:
        return settings.broken
    broker = _number(settings, "broker.id")
    if "node.id" not in settings.values:
        return broker
    node = _number(settings, "node.id")
    if isinstance(version, Known):
        return _by_release(broker, node, parse_version(version.value).family)
    return same([_by_release(broker, node, family) for family in ((2, 7), (3, 0), (3, 1))])


def stored_id(settings: Settings) -> Fact[int]:
    """The id in a meta.properties: `broker.id`, or `node.id` in its version 1."""
    broker = _number(settings, "broker.id")
    return broker if "broker.id" in settings.values or not settings.whole else _number(settings, "node.id")


def _by_release(broker: Fact[int], node: Fact[int], family: tuple[int, ...]) -> Fact[int]:
    if family < (2, 8):
        return broker
    if family < (3, 1):
        return _preferred(node, broker)
    if isinstance(broker, Known) and isinstance(node, Known) and broker.value != node.value:
        return replace(
            missing("broker.id and node.id differ: this release would not start", node.location),
            candidates=(broker, node),
        )
    by_certainty = [fact for kind in (Known, Unknown) for fact in (broker, node) if isinstance(fact, kind)]
    return next(iter(by_certainty), node)


def _preferred(node: Fact[int], broker: Fact[int]) -> Fact[int]:
    match node:
        case Absent():
            return broker
        case Unknown():
            return replace(node, candidates=(broker,) if isinstance(broker, Known) else ())
    return node


def _number(settings: Settings, key: str) -> Fact[int]:
    """A number as Java reads it; below 0 it is Absent."""
    fact = settings.get(key)
    match fact:
        case Absent():
            return replace(fact, evidence=_GENERATED)
        case Unknown():
            return replace(fact, candidates=(), fragments=())
    try:
        number = java_text.integer(java_text.trim(fact.value))
    except java_text.NotANumberError:
        return missing(f"{key} is no number that Kafka would take: {fact.value[:40]!r}", fact.location)
    if number < 0:
        return Absent(evidence=_GENERATED, location=fact.location)
    return Known(value=number, location=fact.location, derived_from=(fact,))
