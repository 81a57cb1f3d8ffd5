"""What every part of the interpreter stands on: its state and its bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from driftcheck.chef.ruby.classes import known_constants
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.lookup import Lookup
from driftcheck.chef.ruby.object_values import RubyClass, RubyException, RubyObject
from driftcheck.chef.ruby.reads import Reads
from driftcheck.chef.ruby.values import LimitReachedError, Place, RubyMatch, RubyProc, UnknownMetError, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.ruby.node import NodeState
    from driftcheck.chef.ruby.worlds import Worlds

MAX_STEPS = 500_000
MAX_DEPTH = 200


class UnknownRest:
    """Stands in a list of arguments for the elements of an Unknown (`*x`): nobody knows how many."""

    __slots__ = ("unknown",)

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


class Core:
    """The state of one evaluation."""

    worlds: Worlds
    frame: Frame

    def __init__(self, *, steps: int = MAX_STEPS, sealed: bool = True) -> None:
        self.lookup = Lookup()
        self.object_class = self.lookup.classes["Object"]
        self.steps = steps
        self.depth = 0
        self.sealed = sealed
        """Whether all code that could define constants and methods has been evaluated."""
        self.met_unknown = False
        self.reads = Reads()
        self.bytes = False
        """Whether sources of bytes are evaluated: texts are searched for bytes above 127 then."""
        self.doubtful = 0
        """How many operations met an Unknown: each may have raised."""
        self.top = RubyClass("Chef::Node")
        """Holds the constants that files set at their top."""
        self.globals = RubyObject(self.object_class)
        self.me: Value = RubyObject(self.object_class)
        """`self` at a file's top."""
        self.node_state: NodeState | None = None
        """The levels of the node that is evaluated."""
        self.error: RubyException | Unknown | None = None
        self.loader: str | None = "from_file"
        """What `__method__` is at a file's top."""
        self.tags: list[Value] = []
        """The tags of the `catch` blocks that run."""
        self.include_attribute: Callable[[str], None] = lambda name: None
        self.changed: Callable[[], None] = lambda: None
        self.begins: Callable[[bytes], None] = lambda text: None
        """Told of the text of each file before it is evaluated."""
        self.fallback: Callable[[Value, str], Value | None] = lambda receiver, name: None
        """Another receiver for a method that this one lacks (`method_missing`)."""
        self.reachable: list[Any] = []
        """What code can reach besides: the node and the resources of a run."""
        self.constants: Callable[[str], Value] = known_constants

    def spend(self, amount: int) -> None:
        """Counts work; LimitReachedError when there is none left."""
        self.steps -= amount
        if self.steps < 0:
            raise LimitReachedError("the evaluation takes too many steps")

    def enter(self) -> None:
        """Counts the depth of calls."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth = 0
            raise LimitReachedError("the calls are nested too deep")

    def leave(self) -> None:
        """The other end of `enter`."""
        self.depth -= 1

    def call(
        self,
        frame: Frame,
        receiver: Value,
        name: str,
        args: list[Value],
        block: RubyProc | None,
        place: Place | None,
        own: bool = False,
    ) -> Value:
        """Calls a method: see `calling`."""
        raise NotImplementedError

    def plain_state(self, node: Value) -> NodeState | None:
        """The levels of the node that is evaluated if it is this one and no code has changed how it works."""
        known = self.node_state
        is_node = node.__class__ is RubyObject and node.data is known
        return known if is_node and self.lookup.is_plain else None

    def touch(self, me: Value = None) -> None:
        """Something is read or changed besides attributes: a recording could not tell of it.

        `me`: whose variable is read; those of a template it was given.
        """
        state = self.node_state
        recording = None if state is None else state.recording
        if recording is not None and (me is None or recording.context is not me):
            recording.spoil()

    def only_writing(self, key: str, work: Callable[[], Value]) -> Value:
        """Calls of Chef's own methods that write under this top-level key alone, and hand out nothing."""
        state = self.node_state
        if state is None or state.marks.first is None or not self.lookup.is_plain:
            return work()
        before, state.marks.is_held = state.marks.is_held, True
        try:
            return work()
        finally:
            state.marks.is_held = before
            state.marks.lose(key)

    def roots(self) -> list[Any]:
        """What any code can reach."""
        return [self.me, self.globals, self.top, *self.reachable]

    def node_changed(self) -> None:
        """What was read of the node before may not hold any more."""
        self.changed()

    @property
    def last_match(self) -> RubyMatch | None:
        """`$~`."""
        match = self.frame.context.last_match
        if isinstance(match, Unknown):
            raise UnknownMetError(match)
        return match

    @last_match.setter
    def last_match(self, match: RubyMatch | None) -> None:
        self.frame.context.last_match = match
