"""The order in which Scala lists a set or a map: as it was filled up to four elements, by hash from five."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from driftcheck.kafka.java_text import hash_code
from driftcheck.kafka.versions import Release

Element = TypeVar("Element", str, int)
_SMALL = 4
_BITS = 5


def set_order(elements: Iterable[Element], release: Release) -> list[Element]:
    """The elements, each once, in the order of `toSet` in the Scala that a release comes with.

    Scala 2.13 (taken to be the one from 2.4 on) lists a node's own elements before those of its branches.
    """
    known = list(dict.fromkeys(elements))
    if len(known) <= _SMALL:
        return known
    hashed = [(_improve(hash_code(each) if isinstance(each, str) else each), each) for each in known]
    return _walk(hashed, 0, own_first=release.family >= (2, 4))


def set_text(elements: Iterable[Element], release: Release) -> str:
    """A set's `toString`."""
    ordered = set_order(elements, release)
    name = "HashSet" if len(ordered) > _SMALL and release.family >= (2, 4) else "Set"
    return f"{name}({', '.join(map(str, ordered))})"


def _improve(code: int) -> int:
    """`scala.collection.Hashing.improve`."""
    mask = 2**32 - 1
    mixed = (code + ~(code << 9)) & mask
    mixed ^= mixed >> 14
    mixed = (mixed + (mixed << 4)) & mask
    return mixed ^ (mixed >> 10)


def _walk(hashed: list[tuple[int, Element]], shift: int, *, own_first: bool) -> list[Element]:
    """Lists a hash trie from a level on."""
    if shift > 32:
        return [each for _, each in hashed]
    branches: dict[int, list[tuple[int, Element]]] = {}
    for pair in hashed:
        branches.setdefault(pair[0] >> shift & (2**_BITS - 1), []).append(pair)
    own: list[Element] = []
    deeper: list[Element] = []
    for _, branch in sorted(branches.items()):
        if len(branch) == 1:
            own.append(branch[0][1])
        else:
            (deeper if own_first else own).extend(_walk(branch, shift + _BITS, own_first=own_first))
    return own + deeper
