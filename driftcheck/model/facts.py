"""What is known of one field: Known, Unknown with its reason, or Absent with its evidence."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeAlias, TypeVar

from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class UnknownKind(enum.StrEnum):
    """Why something is not known: `fault` and `denied` are the world's doing and make a run exit 3."""

    FAULT = "fault"
    DENIED = "denied"
    UNSUPPORTED = "unsupported"
    MISSING_INPUT = "missing_input"


@frozen
class Known(Generic[T_co]):
    """A value, where it stands, what it was made of and what it beat.

    `assumed` lists what had to be taken for granted; `secret` marks a value that must never leave.
    """

    value: T_co
    location: Location | None = None
    derived_from: tuple[Fact[Any], ...] = ()
    shadows: tuple[Known[Any], ...] = ()
    assumed: tuple[str, ...] = ()
    secret: bool = False


@frozen
class Unknown:
    """Not known, and why. `candidates` are the values that it could have.

    `fragments` keep what is known of a text, in order, with None for a gap: ("SSL://", None, ":9092").
    """

    kind: UnknownKind
    reason: str
    location: Location | None = None
    candidates: tuple[Known[Any], ...] = ()
    fragments: tuple[str | None, ...] = ()


@frozen
class Absent:
    """Known not to be there; `evidence` says how we know (NXDOMAIN, no such znode, the key is not set)."""

    evidence: str
    location: Location | None = None


Fact: TypeAlias = Known[T] | Unknown | Absent
"""`Fact[T]`: every field of a face is one."""


def missing(reason: str, location: Location | None = None) -> Unknown:
    """An Unknown for want of an input that was not given."""
    return Unknown(kind=UnknownKind.MISSING_INPUT, reason=reason, location=location)


def map_known(fact: Fact[T], change: Callable[[T], U]) -> Fact[U]:
    """The same fact with its known value changed; Unknown and Absent pass through.

    The candidates of an Unknown are dropped: they are values of the old kind.
    """
    match fact:
        case Known():
            return Known(
                value=change(fact.value),
                location=fact.location,
                derived_from=(fact,),
                assumed=fact.assumed,
                secret=fact.secret,
            )
        case Unknown():
            return replace(fact, candidates=(), fragments=())
        case Absent():
            return fact


def value_or_none(fact: Fact[T]) -> T | None:
    """The known value, else None: only where Unknown and Absent need no telling apart."""
    return fact.value if isinstance(fact, Known) else None
