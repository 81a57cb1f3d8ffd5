"""Procs, lambdas and method objects."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import (
    NO_SELF,
    RubyArray,
    RubyError,
    RubyProc,
    Symbol,
    Value,
    unsupported,
)

PROC = MethodTable("Proc")
METHOD = MethodTable("Method")
PROC_CLASS = MethodTable("Proc", singleton=True)
TABLES = (PROC, METHOD, PROC_CLASS)


@PROC_CLASS.method("new")
def new(call: Call) -> Value:
    """A block as an object."""
    if call.block is None:
        raise RubyError("ArgumentError", "tried to create Proc object without a block")
    return call.block


@PROC.method("call", "()", "yield", "===", "[]", arity=(0, None), structural=True)
@METHOD.method("call", "()", "===", "[]", arity=(0, None), structural=True)
def run(call: Call) -> Value:
    """Calls it."""
    return call.receiver.call(list(call.args), call.block, NO_SELF)


@PROC.method("to_proc", structural=True)
@METHOD.method("to_proc", structural=True)
def to_proc(call: Call) -> Value:
    """Itself, as far as callers see."""
    return call.receiver


@PROC.method("lambda?")
def is_lambda(call: Call) -> Value:
    """Whether it is strict about arguments."""
    return call.receiver.is_lambda


@PROC.method("arity")
def arity(call: Call) -> Value:
    """How many arguments it takes."""
    return call.receiver.arity


@METHOD.method("arity")
def method_arity(call: Call) -> Value:
    """Not kept."""
    raise unsupported("the arity of a method object is not evaluated")


@METHOD.method("name")
def name(call: Call) -> Value:
    """The method's name."""
    return Symbol(call.receiver.method_name)


@METHOD.method("receiver", structural=True)
def receiver(call: Call) -> Value:
    """Whose method it is."""
    return call.receiver.receiver


@PROC.method("parameters")
def parameters(call: Call) -> Value:
    """`[[:req, :x]]`; a plain proc's are optional."""
    found = []
    for kind, word in call.receiver.parameters:
        shown = "opt" if kind == "req" and not call.receiver.is_lambda else kind
        found.append(RubyArray([Symbol(shown), *([Symbol(word)] if word is not None else [])]))
    return RubyArray(found)


@PROC.method("curry", arity=(0, 1))
def curry(call: Call) -> Value:
    """A lambda that collects its arguments."""
    wanted = call.args[0] if call.args else call.receiver.arity
    if wanted < 0:
        raise unsupported("curry of such a proc is not evaluated")
    return _curried(call.receiver, wanted, [])


def _curried(proc: RubyProc, wanted: int, given: list[Value]) -> RubyProc:
    def collect(args: list[Value], block: RubyProc | None, me: Value) -> Value:
        have = [*given, *args]
        return proc.call(have, block, NO_SELF) if len(have) >= wanted else _curried(proc, wanted, have)

    return RubyProc(collect, is_lambda=True)


@PROC.method(">>", arity=1)
@METHOD.method(">>", arity=1)
def compose_right(call: Call) -> Value:
    """First this, then that."""
    first, second, interpreter = call.receiver, call.args[0], call.interpreter
    return RubyProc(
        lambda args, block, me: interpreter.send(second, "call", first.call(args, block, NO_SELF)),
        is_lambda=True,
    )


@PROC.method("<<", arity=1)
@METHOD.method("<<", arity=1)
def compose_left(call: Call) -> Value:
    """First that, then this."""
    first, second, interpreter = call.args[0], call.receiver, call.interpreter
    return RubyProc(
        lambda args, block, me: second.call([interpreter.send(first, "call", *args)], None, NO_SELF),
        is_lambda=True,
    )
