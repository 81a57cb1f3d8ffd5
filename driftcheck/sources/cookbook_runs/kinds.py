"""Which files of a node's run are looked at: those of the configured kinds, by their names."""

from __future__ import annotations

from collections.abc import Mapping

NOT_WRITTEN = frozenset(
    {"meta.properties", "hosts", "zoo.cfg", "zoo.cfg.dynamic", "zookeeper.properties", "myid", "file-times"}
)
"""Kinds of which a run is not asked: Kafka writes the first, the others are read where they lie."""

_PLACEHOLDERS = ("{", "*")


def kinds_by_name(rendered: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The name of a file → its kind: the kind's own name, and those that the patterns end with."""
    found: dict[str, str] = {}
    for kind, patterns in rendered.items():
        if kind in NOT_WRITTEN:
            continue
        found[kind] = kind
        for pattern in patterns:
            name = pattern.rpartition("/")[2]
            if not any(mark in name for mark in _PLACEHOLDERS):
                found.setdefault(name, kind)
    return found


def base_name(path: str) -> str:
    return path.rpartition("/")[2]
