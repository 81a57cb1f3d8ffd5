"""What a line of a file was made of: the lines of attributes behind it, what these read, the template."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.chef.node_run.origins import Origins, Path, attributes_read, location_of, place_identity
from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.precedence import Setter, setters, text_key
from driftcheck.chef.ruby.json_values import JsonPlace
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.values import Place, Value
from driftcheck.chef.templates import RenderedLine
from driftcheck.chef.values import ruby_text
from driftcheck.kafka.secrets import is_secret_value, speaks_of_secrets
from driftcheck.model.facts import Known
from driftcheck.model.locations import Location

MAX_DEPTH = 3
_MACHINE = "/automatic/"


class LineTrails:
    """The trails of one finished run's lines."""

    def __init__(self, run: NodeRun) -> None:
        self._run = run
        self._levels = run.evaluation.state.levels
        self._origins = Origins(run)

    def place(self, place: Place | None) -> Location | None:
        return location_of(place)

    def facts(
        self, lines: Sequence[RenderedLine], *, secret: bool
    ) -> tuple[Location | None, tuple[Known[str], ...]]:
        """Where the value of these lines is decided, and what they were made of, that place first.

        The place is that of the first attribute that is not the machine's, else the template's line: it is
        what somebody would change. `secret`: none of it may leave.
        """
        places = {place_identity(place): place for line in lines for place in line.places}
        text = "".join(line.text or "" for line in lines)
        attributes: list[Known[str]] = []
        others: list[Known[str]] = []
        for place in places.values():
            path = self._origins.written_at(place)
            fact = self._at(place, path, text, secret=secret, seen=())
            if fact is not None:
                (others if path is None else attributes).append(fact)
        attributes.sort(key=_is_of_the_machine)
        decided = next((fact.location for fact in attributes if not _is_of_the_machine(fact)), None)
        if decided is None:
            own = next((line.places[0] for line in lines if line.places), None)
            return location_of(own), (*others, *attributes)
        return decided, (*attributes, *others)

    def of_place(self, place: Place | None) -> tuple[Known[str], ...]:
        """The code at a place, if there is any."""
        code = self._origins.code(place)
        location = location_of(place)
        if code is None or location is None:
            return ()
        return (Known(value=code, location=location, secret=speaks_of_secrets(code)),)

    def _at(
        self, place: Place, path: Path | None, made: str, *, secret: bool, seen: tuple[Path, ...]
    ) -> Known[str] | None:
        """What stands at a place: a line of code with what it reads, or a value in JSON.

        `made`: the text that was made of it. `seen`: the attributes above it.
        """
        location = location_of(place)
        if isinstance(place, JsonPlace):
            text = self._text(place, path) if path is not None else None
            hidden = secret or (path is not None and is_secret_value(path[-1], text))
            return None if text is None else Known(value=text, location=location, secret=hidden)
        code = self._origins.code(place)
        if code is None:
            return None
        above = (*seen, path) if path is not None and len(seen) < MAX_DEPTH else ()
        return Known(
            value=code,
            location=location,
            derived_from=self._reads(code, made, secret=secret, seen=above),
            secret=secret or speaks_of_secrets(code),
        )

    def _reads(self, code: str, made: str, *, secret: bool, seen: tuple[Path, ...]) -> tuple[Known[str], ...]:
        """What an attribute's code reads: where some of it is found in what was made, that alone."""
        found: list[tuple[str, Known[str]]] = []
        for path in attributes_read(code) if seen else ():
            winner = self._winner(path) if path not in seen else None
            if winner is not None and winner.place is not None:
                text = self._plain(winner.value) or ""
                fact = self._at(winner.place, path, text, secret=secret, seen=seen)
                if fact is not None:
                    found.append((text, fact))
        used = tuple(fact for text, fact in found if text and text in made)
        return used or tuple(fact for _, fact in found)

    def _winner(self, path: Path) -> Setter | None:
        """The level whose value the node sees; None where it is nil, or not set."""
        for setter in setters(self._levels, tuple(map(text_key, path))):
            if setter.value is not None:
                return setter
            if self._run.nil_wins:
                return None
        return None

    def _text(self, place: JsonPlace, path: Path) -> str | None:
        """The text of what a level has at a place."""
        for setter in setters(self._levels, tuple(map(text_key, path))):
            if setter.place is not None and place_identity(setter.place) == place_identity(place):
                return self._plain(setter.value)
        return None

    def _plain(self, value: Value) -> str | None:
        plain = Plain(self._run.evaluation.runtime)
        made = plain.value(value)
        return None if plain.unknown else ruby_text(made)


def _is_of_the_machine(fact: Known[str]) -> bool:
    return fact.location is not None and (fact.location.pointer or "").startswith(_MACHINE)
