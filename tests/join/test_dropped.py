"""Attributes of a node object that do not reach the file beside it, because one leaf of their hash is nil."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from driftcheck.join.dropped import dropped_hashes, partly_nil
from driftcheck.join.settings import Settings
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import NodeObservation, PartlyNil
from driftcheck.sources.chef_repository import SOURCE
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request

FILE = Location(source="rendered", name="rendered/k1/server.properties")
MAP = "listener.security.protocol.map"


def node(default: dict[str, Any], **levels: Any) -> NodeObservation:
    document = {"name": "k1", "default": {"kafka": {"broker": default}}, **levels}
    request = Request(
        configuration=Configuration(), trees=(MemoryTree({"nodes/k1.json": json.dumps(document)}),)
    )
    (found,) = SOURCE.collect(request, Deadline.after(60, per_operation=5)).nodes
    return found


def hashes(found: NodeObservation) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.hash, each.leaf, each.settings) for each in known(partly_nil(found))]


def known(fact: Fact[tuple[PartlyNil, ...]]) -> tuple[PartlyNil, ...]:
    assert isinstance(fact, Known)
    return fact.value


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({MAP: {"CLIENT": "SSL", "INNER": None}}, [(MAP, f"{MAP}.INNER", (f"{MAP}.CLIENT",))]),
        ({"log": {"dirs": "/data", "roll_hours": None}}, [("log", "log.roll.hours", ("log.dirs",))]),
        (
            {"log": {"flush": {"ms": None, "messages": 9}}},
            [
                ("log", "log.flush.ms", ("log.flush.messages",)),
                ("log.flush", "log.flush.ms", ("log.flush.messages",)),
            ],
        ),
        ({"log": {"dirs": None}, "broker.id": 1}, []),
        ({"broker.rack": None, "broker.id": 1}, []),
        ({MAP: {"CLIENT": "SSL"}}, []),
    ],
)
def test_a_hash_counts_if_a_leaf_is_nil_and_another_is_set(attributes: dict[str, Any], found: object) -> None:
    assert hashes(node(attributes)) == found


def test_a_stronger_level_makes_the_nil_and_is_its_place() -> None:
    nil = {"kafka": {"broker": {MAP: {"INNER": None}}}}
    (found,) = known(partly_nil(node({MAP: {"CLIENT": "SSL", "INNER": "PLAINTEXT"}}, override=nil)))
    assert found.nil.location is not None
    assert found.nil.location.pointer == f"/override/kafka/broker/{MAP}/INNER"
    assert hashes(node({MAP: {"CLIENT": "SSL", "INNER": "PLAINTEXT"}})) == []


def test_attributes_that_no_template_writes_whole_tell_nothing() -> None:
    document = {"name": "k1", "default": {"kafka": {"port": None, "id": 1}}}
    request = Request(
        configuration=Configuration(), trees=(MemoryTree({"nodes/k1.json": json.dumps(document)}),)
    )
    (found,) = SOURCE.collect(request, Deadline.after(60, per_operation=5)).nodes
    assert isinstance(partly_nil(found), Absent)


def file(**settings: str) -> Settings:
    values = {key.replace("_", "."): Known(value=value) for key, value in settings.items()}
    return Settings(values=values, whole=True, location=FILE)


def one(hash_: str, *settings: str) -> PartlyNil:
    return PartlyNil(hash=hash_, leaf=f"{hash_}.nil", nil=Known(value="nil"), settings=settings)


@pytest.mark.parametrize(
    ("given", "settings", "found"),
    [
        ([one(MAP, f"{MAP}.A")], {}, [(MAP, (MAP,))]),
        ([one(MAP, f"{MAP}.A")], {"listener_security_protocol_map": "A:SSL"}, []),
        ([one("log", "log.dirs", "log.odd")], {}, [("log", ("log.dirs",))]),
        ([one("log", "log.dirs")], {"log_dirs": "/data"}, []),
        ([one("jmx", "jmx.port")], {}, []),
        ([one("log", "log.dirs"), one("log.flush", "log.flush.interval.ms")], {}, [("log", ("log.dirs",))]),
        ([one("log", "log.dirs"), one("log", "log.dirs")], {}, [("log", ("log.dirs",))]),
    ],
)
def test_it_is_dropped_if_it_spells_settings_and_the_file_has_nothing_of_it(
    given: list[PartlyNil], settings: dict[str, str], found: object
) -> None:
    result = dropped_hashes(Known(value=tuple(given)), file(**settings))
    assert [(each.hash, each.settings) for each in known(result)] == found


def test_what_may_be_nil_is_not_known_to_be_dropped() -> None:
    why = Unknown(kind=UnknownKind.FAULT, reason="it was lost")
    hash_ = replace(one(MAP, f"{MAP}.A"), nil=why)
    assert dropped_hashes(Known(value=(hash_,)), file()) == why
    assert known(dropped_hashes(Known(value=(hash_,)), file(listener_security_protocol_map="A:SSL"))) == ()
    assert dropped_hashes(why, file()) == why
    assert isinstance(dropped_hashes(why, None), Absent)
