"""From a value to a part of it: declared fields of nouns, keys of mappings, elements and slices.

There is no other way into an object: no methods, no properties, nothing that is not a declared field.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from driftcheck.engine.language.functions.entry import Path
from driftcheck.engine.language.shapes import ANY, TEXT, Shape, fields_of, holds_properties
from driftcheck.engine.language.values import (
    Open,
    Partial,
    Properties,
    Secret,
    concealed,
    described,
    is_open,
    merged,
    noun_of,
    revealed,
    unsupported,
    value_of,
)
from driftcheck.engine.problems import ExpressionProblem, choice, quoted, suggestion
from driftcheck.model.facts import Absent, Known
from driftcheck.model.inventory import Client, ConfigFace

Unwrap = Callable[[object], object]
"""From a fact or a field's value to what expressions see."""


def no_field(shape: Shape, field: str, offset: int) -> ExpressionProblem:
    """Why a value of this shape has no such field."""
    if shape.noun is None:
        hint = "a list's elements: … | map('field'), or [0]" if shape.kind == "list" else ""
        return ExpressionProblem(f"{shape} has no fields, so no {quoted(field)}", offset, hint)
    allowed = fields_of(shape.noun)
    message = f"{shape} has no {quoted(field)}{suggestion(field, allowed)}"
    return ExpressionProblem(message, offset, choice(allowed))


def field_reader(shape: Shape, field: str, offset: int, unwrap: Unwrap) -> tuple[Path, Shape]:
    """How a field or key is read from values of this shape, and the shape of what is read.

    Raises ExpressionProblem if there can be no such field.
    """
    if shape.kind == "any":
        return lambda value: dynamic_field(value, field, unwrap), ANY
    if shape.kind == "mapping":
        return lambda value: item_of(value, field, unwrap), shape.of or ANY
    if shape.noun is None or field not in fields_of(shape.noun):
        raise no_field(shape, field, offset)
    noun, found = shape.noun, fields_of(shape.noun)[field]
    get: Callable[[object], object] = operator.attrgetter(field)
    if holds_properties(noun, field):
        get = properties_of
    if unwrap is value_of:
        return _quick_reader(noun, field, get, found.noun), found

    def read(value: object) -> object:
        return unwrap(get(value)) if type(value) is noun else _through(value, field)

    return read, found


def _quick_reader(noun: type, field: str, get: Callable[[object], object], expected: type | None) -> Path:
    """`value_of` after `get`, with a short cut for what most fields hold: this is where rules spend their
    time.
    """
    plain_kinds = frozenset({str, int, bool, tuple, expected})

    def read(value: object) -> object:
        if type(value) is not noun:
            return _through(value, field)
        fact = get(value)
        if type(fact) is Known and not fact.secret:
            known = fact.value
            return known if type(known) in plain_kinds else value_of(fact)
        return fact if type(fact) is Absent else value_of(fact)

    return read


def properties_of(face: object) -> object:
    """The settings of a configuration face or a client, which know whether they are whole."""
    if not isinstance(face, (ConfigFace, Client)):
        return unsupported(f"{described(face)} has no properties")
    return _properties(face)


def _properties(face: ConfigFace | Client) -> Properties:
    return Properties(entries=face.properties, whole=face.whole, location=face.location, why=face.unsaid)


def setting_reader(kind: type, key: str, unwrap: Unwrap) -> Path:
    """How one setting is read from nouns that hold settings, as `properties` and then the key would."""

    evidence = f"{key} is not set"

    def read(value: object) -> object:
        if type(value) is not kind:
            return _through(value, "properties")
        face: Any = value
        fact = face.properties.get(key)
        if fact is None:
            # As Properties say it: most settings are not set.
            whole = face.whole
            fact = Absent(evidence=evidence, location=face.location) if whole else _properties(face).get(key)
        return unwrap(fact)

    return read


