"""What kind of value an expression will have, from the nouns' type hints, before anything is evaluated."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from driftcheck.model.ensembles import ZooKeeperServer
from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Client, ConfigFace


@frozen(kw_only=False)
class Shape:
    """`kind`: any, text, number, truth, time, list, mapping, noun or pattern; `of`: what a list or mapping
    holds; `noun`: the class. Whether the value is known, and whether it is there, is no part of it.
    """

    kind: str
    of: Shape | None = None
    noun: type | None = None

    def __str__(self) -> str:
        names = {
            "any": "a value",
            "text": "a text",
            "number": "a number",
            "truth": "true or false",
            "time": "a time",
            "list": f"a list of {_plural(self.of)}",
            "mapping": "a mapping",
        }
        return names.get(self.kind) or _noun_name(self.noun)

    def fits(self, kind: str) -> bool:
        """Whether a value of this shape could be one of that kind."""
        return kind == "any" or self.kind in (kind, "any")


ANY = Shape("any")
TEXT = Shape("text")
NUMBER = Shape("number")
TRUTH = Shape("truth")
TIME = Shape("time")
LIST = Shape("list", ANY)

_SCALARS: Mapping[Any, Shape] = {str: TEXT, int: NUMBER, float: NUMBER, bool: TRUTH, datetime: TIME}


def list_of(element: Shape) -> Shape:
    return Shape("list", element)


def noun(kind: type) -> Shape:
    return Shape("noun", None, kind)


def common(shapes: Iterable[Shape]) -> Shape:
    """The shape that all have; `any` where they differ or there are none. An empty list's has no `of`."""
    distinct = set(shapes)
    if len(distinct) > 1 and all(shape.kind == "list" for shape in distinct):
        return Shape("list", common(shape.of for shape in distinct if shape.of is not None))
    return distinct.pop() if len(distinct) == 1 else ANY


@cache
def fields_of(kind: type) -> Mapping[str, Shape]:
    """The declared fields of a noun with their shapes; methods and properties are none."""
    return _Fields(kind)


class _Fields(Mapping[str, Shape]):
    """A field's hint is worked out when somebody asks for it: rules read a part of all fields."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._names = tuple(each.name for each in fields(kind))
        self._shapes: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        found = self._shapes.get(name)
        if found is None:
            if name not in self._names:
                raise KeyError(name)
            found = self._shapes[name] = _shape_of(_hint(self._kind, name))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _hint(kind: type, field: str) -> Any:
    """The type of one field, from the class that declares it."""
    owner = next(each for each in kind.__mro__ if field in vars(each).get("__annotations__", {}))
    alone = SimpleNamespace(__annotations__={field: owner.__annotations__[field]})
    return get_type_hints(alone, vars(sys.modules[owner.__module__]))[field]


def holds_properties(kind: type | None, field: str) -> bool:
    """Whether a field holds settings of which one that is not there may be set all the same."""
    return kind in (ConfigFace, Client, ZooKeeperServer) and field == "properties"


def _shape_of(hint: Any) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return common(_shape_of(each) for each in arguments if each not in (Unknown, Absent, NoneType))
    if origin is Known:
        return _shape_of(arguments[0])
    if origin in (tuple, list, frozenset, set, Sequence):
        return list_of(_shape_of(arguments[0]))
    if origin is Mapping:
        return Shape("mapping", _shape_of(arguments[1]))
    if isinstance(hint, enum.EnumType):
        return TEXT
    if is_dataclass(hint) and isinstance(hint, type):
        return noun(hint)
    return _SCALARS.get(hint, ANY)


def _plural(shape: Shape | None) -> str:
    names = {
        "text": "texts",
        "number": "numbers",
        "truth": "true and false",
        "time": "times",
        "list": "lists",
    }
    if shape is None or shape.kind not in names:
        return f"{shape.noun.__name__} nouns" if shape is not None and shape.noun is not None else "values"
    return names[shape.kind]


def _noun_name(kind: type | None) -> str:
    name = kind.__name__ if kind is not None else "noun"
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
