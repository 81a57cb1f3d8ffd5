"""The names that an expression can use, and where in a frame their values stand."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from driftcheck.engine.language.shapes import Shape
from driftcheck.model.frozen import frozen

Frame = list[object]
"""The values of one evaluation, by slot."""

Run = Callable[[Frame], object]
"""A compiled expression: total, it never raises."""


class _Unset(enum.Enum):
    UNSET = "unset"


UNSET = _Unset.UNSET
"""Stands in a frame where a variable has not been needed yet."""


@frozen
class Part:
    """A compiled expression, the shape of its value, and the names that it reads.

    `slot`: the one that holds its value from the start, if one does.
    """

    run: Run
    shape: Shape
    reads: frozenset[str] = frozenset()
    slot: int | None = None

    def then(self, read: Callable[[object], object]) -> Run:
        """What is read from its value."""
        run, slot = self.run, self.slot
        return (lambda frame: read(run(frame))) if slot is None else (lambda frame: read(frame[slot]))


@dataclass(slots=True, kw_only=True)
class Names:
    """Names with what reads them, and how many slots of a frame they take; grows as names are bound.

    The first slot holds the frame that all subjects of one cluster share. `pending` binds names that nobody
    has asked for yet: their slots are taken, their expressions are not compiled. `shared`: those whose values
    are the same for all subjects of a cluster.
    """

    size: int = 1
    parts: dict[str, Part] = field(default_factory=dict)
    pending: dict[str, Callable[[], None]] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, shapes: Mapping[str, Shape], shared: frozenset[str] = frozenset()) -> Names:
        """Names whose values stand in a frame from the start, in this order; `shared` as below."""
        names = cls(shared=shared)
        for name, shape in shapes.items():
            names.bind(name, shape)
        return names

    def bind(self, name: str, shape: Shape) -> int:
        """A name whose value is put into its slot."""
        slot = self._next_slot()
        self.parts[name] = Part(
            run=lambda frame: frame[slot], shape=shape, reads=frozenset({name}), slot=slot
        )
        return slot

    def part(self, name: str) -> Part | None:
        """What reads a name; None if there is none of that name."""
        if name in self.pending:
            self.pending.pop(name)()
        return self.parts.get(name)

    def bind_pending(self) -> None:
        """Binds every name that is left."""
        while self.pending:
            self.part(next(iter(self.pending)))

    def reserve(self) -> int:
        """A slot for a variable."""
        return self._next_slot()

    def bind_variable(self, name: str, part: Part, slot: int) -> None:
        """A name for an expression, evaluated when it is first read in a frame."""
        run = part.run

        def read(frame: Frame) -> object:
            value = frame[slot]
            if value is UNSET:
                value = frame[slot] = run(frame)
            return value

        self.parts[name] = Part(run=read, shape=part.shape, reads=part.reads)

    def bind_shared(self, name: str, part: Part, slot: int) -> None:
        """The same for an expression that has one value for a whole cluster: it is evaluated once for it."""
        run = part.run

        def read(frame: Frame) -> object:
            shared: Any = frame[0]
            value = shared[slot]
            if value is UNSET:
                value = shared[slot] = run(frame)
            return value

        self.parts[name] = Part(run=read, shape=part.shape, reads=part.reads)

    def copy(self) -> Names:
        """The same names, to which further ones can be bound."""
        self.bind_pending()
        return Names(size=self.size, parts=dict(self.parts), shared=self.shared)

    def _next_slot(self) -> int:
        self.size += 1
        return self.size - 1

    def shared_frame(self) -> Frame:
        """What the frames of one cluster share; first what calls gave that are made again and again."""
        return [{}, *[UNSET] * (self.size - 1)]

    def blank(self, count: int) -> Frame:
        """What stands in a frame behind the shared one and the first `count` names' values."""
        return [UNSET] * (self.size - 1 - count)

    def frame(self, shared: Frame, *values: object) -> Frame:
        """A frame with the first names' values."""
        return [shared, *values, *self.blank(len(values))]
