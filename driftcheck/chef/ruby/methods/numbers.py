"""What `Integer()`, `Float()` and arithmetic make of a value, with Ruby's words where it cannot."""

from __future__ import annotations

import math
from typing import NoReturn

from driftcheck.chef.floats import float_text
from driftcheck.chef.ruby.methods.conversions import kind_word, require_known
from driftcheck.chef.ruby.methods.interface import Interpreter
from driftcheck.chef.ruby.methods.numerals import whole_float, whole_integer
from driftcheck.chef.ruby.values import RubyError, RubyString, Symbol, Value, unsupported

MAX_BITS = 40_000
"""Larger integers are not computed."""
SMALL_BITS = 63
"""Integers of fewer bits are shown in messages, larger ones by the name of their class."""


def whole_of_float(value: float) -> int:
    """A float cut off towards zero; FloatDomainError for `Infinity` and `NaN`."""
    if not math.isfinite(value):
        raise RubyError("FloatDomainError", float_text(value))
    return int(value)


def bounded(value: int) -> int:
    """The integer itself, unless it is too large to go on with."""
    if value.bit_length() > MAX_BITS:
        raise unsupported("an integer this large")
    return value


def to_whole(interpreter: Interpreter, value: Value, base: int | None = None) -> int:
    """`Integer(value)`, and what `%d` prints: a float is cut off."""
    kind = value.__class__
    if kind is int:
        return value  # type: ignore[no-any-return]  # its class says it
    if kind is float:
        return whole_of_float(value)
    return whole_of_other(interpreter, value, base)


def whole_of_other(interpreter: Interpreter, value: Value, base: int | None = None) -> int:
    """`Integer(value)` of what is no number: a String as a whole, else `to_int` or `to_i`."""
    require_known(value)
    if isinstance(value, RubyString):
        made = whole_integer(value.text, base)
        if made is None:
            if "\0" in value.text or len(value.text) > 4000:
                raise unsupported("Integer() of such a text")
            invalid_text("Integer", interpreter, value)
        return made
    for name in ("to_int", "to_i"):
        if value is not None and interpreter.responds_to(value, name):
            made = interpreter.send(value, name)
            if made.__class__ is int:
                return made
    return cannot_convert(interpreter, value, "Integer")


def invalid_text(into: str, interpreter: Interpreter, value: RubyString) -> NoReturn:
    """ArgumentError `invalid value for Integer(): "x"`; what it shows beyond ASCII is not worked out."""
    if not value.text.isascii():
        raise interpreter.error_about("ArgumentError", f"invalid value for {into}(): ", None)
    raise RubyError("ArgumentError", f"invalid value for {into}(): {interpreter.inspect(value)}")


def cannot_convert(interpreter: Interpreter, value: Value, into: str) -> NoReturn:
    """TypeError `can't convert nil into Integer`."""
    raise RubyError("TypeError", f"can't convert {kind_word(interpreter, value)} into {into}")


def to_float(interpreter: Interpreter, value: Value) -> float:
    """`Float(value)`."""
    kind = value.__class__
    if kind is float:
        return value  # type: ignore[no-any-return]  # its class says it
    if kind is int:
        return float_of_integer(value)
    require_known(value)
    if isinstance(value, RubyString):
        made = whole_float(value.text)
        if made is None:
            if "\0" in value.text:
                raise unsupported("Float() of such a text")
            invalid_text("Float", interpreter, value)
        return made
    if value is None or value is True or value is False or not interpreter.is_a(value, "Numeric"):
        cannot_convert(interpreter, value, "Float")
    raise unsupported("Float() of such a number")


def float_of_integer(value: int) -> float:
    """The nearest float, `Infinity` beyond the largest."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def cannot_coerce(interpreter: Interpreter, value: Value, into: str) -> NoReturn:
    """TypeError `nil can't be coerced into Integer`, of arithmetic with what is no number.

    A symbol is named by its `inspect` if it stands in the source, else by its class: that is not told apart.
    """
    require_known(value)
    if (
        value is not None
        and value is not True
        and value is not False
        and interpreter.responds_to(value, "coerce")
    ):
        raise unsupported("arithmetic with such a number")
    if isinstance(value, Symbol):
        raise interpreter.error_about("TypeError", "", None)
    word = special_word(interpreter, value)
    raise RubyError("TypeError", f"{word} can't be coerced into {into}")


def special_word(interpreter: Interpreter, value: Value) -> str:
    """What coercion and comparison call a value: its `inspect` if nil, true, false or a small number."""
    small = value.__class__ is not int or value.bit_length() < SMALL_BITS
    if small and (value is None or isinstance(value, (bool, int, float))):
        return interpreter.inspect(value)
    return interpreter.class_of(value).name


def cannot_compare(interpreter: Interpreter, left: Value, right: Value) -> NoReturn:
    """ArgumentError `comparison of Integer with nil failed`."""
    beginning = f"comparison of {interpreter.class_of(left).name} with "
    if isinstance(right, Symbol):
        raise interpreter.error_about("ArgumentError", beginning, None)
    raise RubyError("ArgumentError", f"{beginning}{special_word(interpreter, right)} failed")
