"""What methods ask of the interpreter: texts, equality, order, classes (`methods.interface.Interpreter`)."""

from __future__ import annotations

from typing import cast

from driftcheck.chef.ruby import pieced
from driftcheck.chef.ruby.beginnings import NOTHING_KNOWN, BegunString
from driftcheck.chef.ruby.core import Core
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.methods.numbers import cannot_compare
from driftcheck.chef.ruby.methods.string_texts import joined_encoding
from driftcheck.chef.ruby.object_values import RubyClass, RubyException
from driftcheck.chef.ruby.output import WrittenString
from driftcheck.chef.ruby.values import (
    NO_SELF,
    LimitReachedError,
    RubyEnumerator,
    RubyError,
    RubyProc,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    hash_key,
    unsupported,
)
from driftcheck.model.facts import Unknown


class Answers(Core):
    """The part of an evaluation that compares and prints values."""

    def call_block(self, block: RubyProc, *args: Value) -> Value:
        """`yield *args`."""
        self.steps -= 1
        if self.steps < 0:
            raise LimitReachedError("the evaluation takes too many steps")
        return block.call(list(args), None, NO_SELF)

    def send(self, receiver: Value, name: str, *args: Value, block: RubyProc | None = None) -> Value:
        """Calls a method by name."""
        if block is None:
            return self.call(self.frame, receiver, name, list(args), None, None)
        doubtful = self.doubtful
        made = self.call(self.frame, receiver, name, list(args), block, None)
        if made.__class__ is Unknown and self.doubtful != doubtful:
            # The block did not run as the caller means it to.
            raise UnknownMetError(made)
        return made

    def interpolated(self, parts: list[Value], *, binary: bool = False) -> Value:
        """The text of the parts; Unknown, with what is known of it, where one is not.

        `binary`: the parts that are texts of the source are ASCII-8BIT.
        """
        texts: list[str | None] = []
        cause: Unknown | None = None
        for part in parts:
            if part.__class__ is str:
                texts.append(part)
                continue
            try:
                texts.append(self.to_s(part))
            except UnknownMetError as met:
                cause = cause or met.unknown
                texts.append(None)
        if cause is None:
            text = "".join(texts)  # type: ignore[arg-type]  # None comes with a cause
            self.spend(len(text) // 256)
            if not text.isascii():
                binary = _encoding(parts, texts, binary)
            return RubyString(text, binary=binary)
        if any(part.__class__ is WrittenString for part in parts):
            made = pieced.interpolated(self, parts)
            if made is not NOTHING_KNOWN:
                return made
        return Unknown(kind=cause.kind, reason=cause.reason, location=cause.location, fragments=tuple(texts))

    def to_s(self, value: Value) -> str:
        """The text that interpolation prints."""
        kind = value.__class__
        if kind is RubyString:
            if value.unknown is not None:
                raise UnknownMetError(value.unknown)
            return value.text  # type: ignore[no-any-return]  # its class says it
        if kind is int:
            return int_text(value)
        if kind is Symbol:
            return value.name  # type: ignore[no-any-return]  # its class says it
        return self._text(value, "to_s")

    def inspect(self, value: Value) -> str:
        """The text of `inspect`."""
        if value.__class__ is int:
            return int_text(value)
        return self._text(value, "inspect")

    def _text(self, value: Value, name: str) -> str:
        made = self.send(value, name)
        if isinstance(made, Unknown):
            raise UnknownMetError(made)
        if not isinstance(made, RubyString):
            raise unsupported(f"{name} gives no text")
        if made.unknown is not None:
            raise UnknownMetError(made.unknown)
        return made.text

    def responds_to(self, receiver: Value, name: str) -> bool:
        """`respond_to?`. Raises UnknownMetError where a method exists that is not evaluated."""
        found = self.lookup.find(receiver, name)
        if found is not None:
            return not self.lookup.is_private(receiver, name, found)
        other = self.fallback(receiver, name)
        if other is not None:
            return self.responds_to(other, name)
        if self.lookup.find(receiver, "respond_to_missing?") is not None:
            raise unsupported("respond_to_missing? is not evaluated")
        return self.lookup.is_known(receiver, name, own=False)

    def has_method(self, receiver: Value, name: str) -> bool:
        """Whether the receiver's class has its own `!=` or `!~`."""
        return receiver.__class__ is not Unknown and self.lookup.find(receiver, name) is not None

    def equal(self, left: Value, right: Value) -> bool:
        """`==`."""
        if left.__class__ is right.__class__ and left.__class__ in _PLAIN_KINDS:
            return bool(left == right)
        if left.__class__ is Unknown or right.__class__ is Unknown:
            raise UnknownMetError(left if left.__class__ is Unknown else right)
        return self._truth(self.send(left, "==", right))

    def eql(self, left: Value, right: Value) -> bool:
        """`eql?`."""
        return hash_key(left) == hash_key(right)

    def matches(self, pattern: Value, value: Value) -> bool:
        """`pattern === value`."""
        return self._truth(self.send(pattern, "===", value))

    def _truth(self, value: Value) -> bool:
        if value.__class__ is Unknown:
            raise UnknownMetError(value)
        return value is not None and value is not False

    def compare(self, left: Value, right: Value) -> int | None:
        """`<=>`."""
        if left.__class__ is int and right.__class__ is int:
            return (left > right) - (left < right)
        if right.__class__ is Unknown:
            raise UnknownMetError(right)
        made = self.send(left, "<=>", right)
        if made is None or made.__class__ is int:
            return made
        if made.__class__ is Unknown:
            raise UnknownMetError(made)
        if made.__class__ is float:
            return (made > 0) - (made < 0)
        raise unsupported("<=> gives no number")

    def compare_or_raise(self, left: Value, right: Value) -> int:
        """`<=>`, or ArgumentError."""
        made = self.compare(left, right)
        if made is None:
            cannot_compare(cast("Interpreter", self), left, right)
        return made

    def class_of(self, value: Value) -> RubyClass:
        """The class."""
        if value.__class__ is Unknown:
            raise UnknownMetError(value)
        return self.lookup.class_of(value)

    def is_a(self, value: Value, class_name: str) -> bool:
        """Whether the class has this among its ancestors."""
        return any(each.name == class_name for each in self.class_of(value).ancestors())

    def named_class(self, name: str) -> RubyClass:
        """A built-in class by its full name."""
        return self.lookup.classes[name]

    def error_about(self, class_name: str, text: str, described: str | None) -> RubyError:
        """An error whose message ends with an object's description, which may not be known."""
        if described is not None:
            return RubyError(class_name, text + described)
        unknown = unsupported("the message holds an object's address").unknown
        self.met_unknown = True
        message = BegunString(text, unknown, open_line=True)
        exception = RubyException(self.named_class(class_name), message)
        return RubyError(class_name, text, exception)

    def frozen_error(self, value: Value) -> None:
        """Raises FrozenError if the value is frozen."""
        if getattr(value, "frozen", True):
            text = f"can't modify frozen {self.class_of(value).name}: "
            raise RubyError("FrozenError", text + self.inspect(value))

    def enumerator(self, receiver: Value, name: str, *args: Value) -> RubyEnumerator:
        """What a method without its block returns."""
        return RubyEnumerator(receiver, name, list(args))


def _encoding(parts: list[Value], texts: list[str | None], binary: bool) -> bool:
    """Whether the text of the parts is binary. Encoding::CompatibilityError if they do not go together."""
    made = RubyString("", binary=binary)
    for part, text in zip(parts, texts, strict=True):
        own = binary if part.__class__ is str else isinstance(part, RubyString) and part.binary
        other = RubyString(text or "", binary=own)
        made = RubyString(made.text + other.text, binary=joined_encoding(made, other))
    return made.binary


def int_text(value: int) -> str:
    """A number's digits; UnknownMetError for one that would be too long to print."""
    if value.bit_length() > 12_000:
        raise unsupported("a number of thousands of digits is not printed")
    return str(value)


_PLAIN_KINDS = (int, Symbol)
