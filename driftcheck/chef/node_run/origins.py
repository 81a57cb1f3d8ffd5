"""Where the values of a finished run come from: the code at a place, what it reads, what it wrote."""

from __future__ import annotations

import re

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.ruby.json_values import JsonPlace
from driftcheck.chef.ruby.values import Entry, Place, RubyHash
from driftcheck.model.facts import Unknown
from driftcheck.model.locations import Location

MOST_READS = 6
_READ = re.compile(r"\bnode((?:\s*\[\s*(?::\w+|'[^'\n]*'|\"[^\"\n#]*\")\s*\])+)")
_KEY = re.compile(r"\[\s*:?[\"']?([^\"'\]\n]*?)[\"']?\s*\]")
_GOES_ON = ("=", "||", "&&", "+", ",", "\\", "(", "?", ":", "{", "|")

Path = tuple[str, ...]


def location_of(place: Place | None) -> Location | None:
    """A place as a Location; one in a JSON file has its pointer, and gets its line later."""
    if place is None:
        return None
    if isinstance(place, JsonPlace):
        return Location(source="chef", name=place.file, pointer=place.pointer)
    return Location(source="chef", name=place.file, line=place.line or None, column=place.column or None)


def place_identity(place: Place) -> object:
    """What tells two places apart: two of one JSON file have the same line until it is looked up."""
    return (*place, place.pointer if isinstance(place, JsonPlace) else None)


def attributes_read(code: str) -> list[Path]:
    """The attributes that a line of code reads, each once; at most MOST_READS."""
    _, equals, right = code.partition("=")
    found = (tuple(_KEY.findall(match[1])) for match in _READ.finditer(right if equals else code))
    return list(dict.fromkeys(found))[:MOST_READS]


class Origins:
    """The places of one run."""

    def __init__(self, run: NodeRun) -> None:
        self._repository = run.repository
        self._levels = run.evaluation.state.levels
        self._machine = run.subject.path
        """The node's own file, whose automatic attributes stand where they stood; None if code moved them."""
        if any(each is self._levels["automatic"] for each in run.evaluation.runtime.reachable):
            self._machine = None
        self._written: dict[object, Path] | None = None

    def code(self, place: Place | None) -> str | None:
        """The code at a place: its line, and those that it goes on in; None for a place in JSON."""
        if place is None or isinstance(place, JsonPlace) or place.line < 1:
            return None
        content = self._repository.text(place.file)
        if isinstance(content, Unknown):
            return None
        lines = content.decode("utf-8", "replace").splitlines()[place.line - 1 : place.line + 4]
        taken: list[str] = []
        for line in lines:
            taken.append(line.strip())
            if not line.rstrip().endswith(_GOES_ON):
                break
        return " ".join(taken) or None

    def written_at(self, place: Place) -> Path | None:
        """The attribute that was written at a place."""
        if self._written is None:
            self._written = {}
            for name, level in self._levels.items():
                if name != "automatic" or self._machine is None:
                    _note_written(level, (), self._written)
        found = self._written.get(place_identity(place))
        if found is None and isinstance(place, JsonPlace) and place.file == self._machine:
            return self._in_machine(place)
        return found

    def _in_machine(self, place: JsonPlace) -> Path | None:
        """The machine's attribute at a place: its pointer is its path. Most of them nobody has looked at."""
        here: object = self._levels["automatic"]
        above, *words = place.pointer.split("/")[1:]
        path = tuple(word.replace("~1", "/").replace("~0", "~") for word in words)
        entry: Entry | None = None
        for key in path if above == "automatic" else ():
            entry = here.entries.get(key) if isinstance(here, RubyHash) else None
            if entry is None:
                return None
            here = entry.value
        if entry is None or entry.place is None or place_identity(entry.place) != place_identity(place):
            return None
        return path


def _note_written(here: RubyHash, path: Path, found: dict[object, Path]) -> None:
    """Every attribute by its place; the first one where several have it."""
    for key, entry in here.entries.items():
        if isinstance(key, str):
            place, value = entry.place, entry.value
            if place is not None:
                found.setdefault(place_identity(place), (*path, key))
            if isinstance(value, RubyHash):
                _note_written(value, (*path, key), found)
