"""A node's four saved attribute levels as one view, with the place and the losers of every value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

LEVELS = ("automatic", "override", "normal", "default")
"""A saved node object's levels, the strongest first."""

Layer: TypeAlias = tuple[str, dict[str, object] | Unknown]
"""A pointer to a hash and the hash; Unknown for one that could hold anything."""


@frozen
class Attributes:
    """A hash as the node sees it: `layers` are the levels' hashes that make it up, the strongest first.

    Hashes merge, everything else replaces, arrays too; where types clash the stronger level wins and hides
    what is below it. nil wins since Chef 15 (`nil_wins`), before that never. `dotted`: whether a key may hold
    a dot; if none does, no words of a path are joined.
    """

    file: str
    layers: tuple[Layer, ...]
    nil_wins: bool = True
    dotted: bool = True

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
        found = self._under(key)
        return self._not_set(key) if found is None else found

    def find(self, path: tuple[str, ...]) -> Attributes | Known[object] | Unknown | Absent:
        """What stands under a path; words that the attributes write as one key with dots are joined."""
        found = self.set_under(path)
        return self._not_set(".".join(path)) if found is None else found

    def set_under(self, path: tuple[str, ...]) -> Attributes | Known[object] | Unknown | None:
        """As `find`; None where nothing is set: most of what is asked for is not, and wants no evidence."""
        if len(path) < 2:
            return self._under(path[0]) if path else self
        for words in range(1, len(path) + 1 if self.dotted else 2):
            inner = self._under(path[0] if words == 1 else ".".join(path[:words]))
            if inner is None:
                continue
            if words == len(path):
                return inner
            if isinstance(inner, Attributes):
                inner = inner.set_under(path[words:])
                if inner is not None:
                    return inner
            elif isinstance(inner, Unknown):
                return inner
        return None

    def may_hold(self, words: frozenset[str]) -> bool:
        """False only if no path that begins with one of these words has anything under it."""
        if self.dotted:
            return True
        for _, layer in self.layers:  # noqa: SIM110 - asked of every node, this is quicker
            if isinstance(layer, Unknown) or not words.isdisjoint(layer):
                return True
        return False

    def _under(self, key: str) -> Attributes | Known[object] | Unknown | None:
        if len(self.layers) == 1:
            ((pointer, only),) = self.layers
            if isinstance(only, dict):
                return self._there(_pointer(pointer, key), only[key]) if key in only else None
        found: list[tuple[str, object]] = []
        for pointer, layer in self.layers:
            if isinstance(layer, Unknown):
                found.append((pointer, layer))
            elif key in layer:
                found.append((_pointer(pointer, key), layer[key]))
        if not found:
            return None
        if len(found) == 1 and not isinstance(found[0][1], Unknown):
            return self._there(*found[0])
        if not self.nil_wins:
            found = [each for each in found if each[1] is not None] or found
        return self._strongest(found)

    def _there(self, pointer: str, value: object) -> Attributes | Known[object]:
        """What one layer's value comes to where no other layer has any."""
        if isinstance(value, dict):
            return Attributes(file=self.file, layers=((pointer, value),), nil_wins=self.nil_wins)
        return self._known(pointer, value)

    def _strongest(self, found: list[tuple[str, object]]) -> Attributes | Known[object] | Unknown:
        """What one key comes to, by the values of the layers that have it."""
        (pointer, first), *others = found
        if isinstance(first, (dict, Unknown)):
            hashes: list[Layer] = []
            for at, value in found:
                if not isinstance(value, (dict, Unknown)):
                    break
                hashes.append((at, value))
            if any(isinstance(layer, dict) for _, layer in hashes):
                return Attributes(file=self.file, layers=tuple(hashes), nil_wins=self.nil_wins)
        values = tuple(self._known(*each) for each in others if not isinstance(each[1], Unknown))
        if isinstance(first, Unknown):
            return replace(first, candidates=values[:1])
        return self._known(pointer, first, values)

    def _not_set(self, key: str) -> Absent:
        return Absent(evidence=f"the attribute {key} is not set", location=self.location())

    def location(self) -> Location:
        """Where the strongest layer of this hash stands."""
        return Location(source="chef", name=self.file, pointer=self.layers[0][0] if self.layers else "")

    def _known(self, pointer: str, value: object, shadows: tuple[Known[object], ...] = ()) -> Known[object]:
        location = Location(source="chef", name=self.file, pointer=pointer)
        return Known(value=value, location=location, shadows=shadows)


def escape_pointer(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=1024)
def _pointer(pointer: str, key: str) -> str:
    """The pointer of what stands under a key. All nodes have the same few, and keep one text for each."""
    return f"{pointer}/{escape_pointer(key)}"
