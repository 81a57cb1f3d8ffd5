"""Unknowns made of others, and what stands beside an Unknown that may not be there."""

from __future__ import annotations

from typing import Any

from driftcheck.model.facts import Unknown


def without_candidates(unknown: Unknown) -> Unknown:
    """An Unknown for the same reason that may be anything."""
    return Unknown(kind=unknown.kind, reason=unknown.reason, location=unknown.location)


class Perhaps:
    """What an entry that may not be there is if it is: a text, a number, a symbol, nil, true or false."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value
