"""`ChefUtils::VersionString`: a string that compares as versions do (Chef 18.11 chef-utils)."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.values import (
    RubyError,
    RubyRegexp,
    RubyString,
    Value,
    VersionString,
    truthy,
)

VERSION = MethodTable("ChefUtils::VersionString")
TABLES = (VERSION,)


def _parsed(call: Call, text: str) -> Value | None:
    """A Gem::Version of a text, None for one that is no version."""
    try:
        return call.interpreter.send(call.interpreter.named_class("Gem::Version"), "new", RubyString(text))
    except RubyError as error:
        if error.class_name != "ArgumentError":
            raise
        return None


def _compare(call: Call) -> int | None:
    (other,) = call.args
    truthy(other)
    own = _parsed(call, call.receiver.text)
    theirs = _parsed(call, call.interpreter.to_s(other))
    if theirs is None and not isinstance(other, VersionString):
        return call.interpreter.compare(RubyString(call.receiver.text), other)
    if own is None:
        return 0 if theirs is None else None
    return call.interpreter.compare(own, theirs)


@VERSION.method("<=>", arity=1)
def compare(call: Call) -> Value:
    """By version; as strings where the other is no version."""
    return _compare(call)


@VERSION.method("==", arity=1)
def equal(call: Call) -> Value:
    """Whether both are the same version: 18.04 is 18.4."""
    return _compare(call) == 0


@VERSION.method("!=", arity=1)
def unequal(call: Call) -> Value:
    """The other way round."""
    return _compare(call) != 0


@VERSION.method("<", "<=", ">", ">=", arity=1)
def order(call: Call) -> Value:
    """Which version is the later one."""
    found = _compare(call)
    if found is None:
        raise RubyError("NoMethodError", f"undefined method `{call.name}' for nil:NilClass")
    return {"<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0}[call.name]


@VERSION.method("+", "*", arity=1)
def plain(call: Call) -> Value:
    """As a plain string."""
    return call.interpreter.send(RubyString(call.receiver.text), call.name, call.args[0])


@VERSION.method("to_s", "to_str")
def to_s(call: Call) -> Value:
    """A plain string."""
    return RubyString(call.receiver.text)


@VERSION.method("=~", arity=1)
def match(call: Call) -> Value:
    """A regular expression's match; a requirement is satisfied or not."""
    (other,) = call.args
    truthy(other)
    if isinstance(other, RubyRegexp):
        return call.interpreter.send(RubyString(call.receiver.text), "=~", other)
    return _satisfied(call)


@VERSION.method("satisfies?", arity=(0, None))
def satisfies(call: Call) -> Value:
    """Whether the version satisfies all requirements."""
    return _satisfied(call)


def _satisfied(call: Call) -> Value:
    interpreter = call.interpreter
    requirement = interpreter.send(interpreter.named_class("Gem::Requirement"), "new", *call.args)
    return interpreter.send(requirement, "satisfied_by?", _parsed(call, call.receiver.text))
