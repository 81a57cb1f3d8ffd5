"""Every write of one attribute at one level, in order, and what became of it there.

First what documents say (roles, the environment, the node object), then what the run's journal holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.precedence import Setter, setters, text_key
from driftcheck.chef.repository.documents import Document
from driftcheck.chef.ruby.core import MAX_STEPS
from driftcheck.chef.ruby.journal import Write
from driftcheck.chef.ruby.mashes import VividMash
from driftcheck.chef.ruby.values import Place, RubyArray, RubyHash, Value


class Written:
    """One write, and what `became` of it at its level: `kept`, `overwritten`, `merged`, `unset` (at `by`)."""

    __slots__ = ("became", "by", "maybe", "place", "value")

    def __init__(self, value: Value, place: Place | None, *, maybe: bool = False) -> None:
        self.value = value
        self.place = place
        self.maybe = maybe
        self.became = "kept"
        self.by: Place | None = None


class History:
    """The writes of a path at a level, found by going through those of the whole run once."""

    def __init__(
        self, level: VividMash, path: Sequence[str], writes: Iterable[Write], before: Iterable[Written]
    ) -> None:
        self.path = path
        self.found: list[Written] = []
        for written in before:
            self.add(written)
        self._contents: dict[tuple[int, str], Write] = {}
        events = list(writes)
        self._holders: list[Value] = [level, *[None] * (len(path) - 1)]
        self._begin({id(each.thing) for each in events})
        for each in events:
            self._take(each)

    def _begin(self, written: set[int]) -> None:
        """The hashes on the way that were there before the first write."""
        here: Value = self._holders[0]
        for depth, key in enumerate(self.path[:-1], 1):
            entry = here.entries.get(key) if isinstance(here, RubyHash) else None
            if entry is None or not isinstance(entry.value, VividMash) or id(entry.value) in written:
                return
            here = self._holders[depth] = entry.value

    def _take(self, write: Write) -> None:
        place = (id(write.holder), write.key)
        if write.is_removal:
            self._contents.pop(place, None)
        else:
            self._contents[place] = write
        for depth, holder in enumerate(self._holders):
            if holder is write.holder and self.path[depth] == write.key:
                self._at(depth, write)
                return

    def _at(self, depth: int, write: Write) -> None:
        """A write on the way to the attribute, or of the attribute itself."""
        here: Write | None = None if write.is_removal else write
        for below in range(depth + 1, len(self.path)):
            thing = here.thing if here is not None and isinstance(here.thing, VividMash) else None
            self._holders[below] = thing
            here = self._contents.get((id(thing), self.path[below])) if thing is not None else None
        if here is None:
            self._unset(write.place)
        else:
            self.add(Written(here.value, here.place or write.place, maybe=write.maybe))

    def add(self, written: Written) -> None:
        """One more; the one before it is overwritten."""
        if self.found and self.found[-1].became == "kept":
            self.found[-1].became = "overwritten"
        self.found.append(written)

    def _unset(self, place: Place | None) -> None:
        if self.found and self.found[-1].became == "kept":
            self.found[-1].became, self.found[-1].by = "unset", place


_OF_ROLES = {"role_default": "default_attributes", "role_override": "override_attributes"}


class Writes:
    """All writes of one run that kept its journal."""

    def __init__(self, run: NodeRun) -> None:
        state = run.evaluation.state
        self._levels = state.levels
        self._writes = state.journal.writes if state.journal is not None else []
        self._before = run.preparation.evaluation(MAX_STEPS).state.levels
        self._roles = run.expansion.applied

    def at(self, level: str, path: Sequence[str], setter: Setter | None) -> list[Written]:
        """Those of a path at a level; the last one is what it has in the end (`setter`), if that is set."""
        before = [*self._of_roles(_OF_ROLES.get(level), path)] or self._given(level, path)
        history = History(self._levels[level], path, self._writes, before)
        found = history.found
        if setter is not None and not (found and found[-1].became == "kept"):
            history.add(Written(setter.value, setter.place))
        elif setter is None and found and found[-1].became == "kept":
            found[-1].became = "unset"
        return found

    def _given(self, level: str, path: Sequence[str]) -> list[Written]:
        """What the level had before the run."""
        found = setters({level: self._before[level]}, tuple(map(text_key, path)))
        return [Written(each.value, each.place) for each in found]

    def _of_roles(self, key: str | None, path: Sequence[str]) -> list[Written]:
        """What each role says, in the order in which they are laid over each other."""
        if key is None:
            return []
        found = [written for role in self._roles for written in _said(role, key, path)]
        for written, after in pairwise(found):
            both = {type(written.value), type(after.value)}
            if len(both) == 1 and isinstance(after.value, (RubyHash, RubyArray)):
                written.became = "merged"
        return found


def _said(role: Document, key: str, path: Sequence[str]) -> list[Written]:
    values = role.values.get(key)
    if not isinstance(values, RubyHash):
        return []
    found = setters({"role_default": values}, tuple(map(text_key, path)))
    return [Written(each.value, each.place) for each in found]
