"""`explain`: an attribute of a node, level by level, and the chain behind it; or a line of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from driftcheck.app.node_runs import (
    ChefStop,
    Line,
    attribute_path,
    chosen,
    files_of,
    gaps_of,
    is_undetermined,
    no_file,
    run_for,
    stops_of,
)
from driftcheck.app.node_wish import NodeWish
from driftcheck.app.places import with_lines
from driftcheck.chef.node_run.history import Writes, Written
from driftcheck.chef.node_run.origins import Origins, attributes_read, location_of
from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.precedence import DEFAULTS, LEVELS, OVERRIDES, Setter, setters, text_key
from driftcheck.chef.ruby.plain import Plain
from driftcheck.chef.ruby.values import RubyArray, RubyHash, Value
from driftcheck.chef.templates import RenderedLine
from driftcheck.errors import UsageError
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

MAX_DEPTH = 4

Path = tuple[str, ...]


@frozen
class LevelWrite:
    """One write of the attribute at one level, and what became of it there.

    `became`: `overwritten`, `unset` (taken away again, `by` what stands there), `merged` (a role's hash or
    array that others were laid over) or `kept`. `maybe`: it stands under a condition that is not known.
    """

    value: Any
    known: bool
    location: Location | None
    became: str
    by: Location | None = None
    maybe: bool = False


@frozen
class LevelValue:
    """One precedence level: what it has of the attribute, None with `is_set` False where it has nothing.

    `wins`: its value is what the node sees; `merged`: its hash or array is a part of that. `writes` are all
    that were made at this level, in order; what is in force is the last one, unless that is unset.
    """

    level: str
    is_set: bool
    value: Any = None
    known: bool = True
    location: Location | None = None
    wins: bool = False
    merged: bool = False
    writes: tuple[LevelWrite, ...] = ()


@frozen
class Explanation:
    """An attribute: its value (None with `known` False and a reason where it is not known), all levels, why.

    `source` is the line of code or JSON that the winner was written in; `reads` are the attributes it reads.
    """

    attribute: Path
    is_set: bool
    value: Any
    known: bool
    reason: str | None
    levels: tuple[LevelValue, ...]
    source: str | None
    reads: tuple[Explanation, ...]


@frozen
class FileLine:
    """A line of a rendered file, with the attributes that it was made of."""

    path: str
    number: int
    line: Line
    attributes: tuple[Explanation, ...]


@frozen
class NodeExplanation:
    """What was asked for: an attribute, or the lines of a file with a key."""

    node: str
    attribute: Explanation | None
    lines: tuple[FileLine, ...]
    errors: tuple[ChefStop, ...]
    gaps: tuple[str, ...] = ()
    lost: bool = False


def explain(wish: NodeWish, what: str) -> NodeExplanation:
    """Explains `a.b.c`, or `server.properties:advertised.listeners` (a key, or the number of a line).

    Raises UsageError for a repository, node, file or key that is not there.
    """
    run = run_for(wish, Phase.CONVERGE, journal=True)
    file, colon, key = what.partition(":")
    files = chosen(files_of(run, wish.repository), file) if colon else []
    if colon and not files and run.stop is None and ("/" in file or file.endswith((".properties", ".cfg"))):
        raise no_file(run, file)
    explaining = _Explaining(run)
    attribute, lines = None, []
    if files:
        lines = list(explaining.lines(files, key))
        if not lines:
            hint = f"See `driftcheck render {run.subject.name} {file}`."
            raise UsageError(f"there is no line with '{key}' in {files[0].path}", hint=hint)
    elif run.stop is None or run.phase is Phase.CONVERGE:
        attribute = explaining.attribute(explaining.path(what), ())
    answer = NodeExplanation(
        node=run.subject.name,
        attribute=attribute,
        lines=tuple(lines),
        errors=stops_of(run),
        gaps=gaps_of(run),
        lost=is_undetermined(run),
    )
    return with_lines(answer, [run.repository.tree])


class _Explaining:
    """One run that is explained."""

    def __init__(self, run: NodeRun) -> None:
        run.merged()  # what cannot be merged is lost from here on, and no reading of it goes on for ever
        self.run = run
        self.levels = run.evaluation.state.levels
        self.origins = Origins(run)
        self.writes = Writes(run)

    def path(self, attribute: str) -> Path:
        """The keys that a dotted name means."""
        plain = Plain(self.run.evaluation.runtime)
        known = plain.value(self.run.evaluation.state.all())
        return attribute_path(known if isinstance(known, dict) else {}, (), attribute)

    def attribute(self, path: Path, seen: tuple[Path, ...]) -> Explanation:
        """One attribute; those that it was made of stand below it, unless they are above it already."""
        found = setters(self.levels, tuple(map(text_key, path)))
        levels = self._levels(path, found)
        winner = next(
            (each for each, value in zip(found, _ranked(levels, found), strict=True) if value.wins), None
        )
        merged, is_set = self._merged(path)
        value, unknown = self._plain(merged)
        source = self.origins.code(winner.place) if winner is not None else None
        deeper = len(seen) < MAX_DEPTH and source is not None
        reads = self._reads(source or "", (*seen, path)) if deeper else ()
        return Explanation(
            attribute=path,
            is_set=is_set,
            value=value,
            known=unknown is None,
            reason=unknown.reason if unknown is not None else None,
            levels=levels,
            source=source,
            reads=tuple(reads),
        )

    def lines(self, files: Sequence[RenderedFile], key: str) -> Iterator[FileLine]:
        """The lines of files with a key, or of this number."""
        pattern = re.compile(rf"\s*{re.escape(key)}\s*(?:[=:\s]|$)")
        for file in files:
            for number, line in enumerate(file.lines, 1):
                wanted = number == int(key) if key.isascii() and key.isdigit() else False
                if wanted or (line.text is not None and pattern.match(line.text)):
                    yield self._line(file, number, line)

    def _line(self, file: RenderedFile, number: int, line: RenderedLine) -> FileLine:
        places = [place for place in (location_of(each) for each in line.places) if place is not None]
        paths = dict.fromkeys(
            path for each in line.places if (path := self.origins.written_at(each)) is not None
        )
        return FileLine(
            path=file.path,
            number=number,
            line=Line(text=line.text, maybe=line.maybe or file.maybe, sources=tuple(places)),
            attributes=tuple(self.attribute(path, ()) for path in paths),
        )

    def _levels(self, path: Path, found: Sequence[Setter]) -> tuple[LevelValue, ...]:
        """All levels, the strongest first."""
        by_level = {each.level: each for each in found}
        part = _parts(found, nil_wins=self.run.nil_wins)
        made = []
        for level in reversed(LEVELS):
            setter = by_level.get(level)
            writes = tuple(map(self._write, self.writes.at(level, path, setter)))
            if setter is None:
                made.append(LevelValue(level=level, is_set=False, writes=writes))
                continue
            value, unknown = self._plain(setter.value)
            made.append(
                LevelValue(
                    level=level,
                    is_set=True,
                    value=value,
                    known=unknown is None,
                    location=location_of(setter.place),
                    wins=part.get(level) == "wins",
                    merged=part.get(level) == "merged",
                    writes=writes,
                )
            )
        return tuple(made)

    def _write(self, written: Written) -> LevelWrite:
        value, unknown = self._plain(written.value)
        return LevelWrite(
            value=value,
            known=unknown is None,
            location=location_of(written.place),
            became=written.became,
            by=location_of(written.by),
            maybe=written.maybe,
        )

    def _merged(self, path: Path) -> tuple[Value, bool]:
        here: Value = self.run.evaluation.state.all()
        for key in path:
            entry = here.entries.get(key) if isinstance(here, RubyHash) else None
            if entry is None:
                return (here, True) if isinstance(here, Unknown) else (None, False)
            unsure = here.unknown or here.doubt if entry.maybe else None
            here = unsure if unsure is not None and isinstance(entry.value, RubyHash) else entry.value
        return here, True

    def _plain(self, value: Value) -> tuple[Any, Unknown | None]:
        plain = Plain(self.run.evaluation.runtime)
        made = plain.value(value)
        return made, plain.unknown[0].unknown if plain.unknown else None

    def _reads(self, source: str, seen: tuple[Path, ...]) -> Iterator[Explanation]:
        """The attributes that a line reads."""
        for path in attributes_read(source):
            if path not in seen:
                yield self.attribute(path, seen)


def _ranked(levels: Sequence[LevelValue], found: Sequence[Setter]) -> list[LevelValue]:
    by_level = {each.level: each for each in levels}
    return [by_level[each.level] for each in found]


def _parts(found: Sequence[Setter], *, nil_wins: bool) -> dict[str, str]:
    """`wins` for the level whose value the node sees, `merged` for those whose hash or array is in it."""
    parts: dict[str, str] = {}
    kind: type | None = None
    groups: set[str] = set()
    for setter in found:
        value = setter.value
        if not parts:
            if value is None and not nil_wins and setter is not found[-1]:
                continue
            parts[setter.level] = "wins"
            kind = (
                RubyHash
                if isinstance(value, RubyHash)
                else RubyArray
                if isinstance(value, RubyArray)
                else None
            )
            groups = {each for group in (DEFAULTS, OVERRIDES) if setter.level in group for each in group}
            continue
        if kind is None or not isinstance(value, kind):
            break
        if kind is RubyArray and setter.level not in groups:
            break
        parts[setter.level] = "merged"
    return parts
