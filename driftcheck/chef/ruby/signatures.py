"""Values as plain tuples: equal exactly where nothing that code could do tells the values apart."""

from __future__ import annotations

from collections.abc import Hashable

from driftcheck.chef.ruby.json_values import JsonPlace, json_place
from driftcheck.chef.ruby.mashes import ImmutableArray, ImmutableMash, Mash
from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import Place, RubyArray, RubyHash, RubyString, Symbol, Value, VersionString
from driftcheck.model.facts import Unknown

MAX_PARTS = 2_000
"""Of one signature."""
NODE_FILE = "\0node"
"""Stands for the file of the node's own object, which is another one for each node."""

_STRINGS = frozenset({RubyString, VersionString})
_HASHES = frozenset({RubyHash, Mash, ImmutableMash})
_ARRAYS = frozenset({RubyArray, ImmutableArray})
_SCALARS = frozenset({int, float, bool, type(None)})


class NoSignatureError(Exception):
    """A value that is more than data, is not known, or is too large."""


def place_signature(place: Place | None, state: NodeState) -> Hashable:
    """A place; one in the node's own object is the same for all nodes."""
    if place.__class__ is JsonPlace:
        assert isinstance(place, JsonPlace)
        return (NODE_FILE if place.file == state.file else place.file, place.pointer)
    return place


def any_node(place: Place, file: str | None) -> Place:
    """A place in a node's own object, which is this file, as one that each node has; another as it is."""
    if isinstance(place, JsonPlace) and place.file == file:
        return json_place(NODE_FILE, place.pointer)
    return place


def this_node(place: Place, file: str | None) -> Place:
    """The other way: a place that each node has as one of the node whose object is this file."""
    if isinstance(place, JsonPlace) and place.file == NODE_FILE:
        return json_place(file or "", place.pointer)
    return place


class Signer:
    """Makes the signatures of what belongs to one node."""

    __slots__ = ("left", "state")

    def __init__(self, state: NodeState) -> None:
        self.state = state
        self.left = MAX_PARTS

    def of(self, value: Value) -> Hashable:
        """The signature, with the places where a hash's values were written. Raises NoSignatureError."""
        self.left -= 1
        kind = value.__class__
        if self.left < 0:
            raise NoSignatureError
        if kind in _STRINGS and value.unknown is None:
            return (kind, value.text, value.frozen, value.binary)
        if kind in _SCALARS:
            return (kind, repr(value) if kind is float else value)
        if kind is Symbol:
            return value  # type: ignore[no-any-return]  # its class says it
        if kind in _HASHES:
            return self._of_hash(value)
        if kind in _ARRAYS and value.unknown is None:
            return (kind, value.frozen, tuple(map(self.of, value.items)))
        if kind is Unknown and not value.candidates and not value.fragments:
            return (kind, value.kind, value.reason, value.location)
        if kind is RubyObject and value.data is self.state:
            return NODE_FILE
        raise NoSignatureError

    def _of_hash(self, value: RubyHash) -> Hashable:
        is_sure = value.unknown is None and value.doubt is None
        is_plain = value.default is None and value.default_proc is None
        if not is_sure or not is_plain or len(value.entries) > self.left:
            raise NoSignatureError
        entries = []
        for entry in value.entries.values():
            if entry.maybe:
                raise NoSignatureError
            entries.append(
                (self.of(entry.key), place_signature(entry.place, self.state), self.of(entry.value))
            )
        return (value.__class__, value.frozen, tuple(entries))
