"""How the built-in methods of a class or module are declared: a table by name, in one module per receiver.

    STRING = MethodTable("String")
    TABLES = (STRING,)

    @STRING.method("upcase", arity=0)
    def upcase(call: Call) -> Value:
        return RubyString(text_of(call).upper())

`registry` finds every module of this package by its constant `TABLES`. A method is looked up along the
receiver's ancestors as in Ruby (String, Comparable, Object, Kernel, BasicObject), so what Enumerable,
Comparable and Kernel give stands once, in their tables. `MethodTable("File", singleton=True)` holds the
methods of the class itself (`File.join`, `Array.new`).

What the caller (the interpreter) has done before a function is called:

- the number of arguments is right (`arity`), else ArgumentError in Ruby's words;
- the receiver is neither Unknown nor a value whose contents are unknown, and no argument is, nor holds one at
  any depth, unless the method is `structural`: it moves elements without looking at them (`map`, `first`,
  `[]`, `<<`, `merge`, `size`); then elements may be Unknown, but not the receiver or an argument that it
  looks at (an Unknown argument goes to a structural method as it is: use the callbacks, they raise
  UnknownMetError);
- with `mutates`, the receiver is not frozen, else FrozenError with Ruby's message.

What a function may do: return a value, raise RubyError(class name, message), call back through
`call.interpreter`, raise `unsupported(reason)` for what it does not do. The result is then Unknown. It never
guesses, never raises another exception, and calls `interpreter.spend(n)` before it makes n elements or
characters more than it was given (`'a' * n`, `(1..n).to_a`, `ljust`).

A braced or braceless hash at the end is the last of `args`, as for Ruby's own C methods; a method with
`keywords=("chomp",)` gets those in `call.keywords` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.reads import Reads
from driftcheck.chef.ruby.values import Place, RubyEnumerator, RubyError, RubyMatch, RubyProc, Value


class Interpreter(Protocol):
    """What methods may ask of the interpreter; UnknownMetError where it had to look at an Unknown."""

    met_unknown: bool
    """To be set by whoever makes a value Unknown: from then on values are searched for it."""

    reads: Reads
    """To be told of the attributes that are read."""

    def call_block(self, block: RubyProc, *args: Value) -> Value:
        """`yield *args`. With one array and several parameters it is spread, as Ruby does."""
        ...

    def send(self, receiver: Value, name: str, *args: Value, block: RubyProc | None = None) -> Value:
        """Calls a method by name, as Ruby would from outside (also those written in Ruby)."""
        ...

    def responds_to(self, receiver: Value, name: str) -> bool:
        """`respond_to?`."""
        ...

    def to_s(self, value: Value) -> str:
        """The text that interpolation prints."""
        ...

    def inspect(self, value: Value) -> str:
        """The text of `inspect`."""
        ...

    def equal(self, left: Value, right: Value) -> bool:
        """`==`."""
        ...

    def eql(self, left: Value, right: Value) -> bool:
        """`eql?`: the same key of a hash."""
        ...

    def matches(self, pattern: Value, value: Value) -> bool:
        """`pattern === value`."""
        ...

    def compare(self, left: Value, right: Value) -> int | None:
        """`<=>`: below, 0 or above; None where Ruby gives nil."""
        ...

    def compare_or_raise(self, left: Value, right: Value) -> int:
        """`<=>`, or ArgumentError `comparison of Integer with String failed`."""
        ...

    def class_of(self, value: Value) -> RubyClass:
        """The class."""
        ...

    def is_a(self, value: Value, class_name: str) -> bool:
        """Whether the value's class has this among its ancestors, by full name."""
        ...

    def named_class(self, name: str) -> RubyClass:
        """A built-in class by its full name, `Gem::Version`."""
        ...

    def frozen_error(self, value: Value) -> None:
        """Raises FrozenError `can't modify frozen String: "a"` if the value is frozen."""
        ...

    def error_about(self, class_name: str, text: str, described: str | None) -> RubyError:
        """The error `text + described`; with None for `described` its message is Unknown."""
        ...

    @property
    def frame(self) -> Frame:
        """The frame from which the method is called."""
        ...

    def mark(self) -> int:
        """How many branches have been left under an Unknown condition: for `doubtful_loop`."""
        ...

    def settle(self, frame: Frame, kinds: type, tag: object, value: Value) -> Value:
        """The value of a scope together with those of the branches that left for it."""
        ...

    def doubtful_loop(self, frame: Frame, mark: int, turn: Callable[[], Value]) -> Value | None:
        """What an endless loop gives if a turn may have left it, else None."""
        ...

    def spend(self, amount: int) -> None:
        """Counts work and memory; raises LimitReachedError when there is none left."""
        ...

    def enumerator(self, receiver: Value, name: str, *args: Value) -> RubyEnumerator:
        """What a method without its block returns."""
        ...

    @property
    def last_match(self) -> RubyMatch | None:
        """`$~` of the Ruby method that is running."""
        ...

    @last_match.setter
    def last_match(self, match: RubyMatch | None) -> None: ...


