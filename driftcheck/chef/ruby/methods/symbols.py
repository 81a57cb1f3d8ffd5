"""Symbol: what it does as a name; most is done by its text."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import AsciiText
from driftcheck.chef.ruby.methods.texts import inspect_symbol
from driftcheck.chef.ruby.values import RubyError, RubyProc, RubyString, Symbol, Value

SYMBOL = MethodTable("Symbol")
TABLES = (SYMBOL,)


@SYMBOL.method("to_s", "id2name")
def to_s(call: Call) -> Value:
    """Its name."""
    return RubyString(AsciiText(call.receiver.name) if call.receiver.name.isascii() else call.receiver.name)


@SYMBOL.method("name")
def name(call: Call) -> Value:
    """Its name, frozen."""
    return RubyString(call.receiver.name, frozen=True)


@SYMBOL.method("inspect")
def inspect(call: Call) -> Value:
    """`:name`, in quotes where it needs them."""
    return RubyString(inspect_symbol(call.receiver.name))


@SYMBOL.method("to_sym")
def to_sym(call: Call) -> Value:
    """The receiver."""
    return call.receiver


@SYMBOL.method("to_proc")
def to_proc(call: Call) -> Value:
    """A lambda that calls the method of this name."""
    method = call.receiver.name

    def send(args: list[Value], block: RubyProc | None, _self: Value) -> Value:
        if not args:
            raise RubyError("ArgumentError", "no receiver given")
        return call.interpreter.send(args[0], method, *args[1:], block=block)

    return RubyProc(send, arity=-2, is_lambda=True, parameters=(("req", None), ("rest", None)))


@SYMBOL.method("==", "===", arity=1)
def equal(call: Call) -> Value:
    """The same symbol."""
    return require_known(call.args[0]) is call.receiver


@SYMBOL.method("<=>", "casecmp", "casecmp?", arity=1)
def compare(call: Call) -> Value:
    """By name; nil if the other is no symbol."""
    other = require_known(call.args[0])
    if not isinstance(other, Symbol):
        return None
    return call.interpreter.send(RubyString(call.receiver.name), call.name, RubyString(other.name))


@SYMBOL.method("size", "length", "empty?", "encoding")
@SYMBOL.method("[]", "slice", arity=(1, 2))
@SYMBOL.method("start_with?", "end_with?", "match", "match?", "=~", arity=(0, None))
def by_text(call: Call) -> Value:
    """What its name answers."""
    return call.interpreter.send(RubyString(call.receiver.name), call.name, *call.args, block=call.block)


@SYMBOL.method("upcase", "downcase", "capitalize", "swapcase", arity=(0, None))
@SYMBOL.method("succ", "next")
def changed(call: Call) -> Value:
    """The symbol of the changed name."""
    made = require_known(call.interpreter.send(RubyString(call.receiver.name), call.name, *call.args))
    return Symbol(made.text)
