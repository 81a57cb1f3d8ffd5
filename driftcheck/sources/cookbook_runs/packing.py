"""Runs as lists of JSON and back: facts and places that several runs share are written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from driftcheck.kafka.secrets import speaks_of_secrets
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ChefStop, Gap, InlineIgnore, IntendedFile, PartlyNil, RunObservation
from driftcheck.sources.cookbook_runs.evaluated import EvaluatedRun


class SecretMetError(Exception):
    """Part of a run is a secret: the run is not written anywhere."""


class Packing:
    """Writes runs; `places` and `facts` are the tables that they name by number."""

    def __init__(self) -> None:
        self.places: list[list[Any]] = []
        self.facts: list[list[Any]] = []
        self._known: dict[object, int] = {}

    def run(self, run: EvaluatedRun) -> list[Any]:
        """SecretMetError for a run that holds a secret."""
        seen = run.observation
        return [
            seen.node,
            self._place(seen.location),
            self._fact(seen.observed_at),
            [self._file(file) for file in seen.files],
            self._stop(seen.stop),
            self._fact(seen.kafka_version),
            list(seen.assumed),
            [[each.hash, each.leaf, self._fact(each.nil), list(each.settings)] for each in seen.partly_nil],
            [
                [gap.source, gap.kind.value, gap.reason, self._place(gap.location), gap.hides]
                for gap in run.hidden
            ],
        ]

    def _file(self, file: IntendedFile) -> list[Any]:
        return [
            file.kind,
            file.path,
            self._place(file.location),
            {key: self._fact(fact) for key, fact in file.settings.items()},
            None if file.doubt is None else self._fact(file.doubt),
            list(file.duplicates),
            [[list(each.rules), each.reason, self._place(each.location)] for each in file.ignores],
        ]

    def _stop(self, stop: Fact[ChefStop]) -> list[Any]:
        if not isinstance(stop, Known):
            return [self._fact(stop)]
        found = stop.value
        if isinstance(found.message, Known) and speaks_of_secrets(found.message.value):
            raise SecretMetError
        place = self._place(stop.location)
        return [place, self._fact(found.class_name), self._fact(found.message), found.cause]

    def _fact(self, fact: Fact[Any]) -> int:
        match fact:
            case Known():
                if fact.secret:
                    raise SecretMetError
                is_time = isinstance(fact.value, datetime)
                value = fact.value.isoformat() if is_time else fact.value
                row = ["t" if is_time else "k", value, self._place(fact.location)]
                row += [self._facts(fact.derived_from), self._facts(fact.shadows)]
            case Unknown():
                row = ["u", fact.kind.value, fact.reason, self._place(fact.location)]
                row += [self._facts(fact.candidates), list(fact.fragments)]
            case Absent():
                row = ["a", fact.evidence, self._place(fact.location)]
        return self._number(self.facts, row)

    def _facts(self, facts: Iterable[Fact[Any]]) -> list[int]:
        return [self._fact(fact) for fact in facts]

    def _place(self, place: Location | None) -> int | None:
        if place is None:
            return None
        return self._number(self.places, [place.source, place.name, place.pointer, place.line, place.column])

    def _number(self, table: list[list[Any]], row: list[Any]) -> int:
        key = (id(table), repr(row))
        if key not in self._known:
            self._known[key] = len(table)
            table.append(row)
        return self._known[key]


class Unpacking:
    """Reads what Packing wrote. What is no such thing raises ValueError, TypeError or LookupError."""

    def __init__(self, places: Sequence[Any], facts: Sequence[Any]) -> None:
        self._places = [_location(row) for row in places]
        self._facts: list[Any] = []
        for row in facts:
            self._facts.append(self._made(row))

    def run(self, row: Sequence[Any]) -> EvaluatedRun:
        node, place, observed_at, files, stop, version, assumed, partly_nil, hidden = row
        return EvaluatedRun(
            observation=RunObservation(
                node=_text(node),
                location=self._sure_place(place),
                observed_at=self._facts[observed_at],
                files=tuple(self._file(each) for each in files),
                stop=self._stop(stop),
                kafka_version=self._facts[version],
                assumed=tuple(map(_text, assumed)),
                partly_nil=tuple(
                    PartlyNil(
                        hash=_text(hash_),
                        leaf=_text(leaf),
                        nil=self._facts[nil],
                        settings=tuple(map(_text, settings)),
                    )
                    for hash_, leaf, nil, settings in partly_nil
                ),
            ),
            hidden=tuple(
                Gap(
                    source=_text(source),
                    kind=UnknownKind(kind),
                    reason=_text(reason),
                    location=self._place(at),
                    hides=_text(hides),
                )
                for source, kind, reason, at, hides in hidden
            ),
        )

    def _file(self, row: Sequence[Any]) -> IntendedFile:
        kind, path, place, settings, doubt, duplicates, ignores = row
        found: Mapping[str, int] = settings
        return IntendedFile(
            kind=_text(kind),
            path=_text(path),
            location=self._sure_place(place),
            settings={key: self._facts[number] for key, number in found.items()},
            doubt=None if doubt is None else self._facts[doubt],
            duplicates=tuple(map(_text, duplicates)),
            ignores=tuple(
                InlineIgnore(
                    rules=tuple(map(_text, rules)), reason=_text(reason), location=self._sure_place(at)
                )
                for rules, reason, at in ignores
            ),
        )

    def _stop(self, row: Sequence[Any]) -> Fact[ChefStop]:
        if len(row) == 1:
            found: Fact[ChefStop] = self._facts[row[0]]
            return found
        place, class_name, message, cause = row
        stop = ChefStop(class_name=self._facts[class_name], message=self._facts[message], cause=_text(cause))
        return Known(value=stop, location=self._place(place))

    def _made(self, row: Sequence[Any]) -> Fact[Any]:
        kind, *rest = row
        if kind in ("k", "t"):
            value, place, derived, shadows = rest
            return Known(
                value=datetime.fromisoformat(value) if kind == "t" else _text(value),
                location=self._place(place),
                derived_from=tuple(self._facts[number] for number in derived),
                shadows=tuple(self._facts[number] for number in shadows),
            )
        if kind == "u":
            why, reason, place, candidates, fragments = rest
            return Unknown(
                kind=UnknownKind(why),
                reason=_text(reason),
                location=self._place(place),
                candidates=tuple(self._facts[number] for number in candidates),
                fragments=tuple(None if part is None else _text(part) for part in fragments),
            )
        evidence, place = rest
        return Absent(evidence=_text(evidence), location=self._place(place))

    def _place(self, number: int | None) -> Location | None:
        return None if number is None else self._places[number]

    def _sure_place(self, number: int) -> Location:
        return self._places[number]


def _location(row: Sequence[Any]) -> Location:
    source, name, pointer, line, column = row
    if not all(each is None or isinstance(each, int) for each in (line, column)):
        raise TypeError("a line is a number")
    return Location(
        source=_text(source),
        name=_text(name),
        pointer=None if pointer is None else _text(pointer),
        line=line,
        column=column,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value
