"""The texts of inter.broker.protocol.version and log.message.format.version, by release."""

from __future__ import annotations

import re
from functools import cache, lru_cache

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


_ANY_VERSION = re.compile(
    r"v?(?:2\.\d{1,2}-)?(?P<numbers>\d{1,3}(?:\.\d{1,3}){1,3})(?:\.X)?(?:-IV(?P<level>\d)|[-+][\w.+-]*)?",
    re.IGNORECASE,
)
_WHOLE = 99
"""The level of a release, and of a protocol version that is named without its level."""


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


@lru_cache(maxsize=256)
def protocol_order(text: str) -> tuple[tuple[int, ...], int] | None:
    """By this the texts of releases and protocol versions sort as the protocols that they speak.

    `2.4`, `2.4.1`, `2.13-2.4.1` and `2.4-IV1`, the last level of 2.4, are equal. None for what is none.
    """
    match = _ANY_VERSION.fullmatch(text.strip())
    if match is None:
        return None
    numbers = tuple(map(int, match["numbers"].split(".")))
    family = numbers[: 3 if numbers[0] == 0 else 2]
    if match["level"] is None:
        return family, _WHOLE
    level = int(match["level"])
    last = dict(_LEVELS).get(".".join(map(str, family)), 0) - 1
    return family, _WHOLE if level == last else level


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
