"""Exceptions: made, asked for their message, class, cause."""

from __future__ import annotations

from driftcheck.chef.ruby.beginnings import BegunString
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.object_values import RubyClass, RubyException
from driftcheck.chef.ruby.values import RubyString, Value, unsupported
from driftcheck.model.facts import Unknown

EXCEPTION = MethodTable("Exception")
EXCEPTION_CLASS = MethodTable("Exception", singleton=True)
KEY_ERROR = MethodTable("KeyError")
NAME_ERROR = MethodTable("NameError")
TABLES = (EXCEPTION, EXCEPTION_CLASS, KEY_ERROR, NAME_ERROR)


@EXCEPTION_CLASS.method("new", "exception", arity=(0, None), structural=True)
def new(call: Call) -> Value:
    """A new exception; a class's own `initialize` runs."""
    cls = call.receiver
    assert isinstance(cls, RubyClass)
    made = RubyException(cls, call.arg(0))
    for each in cls.ancestors():
        if "initialize" in each.methods:
            each.methods["initialize"].call(list(call.args), call.block, made)
            break
    return made


@EXCEPTION.method("initialize", arity=(0, None), structural=True)
def initialize(call: Call) -> Value:
    """Takes the message."""
    call.receiver.message = call.arg(0)
    return None


@EXCEPTION.method("to_s", "message", "detailed_message", arity=(0, None))
def message(call: Call) -> Value:
    """The message; the class's name where none was given."""
    if call.name == "message" and _has_own(call, "to_s"):
        return call.interpreter.send(call.receiver, "to_s")
    given = call.receiver.message
    if isinstance(given, (Unknown, BegunString)):
        return given
    if given is None:
        given = RubyString(call.receiver.cls.name)
    elif not isinstance(given, RubyString):
        given = RubyString(call.interpreter.to_s(given))
    hinted = any(each.name in _HINTED for each in call.receiver.cls.ancestors())
    if not hinted or given.unknown is not None:
        return given
    call.interpreter.met_unknown = True
    return BegunString(given.text, unsupported("which hints Ruby adds to the message is not known").unknown)


_HINTED = ("NameError", "KeyError")
"""Errors to whose messages `did_you_mean` and `error_highlight` add lines."""


def _has_own(call: Call, name: str) -> bool:
    return any(name in each.methods for each in call.receiver.cls.ancestors())


@EXCEPTION.method("full_message", "backtrace", "backtrace_locations", "cause", arity=(0, None))
def unknown_parts(call: Call) -> Value:
    """They hold places of the machine."""
    raise unsupported(f"{call.name} of an exception is not evaluated")


@EXCEPTION.method("inspect")
def inspect(call: Call) -> Value:
    """`#<A: message>`, the class's name where the message is empty."""
    text = call.interpreter.to_s(call.receiver)
    name = call.receiver.cls.name
    return RubyString(f"#<{name}: {text}>" if text else name)


@EXCEPTION.method("==", arity=1)
def equal(call: Call) -> Value:
    """The same class and message."""
    (other,) = call.args
    if other is call.receiver:
        return True
    if not isinstance(other, RubyException) or other.cls is not call.receiver.cls:
        return False
    return call.interpreter.to_s(call.receiver) == call.interpreter.to_s(other)


@EXCEPTION.method("exception", arity=(0, 1))
def exception(call: Call) -> Value:
    """Itself, or a copy with another message."""
    return call.receiver if not call.args else RubyException(call.receiver.cls, call.args[0])


@KEY_ERROR.method("key", "receiver")
def key(call: Call) -> Value:
    """Not kept."""
    raise unsupported(f"{call.name} of an exception is not evaluated")


@NAME_ERROR.method("name", "receiver")
def name(call: Call) -> Value:
    """Not kept."""
    raise unsupported(f"{call.name} of an exception is not evaluated")
