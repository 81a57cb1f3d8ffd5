"""A node's four saved attribute levels as one view, with the place and the losers of every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

LEVELS = ("automatic", "override", "normal", "default")
"""A saved node object's levels, the strongest first."""

Layer: TypeAlias = tuple[str, Mapping[str, object] | Unknown]
"""A pointer to a hash and the hash; Unknown for one that could hold anything."""


@frozen
class Attributes:
    """A hash as the node sees it: `layers` are the levels' hashes that make it up, the strongest first.

    Hashes merge, everything else replaces, arrays too; where types clash the stronger level wins and hides
    what is below it. nil wins since Chef 15 (`nil_wins`), before that never.
    """

    file: str
    layers: tuple[Layer, ...]
    nil_wins: bool = True

    def keys(self) -> Iterator[str]:
        """The keys of all layers, each once, the weakest layer's first."""
        seen: dict[str, None] = {}
        for _, layer in reversed(self.layers):
            if not isinstance(layer, Unknown):
                seen.update(dict.fromkeys(layer))
        return iter(seen)

    def broken(self) -> Unknown | None:
        """The first layer that could hold anything."""
        return next((layer for _, layer in self.layers if isinstance(layer, Unknown)), None)

    def child(self, key: str) -> Attributes | Known[object] | Unknown | Absent:
        """What stands under a key: Attributes for a hash, Known for a scalar or an array (nil is None)."""
        found = list(self._candidates(key))
        if not self.nil_wins and any(not _is_nil(value) for _, value in found):
            found = [layer for layer in found if not _is_nil(layer[1])]
        if not found:
            return Absent(evidence=f"the attribute {key} is not set", location=self.location())
        hashes: list[Layer] = []
        for pointer, value in found:
            if not isinstance(value, (Mapping, Unknown)):
                break
            hashes.append((pointer, value))
        if any(isinstance(layer, Mapping) for _, layer in hashes):
            return Attributes(file=self.file, layers=tuple(hashes), nil_wins=self.nil_wins)
        (pointer, first), *others = found
        values = tuple(self._known(*each) for each in others if not isinstance(each[1], Unknown))
        if isinstance(first, Unknown):
            return replace(first, candidates=values[:1])
        return self._known(pointer, first, values)

    def find(self, path: tuple[str, ...]) -> Attributes | Known[object] | Unknown | Absent:
        """What stands under a path; words that the attributes write as one key with dots are joined."""
        if not path:
            return self
        absent: Absent | None = None
        for words in range(1, len(path) + 1):
            inner = self.child(".".join(path[:words]))
            if isinstance(inner, Attributes):
                inner = inner.find(path[words:])
            elif words < len(path) and isinstance(inner, Known):
                inner = Absent(evidence=f"{'.'.join(path[:words])} is not a hash", location=inner.location)
            if not isinstance(inner, Absent):
                return inner
            absent = absent or inner
        return absent or Absent(evidence=f"the attribute {'.'.join(path)} is not set")

    def location(self) -> Location:
        """Where the strongest layer of this hash stands."""
        return Location(source="chef", name=self.file, pointer=self.layers[0][0] if self.layers else "")

    def _candidates(self, key: str) -> Iterator[tuple[str, object]]:
        for pointer, layer in self.layers:
            if isinstance(layer, Unknown):
                yield pointer, layer
            elif key in layer:
                yield f"{pointer}/{escape_pointer(key)}", layer[key]

    def _known(self, pointer: str, value: object, shadows: tuple[Known[object], ...] = ()) -> Known[object]:
        location = Location(source="chef", name=self.file, pointer=pointer)
        return Known(value=value, location=location, shadows=shadows)


def escape_pointer(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _is_nil(value: object) -> bool:
    return value is None
