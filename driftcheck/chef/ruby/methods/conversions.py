"""Ruby's implicit conversions of arguments, with its words where there is none.

Each raises UnknownMetError for an Unknown, and TypeError (`no implicit conversion of nil into String`).
"""

from __future__ import annotations

import math
from typing import NoReturn

from driftcheck.chef.ruby.methods.interface import Call, Interpreter
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyEnumerator,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

LONG_BITS = 63


def require_known(value: Value) -> Value:
    """The value itself; UnknownMetError if it is an Unknown or a container whose contents are not known."""
    if value.__class__ is Unknown:
        raise UnknownMetError(value)
    if isinstance(value, (RubyString, RubyArray, RubyHash)) and value.unknown is not None:
        raise UnknownMetError(value.unknown)
    return value


def kind_word(interpreter: Interpreter, value: Value) -> str:
    """What error messages call a value: `nil`, `true`, `false`, or the name of its class."""
    require_known(value)
    if value is None:
        return "nil"
    if value is True:
        return "true"
    if value is False:
        return "false"
    return interpreter.class_of(value).name


def no_conversion(interpreter: Interpreter, value: Value, into: str) -> NoReturn:
    """TypeError `no implicit conversion of … into …`."""
    word = kind_word(interpreter, value)
    raise RubyError("TypeError", f"no implicit conversion of {word} into {into}")


def to_string(interpreter: Interpreter, value: Value) -> RubyString:
    """`to_str`: a String is one, other objects may say that they are."""
    require_known(value)
    if isinstance(value, RubyString):
        return value
    if interpreter.responds_to(value, "to_str"):
        made = interpreter.send(value, "to_str")
        if isinstance(made, RubyString):
            return made
        raise unsupported("to_str gives no String")
    no_conversion(interpreter, value, "String")


def text(call: Call, index: int) -> str:
    """The text of a String argument."""
    return to_string(call.interpreter, call.args[index]).text


def name_text(interpreter: Interpreter, value: Value) -> str:
    """The name that a Symbol or String argument gives; TypeError `1 is not a symbol nor a string`."""
    require_known(value)
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RubyString):
        return value.text
    raise RubyError("TypeError", f"{interpreter.inspect(value)} is not a symbol nor a string")


def to_integer(interpreter: Interpreter, value: Value) -> int:
    """`to_int` for a size, count or index: a float is cut off; RangeError beyond 64 bits."""
    kind = value.__class__
    if kind is int:
        return _long(value)
    if kind is float:
        if not math.isfinite(value) or abs(value) >= 1 << LONG_BITS:
            raise RubyError("RangeError", f"float {_g_text(value)} out of range of integer")
        return int(value)
    require_known(value)
    if value is None:
        raise RubyError("TypeError", "no implicit conversion from nil to integer")
    if isinstance(value, RubyEnumerator):
        raise unsupported("a range by steps as an index")
    if interpreter.responds_to(value, "to_int"):
        made = interpreter.send(value, "to_int")
        if made.__class__ is int:
            return _long(made)
        raise unsupported("to_int gives no Integer")
    no_conversion(interpreter, value, "Integer")


def _long(value: int) -> int:
    if not -(1 << LONG_BITS) <= value < 1 << LONG_BITS:
        raise RubyError("RangeError", "bignum too big to convert into `long'")
    return value


def _g_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return f"{value:.10g}".replace("inf", "Inf")


def integer(call: Call, index: int, default: int = 0) -> int:
    """An argument as `to_integer`, `default` where it was not given."""
    return to_integer(call.interpreter, call.args[index]) if index < len(call.args) else default


def small_integer(call: Call, index: int, default: int = 0) -> int:
    """An argument that C keeps as an `int`: RangeError beyond 32 bits."""
    value = integer(call, index, default)
    if not -(1 << 31) <= value < 1 << 31:
        size = "small" if value < 0 else "big"
        raise RubyError("RangeError", f"integer {value} too {size} to convert to `int'")
    return value


def try_array(interpreter: Interpreter, value: Value) -> RubyArray | None:
    """`to_ary`; None where there is none."""
    require_known(value)
    if isinstance(value, RubyArray):
        return value
    if value is None or isinstance(value, (RubyString, Symbol, RubyHash, int, float)):
        return None
    if interpreter.responds_to(value, "to_ary"):
        made = interpreter.send(value, "to_ary")
        if made is None or isinstance(made, RubyArray):
            return made
        raise unsupported("to_ary gives no Array")
    return None


def to_array(interpreter: Interpreter, value: Value) -> RubyArray:
    """`to_ary`, or TypeError."""
    made = try_array(interpreter, value)
    if made is None:
        no_conversion(interpreter, value, "Array")
    return made


def to_hash(interpreter: Interpreter, value: Value) -> RubyHash:
    """`to_hash`, or TypeError."""
    require_known(value)
    if isinstance(value, RubyHash):
        return value
    if value is not None and interpreter.responds_to(value, "to_hash"):
        made = interpreter.send(value, "to_hash")
        if isinstance(made, RubyHash):
            return made
        raise unsupported("to_hash gives no Hash")
    no_conversion(interpreter, value, "Hash")


def too_many(call: Call, least: int, most: int | None) -> NoReturn:
    """ArgumentError for a wrong number of arguments that depends on more than the method's name."""
    given = len(call.args)
    expected = str(least) if least == most else f"{least}+" if most is None else f"{least}..{most}"
    message = f"wrong number of arguments (given {given}, expected {expected})"
    raise RubyError("ArgumentError", message)
