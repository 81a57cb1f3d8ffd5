"""Comparable: `<`, `between?`, `clamp` by `<=>`."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import RubyError, RubyRange, Value

COMPARABLE = MethodTable("Comparable")
TABLES = (COMPARABLE,)


@COMPARABLE.method("<", "<=", ">", ">=", arity=1)
def ordered(call: Call) -> Value:
    """Which is the greater; ArgumentError where they do not compare."""
    order = call.interpreter.compare_or_raise(call.receiver, call.args[0])
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[call.name]


@COMPARABLE.method("==", arity=1)
def equal(call: Call) -> Value:
    """The same object, or `<=>` gives 0."""
    return call.receiver is call.args[0] or call.interpreter.compare(call.receiver, call.args[0]) == 0


@COMPARABLE.method("between?", arity=2)
def between(call: Call) -> Value:
    """Whether it stands between two."""
    interpreter = call.interpreter
    if interpreter.compare_or_raise(call.receiver, call.args[0]) < 0:
        return False
    return interpreter.compare_or_raise(call.receiver, call.args[1]) <= 0


@COMPARABLE.method("clamp", arity=(1, 2))
def clamp(call: Call) -> Value:
    """Itself within bounds."""
    least, most = _bounds(call)
    compare = call.interpreter.compare_or_raise
    if least is not None and most is not None and compare(least, most) > 0:
        raise RubyError("ArgumentError", "min argument must be smaller than max argument")
    if least is not None and compare(call.receiver, least) < 0:
        return least
    if most is not None and compare(call.receiver, most) > 0:
        return most
    return call.receiver


def _bounds(call: Call) -> tuple[Value, Value]:
    if len(call.args) == 2:
        return require_known(call.args[0]), require_known(call.args[1])
    given = require_known(call.args[0])
    if not isinstance(given, RubyRange):
        name = call.interpreter.class_of(given).name
        raise RubyError("TypeError", f"wrong argument type {name} (expected Range)")
    if given.exclusive and given.last is not None:
        raise RubyError("ArgumentError", "cannot clamp with an exclusive range")
    return given.first, given.last
