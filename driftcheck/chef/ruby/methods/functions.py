"""Kernel's functions that steer: `raise`, `loop`, `catch`, `proc`, `puts`, `require`; Object's exceptions."""

from __future__ import annotations

from driftcheck.chef.ruby.beginnings import BegunString
from driftcheck.chef.ruby.frames import ThrowSignal
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.object_values import RubyClass, RubyException, RubyObject
from driftcheck.chef.ruby.values import (
    LimitReachedError,
    RubyArray,
    RubyError,
    RubyHash,
    RubyString,
    Symbol,
    Value,
    hash_key,
    truthy,
    unsupported,
)
from driftcheck.model.facts import Unknown

KERNEL = MethodTable("Kernel")
TABLES = (KERNEL,)


_CAUSE = hash_key(Symbol("cause"))


@KERNEL.method("raise", "fail", arity=(0, 3), structural=True)
def raise_(call: Call) -> Value:
    """Raises an exception, a class's new one, or RuntimeError with a text."""
    args = call.args
    if len(args) > 1 and isinstance(args[-1], RubyHash) and args[-1].entries.keys() == {_CAUSE}:
        args = args[:-1]
    if not args:
        current = getattr(call.interpreter, "error", None)
        if isinstance(current, RubyException):
            raise error_of(current)
        raise RubyError("RuntimeError", "unhandled exception")
    raise error_of(_exception(call, args))


def _exception(call: Call, args: list[Value]) -> RubyException:
    first, *rest = args
    if isinstance(first, Unknown) and first.fragments and not rest:
        first = BegunString(first.fragments[0] or "", first)
    if isinstance(first, Unknown):
        raise LimitReachedError(f"an error is raised of which the class is not known: {first.reason}")
    if isinstance(first, RubyString) and not rest:
        return RubyException(call.interpreter.named_class("RuntimeError"), first)
    if isinstance(first, RubyException):
        if rest:
            first.message = rest[0]
        return first
    if isinstance(first, RubyClass) and call.interpreter.responds_to(first, "new"):
        made = call.interpreter.send(first, "new", *rest[:1])
        if isinstance(made, RubyException):
            return made
    raise RubyError("TypeError", "exception class/object expected")


def error_of(exception: RubyException) -> RubyError:
    """The exception as what travels."""
    message = exception.message
    text = message.text if isinstance(message, RubyString) else exception.cls.name
    return RubyError(exception.cls.name, text, exception)


@KERNEL.method("loop", structural=True)
def loop(call: Call) -> Value:
    """Runs the block until `break` or StopIteration."""
    if call.block is None:
        return call.enumerator()
    interpreter = call.interpreter
    mark = interpreter.mark()
    while True:
        interpreter.spend(1)
        try:
            call.yield_()
            value = interpreter.doubtful_loop(interpreter.frame, mark, call.yield_)
            if value is not None:
                return value
        except RubyError as error:
            if error.class_name not in ("StopIteration", "ClosedQueueError"):
                raise
            return None


@KERNEL.method("catch", arity=(0, 1), structural=True)
def catch(call: Call) -> Value:
    """Runs the block; `throw` with the same tag leaves it."""
    tag = call.args[0] if call.args else RubyObject(call.interpreter.named_class("Object"))
    truthy(tag)
    tags = getattr(call.interpreter, "tags", None)
    if tags is None:
        raise unsupported("catch is not evaluated here")
    if call.block is None:
        raise RubyError("LocalJumpError", "no block given")
    tags.append(tag)
    try:
        value = call.yield_(tag)
    except ThrowSignal as signal:
        if signal.tag is not tag:
            raise
        value = signal.value
    finally:
        tags.pop()
    return call.interpreter.settle(call.interpreter.frame, ThrowSignal, tag, value)


@KERNEL.method("throw", arity=(1, 2), structural=True)
def throw(call: Call) -> Value:
    """Leaves the `catch` of this tag; UncaughtThrowError without one."""
    tag = call.args[0]
    truthy(tag)
    for known in reversed(getattr(call.interpreter, "tags", [])):
        if known is tag or (known.__class__ is tag.__class__ and isinstance(tag, int) and known == tag):
            raise ThrowSignal(known, call.arg(1))
    raise RubyError("UncaughtThrowError", f"uncaught throw {call.interpreter.inspect(tag)}")


@KERNEL.method("lambda")
def lambda_(call: Call) -> Value:
    """`lambda(&block)`."""
    if call.block is None:
        raise RubyError("ArgumentError", "tried to create Proc object without a block")
    return call.block


@KERNEL.method("proc")
def proc(call: Call) -> Value:
    """A block as an object."""
    if call.block is None:
        raise RubyError("ArgumentError", "tried to create Proc object without a block")
    return call.block


@KERNEL.method("puts", "print", "p", "pp", "warn", arity=(0, None))
def puts(call: Call) -> Value:
    """Writes nothing here. `p` gives back what it printed."""
    if call.name not in ("p", "pp") or not call.args:
        return None
    return call.args[0] if len(call.args) == 1 else RubyArray(call.args)


@KERNEL.method("require", "require_relative", "load", arity=(1, 2))
def require(call: Call) -> Value:
    """Whether it was loaded just now is not known; that a library is there is taken for granted."""
    known = getattr(call.interpreter, "globals", None)
    if known is not None and isinstance(call.args[0], RubyString) and call.args[0].text == "English":
        for name in ("$INPUT_RECORD_SEPARATOR", "$RS"):
            known.variables.setdefault(name, RubyString("\n", frozen=True))
    raise unsupported("whether a library is loaded already is not known")


@KERNEL.method("binding", "exit", "abort", "exit!", arity=(0, None))
def leaving(call: Call) -> Value:
    """Not evaluated."""
    raise unsupported(f"{call.name} is not evaluated")


@KERNEL.method("sleep", arity=(0, 1))
def sleep(call: Call) -> Value:
    """Does not wait."""
    return call.interpreter.send(call.args[0], "round") if call.args else None
