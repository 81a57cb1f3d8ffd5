"""The trees of expressions and templates that were parsed; whoever uses one checks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from driftcheck.sources.cache.files import Folder, read_cached, write_cached

NAME = "expressions-2.json"
"""The number changes with the shape of the trees, so that no version reads another's."""

KINDS = ("expressions", "templates")

Trees = Mapping[str, Mapping[str, Any]]
"""Kind → text → tree."""

NOTHING: Trees = {kind: {} for kind in KINDS}


def read_trees(folder: Folder | None) -> Trees:
    """What the cache holds; nothing if it is not what was written."""
    document = read_cached(folder, NAME)
    if not isinstance(document, dict) or set(document) != set(KINDS):
        return NOTHING
    if not all(isinstance(trees, dict) for trees in document.values()):
        return NOTHING
    return document


def write_trees(folder: Folder | None, trees: Trees) -> bool:
    """Puts the trees in place of what the cache holds; whether it could."""
    return write_cached(folder, NAME, {kind: trees[kind] for kind in KINDS})
