"""What an expression is evaluated with: plain values, and what stands for those that are not at hand.

Plain values are texts, numbers, true and false, times, tuples, mappings and the nouns. `Absent` is the
model's own. Known facts are unwrapped; of an Unknown and of a secret this module's classes take the place.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import datetime

from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

MOST_UNKNOWNS = 32
"""Reasons that one result keeps; what is left out is counted."""

MAX_TEXT = 10_000
"""Characters of a text that an expression makes."""

MAX_ITEMS = 100_000
"""Elements of a list that an expression makes."""

Fragments = tuple[str | None, ...]


@frozen
class Open:
    """Not decided because of these Unknowns, in the order in which they were met, and `more` further ones.

    `fragments` keep what is known of a text, with None for a gap.
    """

    unknowns: tuple[Unknown, ...]
    fragments: Fragments = ()
    more: int = 0


@frozen
class Secret:
    """A text or number that must never leave; it is compared and used as what it holds."""

    value: object


@frozen
class Partial:
    """A list of which it is not known whether it has further elements; `more` says why.

    `items` are those that it has for certain.
    """

    items: tuple[object, ...]
    more: Open


@frozen
class Properties:
    """Settings by key. Where they are not `whole`, a key that is not there may be set all the same.

    Attributes are not whole where a template may write more than they say, files where they cannot be read.
    `why`: the reason, where it is known.
    """

    entries: Mapping[str, object]
    whole: bool
    location: Location | None = None
    why: object = None

    def get(self, key: str) -> object:
        """The setting's fact: as it stands, Absent, or Unknown where a template may write it."""
        fact = self.entries.get(key)
        if fact is not None:
            return fact
        if self.whole:
            return Absent(evidence=f"{key} is not set", location=self.location)
        return self.unsaid(key)

    def unsaid(self, key: str) -> Unknown:
        """Why it is not known whether a setting that is not there is set."""
        if isinstance(self.why, Unknown):
            return replace(self.why, candidates=(), fragments=())
        if self.location is not None and self.location.source == "chef":
            reason = f"the attributes do not say {key}; the template may write it"
        else:
            reason = f"the file could not be read: it may set {key}"
        return Unknown(kind=UnknownKind.MISSING_INPUT, reason=reason, location=self.location)


NOT_GIVEN = Absent(evidence="it is not given")

PLAIN_KINDS = frozenset({str, int, bool, float, datetime, tuple})
"""The classes of what is there, is known and stands for itself."""

_AS_IT_IS = PLAIN_KINDS | {Absent}


def value_of(fact: object) -> object:
    """A fact or a field's value as expressions see it."""
    if type(fact) in _AS_IT_IS:
        return fact
    if isinstance(fact, Known):
        value = fact.value
        if type(value) not in PLAIN_KINDS:
            value = plain(value)
        return concealed(value) if fact.secret else value
    if isinstance(fact, Unknown):
        return Open(unknowns=(fact,), fragments=fact.fragments)
    return plain(fact)


def plain(value: object) -> object:
    """Sets sorted and sequences as tuples, None as Absent, members of enumerations as values."""
    if value is None:
        return NOT_GIVEN
    if isinstance(value, (frozenset, set)):
        return tuple(sorted(value))
    if isinstance(value, Sequence) and not isinstance(value, (str, tuple)):
        return tuple(value)
    return value.value if isinstance(value, enum.Enum) else value


def concealed(value: object) -> object:
    """The same value as a secret; a list's elements one by one, so that they can be counted and compared."""
    if isinstance(value, tuple):
        return tuple(concealed(item) for item in value)
    if isinstance(value, Partial):
        return Partial(items=tuple(concealed(item) for item in value.items), more=value.more)
    if isinstance(value, Mapping):
        return {key: concealed(item) for key, item in value.items()}
    if isinstance(value, (Open, Absent, Secret, bool)):
        return value
    return Secret(value=value)


def revealed(value: object) -> object:
    """What a secret holds; any other value as it is."""
    return value.value if isinstance(value, Secret) else value


def merged(values: Iterable[object]) -> Open:
    """The Unknowns of all that is open among the values, each reason once; at least one value is open."""
    opens = [found for found in map(_open_part, values) if found is not None]
    if len(opens) == 1 and not opens[0].fragments:
        return opens[0]
    unknowns: dict[object, Unknown] = {}
    for each in opens:
        for unknown in each.unknowns:
            unknowns.setdefault((unknown.kind, unknown.reason, unknown.location), unknown)
    kept = tuple(unknowns.values())[:MOST_UNKNOWNS]
    more = len(unknowns) - len(kept) + max((each.more for each in opens), default=0)
    return Open(unknowns=kept, more=more)


def _open_part(value: object) -> Open | None:
    if isinstance(value, Open):
        return value
    return value.more if isinstance(value, Partial) else None


def is_open(value: object) -> bool:
    """Whether it is not known, or not known in full."""
    return isinstance(value, (Open, Partial))


def noun_of(value: object) -> type | None:
    """The class of one of the model's nouns; None for any other value."""
    ours = isinstance(value, (Open, Partial, Secret, Properties, Absent))
    return type(value) if is_dataclass(value) and not ours else None


def unsupported(reason: str) -> Open:
    """Open because the expression asks what cannot be answered; nothing of it may hold a value's text."""
    return Open(unknowns=(Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason),))


def described(value: object) -> str:
    """What kind of value it is, with its article, for a message."""
    if isinstance(value, Absent):
        return "nothing"
    for kinds, name in (
        (Secret, "a secret"),
        (bool, "true or false"),
        (str, "a text"),
        ((int, float), "a number"),
        (datetime, "a time"),
        ((tuple, Partial), "a list"),
        ((Mapping, Properties), "a mapping"),
        (Open, "something unknown"),
    ):
        if isinstance(value, kinds):
            return name
    return f"a {type(value).__name__}" if noun_of(value) else "something else"
