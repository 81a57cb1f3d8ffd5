"""What stands in mappings, and what stands in for what is absent."""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.engine.language.functions.entry import relisted
from driftcheck.engine.language.values import Properties, described, is_open, merged, unsupported, value_of
from driftcheck.model.facts import Absent


def keys(value: object) -> object:
    """The keys of a mapping, sorted; settings that may have further ones give a list that may."""
    if isinstance(value, Absent):
        return value
    if is_open(value):
        return merged((value,))
    if isinstance(value, Properties):
        unsaid = None if value.whole else value_of(value.unsaid("every key"))
        return relisted(sorted(value.entries), [unsaid])
    if isinstance(value, Mapping):
        return tuple(sorted(value))
    return unsupported(f"{described(value)} stands where a mapping is expected")


def default(value: object, otherwise: object) -> object:
    """The value, or the other where it is absent; what is unknown stays so."""
    return otherwise if isinstance(value, Absent) else value
