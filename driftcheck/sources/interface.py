"""What every source is: asked with a Request, within a Deadline, it returns part of a Snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
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
class Destination:
    """An address that brokers advertise. `ids`: the brokers that do; `ask`: whether it speaks without
    authentication, so that it can be asked which one it is; `old`: in the words of releases before 0.10.0.
    """

    address: str
    port: int
    ids: tuple[int, ...] = ()
    ask: bool = False
    old: bool = True


@frozen
class Request:
    """What a run asks of its sources.

    `trees`: Chef repositories or folders of rendered files. `zookeeper`: a connect string. `resolvers`:
    `IP[:port]`, or "system" for the system's own. `zones`: paths of zone files in `configuration_tree`.
    `hosts` and `addresses` are what the second wave asks DNS about. `connect`: whether brokers are connected
    to; `destinations` are where the third wave does, and `leaders` a partition that each broker leads.
    """

    configuration: Configuration
    trees: tuple[Tree, ...] = ()
    configuration_tree: Tree | None = None
    zookeeper: str | None = None
    resolvers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    connect: bool = False
    destinations: tuple[Destination, ...] = ()
    leaders: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    progress: Progress = field(default=lambda message: None)


class Source(Protocol):
    """A source. `name` is what locations and `needs:` call it. Sources of wave 2 answer what wave 1 named,
    those of wave 3 go where both lead.
    """

    @property
    def name(self) -> str: ...

    @property
    def wave(self) -> Literal[1, 2, 3]: ...

    def wanted(self, request: Request) -> bool:
        """Whether this request asks this source anything."""

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """What it saw. Never raises for the world's faults: they are Unknowns and Gaps in the snapshot."""
