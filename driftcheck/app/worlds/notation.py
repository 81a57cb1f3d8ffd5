"""How a world writes down what is known, what is not and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlScalar
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location

T = TypeVar("T")

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)

_AGES = {"m": "minutes", "h": "hours", "d": "days"}
_UNKNOWN_KEYS = ("unknown", "kind")


def keys_of(node: YamlNode, allowed: tuple[str, ...]) -> Mapping[str, YamlNode]:
    """The entries of a mapping that has these keys at most; nothing is an empty one."""
    if node.is_null:
        return {}
    entries = node.as_mapping()
    for key in entries:
        if key not in allowed:
            place = node.keys[key] if isinstance(node, YamlMapping) else node
            raise place.problem(f"unknown key {key!r}; allowed: {', '.join(allowed)}")
    return entries


def is_unknown(node: YamlNode) -> bool:
    return isinstance(node, YamlMapping) and "unknown" in node.entries


def fact_of(node: YamlNode, location: Location | None, read: Callable[[YamlNode], T]) -> Fact[T]:
    """`{unknown: reason, kind: fault}` is Unknown, nothing (`~`) is Absent, else what `read` makes of it."""
    if node.is_null:
        return Absent(evidence="it is not there", location=location)
    if is_unknown(node):
        entries = keys_of(node, _UNKNOWN_KEYS)
        kind = entries["kind"].as_text() if "kind" in entries else UnknownKind.FAULT
        if kind not in list(UnknownKind):
            raise entries["kind"].problem(f"a kind is one of {', '.join(UnknownKind)}")
        return Unknown(kind=UnknownKind(kind), reason=entries["unknown"].as_text(), location=location)
    return Known(value=read(node), location=location)


def fact_at(
    keys: Mapping[str, YamlNode],
    key: str,
    location: Location | None,
    read: Callable[[YamlNode], T],
    otherwise: Fact[T],
) -> Fact[T]:
    """The fact under a key; `otherwise` where the world does not have it."""
    return fact_of(keys[key], location, read) if key in keys else otherwise


def text(node: YamlNode) -> str:
    return node.as_text()


def texts(node: YamlNode) -> tuple[str, ...]:
    """A list of texts, or one text for a list of one."""
    return (node.as_text(),) if isinstance(node, YamlScalar) else node.as_texts()


def integer(node: YamlNode) -> int:
    return node.as_int()


def truth(node: YamlNode) -> bool:
    return node.as_bool()


def is_number(written: str, *, digits: int) -> bool:
    """Whether it is a whole number of so many ASCII digits at most."""
    return written.isascii() and written.isdigit() and len(written) <= digits


def age(keys: Mapping[str, YamlNode], default: timedelta) -> datetime:
    """`age: 30h` before NOW."""
    return age_of(keys["age"]) if "age" in keys else NOW - default


def age_of(node: YamlNode) -> datetime:
    """`30h` before NOW."""
    written = node.as_text()
    if written[-1:] not in _AGES or not is_number(written[:-1], digits=5):
        raise node.problem("an age is a number and m, h or d")
    return NOW - timedelta(**{_AGES[written[-1]]: int(written[:-1])})
