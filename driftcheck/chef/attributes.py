"""A node's four saved attribute levels as one view, with the place and the losers of every value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
        if not path:
            return self
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

    def _under(self, key: str) -> Attributes | Known[object] | Unknown | None:
        for _, layer in self.layers:
            if isinstance(layer, Unknown) or key in layer:
                break
        else:
            return None
        found = [
            (f"{pointer}/{escape_pointer(key)}", layer[key])
            if not isinstance(layer, Unknown)
            else (pointer, layer)
            for pointer, layer in self.layers
            if isinstance(layer, Unknown) or key in layer
        ]
        if not self.nil_wins and any(not _is_nil(value) for _, value in found):
            found = [layer for layer in found if not _is_nil(layer[1])]
        hashes: list[Layer] = []
        for pointer, value in found:
            if not isinstance(value, (dict, Unknown)):
                break
            hashes.append((pointer, value))
        if any(isinstance(layer, dict) for _, layer in hashes):
            return Attributes(file=self.file, layers=tuple(hashes), nil_wins=self.nil_wins)
        (pointer, first), *others = found
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


def _is_nil(value: object) -> bool:
    return value is None
