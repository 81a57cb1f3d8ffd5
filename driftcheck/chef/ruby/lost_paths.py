"""A path of one attribute level of which is not known whether it was written or removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from driftcheck.chef.ruby.joins import unknown_of
from driftcheck.chef.ruby.mashes import VividMash, vivid_value
from driftcheck.chef.ruby.values import UnknownMetError, Value, hash_key
from driftcheck.model.facts import Unknown


def lose_path(
    level: VividMash,
    path: Sequence[Value],
    cause: Unknown,
    values: Sequence[Value],
    smear: Callable[[Value, Unknown], None],
) -> None:
    """Makes what stands under the path Unknown; what is beside it stays known.

    `values` are those that may have been written there, so that it surely is there; without any it may only
    have been removed. `smear` makes all that a value holds Unknown. Of a key that is not known all keys
    beside it are lost.
    """
    here = level
    for at, key in enumerate(path):
        try:
            hashed = hash_key(here.convert_key(key))
        except UnknownMetError:
            smear(here, cause)
            return
        entry = here.entries.get(hashed)
        is_last = at == len(path) - 1
        if entry is None:
            if values:
                new = [vivid_value(each, level.root) for each in values] if is_last else []
                here.put(key, unknown_of(cause, new))
            return
        if entry.maybe and values:
            entry.maybe, here.in_order = False, False
        if not is_last and entry.value.__class__ is VividMash:
            here = entry.value
            continue
        if not is_last:
            smear(entry.value, cause)
        new = [vivid_value(each, level.root) for each in values] if is_last else []
        entry.value = unknown_of(cause, [entry.value, *new])
        if not values:
            entry.maybe, here.doubt = True, here.doubt or cause
        return
