"""Operators: what is a method call by another name, and what is not (`&&`, `!`, `defined?`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles, negation, unsupported_code
from driftcheck.chef.ruby.code.literals import constant_code, integer_value
from driftcheck.chef.ruby.frames import Frame, Signal
from driftcheck.chef.ruby.output import Output
from driftcheck.chef.ruby.values import Place, RubyArray, RubyError, RubyString, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


@handles("binary")
def binary(compiler: Compiler, node: Node) -> Code:
    """`a + b` and so on: a call at the operator's line."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    assert left is not None
    assert right is not None
    assert operator is not None
    sign = operator.type
    if sign in ("&&", "and", "||", "or"):
        return _logical(compiler.compile(left), compiler.compile(right), when=sign in ("&&", "and"))
    compiler.refuse(sign in _ALONE and any(_sign(each) in _ALONE for each in (left, right)))
    first = compiler.compile(left)
    if sign == "=~" and left.type == "regex":
        names = _declare_groups(compiler, left)
    second = compiler.compile(right)
    place = compiler.place(operator)
    if sign in ("!=", "!~"):
        return _negated(first, second, sign, place)
    if sign == "<<":
        return _appending(first, second, place)
    if sign in _INTEGER:
        return _arithmetic(first, second, sign, place)

    def run(frame: Frame) -> Value:
        me = first(frame)
        return frame.runtime.call(frame, me, sign, [second(frame)], None, place)

    if sign == "=~" and left.type == "regex":
        return _with_groups(compiler, names, run)
    return run


_ALONE = frozenset({"==", "!=", "===", "=~", "!~", "<=>"})
"""Operators that Ruby does not take one after another: `a == b == c`."""


def _sign(node: Node) -> str:
    """The operator of `a + b` without parentheses around it, else an empty text."""
    operator = node.child_by_field_name("operator") if node.type == "binary" else None
    return operator.type if operator is not None else ""


def _appending(first: Code, second: Code, place: Place) -> Code:
    """`a << b`; what a template writes goes the short way."""

    def run(frame: Frame) -> Value:
        runtime, me = frame.runtime, first(frame)
        value = second(frame)
        if me.__class__ is not Output:
            return runtime.call(frame, me, "<<", [value], None, place)
        runtime.spend(2)
        try:
            me.write(value, place)
        except RubyError as error:
            error.place = error.place or place
            raise
        return me

    return run


_INTEGER = {
    "+": int.__add__,
    "-": int.__sub__,
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
}


def _arithmetic(first: Code, second: Code, sign: str, place: Place) -> Code:
    quick = _INTEGER[sign]

    def run(frame: Frame) -> Value:
        left, right = first(frame), second(frame)
        if left.__class__ is int and right.__class__ is int:
            return quick(left, right)
        return frame.runtime.call(frame, left, sign, [right], None, place)

    return run


def _logical(first: Code, second: Code, *, when: bool) -> Code:
    """`&&` goes on where the left side holds (`when`), `||` where it does not."""

    def run(frame: Frame) -> Value:
        value = first(frame)
        if value.__class__ is Unknown:
            short = False if when else value
            return frame.runtime.fork(frame, value, [constant_code(short), second])
        holds = value is not None and value is not False
        return second(frame) if holds is when else value

    return run


def _negated(first: Code, second: Code, sign: str, place: Place) -> Code:
    """`a != b` is `!(a == b)` but where the class has its own."""
    positive = {"!=": "==", "!~": "=~"}[sign]

    def run(frame: Frame) -> Value:
        me = first(frame)
        other = second(frame)
        if frame.runtime.has_method(me, sign):
            return frame.runtime.call(frame, me, sign, [other], None, place)
        value = frame.runtime.call(frame, me, positive, [other], None, place)
        return value if value.__class__ is Unknown else value is None or value is False

    return run


def _declare_groups(compiler: Compiler, node: Node) -> list[str]:
    """The named groups of a pattern are local variables."""
    import re

    names = re.findall(r"\(\?<([a-z_]\w*)>", compiler.source(node))
    for name in names:
        compiler.scope.declare(name)
    return names


def _with_groups(compiler: Compiler, names: list[str], run: Code) -> Code:
    """`/(?<a>…)/ =~ text` gives local variables."""
    from driftcheck.chef.ruby.code.variables import outer

    scope = compiler.scope

    def assign(frame: Frame) -> Value:
        value = run(frame)
        match = frame.context.last_match
        if isinstance(match, Unknown):
            for name in names:
                outer(frame, scope.depth_of(name) or 0).variables[name] = match
            return value
        for name, numbers in (match.names if match is not None else {}).items():
            depth = scope.depth_of(name)
            text = match.group(numbers[-1]) if match is not None and value is not None else None
            if depth is not None:
                outer(frame, depth).variables[name] = None if text is None else RubyString(text)
        return value

    return assign


