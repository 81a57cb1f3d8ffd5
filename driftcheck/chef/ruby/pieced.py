"""Texts of which parts are not known, kept as pieces: what `join` and interpolation make of such parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.beginnings import NOTHING_KNOWN
from driftcheck.chef.ruby.output import Choice, Gap, Piece, Text, WrittenString, text_of
from driftcheck.chef.ruby.sparse import Slot, SparseArray, is_sparse, slots_of
from driftcheck.chef.ruby.values import RubyArray, RubyString, UnknownMetError, Value, unsupported
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.ruby.answers import Answers


def joined(runtime: Answers, receiver: RubyArray, args: list[Value]) -> Value:
    """`join` of an array of which parts are not known; NOTHING_KNOWN where it is not done here."""
    separator = _separator(args)
    if separator is None:
        return NOTHING_KNOWN
    if isinstance(receiver, SparseArray) and is_sparse(receiver):
        slots = list(slots_of(receiver))
    elif receiver.unknown is None:
        slots = [Slot(item, None) for item in receiver.items]
    else:
        return NOTHING_KNOWN
    pieces: list[list[Piece]] = []
    for slot in slots:
        made = _pieces(runtime, slot.value)
        if made is None:
            return NOTHING_KNOWN
        pieces.append(made)
    return _written(_together(slots, pieces, separator))


def interpolated(runtime: Answers, parts: Sequence[Value]) -> Value:
    """A text with parts that are made of pieces; NOTHING_KNOWN where it is not done here."""
    found: list[Piece] = []
    for part in parts:
        made = [Text(text=part, binary=False)] if part.__class__ is str else _pieces(runtime, part)
        if made is None:
            return NOTHING_KNOWN
        found += made
    return _written(found)


def _separator(args: list[Value]) -> str | None:
    if not args:
        return ""
    given = args[0]
    known = given.__class__ is RubyString and given.unknown is None and given.text.isascii()
    return str(given.text) if known else None


def _pieces(runtime: Answers, value: Value) -> list[Piece] | None:
    """The pieces of an element's text; None for one that is not done here."""
    if isinstance(value, Unknown):
        return text_of(value, ())
    if isinstance(value, WrittenString) and value.unknown is not None:
        return list(value.pieces) if value.pieces else [Gap(cause=value.unknown)]
    if isinstance(value, RubyArray):
        return None
    try:
        text = runtime.to_s(value)
    except UnknownMetError as met:
        return [Gap(cause=met.unknown)]
    return [Text(text=text, binary=False)] if text.isascii() else None


def _together(slots: Sequence[Slot], pieces: Sequence[list[Piece]], separator: str) -> list[Piece]:
    """The elements with the separator between them.

    Up to the last sure one a separator goes with the element before it, then with the one behind it.
    """
    between: list[Piece] = [Text(text=separator, binary=False)] if separator else []
    sure = [at for at, slot in enumerate(slots) if slot.doubt is None]
    if not sure:
        return [Gap(cause=slots[0].doubt or unsupported("what is joined").unknown)]
    made: list[Piece] = []
    for at, (slot, own) in enumerate(zip(slots, pieces, strict=True)):
        whole = [*own, *between] if at < sure[-1] else own if at == sure[-1] else [*between, *own]
        if slot.doubt is None:
            made += whole
        else:
            made.append(Choice(cause=slot.doubt, branches=(tuple(whole), ())))
    return made


def _written(pieces: Sequence[Piece]) -> WrittenString:
    made = WrittenString("".join(piece.text for piece in pieces if isinstance(piece, Text)))
    made.pieces = tuple(pieces)
    made.unknown = next((piece.cause for piece in pieces if not isinstance(piece, Text)), None)
    return made
