"""`Gem::Requirement`: what a version has to satisfy (`>= 2.0`, `~> 18.0`), as RubyGems 3.3 reads it."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, truthy, unsupported

REQUIREMENT = MethodTable("Gem::Requirement")
REQUIREMENT_CLASS = MethodTable("Gem::Requirement", singleton=True)
TABLES = (REQUIREMENT, REQUIREMENT_CLASS)

_PATTERN = re.compile(
    r"\s*(>=|<=|!=|~>|=|>|<)?\s*([0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)\s*",
    re.ASCII,
)


@REQUIREMENT_CLASS.method("new", "create", arity=(0, None))
def new(call: Call) -> Value:
    """A requirement of several texts; `>= 0` where there is none."""
    made = [
        _parsed(call, item)
        for arg in call.args
        for item in (arg.items if isinstance(arg, RubyArray) else [arg])
    ]
    return RubyObject(call.receiver, tuple(made) or (_parsed(call, RubyString(">= 0")),))


def _parsed(call: Call, item: Value) -> tuple[str, Value]:
    """The operator and the version."""
    truthy(item)
    if not isinstance(item, RubyString):
        raise unsupported("a requirement that is no text is not evaluated")
    found = _PATTERN.fullmatch(item.text)
    if found is None:
        shown = call.interpreter.inspect(item)
        raise RubyError("Gem::Requirement::BadRequirementError", f"Illformed requirement [{shown}]")
    version = call.interpreter.send(call.interpreter.named_class("Gem::Version"), "new", RubyString(found[2]))
    return found[1] or "=", version


@REQUIREMENT.method("satisfied_by?", "===", "=~", arity=1)
def satisfied(call: Call) -> Value:
    """Whether a version satisfies all of it."""
    (version,) = call.args
    truthy(version)
    if not call.interpreter.is_a(version, "Gem::Version"):
        raise RubyError("ArgumentError", f"Need a Gem::Version: {call.interpreter.inspect(version)}")
    return all(_holds(call, operator, version, bound) for operator, bound in call.receiver.data)


def _holds(call: Call, operator: str, version: Value, bound: Value) -> bool:
    order = call.interpreter.compare_or_raise(version, bound)
    if operator == "~>":
        interpreter = call.interpreter
        release, limit = interpreter.send(version, "release"), interpreter.send(bound, "bump")
        return order >= 0 and interpreter.compare_or_raise(release, limit) < 0
    return {
        "=": order == 0, "!=": order != 0, ">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0,
    }[operator]  # fmt: skip
