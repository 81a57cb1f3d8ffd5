"""Kernel's functions that make values: `Integer()`, `Float()`, `String()`, `Array()`, `Hash()`, `format`."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import (
    kind_word,
    require_known,
    to_integer,
    to_string,
    try_array,
)
from driftcheck.chef.ruby.methods.format import format_text
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.iteration import collect, endless
from driftcheck.chef.ruby.methods.numbers import to_float, to_whole
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyRange,
    RubyString,
    Value,
    unsupported,
)

KERNEL = MethodTable("Kernel")
TABLES = (KERNEL,)


def _or_nil(call: Call, make: Callable[[], Value]) -> Value:
    """What `make` gives; nil in place of an error with `exception: false`."""
    quiet = require_known(call.keywords.get("exception", True)) in (None, False)
    try:
        return make()
    except RubyError as error:
        if quiet and error.class_name in ("ArgumentError", "TypeError", "FloatDomainError", "RangeError"):
            return None
        raise


@KERNEL.method("Integer", arity=(1, 2), keywords=("exception",))
def integer_(call: Call) -> Value:
    """The whole argument as an Integer, else ArgumentError or TypeError."""
    return _or_nil(call, lambda: _integer(call))


def _integer(call: Call) -> int:
    value = require_known(call.args[0])
    if len(call.args) == 1 or call.args[1] is None:
        return to_whole(call.interpreter, value)
    base = to_integer(call.interpreter, call.args[1])
    if not isinstance(value, RubyString):
        raise RubyError("ArgumentError", "base specified for non string value")
    if base == 1 or not 0 <= base <= 36:
        raise RubyError("ArgumentError", f"invalid radix {base}")
    return to_whole(call.interpreter, value, base or None)


@KERNEL.method("Float", arity=1, keywords=("exception",))
def float_(call: Call) -> Value:
    """The whole argument as a Float, else ArgumentError or TypeError."""
    return _or_nil(call, lambda: to_float(call.interpreter, call.args[0]))


@KERNEL.method("String", arity=1)
def string(call: Call) -> Value:
    """The argument as text."""
    value = require_known(call.args[0])
    return value if isinstance(value, RubyString) else call.interpreter.send(value, "to_s")


@KERNEL.method("Array", arity=1, structural=True)
def array(call: Call) -> Value:
    """The argument as an array: nil is none, a hash its pairs, anything else the one element."""
    value = require_known(call.args[0])
    several = try_array(call.interpreter, value)
    if several is not None:
        return several
    if value is None:
        return RubyArray()
    if isinstance(value, RubyHash):
        return call.interpreter.send(value, "to_a")
    if isinstance(value, RubyString) or not call.interpreter.responds_to(value, "to_a"):
        return RubyArray([value])
    if isinstance(value, RubyRange):
        if endless(value):
            raise RubyError("RangeError", "cannot convert endless range to an array")
        return RubyArray(collect(call.interpreter, value))
    return call.interpreter.send(value, "to_a")


@KERNEL.method("Hash", arity=1, structural=True)
def hash_(call: Call) -> Value:
    """The argument as a hash; nil and [] are an empty one."""
    value = require_known(call.args[0])
    if isinstance(value, RubyHash):
        return value
    if value is None or (isinstance(value, RubyArray) and not value.items):
        return RubyHash()
    word = kind_word(call.interpreter, value)
    raise RubyError("TypeError", f"can't convert {word} into Hash")


@KERNEL.method("format", "sprintf", arity=(0, None))
def format_(call: Call) -> Value:
    """A text by a format string."""
    if not call.args:
        raise RubyError("ArgumentError", "too few arguments")
    template = to_string(call.interpreter, call.args[0])
    return RubyString(format_text(call.interpreter, template.text, call.args[1:]))


@KERNEL.method(
    "rand", "srand", "Rational", "Complex", "`", "system", "spawn", "exec", "gets", arity=(0, None)
)
def not_known(call: Call) -> Value:
    """Differs from run to run, or asks the machine."""
    raise unsupported(f"{call.name}, which is not evaluated")


@KERNEL.method("!~", arity=1)
def matches_not(call: Call) -> Value:
    """Whether `=~` finds nothing."""
    found = require_known(call.interpreter.send(call.receiver, "=~", call.args[0]))
    return found is None or found is False
