"""Single attributes read and written along a path of literal keys, without the hashes around them.

`node['a']['b']` merges all of `a` in Chef. What is read of it here is only what the levels have under the
path, where that is all that counts: nothing on the way is Unknown, lazy or no hash of a level. Whatever is
asked for otherwise goes the long way (`NodeState.fill`), which gives the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from driftcheck.chef.ruby.mashes import ImmutableArray, ImmutableMash, VividMash, frozen_copy
from driftcheck.chef.ruby.values import Entry, Place, RubyString, Symbol, Value, VersionString

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState

Keys: TypeAlias = tuple[str, ...]
Strings: TypeAlias = tuple[RubyString, ...]

_SCALARS = frozenset({RubyString, VersionString, Symbol, int, float, bool, type(None)})
_STRINGS = frozenset({RubyString, VersionString})
_READ = _SCALARS | {ImmutableMash, ImmutableArray}
_NIL = Entry(None, None, None)


class Path:
    """Literal keys as an assignment needs them: their texts, their strings, the path up to each of them."""

    __slots__ = ("around", "before", "first", "last", "last_string", "steps")

    def __init__(self, keys: Keys) -> None:
        self.around = keys[:-1]
        self.first, self.last = keys[0], keys[-1]
        self.last_string = RubyString(keys[-1], frozen=True)
        self.before, self.steps = _steps(self.around)


@lru_cache(maxsize=4096)
def _steps(around: Keys) -> tuple[Strings, tuple[tuple[str, RubyString, Strings], ...]]:
    """How the hash that holds the last key is reached, whole and step by step."""
    strings = tuple(RubyString(key, frozen=True) for key in around)
    return strings, tuple((key, strings[at], strings[: at + 1]) for at, key in enumerate(around))


def holder_of(state: NodeState, level: str, path: Path, place: Place) -> VividMash | None:
    """The hash of a level that the path's last key is written into; what is missing on the way is made.

    None where that is not all there is to it.
    """
    here = state.levels[level]
    if here.path or here.frozen:
        return None
    for key, string, prefix in path.steps:
        entry = here.entries.get(key)
        if entry is None:
            if here.unknown is not None:
                return None
            if state.recording is not None:
                state.recording.vivify(level, path, place)
            made = VividMash((), here.root)
            here.entries[key] = Entry(string, made, place)
            if state.journal is not None:
                state.journal.put(here, key, made, place)
            state.reset_text(path.first)
        else:
            made = entry.value
            if entry.maybe or made.__class__ is not VividMash or made.frozen:
                return None
        made.path, made.root = prefix, here.root
        here = made
    return here if here.root is state else None


def write_scalar(state: NodeState, holder: VividMash, path: Path, value: Value, place: Place) -> bool:
    """Writes a value that holds nothing else; whether that could be done."""
    if holder.frozen or holder.path != path.before:
        return False
    entry = holder.entries.get(path.last)
    if entry is None:
        holder.entries[path.last] = Entry(path.last_string, value, place)
    else:
        holder.in_order = holder.in_order and not entry.maybe
        entry.value, entry.place, entry.maybe = value, place, False
    if state.journal is not None:
        state.journal.put(holder, path.last, value, place)
    state.reset_text(path.first)
    return True


def is_scalar(value: Value) -> bool:
    """Whether a level keeps the value as it is: it holds nothing else."""
    return value.__class__ in _SCALARS


def leaf(state: NodeState, keys: Keys) -> Entry | None:
    """What a node read gives under a path, with its place; None where the long way has to be gone."""
    found = _leaf(state, keys)
    if found is not None and state.recording is not None:
        state.recording.read(keys, found)
    return found


def _leaf(state: NodeState, keys: Keys) -> Entry | None:
    cached = state.cache.entries.get(keys[0])
    if cached is not None:
        return _cached(cached, keys)
    if state.aliased:
        return None
    known = state.leaves.get(keys[0])
    if known is None:
        known = state.leaves[keys[0]] = {}
    found = known.get(keys)
    if found is None:
        found = _merged(state, keys)
        if found is not None:
            known[keys] = found
    return found


def _cached(entry: Entry, keys: Keys) -> Entry | None:
    for key in keys[1:]:
        mash = entry.value
        if mash.__class__ is not ImmutableMash:
            return None
        found = mash.entries.get(key)
        if found is None or found.maybe:
            return None
        entry = found
    return entry if entry.value.__class__ in _READ and not entry.maybe else None


def _merged(state: NodeState, keys: Keys) -> Entry | None:
    """The strongest level's scalar; nil where no level has the last key."""
    hashes = list(state.levels.values())
    for key in keys[:-1]:
        inner: list[VividMash] = []
        for mash in hashes:
            entry = mash.entries.get(key)
            if entry is None:
                if mash.unknown is not None:
                    return None
                continue
            value = entry.value
            if entry.maybe or value.__class__ is not VividMash:
                return None
            inner.append(value)
        if not inner:
            return None
        hashes = inner
    return _strongest(hashes, keys[-1], nil_wins=state.nil_wins)


def _strongest(hashes: list[VividMash], key: str, *, nil_wins: bool) -> Entry | None:
    winner: Entry | None = None
    for mash in hashes:
        entry = mash.entries.get(key)
        if entry is None:
            if mash.unknown is not None:
                return None
            continue
        if entry.maybe or entry.value.__class__ not in _SCALARS:
            return None
        winner = entry
    if winner is None:
        return _NIL
    value = winner.value
    if value.__class__ in _STRINGS:
        if value.unknown is not None:
            return None
        value = frozen_copy(value)
    elif value is None and not nil_wins:
        return None
    return Entry(winner.key, value, winner.place)
