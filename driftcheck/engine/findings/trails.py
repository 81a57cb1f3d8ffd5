"""From a failure back to where it comes from: the places, the cause first, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from driftcheck.engine.findings.face_lines import PIPELINE, fact_line, with_odd_ones
from driftcheck.engine.findings.property_faces import (
    brokers_of,
    client_setting,
    faces_of,
    nearest,
    odd_brokers,
    server_setting,
)
from driftcheck.engine.findings.steps import Walk, setting_name
from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.values import value_of
from driftcheck.engine.scopes import Bound
from driftcheck.formats.host_names import host_key
from driftcheck.model.facts import Fact, Known
from driftcheck.model.finding import Because
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Advertised, Broker
from driftcheck.model.locations import Location

MOST_LOCATIONS = 20
MOST_STEPS = 12
MOST_TOUCHED = 3


@frozen
class Trail:
    """`locations`: the cause first. `because`: the way to it."""

    locations: tuple[Location, ...]
    because: tuple[Because, ...]


def trail(
    subjects: Sequence[Bound],
    property_: str,
    faces: Sequence[str],
    about: Sequence[str],
    touched: Sequence[Known[Any]],
) -> Trail:
    """Where the failure of these subjects comes from.

    The first face in the order of the pipeline that has the bad value is the cause; if the rule shows some
    of them (`faces`), one of those, in its order. `touched`: the facts that the first subject's assertion
    read; those that hold a value of `about` follow, or all, if they are few. For a cluster they count only
    where the property says nothing.
    """
    causes: list[Known[Any]] = []
    places: list[Location] = []
    for bound in subjects[:MOST_LOCATIONS]:
        bad, further = suspects(bound, property_, faces)
        causes += bad[: None if bound.broker is None else 1]
        found = [*_places(bad), *_places(further)]
        places += found or (_missing_places(bound, property_, faces) if faces else [])
    read = [] if places and subjects[0].is_of_a_cluster else _relevant(touched, about, places)
    places += _places(read)
    if not places:
        places += [place for bound in subjects for place in _missing_places(bound, property_, faces)]
        places += _own_places(subjects[0])
    walk = Walk()
    for fact in causes:
        walk.over(fact, name=property_)
    for fact in read:
        walk.over(fact)
    return Trail(
        locations=tuple(dict.fromkeys(places))[:MOST_LOCATIONS],
        because=_steps(walk.told)[:MOST_STEPS],
    )


def _steps(told: Mapping[Location, str]) -> tuple[Because, ...]:
    """What stands at each place; what stands at several is said at the first of them."""
    places: dict[str, list[Location]] = {}
    for place, text in told.items():
        places.setdefault(text, []).append(place)
    return tuple(
        Because(location=first, text=f"{text}, and in {_others(more)}" if more else text)
        for text, (first, *more) in places.items()
    )


def _others(places: Sequence[Location]) -> str:
    return places[0].name if len(places) == 1 else f"{len(places)} more places"


def _relevant(
    facts: Sequence[Known[Any]], about: Sequence[str], places: Sequence[Location]
) -> list[Known[Any]]:
    """Of the facts that an assertion read, those that say something of this failure and stand elsewhere."""
    known = set(places)
    told = [
        fact
        for fact in facts
        if fact.location is not None and fact.location not in known and _says_what(fact.location)
    ]
    if len(told) <= MOST_TOUCHED:
        return told
    values = {host_key(value) for value in about}
    return [fact for fact in told if host_key(text_of(value_of(fact))) in values]


def _says_what(place: Location) -> bool:
    """Whether a place is that of one thing, and not of a file as a whole."""
    is_code = place.source == "chef" and place.line is not None
    return place.source == "zookeeper" or setting_name(place) != "" or is_code


def suspects(bound: Bound, property_: str, faces: Sequence[str]) -> tuple[list[Known[Any]], list[Known[Any]]]:
    """The facts that hold the bad value, the first of the pipeline first, and those that hold another.

    Of a cluster's brokers those are to blame that differ; where all have one value, it is that value.
    """
    if bound.client is not None:
        return _known([client_setting(bound.client, property_)]), []
    if bound.server is not None:
        return _known([server_setting(bound.server, property_)]), []
    if bound.broker is None:
        property_ = bound.setting.name if bound.setting is not None else property_
        if bound.ambiguity is not None or not property_:
            return [], []
        read = faces_of(property_)
        usual, odd = usual_and_odd(bound, property_)
        return _known(nearest(broker, read) for broker in (odd or usual)[:MOST_LOCATIONS]), []
    facts = _facts(bound, property_, faces)
    lines = [line for line in (fact_line(face, fact) for face, fact in facts.items()) if line is not None]
    marked = with_odd_ones(lines, PIPELINE)
    bad = {line.text for line in marked if line.odd} or {line.text for line in lines[:1]}
    return (
        _known(facts[line.face] for line in lines if line.text in bad),
        _known(facts[line.face] for line in lines if line.text not in bad),
    )


def usual_and_odd(bound: Bound, property_: str) -> tuple[tuple[Broker, ...], tuple[Broker, ...]]:
    """Of a cluster's brokers those that have a property as most have it, and those that do not."""
    if bound.setting is not None:
        return brokers_of(bound.setting, bound.cluster)
    return odd_brokers(bound.cluster, property_)


def _facts(bound: Bound, property_: str, faces: Sequence[str]) -> Mapping[str, Fact[Any]]:
    """What the faces of a broker or endpoint say that can be to blame."""
    shown = [face for face in faces if face in PIPELINE] or PIPELINE
    return {face: _face_fact(bound, face, property_) for face in shown}


def _missing_places(bound: Bound, property_: str, faces: Sequence[str]) -> list[Location]:
    """Where the faces do not have what they should, or have what is not known."""
    if bound.setting is not None:
        read = faces_of(bound.setting.name)
        facts = [nearest(broker, read) for broker in usual_and_odd(bound, property_)[1]]
    elif bound.broker is None:
        return []
    else:
        facts = list(_facts(bound, property_, faces).values())
    return [fact.location for fact in facts if not isinstance(fact, Known) and fact.location is not None]


def _known(facts: Iterable[Fact[Any]]) -> list[Known[Any]]:
    return [fact for fact in facts if isinstance(fact, Known)]


def _face_fact(bound: Bound, face: str, property_: str) -> Fact[Any]:
    if bound.endpoint is None:
        assert bound.broker is not None
        return faces_of(property_).of(bound.broker, face)
    advertised: Fact[Advertised] = getattr(bound.endpoint, face)
    if not isinstance(advertised, Known):
        return advertised
    return advertised.value.port if property_.endswith("port") else advertised.value.host


def _places(facts: Iterable[Known[Any]]) -> list[Location]:
    return [fact.location for fact in facts if fact.location is not None]


def _own_places(bound: Bound) -> list[Location]:
    """The places of a subject as a whole."""
    if bound.ambiguity is not None:
        return list(bound.ambiguity.locations)
    if bound.client is not None:
        return [bound.client.location]
    if bound.server is not None:
        return [bound.server.location]
    brokers = (bound.broker,) if bound.broker is not None else bound.cluster.brokers[:MOST_LOCATIONS]
    faces = [(each.intended, each.rendered, each.registered) for each in brokers]
    found = [face.value.location for each in faces for face in each if isinstance(face, Known)]
    return [location for location in found if location is not None]
