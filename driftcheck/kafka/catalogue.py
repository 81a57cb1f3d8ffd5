"""The catalogue of Kafka's settings: what each is in a release, and in which releases it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from driftcheck.kafka.settings import BROKER, Setting, releases_of, rows_of, setting_of, settings_of
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.versions import NEWEST, Release
from driftcheck.model.frozen import frozen

_TYPES = {"CODEC": "string", "MAP": "string"}
_VALID = {
    "nonempty": "not empty",
    "nonnull": "",
    "protocol-version": "a version of Kafka",
    "voters": "ID@HOST:PORT, …",
    "bootstrap-servers": "HOST:PORT, …",
    "gzip-level": "[1,...,9] or -1",
    "pool-size": "[1,...] or -1",
    "storage-size": "[1,...] or -1",
    "urls": "URLs",
    "offset-reset": "[latest, earliest, none, by_duration:PnDTnHnMn.nS]",
    "acknowledgement": "[implicit, explicit]",
}
_MOST = {"INT": 2**31 - 1, "SHORT": 2**15 - 1, "LONG": 2**63 - 1}

SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("log.roll.ms", "log.roll.hours"),
    ("log.roll.jitter.ms", "log.roll.jitter.hours"),
    ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    ("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    ("log.dirs", "log.dir"),
    ("node.id", "broker.id"),
    ("delegation.token.secret.key", "delegation.token.master.key"),
)
"""Brokers' settings that mean the same; of several that are set the first one counts.

DynamicBrokerConfig.brokerConfigSynonyms of 1.1 to 3.9, KafkaConfig.logDirs, KIP-631, KIP-373.
"""


@frozen
class CatalogueEntry:
    """A setting as a release has it, or its newest release where none is named.

    `type` is ConfigDef's, in small letters; `valid` its validator as Kafka's documentation words it.
    `dynamic` is `read-only`, `per-broker` or `cluster-wide` (KIP-226), None for what is not a broker's.
    `since` and `until` are the first and the last release that know it, a family where it is the family's
    first or last; `until` is None where the newest one does. `known_in`: the same as full names, one pair for
    each unbroken run of releases.
    """

    name: str
    type: str
    default: str | None
    required: bool
    valid: str
    importance: str | None
    dynamic: str | None
    deprecated: bool
    internal: bool
    since: str
    until: str | None
    known_in: tuple[tuple[str, str], ...]
    replaced_by: tuple[str, ...]
    synonyms: tuple[str, ...]


def catalogue(group: str = BROKER, release: Release | None = None) -> tuple[CatalogueEntry, ...]:
    """Every setting of a release, or of all releases, by name; none if the release has no such group."""
    if release is not None:
        known = settings_of(release, group)
        return tuple(_entry(known[name], group, known) for name in sorted(known))
    names = rows_of(group)
    return tuple(_entry(setting_of(name, group), group, names) for name in sorted(names))


def replaced_by(name: str, group: str = BROKER) -> tuple[str, ...]:
    """What took the place of a setting, in any release; empty for nothing."""
    return tuple(_replacements().get(group, {}).get(name, ()))


def since(name: str, group: str = BROKER) -> str:
    """The first release that knows a setting: its family if that is the family's first release."""
    return _span(group, rows_of(group)[name])[0]


def until(name: str, group: str = BROKER) -> str | None:
    """The last release that knows a setting; None if the newest one does."""
    return _span(group, rows_of(group)[name])[1]


def _entry(setting: Setting, group: str, known: Mapping[str, Any]) -> CatalogueEntry:
    rows = rows_of(group)[setting.name]
    first, last = _span(group, rows)
    names = [release.text for release in releases_of(group)]
    return CatalogueEntry(
        name=setting.name,
        type=_TYPES.get(setting.kind, setting.kind.lower()),
        default=setting.default_text,
        required=setting.required,
        valid=valid_values(setting),
        importance=setting.importance,
        dynamic=setting.update_mode if group == BROKER else None,
        deprecated=setting.deprecated,
        internal=setting.internal,
        since=first,
        until=last,
        known_in=tuple((names[start], names[end]) for start, end in runs_of(rows)),
        replaced_by=_replacements_of(setting, group, known) if setting.deprecated or last else (),
        synonyms=tuple(name for name in _synonyms(setting.name, group) if name in known),
    )


def _replacements_of(setting: Setting, group: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in replaced_by(setting.name, group) if name in known)


def valid_values(setting: Setting) -> str:
    """The values that a setting can have, as Kafka's documentation words it; empty for any of its type."""
    kind, _, arguments = setting.rule.partition(" ")
    if kind == "range":
        low, high = arguments.split(" ")
        if high == str(_MOST.get(setting.kind)):
            high = "null"
        return f"[{'...' if low == 'null' else low + ',...'}{'' if high == 'null' else ',' + high}]"
    if kind in ("in", "each", "anycase", "protocol"):
        loose = " (case insensitive)" if kind in ("anycase", "protocol") else ""
        return f"[{arguments}]{loose}"
    return _VALID.get(kind, "")


def _span(group: str, rows: Sequence[Sequence[Any]]) -> tuple[str, str | None]:
    releases = releases_of(group)
    first, last = rows[0][0], rows[-1][1]
    begins = first == 0 or releases[first - 1].family != releases[first].family
    ends = last == len(releases) - 1 or releases[last + 1].family != releases[last].family
    until = releases[last].family_name if ends else releases[last].text
    newest = last == len(releases) - 1 and releases[last].family == NEWEST
    return releases[first].family_name if begins else releases[first].text, None if newest else until


def runs_of(rows: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """The unbroken runs of releases of a setting's rows: numbers of the first and the last of each."""
    found: list[tuple[int, int]] = []
    for start, end, *_ in rows:
        if found and found[-1][1] == start - 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _synonyms(name: str, group: str) -> tuple[str, ...]:
    if group != BROKER:
        return ()
    return tuple(other for names in SYNONYMS if name in names for other in names if other != name)


@cache
def _replacements() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """`data/replacements.json`, by group: from Kafka's documentation, its upgrade notes and KIPs."""
    table: Mapping[str, Mapping[str, Sequence[str]]] = read_table("replacements.json")
    return table
