"""Values as texts, as templates print them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from driftcheck.engine.language.values import MAX_TEXT, Fragments, Open, Partial, Properties, Secret, value_of
from driftcheck.model.facts import Absent
from driftcheck.model.inventory import Advertised
from driftcheck.model.redaction import redacted

GAP = "⟨?⟩"
NOTHING = "–"
CUT = "…"

_NAMED = ("name", "listener", "host", "subject", "vantage", "broker_id")
"""The fields by which a noun is called, the first that it has."""


def text_of(value: object) -> str:
    """A value as one text of at most MAX_TEXT characters; a secret is never shown.

    Unknown: what is known of the text, with ⟨?⟩ for the gaps. Absent: –. Lists: their elements with commas.
    """
    if isinstance(value, str):
        return cut(value, MAX_TEXT)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Open):
        return cut(fragments_text(value.fragments), MAX_TEXT)
    if isinstance(value, Absent):
        return NOTHING
    if isinstance(value, Secret):
        return redacted(str(value.value))
    if isinstance(value, (tuple, Partial, Mapping, Properties)):
        return _several(value)
    if isinstance(value, float):
        return f"{value:g}"
    return _time(value) if isinstance(value, datetime) else _noun(value)


def fragments_text(fragments: Fragments) -> str:
    """What is known of a text, ⟨?⟩ for each gap and for a text of which nothing is known."""
    return "".join(GAP if each is None else each for each in fragments) or GAP


def cut(text: str, most: int) -> str:
    """The text, its end replaced by … if it is too long."""
    return text if len(text) <= most else text[: most - 1] + CUT


def _time(value: datetime) -> str:
    try:
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError):  # a moment at the very end of the calendar
        return value.isoformat(" ")


def _several(value: object) -> str:
    if isinstance(value, Properties):
        value = value.entries
    if isinstance(value, Mapping):
        return _joined(f"{key}={text_of(value_of(value[key]))}" for key in sorted(value))
    if isinstance(value, Partial):
        return _joined([*(text_of(each) for each in value.items), GAP])
    return _joined(text_of(each) for each in value) if isinstance(value, tuple) else ""


def _joined(texts: Iterable[str]) -> str:
    found: list[str] = []
    length = 0
    for text in texts:
        found.append(text)
        length += len(text) + 2
        if length > MAX_TEXT:
            break
    return cut(", ".join(found), MAX_TEXT)


def _noun(value: object) -> str:
    if isinstance(value, Advertised):
        return cut(str(value), MAX_TEXT)
    for name in _NAMED:
        if hasattr(value, name):
            return text_of(value_of(getattr(value, name)))
    return type(value).__name__
