"""What stands at the places of a trail: a fact, what it was made of, and what it beat."""

from __future__ import annotations

from typing import Any

from driftcheck.engine.language.text_of import cut, text_of
from driftcheck.engine.language.values import noun_of, value_of
from driftcheck.kafka.secrets import is_secret_value
from driftcheck.model.facts import Known
from driftcheck.model.locations import Location
from driftcheck.model.redaction import redacted

MOST_DEPTH = 6
MOST_VISITS = 200
MOST_VALUE = 300
"""Characters of a value that a step shows."""

LEVELS = ("default", "normal", "override", "automatic")
"""The attribute levels of a node object, each the first part of a pointer into it."""

_MACHINE = "/automatic/"

_ABOVE = {*LEVELS, "default_attributes", "override_attributes"}
"""Beside them those of roles, environments and policies."""


class Walk:
    """From facts to what they were made of and what they beat; ends after MOST_VISITS facts."""

    def __init__(self) -> None:
        self.told: dict[Location, str] = {}
        """What stands at each place, in the order in which it is told."""
        self._visits = 0
        self._machines: set[str] = set()
        """What machines say of themselves, and values are made of: one of several brokers' stands for all."""

    def over(
        self,
        fact: Known[Any],
        *,
        name: str = "",
        depth: int = 0,
        secret: bool = False,
        beaten: bool = False,
        above: Location | None = None,
    ) -> None:
        """The fact, its sources, then what it beat. A source at the same place (`above`) says more of it.

        `name`: what the fact is called where its place does not say it.
        """
        self._visits += 1
        if self._visits > MOST_VISITS or depth > MOST_DEPTH:
            return
        hidden = secret or fact.secret
        place = fact.location
        text = _step(fact, place, name, hidden) if place is not None else ""
        if depth and place is not None and (place.pointer or "").startswith(_MACHINE):
            text = "" if setting_name(place) in self._machines else text
            self._machines.add(setting_name(place))
        if place is not None and text and (place not in self.told or place == above):
            self.told[place] = f"{text} (not used: the above wins)" if beaten else text
        for source in fact.derived_from:
            if isinstance(source, Known):
                self.over(source, depth=depth + 1, secret=hidden, beaten=beaten, above=place)
        for loser in fact.shadows:
            self.over(loser, depth=depth + 1, secret=hidden, beaten=True)


def _step(fact: Known[Any], place: Location, otherwise: str, secret: bool) -> str:
    """What stands there, as the source writes it; nothing for what is no text."""
    if noun_of(fact.value) is not None or (isinstance(fact.value, tuple) and _holds_nouns(fact.value)):
        return ""
    name = setting_name(place) or ("" if place.source == "zookeeper" else otherwise)
    hidden = secret or is_secret_value(name, fact.value)
    text = _hidden(fact.value) if hidden else cut(text_of(value_of(fact.value)), MOST_VALUE)
    if place.source == "chef":
        return _attribute(name, place, text) if name else text
    if place.source in ("rendered", "client_files") and name:
        return f"{name}={text}"
    return f"{name} = {text}" if name else text


def _holds_nouns(items: tuple[object, ...]) -> bool:
    return any(noun_of(item) is not None for item in items)


def _hidden(value: object) -> str:
    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(redacted(str(each)) for each in values)


def setting_name(place: Location) -> str:
    """What the pointer of a place calls the thing: an attribute's path with dots, or a key."""
    pointer = place.pointer or ""
    if not pointer.startswith("/"):
        return pointer
    words = [word.replace("~1", "/").replace("~0", "~") for word in pointer[1:].split("/")]
    return ".".join(words[1:] if words[0] in _ABOVE and len(words) > 1 else words)


def _attribute(name: str, place: Location, text: str) -> str:
    level = (place.pointer or "").strip("/").partition("/")[0]
    note = f" ({level} level, as of the last run)" if level in LEVELS else ""
    return f'{name} = "{text}"{note}'
