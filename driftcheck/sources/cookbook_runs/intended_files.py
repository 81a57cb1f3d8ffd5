"""The lines of a file that a run would write, as settings: what is known of each, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from driftcheck.chef.node_run.rendered_file import RenderedFile
from driftcheck.chef.templates import RenderedLine
from driftcheck.formats.properties import Entry, parse_properties
from driftcheck.kafka.secrets import has_url_password, is_secret, is_secret_value
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import InlineIgnore, IntendedFile
from driftcheck.sources.cookbook_runs.line_trails import LineTrails
from driftcheck.sources.files.inline_ignores import IgnoreError, inline_ignore

_KEY = re.compile(r"[ \t\f]*([^=:#!\s\\][^=:\s\\]*)[ \t\f]*[=:][ \t\f]*(.*)", re.DOTALL)
"""A line's key and the beginning of its value; a key without any separator could go on in the gap."""
_COMMENT = re.compile(r"[ \t\f]*[#!]")
_NOWHERE = Location(source="chef", name="")
_NOT_TOLD = Unknown(kind=UnknownKind.UNSUPPORTED, reason="the line is not known")


def intended_file(file: RenderedFile, kind: str, trails: LineTrails) -> IntendedFile:
    """The settings of a file's lines, as Java would read them.

    Taken for granted: what stands for a gap does not end its line, nor goes the line on in the next one, and
    a line of which nothing is known does not repeat a key that stands elsewhere in the file.
    """
    reading = _Reading(file.lines, trails)
    reading.read()
    place = Location(source="chef", name=file.source) if file.source is not None else None
    return IntendedFile(
        kind=kind,
        path=file.path,
        location=place or trails.place(file.declared) or Location(source="chef", name=file.path),
        settings={key: _counting(several) for key, several in reading.found.items()},
        doubt=file.gap or reading.doubt,
        ignores=tuple(reading.ignores),
        duplicates=tuple(
            key for key, several in reading.found.items() if sum(each.sure for each in several) > 1
        ),
    )


@dataclass(slots=True)
class _Told:
    """A value that a line gives a key; `sure` if the line is there."""

    fact: Fact[str]
    sure: bool
    cause: Unknown


@dataclass(slots=True)
class _Reading:
    lines: Sequence[RenderedLine]
    trails: LineTrails
    found: dict[str, list[_Told]] = field(default_factory=dict)
    doubt: Unknown | None = None
    ignores: list[InlineIgnore] = field(default_factory=list)

    def read(self) -> None:
        """Entries in the order of their lines, and what comments silence; a wrong one silences nothing."""
        text = "\n".join(line.text or "" for line in self.lines)
        parsed = parse_properties(_bytes(text))
        for comment in parsed.comments:
            place, _ = self.trails.facts([self.lines[comment.line - 1]], secret=True)
            with suppress(IgnoreError):
                ignore = inline_ignore(comment.text, place or _NOWHERE)
                self.ignores += [ignore] if ignore else []
        entries = {entry.line: entry for entry in parsed.entries}
        inside: set[int] = set()
        for number, line in enumerate(self.lines, 1):
            entry = entries.get(number)
            if entry is not None:
                inside.update(range(entry.line + 1, entry.end_line + 1))
                self._entry(entry)
            elif line.text is None and number not in inside:
                self._part(line)

    def _entry(self, entry: Entry) -> None:
        lines = self.lines[entry.line - 1 : entry.end_line]
        gap = next((line for line in lines if line.text is None), None)
        secret = is_secret_value(entry.key, entry.value)
        place, made_of = self.trails.facts(lines, secret=secret)
        fact: Fact[str] = Known(value=entry.value, location=place, derived_from=made_of, secret=secret)
        if gap is not None:
            fact = replace(gap.cause or _NOT_TOLD, location=place, candidates=(), fragments=())
        doubtful = next((line for line in lines if line.maybe), None)
        cause = (doubtful.cause if doubtful is not None else None) or _NOT_TOLD
        self._tell(entry.key, _Told(fact, doubtful is None, replace(cause, location=place)))

    def _part(self, line: RenderedLine) -> None:
        """A line with a gap: its key is known, or it may set any."""
        cause = line.cause or _NOT_TOLD
        place, _ = self.trails.facts([line], secret=True)
        cause = replace(cause, location=cause.location or place, candidates=(), fragments=())
        first = line.fragments[0] if line.fragments else None
        if first is not None and _COMMENT.match(first):
            return
        match = _KEY.fullmatch(first) if first is not None else None
        if match is None:
            self.doubt = self.doubt or cause
            return
        key = match[1]
        if not is_secret(key) and not any(map(has_url_password, line.fragments)):
            cause = replace(cause, fragments=(match[2], *line.fragments[1:]))
        self._tell(key, _Told(cause, not line.maybe, cause))

    def _tell(self, key: str, told: _Told) -> None:
        self.found.setdefault(key, []).append(told)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _counting(several: Sequence[_Told]) -> Fact[str]:
    """Of all lines with a key the last one counts; one that may not be there leaves what it would beat."""
    current: Fact[str] | None = None
    for told in several:
        if told.sure:
            beaten = tuple(_known(current))
            current = replace(told.fact, shadows=beaten) if isinstance(told.fact, Known) else told.fact
        else:
            could = {each.value: replace(each, shadows=()) for each in (*_known(current), *_known(told.fact))}
            current = replace(told.cause, candidates=tuple(could.values()), fragments=())
    assert current is not None  # there is at least one
    return current


def _known(fact: Fact[str] | None) -> Iterator[Known[str]]:
    if isinstance(fact, Known):
        yield fact
    elif isinstance(fact, Unknown):
        yield from fact.candidates
