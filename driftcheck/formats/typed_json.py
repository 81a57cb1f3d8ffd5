"""Frozen dataclasses as JSON values and back, driven by their type hints.

Fields at their defaults are left out; tuples are lists, times ISO 8601 in UTC. A Fact is
`{"known": value}`, `{"unknown": reason, "kind": …}` or `{"absent": evidence}`, its other fields beside.
Where the hint is `Any`, what JSON has no word for is an object with one key: `{"$time": …}`,
`{"$map": {…}}`, `{"$of": [class, fields]}`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.redaction import withheld

_FACTS: Mapping[type[Any], tuple[str, str]] = {
    Known: ("value", "known"),
    Unknown: ("reason", "unknown"),
    Absent: ("evidence", "absent"),
}
"""Each kind of Fact: the field that stands first, and what JSON calls it."""


class WrongValue(Exception):  # noqa: N818  it never leaves as an error: the caller says which file it is
    """JSON that is not of the wanted shape; `pointer` is a JSON pointer to it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self._tokens: list[str] = []

    def inside(self, token: str | int) -> WrongValue:
        """The same, seen from one level further out."""
        self._tokens.append(str(token).replace("~", "~0").replace("/", "~1"))
        return self

    @property
    def pointer(self) -> str:
        return "".join(f"/{token}" for token in reversed(self._tokens))


@frozen(kw_only=False)
class Codec:
    """How values of one type leave and come back; `decode` raises WrongValue."""

    encode: Callable[[Any], object]
    decode: Callable[[object], Any]


def iso_time(value: datetime) -> str:
    """ISO 8601 in UTC with a `Z`; a time without a zone is taken for UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


@cache
def codec(hint: Any, root: Any) -> Codec:
    """The codec for a type hint. `root` is the dataclass whose parts `$of` may name; TypeError for a hint
    that has no form in JSON.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return _any_codec(root)
    if hint in _SCALARS:
        return Codec(lambda value: value, _scalar_decoder(hint))
    if hint is datetime:
        return Codec(iso_time, _decode_time)
    if origin in (Union, UnionType):
        return _union_codec(arguments, root)
    if origin in (tuple, Sequence):
        return _tuple_codec(codec(arguments[0], root))
    if origin is Mapping:
        return _mapping_codec(codec(arguments[1], root))
    if isinstance(hint, enum.EnumType):
        return Codec(lambda value: value.value, _enum_decoder(hint))
    if is_dataclass(origin or hint):
        return _Record(hint, root).codec()
    raise TypeError(f"no form in JSON for {hint!r}")


_SCALARS: Mapping[type[Any], str] = {str: "text", int: "a whole number", bool: "true or false"}


def _named(data: object) -> str:
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
    return "an object"


def _scalar_decoder(hint: Any) -> Callable[[object], Any]:
    def decode(data: object) -> object:
        if type(data) is not hint:
            raise WrongValue(f"{_SCALARS[hint]} is wanted, not {_named(data)}")
        return data

    return decode


def _decode_time(data: object) -> datetime:
    if not isinstance(data, str):
        raise WrongValue(f"a time in ISO 8601 is wanted, not {_named(data)}")
    try:
        value = datetime.fromisoformat(data)
        if value.tzinfo is None:
            raise WrongValue("a time with its zone is wanted, such as 2015-03-26T21:14:07Z")
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValue("a time in ISO 8601 is wanted, such as 2015-03-26T21:14:07Z") from None


def _enum_decoder(hint: Any) -> Callable[[object], Any]:
    by_value = {member.value: member for member in hint}

    def decode(data: object) -> object:
        if not isinstance(data, str) or data not in by_value:
            raise WrongValue(f"one of {', '.join(by_value)} is wanted")
        return by_value[data]

    return decode


