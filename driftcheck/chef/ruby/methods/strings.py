"""String: what it is made of, its size, comparison, joining. Other methods are in the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from driftcheck.chef.ruby.methods.conversions import integer, require_known, small_integer, text, to_string
from driftcheck.chef.ruby.methods.format import percent
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.numerals import leading_float, leading_integer
from driftcheck.chef.ruby.methods.string_texts import encoded, joined_encoding, made, other_text, plus
from driftcheck.chef.ruby.methods.texts import inspect_text
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Symbol, Value, unsupported

STRING = MethodTable("String")
TABLES = (STRING,)


@STRING.method("to_s", "to_str")
def to_s(call: Call) -> Value:
    """The receiver itself."""
    return call.receiver


@STRING.method("inspect", "dump")
def inspect(call: Call) -> Value:
    """In quotes, with escapes."""
    if call.name == "dump" and not call.receiver.text.isascii():
        raise unsupported("dump of such a text")
    return RubyString(inspect_text(call.receiver.text, binary=call.receiver.binary))


@STRING.method("to_sym", "intern")
def to_sym(call: Call) -> Value:
    """The symbol of this name."""
    return Symbol(call.receiver.text)


@STRING.method("to_i", arity=(0, 1))
def to_i(call: Call) -> Value:
    """The integer that it begins with, else 0."""
    base = small_integer(call, 0, 10)
    if base < 0 or base == 1 or base > 36:
        raise RubyError("ArgumentError", f"invalid radix {base}")
    if base == 0:
        raise unsupported("to_i with the base 0")
    return _leading(call, base)


def _leading(call: Call, base: int) -> int:
    found = leading_integer(call.receiver.text, base)
    if found is None:
        raise unsupported("a number of so many figures")
    return found


@STRING.method("hex")
def hex_(call: Call) -> Value:
    """`to_i(16)`."""
    return _leading(call, 16)


@STRING.method("oct")
def oct_(call: Call) -> Value:
    """`to_i(8)`, where no prefix says otherwise."""
    figures = call.receiver.text.lstrip(" \t\n\v\f\r").lstrip("+-")
    if figures[:1] == "0" and not figures[1:2].isdigit() and figures[1:]:
        raise unsupported("oct of a text with a prefix")
    return _leading(call, 8)


@STRING.method("to_f")
def to_f(call: Call) -> Value:
    """The float that it begins with, else 0.0."""
    found = leading_float(call.receiver.text)
    if found is None:
        raise unsupported("a hexadecimal float")
    return found


@STRING.method("size", "length")
def size(call: Call) -> Value:
    """How many characters."""
    return len(call.receiver.text)


@STRING.method("bytesize")
def bytesize(call: Call) -> Value:
    """How many bytes."""
    return len(encoded(call.receiver))


@STRING.method("empty?")
def is_empty(call: Call) -> Value:
    """Whether there are no characters."""
    return not call.receiver.text


@STRING.method("+", arity=1)
def plus_(call: Call) -> Value:
    """A new string of both."""
    call.interpreter.spend(len(call.receiver.text))
    return plus(call.receiver, to_string(call.interpreter, call.args[0]))


@STRING.method("*", arity=1)
def times(call: Call) -> Value:
    """Itself so many times."""
    count = integer(call, 0)
    if count < 0:
        raise RubyError("ArgumentError", "negative argument")
    call.interpreter.spend(len(call.receiver.text) * count)
    return made(call, call.receiver.text * count)


@STRING.method("%", arity=1)
def format_(call: Call) -> Value:
    """`format(self, argument)`."""
    return percent(call.interpreter, call.receiver, call.args[0])


@STRING.method("==", "===", arity=1)
def equal(call: Call) -> Value:
    """The same text."""
    other = require_known(call.args[0])
    if not isinstance(other, RubyString):
        if other is not None and call.interpreter.responds_to(other, "to_str"):
            raise unsupported("a String compared with an object that says it is one")
        return False
    return _same(call.receiver, other)


def _same(left: RubyString, right: RubyString) -> bool:
    return left.text == right.text and (left.binary == right.binary or left.text.isascii())


@STRING.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """A String with the same text."""
    other = require_known(call.args[0])
    return isinstance(other, RubyString) and _same(call.receiver, other)


@STRING.method("<=>", arity=1)
def compare(call: Call) -> Value:
    """By bytes; nil if the other is no String."""
    other = require_known(call.args[0])
    if not isinstance(other, RubyString):
        if other is not None and call.interpreter.responds_to(other, "to_str"):
            raise unsupported("a String compared with an object that says it is one")
        if not isinstance(other, RubyObject):
            return None
        order = require_known(call.interpreter.send(other, "<=>", call.receiver))
        return -order if order.__class__ in (int, float) else None
    left, right = encoded(call.receiver), encoded(other)
    return (left > right) - (left < right)


@STRING.method("casecmp", arity=1)
def casecmp(call: Call) -> Value:
    """`<=>` without the difference of a-z and A-Z; nil if the other is no String."""
    other = _comparable(call)
    if other is None:
        return None
    left, right = (
        _ascii_lower(each).encode("utf-8", "surrogatepass") for each in (call.receiver.text, other)
    )
    return (left > right) - (left < right)


@STRING.method("casecmp?", arity=1)
def same_but_case(call: Call) -> Value:
    """Whether they differ at most in case."""
    other = _comparable(call)
    if other is None:
        return None
    return call.receiver.text.casefold() == other.casefold()


def _comparable(call: Call) -> str | None:
    other = require_known(call.args[0])
    if isinstance(other, RubyString):
        return other.text
    if other is not None and call.interpreter.responds_to(other, "to_str"):
        return other_text(call, 0)
    return None


def _ascii_lower(given: str) -> str:
    return given.lower() if given.isascii() else "".join(c.lower() if c.isascii() else c for c in given)


def _all_or_each(call: Call, found: RubyArray) -> Value:
    """The array; with a block each is yielded instead, as in old Ruby."""
    return found if call.block is None else _each(call, lambda: found.items)


@STRING.method("chars")
def chars(call: Call) -> Value:
    """Its characters."""
    call.interpreter.spend(len(call.receiver.text))
    return _all_or_each(call, RubyArray(made(call, char) for char in call.receiver.text))


@STRING.method("bytes")
def bytes_(call: Call) -> Value:
    """Its bytes as integers."""
    call.interpreter.spend(len(call.receiver.text))
    return _all_or_each(call, RubyArray(encoded(call.receiver)))


@STRING.method("codepoints")
def codepoints(call: Call) -> Value:
    """Its characters as integers."""
    call.interpreter.spend(len(call.receiver.text))
    return _all_or_each(call, RubyArray(map(ord, call.receiver.text)))


@STRING.method("each_char")
def each_char(call: Call) -> Value:
    """Yields each character."""
    return _each(call, lambda: (made(call, char) for char in call.receiver.text))


@STRING.method("each_byte")
def each_byte(call: Call) -> Value:
    """Yields each byte."""
    return _each(call, lambda: encoded(call.receiver))


@STRING.method("each_codepoint")
def each_codepoint(call: Call) -> Value:
    """Yields each code point."""
    return _each(call, lambda: map(ord, call.receiver.text))


def _each(call: Call, items: Callable[[], Iterable[Value]]) -> Value:
    if call.block is None:
        return call.enumerator()
    for item in items():
        call.yield_(item)
    return call.receiver


@STRING.method("ord")
def ord_(call: Call) -> Value:
    """The first character's code."""
    if not call.receiver.text:
        raise RubyError("ArgumentError", "empty string")
    return ord(call.receiver.text[0])


