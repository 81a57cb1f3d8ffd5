"""What Integer and Float share: arithmetic, comparison, rounding, `step`; each stands in both tables."""

from __future__ import annotations

import math
from collections.abc import Callable

from driftcheck.chef.ruby.methods import arithmetic
from driftcheck.chef.ruby.methods.arithmetic import as_float, operand
from driftcheck.chef.ruby.methods.conversions import integer, name_text, require_known
from driftcheck.chef.ruby.methods.interface import Arity, Call, Function, MethodTable
from driftcheck.chef.ruby.methods.numbers import bounded, cannot_compare, to_float
from driftcheck.chef.ruby.methods.rounding import floor_float, floor_integer, round_float, round_integer
from driftcheck.chef.ruby.values import RubyArray, RubyError, Value, unsupported

INTEGER = MethodTable("Integer")
FLOAT = MethodTable("Float")
TABLES = (INTEGER, FLOAT)


def numeric(
    *names: str, arity: Arity = 0, keywords: tuple[str, ...] = (), structural: bool = False
) -> Callable[[Function], Function]:
    """Declares a method of both."""

    def declare(function: Function) -> Function:
        for table in TABLES:
            table.method(*names, arity=arity, keywords=keywords, structural=structural)(function)
        return function

    return declare


@numeric("+", arity=1)
def plus(call: Call) -> Value:
    """The sum."""
    right = operand(call)
    if call.receiver.__class__ is right.__class__ is int:
        return bounded(call.receiver + right)
    return as_float(call.receiver) + as_float(right)


@numeric("-", arity=1)
def minus(call: Call) -> Value:
    """The difference."""
    right = operand(call)
    if call.receiver.__class__ is right.__class__ is int:
        return bounded(call.receiver - right)
    return as_float(call.receiver) - as_float(right)


@numeric("*", arity=1)
def times(call: Call) -> Value:
    """The product."""
    right = operand(call)
    if call.receiver.__class__ is right.__class__ is int:
        return bounded(call.receiver * right)
    return as_float(call.receiver) * as_float(right)


@numeric("/", arity=1)
def divide(call: Call) -> Value:
    """The quotient, floored for integers."""
    return arithmetic.quotient(call.receiver, operand(call))


@numeric("%", "modulo", arity=1)
def modulo(call: Call) -> Value:
    """What is left by the floored quotient."""
    return arithmetic.modulo(call.receiver, operand(call))


@numeric("div", arity=1)
def div(call: Call) -> Value:
    """The quotient floored to an integer."""
    return arithmetic.whole_quotient(call.receiver, operand(call))


