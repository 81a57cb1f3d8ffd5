"""Chef's precedence: which level's value a node sees (`Chef::Node::Attribute`, Chef 18.11).

Pure: levels in, a merged value out. Arrays unite among the default levels and among the override levels;
between default, normal, override and automatic only hashes merge. nil wins since Chef 15.
"""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.chef.ruby.json_levels import WaitingEntry
from driftcheck.chef.ruby.mashes import COPIES, ImmutableArray, ImmutableMash, immutable_value
from driftcheck.chef.ruby.unknowns import Perhaps
from driftcheck.chef.ruby.values import (
    Entry,
    Place,
    RubyArray,
    RubyHash,
    RubyString,
    UnknownMetError,
    Value,
    hash_key,
)
from driftcheck.model.facts import Known, Unknown
from driftcheck.model.frozen import frozen

DEFAULTS = ("default", "env_default", "role_default", "force_default")
OVERRIDES = ("override", "role_override", "env_override", "force_override")
LEVELS = (*DEFAULTS, "normal", *OVERRIDES, "automatic")
"""All levels, the weakest first."""


class _Absent:
    """Nothing there, which is not nil."""


ABSENT = _Absent()


def merged(levels: Mapping[str, RubyHash], key: Value, *, nil_wins: bool = True) -> Value:
    """What a node read gives under a top-level key, immutable; nil where no level has it."""
    found = merge_entries([_entry(levels, name, key) for name in LEVELS], nil_wins=nil_wins)
    if found is None:
        return None
    return immutable_value(_either([found.value], found.value) if found.maybe else found.value)


def merged_defaults(levels: Mapping[str, RubyHash], *, nil_wins: bool = True) -> Value:
    """`combined_default`: all of the default levels."""
    return _merged_group(levels, DEFAULTS, nil_wins=nil_wins)


def merged_overrides(levels: Mapping[str, RubyHash], *, nil_wins: bool = True) -> Value:
    """`combined_override`."""
    return _merged_group(levels, OVERRIDES, nil_wins=nil_wins)


def _merged_group(levels: Mapping[str, RubyHash], names: tuple[str, ...], *, nil_wins: bool) -> Value:
    entries = [Entry(None, levels[name], None) if name in levels else None for name in names]
    found = _combined(entries, unite=True, nil_wins=nil_wins)
    return ImmutableMash() if found is None else found.value


def merged_all(levels: Mapping[str, RubyHash], *, nil_wins: bool = True, without: str = "") -> ImmutableMash:
    """All merged attributes, in Chef's order of keys; `without` leaves a level out."""
    entries = [
        Entry(None, levels[name], None) if name in levels and name != without else None for name in LEVELS
    ]
    found = merge_entries(entries, nil_wins=nil_wins)
    return found.value if found is not None else ImmutableMash()


def merge_over(low: RubyHash, high: Value, *, nil_wins: bool = True) -> Value:
    """One hash laid over another as roles are (`Chef::Mixin::DeepMerge`): arrays unite. A new hash."""
    found = _combined([Entry(None, low, None), Entry(None, high, None)], unite=True, nil_wins=nil_wins)
    assert found is not None
    return found.value


def _entry(levels: Mapping[str, RubyHash], name: str, key: Value) -> Entry | None:
    level = levels.get(name)
    if level is None:
        return None
    found = level.entries.get(hash_key(level.convert_key(key)))
    if found is None and level.unknown is not None:
        return Entry(key, level.unknown, None, maybe=True)
    return found


def merge_entries(entries: list[Entry | None], *, nil_wins: bool) -> Entry | None:
    """Merges what each of `LEVELS` has for one key, in their order."""
    count = len(DEFAULTS)
    groups = [
        _combined(entries[:count], unite=True, nil_wins=nil_wins),
        entries[count],
        _combined(entries[count + 1 : -1], unite=True, nil_wins=nil_wins),
        entries[-1],
    ]
    return _combined(groups, unite=False, nil_wins=nil_wins)


def _combined(entries: list[Entry | None], *, unite: bool, nil_wins: bool) -> Entry | None:
    result: Entry | None = None
    for entry in entries:
        if entry is not None:
            result = _fresh(entry) if result is None else _over(result, entry, unite, nil_wins)
    return result


def _fresh(entry: Entry) -> Entry:
    if isinstance(entry, WaitingEntry):
        frozen = entry.frozen()
        if frozen is not None:
            return frozen
    maybe = Perhaps(_own(entry.maybe.value)) if isinstance(entry.maybe, Perhaps) else entry.maybe
    return Entry(entry.key, _own(entry.value), entry.place, maybe=maybe)


def _own(value: Value) -> Value:
    """A copy that may be merged into."""
    if isinstance(value, RubyHash):
        made = ImmutableMash()
        made.unknown, made.doubt, made.in_order = value.unknown, value.doubt, value.in_order
        try:
            COPIES.begin(len(value.entries))
            for key, entry in value.entries.items():
                made.entries[key] = _fresh(entry)
        finally:
            COPIES.end()
        return made
    return immutable_value(value)


