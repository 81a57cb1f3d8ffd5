"""What a template has written so far: pieces of text, gaps where it is not known, alternatives.

Each piece hangs on the one before, so that a world (`worlds`) keeps an output by its last piece.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from driftcheck.chef.ruby.object_values import RubyClass, RubyObject
from driftcheck.chef.ruby.values import LimitReachedError, Place, RubyError, RubyString, Value, unsupported
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen

MAX_OUTPUT = 4_000_000
"""Characters that a template may write."""


@frozen
class Text:
    """A text that was appended. `places`: where in the template, and where its values come from.

    `spreads`: it is the template's own text, so that its lines are the template's from the first place on.
    """

    text: str
    binary: bool
    places: tuple[Place, ...] = ()
    spreads: bool = False


@frozen
class Gap:
    """Any text: what was appended is not known."""

    cause: Unknown
    places: tuple[Place, ...] = ()


@frozen
class Choice:
    """One of several outputs, each a list of pieces."""

    cause: Unknown
    branches: tuple[tuple[Piece, ...], ...]


@frozen
class Repeat:
    """Any number of turns of a loop. `turn`, what one of them wrote, only tells whether lines end there."""

    cause: Unknown
    turn: tuple[Piece, ...]


Piece: TypeAlias = "Text | Gap | Choice | Repeat"


class _Link:
    """A piece and all that was written before it."""

    __slots__ = ("before", "depth", "piece")

    def __init__(self, before: _Link | None, piece: Piece) -> None:
        self.before = before
        self.piece = piece
        self.depth: int = 1 if before is None else before.depth + 1


class WrittenString(RubyString):
    """A text that a partial has written; `pieces` say what is known of it where `unknown` is set."""

    __slots__ = ("pieces",)

    def __init__(self, text: str, *, frozen: bool = False, binary: bool = False) -> None:
        super().__init__(text, frozen=frozen, binary=binary)
        self.pieces: tuple[Piece, ...] = ()


class Output(RubyObject):
    """The buffer of a template.

    `encoding`: None as long as all is ASCII, then whether it is binary; so Ruby decides what may follow.
    """

    __slots__ = ("encoding", "last", "size")

    def __init__(self, cls: RubyClass, data: Any = None) -> None:
        super().__init__(cls, data)
        self.last: _Link | None = None
        self.encoding: bool | None = None
        self.size = 0

    def append(self, value: Value, places: tuple[Place, ...], *, spreads: bool = False) -> None:
        """Appends a RubyString or an Unknown. Encoding::CompatibilityError where Ruby raises it."""
        if isinstance(value, Unknown):
            for piece in text_of(value, places):
                self._add(piece)
        elif isinstance(value, WrittenString) and _unchanged(value):
            self._encode(value)
            self.size += len(value.text)
            for piece in value.pieces:
                self._add(_within(piece, places))
        elif value.unknown is not None:
            self._add(Gap(cause=value.unknown, places=places))
        else:
            self._encode(value)
            self.size += len(value.text)
            self._add(Text(text=value.text, binary=value.binary, places=places, spreads=spreads))
        if self.size > MAX_OUTPUT:
            raise LimitReachedError("the template writes too much")

    def write(self, value: Value, place: Place | None) -> None:
        """What `<<` at this place of the template's program appends; a gap for what is no text."""
        if not isinstance(value, (RubyString, Unknown)):
            value = unsupported("what is written is no text").unknown
        self.append(value, self.data.places(place), spreads=self.data.is_text(place))

    def _add(self, piece: Piece) -> None:
        self.last = _Link(self.last, piece)

    def _encode(self, value: RubyString) -> None:
        if value.text.isascii():
            return
        if self.encoding is not None and self.encoding is not value.binary:
            names = ["ASCII-8BIT" if each else "UTF-8" for each in (self.encoding, value.binary)]
            message = f"incompatible character encodings: {names[0]} and {names[1]}"
            raise RubyError("Encoding::CompatibilityError", message)
        self.encoding = value.binary

    def pieces(self) -> tuple[Piece, ...]:
        """All that has been written, in order."""
        return _after(self.last, None)

    def forget(self, cause: Unknown) -> None:
        """Nothing is known of what has been written."""
        self.last = _Link(None, Gap(cause=cause))

    def content(self) -> Any:
        """What a world keeps of it."""
        return (self.last, self.encoding, self.size)

    def put_back(self, content: Any) -> None:
        """Makes it what it was."""
        self.last, self.encoding, self.size = content

    def join(self, content: Any, cause: Unknown) -> None:
        """Joins it with what it is in another world: what both have, then one or the other."""
        other, encoding, size = content
        self.size = max(self.size, size)
        self.encoding = self.encoding if encoding is None else encoding
        if other is self.last:
            return
        common = _common(self.last, other)
        branches = (_after(self.last, common), _after(other, common))
        if branches[0] != branches[1]:
            self.last = _Link(common, Choice(cause=cause, branches=branches))

    def lose_since(self, content: Any, cause: Unknown) -> None:
        """What was written since then was written in part, up to anywhere."""
        if self.last is not content[0]:
            self.last = _Link(_common(self.last, content[0]), Gap(cause=cause))

    def blur(self, content: Any, cause: Unknown) -> None:
        """What was written since then was written any number of times."""
        before = content[0]
        if self.last is before:
            return
        common = _common(self.last, before)
        if common is not before:
            self.forget(cause)
            return
        self.last = _Link(before, Repeat(cause=cause, turn=_after(self.last, before)))


def text_of(value: Unknown, places: tuple[Place, ...]) -> list[Piece]:
    """The pieces of a text of which only fragments are known."""
    fragments = value.fragments
    if not fragments or not all(each is None or each.isascii() for each in fragments):
        return [Gap(cause=value, places=places)]
    return [
        Gap(cause=value, places=places) if each is None else Text(text=each, binary=False, places=places)
        for each in fragments
    ]


def _common(left: _Link | None, right: _Link | None) -> _Link | None:
    while left is not right:
        if left is None or right is None:
            return None
        if left.depth >= right.depth:
            left = left.before
        else:
            right = right.before
    return left


def _after(last: _Link | None, start: _Link | None) -> tuple[Piece, ...]:
    found: list[Piece] = []
    while last is not start and last is not None:
        found.append(last.piece)
        last = last.before
    return tuple(reversed(found))


def _unchanged(value: WrittenString) -> bool:
    """Whether no method has changed the text since the partial wrote it."""
    if value.unknown is not None:
        return bool(value.pieces)
    return value.text == "".join(piece.text for piece in value.pieces if isinstance(piece, Text))


def _within(piece: Piece, places: tuple[Place, ...]) -> Piece:
    """A partial's piece, also at the place where the partial is rendered."""
    if isinstance(piece, Text):
        both = (*piece.places, *places)
        return Text(text=piece.text, binary=piece.binary, places=both, spreads=piece.spreads)
    if isinstance(piece, Gap):
        return Gap(cause=piece.cause, places=(*piece.places, *places))
    if isinstance(piece, Repeat):
        return piece
    branches = tuple(tuple(_within(each, places) for each in branch) for branch in piece.branches)
    return Choice(cause=piece.cause, branches=branches)
