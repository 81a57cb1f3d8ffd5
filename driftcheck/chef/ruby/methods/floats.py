"""Float: what it does otherwise than Integer; the rest is in `numeric`."""

from __future__ import annotations

import math

from driftcheck.chef.floats import float_text
from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.numbers import whole_of_float
from driftcheck.chef.ruby.methods.string_texts import AsciiText
from driftcheck.chef.ruby.values import RubyString, Value, unsupported

FLOAT = MethodTable("Float")
TABLES = (FLOAT,)


@FLOAT.method("to_s", "inspect")
def to_s(call: Call) -> Value:
    """Its shortest decimal figures."""
    return RubyString(AsciiText(float_text(call.receiver)))


@FLOAT.method("to_f")
def to_f(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@FLOAT.method("to_i", "to_int")
def to_i(call: Call) -> Value:
    """Cut off towards zero."""
    return whole_of_float(call.receiver)


@FLOAT.method("nan?")
def nan(call: Call) -> Value:
    """Whether it is no number."""
    return math.isnan(call.receiver)


@FLOAT.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """A Float of the same value."""
    other = require_known(call.args[0])
    return other.__class__ is float and other == call.receiver


@FLOAT.method("next_float", "prev_float")
def neighbour(call: Call) -> Value:
    """The next float up or down."""
    return math.nextafter(call.receiver, math.inf if call.name == "next_float" else -math.inf)


@FLOAT.method("fdiv", "quo", arity=1)
def fdiv(call: Call) -> Value:
    """`/`."""
    return call.interpreter.send(call.receiver, "/", call.args[0])


@FLOAT.method("numerator", "denominator", "rationalize", "to_r", arity=(0, 1))
def rational(call: Call) -> Value:
    """Rationals are not done."""
    raise unsupported("a Rational")
