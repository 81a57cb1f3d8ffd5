"""Parsed JSON as Ruby values, with the place of every value of a hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from driftcheck.chef.attributes import escape_pointer
from driftcheck.chef.ruby.mashes import Mash
from driftcheck.chef.ruby.values import Place, RubyArray, RubyHash, RubyString, Value


class JsonPlace(Place):
    """A place in a JSON file that is still its pointer: the line is found when it is shown."""

    pointer: str


def json_place(file: str, pointer: str) -> JsonPlace:
    """The place of a value by its file and JSON pointer; line and column are 0 until it is looked up."""
    made = JsonPlace(file, 0, 0)
    made.pointer = pointer
    return made


def pointers(file: str, pointer: str = "") -> Callable[[str], Place]:
    """Places below a pointer of a file, for whoever walks its values."""
    return lambda inner: json_place(file, pointer + inner)


def ruby_value(
    data: Any,
    *,
    make_hash: Callable[[], RubyHash] = RubyHash,
    place: Callable[[str], Place | None] = lambda pointer: None,
    pointer: str = "",
) -> Value:
    """A JSON value as Ruby's parser gives it; `make_hash` makes the hashes, plain ones if not said."""
    if isinstance(data, str):
        return RubyString(data)
    if isinstance(data, Mapping):
        made = make_hash()
        for key, value in data.items():
            inner = f"{pointer}/{escape_pointer(key)}"
            converted = ruby_value(value, make_hash=make_hash, place=place, pointer=inner)
            made.put(RubyString(key, frozen=True), converted, place(inner))
        return made
    if isinstance(data, (list, tuple)):
        return RubyArray(
            ruby_value(item, make_hash=make_hash, place=place, pointer=f"{pointer}/{index}")
            for index, item in enumerate(data)
        )
    return data


def mash(data: Mapping[str, Any]) -> Value:
    """A JSON object as a Mash, as Chef keeps data bag items."""
    return ruby_value(data, make_hash=Mash)