class Call:
    """One call of a built-in method."""

    __slots__ = ("args", "block", "interpreter", "keywords", "name", "place", "receiver")

    def __init__(
        self,
        interpreter: Interpreter,
        receiver: Value,
        name: str,
        args: list[Value],
        keywords: Mapping[str, Value],
        block: RubyProc | None,
        place: Place | None = None,
    ) -> None:
        self.place = place
        """Where the call stands: what is written into a hash of attributes keeps it."""
        self.interpreter = interpreter
        self.receiver = receiver
        self.name = name
        self.args = args
        self.keywords = keywords
        self.block = block

    def arg(self, index: int, default: Value = None) -> Value:
        """An argument, `default` where it was not given."""
        return self.args[index] if index < len(self.args) else default

    def yield_(self, *args: Value) -> Value:
        """Calls the block, which is there: ask `self.block` first."""
        assert self.block is not None
        return self.interpreter.call_block(self.block, *args)

    def enumerator(self) -> RubyEnumerator:
        """What to return when the block is missing."""
        return self.interpreter.enumerator(self.receiver, self.name, *self.args)


Function: TypeAlias = Callable[[Call], Value]
Arity: TypeAlias = int | tuple[int, int | None]
"""The number of arguments, or least and most (None: any number)."""


class Method:
    """A built-in method and what its caller has to know of it."""

    __slots__ = (
        "frozen_late",
        "function",
        "is_private",
        "keywords",
        "least",
        "most",
        "mutates",
        "name",
        "structural",
    )

    def __init__(
        self,
        name: str,
        function: Function,
        arity: Arity,
        keywords: tuple[str, ...],
        structural: bool,
        mutates: bool,
        frozen_late: bool = False,
    ) -> None:
        self.name = name
        self.function = function
        self.least, self.most = (arity, arity) if isinstance(arity, int) else arity
        self.keywords = keywords
        self.structural = structural
        self.mutates = mutates
        self.frozen_late = frozen_late
        self.is_private = False
        """Set by the registry for Kernel's functions (`format`), which take no receiver."""


class MethodTable:
    """The built-in methods of one class or module; `singleton` for those of the class object itself."""

    def __init__(self, class_name: str, *, singleton: bool = False) -> None:
        self.class_name = class_name
        self.singleton = singleton
        self.methods: dict[str, Method] = {}

    def method(
        self,
        *names: str,
        arity: Arity = 0,
        keywords: tuple[str, ...] = (),
        structural: bool = False,
        mutates: bool = False,
        frozen_late: bool = False,
    ) -> Callable[[Function], Function]:
        """Declares a function for one or more names (aliases). A name declared twice is a fault.

        With `frozen_late` the function itself asks whether the receiver that it would change is frozen.
        """

        def declare(function: Function) -> Function:
            for name in names:
                if name in self.methods:
                    raise ValueError(f"{self.class_name}#{name} is declared twice")
                self.methods[name] = Method(name, function, arity, keywords, structural, mutates, frozen_late)
            return function

        return declare
