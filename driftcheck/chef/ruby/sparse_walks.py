"""Methods of collections of which some elements may not be there (`sparse`).

A block that is called for such an element runs in a world of its own. What no function here knows how to do
gets the collection as one that is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.beginnings import NOTHING_KNOWN
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.methods.ordering import plain_key
from driftcheck.chef.ruby.sparse import Slot, array_of, hash_of, slots_of, without_doubtful
from driftcheck.chef.ruby.unknowns import without_candidates
from driftcheck.chef.ruby.values import NO_SELF, RubyHash, RubyProc, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.ruby.losses import Losses

MOST_DOUBTFUL = 40
"""Elements that may not be there: each turn of a block for one copies all that code can reach."""


class Walk:
    """One call of a method of a sparse collection."""

    def __init__(self, runtime: Losses, frame: Frame, receiver: Value, block: RubyProc | None) -> None:
        self.runtime = runtime
        self.frame = frame
        self.receiver = receiver
        self.block = block
        self.slots = slots_of(receiver)
        self.is_hash = isinstance(receiver, RubyHash)

    def turn(self, slot: Slot, *args: Value) -> Value:
        """What the block gives for an element, if that is there."""
        block, given = self.block, list(args)
        assert block is not None
        runtime = self.runtime
        runtime.spend(1)
        if slot.entry is not None and runtime.reads.on and slot.entry.place is not None:
            runtime.reads.note_place(slot.entry.place)
        if slot.doubt is None:
            return block.call(given, None, NO_SELF)
        runtime.doubtful += 1
        got: list[Value] = [without_candidates(slot.doubt)]

        def run(frame: Frame) -> Value:
            got[0] = block.call(given, None, NO_SELF)
            return None

        runtime.fork(self.frame, slot.doubt, [lambda frame: None, run])
        return got[0]

    def each(self) -> Value:
        for slot in self.slots:
            self.turn(slot, slot.value)
        return self.receiver

    def map(self) -> Value:
        return array_of([Slot(self.turn(slot, slot.value), slot.doubt) for slot in self.slots])

    def chosen(self, *, wanted: bool) -> Value:
        """`select` and `reject`."""
        held = [(self.turn(slot, *self._parts(slot)), slot) for slot in self.slots]
        found = without_doubtful(held, wanted=wanted)
        return hash_of(found) if self.is_hash else array_of(found)

    def _parts(self, slot: Slot) -> list[Value]:
        return slot.value.items if self.is_hash else [slot.value]

    def compact(self) -> Value:
        held = [(_is_there(self._parts(slot)[-1]), slot) for slot in self.slots]
        found = without_doubtful(held, wanted=True)
        return hash_of(found) if self.is_hash else array_of(found)

    def sort_by(self) -> Value:
        keyed = [(self.turn(slot, slot.value), slot) for slot in self.slots]
        return self._sorted(keyed)

    def sort(self) -> Value:
        if self.block is not None:
            return NOTHING_KNOWN
        return self._sorted([(slot.value, slot) for slot in self.slots])

    def _sorted(self, keyed: list[tuple[Value, Slot]]) -> Value:
        """In the order of keys that all differ: it does not depend on which elements are there."""
        keys = [key for key, _ in keyed]
        plain = plain_key(keys)
        if plain is None or len({plain(key) for key in keys}) != len(keys):
            return NOTHING_KNOWN
        return array_of([slot for _, slot in sorted(keyed, key=lambda each: plain(each[0]))])

    def reverse(self) -> Value:
        return array_of(self.slots[::-1])

    def to_a(self) -> Value:
        return array_of(self.slots) if self.is_hash else self.receiver

    def keys(self) -> Value:
        return array_of([Slot(slot.value.items[0], slot.doubt) for slot in self.slots])

    def values(self) -> Value:
        return array_of([Slot(slot.value.items[1], slot.doubt) for slot in self.slots])

    def is_empty(self) -> Value:
        return False if any(slot.doubt is None for slot in self.slots) else NOTHING_KNOWN


def _is_there(value: Value) -> Value:
    return value if value.__class__ is Unknown else value is not None


_WITH_BLOCK: dict[str, Callable[[Walk], Value]] = {
    "each": Walk.each,
    "each_pair": Walk.each,
    "map": Walk.map,
    "collect": Walk.map,
    "select": lambda walk: walk.chosen(wanted=True),
    "filter": lambda walk: walk.chosen(wanted=True),
    "reject": lambda walk: walk.chosen(wanted=False),
    "sort_by": Walk.sort_by,
}
_WITHOUT: dict[str, Callable[[Walk], Value]] = {
    "sort": Walk.sort,
    "compact": Walk.compact,
    "reverse": Walk.reverse,
    "to_a": Walk.to_a,
    "entries": Walk.to_a,
    "empty?": Walk.is_empty,
}
_OF_HASH: dict[str, Callable[[Walk], Value]] = {"keys": Walk.keys, "values": Walk.values}


def walked(
    runtime: Losses, frame: Frame, receiver: Value, name: str, args: list[Value], block: RubyProc | None
) -> Value:
    """What a method of a sparse collection gives; NOTHING_KNOWN where it is not done here."""
    if args:
        return NOTHING_KNOWN
    known = _WITH_BLOCK.get(name) if block is not None else _WITHOUT.get(name)
    if known is None and isinstance(receiver, RubyHash) and block is None:
        known = _OF_HASH.get(name)
    if known is None:
        return NOTHING_KNOWN
    walk = Walk(runtime, frame, receiver, block)
    if sum(slot.doubt is not None for slot in walk.slots) > MOST_DOUBTFUL:
        return NOTHING_KNOWN
    return known(walk)
