"""Collections of which some elements may not be there.

A hash is one whose `doubt` is set and whose entries are `in_order`; what is made of it is a SparseArray, or
a hash of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from driftcheck.chef.ruby.unknowns import Perhaps, without_candidates
from driftcheck.chef.ruby.values import Entry, RubyArray, RubyHash, Value, hash_key
from driftcheck.model.facts import Unknown


class Slot:
    """An element; `doubt` says why it may not be there, None where it surely is."""

    __slots__ = ("doubt", "entry", "value")

    def __init__(self, value: Value, doubt: Unknown | None, entry: Entry | None = None) -> None:
        self.value = value
        self.doubt = doubt
        self.entry = entry
        """That of the hash that the element is a pair of."""


class SparseArray(RubyArray):
    """An array of which some elements may not be there. `unknown` is always set; `items` are none."""

    __slots__ = ("slots",)

    def __init__(self, slots: Iterable[Slot]) -> None:
        super().__init__()
        elements = tuple(slots)
        self.slots: tuple[Slot, ...] | None = elements
        """None once nothing is known of it any more."""
        self.unknown = next(slot.doubt for slot in elements if slot.doubt is not None)


def array_of(slots: Sequence[Slot]) -> RubyArray:
    """The array of these elements."""
    if all(slot.doubt is None for slot in slots):
        return RubyArray(slot.value for slot in slots)
    return SparseArray(slots)


def hash_of(slots: Sequence[Slot]) -> RubyHash:
    """A plain hash of the pairs of these slots, each of which has its entry."""
    made = RubyHash()
    for slot in slots:
        entry = slot.entry
        assert entry is not None
        made.put(entry.key, entry.value, entry.place)
        if slot.doubt is not None:
            maybe = entry.maybe or _perhaps(entry.value)
            kept = made.entries[hash_key(entry.key)]
            kept.maybe = maybe
            if maybe is not True:
                kept.value = without_candidates(slot.doubt)
            made.doubt = made.doubt or slot.doubt
    made.in_order = made.doubt is not None
    return made


def _perhaps(value: Value) -> bool | Perhaps:
    return True if isinstance(value, (Unknown, RubyHash, RubyArray)) else Perhaps(value)


def is_sparse(value: Value) -> bool:
    """Whether it is a collection that is walked here."""
    if isinstance(value, SparseArray):
        return value.slots is not None
    return isinstance(value, RubyHash) and value.doubt is not None and value.in_order and not value.unknown


def slots_of(value: RubyArray | RubyHash) -> tuple[Slot, ...]:
    """The elements of a sparse collection, a hash's as pairs."""
    if isinstance(value, SparseArray):
        return value.slots or ()
    assert isinstance(value, RubyHash)
    return tuple(slot_of(entry, value.doubt if entry.maybe else None) for entry in value.entries.values())


def slot_of(entry: Entry, doubt: Unknown | None = None) -> Slot:
    """A pair of a hash."""
    known = entry.maybe.value if isinstance(entry.maybe, Perhaps) else entry.value
    return Slot(RubyArray([entry.key, known]), doubt, entry)


def without_doubtful(held: Iterable[tuple[Value, Slot]], *, wanted: bool) -> list[Slot]:
    """The slots for which a block holds, or does not; what it gives for one may not be known."""
    found: list[Slot] = []
    for value, slot in held:
        if value.__class__ is Unknown:
            doubt = slot.doubt or without_candidates(value)
            found.append(Slot(slot.value, doubt, slot.entry))
        elif (value is not None and value is not False) is wanted:
            found.append(slot)
    return found
