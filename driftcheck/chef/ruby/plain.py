"""Ruby's values as plain JSON, with the Unknowns apart."""

from __future__ import annotations

import math
from typing import Any

from driftcheck.chef.ruby.mashes import DelayedEvaluator
from driftcheck.chef.ruby.methods.immutables import evaluated
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown
from driftcheck.model.frozen import frozen

MAX_DEPTH = 150
MOST_SHOWN = 1_000_000
"""Parts of a value; the largest node object that is read has half as many."""


@frozen
class UnknownLeaf:
    """A place in the attributes that is not known: its path, and whether other keys may stand beside it."""

    path: tuple[str | int, ...]
    unknown: Unknown
    whole: bool = True
    """False for a hash that is known but for further keys."""


class Plain:
    """Turns values into JSON and collects what is not known on the way; what has no end is not known."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._left = MOST_SHOWN
        self.unknown: list[UnknownLeaf] = []

    def value(self, value: Value, path: tuple[str | int, ...] = ()) -> Any:
        """The value as JSON. Symbols are texts; what is Unknown is left out of hashes, None in arrays."""
        if isinstance(value, DelayedEvaluator):
            value = self._evaluated(value)
        if isinstance(value, Unknown):
            return self._missing(path, value)
        if isinstance(value, RubyString):
            return self._missing(path, value.unknown) if value.unknown is not None else str(value.text)
        if isinstance(value, Symbol):
            return value.name
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return (
                value
                if math.isfinite(value)
                else self._missing(path, unsupported("no number of JSON").unknown)
            )
        if isinstance(value, (RubyHash, RubyArray)):
            return self._parts(value, path)
        return self._object(value, path)

    def _parts(self, value: RubyHash | RubyArray, path: tuple[str | int, ...]) -> Any:
        """A hash or an array; one may hold another twice, sixty times over, or itself."""
        self._left -= len(value.entries) if isinstance(value, RubyHash) else len(value.items)
        if self._left < 0 or len(path) > MAX_DEPTH:
            return self._missing(path, unsupported("the attributes have too many parts").unknown)
        if isinstance(value, RubyHash):
            return self._hash(value, path)
        if value.unknown is not None:
            return self._missing(path, value.unknown)
        return [self.value(item, (*path, index)) for index, item in enumerate(value.items)]

    def _evaluated(self, value: Value) -> Value:
        try:
            return evaluated(value)
        except UnknownMetError as met:
            return met.unknown
        except RubyError as error:
            return unsupported(f"the lazy value raises {error.class_name}").unknown
        except LimitReachedError as reached:
            return unsupported(str(reached)).unknown

    def _missing(self, path: tuple[str | int, ...], unknown: Unknown) -> None:
        self.unknown.append(UnknownLeaf(path=path, unknown=unknown))

    def _hash(self, value: RubyHash, path: tuple[str | int, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if value.unknown is not None:
            self.unknown.append(UnknownLeaf(path=path, unknown=value.unknown, whole=False))
        for entry in value.entries.values():
            try:
                key = self.runtime.to_s(entry.key)
            except (UnknownMetError, RubyError):
                strange = unsupported("the text of a key is not known").unknown
                self.unknown.append(UnknownLeaf(path=path, unknown=strange, whole=False))
                continue
            if entry.maybe and not isinstance(entry.value, Unknown):
                reason = value.unknown or value.doubt or unsupported("it may not be there").unknown
                self.unknown.append(UnknownLeaf(path=(*path, key), unknown=reason))
                continue
            before = len(self.unknown)
            made[key] = self.value(entry.value, (*path, key))
            if (
                len(self.unknown) > before
                and self.unknown[-1].path == (*path, key)
                and self.unknown[-1].whole
            ):
                del made[key]
        return made

    def _object(self, value: Value, path: tuple[str | int, ...]) -> Any:
        """Any other object is what its `to_s` gives, as `to_json` does it; a class is merged as a copy."""
        if isinstance(value, RubyClass):
            return self._missing(path, unsupported("the text of a copied class").unknown)
        try:
            return self.runtime.to_s(value)
        except UnknownMetError as met:
            return self._missing(path, met.unknown)
        except RubyError as error:
            return self._missing(path, unsupported(error.message).unknown)
