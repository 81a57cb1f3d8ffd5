"""What zone files answer: offline, and only about the zones that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.formats.zone import ZoneRecord
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.sources.questions.question import (
    Answer,
    Question,
    Vantage,
    dns_location,
    fault,
    known_values,
)
from driftcheck.sources.questions.trail import Trail
from driftcheck.sources.questions.zone_files import Zones
from driftcheck.sources.questions.zones import Alias, Delegated, Zone

NO_ZONE = Absent(evidence="no zone file that was given holds the name")


def zone_vantage(name: str, zones: Zones, questions: Sequence[Question]) -> Vantage:
    """All zone files together as one vantage; an answer is as old as the file of the name's own zone."""
    answers: dict[tuple[str, str], Answer] = {}
    times: dict[str, Fact[datetime]] = {}
    for question in questions:
        domain = question.domain
        if not isinstance(domain, Absent | Unknown) and (zone := zones.of(domain)) is not None:
            times[question.name] = zone.modified
        for rrtype in question.rrtypes:
            answers[question.name, rrtype] = (
                Answer(values=domain)
                if isinstance(domain, Absent | Unknown)
                else _answer(zones, domain, rrtype)
            )
    return Vantage(
        name=name, observed_at=NO_ZONE, answers=answers, times=times, gaps=zones.gaps, offline=True
    )


def _answer(zones: Zones, domain: DomainName, rrtype: str) -> Answer:
    """Follows aliases through all zones, as long as these hold them."""
    trail = Trail(domain)
    asked: list[Zone] = []
    while (zone := zones.of(trail.end)) is not None:
        asked.append(zone)
        match zone.look_up(trail.end, rrtype):
            case Absent() as absent:
                return trail.answer(_doubted(absent, asked))
            case Delegated(record=record):
                place = dns_location(record.file, line=record.line)
                servers = domain_text(record.target or ())
                reason = f"{zone.file} leaves {domain_text(trail.end)} to other name servers ({servers})"
                return trail.answer(_doubted(zones.unread or missing(reason, place), asked))
            case Alias(target=target, record=record):
                if (problem := trail.follow(record.ttl, target)) is not None:
                    place = dns_location(record.file, line=record.line)
                    return trail.answer(_doubted(fault(f"{zone.file} has {problem}", place), asked))
            case records:
                place = dns_location(records[0].file, line=records[0].line)
                values = known_values((_value(record) for record in records), place)
                ttl = min(record.ttl for record in records)
                return trail.answer(_doubted(values, asked), ttl)
    return trail.answer(_doubted(_nowhere(zones, trail), asked))


def _nowhere(zones: Zones, trail: Trail) -> Unknown:
    if zones.unread is not None:
        return zones.unread
    reason = f"no zone file holds {domain_text(trail.end)}"
    return missing(f"{reason}, the alias's target" if trail.aliased else reason)


def _value(record: ZoneRecord) -> str:
    return record.address if record.address is not None else domain_text(record.target or ())


def _doubted(fact: Fact[tuple[str, ...]], asked: Sequence[Zone]) -> Fact[tuple[str, ...]]:
    """Unknown where a zone on the way is broken, with what it would be; else with what is assumed."""
    if isinstance(fact, Known):
        assumed = tuple(dict.fromkeys(each for zone in asked for each in zone.assumed))
        fact = replace(fact, assumed=assumed) if assumed else fact
    broken = next((zone.broken for zone in asked if zone.broken is not None), None)
    if broken is None:
        return fact
    return replace(broken, candidates=(fact,) if isinstance(fact, Known) else ())
