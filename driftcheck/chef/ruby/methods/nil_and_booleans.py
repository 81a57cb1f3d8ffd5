"""nil, true and false."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import AsciiText
from driftcheck.chef.ruby.values import RubyArray, RubyHash, RubyString, Value, truthy

NIL = MethodTable("NilClass")
TRUE = MethodTable("TrueClass")
FALSE = MethodTable("FalseClass")
TABLES = (NIL, TRUE, FALSE)


@NIL.method("to_s")
def nil_to_s(call: Call) -> Value:
    """The empty text, frozen."""
    return RubyString("", frozen=True)


@NIL.method("inspect")
def nil_inspect(call: Call) -> Value:
    """`nil`."""
    return RubyString("nil")


@NIL.method("to_a")
def nil_to_a(call: Call) -> Value:
    """An empty array."""
    return RubyArray()


@NIL.method("to_h")
def nil_to_h(call: Call) -> Value:
    """An empty hash."""
    return RubyHash()


@NIL.method("to_i")
def nil_to_i(call: Call) -> Value:
    """0."""
    return 0


@NIL.method("to_f")
def nil_to_f(call: Call) -> Value:
    """0.0."""
    return 0.0


@NIL.method("nil?")
def nil_is_nil(call: Call) -> Value:
    """True."""
    return True


@NIL.method("=~", arity=1)
def nil_match(call: Call) -> Value:
    """Nothing matches nil."""
    return None


@TRUE.method("to_s", "inspect")
@FALSE.method("to_s", "inspect")
def bool_to_s(call: Call) -> Value:
    """`true` or `false`, frozen."""
    return RubyString(AsciiText("true" if call.receiver else "false"), frozen=True)


@NIL.method("&", arity=1, structural=True)
@FALSE.method("&", arity=1, structural=True)
def never(call: Call) -> Value:
    """False, whatever the other is."""
    return False


@TRUE.method("|", arity=1, structural=True)
def always(call: Call) -> Value:
    """True, whatever the other is."""
    return True


@TRUE.method("&", arity=1)
@FALSE.method("|", "^", arity=1)
@NIL.method("|", "^", arity=1)
def other(call: Call) -> Value:
    """Whether the other is true."""
    return truthy(call.args[0])


@TRUE.method("^", arity=1)
def not_other(call: Call) -> Value:
    """Whether the other is not true."""
    return not truthy(call.args[0])


@NIL.method("==", "===", arity=1)
@TRUE.method("==", "===", arity=1)
@FALSE.method("==", "===", arity=1)
def same(call: Call) -> Value:
    """The same object."""
    return require_known(call.args[0]) is call.receiver
