"""What tells that two nodes have the same under a top-level key, without a look at it.

A mark stands for all that the levels hold under a key: what they began with, and which recorded statements
have written there since, in their order. Two nodes with the same mark of a key have the same under it, value
by value and place by place. There is none where anything else has written, or might have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftcheck.chef.ruby.recorded_steps import LeafRead, WholeRead
    from driftcheck.chef.ruby.values import RubyHash


class Mark:
    """Equal only to itself. What follows on it is the same object for the same statements."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next: dict[object, Mark] = {}

    def after(self, written_by: object) -> Mark:
        """The mark of a key under which these statements have written."""
        found = self._next.get(written_by)
        if found is None:
            found = self._next[written_by] = Mark()
        return found


Held: TypeAlias = "tuple[bool, Mark | None, tuple[LeafRead | WholeRead, ...]]"


class Marks:
    """The marks of one node's keys.

    `first`: of all keys that are not the node's own; None where nothing is known of what levels began with.
    """

    __slots__ = ("_known", "_levels", "_own", "first", "is_held", "passed_over")

    def __init__(self, levels: Mapping[str, RubyHash]) -> None:
        self.first: Mark | None = None
        self.is_held = False
        """Whether what the node hands out now is only written under one key."""
        self._levels = levels
        self._own: frozenset[object] = frozenset()
        self._known: dict[str, Mark | None] = {}
        self.passed_over: dict[str, list[LeafRead | WholeRead]] = {}
        """What code read of a key, which was not read because of its mark."""

    def begin(self, first: Mark) -> None:
        """The levels are as they are before the first file. What the node's own object holds has no mark."""
        self.first = first
        self._own = frozenset({*self._levels["automatic"].entries, *self._levels["normal"].entries})

    def of(self, key: str) -> Mark | None:
        """The mark of a key; None where there is none."""
        if key in self._known:
            return self._known[key]
        return None if key in self._own else self.first

    def put(self, key: str, mark: Mark | None) -> None:
        """What was written under a key is told by this mark."""
        self._known[key] = mark

    def copied(self) -> Marks:
        """Those of now, to be asked later."""
        made = Marks(self._levels)
        made.first, made._own, made._known = self.first, self._own, dict(self._known)
        return made

    def held(self, key: str) -> Held:
        """What is known of a key, for `hold`."""
        return key in self._known, self._known.get(key), tuple(self.passed_over.get(key, ()))

    def hold(self, key: str, held: Held) -> None:
        """Makes what is known of a key what it was."""
        is_known, mark, passed_over = held
        if is_known:
            self._known[key] = mark
        else:
            self._known.pop(key, None)
        if passed_over:
            self.passed_over[key] = list(passed_over)

    def lose_all(self) -> None:
        """Something of the node is handed out that can be written."""
        if not self.is_held:
            self.lose()

    def lose(self, key: str | None = None) -> None:
        """Something is written under a key; under any where it is None."""
        if key is None:
            self.first = None
            self._known.clear()
            self.passed_over.clear()
        elif self.first is not None:
            self._known[key] = None
            self.passed_over.pop(key, None)
