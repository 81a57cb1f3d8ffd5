"""The texts of inter.broker.protocol.version and log.message.format.version, by release."""

from __future__ import annotations

from functools import cache

from driftcheck.kafka.refusals import refuse
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

_LEVELS: tuple[tuple[str, int], ...] = (
    ("0.8.0", 0),
    ("0.8.1", 0),
    ("0.8.2", 0),
    ("0.9.0", 0),
    ("0.10.0", 2),
    ("0.10.1", 3),
    ("0.10.2", 1),
    ("0.11.0", 3),
    ("1.0", 1),
    ("1.1", 1),
    ("2.0", 2),
    ("2.1", 3),
    ("2.2", 2),
    ("2.3", 2),
    ("2.4", 2),
    ("2.5", 1),
    ("2.6", 1),
    ("2.7", 3),
    ("2.8", 2),
    ("3.0", 2),
    ("3.1", 1),
    ("3.2", 1),
    ("3.3", 4),
    ("3.4", 1),
    ("3.5", 3),
    ("3.6", 3),
    ("3.7", 5),
    ("3.8", 1),
    ("3.9", 1),
    ("4.0", 2),
)
"""Each protocol version and how many -IVn it has (none before 0.10.0): Kafka 3.9 MetadataVersion."""

_NEXT_TOO: dict[tuple[int, ...], str] = {(3, 7): "3.8", (3, 8): "3.9", (3, 9): "4.0"}
"""Releases that know a later, unstable version than their own: by its whole name only."""


@frozen(kw_only=False, order=True)
class ProtocolVersion:
    """A protocol version, ordered; `short` is its text without -IVn."""

    rank: int
    short: str

    @property
    def record_version(self) -> int:
        """The message format (0, 1 or 2) that comes with it."""
        return (self >= named("0.10.0-IV0")) + (self >= named("0.11.0-IV0"))


def protocol_version(text: str, release: Release) -> ProtocolVersion:
    """What a release makes of a text (`2.4`, `2.4.1`, `0.10.0-IV1`, `0.9.0.X`); it refuses unknown ones."""
    family = release.family
    segments = text.split(".")
    while len(segments) > 1 and not segments[-1]:
        segments.pop()
    count = 3 if family < (1, 0) or text.startswith("0.") else 2
    key = ".".join(segments[:count])
    if family >= (3, 3) and len(segments) <= count:
        key = text
    found = _known(family).get(key)
    if found is not None:
        return found
    if family < (0, 10):
        refuse(f"key not found: {key}")
    quoted = text if family >= (3, 3) else f"`{text}`"
    return refuse(f"Version {quoted} is not a valid version")


def named(text: str) -> ProtocolVersion:
    """The protocol version of an exact name."""
    return _all()[text]


@cache
def _all() -> dict[str, ProtocolVersion]:
    found: dict[str, ProtocolVersion] = {}
    for short, levels in _LEVELS:
        for level in range(levels or 1):
            version = ProtocolVersion(len(found), short)
            found[f"{short}-IV{level}" if levels else short] = version
    return found


@cache
def _known(family: tuple[int, ...]) -> dict[str, ProtocolVersion]:
    """Every text that a release of this family accepts."""
    own = ".".join(map(str, family))
    shorts = [short for short, _ in _LEVELS]
    stable = shorts.index(own)
    known = shorts.index(_NEXT_TOO.get(family, own))
    accepted: dict[str, ProtocolVersion] = {}
    for name, version in _all().items():
        at = shorts.index(version.short)
        if at <= known:
            accepted[name] = version
        if at <= stable:
            accepted[version.short] = version
    return accepted
