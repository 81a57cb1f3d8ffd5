"""Large JSON objects of which little is needed: the rest is checked to be JSON and skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from driftcheck.formats.json_text import MAX_BYTES, parse_json


class MemberReader:
    """Reads JSON objects of one shape: these members whole, and of `parts` the keys that are needed: those of
    which the text before the first dot is among `words`.

    Every other member, and every other key of a part, is left out. A text that is read so is read by
    `parse_json` to the same values; for what it refuses, and for a part that is no object, `parse_json` is
    asked: its errors are the ones that are raised.
    """

    def __init__(self, members: Sequence[str], parts: Iterable[str], words: frozenset[str]) -> None:
        # Slow to import: it is worth it from about a hundred documents on.
        import msgspec

        self._parts = tuple(parts)
        self._names = (*members, *self._parts)
        self._words = words
        self._value: Callable[[Any], object] = msgspec.json.Decoder().decode
        self._absent = absent = msgspec.UNSET
        fields: list[Any] = [(name, Any, absent) for name in members]
        fields += [(name, dict[str, msgspec.Raw] | msgspec.UnsetType, absent) for name in self._parts]
        self._decode = msgspec.json.Decoder(msgspec.defstruct("Document", fields)).decode
        self._read = attrgetter(*self._names)
        self._refusals = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

    def parse(self, data: bytes) -> object:
        """The needed part of the object. Raises JsonError, as `parse_json` does."""
        if len(data) > MAX_BYTES or not _is_utf8(data):
            return parse_json(data)
        try:
            return self._needed_part(data)
        except self._refusals:
            return parse_json(data)

    def _needed_part(self, data: bytes) -> object:
        absent, value, words = self._absent, self._value, self._words
        found: dict[str, object] = {}
        for name, part in zip(self._names, self._read(self._decode(data)), strict=True):
            if part is absent:
                continue
            if name in self._parts:
                part = {
                    key: value(raw)
                    for key, raw in part.items()
                    if key in words or ("." in key and key.partition(".")[0] in words)
                }
            found[name] = part
        return found


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
