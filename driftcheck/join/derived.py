"""Facts made of facts: what several readings agree on, what one could be, what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind

T = TypeVar("T")
U = TypeVar("U")


def same(facts: Sequence[Fact[T]]) -> Fact[T]:
    """The fact if all releases agree; else Unknown with the values that it could have.

    What some releases know and others cannot (a machine's own name) waits for the version first of all.
    """
    unknown = next((fact for fact in facts if isinstance(fact, Unknown)), None)
    read = next((fact for fact in facts if not isinstance(fact, Unknown)), None)
    if unknown is not None and (read is None or unknown.kind is not UnknownKind.MISSING_INPUT):
        return replace(unknown, candidates=options(facts))
    first = facts[0] if read is None else read
    if all(_plain(fact) == _plain(first) for fact in facts) and unknown is None:
        return first
    return Unknown(
        kind=UnknownKind.MISSING_INPUT,
        reason="the releases of Kafka differ here, and the version is not known (--kafka-version)",
        location=first.location,
        candidates=options(facts),
    )


def options(facts: Iterable[Fact[T]]) -> tuple[Known[T], ...]:
    """Every value that one of the facts has or could have, once."""
    found: list[Known[T]] = []
    for fact in facts:
        for each in fact.candidates if isinstance(fact, Unknown) else (fact,):
            if isinstance(each, Known) and all(each.value != other.value for other in found):
                found.append(each)
    return tuple(found)


def _plain(fact: Fact[T]) -> tuple[bool, T | None]:
    return (True, fact.value) if isinstance(fact, Known) else (False, None)


def in_doubt(why: Unknown | None, fact: Fact[T]) -> Fact[T]:
    """The fact, or Unknown for this reason with what the fact could be; `why` None: there is no doubt."""
    match fact:
        case Known() | Unknown() if why is not None:
            return replace(why, candidates=options([fact]), fragments=())
        case Absent() if why is not None:
            return replace(why, candidates=(), fragments=())
    return fact


def possible(fact: Fact[T]) -> tuple[T, ...]:
    """The values that a fact has or could have."""
    return tuple(option.value for option in options([fact]))


def mapped(fact: Fact[T], change: Callable[[T], U]) -> Fact[U]:
    """The changed value at the same place; Unknown and Absent as they are."""
    match fact:
        case Known():
            return Known(value=change(fact.value), location=fact.location)
        case Unknown():
            return replace(fact, candidates=(), fragments=())
    return fact


def part(fact: Fact[T], of: Callable[[T], Fact[U]]) -> Fact[U]:
    """A field of what a fact holds; Unknown or Absent with it."""
    return of(fact.value) if isinstance(fact, Known) else fact
