"""The steps of a recorded file, done again on another node as far as it has to be asked for them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.marks import Mark, Marks
from driftcheck.chef.ruby.recorded_steps import LeafRead, Step, Undo, WholeRead, Writes

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState

MAX_MARKS = 64
"""Of one key: kinds of nodes on which all that is read of it is known to be the same."""


class Kept:
    """What a file did when it was given this, and the steps of an evaluation that it took.

    What it reads of a key is not read again where the key has a mark with which it was the same before.
    """

    __slots__ = ("_last_reads", "_same", "_writes", "_written", "cost", "given", "result", "steps")

    def __init__(self, cost: int, steps: list[Step], given: Hashable = None, result: Any = None) -> None:
        self.cost = cost
        self.steps = _reads_first(steps)
        self.given = given
        self.result = result
        self._same: dict[str, set[Mark]] = {}
        self._last_reads: dict[str, list[LeafRead | WholeRead]] = {}
        """What is read of a key after it was last written."""
        self._writes = _together(step for step in self.steps if not isinstance(step, (LeafRead, WholeRead)))
        self._written: dict[str, None] = {}
        for step in self.steps:
            if isinstance(step, (LeafRead, WholeRead)):
                self._same.setdefault(step.first, set())
                self._last_reads.setdefault(step.first, []).append(step)
            elif isinstance(step, Writes):
                self._written[step.first] = None
                self._last_reads.pop(step.first, None)

    def was_done(self, state: NodeState, before: Marks) -> None:
        """The file was evaluated on a node that had these marks."""
        asked = {key: before.of(key) for key in self._same}
        self._note(asked, {key: before.of(key) for key in self._written}, state.marks)

    def done_again(self, state: NodeState) -> Step | None:
        """Does the file's steps; the first that is not what it was, if one is: then none is done."""
        marks = state.marks
        asked = {key: mark for key, same in self._same.items() if (mark := marks.of(key)) not in same}
        before = {key: marks.of(key) for key in self._written}
        steps: Iterable[Step] = self._writes
        if not self._written.keys().isdisjoint(asked):
            steps = [step for step in self.steps if _has_to_be_done(step, asked)]
        elif asked:
            steps = [*(read for key in asked for read in self._last_reads[key]), *self._writes]
        different = _first_different(steps, state)
        if different is None:
            self._note(asked, before, marks)
            for key, reads in self._last_reads.items():
                if key not in asked:
                    marks.passed_over.setdefault(key, []).extend(reads)
        return different

    def _note(
        self, asked: Mapping[str, Mark | None], before: Mapping[str, Mark | None], marks: Marks
    ) -> None:
        for key, mark in asked.items():
            if mark is not None and len(self._same[key]) < MAX_MARKS:
                self._same[key].add(mark)
        for key, mark in before.items():
            marks.put(key, None if mark is None else mark.after(self))


def _together(steps: Iterable[Step]) -> list[Step]:
    """Steps of which those that write into one hash, one after the other, are one."""
    made: list[Step] = []
    for step in steps:
        last = made[-1] if made else None
        if isinstance(step, Writes) and isinstance(last, Writes) and last.is_into_same(step):
            last.entries += step.entries
        else:
            made.append(step.copied() if isinstance(step, Writes) else step)
    return made


def _has_to_be_done(step: Step, asked: Collection[str]) -> bool:
    return not isinstance(step, (LeafRead, WholeRead)) or step.first in asked


def _reads_first(steps: list[Step]) -> list[Step]:
    """What the file reads and has not written before comes first: there most nodes differ.

    What is read twice, with nothing written to its top-level key between, is read once.
    """
    written: set[str] = set()
    seen: dict[str, set[object]] = {}
    first: list[Step] = []
    rest: list[Step] = []
    for step in steps:
        if isinstance(step, Writes):
            written.add(step.first)
            seen.pop(step.first, None)
            rest.append(step)
            continue
        known = seen.setdefault(step.first, set())
        what = step.keys if isinstance(step, LeafRead) else step.__class__
        if what not in known:
            known.add(what)
            (rest if step.first in written else first).append(step)
    return first + rest


def _first_different(steps: Iterable[Step], state: NodeState) -> Step | None:
    """Does the steps again; the first that could not be done as it was, all before it taken back then."""
    undo: Undo = []
    merged: dict[str, _Merged] = {}
    different: Step | None = None
    for step in steps:
        if step.first not in merged:
            merged[step.first] = _Merged(step.first, state)
        if not step.again(state, undo):
            different = step
            break
    else:
        return None
    for entries, text, held in reversed(undo):
        if held is None:
            del entries[text]
        else:
            entry = entries[text]
            entry.value, entry.place, entry.maybe = held
    for before in merged.values():
        before.put_back(state)
    return different


class _Merged:
    """What was merged and read of a top-level key, and what is known of it."""

    __slots__ = ("entry", "key", "mark", "read")

    def __init__(self, key: str, state: NodeState) -> None:
        self.key = key
        self.entry = state.cache.entries.get(key)
        read = state.leaves.get(key)
        self.read = None if read is None else dict(read)
        self.mark = state.marks.held(key)

    def put_back(self, state: NodeState) -> None:
        """Makes it what it was."""
        state.reset_text(self.key)
        if self.entry is not None:
            state.cache.entries[self.key] = self.entry
        if self.read is not None:
            state.leaves[self.key] = self.read
        state.marks.hold(self.key, self.mark)
