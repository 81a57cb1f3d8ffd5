"""What a file read and wrote on one node, done again on the next without evaluating the file.

A recording is kept of a file that did nothing but read merged attributes and the environment's name, and
write plain data to levels under literal keys. On another node its reads are done in their order, among its
writes; where each gives what it gave before, the file would do the same again. Where one does not, the writes
are taken back and the file is evaluated. Whatever else a file touches (a level as an object, constants of
other files, instance variables, an Unknown) spoils its recording.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.code.compiler import Code, Program, in_order
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.kept_steps import Kept
from driftcheck.chef.ruby.leaves import Keys, Path
from driftcheck.chef.ruby.mashes import VividMash
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.same_values import is_small
from driftcheck.chef.ruby.signatures import NoSignatureError, Signer, place_signature
from driftcheck.chef.ruby.values import Entry, Place, RubyString, Value

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState
from driftcheck.chef.ruby.recorded_steps import (
    EnvironmentRead,
    LeafRead,
    NoTemplateError,
    Step,
    WholeRead,
    Writes,
    template_of,
)

MAX_RECORDINGS = 6
"""Of one file: what it does on different kinds of nodes."""
PATIENCE = 12
"""After so many nodes a file that was seldom done again is no longer recorded."""


class Recording:
    """One file on its way; `is_spoilt` as soon as it does what cannot be done again like this.

    `context`: the `self` of a template, whose variables it may read. `has_places`: it counts where values
    were written, too, because what is made of them says so.
    """

    __slots__ = ("_before", "at", "context", "has_places", "is_spoilt", "state", "steps")

    def __init__(
        self, state: NodeState, context: RubyObject | None = None, *, has_places: bool = False
    ) -> None:
        self.at = 0
        """The statement that is evaluated."""
        self.state = state
        self.context = context
        self.has_places = has_places
        self.steps: list[Step] = []
        self.is_spoilt = False
        self._before = state.marks.copied()

    def spoil(self) -> None:
        """Ends it."""
        self.is_spoilt = True
        self.state.recording = None

    def kept(self, cost: int, given: Hashable = None, result: Any = None) -> Kept:
        """What to keep of a file that was evaluated to its end, which took so many of the run's steps."""
        made = Kept(cost, self.steps, given, result)
        made.was_done(self.state, self._before)
        return made

    def read(self, keys: Keys, entry: Entry) -> None:
        """A single attribute was read."""
        place = place_signature(entry.place, self.state) if self.has_places else None
        self._add(LeafRead(keys, entry.value, place))

    def filled(self, key: RubyString, value: Value) -> None:
        """What is merged under a top-level key may have been looked at."""
        if key.unknown is not None or not is_small(value):
            self.spoil()
        elif not self.has_places:
            self._add(WholeRead(key, value))
        else:
            try:
                self._add(WholeRead(key, value, Signer(self.state).of(value)))
            except NoSignatureError:
                self.spoil()

    def read_environment(self) -> None:
        """The name of the node's environment was asked for."""
        self._add(EnvironmentRead(self.state.environment))

    def vivify(self, level: str, path: Path, place: Place) -> None:
        """The hashes that a value is about to be written into are made; the value is evaluated after that."""
        self._add(Writes(level, path, place))

    def _add(self, step: Step) -> None:
        step.at = self.at
        self.steps.append(step)

    def wrote(self, level: str, path: Path, holder: VividMash, place: Place) -> None:
        """A value was written under a path of a level, into this hash."""
        entry = holder.entries.get(path.last)
        try:
            value = None if entry is None else entry.value
            template = template_of(value, self.state.file, None if self.has_places else place.file)
        except NoTemplateError:
            self.spoil()
            return
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, Writes) or last.level != level or last.path.around != path.around:
            last = Writes(level, path, place)
            self._add(last)
        last.entries.append((path.last, path.last_string, template, place))


class FileRecordings:
    """What is kept of one file."""

    __slots__ = ("_asked", "_kept", "_spoilt", "_used", "differs_at")

    def __init__(self) -> None:
        self._kept: list[Kept] = []
        self._asked = self._used = self._spoilt = 0
        self.differs_at: int | None = None
        """The statement that read something else when this was last asked for; None without any kept."""

    @property
    def is_open(self) -> bool:
        """Whether it is worth the while."""
        return self._spoilt < MAX_RECORDINGS and (self._asked < PATIENCE or self._used * 2 > self._asked)

    def spoilt(self) -> None:
        """To be told of a recording that came to nothing."""
        self._spoilt += 1

    def close(self) -> None:
        """To be told that what is kept cannot be done again after all: nothing is kept from now on."""
        self._spoilt = MAX_RECORDINGS
        self._kept.clear()

    def add(self, kept: Kept) -> None:
        """Keeps what a file did."""
        if len(self._kept) < MAX_RECORDINGS:
            self._kept.append(kept)

    def done_again(
        self,
        state: NodeState,
        steps: int,
        given: Hashable = None,
        fits: Callable[[Any], bool] = lambda result: True,
    ) -> Kept | None:
        """Does what the file would do; None if it has to be evaluated. `fits`: which results may be taken."""
        self._asked += 1
        self.differs_at = None
        for index, kept in enumerate(self._kept):
            if kept.cost > steps or kept.given != given or not fits(kept.result):
                continue
            different = kept.done_again(state)
            if different is not None:
                self.differs_at = different.at
            else:
                self._used += 1
                if index:
                    self._kept.insert(0, self._kept.pop(index))
                return kept
        return None


class Part:
    """Some statements of a file, and what is kept of them. A file is one part until nodes differ in it."""

    __slots__ = ("kept", "start", "stop")

    def __init__(self, start: int, stop: int) -> None:
        self.start = start
        self.stop = stop
        self.kept = FileRecordings()

    def code_of(self, file: Code) -> Code:
        """The code of these statements."""
        parts = file.parts if isinstance(file, Program) else ()
        return in_order(parts[self.start : self.stop]) if parts else file

    def recorded(self, file: Code, recording: Recording, doubts: Callable[[], object]) -> Code:
        """The same code, which tells the recording where it is and spoils it where an Unknown comes in."""
        parts = file.parts if isinstance(file, Program) and file.parts else (file,)

        def run(frame: Frame) -> Value:
            value: Value = None
            before = doubts()
            for at in range(self.start, self.stop):
                recording.at = recording.at if recording.is_spoilt else at
                value = parts[at](frame)
                if not recording.is_spoilt and (doubts() != before or recording.state.aliased):
                    recording.spoil()
            return value

        return run

    def divided(self, at: int) -> list[Part]:
        """What is before a statement, itself, and what is behind it."""
        bounds = [(self.start, at), (at, at + 1), (at + 1, self.stop)]
        return [Part(start, stop) for start, stop in bounds if start < stop]


def parts_of(file: Code) -> list[Part]:
    """A file as one part."""
    return [Part(0, len(file.parts) if isinstance(file, Program) and file.parts else 1)]


class Recordings:
    """What is kept for runs that have their libraries in common."""

    def __init__(self) -> None:
        self.files: dict[str, list[Part]] = {}
        self._templates: dict[str, FileRecordings] = {}

    def template(self, path: str) -> FileRecordings:
        """What is kept of a template."""
        return self._templates.setdefault(path, FileRecordings())
