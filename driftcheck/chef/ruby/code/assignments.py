"""`=`, `a, b = …`, `||=`, `+=`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.attribute_paths import attribute_write
from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles
from driftcheck.chef.ruby.code.literals import array_code
from driftcheck.chef.ruby.code.targets import Target, target_of
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.values import Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


@handles("assignment")
def assignment(compiler: Compiler, node: Node) -> Code:
    """`a = b`; its value is that of the right side."""
    short = attribute_write(compiler, node)
    if short is not None:
        return short
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    assert left is not None
    assert right is not None
    target = target_of(compiler, left)
    value = right_side(compiler, right)
    if left.type == "identifier" and compiler.scope.depth_of(name := compiler.source(left)) == 0:
        return _local_assignment(name, value)

    def run(frame: Frame) -> Value:
        state = target.prepare(frame)
        result = value(frame)
        target.write(frame, state, result)
        return result

    return run


def _local_assignment(name: str, value: Code) -> Code:
    def run(frame: Frame) -> Value:
        result = frame.variables[name] = value(frame)
        return result

    return run


def right_side(compiler: Compiler, node: Node) -> Code:
    """The code of what is assigned: `1, *a` is an array."""
    if node.type == "right_assignment_list":
        return array_code(compiler, children(node))
    if node.type == "splat_argument":
        return array_code(compiler, [node])
    return compiler.compile(node)


@handles("operator_assignment")
def operator_assignment(compiler: Compiler, node: Node) -> Code:
    """`a ||= b`, `a &&= b`, `a += b`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    assert left is not None
    assert right is not None
    assert operator is not None
    target = target_of(compiler, left)
    value = right_side(compiler, right)
    sign = operator.type[:-1]
    if sign in ("||", "&&"):
        return _conditional(target, value, when=sign == "&&")
    place = compiler.place(node)

    def run(frame: Frame) -> Value:
        state = target.prepare(frame)
        old = target.read(frame, state)
        result = frame.runtime.call(frame, old, sign, [value(frame)], None, place)
        target.write(frame, state, result)
        return result

    return run


def _conditional(target: Target, value: Code, *, when: bool) -> Code:
    """`||=` (`when` false) writes where the old value does not hold, `&&=` where it does."""

    def run(frame: Frame) -> Value:
        state = target.prepare(frame)
        if target.is_defined is not None and not target.is_defined(frame, state):
            old: Value = None
        else:
            old = target.read(frame, state)

        def write(frame: Frame) -> Value:
            result = value(frame)
            target.write(frame, state, result)
            return result

        if old.__class__ is Unknown:
            return frame.runtime.fork(frame, old, [lambda frame: old, write])
        holds = old is not None and old is not False
        return write(frame) if holds is when else old

    return run
