"""Method calls, operators, element references, `yield`, `super`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.attribute_paths import attribute_read
from driftcheck.chef.ruby.code.blocks import MakeBlock, block_code
from driftcheck.chef.ruby.code.compiler import (
    RESERVED,
    Code,
    Compiler,
    children,
    handles,
    unsupported_code,
)
from driftcheck.chef.ruby.code.literals import list_code
from driftcheck.chef.ruby.code.variables import local_code
from driftcheck.chef.ruby.frames import BreakSignal, Frame
from driftcheck.chef.ruby.values import Place, RubyProc, Value

if TYPE_CHECKING:
    from tree_sitter import Node


@handles("call")
def call(compiler: Compiler, node: Node) -> Code:
    """`a.b(c) { … }`, `b c`, `a&.b`, `a.(b)`, `super(a)`."""
    receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
    if method is not None and method.type == "super":
        return _super(compiler, node, node.child_by_field_name("arguments"))
    name = "call" if method is None else compiler.source(method)
    if receiver is None:
        compiler.refuse(name in RESERVED)
        misread = _local_with_operand(compiler, node, name)
        if misread is not None:
            return misread
        return _own_call(compiler, node, name)
    return _sent_call(compiler, node, receiver, method, name)


def _sent_call(compiler: Compiler, node: Node, receiver: Node, method: Node | None, name: str) -> Code:
    target = compiler.compile(receiver)
    arguments = _arguments(compiler, node)
    block, breaks = _block(compiler, node, name, own=False)
    operator = node.child_by_field_name("operator")
    place = compiler.place(method if method is not None else (operator or node))
    own = receiver.type == "self"
    if operator is not None and operator.type == "&.":
        return _safe(target, name, arguments, block, breaks, place)
    if block is None:
        if arguments is None:
            return lambda frame: frame.runtime.call(frame, target(frame), name, [], None, place, own)

        def plain(frame: Frame) -> Value:
            me = target(frame)
            return frame.runtime.call(frame, me, name, arguments(frame), None, place, own)

        return plain

    def run(frame: Frame) -> Value:
        me = target(frame)
        args = arguments(frame) if arguments is not None else []
        proc = block(frame)
        return with_block(
            frame, lambda: frame.runtime.call(frame, me, name, args, proc, place, own), proc, breaks
        )

    return run


def with_block(frame: Frame, run: Callable[[], Value], proc: RubyProc | None, breaks: bool) -> Value:
    """The value of a call with a block, or what its `break` gives."""
    if not breaks:
        return run()
    try:
        value = run()
    except BreakSignal as signal:
        if signal.tag is not proc:
            raise
        value = signal.value
    return frame.runtime.settle(frame, BreakSignal, proc, value)


def _safe(
    target: Code, name: str, arguments: Code | None, block: MakeBlock | None, breaks: bool, place: Place
) -> Code:
    def run(frame: Frame) -> Value:
        me = target(frame)
        if me is None:
            return None
        args = arguments(frame) if arguments is not None else []
        proc = block(frame) if block is not None else None
        return with_block(frame, lambda: frame.runtime.call(frame, me, name, args, proc, place), proc, breaks)

    return run


def _own_call(compiler: Compiler, node: Node, name: str) -> Code:
    arguments = _arguments(compiler, node)
    block, breaks = _block(compiler, node, name, own=True)
    place = compiler.place(node)

    def run(frame: Frame) -> Value:
        args = arguments(frame) if arguments is not None else []
        proc = block(frame) if block is not None else None
        return with_block(frame, lambda: frame.runtime.call_own(frame, name, args, proc, place), proc, breaks)

    return run


def _arguments(compiler: Compiler, node: Node) -> Code | None:
    arguments = node.child_by_field_name("arguments")
    if arguments is None:
        return None
    inner = children(arguments)
    if any(child.type == "forward_argument" for child in inner):
        return unsupported_code(arguments)
    compiler.refuse(any(child.type == "block_argument" for child in inner[:-1]))
    inner = [child for child in inner if child.type != "block_argument"]
    return list_code(compiler, inner) if inner else None


def _block(compiler: Compiler, node: Node, name: str, *, own: bool) -> tuple[MakeBlock | None, bool]:
    """The code of the block that a call is given, and whether a `break` leaves it."""
    block = node.child_by_field_name("block")
    if block is not None:
        return block_code(compiler, block, is_lambda=own and name == "lambda")
    arguments = node.child_by_field_name("arguments")
    passed = [child for child in children(arguments) if child.type == "block_argument"] if arguments else []
    if not passed:
        return None, False
    inner = children(passed[0])
    if not inner:
        return (lambda frame: frame.context.block), False
    code = compiler.compile(inner[0])
    return (lambda frame: frame.runtime.to_proc(frame, code(frame))), False


def _local_with_operand(compiler: Compiler, node: Node, name: str) -> Code | None:
    """`x -1` and `x [1]` of a local variable: Ruby reads an operator, the grammar a call."""
    depth = compiler.scope.depth_of(name)
    arguments = node.child_by_field_name("arguments")
    if depth is None or arguments is None or compiler.source(arguments).startswith("("):
        return None
    inner = children(arguments)
    if len(inner) != 1:
        return None
    (only,) = inner
    place = compiler.place(only)
    variable = local_code(name, depth)
    sign = {"unary": "-", "splat_argument": "*", "array": "[]"}.get(only.type)
    if sign is None and _begins_an_argument(compiler.source(only)):
        return None
    if sign is None or (only.type == "unary" and compiler.source(only.children[0]) != "-"):
        return unsupported_code(node)
    if only.type == "array":
        operands = list_code(compiler, children(only))
        return lambda frame: frame.runtime.call(frame, variable(frame), "[]", operands(frame), None, place)
    operand = compiler.compile(children(only)[0])
    return lambda frame: frame.runtime.call(frame, variable(frame), sign, [operand(frame)], None, place)


def _begins_an_argument(text: str) -> bool:
    """Whether a text after a name makes a call of it even where a variable has that name (`user user`)."""
    first = text[:1]
    return first.isalnum() or first in "_@$'\"" or (first == ":" and not text.startswith("::"))


@handles("element_reference")
def element_reference(compiler: Compiler, node: Node) -> Code:
    """`a[b]`."""
    short = attribute_read(compiler, node)
    if short is not None:
        return short
    target = node.child_by_field_name("object")
    assert target is not None
    receiver = compiler.compile(target)
    inner = [child for child in children(node) if child != target]
    block_node = node.child_by_field_name("block")
    if block_node is not None:
        return unsupported_code(node)
    keys = list_code(compiler, inner)
    place = compiler.place(node)
    return lambda frame: frame.runtime.call(frame, receiver(frame), "[]", keys(frame), None, place)


@handles("yield")
def yield_(compiler: Compiler, node: Node) -> Code:
    """`yield a, b`."""
    inner = children(node)
    nodes = children(inner[0]) if inner and inner[0].type == "argument_list" else inner
    arguments = list_code(compiler, nodes)
    place = compiler.place(node)
    return lambda frame: frame.runtime.yield_to(frame, arguments(frame), place)


@handles("super")
def bare_super(compiler: Compiler, node: Node) -> Code:
    """`super` with the arguments of the method itself."""
    return _super(compiler, node, None, bare=True)


def _super(compiler: Compiler, node: Node, arguments: Node | None, *, bare: bool = False) -> Code:
    nodes = [] if arguments is None else [c for c in children(arguments) if c.type != "block_argument"]
    code = list_code(compiler, nodes)
    bare = bare or arguments is None
    place = compiler.place(node)
    block, breaks = _block(compiler, node, "super", own=False)

    def run(frame: Frame) -> Value:
        args = list(frame.context.args or []) if bare else code(frame)
        proc = block(frame) if block is not None else frame.context.block
        return with_block(frame, lambda: frame.runtime.call_super(frame, args, proc, place), proc, breaks)

    return run