def path_reader(shape: Shape, path: str, offset: int, unwrap: Unwrap) -> tuple[Path, Shape]:
    """How a dotted path is read from values of this shape. In a mapping of texts the rest of the path is one
    key, dots and all: `config.properties.broker.rack`. Raises ExpressionProblem.
    """
    words = path.split(".")
    if not all(words) or len(words) > 20:
        raise ExpressionProblem(f"{quoted(path)} is no path", offset, "write field.field")
    readers: list[Path] = []
    for number, word in enumerate(words):
        if shape.kind == "mapping" and shape.of in (TEXT, ANY):
            reader, shape = field_reader(shape, ".".join(words[number:]), offset, unwrap)
            readers.append(reader)
            break
        if word.startswith("_"):
            raise ExpressionProblem("names do not begin with an underscore", offset)
        if shape.kind == "any":
            readers.append(_dynamic_path(words[number:], unwrap))
            break
        if shape.noun is not None and holds_properties(shape.noun, word) and words[number + 1 :]:
            readers.append(setting_reader(shape.noun, ".".join(words[number + 1 :]), unwrap))
            shape = TEXT
            break
        reader, shape = field_reader(shape, word, offset, unwrap)
        readers.append(reader)
    return _chained(readers), shape


def _dynamic_path(words: Sequence[str], unwrap: Unwrap) -> Path:
    """The rest of a path from a value of which nothing is known before."""

    def read(value: object) -> object:
        for number, word in enumerate(words):
            rest = ".".join(words[number:])
            if isinstance(value, Properties) or (isinstance(value, Mapping) and rest in value):
                return item_of(value, rest, unwrap)
            value = dynamic_field(value, word, unwrap)
        return value

    return read


def _chained(readers: Sequence[Path]) -> Path:
    if len(readers) == 1:
        return readers[0]

    def read(value: object) -> object:
        for reader in readers:
            value = reader(value)
        return value

    return read


def _through(value: object, field: str) -> object:
    """A field of what is no noun at all: the unknown stays unknown, the absent absent."""
    if isinstance(value, Absent):
        return value
    if is_open(value):
        return merged((value,))
    return unsupported(f"{described(value)} has no {field}")


def dynamic_field(value: object, field: str, unwrap: Unwrap) -> object:
    """A field of a value of which nothing was known before."""
    if isinstance(value, (Mapping, Properties)):
        return item_of(value, field, unwrap)
    kind = noun_of(value)
    if kind is not None and field in fields_of(kind):
        found = properties_of(value) if holds_properties(kind, field) else getattr(value, field)
        return unwrap(found)
    return _through(value, field)


def item_of(value: object, key: object, unwrap: Unwrap) -> object:
    """`value[key]`: an element of a list, a character of a text, a value of a mapping; else Absent."""
    if isinstance(value, (Open, Partial)) or is_open(key):
        return merged((value, key))
    for each in (value, key):
        if isinstance(each, Absent):
            return each
    index, container = revealed(key), revealed(value)
    if isinstance(container, (Mapping, Properties)) and isinstance(index, str):
        return _entry(container, index, unwrap)
    if isinstance(container, (tuple, str)) and isinstance(index, int) and not isinstance(index, bool):
        if not -len(container) <= index < len(container):
            return Absent(evidence=f"there is no element {index}")
        found = container[index]
        return concealed(found) if isinstance(value, Secret) else found
    return unsupported(f"{described(value)} has no element that {described(key)} names")


def entry_reader(key: str, unwrap: Unwrap) -> Path:
    """`value['a key']`, with a short cut for settings."""

    def read(value: object) -> object:
        return unwrap(value.get(key)) if type(value) is Properties else item_of(value, key, unwrap)

    return read


def _entry(mapping: Mapping[str, object] | Properties, key: str, unwrap: Unwrap) -> object:
    found = mapping.get(key)
    if found is None:
        return Absent(evidence=f"there is no {key}")
    return unwrap(found)


def slice_of(value: object, first: object, last: object) -> object:
    """`value[first:last]` of a list or a text; None where a bound is left out."""
    bounds = [each for each in (first, last) if each is not None]
    if is_open(value) or any(is_open(each) for each in bounds):
        return merged((value, *bounds))
    for each in (value, *bounds):
        if isinstance(each, Absent):
            return each
    container = revealed(value)
    if not isinstance(container, (tuple, str)) or not all(_is_index(each) for each in bounds):
        return unsupported(f"{described(value)} cannot be sliced so")
    bound: slice[Any, Any, Any] = slice(first, last)
    found = container[bound]
    return concealed(found) if isinstance(value, Secret) else found


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
