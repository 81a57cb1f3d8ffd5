"""Ruby's values in Python. Who compares or prints them asks the interpreter: one may be Unknown.

| Ruby | here |
|---|---|
| nil, true, false | None, True, False |
| Integer, Float | int, float |
| Symbol | `Symbol`, one object a name |
| String | `RubyString`: mutable text |
| Array, Hash | `RubyArray`, `RubyHash` (Chef's kinds of them: `driftcheck.chef.ruby.mashes`) |
| Range, Regexp, MatchData | `RubyRange`, `RubyRegexp`, `RubyMatch` |
| Proc, Method, lambda | `RubyProc` |
| Enumerator | `RubyEnumerator`: a method call that waits for its block |
| an exception | `RubyException`; raised, it is a Python `RubyError` |
| a class or module, any other object | `RubyClass`, `RubyObject` |
| what is not known | `driftcheck.model.facts.Unknown`, a value that travels |

Values carry no places: the entry of a hash says where it was written (`Entry.place`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from driftcheck.model.facts import Unknown, UnknownKind

if TYPE_CHECKING:
    from driftcheck.chef.ruby.object_values import RubyException
    from driftcheck.chef.ruby.unknowns import Perhaps

Value: TypeAlias = Any
"""One of the kinds in the table above."""


class Place(NamedTuple):
    """Where something stands: file, line and column, both from 1."""

    file: str
    line: int
    column: int


class Symbol:
    """A symbol; `Symbol("a") is Symbol("a")`."""

    __slots__ = ("name",)
    name: str
    _known: ClassVar[dict[str, Symbol]] = {}

    def __new__(cls, name: str) -> Symbol:
        found = cls._known.get(name)
        if found is None:
            found = cls._known[name] = super().__new__(cls)
            found.name = name
        return found

    def __repr__(self) -> str:
        return f":{self.name}"


class RubyString:
    """A text. `binary`: its encoding is ASCII-8BIT and each character of `text` is one byte."""

    __slots__ = ("binary", "frozen", "text", "unknown")

    def __init__(self, text: str, *, frozen: bool = False, binary: bool = False) -> None:
        self.text = text
        self.frozen = frozen
        self.binary = binary
        self.unknown: Unknown | None = None

    def copied(self, *, frozen: bool = False) -> RubyString:
        """Another object with the same text."""
        made = type(self)(self.text, frozen=frozen, binary=self.binary)
        made.unknown = self.unknown
        return made

    def __repr__(self) -> str:
        return f"RubyString({self.text!r})"


class VersionString(RubyString):
    """`ChefUtils::VersionString`: the platform's version, which compares as versions do."""

    __slots__ = ()


class RubyArray:
    """An array. `unknown` is set when its elements are not known any more."""

    __slots__ = ("frozen", "items", "unknown")

    def __init__(self, items: Iterable[Value] = (), *, frozen: bool = False) -> None:
        self.items: list[Value] = list(items)
        self.frozen = frozen
        self.unknown: Unknown | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.items!r})"

    def __len__(self) -> int:
        return len(self.items)


class Entry:
    """A key and its value in a hash, and where the value was written.

    `maybe`: it may not be there at all. A `Perhaps` says what it is if it is there.
    """

    __slots__ = ("key", "maybe", "place", "value")

    def __init__(
        self, key: Value, value: Value, place: Place | None, *, maybe: bool | Perhaps = False
    ) -> None:
        self.key = key
        self.value = value
        self.place = place
        self.maybe = maybe


