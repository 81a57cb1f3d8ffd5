"""How what cannot be told is said: names in a row, and every ambiguity once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from driftcheck.join.order import natural_key
from driftcheck.model.inventory import Ambiguity

MOST_NAMES = 3


def listed(names: Iterable[str], *, last: str = "and", most: int = MOST_NAMES) -> str:
    """`kafka1, kafka2 and kafka10`; of more than `most` the first ones and how many more."""
    ordered = sorted(names, key=natural_key)
    if len(ordered) > most + 1:
        ordered = [*ordered[:most], f"{len(ordered) - most} more"]
    *front, end = ordered
    return f"{', '.join(front)} {last} {end}" if front else end


def are(names: Sequence[str], one: str, several: str) -> str:
    """The verb for so many names."""
    return one if len(names) == 1 else several


def each_once(
    clusters: Iterable[str], known: Sequence[Mapping[str, tuple[Ambiguity, ...]]]
) -> dict[str, tuple[Ambiguity, ...]]:
    """The ambiguities of these clusters; one that is about several of them stands with the first."""
    told: set[Ambiguity] = set()
    found: dict[str, tuple[Ambiguity, ...]] = {}
    for cluster in clusters:
        all_of_it = (each for by_cluster in known for each in by_cluster.get(cluster, ()))
        fresh = tuple(dict.fromkeys(each for each in all_of_it if each not in told))
        told.update(fresh)
        found[cluster] = fresh
    return found
