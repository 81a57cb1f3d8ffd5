"""What a recorded file did, step by step, and how each step is done again on another node."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, TypeAlias

from driftcheck.chef.ruby.leaves import Keys, Path, is_scalar, leaf
from driftcheck.chef.ruby.mashes import AttrArray, VividMash
from driftcheck.chef.ruby.same_values import same
from driftcheck.chef.ruby.signatures import NoSignatureError, Signer, any_node, place_signature, this_node
from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import Entry, Place, RubyString, Value, VersionString

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState

Undo: TypeAlias = list[tuple[dict[Hashable, Entry], str, tuple[Value, Place | None, bool | Perhaps] | None]]
"""Entries that were written, in order, each with what it held; None for one that was not there."""


class LeafRead:
    """`node['a']['b']` gave this value; where `place` is given, it was written there."""

    __slots__ = ("at", "first", "keys", "place", "value")

    def __init__(self, keys: Keys, value: Value, place: Hashable = None) -> None:
        self.at = 0
        self.keys = keys
        self.first = keys[0]
        self.value = value
        self.place = place

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether it does so on this node."""
        entry = leaf(state, self.keys)
        if entry is None or not same(entry.value, self.value):
            return False
        return self.place is None or place_signature(entry.place, state) == self.place


class WholeRead:
    """All that is merged under a top-level key was this; with `signature`, also where it was written."""

    __slots__ = ("at", "first", "key", "signature", "value")

    def __init__(self, key: RubyString, value: Value, signature: Hashable = None) -> None:
        self.at = 0
        self.key = key
        self.first = key.text
        self.value = value
        self.signature = signature

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether it is on this node."""
        state.fill(self.key)
        value = state.cache.get(self.key)
        if self.signature is None:
            return same(value, self.value)
        try:
            return Signer(state).of(value) == self.signature
        except NoSignatureError:
            return False


class EnvironmentRead:
    """The node's environment had this name."""

    __slots__ = ("at", "first", "name")

    def __init__(self, name: str) -> None:
        self.at = 0
        self.name = name
        self.first = ""

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether this node's has it."""
        return state.environment == self.name


class Writes:
    """Values written one after another into one hash of a level."""

    __slots__ = ("at", "entries", "first", "level", "path", "place")

    def __init__(self, level: str, path: Path, place: Place) -> None:
        self.at = 0
        self.level = level
        self.path = path
        self.first = path.first
        self.place = place
        self.entries: list[tuple[str, RubyString, Template, Place]] = []

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Writes them; False where the hash is not to be had the short way."""
        count = len(undo)
        holder = self._holder(state, undo)
        if holder is None or holder.frozen or holder.path != self.path.before:
            return False
        is_new = len(undo) > count
        """Then the hash goes as a whole where the writes are taken back."""
        entries, path = holder.entries, holder.path
        for key, string, template, place in self.entries:
            kind = template.__class__
            if kind is str:
                value: Value = RubyString(template)
            else:
                value = made(template, state, (*path, string)) if kind in _MADE else template
            known = entries.get(key)
            if known is None:
                if not is_new:
                    undo.append((entries, key, None))
                entries[key] = Entry(string, value, place)
            else:
                undo.append((entries, key, (known.value, known.place, known.maybe)))
                known.value, known.place, known.maybe = value, place, False
        state.reset_text(self.path.first)
        return True

    def is_into_same(self, other: Writes) -> bool:
        """Whether the other one writes into the same hash."""
        return self.level == other.level and self.path.around == other.path.around

    def copied(self) -> Writes:
        """The same, whose entries are its own."""
        made = Writes(self.level, self.path, self.place)
        made.at, made.entries = self.at, list(self.entries)
        return made

    def _holder(self, state: NodeState, undo: Undo) -> VividMash | None:
        """`leaves.holder_of`, with what it makes written down."""
        here = state.levels[self.level]
        if here.path or here.frozen:
            return None
        for key, string, prefix in self.path.steps:
            entry = here.entries.get(key)
            if entry is None:
                if here.unknown is not None:
                    return None
                inner = VividMash((), here.root)
                undo.append((here.entries, key, None))
                here.entries[key] = Entry(string, inner, self.place)
                state.reset_text(self.path.first)
            else:
                inner = entry.value
                if entry.maybe or inner.__class__ is not VividMash or inner.frozen:
                    return None
            inner.path, inner.root = prefix, here.root
            here = inner
        return here if here.root is state else None


Step: TypeAlias = LeafRead | WholeRead | EnvironmentRead | Writes


class _Text:
    """A string of its own kind or encoding, or one whose text is of another class than `str`."""

    __slots__ = ("binary", "kind", "text")

    def __init__(self, value: RubyString) -> None:
        self.kind = value.__class__
        self.text = value.text
        self.binary = value.binary


class _Hash:
    __slots__ = ("entries",)

    def __init__(self, entries: list[tuple[str, Value, Template, Place | None]]) -> None:
        self.entries = entries


class _Array:
    __slots__ = ("items",)

    def __init__(self, items: list[Template]) -> None:
        self.items = items


Template: TypeAlias = Any
"""What a written value is made of again: itself where it cannot change, the text of a string that is not
frozen, or one of the three above."""
_MADE = frozenset({_Text, _Hash, _Array, str})


class NoTemplateError(Exception):
    """A value that is no plain data."""


def template_of(value: Value, file: str | None, code: str | None) -> Template:
    """The template of a value as a level keeps it. Raises NoTemplateError.

    `file`: of the node's own object. `code`: the only other file in which parts of it may have been written;
    None where they may have been in any.
    """
    kind = value.__class__
    if kind is RubyString or kind is VersionString:
        if value.unknown is not None:
            raise NoTemplateError
        if value.frozen:
            return value
        is_plain = kind is RubyString and value.text.__class__ is str and not value.binary
        return value.text if is_plain else _Text(value)
    if is_scalar(value):
        return value
    if kind is VividMash and not value.frozen and value.unknown is value.doubt is value.default is None:
        if value.default_proc is not None or any(entry.maybe for entry in value.entries.values()):
            raise NoTemplateError
        return _Hash(
            [
                (key, entry.key, template_of(entry.value, file, code), _place(entry.place, file, code))
                for key, entry in value.entries.items()
            ]
        )
    if kind is AttrArray and not value.frozen and value.unknown is None:
        return _Array([template_of(item, file, code) for item in value.items])
    raise NoTemplateError


def _place(place: Place | None, file: str | None, code: str | None) -> Place | None:
    if place is None:
        return None
    if code is not None and place.file != code:
        raise NoTemplateError
    return any_node(place, file)


def made(template: Template, state: NodeState, path: tuple[Value, ...] = ()) -> Value:
    """The value of a template, for this node; `path` is where it stands if it was reached from its level."""
    kind = template.__class__
    if kind is str:
        return RubyString(template)
    if kind is _Text:
        return template.kind(template.text, binary=template.binary)
    if kind is _Hash:
        mash = VividMash((), state)
        mash.path = path
        for key, string, inner, place in template.entries:
            own = place and this_node(place, state.file)
            mash.entries[key] = Entry(string, made(inner, state), own)
        return mash
    if kind is _Array:
        array = AttrArray([made(item, state) for item in template.items], state)
        array.path = path
        return array
    return template