@STRING.method("chr")
def chr_(call: Call) -> Value:
    """The first character."""
    return made(call, call.receiver.text[:1])


@STRING.method("sum", arity=(0, 1))
def sum_(call: Call) -> Value:
    """The sum of the bytes, of so many bits."""
    bits = integer(call, 0, 16)
    total = sum(encoded(call.receiver))
    return total & ((1 << bits) - 1) if 0 < bits < 64 else total


@STRING.method("getbyte", arity=1)
def getbyte(call: Call) -> Value:
    """One byte, nil beyond the ends."""
    data, index = encoded(call.receiver), integer(call, 0)
    return data[index] if -len(data) <= index < len(data) else None


@STRING.method("include?", arity=1)
def includes(call: Call) -> Value:
    """Whether the other is part of it."""
    return other_text(call, 0) in call.receiver.text


@STRING.method("end_with?", arity=(0, None))
def ends_with(call: Call) -> Value:
    """Whether it ends with one of these."""
    return any(call.receiver.text.endswith(text(call, index)) for index in range(len(call.args)))


@STRING.method("reverse")
def reverse(call: Call) -> Value:
    """From its end to its beginning."""
    return made(call, call.receiver.text[::-1])


@STRING.method("hash")
def hash_(call: Call) -> Value:
    """Differs from run to run."""
    raise unsupported("the hash of an object, which differs from run to run")


@STRING.method("+@", "-@")
def unary(call: Call) -> Value:
    """`+`: not frozen; `-`: frozen. The receiver itself if it is so already."""
    if call.receiver.frozen == (call.name == "-@"):
        return call.receiver
    return RubyString(call.receiver.text, frozen=call.name == "-@", binary=call.receiver.binary)


@STRING.method("replace", "initialize_copy", arity=1, mutates=True)
def replace(call: Call) -> Value:
    """Its text becomes the other's."""
    other = to_string(call.interpreter, call.args[0])
    call.receiver.text, call.receiver.binary = other.text, other.binary
    return call.receiver


@STRING.method("clear", mutates=True)
def clear(call: Call) -> Value:
    """Its text becomes empty."""
    call.receiver.text = ""
    return call.receiver


@STRING.method("<<", arity=1, mutates=True, frozen_late=True)
def append(call: Call) -> Value:
    """Adds a text or the character of a code point."""
    if call.args[0].__class__ is not int:
        to_string(call.interpreter, call.args[0])
    if call.receiver.frozen:
        call.interpreter.frozen_error(call.receiver)
    _append(call, call.args[0])
    return call.receiver


@STRING.method("concat", arity=(0, None), mutates=True)
def concat(call: Call) -> Value:
    """Adds texts."""
    before = RubyString(call.receiver.text, binary=call.receiver.binary)
    for value in call.args:
        _append(call, before if value is call.receiver else value)
    return call.receiver


def _append(call: Call, value: Value) -> None:
    receiver: RubyString = call.receiver
    if value.__class__ is int:
        if value < 0 or value > 0x10FFFF or 0xD800 <= value < 0xE000 or receiver.binary:
            raise unsupported("a number appended that is no character")
        value = RubyString(chr(value))
    other = to_string(call.interpreter, value)
    call.interpreter.spend(len(other.text))
    receiver.binary = joined_encoding(receiver, other)
    receiver.text += other.text


@STRING.method("prepend", arity=(0, None), mutates=True)
def prepend(call: Call) -> Value:
    """Puts texts before it."""
    receiver: RubyString = call.receiver
    before = RubyString("")
    for value in call.args:
        before = plus(before, to_string(call.interpreter, value))
    receiver.binary = joined_encoding(before, receiver)
    receiver.text = before.text + receiver.text
    return receiver
