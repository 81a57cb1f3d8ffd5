"""What runs: frames of local variables, the method around them, and the signals that leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.values import RubyMatch, RubyProc, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from driftcheck.chef.ruby.runtime import Runtime


class Context:
    """A running method, file or class body; the blocks written in it share it."""

    __slots__ = ("args", "block", "cref", "file", "last_match", "method_name", "owner", "target")

    def __init__(
        self,
        file: str,
        cref: tuple[RubyClass, ...],
        *,
        block: RubyProc | None = None,
        method_name: str | None = None,
        owner: RubyClass | None = None,
        args: list[Value] | None = None,
    ) -> None:
        self.file = file
        self.cref = cref
        """The classes around the code, the innermost first: where constants are looked for."""
        self.block = block
        self.method_name = method_name
        self.owner = owner
        """The class that has the method: where `super` starts."""
        self.args = args
        self.last_match: RubyMatch | Unknown | None = None
        """`$~`; Unknown after a match that is not known."""
        self.target: RubyClass | None = None
        """The class whose body this is: where `def` goes; None for the singleton of `self`."""


class Frame:
    """One activation of a block or method: its local variables, those around it, `self`."""

    __slots__ = ("context", "me", "parent", "proc", "runtime", "variables")

    def __init__(self, runtime: Runtime, me: Value, context: Context, parent: Frame | None = None) -> None:
        self.runtime = runtime
        self.me = me
        self.context = context
        self.parent = parent
        self.variables: dict[str, Value] = {}
        self.proc: RubyProc | None = None
        """The block that runs, None for a method or file."""


class Signal(Exception):  # noqa: N818 - no error: `next`, `break` and so on, on their way
    """Something that leaves a block, loop or method."""

    def __init__(self, value: Value = None) -> None:
        super().__init__()
        self.value = value


class NextSignal(Signal):
    """`next`: leaves the block or the turn of a loop."""


class RedoSignal(Signal):
    """`redo`."""


class RetrySignal(Signal):
    """`retry`: runs the body of a rescue again."""


class BreakSignal(Signal):
    """`break`: leaves the loop, or the call that was given the block whose activation is `tag`."""

    def __init__(self, tag: object, value: Value = None) -> None:
        super().__init__(value)
        self.tag = tag


class ReturnSignal(Signal):
    """`return`: leaves the method (or lambda, or file) that `context` is."""

    def __init__(self, context: object, value: Value = None) -> None:
        super().__init__(value)
        self.context = context


class ThrowSignal(Signal):
    """`throw tag, value`."""

    def __init__(self, tag: Value, value: Value = None) -> None:
        super().__init__(value)
        self.tag = tag
