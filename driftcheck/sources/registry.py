"""The sources, found by module: each module of this package but this one and the interface is one.

What a source is made of stands in a package beside it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import driftcheck.sources
from driftcheck.sources.interface import Source

_NOT_SOURCES = {"interface", "registry"}


def sources() -> tuple[Source, ...]:
    """Every source, sorted by name; RuntimeError if two modules hold sources of one name."""
    found: dict[str, Source] = {}
    modules = (each.name for each in iter_modules(driftcheck.sources.__path__) if not each.ispkg)
    for module in sorted(set(modules) - _NOT_SOURCES):
        source: Source = import_module(f"driftcheck.sources.{module}").SOURCE
        if source.name in found:
            raise RuntimeError(f"two modules hold the source {source.name!r}; one is {module}")
        found[source.name] = source
    return tuple(source for _, source in sorted(found.items()))
