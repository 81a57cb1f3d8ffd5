"""Roles, environments and metadata: JSON or Ruby files read into what Chef takes from them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from driftcheck.chef.ruby.evaluation import RECURSION, Stop
from driftcheck.chef.ruby.frames import Signal
from driftcheck.chef.ruby.json_values import pointers, ruby_value
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.receivers import inside
from driftcheck.chef.ruby.runtime import Runtime
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
)
from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

MAX_STEPS = 200_000


@frozen
class Document:
    """A file's values by name (`default_attributes`, `run_list` …), as Ruby values with their places.

    `stop`: the error that the file raises, if so; `problem`: why it could not be read or evaluated.
    """

    path: str
    values: Mapping[str, Value]
    stop: Stop | None = None
    problem: Unknown | None = None


def read_document(path: str, content: bytes | Unknown, class_name: str) -> Document:
    """Reads a JSON or Ruby file; `class_name` is Chef's class whose methods a Ruby file calls."""
    if isinstance(content, Unknown):
        return Document(path=path, values={}, problem=content)
    if path.endswith(".json"):
        return _json_document(path, content)
    return _ruby_document(path, content, class_name)


def _json_document(path: str, content: bytes) -> Document:
    try:
        data: Any = parse_json(content)
    except JsonError as error:
        location = Location(source="chef", name=path, line=error.line, column=error.column)
        problem = Unknown(kind=UnknownKind.FAULT, reason=f"no valid JSON: {error.message}", location=location)
        return Document(path=path, values={}, problem=problem)
    if not isinstance(data, dict):
        problem = Unknown(kind=UnknownKind.FAULT, reason="the file holds no JSON object")
        return Document(path=path, values={}, problem=problem)
    value = ruby_value(data, place=pointers(path))
    return Document(path=path, values={_text(entry.key): entry.value for entry in value.entries.values()})


def _text(key: Value) -> str:
    return key.text if isinstance(key, RubyString) else ""


def _ruby_document(path: str, content: bytes, class_name: str) -> Document:
    runtime = Runtime(steps=MAX_STEPS)
    made = RubyObject(runtime.named_class(class_name))
    runtime.me = runtime.frame.me = made
    stop, problem = None, None
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        runtime.run_file(path, content)
    except RubyError as error:
        stop = Stop(class_name=error.class_name, message=error.message, place=error.place)
    except (LimitReachedError, UnknownMetError, RecursionError, Signal) as reached:
        problem = _not_evaluated(path, str(reached) or "the evaluation is nested too deep")
    finally:
        sys.setrecursionlimit(limit)
    if runtime.worlds.pending:
        stop, problem = None, _not_evaluated(path, "whether the file raises an error is not known")
    values = {name.removeprefix("@"): value for name, value in made.variables.items()}
    return Document(path=path, values=values, stop=stop, problem=problem)


def _not_evaluated(path: str, reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason, location=Location(source="chef", name=path))


def texts(value: Value) -> tuple[str, ...] | Unknown:
    """A list of texts, as a run list is one; a single text is a list of one, nil of none."""
    unknown = inside(value)
    if unknown is not None:
        return unknown
    if value is None:
        return ()
    items = value.items if isinstance(value, RubyArray) else [value]
    return tuple(text for text in map(text_of, items) if text is not None)


def text_of(value: Value) -> str | None:
    """A known text or symbol, else None."""
    if isinstance(value, RubyString) and value.unknown is None:
        return value.text
    return value.name if isinstance(value, Symbol) else None


def text_map(value: Value) -> dict[str, str]:
    """A hash of texts; what is no text is left out."""
    if not isinstance(value, RubyHash):
        return {}
    pairs = ((text_of(entry.key), text_of(entry.value)) for entry in value.entries.values())
    return {key: text for key, text in pairs if key is not None and text is not None}
