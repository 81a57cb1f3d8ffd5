"""Math's functions."""

from __future__ import annotations

import math
from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.numbers import cannot_convert, to_float
from driftcheck.chef.ruby.values import RubyError, RubyString, Value, unsupported

MATH = MethodTable("Math", singleton=True)
TABLES = (MATH,)


def _number(call: Call, index: int) -> float:
    value = require_known(call.args[index])
    if isinstance(value, RubyString):
        cannot_convert(call.interpreter, value, "Float")
    return to_float(call.interpreter, value)


def _domain(name: str) -> RubyError:
    return RubyError("Math::DomainError", f"Numerical argument is out of domain - {name}")


@MATH.method("sqrt", arity=1)
def sqrt(call: Call) -> Value:
    """The square root."""
    value = _number(call, 0)
    if value < 0:
        raise _domain("sqrt")
    return math.sqrt(value)


@MATH.method("log", "log2", "log10", arity=(1, 2))
def log(call: Call) -> Value:
    """The logarithm, to the base e or another, 2 or 10."""
    if call.name != "log" and len(call.args) > 1:
        raise RubyError("ArgumentError", "wrong number of arguments (given 2, expected 1)")
    value = _number(call, 0)
    if value < 0:
        raise _domain(call.name)
    if value == 0:
        return -math.inf
    if math.isinf(value):
        return value
    if len(call.args) > 1:
        base = _number(call, 1)
        if base <= 0 or base == 1 or math.isinf(base):
            raise unsupported("a logarithm to such a base")
        return math.log(value) / math.log(base) if base != 2 else math.log2(value)
    return {"log": math.log, "log2": math.log2, "log10": math.log10}[call.name](value)


@MATH.method("cbrt", arity=1)
def cbrt(call: Call) -> Value:
    """The cube root, where it is exact."""
    value = _number(call, 0)
    found = round(abs(value) ** (1 / 3)) if math.isfinite(value) and abs(value) < 1e15 else 0
    if found**3 != abs(value):
        raise unsupported("a cube root that is not exact")
    return math.copysign(float(found), value)


@MATH.method("hypot", arity=2)
def hypot(call: Call) -> Value:
    """The length of the diagonal."""
    return math.hypot(_number(call, 0), _number(call, 1))


@MATH.method("exp", "sin", "cos", "tan", "atan", arity=1)
def by_c(call: Call) -> Value:
    """What the C library computes."""
    functions: dict[str, Callable[[float], float]] = {
        "exp": math.exp,
        "sin": math.sin,
        "cos": math.cos,
        "tan": math.tan,
        "atan": math.atan,
    }
    try:
        return functions[call.name](_number(call, 0))
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan
