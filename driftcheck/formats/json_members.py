"""Large JSON objects of which little is needed: the rest is checked to be JSON and skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from driftcheck.formats.json_text import MAX_BYTES, parse_json


class MemberReader:
    """Reads JSON objects of one shape: these members whole, and of `parts` only the keys that are needed.

    Every other member, and every other key of a part, is left out. A text that is read so is read by
    `parse_json` to the same values; for what it refuses, and for a part that is no object, `parse_json` is
    asked: its errors are the ones that are raised.
    """

    def __init__(self, members: Iterable[str], parts: Iterable[str], needed: Callable[[str], bool]) -> None:
        # Slow to import: it is worth it from about a hundred documents on.
        import msgspec

        self._parts = tuple(parts)
        self._members = tuple(members)
        self._needed = needed
        self._absent = absent = msgspec.Raw(b"")
        fields: list[Any] = [(name, msgspec.Raw, absent) for name in self._members]
        fields += [(name, dict[str, msgspec.Raw] | msgspec.UnsetType, msgspec.UNSET) for name in self._parts]
        self._value: Callable[[Any], object] = msgspec.json.decode
        self._decode = msgspec.json.Decoder(msgspec.defstruct("Document", fields)).decode
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
        document = self._decode(data)
        found: dict[str, object] = {}
        for name in self._members:
            if (raw := getattr(document, name)) is not self._absent:
                found[name] = self._value(raw)
        for name in self._parts:
            part = getattr(document, name)
            if isinstance(part, dict):
                found[name] = {key: self._value(raw) for key, raw in part.items() if self._needed(key)}
        return found


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
