"""A broker's settings as one source has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from driftcheck.kafka.setting_values import is_to_be_filled_in
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import NOT_GIVEN
from driftcheck.model.inventory_parts import OverriddenSetting
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import IntendedFile, NodeObservation, PropertiesObservation, PropertyEntry

_VALUES = 50_000
"""Values of which it is kept whether they are rendered: brokers share most of them. Secrets are not kept."""


@frozen
class Settings:
    """Settings by key. `whole`: a key that is not there is not set; else a template may write it, and where
    a template was rendered `unsaid` says why that is not known.

    `broken` is set where the settings as a whole could not be read. `duplicates`: keys that stand
    twice and do not say the same.
    `overridden`: those of which ZooKeeper has another value.
    """

    values: Mapping[str, Fact[str]]
    whole: bool
    location: Location
    broken: Unknown | None = None
    duplicates: tuple[str, ...] = ()
    unsaid: Unknown | None = None
    overridden: Fact[tuple[OverriddenSetting, ...]] = NOT_GIVEN

    def texts(self) -> dict[str, str]:
        """What is known to be set."""
        return {key: fact.value for key, fact in self.values.items() if isinstance(fact, Known)}

    def get(self, key: str) -> Fact[str]:
        """One setting; Unknown where a template may write it."""
        fact = self.values.get(key)
        if fact is not None:
            return fact
        if self.broken is not None:
            return self.broken
        if self.whole:
            return Absent(evidence=f"{key} is not set", location=self.location)
        if self.unsaid is not None:
            return replace(self.unsaid, candidates=(), fragments=())
        return missing(f"no attribute says {key}; the template may write it", self.location)

    def doubt(self, keys: Iterable[str]) -> Unknown | None:
        """Why one of these settings is not known, if one is not."""
        get = self.values.get if self.whole and self.broken is None else self.get  # no evidence is needed
        return next((fact for fact in map(get, keys) if isinstance(fact, Unknown)), None)

    def place(self, key: str) -> Location:
        """Where a setting stands; the place of them all where it does not."""
        fact = self.values.get(key)
        return (fact.location if fact is not None else None) or self.location


def attribute_settings(node: NodeObservation) -> Settings:
    """The settings that the node's last run computed."""
    return Settings(values=node.settings, whole=isinstance(node.settings_from, Known), location=node.location)


def intended_settings(file: IntendedFile) -> Settings:
    """The settings that the node's next run would write."""
    return Settings(
        values=file.settings,
        whole=file.doubt is None,
        location=file.location,
        duplicates=file.duplicates,
        unsaid=file.doubt,
    )


def file_settings(file: PropertiesObservation) -> Settings:
    """What a properties file says: of a key that stands twice the last, the earlier ones as its shadows."""
    match file.entries:
        case Unknown():
            return Settings(values={}, whole=False, location=file.location, broken=file.entries)
        case Absent():
            gone = missing(file.entries.evidence, file.entries.location or file.location)
            return Settings(values={}, whole=False, location=file.location, broken=gone)
    lines: dict[str, list[PropertyEntry]] = {}
    for entry in file.entries.value:
        lines.setdefault(entry.key, []).append(entry)
    return Settings(
        values={key: _last(key, [entry.value for entry in entries]) for key, entries in lines.items()},
        whole=True,
        location=file.location,
        duplicates=tuple(key for key, entries in lines.items() if len(entries) > 1 and _differ(entries)),
    )


def _differ(entries: Iterable[PropertyEntry]) -> bool:
    """Whether lines with one key say different things, as far as that is known."""
    said = [entry.value for entry in entries]
    known = {fact.value.strip() for fact in said if isinstance(fact, Known)}
    return len(known) > 1 or any(not isinstance(fact, Known) for fact in said)


def _last(key: str, facts: list[Fact[str]]) -> Fact[str]:
    last = _rendered(key, facts[-1])
    if len(facts) == 1 or not isinstance(last, Known):
        return last
    return replace(last, shadows=tuple(fact for fact in facts[:-1] if isinstance(fact, Known)))


def _rendered(key: str, fact: Fact[str]) -> Fact[str]:
    """Unknown where a template's marks stand: what a broker reads in their place is not known.

    The text as it stands is the only value that is known to be possible.
    """
    if not isinstance(fact, Known):
        return fact
    if not (is_to_be_filled_in if fact.secret else _is_to_be_filled_in)(key, fact.value):
        return fact
    why = missing(f"{key} holds the marks of a template that was not rendered", fact.location)
    return replace(why, candidates=(replace(fact, shadows=()),))


_is_to_be_filled_in = lru_cache(maxsize=_VALUES)(is_to_be_filled_in)
