"""Random snapshots for property tests, built from the types of their fields."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import RegisteredEndpoint, Snapshot

_TIMES = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))

_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | _TIMES

_ENDPOINTS = st.builds(
    RegisteredEndpoint,
    listener=st.text(max_size=5),
    host=st.text(max_size=5),
    port=st.integers(),
    protocol=st.builds(Absent, evidence=st.text(max_size=5)),
)

_ANY = st.recursive(
    _LEAVES | _ENDPOINTS,
    lambda inner: (
        st.lists(inner, max_size=2).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if each is NoneType else _of(each) for each in arguments))
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(st.text(max_size=5), _of(arguments[1]), max_size=2)
    if origin is Known:
        return _known(_of(arguments[0]))
    if hint is Unknown:
        return _record(Unknown, candidates=st.lists(_known(_ANY), max_size=2).map(tuple))
    if isinstance(hint, enum.EnumType):
        return st.sampled_from(list(hint))
    if is_dataclass(hint):
        return _record(hint)
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=5),
        int: st.integers(),
        bool: st.booleans(),
        datetime: _TIMES,
    }
    return scalars[hint]


def _known(value: st.SearchStrategy[Any], depth: int = 2) -> st.SearchStrategy[Known[Any]]:
    """Without secrets, as those do not come back; trails up to a depth."""
    location = st.none() | _record(Location)
    if depth == 0:
        return st.builds(Known, value=value, location=location)
    trail = st.lists(_known(_ANY, depth - 1), max_size=1).map(tuple)
    return st.builds(
        Known,
        value=value,
        location=location,
        derived_from=trail,
        shadows=trail,
        assumed=st.lists(st.text(max_size=5), max_size=1).map(tuple),
    )


def _record(kind: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    return st.builds(kind, **{name: given[name] if name in given else _of(hints[name]) for name in names})


def _snapshots() -> st.SearchStrategy[Snapshot]:
    """Each holds observations of one kind: a draw of all kinds would take many times as long."""
    hints = get_type_hints(Snapshot)
    kinds = [each.name for each in fields(Snapshot) if get_origin(hints[each.name]) is tuple]
    scalars = {"taken_at": _TIMES, "tool": st.text(max_size=5), "version": st.just(1)}
    return st.one_of(*(st.builds(Snapshot, **scalars, **{kind: _of(hints[kind])}) for kind in kinds))


SNAPSHOTS: st.SearchStrategy[Snapshot] = st.deferred(_snapshots)
