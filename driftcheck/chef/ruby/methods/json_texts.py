"""JSON: `to_json`, `JSON.generate`, `JSON.parse` (the json gem 2.6)."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from driftcheck.chef.floats import float_text
from driftcheck.chef.ruby.methods.conversions import require_known, to_string
from driftcheck.chef.ruby.methods.interface import Call, Interpreter, MethodTable
from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString, Symbol, Value, truthy, unsupported

JSON = MethodTable("JSON", singleton=True)
RECEIVERS = ("NilClass", "TrueClass", "FalseClass", "Integer", "Float", "String", "Symbol", "Array", "Hash")
_OF_KIND = tuple(MethodTable(name) for name in RECEIVERS)
OBJECT = MethodTable("Object")
TABLES = (JSON, OBJECT, *_OF_KIND)

MAX_DEPTH = 100
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", '"': '\\"', "\\": "\\\\"}
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\]')


def text_json(text: str) -> str:
    """A text in quotes."""
    return '"' + _TO_ESCAPE.sub(lambda m: _SHORT.get(m.group()) or f"\\u{ord(m.group()):04x}", text) + '"'


class Writer:
    """Writes values as JSON, on one line or indented."""

    def __init__(self, interpreter: Interpreter, *, pretty: bool) -> None:
        self.interpreter = interpreter
        self.pretty = pretty

    def write(self, value: Value, depth: int = 0) -> str:
        """The text. JSON::GeneratorError for `NaN`."""
        require_known(value)
        self.interpreter.spend(1)
        if depth > MAX_DEPTH:
            raise unsupported("JSON nested so deep")
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self.interpreter.error_about("JSON::GeneratorError", "", None)
            return float_text(value)
        if isinstance(value, RubyString):
            if value.binary and not value.text.isascii():
                raise unsupported("bytes as JSON")
            return text_json(value.text)
        if isinstance(value, Symbol):
            return text_json(value.name)
        if isinstance(value, RubyArray):
            return self._enclosed("[", "]", [self.write(each, depth + 1) for each in value.items], depth)
        if isinstance(value, RubyHash):
            return self._enclosed("{", "}", self._pairs(value, depth + 1), depth)
        if value.__class__ is int:
            return self.interpreter.to_s(value)
        raise unsupported("such an object as JSON")

    def _pairs(self, value: RubyHash, depth: int) -> list[str]:
        colon = ": " if self.pretty else ":"
        return [
            f"{text_json(self.interpreter.to_s(key))}{colon}{self.write(each, depth)}"
            for key, each in value.pairs()
        ]

    def _enclosed(self, opening: str, closing: str, pieces: list[str], depth: int) -> str:
        if not self.pretty:
            return f"{opening}{','.join(pieces)}{closing}"
        if not pieces:
            raise unsupported("an empty collection in pretty JSON")
        inner, outer = "  " * (depth + 1), "  " * depth
        body = f",\n{inner}".join(pieces)
        return f"{opening}\n{inner}{body}\n{outer}{closing}"


def to_json(call: Call) -> Value:
    """The receiver as JSON."""
    return RubyString(Writer(call.interpreter, pretty=False).write(call.receiver))


def object_to_json(call: Call) -> Value:
    """Any other object's text as JSON."""
    return RubyString(text_json(call.interpreter.to_s(call.receiver)))


for _table in _OF_KIND:
    _table.method("to_json", arity=(0, 1))(to_json)
OBJECT.method("to_json", arity=(0, 1))(object_to_json)


@JSON.method("generate", "dump", arity=1)
def generate(call: Call) -> Value:
    """The argument as JSON."""
    return RubyString(Writer(call.interpreter, pretty=False).write(call.args[0]))


@JSON.method("pretty_generate", arity=1)
def pretty_generate(call: Call) -> Value:
    """The argument as indented JSON."""
    return RubyString(Writer(call.interpreter, pretty=True).write(call.args[0]))


@JSON.method("parse", "parse!", "load", arity=1, keywords=("symbolize_names",))
def parse(call: Call) -> Value:
    """A JSON text as values; JSON::ParserError for what is none."""
    if call.name == "load" and call.args[0] is None:
        return None
    text = to_string(call.interpreter, call.args[0]).text
    call.interpreter.spend(len(text))
    symbols = truthy(call.keywords.get("symbolize_names"))
    try:
        found = json.loads(text, parse_constant=_refuse, object_pairs_hook=_Pairs, parse_int=_whole)
    except (ValueError, RecursionError):
        if "/*" in text or "//" in text:
            raise unsupported("JSON with comments") from None
        raise call.interpreter.error_about("JSON::ParserError", "", None) from None
    return _value(found, symbols=symbols)


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _whole(figures: str) -> int:
    if len(figures) > 1000:
        raise unsupported("a number of so many figures")
    return int(figures)


class _Pairs(list[tuple[str, Any]]):
    """An object's members as they stand."""


def _value(found: Any, *, symbols: bool, depth: int = 0) -> Value:
    if depth > MAX_DEPTH:
        raise unsupported("JSON nested so deep")
    if isinstance(found, str):
        return RubyString(found)
    if isinstance(found, _Pairs):
        made = RubyHash()
        for key, value in found:
            made.put(
                Symbol(key) if symbols else RubyString(key), _value(value, symbols=symbols, depth=depth + 1)
            )
        return made
    if isinstance(found, list):
        return RubyArray(_value(each, symbols=symbols, depth=depth + 1) for each in found)
    return found