class RubyHash:
    """A hash in the order of insertion, with Ruby's `eql?` keys: 1, 1.0, true, :a and "a" all differ.

    A string key is copied and frozen. `unknown` is set when there may be other keys than those in `entries`,
    `doubt` when one of them may not be there; `in_order` if those that are stand in this order all the same.
    A method gets neither, unless it looks up a key that is sure, or `sparse` knows it.
    """

    __slots__ = ("default", "default_proc", "doubt", "entries", "frozen", "in_order", "unknown")

    def __init__(self, pairs: Iterable[tuple[Value, Value]] = ()) -> None:
        self.entries: dict[Hashable, Entry] = {}
        self.default: Value = None
        self.default_proc: RubyProc | None = None
        self.frozen = False
        self.unknown: Unknown | None = None
        self.doubt: Unknown | None = None
        self.in_order = False
        for key, value in pairs:
            self.put(key, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({[(e.key, e.value) for e in self.entries.values()]!r})"

    def __len__(self) -> int:
        return len(self.entries)

    def convert_key(self, key: Value) -> Value:
        """The key as this kind of hash keeps it: Mashes turn symbols into strings."""
        return key

    def get(self, key: Value, missing: Value = None) -> Value:
        """The value under a key, without defaults; `missing` if there is none."""
        found = self.entries.get(hash_key(self.convert_key(key)))
        return missing if found is None else found.value

    def has(self, key: Value) -> bool:
        """Whether there is such a key."""
        return hash_key(self.convert_key(key)) in self.entries

    def put(self, key: Value, value: Value, place: Place | None = None) -> None:
        """Writes without any check or conversion of the value."""
        key = self.convert_key(key)
        hashed = hash_key(key)
        found = self.entries.get(hashed)
        if found is not None:
            if found.maybe:
                self.in_order = False
            found.value, found.place, found.maybe = value, place, False
            return
        if isinstance(key, RubyString) and not key.frozen:
            key = RubyString(key.text, frozen=True, binary=key.binary)
        self.entries[hashed] = Entry(key, value, place)

    def drop(self, key: Value, missing: Value = None) -> Value:
        """Removes a key and returns its value; `missing` if there is none."""
        found = self.entries.pop(hash_key(self.convert_key(key)), None)
        return missing if found is None else found.value

    def pairs(self) -> Iterator[tuple[Value, Value]]:
        """Keys and values of this moment, in order: the hash may change meanwhile."""
        return iter([(entry.key, entry.value) for entry in self.entries.values()])

    def keys(self) -> list[Value]:
        """The keys in order."""
        return [entry.key for entry in self.entries.values()]

    def values(self) -> list[Value]:
        """The values in order."""
        return [entry.value for entry in self.entries.values()]


class RubyRange:
    """`first..last`, or `first...last` with `exclusive`; None for an open end."""

    __slots__ = ("exclusive", "first", "last")

    def __init__(self, first: Value, last: Value, *, exclusive: bool = False) -> None:
        self.first = first
        self.last = last
        self.exclusive = exclusive


class RubyRegexp:
    """A regular expression: Ruby's source and its options, a subset of "mix" in that order."""

    __slots__ = ("compiled", "options", "source")

    def __init__(self, source: str, options: str = "") -> None:
        self.source = source
        self.options = options
        self.compiled: Any = None
        """Kept by `methods.regexps`, which compiles at the first use."""


class RubyMatch:
    """`MatchData`: the text, the regexp, the span of each group ((-1, -1) where it did not take part)."""

    __slots__ = ("names", "regexp", "spans", "text")

    def __init__(
        self, text: str, regexp: RubyRegexp, spans: list[tuple[int, int]], names: dict[str, list[int]]
    ) -> None:
        self.text = text
        self.regexp = regexp
        self.spans = spans
        self.names = names

    def group(self, number: int) -> str | None:
        """A group's text, None where it did not take part or there is none."""
        if not -len(self.spans) <= number < len(self.spans):
            return None
        start, end = self.spans[number]
        return None if start < 0 else self.text[start:end]


class RubyProc:
    """Something to call: a block, proc, lambda, method object or `&:symbol`.

    `call(args, block, receiver)` does it; `receiver` is `NO_SELF` unless it runs by `instance_eval`.
    `parameters` are pairs of Ruby's words, ("req", "x"), ("opt", "y"), ("rest", None); none for a native one.
    """

    __slots__ = ("arity", "call", "frame", "is_lambda", "method_name", "parameters", "place", "receiver")

    def __init__(
        self,
        call: Callable[[list[Value], RubyProc | None, Value], Value],
        *,
        arity: int = -1,
        is_lambda: bool = False,
        parameters: tuple[tuple[str, str | None], ...] = (),
        place: Place | None = None,
        method_name: str | None = None,
        receiver: Value = None,
        frame: Any = None,
    ) -> None:
        self.call = call
        self.frame = frame
        """The frame that it was written in, None for a native one."""
        self.arity = arity
        self.is_lambda = is_lambda
        self.parameters = parameters
        self.place = place
        self.method_name = method_name
        self.receiver = receiver


class _NoSelf:
    """The block keeps the `self` that it was made with."""


NO_SELF = _NoSelf()


class RubyEnumerator:
    """`receiver.name(*args)` without the block that it waits for. `lazy` for `Enumerator::Lazy`."""

    __slots__ = ("args", "lazy", "name", "receiver")

    def __init__(self, receiver: Value, name: str, args: list[Value], *, lazy: bool = False) -> None:
        self.receiver = receiver
        self.name = name
        self.args = args
        self.lazy = lazy


class RubyError(Exception):
    """A Ruby exception on its way. Method tables raise it by the class's name and a message.

    The interpreter makes the exception object (`exception`) when it is rescued, and adds the place.
    """

    def __init__(self, class_name: str, message: str, exception: RubyException | None = None) -> None:
        super().__init__(class_name, message)
        self.class_name = class_name
        self.message = message
        self.exception = exception
        self.place: Place | None = exception.place if exception is not None else None
        self.trail: list[Place] = []
        """The calls that it has left, the innermost first."""


class UnknownMetError(Exception):
    """A method had to look at an Unknown: its result is Unknown, and so is what it may have written."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


class LimitReachedError(Exception):
    """The bound of steps, depth or memory is reached: all that would follow is Unknown."""


class RunAgainError(Exception):
    """The evaluation has to begin anew: nothing of it may go on, no `rescue` or `ensure` either."""


def unsupported(reason: str) -> UnknownMetError:
    """To raise where Ruby does something that is not done here."""
    return UnknownMetError(Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason))


class _Kind:
    """Keeps keys apart that Python holds for equal: `(FLOAT, 1.0)`, `(TRUE,)`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


_FLOAT, _TRUE, _FALSE, _ARRAY, _HASH, _OTHER = map(
    _Kind, ("float", "true", "false", "array", "hash", "other")
)


MOST_PARTS = 100_000
"""Of an array or a hash that is a key, or that is copied."""


def hash_key(value: Value) -> Hashable:
    """What stands for a value among a hash's keys: equal exactly where Ruby's `eql?` holds.

    A string is its text, an array and a hash what they hold now, any other object itself.

    Raises UnknownMetError; LimitReachedError for one of too many parts.
    """
    kind = value.__class__
    if kind is RubyString or kind is VersionString:
        if value.unknown is not None:
            raise UnknownMetError(value.unknown)
        return value.text  # type: ignore[no-any-return]  # its class says it
    if kind is Symbol or kind is int or value is None:
        return value  # type: ignore[no-any-return]  # its class says it
    if kind is bool:
        return _TRUE if value else _FALSE
    if kind is float:
        return (_FLOAT, value)
    if kind is Unknown:
        raise UnknownMetError(value)
    return _compound_key(value, [MOST_PARTS])


def _compound_key(value: Value, left: list[int]) -> Hashable:
    """`left`: how many parts it may still have, for an array can hold another twice, sixty times over."""
    if isinstance(value, (RubyArray, RubyHash)):
        if value.unknown is not None:
            raise UnknownMetError(value.unknown)
        if isinstance(value, RubyHash):
            inner = [each.value for each in value.entries.values()]
        else:
            inner = value.items
        left[0] -= len(inner)
        if left[0] < 0:
            raise LimitReachedError("the key of a hash has too many parts")
        keys = [
            _compound_key(each, left) if isinstance(each, (RubyArray, RubyHash)) else hash_key(each)
            for each in inner
        ]
        if isinstance(value, RubyHash):
            return (_HASH, frozenset(zip(value.entries, keys, strict=True)))
        return (_ARRAY, *keys)
    if isinstance(value, RubyRange):
        return (_OTHER, "Range", hash_key(value.first), hash_key(value.last), value.exclusive)
    if isinstance(value, RubyRegexp):
        return (_OTHER, "Regexp", value.source, value.options)
    return (_OTHER, id(value), value)


def truthy(value: Value) -> bool:
    """Whether a condition holds: all but nil and false do. Raises UnknownMetError."""
    if value.__class__ is Unknown:
        raise UnknownMetError(value)
    return value is not None and value is not False
