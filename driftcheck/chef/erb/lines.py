"""The pieces that a template wrote as lines: what is known of each, and where it comes from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from driftcheck.chef.ruby.output import Choice, Gap, Piece, Repeat, Text
from driftcheck.chef.ruby.values import Place
from driftcheck.chef.templates import RenderedLine, RenderedText
from driftcheck.model.facts import Unknown

MAX_PLACES = 32
"""Places that a line keeps."""


def rendered_text(pieces: Sequence[Piece], *, maybe: bool = False) -> RenderedText:
    """The lines of all that was written; `maybe` if none of them may be there."""
    lines = _Lines(maybe)
    lines.add(pieces)
    return lines.finished()


class _Lines:
    """Lines on their way. The last one is kept as bytes: a character may be in two pieces."""

    def __init__(self, maybe: bool) -> None:
        self.lines: list[RenderedLine] = []
        self.maybe = maybe
        self.parts: list[bytes | None] = []
        """What is known of the last line, None for a gap."""
        self.cause: Unknown | None = None
        """Why the last line has a gap."""
        self.doubt: Unknown | None = None
        """Why lines may not be there."""
        self.places: dict[Place, None] = {}
        self.begun = False
        """Whether the last line has anything, known or not."""

    def add(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            if isinstance(piece, Text):
                self._text(piece)
            elif isinstance(piece, Gap):
                self._gap(piece.cause, piece.places)
            elif isinstance(piece, Choice):
                self._choice(piece)
            else:
                self._repeat(piece)

    def _text(self, piece: Text) -> None:
        data = piece.text.encode("latin-1" if piece.binary else "utf-8", "surrogatepass")
        *whole, rest = data.split(b"\n")
        for number, part in enumerate(whole):
            self._part(part, piece, number)
            self._end()
        if rest:
            self._part(rest, piece, len(whole))

    def _part(self, part: bytes, piece: Text, number: int) -> None:
        self.begun = True
        self.parts.append(part)
        for index, place in enumerate(piece.places):
            if len(self.places) < MAX_PLACES:
                moved = place._replace(line=place.line + number) if index == 0 and piece.spreads else place
                self.places.setdefault(moved)

    def _gap(self, cause: Unknown, places: Sequence[Place]) -> None:
        self.begun, self.cause = True, self.cause or cause
        self.parts.append(None)
        for place in places:
            self.places.setdefault(place)

    def _end(self) -> None:
        known = [part for part in self.parts if part is not None]
        whole = len(known) == len(self.parts)
        self.lines.append(
            RenderedLine(
                text=b"".join(known).decode("utf-8", "replace") if whole else None,
                maybe=self.maybe,
                places=tuple(self.places),
                fragments=() if whole else _fragments(self.parts),
                cause=self.doubt if whole else self.cause,
            )
        )
        self.parts, self.cause, self.places, self.begun = [], None, {}, False

    def _choice(self, choice: Choice) -> None:
        """Lines that all branches begin with are sure; the others may be there, and so the first is a gap."""
        branches, common = _common_lines(choice.branches) if not self.begun else (choice.branches, ())
        self.add(common)
        begun_before, begun_after = self.begun, False
        outer, before, count = (self.maybe, self.doubt), self.parts, len(self.lines)
        self.maybe, self.doubt = True, self.doubt or choice.cause
        for branch in branches:
            begun = self._branch(branch, begun_before, choice.cause)
            begun_after = begun_after or begun
        self.maybe, self.doubt = outer
        self.begun = begun_after
        self.parts, self.cause = [], None
        if begun_after:
            self.parts = [*(before if len(self.lines) == count else ()), None]
            self.cause = choice.cause
        else:
            self.places = {}

    def _repeat(self, repeat: Repeat) -> None:
        """A gap; turns that begin and end with a line leave the next line's beginning known."""
        turn = _Lines(self.maybe)
        turn.add(repeat.turn)
        if self.begun or turn.begun:
            self._gap(repeat.cause, ())
        else:
            places = dict.fromkeys(place for line in turn.lines for place in line.places)
            self.lines.append(
                RenderedLine(text=None, maybe=True, places=tuple(places)[:MAX_PLACES], cause=repeat.cause)
            )

    def _branch(self, branch: Sequence[Piece], begun: bool, cause: Unknown) -> bool:
        """Adds the lines of a branch that begins in a line or at its start; whether it ends in a line."""
        self.begun, self.parts = begun, [None] if begun else []
        self.cause = cause if begun else None
        before = dict(self.places)
        self.add(branch)
        ended_in_line = self.begun
        self.begun, self.places = begun, before
        return ended_in_line

    def finished(self) -> RenderedText:
        ends = not self.begun
        if self.begun:
            self._end()
        return RenderedText(lines=tuple(self.lines), ends_with_newline=ends)


def _fragments(parts: Sequence[bytes | None]) -> tuple[str | None, ...]:
    """What is known of a line, texts that follow each other together; a character may be in two of them."""
    together: list[bytes | None] = []
    for part in parts:
        if part is not None and together and (last := together[-1]) is not None:
            together[-1] = last + part
        elif part is not None or not together or together[-1] is not None:
            together.append(part)
    return tuple(None if part is None else part.decode("utf-8", "replace") for part in together)


def _common_lines(
    branches: Sequence[Sequence[Piece]],
) -> tuple[list[Sequence[Piece]], Sequence[Piece]]:
    """What is left of each branch, and the pieces up to a line's end that all of them begin with."""
    texts = [_known_beginning(branch) for branch in branches]
    size = _common_size(texts)
    if not size:
        return list(branches), ()
    parted = [_parted(branch, size) for branch in branches]
    return [rest for _, rest in parted], parted[0][0]


def _common_size(texts: Sequence[str]) -> int:
    """The characters of the whole lines that all texts begin with."""
    whole = (text.split("\n")[:-1] for text in texts)
    same = itertools.takewhile(lambda lines: len(set(lines)) == 1, zip(*whole, strict=False))
    return sum(len(lines[0]) + 1 for lines in same)


def _known_beginning(branch: Sequence[Piece]) -> str:
    known = itertools.takewhile(lambda piece: isinstance(piece, Text) and piece.text.isascii(), branch)
    return "".join(piece.text for piece in known if isinstance(piece, Text))


def _parted(branch: Sequence[Piece], size: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """The pieces of the first `size` characters, which are known, and the others."""
    for index, piece in enumerate(branch):
        assert isinstance(piece, Text)
        if size <= len(piece.text):
            first, second = replace(piece, text=piece.text[:size]), replace(piece, text=piece.text[size:])
            if piece.spreads and piece.places:
                line = piece.places[0].line + first.text.count("\n")
                second = replace(second, places=(piece.places[0]._replace(line=line), *piece.places[1:]))
            return [*branch[:index], first], [*([second] if second.text else []), *branch[index + 1 :]]
        size -= len(piece.text)
    return branch, ()
