"""Facts as lines of a comparison: their text, their place and what to say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from driftcheck.engine.language.text_of import GAP, fragments_text, text_of
from driftcheck.engine.language.values import value_of
from driftcheck.formats.durations import age_text
from driftcheck.formats.host_names import host_key
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.finding import FaceLine
from driftcheck.model.inventory import (
    NOT_GIVEN,
    Broker,
    ConfigFace,
    MachineFace,
    RegisteredFace,
    Resolution,
    VantageAnswer,
)

PIPELINE = ("intended", "rendered", "registered")
"""The faces that hold a setting, in the order in which one comes from the other."""

MOST_ADDRESSES = 4

NOT_SET = "not set"
NOT_REGISTERED = "not registered"


def fact_line(face: str, fact: Fact[Any], *, note: str = "", absent: str = "") -> FaceLine | None:
    """A fact as a line; `absent` is the text where it is not there, without which there is no line."""
    match fact:
        case Known():
            text = text_of(value_of(fact))
            return FaceLine(face=face, text=text, location=fact.location, note=note)
        case Unknown():
            return FaceLine(
                face=face, text=fragments_text(fact.fragments), location=fact.location, note=fact.reason
            )
    return FaceLine(face=face, text=absent, location=fact.location) if absent else None


def config_note(face: Fact[ConfigFace]) -> str:
    """That what Chef intends is what its last run computed."""
    return "as of the last run" if isinstance(face, Known) and face.value.as_of_last_run else ""


def registered_note(face: Fact[RegisteredFace]) -> str:
    """Since when a broker is registered, and by which session."""
    if not isinstance(face, Known):
        return ""
    notes = []
    if isinstance(face.value.created_at, Known):
        notes.append(f"since {text_of(face.value.created_at.value)}")
    owner = face.value.ephemeral_owner
    if isinstance(owner, Known):
        notes.append(f"session {owner.value:#x}" if owner.value else "no session")
    return ", ".join(notes)


def registered_absence(broker: Broker, asked: frozenset[str]) -> str:
    """What to say where a broker has no registration; nothing where no ZooKeeper was asked."""
    absent = isinstance(broker.registered, Absent) and broker.registered != NOT_GIVEN
    return NOT_REGISTERED if absent and "zookeeper" in asked else ""


def machine_line(broker: Broker, fact: Fact[Any], reference: datetime) -> FaceLine | None:
    """What the machine says, with which instance it is and how old that is."""
    if not isinstance(broker.machine, Known):
        return None
    machine = broker.machine.value
    note = machine_note(machine, reference)
    if isinstance(fact, Known) and isinstance(fact.value, tuple) and len(fact.value) > MOST_ADDRESSES:
        more = f"and {len(fact.value) - MOST_ADDRESSES} more"
        fact = replace(fact, value=(*fact.value[:MOST_ADDRESSES], more))
    line = fact_line("machine", fact, note=note)
    return line if line is None or line.location is not None else replace(line, location=machine.location)


def machine_note(machine: MachineFace, reference: datetime) -> str:
    """`i-0a1b2c3d, m3.xlarge, us-east-1c (node object, 14 min old)`."""
    said = (machine.instance_id, machine.instance_type, machine.zone)
    words = ", ".join(text_of(value_of(fact)) for fact in said if isinstance(fact, Known))
    if not isinstance(machine.observed_at, Known):
        return words
    age = f"node object, {age_text(reference - machine.observed_at.value)}"
    return f"{words} ({age})" if words else age


def resolution_of(broker: Broker, host: Fact[str]) -> Resolution | None:
    """What DNS says of one of a broker's hosts; None for what was not asked about, and for addresses."""
    if not isinstance(host, Known):
        return None
    key = host_key(host.value)
    return next((each for each in broker.resolved.names if host_key(each.host) == key), None)


def resolution_line(resolutions: Sequence[Resolution]) -> FaceLine | None:
    """What names resolve to; several are told apart by their names."""
    found = [(each.host, _one_resolution(each)) for each in resolutions]
    lines = {host: line for host, line in found if line is not None}
    if len(lines) < 2:
        return next(iter(lines.values()), None)
    texts = [f"{host}: {line.text}" for host, line in lines.items()]
    notes = _joined(line.note for line in lines.values())
    return FaceLine(face="resolves", text=", ".join(texts), note=notes)


def _one_resolution(resolution: Resolution) -> FaceLine | None:
    if not resolution.answers:
        return None
    addresses = resolution.addresses
    if isinstance(addresses, Absent):
        text = "does not exist (NXDOMAIN)" if "NXDOMAIN" in addresses.evidence else "has no address"
        note = _joined(each.vantage for each in resolution.answers)
        return FaceLine(face="resolves", text=text, location=addresses.location, note=note)
    return fact_line("resolves", addresses, note=_answers(resolution.answers))


def _answers(answers: Sequence[VantageAnswer]) -> str:
    """Who answered, with what where they differ: `10.0.0.2, TTL 300`."""
    texts = [text_of(value_of(each.addresses)) for each in answers]
    differ = len(set(texts)) > 1
    said = [f" says {text}" if differ else "" for text in texts]
    lived = ["" if each.ttl is None else f", TTL {each.ttl}" for each in answers]
    return "; ".join(
        f"{each.vantage}{text}{ttl}" for each, text, ttl in zip(answers, said, lived, strict=True)
    )


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


def with_odd_ones(lines: Sequence[FaceLine], compared: Iterable[str]) -> tuple[FaceLine, ...]:
    """The lines, those marked that differ from the most frequent text among the faces that are compared.

    Where two texts are as frequent, the one of the earlier face counts: the later face is odd. What is
    unknown in part differs from nothing, nor does a registration that is not there.
    """
    faces = set(compared)
    comparable = [
        line.face in faces and GAP not in line.text and line.text != NOT_REGISTERED for line in lines
    ]
    texts = [line.text for line, counts in zip(lines, comparable, strict=True) if counts]
    if len(set(texts)) < 2:
        return tuple(lines)
    usual = max(texts, key=lambda text: (texts.count(text), -texts.index(text)))
    return tuple(
        replace(line, odd=counts and line.text != usual)
        for line, counts in zip(lines, comparable, strict=True)
    )
