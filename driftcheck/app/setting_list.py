"""Which settings Kafka has: found by a pattern, for one release or all."""

from __future__ import annotations

from driftcheck.errors import UsageError
from driftcheck.formats.wildcard import Wildcard
from driftcheck.kafka.catalogue import CatalogueEntry, catalogue
from driftcheck.kafka.setting_names import nearest
from driftcheck.kafka.settings import BROKER
from driftcheck.kafka.versions import parse_version


def find_settings(
    pattern: str | None = None, *, group: str = BROKER, version: str | None = None
) -> tuple[CatalogueEntry, ...]:
    """The settings whose name matches, sorted: a pattern with `*` or `?` as a whole, else as a part of it.

    `version` None: those of all releases. Raises UsageError for a version that is not known, for a release
    without such a group and for a pattern that nothing matches.
    """
    release = None if version is None else parse_version(version)
    known = catalogue(group, release)
    if not known:
        raise UsageError(
            f"Kafka {version} has no settings for {group}",
            hint="Its clients may be the old ones: --for old-producer, --for old-consumer.",
        )
    wanted = (pattern or "*").strip().lower()
    matching = _wildcard(wanted if any(each in wanted for each in "*?") else f"*{wanted}*")
    found = tuple(entry for entry in known if matching.matches(entry.name))
    if not found:
        near = nearest(wanted, [entry.name for entry in known])
        guess = f", did you mean {near}?" if near else ""
        of = "any Kafka" if version is None else f"Kafka {version}"
        raise UsageError(
            f"no {group} setting of {of} matches {wanted[:100]!r}{guess}",
            hint="Without --kafka-version the settings of all releases are searched.",
        )
    return found


def _wildcard(text: str) -> Wildcard:
    parts = text.split("*")
    return Wildcard(tuple(tuple(None if each == "?" else each for each in part) for part in parts))
