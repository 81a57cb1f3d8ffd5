"""What every source is: asked with a Request, within a Deadline, it returns part of a Snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field
from typing import Literal, Protocol

from driftcheck.model.configuration import Configuration
from driftcheck.model.frozen import frozen
from driftcheck.model.snapshot import Snapshot
from driftcheck.model.tree import Tree

Progress = Callable[[str], None]
"""Told what is being done ("reading 3 of 12 registrations"); shown on a terminal only."""


@frozen
class Deadline:
    """One end for the whole run, in seconds of the monotonic clock, and a bound for each operation."""

    ends_at: float
    per_operation: float

    @classmethod
    def after(cls, seconds: float, *, per_operation: float) -> Deadline:
        return cls(ends_at=time.monotonic() + seconds, per_operation=per_operation)

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.ends_at - time.monotonic())

    def operation(self) -> float:
        """Seconds that the next operation may take."""
        return min(self.per_operation, self.remaining())


@frozen
class Request:
    """What a run asks of its sources.

    `trees`: Chef repositories or folders of rendered files. `zookeeper`: a connect string. `resolvers`:
    `IP[:port]`, or "system" for the system's own. `zones`: paths of zone files in `configuration_tree`.
    `hosts` and `addresses` are what the second wave asks DNS about.
    """

    configuration: Configuration
    trees: tuple[Tree, ...] = ()
    configuration_tree: Tree | None = None
    zookeeper: str | None = None
    resolvers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    progress: Progress = field(default=lambda message: None)


class Source(Protocol):
    """A source. `name` is what locations and `needs:` call it; wave 2 sources answer what wave 1 named."""

    @property
    def name(self) -> str: ...

    @property
    def wave(self) -> Literal[1, 2]: ...

    def wanted(self, request: Request) -> bool:
        """Whether this request asks this source anything."""

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """What it saw. Never raises for the world's faults: they are Unknowns and Gaps in the snapshot."""