@numeric("divmod", arity=1)
def divmod_(call: Call) -> Value:
    """The floored quotient and what is left."""
    right = operand(call)
    rest = arithmetic.modulo(call.receiver, right)
    if rest.__class__ is int:
        return RubyArray([call.receiver // right, rest])
    first, second = as_float(call.receiver), as_float(right)
    if rest != rest or math.isinf(second):
        raise unsupported("divmod of such floats")
    found = (math.fmod(first, second), (first - math.fmod(first, second)) / second)
    whole = found[1] - 1 if second * found[0] < 0 else found[1]
    return RubyArray([math.floor(whole + 0.5), rest])


@numeric("remainder", arity=1)
def remainder(call: Call) -> Value:
    """What is left by the quotient that is cut off."""
    return arithmetic.remainder(call.receiver, operand(call))


@numeric("**", arity=1)
def power(call: Call) -> Value:
    """The power."""
    return arithmetic.power(call.receiver, operand(call))


@numeric("-@")
def negate(call: Call) -> Value:
    """Its negative."""
    return -call.receiver


@numeric("+@")
def positive_self(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@numeric("==", "===", arity=1)
def equal(call: Call) -> Value:
    """The same number."""
    return arithmetic.equals(call)


@numeric("<=>", arity=1)
def compare(call: Call) -> Value:
    """Below, the same or above; nil if that cannot be said."""
    return arithmetic.compared(call)


@numeric("<", "<=", ">", ">=", arity=1)
def ordered(call: Call) -> Value:
    """Which is the greater."""
    return arithmetic.compares(call)


@numeric("coerce", arity=1)
def coerce(call: Call) -> Value:
    """Both as numbers of one class."""
    other = require_known(call.args[0])
    if other.__class__ is call.receiver.__class__:
        return RubyArray([other, call.receiver])
    return RubyArray([to_float(call.interpreter, other), as_float(call.receiver)])


@numeric("abs", "magnitude")
def abs_(call: Call) -> Value:
    """Without its sign."""
    return abs(call.receiver)


@numeric("zero?")
def zero(call: Call) -> Value:
    """Whether it is zero."""
    return call.receiver == 0


@numeric("nonzero?")
def nonzero(call: Call) -> Value:
    """Itself, nil for zero."""
    return call.receiver if call.receiver != 0 else None


@numeric("positive?")
def positive(call: Call) -> Value:
    """Whether it is above zero."""
    return call.receiver > 0


@numeric("negative?")
def negative(call: Call) -> Value:
    """Whether it is below zero."""
    return call.receiver < 0


@numeric("integer?")
def is_integer(call: Call) -> Value:
    """Whether it is an Integer."""
    return call.receiver.__class__ is int


@numeric("finite?")
def finite(call: Call) -> Value:
    """Whether it is neither infinite nor NaN."""
    return call.receiver.__class__ is int or math.isfinite(call.receiver)


@numeric("infinite?")
def infinite(call: Call) -> Value:
    """1 or -1 for an infinite number, else nil."""
    if call.receiver.__class__ is float and math.isinf(call.receiver):
        return 1 if call.receiver > 0 else -1
    return None


@numeric("real?")
def real(call: Call) -> Value:
    """True."""
    return True


def _digits(call: Call) -> int:
    return integer(call, 0)


@numeric("round", arity=(0, 1), keywords=("half",))
def round_(call: Call) -> Value:
    """Rounded to so many digits; halves up unless `half` says otherwise."""
    half = _half(call)
    digits = _digits(call)
    if call.receiver.__class__ is int:
        return round_integer(call.receiver, digits, half)
    return round_float(call.receiver, digits, half)


def _half(call: Call) -> str:
    given = require_known(call.keywords.get("half"))
    if given is None:
        return "up"
    name = name_text(call.interpreter, given)
    if name not in ("up", "down", "even"):
        raise RubyError("ArgumentError", f"invalid rounding mode: {name}")
    return name


@numeric("floor", "ceil", arity=(0, 1))
def floor(call: Call) -> Value:
    """The next below or above at so many digits."""
    digits, up = _digits(call), call.name == "ceil"
    if call.receiver.__class__ is int:
        return floor_integer(call.receiver, digits, up=up)
    return floor_float(call.receiver, digits, up=up)


@numeric("truncate", arity=(0, 1))
def truncate(call: Call) -> Value:
    """Towards zero at so many digits."""
    digits, up = _digits(call), call.receiver < 0
    if call.receiver.__class__ is int:
        return floor_integer(call.receiver, digits, up=up)
    return floor_float(call.receiver, digits, up=up)


@numeric("step", arity=(0, 2), keywords=("by", "to"), structural=True)
def step(call: Call) -> Value:
    """Yields itself and on by steps up to a limit."""
    limit = require_known(call.arg(0, call.keywords.get("to")))
    by = require_known(call.arg(1, call.keywords.get("by", 1)))
    if call.block is None:
        if call.keywords:
            raise unsupported("step with keywords and without a block")
        return call.enumerator()
    if by.__class__ not in (int, float) or (limit is not None and limit.__class__ not in (int, float)):
        cannot_compare(call.interpreter, by, 0) if by.__class__ not in (int, float) else cannot_compare(
            call.interpreter, call.receiver, limit
        )
    if by == 0:
        raise RubyError("ArgumentError", "step can't be 0")
    for value in steps(call, call.receiver, limit, by, exclusive=False):
        call.yield_(value)
    return call.receiver


def steps(call: Call, start: float, limit: float | None, by: float, *, exclusive: bool) -> list[Value]:
    """What `step` goes through, floats as `ruby_float_step` counts them."""
    if limit is None:
        raise unsupported("step without a limit")
    if all(each.__class__ is int for each in (start, limit, by)):
        ends = limit + (0 if exclusive else (1 if by > 0 else -1))
        whole = range(int(start), int(ends), int(by))
        call.interpreter.spend(len(whole))
        return list(whole)
    first, last, width = as_float(start), as_float(limit), as_float(by)
    count = (last - first) / width
    if not math.isfinite(count):
        raise unsupported("step to infinity")
    error = min((abs(first) + abs(last) + abs(last - first)) / abs(width) * 2.220446049250313e-16, 0.5)
    if exclusive:
        raise unsupported("a range of floats by steps, without its end")
    size = math.floor(count + error) + 1
    call.interpreter.spend(max(size, 0))
    made: list[Value] = [at * width + first for at in range(size)]
    if made and (made[-1] > last) == (width > 0):
        made[-1] = last
    return made


@numeric("to_c", "real", "imaginary", "polar", "arg", arity=(0, None))
def not_done(call: Call) -> Value:
    """Rationals and Complexes are not done."""
    raise unsupported(f"{call.name} of a number")
