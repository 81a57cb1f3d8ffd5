"""`+ - * / % **` and comparisons of integers and floats."""

from __future__ import annotations

import math
from typing import NoReturn

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.methods.numbers import (
    MAX_BITS,
    bounded,
    cannot_coerce,
    cannot_compare,
    float_of_integer,
    whole_of_float,
)
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyError, unsupported


def divided_by_zero() -> NoReturn:
    """ZeroDivisionError."""
    raise RubyError("ZeroDivisionError", "divided by 0")


def operand(call: Call) -> int | float:
    """The argument as a number; TypeError `nil can't be coerced into Integer`."""
    value = call.args[0]
    if value.__class__ is int or value.__class__ is float:
        return value
    require_known(value)
    return cannot_coerce(call.interpreter, value, call.interpreter.class_of(call.receiver).name)


def as_float(value: float) -> float:
    """An operand as a float, `Infinity` beyond the largest."""
    return float_of_integer(value) if value.__class__ is int else value


def compared(call: Call) -> int | None:
    """`<=>` with the argument; None for NaN and for what is no number."""
    value = require_known(call.args[0])
    if value.__class__ is not int and value.__class__ is not float:
        return None
    left = call.receiver
    if left != left or value != value:
        return None
    return int(left > value) - int(left < value)


def compares(call: Call) -> bool:
    """`<`, `<=`, `>` and `>=`; ArgumentError where the argument is no number."""
    value = require_known(call.args[0])
    if value.__class__ is not int and value.__class__ is not float:
        if isinstance(value, RubyObject):
            raise unsupported("a number compared with an object")
        cannot_compare(call.interpreter, call.receiver, value)
    left = call.receiver
    match call.name:
        case "<":
            return bool(left < value)
        case "<=":
            return bool(left <= value)
        case ">":
            return bool(left > value)
    return bool(left >= value)


def equals(call: Call) -> bool:
    """`==`: the same number; another object is asked."""
    value = require_known(call.args[0])
    if value.__class__ is int or value.__class__ is float:
        return bool(call.receiver == value)
    if isinstance(value, RubyObject):
        return call.interpreter.equal(value, call.receiver)
    return False


def quotient(left: float, right: float) -> int | float:
    """`/`: integers are floored."""
    if left.__class__ is int and right.__class__ is int:
        return left // right if right else divided_by_zero()
    return float_quotient(as_float(left), as_float(right))


def float_quotient(left: float, right: float) -> float:
    """`/` of floats, which does not raise."""
    if right:
        return left / right
    if left == 0 or left != left:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def modulo(left: float, right: float) -> int | float:
    """`%`: the sign of the right one. ZeroDivisionError for zero, floats too."""
    if not right:
        divided_by_zero()
    if left.__class__ is int and right.__class__ is int:
        return left % right
    first, second = as_float(left), as_float(right)
    if first != first or second != second or math.isinf(first):
        return math.nan
    found = math.fmod(first, second)
    return found + second if second * found < 0 else found


def whole_quotient(left: float, right: float) -> int:
    """`div`: the quotient floored to an integer. FloatDomainError for `Infinity` and `NaN`."""
    if not right:
        divided_by_zero()
    found = quotient(left, right)
    if found.__class__ is float and not math.isfinite(found):
        whole_of_float(found)
    return math.floor(found)


def remainder(left: float, right: float) -> int | float:
    """`remainder`: the sign of the left one."""
    if left.__class__ is int and right.__class__ is int:
        if not right:
            divided_by_zero()
        return int(math.copysign(1, left)) * (abs(left) % abs(right))
    raise unsupported("remainder of floats")


def power(left: float, right: float) -> int | float:
    """`**`; a Rational or Complex is not computed."""
    if left.__class__ is int and right.__class__ is int:
        if right < 0:
            if left == 0:
                divided_by_zero()
            raise unsupported("a Rational")
        if left.bit_length() * right > MAX_BITS and left not in (0, 1, -1):
            raise unsupported("an integer this large")
        return bounded(int(left) ** int(right))
    base, exponent = as_float(left), as_float(right)
    if base < 0 and exponent != math.floor(exponent) and math.isfinite(exponent):
        raise unsupported("a Complex")
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return -math.inf if math.copysign(1, base) < 0 and exponent % 2 == 1 else math.inf
