"""What Kafka makes of one source's settings: by one release, or by what all releases agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product

from driftcheck.join.derived import options, same
from driftcheck.join.reading import PlainEndpoint, Read, Reading, nothing
from driftcheck.join.readings import Readings
from driftcheck.join.settings import Settings
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen

DECIDING = (
    "process.roles",
    "controller.listener.names",
    "listeners",
    "advertised.listeners",
    "host.name",
    "port",
    "advertised.host.name",
    "advertised.port",
    "listener.security.protocol.map",
    "inter.broker.listener.name",
    "security.inter.broker.protocol",
)
"""The settings that decide what is registered."""

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MAX_WORLDS = 16

_STARTS = Absent(evidence="Kafka would start with this configuration")


@frozen
class Effective:
    """What is read from a configuration, and why Kafka would not start with it, if it would not."""

    read: Read
    start_error: Fact[str]


def effective(settings: Settings, version: Fact[str], canonical: Fact[str], readings: Readings) -> Effective:
    """What a broker with these settings would register. `canonical`: Java's name for the machine.

    Without a version it is what all releases that would start agree on, field by field. What a setting
    decides that is not known, or that a template may write, is Unknown with what it could be.
    """
    if settings.broken is not None:
        return Effective(read=nothing(settings.broken), start_error=settings.broken)
    texts = _texts(settings)
    answers = readings.answers(texts, version)
    reading = Reading(settings=settings, canonical=canonical, host_of=answers.host)
    doubt = _doubt(settings)
    if not answers.starting:
        why = doubt or missing("Kafka would not start with this configuration", settings.location)
        assumed = () if isinstance(version, Known) else ("any release of Kafka",)
        refusal = Known(value=readings.refusal(texts, version), location=settings.location, assumed=assumed)
        return Effective(read=nothing(_bare(why)), start_error=_perhaps(refusal, doubt))
    read = _agreed([reading.read(answer) for answer in answers.starting])
    if isinstance(read.endpoints, Unknown):
        others = _in_other_worlds(settings, version, canonical, readings)
        could = options(others or [read.endpoints])
        read = replace(read, endpoints=replace(read.endpoints, candidates=could))
    some_refuse = missing("the Kafka version is not known, and not every release would start with this")
    return Effective(read=read, start_error=_perhaps(some_refuse if answers.refused else _STARTS, doubt))


def _texts(settings: Settings) -> dict[str, str]:
    """What is known, with stand-ins for what Kafka asks for and is not known: so the rest can be read."""
    texts = settings.texts()
    told = texts.get("advertised.listeners")
    stand_ins = {
        "zookeeper.connect": "zookeeper:2181",
        "broker.id": texts.get("node.id", "0"),
        "listeners": told,
    }
    first = "" if told is None else told.partition("://")[0].strip().upper()
    if first in _PROTOCOLS and "inter.broker.listener.name" not in texts:
        stand_ins["security.inter.broker.protocol"] = first
    for key, text in stand_ins.items():
        if text is not None and isinstance(settings.get(key), Unknown):
            texts[key] = text
    return texts


def _doubt(settings: Settings) -> Unknown | None:
    """Why it is not sure that these are all the settings that Kafka checks, if it is not."""
    doubt = next((fact for fact in settings.values.values() if isinstance(fact, Unknown)), None)
    if doubt is None and not settings.whole:
        doubt = settings.unsaid or missing(
            "the attributes do not say every setting that Kafka checks", settings.location
        )
    return doubt


def _bare(why: Unknown) -> Unknown:
    return replace(why, candidates=(), fragments=())


def _perhaps(error: Fact[str], doubt: Unknown | None) -> Fact[str]:
    if doubt is None or isinstance(error, Unknown):
        return error
    return replace(doubt, candidates=options([error]), fragments=())


def _agreed(reads: Sequence[Read]) -> Read:
    """Field by field what all agree on."""
    if len(reads) == 1:
        return reads[0]
    return Read(
        endpoints=_same_endpoints([each.endpoints for each in reads]),
        listeners=same([each.listeners for each in reads]),
        inter_broker_listener=same([each.inter_broker_listener for each in reads]),
        host=same([each.host for each in reads]),
        port=same([each.port for each in reads]),
    )


def _same_endpoints(facts: Sequence[Fact[tuple[PlainEndpoint, ...]]]) -> Fact[tuple[PlainEndpoint, ...]]:
    """Host and port of each listener by themselves, if all releases have the same listeners."""
    known = [fact for fact in facts if isinstance(fact, Known)]
    names = {tuple(endpoint.listener for endpoint in fact.value) for fact in known}
    if len(known) < len(facts) or len(names) != 1:
        return same(facts)
    together = [
        PlainEndpoint(
            listener=each[0].listener,
            host=same([one.host for one in each]),
            port=same([one.port for one in each]),
            protocol=same([one.protocol for one in each]),
            host_from=same([one.host_from for one in each]),
            location=each[0].location,
        )
        for each in zip(*(fact.value for fact in known), strict=True)
    ]
    return replace(known[0], value=tuple(together))


def _in_other_worlds(
    settings: Settings, version: Fact[str], canonical: Fact[str], readings: Readings
) -> list[Fact[tuple[PlainEndpoint, ...]]]:
    """The endpoints if the settings that are not known had the values that they could have."""
    open_ = {
        key: fact.candidates
        for key in DECIDING
        if isinstance(fact := settings.values.get(key), Unknown) and fact.candidates
    }
    if not open_:
        return []
    worlds = islice(product(*open_.values()), _MAX_WORLDS)
    return [
        effective(
            replace(settings, values={**settings.values, **dict(zip(open_, world, strict=True))}),
            version,
            canonical,
            readings,
        ).read.endpoints
        for world in worlds
    ]
