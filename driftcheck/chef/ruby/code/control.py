"""Conditions, `case`, loops, and what leaves them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles, unsupported_code
from driftcheck.chef.ruby.code.literals import is_open_range, list_code, range_code
from driftcheck.chef.ruby.code.targets import target_of
from driftcheck.chef.ruby.frames import BreakSignal, Frame, NextSignal, RedoSignal, RetrySignal, ReturnSignal
from driftcheck.chef.ruby.values import Place, RubyArray, RubyProc, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


def _nil(frame: Frame) -> Value:
    """The value of a branch that is not there."""
    return None


def branch(condition: Code, yes: Code, no: Code) -> Code:
    """`yes` where the condition holds, else `no`; both, apart, where it is Unknown."""

    def run(frame: Frame) -> Value:
        value = condition(frame)
        if value is None or value is False:
            return no(frame)
        if value.__class__ is Unknown:
            return frame.runtime.fork(frame, value, [yes, no])
        return yes(frame)

    return run


def condition_code(compiler: Compiler, node: Node) -> Code:
    """A condition. A literal range (a flip-flop) or pattern (of the last line read) is not evaluated."""
    inner = node
    while inner.type == "parenthesized_statements" and len(children(inner)) == 1:
        inner = children(inner)[0]
    if inner.type in ("range", "regex"):
        return unsupported_code(inner)
    return compiler.compile(node)


@handles("if", "elsif", "conditional")
def if_(compiler: Compiler, node: Node) -> Code:
    """`if`, `a ? b : c`."""
    return branch(*_parts(compiler, node))


@handles("unless")
def unless(compiler: Compiler, node: Node) -> Code:
    """`unless`."""
    condition, yes, no = _parts(compiler, node)
    return branch(condition, no, yes)


def _parts(compiler: Compiler, node: Node) -> tuple[Code, Code, Code]:
    condition = node.child_by_field_name("condition")
    assert condition is not None
    return (
        condition_code(compiler, condition),
        compiler.body(node.child_by_field_name("consequence")),
        compiler.body(node.child_by_field_name("alternative")),
    )


@handles("if_modifier", "unless_modifier")
def modifier(compiler: Compiler, node: Node) -> Code:
    """`a if b`; the body stands first for local variables."""
    body, condition = node.child_by_field_name("body"), node.child_by_field_name("condition")
    assert condition is not None
    code = compiler.body(body)
    test = condition_code(compiler, condition)
    return branch(test, code, _nil) if node.type == "if_modifier" else branch(test, _nil, code)


@handles("case")
def case(compiler: Compiler, node: Node) -> Code:
    """`case a when b, *c then … else … end`, also without a value."""
    subject = node.child_by_field_name("value")
    value = compiler.compile(subject) if subject is not None else None
    clauses: list[tuple[Code, Code, Place]] = []
    otherwise: Code = _nil
    for child in children(node):
        if child.type == "when":
            clauses.append(_when(compiler, child))
        elif child.type == "else":
            otherwise = compiler.compile(child)
    compiler.refuse(not clauses)
    return _cases(value, clauses, otherwise)


def _when(compiler: Compiler, node: Node) -> tuple[Code, Code, Place]:
    """A `when`. An open range at its line's end goes on with the first statement below, as Ruby reads it."""
    patterns = [children(each)[0] for each in children(node) if each.type == "pattern"]
    body = node.child_by_field_name("body")
    statements = children(body) if body is not None else []
    last = patterns[-1]
    if is_open_range(last) and body is not None and body.children[0].type != "then" and statements:
        before = list_code(compiler, patterns[:-1])
        extended = range_code(compiler, last, statements[0])
        rest = compiler.sequence(statements[1:])
        return (lambda frame: [*before(frame), extended(frame)]), rest, compiler.place(node)
    return list_code(compiler, patterns), compiler.body(body), compiler.place(node)


def _cases(value: Code | None, clauses: list[tuple[Code, Code, Place]], otherwise: Code) -> Code:
    def choose(frame: Frame, subject: Value, start: int) -> Value:
        for index in range(start, len(clauses)):
            patterns, body, place = clauses[index]
            holds = frame.runtime.any_matches(frame, patterns, subject, value is not None, place)
            if holds.__class__ is Unknown:
                rest = partial(choose, subject=subject, start=index + 1)
                return frame.runtime.fork(frame, holds, [body, rest])
            if holds:
                return body(frame)
        return otherwise(frame)

    return lambda frame: choose(frame, value(frame) if value is not None else None, 0)


