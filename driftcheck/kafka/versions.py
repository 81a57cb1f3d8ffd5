"""Kafka's releases: which family a version belongs to, and their order."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache

from driftcheck.errors import UsageError
from driftcheck.model.frozen import frozen

LAST_PATCHES: dict[tuple[int, ...], int] = {
    (0, 8, 0): 0,
    (0, 8, 1): 1,
    (0, 8, 2): 2,
    (0, 9, 0): 1,
    (0, 10, 0): 1,
    (0, 10, 1): 1,
    (0, 10, 2): 2,
    (0, 11, 0): 3,
    (1, 0): 2,
    (1, 1): 1,
    (2, 0): 1,
    (2, 1): 1,
    (2, 2): 2,
    (2, 3): 1,
    (2, 4): 1,
    (2, 5): 1,
    (2, 6): 3,
    (2, 7): 2,
    (2, 8): 2,
    (3, 0): 2,
    (3, 1): 2,
    (3, 2): 3,
    (3, 3): 2,
    (3, 4): 1,
    (3, 5): 2,
    (3, 6): 2,
    (3, 7): 2,
    (3, 8): 1,
    (3, 9): 1,
    (4, 0): 1,
    (4, 1): 1,
}
"""Every family whose rules are known, with its last release's patch number."""

NEWEST = max(LAST_PATCHES)

_TEXT = re.compile(
    r"v?(?:2\.\d{1,2}-)?(?P<numbers>\d{1,3}(?:\.\d{1,3}){1,3})(?:[-+][\w.+-]*)?", re.IGNORECASE
)


@frozen(kw_only=False, order=True)
class Release:
    """A release, ordered as Kafka's are. `family` has three numbers below 1.0 and two from there on."""

    family: tuple[int, ...]
    patch: int
    text: str = field(compare=False)

    @property
    def family_name(self) -> str:
        """The family as Kafka's documentation spells it: 0.10.2, 2.8."""
        return ".".join(map(str, self.family))

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=256)
def parse_version(text: str) -> Release:
    """The release that a version text means: `0.8`, `0.10.2`, `2.8`, `3.9.1`, `2.13-3.9.1`, `2.8.2-ccs`.

    Without a patch number the family's last release; `0.8` alone is 0.8.0, the first with replication.
    A minor release of 4.x that is newer than all we know has the newest one's rules.
    Raises UsageError for anything else.
    """
    match = _TEXT.fullmatch(text.strip())
    numbers = tuple(int(number) for number in match["numbers"].split(".")) if match else ()
    family, rest = _family(numbers)
    if family not in LAST_PATCHES or len(rest) > 1:
        raise UsageError(
            f"{text!r} is not a version of Kafka that driftcheck knows",
            hint=f"give a release from 0.8 to {NEWEST[0]}.x, such as 0.10.2, 2.8 or 3.9.1",
        )
    return Release(family, rest[0] if rest else LAST_PATCHES[family], text.strip())


def release_named(name: str) -> Release:
    """The release of a full name as Kafka writes it, `0.8.1`, `0.10.2.2` or `3.9.1`, whether known or not."""
    numbers = tuple(map(int, name.split(".")))
    size = 3 if numbers[0] == 0 else 2
    return Release(numbers[:size], numbers[size] if len(numbers) > size else 0, name)


def families() -> tuple[Release, ...]:
    """The last release of every family, oldest first."""
    return tuple(
        Release(family, patch, ".".join(map(str, (*family, patch))))
        for family, patch in sorted(LAST_PATCHES.items())
    )


def _family(numbers: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The family of a version's numbers, and the numbers that are left."""
    if numbers[:1] != (0,):
        family, rest = numbers[:2], numbers[2:]
        return (NEWEST if family[:1] == NEWEST[:1] and family > NEWEST else family), rest
    if len(numbers) == 2:
        known = [family for family in LAST_PATCHES if family[:2] == numbers]
        if numbers == (0, 8):
            known = known[:1]
        return (known[-1] if known else numbers), ()
    return numbers[:3], numbers[3:]
