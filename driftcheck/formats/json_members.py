"""Large JSON objects of which little is needed: the rest is checked to be JSON and skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from driftcheck.formats.json_text import MAX_BYTES, parse_json


class NeededMembers(dict[str, object]):
    """What was read of an object; `named`: the keys of its parts that are needed for a name."""

    named: frozenset[str] = frozenset()


class MemberReader:
    """Reads JSON objects of one shape: these members whole, and of `parts` the keys that are needed: those of
    which the text before the first dot is among `words`, and those that are needed for one of the `names`.

    A name needs, in every part, the key that is called so, those with which and `_` or `.` it begins, and
    those under which a key is called so. A name is of ASCII letters, digits and `_.-`: see `can_be_sought`.
    Every other member, and every other key of a part, is left out. A text that is read so is read by
    `parse_json` to the same values; for what it refuses, and for a part that is no object, `parse_json` is
    asked: its errors are the ones that are raised.
    """

    def __init__(
        self, members: Sequence[str], parts: Iterable[str], words: frozenset[str], names: Iterable[str] = ()
    ) -> None:
        # Slow to import: it is worth it from about a hundred documents on.
        import msgspec

        self._parts = tuple(parts)
        self._members = (*members, *self._parts)
        self._words = words
        self._names = tuple(names)
        self._quoted = [f'"{name}"'.encode() for name in self._names]
        self._is_beginning = lru_cache(maxsize=4096)(self._begins_a_name)
        self._value: Callable[[Any], object] = msgspec.json.Decoder().decode
        self._absent = absent = msgspec.UNSET
        fields: list[Any] = [(name, Any, absent) for name in members]
        fields += [(name, dict[str, msgspec.Raw] | msgspec.UnsetType, absent) for name in self._parts]
        self._decode = msgspec.json.Decoder(msgspec.defstruct("Document", fields)).decode
        self._read = attrgetter(*self._members)
        self._refusals = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

    def parse(self, data: bytes) -> object:
        """The needed part of the object, NeededMembers. Raises JsonError, as `parse_json` does."""
        if len(data) > MAX_BYTES or not _is_utf8(data):
            return parse_json(data)
        try:
            return self._needed_part(data)
        except self._refusals:
            return parse_json(data)

    def _needed_part(self, data: bytes) -> NeededMembers:
        value, words = self._value, self._words
        found = NeededMembers()
        read = dict(zip(self._members, self._read(self._decode(data)), strict=True))
        named = found.named = self._named(data, read) if self._names else found.named
        for name, part in read.items():
            if part is self._absent:
                continue
            if name in self._parts:
                part = {
                    key: value(raw)
                    for key, raw in part.items()
                    if key in words or key in named or ("." in key and key.partition(".")[0] in words)
                }
            found[name] = part
        return found

    def _named(self, data: bytes, read: Mapping[str, Any]) -> frozenset[str]:
        """The keys of all parts that are needed for a name."""
        parts = [read[name] for name in self._parts if read[name] is not self._absent]
        if b"\\u" in data:  # a key may be spelt otherwise
            return frozenset().union(*parts)
        quoted = [each for each in self._quoted if each in data]
        return frozenset(
            key
            for part in parts
            for key, raw in part.items()
            if self._is_beginning(key) or (quoted and _holds(bytes(raw), quoted))
        )

    def _begins_a_name(self, key: str) -> bool:
        return any(name == key or name.startswith((f"{key}_", f"{key}.")) for name in self._names)


def can_be_sought(name: str) -> bool:
    """Whether a key of this name is spelt in one way only in a JSON text without `\\u`."""
    return name.isascii() and name.replace("_", "").replace(".", "").replace("-", "").isalnum()


def _holds(text: bytes, quoted: Iterable[bytes]) -> bool:
    return any(each in text for each in quoted)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
