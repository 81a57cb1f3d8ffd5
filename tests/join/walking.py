"""Walking through everything that a snapshot or an inventory holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.inventory import Endpoint, Resolution, VantageAnswer

Path = tuple[str, ...]

PROVENANCE = {"location", "locations", "derived_from", "shadows", "assumed", "evidence", "trouble"}
"""Where something comes from and why it is believed, not what it is."""

AS_FAR_AS_KNOWN = {
    "named",
    "owners",
    "shared_with",
    "swapped_with",
    "session_nodes",
    "answered_by",
    "duplicates",
    "dropped",
}
"""What is known of others, or found as far as values are known: with less it may be less."""

_NOT_COMPARED = PROVENANCE | AS_FAR_AS_KNOWN | {"answers", "whole"}
_WORDS = {"start_error"}
"""Kafka's words, which differ from release to release: only whether there are any is compared."""

LISTED = {Endpoint: "listener", Resolution: "host", VantageAnswer: "vantage"}
"""What a list of these is about: each is one question by itself."""


def changed(value: Any, change: Callable[[Path, Any], Any], path: Path = ()) -> Any:
    """The same with every part replaced by what `change` makes of it; a replaced part is not entered."""
    new = change(path, value)
    if new is not value:
        return new
    if is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: changed(getattr(value, field.name), change, (*path, field.name))
            for field in fields(value)
        }
        return replace(value, **parts)
    if isinstance(value, Mapping):
        return {
            changed(key, change, (*path, "key")): changed(item, change, (*path, str(key)))
            for key, item in value.items()
        }
    if isinstance(value, tuple):
        return tuple(changed(item, change, path) for item in value)
    return value


def contradictions(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Where two values that are both decided differ; what one of them leaves open contradicts nothing."""
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return
    if isinstance(old, Known) and isinstance(new, Known):
        yield from contradictions(old.value, new.value, path)
    elif isinstance(old, Known | Absent) and isinstance(new, Known | Absent):
        if type(old) is not type(new):
            yield f"{path}: {old} and {new}"
    elif is_dataclass(old) and type(old) is type(new):
        for field in fields(old):
            if field.name not in _NOT_COMPARED:
                ours, theirs = getattr(old, field.name), getattr(new, field.name)
                if field.name in _WORDS and isinstance(ours, Known) and isinstance(theirs, Known):
                    continue
                yield from contradictions(ours, theirs, f"{path}.{field.name}")
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() & new.keys():
            yield from contradictions(old[key], new[key], f"{path}[{key}]")
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _of_tuples(old, new, path)
    elif old != new:
        yield f"{path}: {old} and {new}"


def _of_tuples(old: tuple[Any, ...], new: tuple[Any, ...], path: str) -> Iterator[str]:
    """Item by item; what was asked about is a list of its own, of which each may be asked or not."""
    asked = {type(item): by for item in (*old, *new) for kind, by in LISTED.items() if isinstance(item, kind)}
    if asked:
        (by,) = set(asked.values())
        theirs = {getattr(item, by): item for item in new}
        pairs = [(item, theirs[getattr(item, by)]) for item in old if getattr(item, by) in theirs]
    elif len(old) == len(new):
        pairs = list(zip(old, new, strict=True))
    else:
        yield f"{path}: {old} and {new}"
        return
    for number, (ours, other) in enumerate(pairs):
        yield from contradictions(ours, other, f"{path}[{number}]")
