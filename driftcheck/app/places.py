"""Lines and columns for what stands in JSON files, found when it is shown or saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol, TypeVar, cast

from driftcheck.formats.json_text import locate_many
from driftcheck.model.facts import Unknown
from driftcheck.model.locations import Location
from driftcheck.model.tree import Tree

FILE_SOURCES = frozenset({"chef", "rendered"})
"""The sources whose locations name files of the trees."""

V = TypeVar("V")
Place = tuple[int, int]


def with_lines(value: V, trees: Sequence[Tree]) -> V:
    """The same value with the line and column of every location that has a JSON pointer into a file.

    `value`: a Report, a Snapshot or whatever else is made of frozen dataclasses, tuples and mappings. A path
    means the first tree that lists it. Each file is read once; one that cannot be read leaves its locations
    as they are. What does not change stays the same object.
    """
    if not trees:
        return value
    pointers: dict[str, set[str]] = {}
    for location in _without_line(value):
        pointers.setdefault(location.name, set()).add(location.pointer or "")
    places: dict[tuple[str, str], Place] = {}
    paths = [frozenset(tree.list()) for tree in trees] if pointers else []
    for name, wanted in pointers.items():
        tree = next((tree for tree, listed in zip(trees, paths, strict=True) if name in listed), None)
        content = None if tree is None else tree.read(name)
        if content is not None and not isinstance(content, Unknown):
            found = locate_many(content, wanted)
            places.update(((name, pointer), place) for pointer, place in found.items())
    return cast(V, _Rebuilding(places).of(value)) if places else value


def _needs_line(location: Location) -> bool:
    return (
        location.line is None
        and location.pointer is not None
        and location.pointer.startswith("/")
        and location.source in FILE_SOURCES
    )


def _without_line(value: object) -> Iterator[Location]:
    """The locations in a value whose line can be found; shared parts are visited once."""
    pending = [value]
    seen: set[int] = set()
    while pending:
        each = pending.pop()
        if type(each) is Location:
            if _needs_line(each):
                yield each
        elif id(each) not in seen and (shape := _SHAPES[type(each)]) is not None:
            seen.add(id(each))
            pending.extend(part for part in shape.parts(each) if _SHAPES[type(part)] is not None)


class _Rebuilding:
    """Values with their locations' places filled in; each shared part is made once."""

    def __init__(self, places: Mapping[tuple[str, str], Place]) -> None:
        self._places = places
        self._made: dict[int, object] = {}

    def of(self, value: Any) -> Any:
        shape = _SHAPES[type(value)]
        if shape is None:
            return value
        if type(value) is Location:
            place = self._places.get((value.name, value.pointer or "")) if _needs_line(value) else None
            return value if place is None else replace(value, line=place[0], column=place[1])
        if id(value) not in self._made:
            parts = shape.parts(value)
            made = [part if _SHAPES[type(part)] is None else self.of(part) for part in parts]
            changed = any(new is not old for new, old in zip(made, parts, strict=True))
            self._made[id(value)] = shape.made(value, made) if changed else value
        return self._made[id(value)]


class _Shape(Protocol):
    """How values of one type are taken apart and made again."""

    def parts(self, value: Any) -> Sequence[object]: ...

    def made(self, value: Any, parts: Sequence[object]) -> object:
        """Like `value`, of these parts."""


class _Tuple:
    def parts(self, value: tuple[object, ...]) -> Sequence[object]:
        return value

    def made(self, value: object, parts: Sequence[object]) -> object:
        return tuple(parts)


class _Mapping:
    def parts(self, value: Mapping[Any, object]) -> Sequence[object]:
        return list(value.values())

    def made(self, value: Mapping[Any, object], parts: Sequence[object]) -> object:
        return dict(zip(value, parts, strict=True))


class _Record:
    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._names = [each.name for each in fields(kind)]

    def parts(self, value: object) -> Sequence[object]:
        return [getattr(value, name) for name in self._names]

    def made(self, value: object, parts: Sequence[object]) -> object:
        return self._kind(**dict(zip(self._names, parts, strict=True)))


class _Shapes(dict[type, "_Shape | None"]):
    """Shapes by type; None for one whose values hold nothing."""

    def __missing__(self, kind: type) -> _Shape | None:
        shape: _Shape | None = None
        if issubclass(kind, tuple):
            shape = _Tuple()
        elif issubclass(kind, Mapping):
            shape = _Mapping()
        elif is_dataclass(kind):
            shape = _Record(kind)
        self[kind] = shape
        return shape


_SHAPES = _Shapes()
