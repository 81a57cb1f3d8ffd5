"""Levels of a node made of saved JSON: a hash or an array of it is made when it is first looked at.

Of what Ohai knows of a machine a run reads a dozen values; the rest of the node object stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from driftcheck.chef.attributes import escape_pointer
from driftcheck.chef.ruby.mashes import AttrArray, ImmutableArray, ImmutableMash, VividMash
from driftcheck.chef.ruby.values import Entry, Place, RubyHash, RubyString, Value

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState

PlaceOf: TypeAlias = Callable[[str], Place | None]
"""The place of a value by its JSON pointer."""


_SLOT = Entry.__dict__["value"]


class WaitingEntry(Entry):
    """An entry whose value is a hash or an array of JSON that nobody has looked at."""

    __slots__ = ("_source",)

    def __init__(self, key: Value, place: Place | None, source: _Source) -> None:
        self._source: _Source | None = source
        super().__init__(key, None, place)
        self._source = source

    @property
    def value(self) -> Value:
        if self._source is not None:
            source, self._source = self._source, None
            _SLOT.__set__(self, source.value())
        return _SLOT.__get__(self)

    @value.setter
    def value(self, value: Value) -> None:
        self._source = None
        _SLOT.__set__(self, value)

    def frozen(self) -> Entry | None:
        """The same entry for what is merged, which may wait longer; None if this one waits no more."""
        source = self._source
        return None if source is None else WaitingEntry(self.key, self.place, source.of(None))


class _Source:
    """A hash or an array of JSON, and where it stands. `state`: the node, None for what is merged."""

    __slots__ = ("data", "place", "pointer", "state")

    def __init__(self, data: Any, state: NodeState | None, pointer: str, place: PlaceOf) -> None:
        self.data = data
        self.state = state
        self.pointer = pointer
        self.place = place

    def of(self, state: NodeState | None) -> _Source:
        return _Source(self.data, state, self.pointer, self.place)

    def value(self) -> Value:
        """The hash, whose own hashes wait, or the array."""
        if isinstance(self.data, Mapping):
            made: RubyHash = ImmutableMash() if self.state is None else VividMash((), self.state)
            self._fill(made.entries)
            return made
        items = [self._item(item, f"{self.pointer}/{index}") for index, item in enumerate(self.data)]
        return ImmutableArray(items) if self.state is None else AttrArray(items, self.state)

    def _fill(self, entries: dict[Hashable, Entry]) -> None:
        place_of, above, state = self.place, self.pointer, self.state
        is_frozen = state is None
        for key, data in self.data.items():
            pointer = f"{above}/{escape_pointer(key)}" if "/" in key or "~" in key else f"{above}/{key}"
            string, place = RubyString(key, frozen=True), place_of(pointer)
            if data.__class__ is str:
                entries[key] = Entry(string, RubyString(data, frozen=is_frozen), place)
            elif isinstance(data, (dict, list, Mapping, tuple)):
                entries[key] = WaitingEntry(string, place, _Source(data, state, pointer, place_of))
            else:
                entries[key] = Entry(string, self._item(data, pointer), place)

    def _item(self, data: Any, pointer: str) -> Value:
        if isinstance(data, str):
            return RubyString(data, frozen=self.state is None)
        if isinstance(data, (Mapping, list, tuple)):
            return _Source(data, self.state, pointer, self.place).value()
        return data


def level_from_json(data: Mapping[str, Any], state: NodeState, place: PlaceOf) -> VividMash:
    """A level of plain JSON; `place` gives the place of a value by its JSON pointer."""
    made = _Source(data, state, "", place).value()
    assert isinstance(made, VividMash)
    return made
