"""Which attributes were read of late: what a template's line, or a variable of a template, was made of."""

from __future__ import annotations

from driftcheck.chef.ruby.values import Place, RubyHash, UnknownMetError, Value, hash_key

MAX_READS = 4096
MAX_ORIGINS = 8


class Reads:
    """The places where the attributes were written that were read, in order.

    Only filled while `on`. `origins` are the places behind a pair of a hash, by the place of the pair itself.
    """

    __slots__ = ("_last", "on", "origins", "places")

    def __init__(self) -> None:
        self.on = False
        self.places: list[Place] = []
        self.origins: dict[Place, tuple[Place, ...]] = {}
        self._last: Value = None

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

    def note_place(self, place: Place) -> None:
        """What was written there was read."""
        if len(self.places) >= MAX_READS:
            del self.places[: MAX_READS // 2]
        self.places.append(place)

    def taken(self) -> tuple[Place, ...]:
        """What was read since this was last asked."""
        found = tuple(dict.fromkeys(self.places[-MAX_ORIGINS:]))
        self.places.clear()
        self._last = None
        return found

    def keep(self, pair: Place, mark: int) -> None:
        """What was read since there were `mark` places is behind a pair of a hash."""
        found = dict.fromkeys((*self.origins.get(pair, ()), *self.places[mark:]))
        self.origins[pair] = tuple(found)[:MAX_ORIGINS]