@handles("while", "until", "while_modifier", "until_modifier")
def while_(compiler: Compiler, node: Node) -> Code:
    """`while`, `until`; `begin … end while a` runs once before it asks."""
    condition, body_node = node.child_by_field_name("condition"), node.child_by_field_name("body")
    assert condition is not None
    assert body_node is not None
    compiler.loops += 1
    if node.type.endswith("modifier"):
        body = compiler.compile(body_node)
        test = condition_code(compiler, condition)
    else:
        test = condition_code(compiler, condition)
        body = compiler.compile(body_node)
    compiler.loops -= 1
    first = node.type.endswith("modifier") and body_node.type == "begin"
    wanted = node.type.startswith("while")

    def run(frame: Frame) -> Value:
        skip, mark = first, frame.runtime.mark()
        try:
            while True:
                value = True if skip else test(frame)
                if value.__class__ is Unknown:
                    frame.runtime.repeat(frame, value, lambda: turn(body, frame))
                    break
                if not skip and (value is not None and value is not False) is not wanted:
                    break
                skip = False
                frame.runtime.spend(1)
                turn(body, frame)
                if frame.runtime.doubtful_loop(frame, mark, lambda: turn(body, frame)) is not None:
                    break
        except BreakSignal as signal:
            if signal.tag is not frame:
                raise
            return frame.runtime.settle(frame, BreakSignal, frame, signal.value)
        return frame.runtime.settle(frame, BreakSignal, frame, None)

    return run


def turn(body: Code, frame: Frame) -> Value:
    """One turn of a loop."""
    while True:
        try:
            value = body(frame)
        except NextSignal as signal:
            value = signal.value
        except RedoSignal:
            frame.runtime.spend(1)
            continue
        return frame.runtime.settle(frame, NextSignal, frame, value)


@handles("for")
def for_(compiler: Compiler, node: Node) -> Code:
    """`for a, b in c`: `each`, whose variables are those around."""
    pattern, value, body_node = (node.child_by_field_name(name) for name in ("pattern", "value", "body"))
    assert pattern is not None
    assert value is not None
    target = target_of(compiler, pattern)
    several = pattern.type == "left_assignment_list"
    items = compiler.sequence(children(value))
    compiler.loops += 1
    body = compiler.body(body_node)
    compiler.loops -= 1
    place = compiler.place(value)

    def run(frame: Frame) -> Value:
        def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
            item = args[0] if len(args) == 1 else RubyArray(args)
            target.write(frame, target.prepare(frame), item)
            return turn(body, frame)

        proc = RubyProc(call, arity=2 if several else 1, frame=frame)
        try:
            result = frame.runtime.call(frame, items(frame), "each", [], proc, place)
        except BreakSignal as signal:
            if signal.tag is not frame:
                raise
            result = signal.value
        return frame.runtime.settle(frame, BreakSignal, frame, result)

    return run


def _leaving_value(compiler: Compiler, node: Node) -> Code:
    inner = children(node)
    if not inner:
        return lambda frame: None
    nodes = children(inner[0]) if inner[0].type == "argument_list" else inner
    if len(nodes) == 1 and nodes[0].type not in ("splat_argument", "pair"):
        return compiler.compile(nodes[0])
    code = list_code(compiler, nodes)
    return lambda frame: RubyArray(code(frame))


@handles("next")
def next_(compiler: Compiler, node: Node) -> Code:
    """`next a`."""
    compiler.scope.uses.add("next")
    value = _leaving_value(compiler, node)

    def run(frame: Frame) -> Value:
        raise NextSignal(value(frame))

    return run


@handles("break")
def break_(compiler: Compiler, node: Node) -> Code:
    """`break a`."""
    in_loop = compiler.loops > 0
    if not in_loop:
        compiler.scope.uses.add("break")
    value = _leaving_value(compiler, node)

    def run(frame: Frame) -> Value:
        result = value(frame)
        raise BreakSignal(frame if in_loop else frame.proc, result)

    return run


@handles("return")
def return_(compiler: Compiler, node: Node) -> Code:
    """`return a`: leaves the method, lambda or file."""
    compiler.scope.uses.add("return")
    value = _leaving_value(compiler, node)

    def run(frame: Frame) -> Value:
        result = value(frame)
        target = frame
        while target.parent is not None and not (target.proc is not None and target.proc.is_lambda):
            target = target.parent
        raise ReturnSignal(target, result)

    return run


@handles("redo")
def redo(compiler: Compiler, node: Node) -> Code:
    """`redo`."""
    compiler.scope.uses.add("redo")

    def run(frame: Frame) -> Value:
        raise RedoSignal

    return run


@handles("retry")
def retry(compiler: Compiler, node: Node) -> Code:
    """`retry`."""

    def run(frame: Frame) -> Value:
        raise RetrySignal

    return run
