"""All writes to the attribute levels of one run, in order: for `explain`. Other runs keep none."""

from __future__ import annotations

from typing import Any

from driftcheck.chef.ruby.values import Place, RubyArray, RubyString, Symbol, Value


class Write:
    """A key that was written into a hash of a level, or taken out of it (`is_removal`).

    `thing` is the object that was written, `value` what it was then; `maybe`: under a condition that is not
    known.
    """

    __slots__ = ("holder", "is_removal", "key", "maybe", "place", "thing", "value")

    def __init__(
        self, holder: Value, key: str, thing: Value, place: Place | None, *, is_removal: bool, maybe: bool
    ) -> None:
        self.holder = holder
        self.key = key
        self.thing = thing
        self.value = _as_it_is(thing)
        self.place = place
        self.is_removal = is_removal
        self.maybe = maybe


class Journal:
    """`writes`: so far. `doubts`: how many conditions that are not known stand around what is evaluated."""

    __slots__ = ("doubts", "writes")

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self.doubts = 0

    def put(self, holder: Value, key: Value, thing: Value, place: Place | None) -> None:
        """A key is written."""
        self._note(holder, key, thing, place, is_removal=False)

    def drop(self, holder: Value, key: Value) -> None:
        """A key is taken out."""
        self._note(holder, key, None, None, is_removal=True)

    def changed(self, array: RubyArray, place: Place | None) -> None:
        """An array that was written is another in its place."""
        for each in reversed(self.writes):
            if each.thing is array:
                self._note(each.holder, each.key, array, place, is_removal=False)
                return

    def _note(self, holder: Value, key: Any, thing: Value, place: Place | None, *, is_removal: bool) -> None:
        name = key if isinstance(key, str) else _text(key)
        if name is not None:
            maybe = self.doubts > 0
            self.writes.append(Write(holder, name, thing, place, is_removal=is_removal, maybe=maybe))


def _text(key: Value) -> str | None:
    if isinstance(key, Symbol):
        return key.name
    return key.text if isinstance(key, RubyString) else None


def _as_it_is(thing: Value) -> Value:
    """A copy of what may be changed in its place; a hash is shown as it is in the end."""
    if isinstance(thing, RubyString):
        return thing.copied(frozen=True)
    if isinstance(thing, RubyArray):
        made = RubyArray(thing.items)
        made.unknown = thing.unknown
        return made
    return thing
