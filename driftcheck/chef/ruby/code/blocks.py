"""Blocks and lambdas: the procs that they make where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from driftcheck.chef.ruby.code.compiler import Code, Compiler, Scope, children, handles
from driftcheck.chef.ruby.frames import BreakSignal, Frame, NextSignal, RedoSignal, ReturnSignal
from driftcheck.chef.ruby.values import (
    NO_SELF,
    Place,
    RubyError,
    RubyProc,
    Value,
)

if TYPE_CHECKING:
    from tree_sitter import Node
from driftcheck.chef.ruby.code.parameters import NO_PARAMETERS, Bind, Parameters, parameters_of

MakeBlock: TypeAlias = Callable[[Frame], RubyProc]


def block_code(compiler: Compiler, node: Node, *, is_lambda: bool = False) -> tuple[MakeBlock, bool]:
    """Code that makes the proc of a `{ … }` or `do … end` where it stands, and whether it has a `break`."""
    return _closure(compiler, node, node.child_by_field_name("parameters"), is_lambda=is_lambda)


def _closure(
    compiler: Compiler, node: Node, parameters: Node | None, *, is_lambda: bool
) -> tuple[MakeBlock, bool]:
    place = compiler.place(node)
    compiler.scope = scope = Scope(compiler.scope)
    loops, compiler.loops = compiler.loops, 0
    read = parameters_of(compiler, parameters)
    if parameters is None:
        read = _numbered(compiler, node)
    body = compiler.body(node.child_by_field_name("body"))
    compiler.loops = loops
    assert scope.parent is not None
    compiler.scope = scope.parent
    if "return" in scope.uses:
        scope.parent.uses.add("return")
    return _maker(read, body, scope.uses, place, is_lambda=is_lambda), "break" in scope.uses


def _numbered(compiler: Compiler, node: Node) -> Parameters:
    """`_1`, `_2` in a block without parameters."""
    text = compiler.text[node.start_byte : node.end_byte]
    highest = max((number for number in range(1, 10) if b"_%d" % number in text), default=0)
    if not highest:
        return NO_PARAMETERS
    made = Parameters()
    for number in range(1, highest + 1):
        name = f"_{number}"
        compiler.scope.names.add(name)
        made.required.append(_assigning(name))
    return made


def _assigning(name: str) -> Bind:
    def bind(frame: Frame, value: Value) -> None:
        frame.variables[name] = value

    return bind


def _maker(read: Parameters, body: Code, uses: set[str], place: Place, *, is_lambda: bool) -> MakeBlock:
    run_body = _guarded(body) if uses & {"next", "redo"} else body

    def make(frame: Frame) -> RubyProc:
        def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
            me = frame.me if receiver is NO_SELF else receiver
            inner = Frame(frame.runtime, me, frame.context, frame)
            inner.proc = proc
            frame.runtime.enter()
            try:
                if proc.is_lambda:
                    return _run_lambda(inner, read, args, block, body)
                if read is not NO_PARAMETERS:
                    read.bind(inner, args, block, strict=False)
                return run_body(inner)
            finally:
                frame.runtime.leave()

        proc = RubyProc(
            call,
            arity=read.arity if is_lambda or not read.optional else -(len(read.required)) - 1,
            is_lambda=is_lambda,
            parameters=tuple(read.words),
            place=place,
            frame=frame,
        )
        return proc

    return make


def _guarded(body: Code) -> Code:
    """A block's body with `next` and `redo` caught."""

    def run(frame: Frame) -> Value:
        while True:
            try:
                value = body(frame)
            except NextSignal as signal:
                value = signal.value
            except RedoSignal:
                frame.runtime.spend(1)
                continue
            return frame.runtime.settle(frame, NextSignal, frame, value)

    return run


def _run_lambda(
    frame: Frame, read: Parameters, args: list[Value], block: RubyProc | None, body: Code
) -> Value:
    try:
        read.bind(frame, args, block, strict=True)
    except RubyError as error:
        if error.place is None:
            error.place = frame.proc.place if frame.proc is not None else None
        raise
    try:
        value = body(frame)
    except (NextSignal, BreakSignal) as signal:
        if isinstance(signal, BreakSignal) and signal.tag is not frame.proc:
            raise
        value = signal.value
    except ReturnSignal as signal:
        if signal.context is not frame:
            raise
        value = signal.value
    return frame.runtime.settle(frame, (NextSignal, ReturnSignal), frame, value)


@handles("lambda")
def lambda_(compiler: Compiler, node: Node) -> Code:
    """`->(x) { … }`."""
    body = node.child_by_field_name("body")
    assert body is not None
    make, _ = _closure(compiler, body, node.child_by_field_name("parameters"), is_lambda=True)
    return make


@handles("block_body", "then", "else", "do", "parenthesized_statements", "program", "ensure")
def statements(compiler: Compiler, node: Node) -> Code:
    """Statements one after another."""
    return compiler.sequence(children(node))
