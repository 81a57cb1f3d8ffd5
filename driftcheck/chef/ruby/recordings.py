"""What an attribute file read and wrote on one node, done again on the next without evaluating the file.

A recording is kept of a file that did nothing but read merged attributes and the environment's name, and
write plain data to levels under literal keys. On another node its reads are done in their order, among its
writes; where each gives what it gave before, the file would do the same again. Where one does not, the writes
are taken back and the file is evaluated. Whatever else a file touches (a level as an object, constants of
other files, instance variables, an Unknown) spoils its recording.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeAlias

from driftcheck.chef.ruby.code.compiler import Code, Program, in_order
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.leaves import Keys, Path, is_scalar, leaf
from driftcheck.chef.ruby.mashes import AttrArray, VividMash
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.same_values import is_small, same
from driftcheck.chef.ruby.signatures import NoSignatureError, Signer, place_signature
from driftcheck.chef.ruby.values import Entry, Place, RubyString, Value, VersionString

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState

MAX_RECORDINGS = 8
"""Of one file: what it does on different kinds of nodes."""
PATIENCE = 32
"""After so many nodes a file that was seldom done again is no longer recorded."""

Undo: TypeAlias = list[tuple[dict[Hashable, Entry], str, tuple[Value, Place | None, bool] | None]]
"""Entries that were written, in order, each with what it held; None for one that was not there."""


class LeafRead:
    """`node['a']['b']` gave this value; where `place` is given, it was written there."""

    __slots__ = ("at", "keys", "place", "value")

    def __init__(self, keys: Keys, value: Value, place: Hashable = None) -> None:
        self.at = 0
        self.keys = keys
        self.value = value
        self.place = place

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether it does so on this node."""
        entry = leaf(state, self.keys)
        if entry is None or not same(entry.value, self.value):
            return False
        return self.place is None or place_signature(entry.place, state) == self.place


class WholeRead:
    """All that is merged under a top-level key was this; with `signature`, also where it was written."""

    __slots__ = ("at", "key", "signature", "value")

    def __init__(self, key: RubyString, value: Value, signature: Hashable = None) -> None:
        self.at = 0
        self.key = key
        self.value = value
        self.signature = signature

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether it is on this node."""
        state.fill(self.key)
        value = state.cache.get(self.key)
        if self.signature is None:
            return same(value, self.value)
        try:
            return Signer(state).of(value) == self.signature
        except NoSignatureError:
            return False


class EnvironmentRead:
    """The node's environment had this name."""

    __slots__ = ("at", "name")

    def __init__(self, name: str) -> None:
        self.at = 0
        self.name = name

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Whether this node's has it."""
        return state.environment == self.name


class Writes:
    """Values written one after another into one hash of a level."""

    __slots__ = ("at", "entries", "level", "path", "place")

    def __init__(self, level: str, path: Path, place: Place) -> None:
        self.at = 0
        self.level = level
        self.path = path
        self.place = place
        self.entries: list[tuple[str, RubyString, Template, Place]] = []

    def again(self, state: NodeState, undo: Undo) -> bool:
        """Writes them; False where the hash is not to be had the short way."""
        count = len(undo)
        holder = self._holder(state, undo)
        if holder is None or holder.frozen or holder.path != self.path.before:
            return False
        is_new = len(undo) > count
        """Then the hash goes as a whole where the writes are taken back."""
        entries, path = holder.entries, holder.path
        for key, string, template, place in self.entries:
            kind = template.__class__
            if kind is str:
                value: Value = RubyString(template)
            else:
                value = made(template, state, (*path, string)) if kind in _MADE else template
            known = entries.get(key)
            if known is None:
                if not is_new:
                    undo.append((entries, key, None))
                entries[key] = Entry(string, value, place)
            else:
                undo.append((entries, key, (known.value, known.place, known.maybe)))
                known.value, known.place, known.maybe = value, place, False
        state.reset_text(self.path.first)
        return True

    def _holder(self, state: NodeState, undo: Undo) -> VividMash | None:
        """`leaves.holder_of`, with what it makes written down."""
        here = state.levels[self.level]
        if here.path or here.frozen:
            return None
        for key, string, prefix in self.path.steps:
            entry = here.entries.get(key)
            if entry is None:
                if here.unknown is not None:
                    return None
                inner = VividMash((), here.root)
                undo.append((here.entries, key, None))
                here.entries[key] = Entry(string, inner, self.place)
                state.reset_text(self.path.first)
            else:
                inner = entry.value
                if entry.maybe or inner.__class__ is not VividMash or inner.frozen:
                    return None
            inner.path, inner.root = prefix, here.root
            here = inner
        return here if here.root is state else None


Step: TypeAlias = LeafRead | WholeRead | EnvironmentRead | Writes


class _Text:
    """A string of its own kind or encoding."""

    __slots__ = ("binary", "kind", "text")

    def __init__(self, value: RubyString) -> None:
        self.kind = value.__class__
        self.text = value.text
        self.binary = value.binary


class _Hash:
    __slots__ = ("entries",)

    def __init__(self, entries: list[tuple[str, Value, Template, Place | None]]) -> None:
        self.entries = entries


class _Array:
    __slots__ = ("items",)

    def __init__(self, items: list[Template]) -> None:
        self.items = items


