"""Which attributes were read of late: what a template's line, or a variable of a template, was made of."""

from __future__ import annotations

from typing import TypeAlias

from driftcheck.chef.ruby.values import Entry, Place, RubyArray, RubyHash, UnknownMetError, Value, hash_key

MAX_READS = 4096
MAX_ORIGINS = 8


Behind: TypeAlias = tuple[Place, tuple[Place, ...]]
"""A pair of a hash by its place, and what was read for it."""


class Reads:
    """The places where the attributes were written that were read, in order.

    Only filled while `on`. `origins` are the places behind a pair of a hash, by the place of the pair itself.
    What is put there and asked of it is listed in `behind` and `asked` while these are lists.
    """

    __slots__ = ("_dropped", "_last", "_pairs", "asked", "behind", "on", "origins", "places")

    def __init__(self) -> None:
        self.on = False
        self.places: list[Place] = []
        self.origins: dict[Place, tuple[Place, ...]] = {}
        self.behind: list[Behind] | None = None
        self.asked: list[Behind] | None = None
        self._dropped = 0
        self._last: Value = None
        self._pairs: dict[int, tuple[RubyArray, Place]] = {}
        """Pairs of hashes of attributes by their identity, so that a sorted one is still known."""

    def note(self, receiver: RubyHash, key: Value) -> None:
        """A key of a hash of attributes was read: of `node['a']['b']` the last step counts."""
        try:
            entry = receiver.entries.get(hash_key(receiver.convert_key(key)))
        except UnknownMetError:
            return
        if entry is None:
            return
        if receiver is self._last and self.places:
            self.places.pop()
        self._last = entry.value
        if entry.place is not None:
            self.note_place(entry.place)
        elif isinstance(entry.value, RubyHash):
            self._last = None

    def note_leaf(self, entry: Entry, depth: int) -> bool:
        """`note` for all steps of `node['a']['b']` at once, whose last one found an entry.

        False where the steps have to be noted one by one: there is nothing under the last key.
        """
        if depth == 1:
            return True
        if entry.key is None:
            return False
        self._last = entry.value
        if entry.place is not None:
            self.note_place(entry.place)
        elif isinstance(entry.value, RubyHash):
            self._last = None
        return True

    def note_place(self, place: Place) -> None:
        """What was written there was read."""
        if len(self.places) >= MAX_READS:
            del self.places[: MAX_READS // 2]
            self._dropped += MAX_READS // 2
        self.places.append(place)

    def pair(self, entry: Entry) -> RubyArray:
        """A key and its value; where it was written is kept for when the pair is yielded."""
        made = RubyArray([entry.key, entry.value])
        if self.on and entry.place is not None:
            if len(self._pairs) >= MAX_READS:
                self._pairs.clear()
            self._pairs[id(made)] = (made, entry.place)
        return made

    def note_pair(self, pair: Value) -> None:
        """A value is yielded, which may be a pair of a hash: then that counts, not the hash as a whole."""
        found = self._pairs.get(id(pair))
        if found is not None:
            if isinstance(self._last, RubyHash) and self.places:
                self.places.pop()
            self._last = None
            self.note_place(found[1])

    def taken(self) -> tuple[Place, ...]:
        """What was read since this was last asked."""
        found = tuple(dict.fromkeys(self.places[-MAX_ORIGINS:]))
        self.places.clear()
        self._last = None
        return found

    def begin_statement(self) -> None:
        """What a statement reads goes on from nothing that was read before it."""
        self._last = None

    def mark(self) -> int:
        """How much was read: for `keep`."""
        return self._dropped + len(self.places)

    def keep(self, pair: Place, mark: int) -> None:
        """What was read since `mark` is behind a pair of a hash."""
        places = tuple(self.places[max(0, mark - self._dropped) :])
        if self.behind is not None:
            self.behind.append((pair, places))
        self.put_behind(pair, places)

    def put_behind(self, pair: Place, places: tuple[Place, ...]) -> None:
        """More that is behind a pair of a hash."""
        found = dict.fromkeys((*self.origins.get(pair, ()), *places))
        self.origins[pair] = tuple(found)[:MAX_ORIGINS]

    def places_behind(self, pair: Place) -> tuple[Place, ...]:
        """What is behind a pair of a hash."""
        found = self.origins.get(pair, ())
        if self.asked is not None:
            self.asked.append((pair, found))
        return found