def _tuple_codec(item: Codec) -> Codec:
    def decode(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise WrongValue(f"a list is wanted, not {_named(data)}")
        result: list[Any] = []
        try:
            for each in data:
                result.append(item.decode(each))
        except WrongValue as wrong:
            raise wrong.inside(len(result)) from None
        return tuple(result)

    return Codec(lambda value: [item.encode(each) for each in value], decode)


def _object(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise WrongValue(f"an object is wanted, not {_named(data)}")
    return data


def _mapping_codec(item: Codec) -> Codec:
    def decode(data: object) -> dict[str, Any]:
        result = {}
        for key, each in _object(data).items():
            try:
                result[key] = item.decode(each)
            except WrongValue as wrong:
                raise wrong.inside(key) from None
        return result

    return Codec(lambda value: {key: item.encode(value[key]) for key in sorted(value)}, decode)


def _union_codec(arguments: tuple[Any, ...], root: Any) -> Codec:
    kinds = [each for each in arguments if each is not NoneType]
    if len(kinds) > 1:
        return _fact_codec(kinds, root)
    inner = codec(kinds[0], root)
    return Codec(
        lambda value: None if value is None else inner.encode(value),
        lambda data: None if data is None else inner.decode(data),
    )


def _fact_codec(kinds: list[Any], root: Any) -> Codec:
    by_class = {get_origin(kind) or kind: codec(kind, root) for kind in kinds}
    if set(by_class) != set(_FACTS):
        raise TypeError(f"no form in JSON for {kinds!r}")
    by_key = {_FACTS[kind][1]: each for kind, each in by_class.items()}

    def decode(data: object) -> object:
        named = [key for key in by_key if key in _object(data)]
        if len(named) != 1:
            raise WrongValue("exactly one of known, unknown, absent is wanted")
        return by_key[named[0]].decode(data)

    return Codec(lambda value: by_class[type(value)].encode(value), decode)


class _Record:
    """A dataclass as an object. Its fields' codecs are found on first use: a Known is made of Facts."""

    def __init__(self, hint: Any, root: Any) -> None:
        self._class: Any = get_origin(hint) or hint
        self._value_hint: Any = next(iter(get_args(hint)), Any)
        self._root = root
        self._table: dict[str, tuple[str, Codec, object]] = {}

    def codec(self) -> Codec:
        return Codec(self._encode, self._decode)

    def _fields(self) -> dict[str, tuple[str, Codec, object]]:
        """Key in JSON → the field's name, codec and default (MISSING if it has none)."""
        if not self._table:
            hints = get_type_hints(self._class)
            if self._class is Known:
                hints["value"] = self._value_hint
            first, key = _FACTS.get(self._class, ("", ""))
            self._table = {
                key if each.name == first else each.name: (
                    each.name,
                    codec(hints[each.name], self._root),
                    _default(each),
                )
                for each in fields(self._class)
            }
        return self._table

    def _encode(self, value: Any) -> dict[str, object]:
        shown = withheld(value) if isinstance(value, Known) else value
        result = {}
        for key, (name, item, default) in self._fields().items():
            field_value = getattr(shown, name)
            if default is MISSING or field_value != default:
                result[key] = item.encode(field_value)
        return result

    def _decode(self, data: object) -> Any:
        known, given = self._fields(), _object(data)
        for key in given:
            if key not in known:
                raise WrongValue(f"the key is not known here; known are {', '.join(known)}").inside(key)
        values = {}
        for key, (name, item, default) in known.items():
            if key in given:
                try:
                    values[name] = item.decode(given[key])
                except WrongValue as wrong:
                    raise wrong.inside(key) from None
            elif default is MISSING:
                raise WrongValue(f"{key} is missing")
        return self._class(**values)


def _default(each: Field[Any]) -> object:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _any_codec(root: Any) -> Codec:
    def encode(value: object) -> object:
        match value:
            case datetime():
                return {"$time": iso_time(value)}
            case tuple() | list():
                return [encode(each) for each in value]
            case Mapping():
                return {"$map": {str(key): encode(each) for key, each in value.items()}}
            case enum.Enum():
                return value.value
        if is_dataclass(value):
            kind: Any = type(value)
            return {"$of": [kind.__name__, codec(kind, root).encode(value)]}
        return value

    def decode(data: object) -> object:
        if isinstance(data, list):
            return _tuple_codec(Codec(encode, decode)).decode(data)
        if not isinstance(data, dict):
            return data
        match data:
            case {"$time": time, **rest} if not rest:
                return _decode_time(time)
            case {"$map": mapping, **rest} if not rest:
                return _mapping_codec(Codec(encode, decode)).decode(mapping)
            case {"$of": [str() as name, of], **rest} if not rest and name in _parts(root):
                return codec(_parts(root)[name], root).decode(of)
        raise WrongValue("an object with one key is wanted: $time, $map or $of")

    return Codec(encode, decode)


@cache
def _parts(root: Any) -> Mapping[str, Any]:
    """Every dataclass that a value of the root can hold, by name."""
    found: dict[str, Any] = {}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if each.__name__ not in found:
            found[each.__name__] = each
            for hint in get_type_hints(each).values():
                waiting.extend(part for part in _hint_parts(hint) if is_dataclass(part))
    return found


def _hint_parts(hint: Any) -> Iterator[Any]:
    yield get_origin(hint) or hint
    for argument in get_args(hint):
        yield from _hint_parts(argument)
