"""How brokers of 0.8 and the old clients read one value (kafka.utils.VerifiableProperties): untrimmed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from driftcheck.kafka import java_text
from driftcheck.kafka.refusals import refuse, require

_LIMITS = {"INT": java_text.INT, "SHORT": java_text.SHORT, "LONG": java_text.LONG}
_CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3}
_COLON = r"[ \t\n\x0b\f\r]*:[ \t\n\x0b\f\r]*"


def parse(kind: str, name: str, text: str) -> Any:
    """The value of a text by its kind: INT, SHORT, LONG, DOUBLE, BOOLEAN, CODEC, MAP, else a text as it is.

    Raises Refused.
    """
    match kind:
        case "INT" | "SHORT" | "LONG":
            return _number_or_refuse(lambda: java_text.integer(text, _LIMITS[kind]))
        case "DOUBLE":
            return _number_or_refuse(lambda: java_text.double(text))
        case "BOOLEAN":
            either = "boolean values must be either 'true' or 'false"
            require(text in ("true", "false"), f"Unacceptable value for property '{name}', {either}")
            return text == "true"
        case "CODEC":
            _check_codec(text)
        case "MAP":
            _check_map(name, text)
    return text


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuses a number that is not within its limits, both included."""
    reason = f"{name} has value {value} which is not in the range ({low},{high})."
    require(low <= value <= high, reason)


def _number_or_refuse(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except java_text.NotANumberError as error:
        return refuse(str(error))


def _check_map(name: str, text: str) -> None:
    """A map of numbers, which 0.8 splits at every colon."""
    for entry in java_text.split_commas(text) if text else ():
        parts = re.split(_COLON, entry)
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        if parts == [""] and entry:
            parts = []
        if len(parts) < 2:
            where = f"Index {len(parts)} out of bounds for length {len(parts)}"
            refuse(f"Error parsing configuration property '{name}': {where}")
        _number_or_refuse(partial(java_text.integer, parts[1]))


def _check_codec(text: str) -> None:
    try:
        number = java_text.integer(text)
    except java_text.NotANumberError:
        if text.lower() not in _CODECS:
            refuse(f"{text} is an unknown compression codec")
    else:
        if number not in _CODECS.values():
            refuse(f"{number} is an unknown compression codec")