def _over(below: Entry, above: Entry, unite: bool, nil_wins: bool) -> Entry:
    """One entry over another; `below` is ours to change."""
    low, high = below.value, above.value
    if above.maybe and isinstance(high, RubyHash) and isinstance(low, RubyHash) and not below.maybe:
        # All in it is marked as what may not be there.
        _merge_into(low, high, unite, nil_wins)
        return below
    if above.maybe:
        both = _either([low, high], high)
        return Entry(below.key, both, above.place, maybe=bool(below.maybe))
    if isinstance(high, Unknown):
        return Entry(below.key, _either([low, high], high), above.place)
    if isinstance(low, Unknown) or below.maybe:
        return Entry(
            below.key, _over_unknown(low, high, unite, nil_wins, maybe=bool(below.maybe)), above.place
        )
    if isinstance(low, RubyHash) and isinstance(high, RubyHash):
        _merge_into(low, high, unite, nil_wins)
        return below
    if unite and isinstance(low, RubyArray) and isinstance(high, RubyArray):
        return Entry(below.key, _united(low, high), above.place)
    if high is None and not nil_wins:
        return below
    return Entry(below.key, _own(high), above.place)


def _over_unknown(low: Value, high: Value, unite: bool, nil_wins: bool, *, maybe: bool) -> Value:
    """A known value over one that is not: it may be merged with what is below."""
    cause = low if isinstance(low, Unknown) else None
    if isinstance(high, RubyHash):
        made = _own(high)
        reason = cause or _cause_of(low)
        made.unknown = made.unknown or reason
        for entry in made.entries.values():
            entry.value = _over_unknown(reason, entry.value, unite, nil_wins, maybe=True)
        return made
    if (unite and isinstance(high, RubyArray)) or (high is None and not nil_wins):
        return _either([low, high], cause or _cause_of(low))
    return _own(high)


def _cause_of(value: Value) -> Unknown:
    found = getattr(value, "unknown", None) or getattr(value, "doubt", None)
    if isinstance(found, Unknown):
        return found
    from driftcheck.chef.ruby.values import unsupported

    return unsupported("a level may not have it").unknown


def _either(values: list[Value], cause: Value) -> Unknown:
    reason = (
        cause if isinstance(cause, Unknown) else next((v for v in values if isinstance(v, Unknown)), None)
    )
    if reason is None:
        reason = _cause_of(cause)
    candidates: list[Known[Value]] = []
    for value in values:
        candidates.extend(value.candidates if isinstance(value, Unknown) else (Known(value=value),))
    return Unknown(
        kind=reason.kind, reason=reason.reason, location=reason.location, candidates=tuple(candidates[:8])
    )


def _merge_into(low: RubyHash, high: RubyHash, unite: bool, nil_wins: bool) -> None:
    in_order = _keeps_order(low, high)
    if high.unknown is not None:
        for key, entry in low.entries.items():
            if key not in high.entries:
                entry.value = _either([entry.value, high.unknown], high.unknown)
    for key, entry in high.entries.items():
        own = low.entries.get(key)
        if own is not None:
            low.entries[key] = _over(own, entry, unite, nil_wins)
        elif low.unknown is not None and not entry.maybe:
            value = _over_unknown(low.unknown, entry.value, unite, nil_wins, maybe=True)
            low.entries[key] = Entry(entry.key, value, entry.place)
        else:
            low.entries[key] = _fresh(entry)
    low.unknown, low.doubt = low.unknown or high.unknown, low.doubt or high.doubt
    low.in_order = in_order


def _keeps_order(low: RubyHash, high: RubyHash) -> bool:
    """Whether the keys of both stand in a known order though some may not be there."""
    if low.doubt is None and high.doubt is None:
        return False
    known = all(each.doubt is None or each.in_order for each in (low, high))
    return known and not any(entry.maybe and key in high.entries for key, entry in low.entries.items())


def _united(low: RubyArray, high: RubyArray) -> Value:
    """`low | high`."""
    for each in (low, high):
        if each.unknown is not None:
            return _either([low, high], each.unknown)
    try:
        united = {hash_key(item): item for item in reversed([*low.items, *high.items])}
        order = dict.fromkeys(hash_key(item) for item in [*low.items, *high.items])
    except UnknownMetError as met:
        return _either([low, high], met.unknown)
    return ImmutableArray(immutable_value(united[key]) for key in order)


@frozen
class Setter:
    """One level that has an attribute: its value there and where it was written."""

    level: str
    value: Value
    place: Place | None


def setters(levels: Mapping[str, RubyHash], path: tuple[Value, ...]) -> tuple[Setter, ...]:
    """The levels that have something under a path, the strongest first: the winner, then what it beat."""
    found = []
    for name in reversed(LEVELS):
        entry = _descend(levels.get(name), path)
        if entry is not None:
            found.append(Setter(level=name, value=entry.value, place=entry.place))
    return tuple(found)


def _descend(value: Value, path: tuple[Value, ...]) -> Entry | None:
    entry: Entry | None = None
    for key in path:
        if not isinstance(value, RubyHash):
            return None
        entry = value.entries.get(hash_key(value.convert_key(key)))
        if entry is None:
            return None
        value = entry.value
    return entry


def text_key(key: str) -> RubyString:
    """A key of a path."""
    return RubyString(key, frozen=True)