Template: TypeAlias = Any
"""What a written value is made of again: itself where it cannot change, the text of a string that is not
frozen, or one of the three above."""
_MADE = frozenset({_Text, _Hash, _Array, str})


class NoTemplateError(Exception):
    """A value that is no plain data."""


def template_of(value: Value) -> Template:
    """The template of a value as a level keeps it. Raises NoTemplateError."""
    kind = value.__class__
    if kind is RubyString or kind is VersionString:
        if value.unknown is not None:
            raise NoTemplateError
        if value.frozen:
            return value
        return value.text if kind is RubyString and not value.binary else _Text(value)
    if is_scalar(value):
        return value
    if kind is VividMash and not value.frozen and value.unknown is value.doubt is value.default is None:
        if value.default_proc is not None or any(entry.maybe for entry in value.entries.values()):
            raise NoTemplateError
        return _Hash(
            [(key, entry.key, template_of(entry.value), entry.place) for key, entry in value.entries.items()]
        )
    if kind is AttrArray and not value.frozen and value.unknown is None:
        return _Array([template_of(item) for item in value.items])
    raise NoTemplateError


def made(template: Template, state: NodeState, path: tuple[Value, ...] = ()) -> Value:
    """The value of a template, for this node; `path` is where it stands if it was reached from its level."""
    kind = template.__class__
    if kind is str:
        return RubyString(template)
    if kind is _Text:
        return template.kind(template.text, binary=template.binary)
    if kind is _Hash:
        mash = VividMash((), state)
        mash.path = path
        for key, string, inner, place in template.entries:
            mash.entries[key] = Entry(string, made(inner, state), place)
        return mash
    if kind is _Array:
        array = AttrArray([made(item, state) for item in template.items], state)
        array.path = path
        return array
    return template


class Recording:
    """One file on its way; `is_spoilt` as soon as it does what cannot be done again like this.

    `context`: the `self` of a template, whose variables it may read. For a template it counts where values
    were written, too.
    """

    __slots__ = ("at", "context", "is_spoilt", "state", "steps")

    def __init__(self, state: NodeState, context: RubyObject | None = None) -> None:
        self.at = 0
        """The statement that is evaluated."""
        self.state = state
        self.context = context
        self.steps: list[Step] = []
        self.is_spoilt = False

    def spoil(self) -> None:
        """Ends it."""
        self.is_spoilt = True
        self.state.recording = None

    def read(self, keys: Keys, entry: Entry) -> None:
        """A single attribute was read."""
        place = None if self.context is None else place_signature(entry.place, self.state)
        self._add(LeafRead(keys, entry.value, place))

    def filled(self, key: RubyString, value: Value) -> None:
        """What is merged under a top-level key may have been looked at."""
        if key.unknown is not None or not is_small(value):
            self.spoil()
        elif self.context is None:
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
            template = template_of(None if entry is None else entry.value)
        except NoTemplateError:
            self.spoil()
            return
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, Writes) or last.level != level or last.path.around != path.around:
            last = Writes(level, path, place)
            self._add(last)
        last.entries.append((path.last, path.last_string, template, place))


class Kept:
    """What a file did when it was given this, and the steps of an evaluation that it took."""

    __slots__ = ("cost", "given", "result", "steps")

    def __init__(self, cost: int, steps: list[Step], given: Hashable, result: Any) -> None:
        self.cost = cost
        self.steps = steps
        self.given = given
        self.result = result


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

    def add(self, cost: int, steps: list[Step], given: Hashable = None, result: Any = None) -> None:
        """Keeps what a file did, which took so many of the evaluation's steps, by what it was given."""
        if len(self._kept) < MAX_RECORDINGS:
            self._kept.append(Kept(cost, _reads_first(steps), given, result))

    def done_again(self, state: NodeState, steps: int, given: Hashable = None) -> Kept | None:
        """Does what the file would do; None if it has to be evaluated."""
        self._asked += 1
        self.differs_at = None
        for index, kept in enumerate(self._kept):
            if kept.cost > steps or kept.given != given:
                continue
            different = _first_different(kept.steps, state)
            if different is not None:
                self.differs_at = different.at
            else:
                self._used += 1
                if index:
                    self._kept.insert(0, self._kept.pop(index))
                return kept
        return None


def _reads_first(steps: list[Step]) -> list[Step]:
    """What the file reads and has not written before comes first: there most nodes differ."""
    written: set[str] = set()
    first: list[Step] = []
    rest: list[Step] = []
    for step in steps:
        if isinstance(step, Writes):
            written.add(step.path.first)
        key = (
            step.keys[0]
            if isinstance(step, LeafRead)
            else step.key.text
            if isinstance(step, WholeRead)
            else ""
        )
        (rest if isinstance(step, Writes) or key in written else first).append(step)
    return first + rest


def _first_different(steps: list[Step], state: NodeState) -> Step | None:
    """Does the steps again; the first that could not be done as it was, all before it taken back then."""
    undo: Undo = []
    cache = dict(state.cache.entries)
    leaves = {key: dict(known) for key, known in state.leaves.items()}
    different = next((step for step in steps if not step.again(state, undo)), None)
    if different is None:
        return None
    for entries, key, held in reversed(undo):
        if held is None:
            del entries[key]
        else:
            known = entries[key]
            known.value, known.place, known.maybe = held
    state.cache.entries.clear()
    state.cache.entries.update(cache)
    state.leaves = leaves
    return different


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