@handles("unary")
def unary(compiler: Compiler, node: Node) -> Code:
    """`!a`, `not a`, `-a`, `~a`, `defined?(a)`."""
    operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("operand")
    assert operator is not None
    assert operand is not None
    sign = operator.type
    if sign == "defined?":
        return _defined(compiler, operand)
    if sign in ("!", "not"):
        if node.start_byte in compiler.negated.values():
            return compiler.compile(operand)
        return negation(compiler.compile(operand))
    number = _leftmost_number(operand)
    if sign == "-" and number is not None and number.start_byte == operator.end_byte:
        compiler.negative.add(number.start_byte)
        return compiler.compile(operand)
    code, place = compiler.compile(operand), compiler.place(node)
    name = {"-": "-@", "+": "+@", "~": "~"}.get(sign, sign)
    return lambda frame: frame.runtime.call(frame, code(frame), name, [], None, place)


def _leftmost_number(node: Node) -> Node | None:
    """The number that a minus belongs to: that of `2.abs` in `-2.abs`; none in `-2 ** 2`."""
    while node.type in ("call", "element_reference"):
        inner = node.child_by_field_name("receiver") or node.child_by_field_name("object")
        if inner is None:
            return None
        node = inner
    return node if node.type in ("integer", "float") else None


@handles("integer")
def integer(compiler: Compiler, node: Node) -> Code:
    """An integer, with the minus before it."""
    value = integer_value(compiler.source(node))
    return constant_code(-value if node.start_byte in compiler.negative else value)


@handles("float")
def float_(compiler: Compiler, node: Node) -> Code:
    """A float, with the minus before it."""
    value = float(compiler.source(node).replace("_", ""))
    return constant_code(-value if node.start_byte in compiler.negative else value)


_WORDS = {
    "nil": "nil",
    "true": "true",
    "false": "false",
    "self": "self",
    "assignment": "assignment",
    "operator_assignment": "assignment",
    **dict.fromkeys(
        ("integer", "float", "string", "simple_symbol", "hash", "string_array", "symbol_array", "lambda"),
        "expression",
    ),
}


def _defined(compiler: Compiler, operand: Node) -> Code:
    """`defined?`: what kind of thing stands there, nil if nothing does."""
    while operand.type == "parenthesized_statements" and len(children(operand)) == 1:
        operand = children(operand)[0]
    name = compiler.source(operand)
    if operand.type == "identifier" and compiler.scope.depth_of(name) is not None:
        return lambda frame: RubyString("local-variable")
    if operand.type == "identifier":
        return lambda frame: RubyString("method") if frame.runtime.own_method(frame, name) else None
    if operand.type == "instance_variable":
        return lambda frame: _when(frame.runtime.has_instance_variable(frame, name), "instance-variable")
    if operand.type == "constant":
        return lambda frame: _when(frame.runtime.has_constant(frame, name), "constant")
    if operand.type == "yield":
        return lambda frame: _when(frame.context.block is not None, "yield")
    if operand.type in ("scope_resolution", "call", "element_reference"):
        return _defined_by_trying(compiler, operand)
    if operand.type in _WORDS:
        word = _WORDS[operand.type]
        return lambda frame: RubyString(word)
    return unsupported_code(operand)


def _when(holds: bool | Unknown, word: str) -> Value:
    if isinstance(holds, Unknown):
        return holds
    return RubyString(word) if holds else None


def _defined_by_trying(compiler: Compiler, operand: Node) -> Code:
    """`defined?(A::B)` and `defined?(a.b)`: the receiver is evaluated, its errors make nil."""
    inner = operand.child_by_field_name("receiver") or operand.child_by_field_name("scope")
    method = operand.child_by_field_name("method") or operand.child_by_field_name("name")
    if operand.type == "element_reference":
        inner, name = operand.child_by_field_name("object"), "[]"
    else:
        assert method is not None
        name = compiler.source(method)
    receiver = compiler.compile(inner) if inner is not None else None
    word = "constant" if operand.type == "scope_resolution" else "expression"
    word = "method" if operand.type in ("call", "element_reference") else word

    def run(frame: Frame) -> Value:
        try:
            me = receiver(frame) if receiver is not None else frame.me
        except (RubyError, Signal):
            return None
        if me.__class__ is Unknown:
            return me
        if word == "constant":
            return _when(frame.runtime.has_constant_in(me, name), word)
        return _when(frame.runtime.responds_to(me, name), word)

    return run


@handles("rescue_modifier")
def rescue_modifier(compiler: Compiler, node: Node) -> Code:
    """`a rescue b`."""
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
    assert body is not None
    assert handler is not None
    from driftcheck.chef.ruby.code.rescues import Clause, protected

    return protected(compiler.compile(body), [Clause(None, None, compiler.compile(handler))], None)


@handles("right_assignment_list")
def listed(compiler: Compiler, node: Node) -> Code:
    """`1, 2` as a value."""
    from driftcheck.chef.ruby.code.literals import list_code

    code = list_code(compiler, children(node))
    return lambda frame: RubyArray(code(frame))
