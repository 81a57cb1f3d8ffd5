"""`def`, `class`, `module`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler, Scope, handles
from driftcheck.chef.ruby.code.parameters import Parameters, parameters_of
from driftcheck.chef.ruby.frames import Context, Frame, ReturnSignal
from driftcheck.chef.ruby.object_values import RubyClass
from driftcheck.chef.ruby.values import Place, RubyError, RubyProc, Symbol, Value, unsupported

if TYPE_CHECKING:
    from tree_sitter import Node


@handles("method")
def method(compiler: Compiler, node: Node) -> Code:
    """`def a(b) … end`: a method of the class around, or of `self` in a file."""
    name, make = _method(compiler, node)

    def run(frame: Frame) -> Value:
        frame.runtime.define(frame, name, make)
        return Symbol(name)

    return run


@handles("singleton_method")
def singleton_method(compiler: Compiler, node: Node) -> Code:
    """`def self.a`."""
    target = node.child_by_field_name("object")
    assert target is not None
    receiver = compiler.compile(target)
    name, make = _method(compiler, node)

    def run(frame: Frame) -> Value:
        frame.runtime.define_singleton(frame, receiver(frame), name, make)
        return Symbol(name)

    return run


def _method(compiler: Compiler, node: Node) -> tuple[str, Callable[[Frame, RubyClass | None], RubyProc]]:
    name_node = node.child_by_field_name("name")
    assert name_node is not None
    name = compiler.source(name_node)
    around, loops = compiler.scope, compiler.loops
    compiler.scope, compiler.loops = Scope(), 0
    read = parameters_of(compiler, node.child_by_field_name("parameters"))
    body = compiler.body(node.child_by_field_name("body"))
    returns = "return" in compiler.scope.uses
    compiler.scope, compiler.loops = around, loops
    place = compiler.place(node)

    def make(frame: Frame, owner: RubyClass | None) -> RubyProc:
        return _method_proc(frame, owner, name, read, body, place, returns=returns)

    return name, make


def _method_proc(
    frame: Frame,
    owner: RubyClass | None,
    name: str,
    read: Parameters,
    body: Code,
    place: Place,
    *,
    returns: bool,
) -> RubyProc:
    runtime, file, cref = frame.runtime, frame.context.file, frame.context.cref

    def call(args: list[Value], block: RubyProc | None, receiver: Value) -> Value:
        context = Context(file, cref, block=block, method_name=name, owner=owner, args=args)
        inner = Frame(runtime, receiver, context)
        runtime.enter()
        try:
            return invoke(inner, args, block)
        finally:
            runtime.leave()

    def invoke(inner: Frame, args: list[Value], block: RubyProc | None) -> Value:
        try:
            read.bind(inner, args, block, strict=True)
        except RubyError as error:
            if error.place is None:
                error.place = place
            raise
        if not returns:
            return body(inner)
        try:
            value = body(inner)
        except ReturnSignal as signal:
            if signal.context is not inner:
                raise
            value = signal.value
        return runtime.settle(inner, ReturnSignal, inner, value)

    return RubyProc(
        call, arity=read.arity, is_lambda=True, parameters=tuple(read.words), place=place, frame=None
    )


@handles("class", "module")
def class_(compiler: Compiler, node: Node) -> Code:
    """`class A::B < C … end`, `module A … end`."""
    name_node, above = node.child_by_field_name("name"), node.child_by_field_name("superclass")
    assert name_node is not None
    around: Code | None = None
    if name_node.type == "scope_resolution":
        scope, last = name_node.child_by_field_name("scope"), name_node.child_by_field_name("name")
        assert last is not None
        around = compiler.compile(scope) if scope is not None else (lambda frame: frame.runtime.object_class)
        name = compiler.source(last)
    else:
        name = compiler.source(name_node)
    superclass = compiler.compile(above.named_children[0]) if above is not None else None
    outer, loops = compiler.scope, compiler.loops
    compiler.scope, compiler.loops = Scope(), 0
    body = compiler.body(node.child_by_field_name("body"))
    compiler.scope, compiler.loops = outer, loops
    is_module = node.type == "module"
    place = compiler.place(node)

    def run(frame: Frame) -> Value:
        parent = superclass(frame) if superclass is not None else None
        home = around(frame) if around is not None else None
        made = frame.runtime.open_class(frame, home, name, parent, superclass is not None, is_module, place)
        if not isinstance(made, RubyClass):
            return made
        context = Context(frame.context.file, (made, *frame.context.cref))
        context.target = made
        return body(Frame(frame.runtime, made, context))

    return run


@handles("singleton_class")
def singleton_class(compiler: Compiler, node: Node) -> Code:
    """`class << self … end`: what it defines are methods of the class itself."""
    value = node.child_by_field_name("value")
    assert value is not None
    receiver = compiler.compile(value)
    outer, loops = compiler.scope, compiler.loops
    compiler.scope, compiler.loops = Scope(), 0
    body = compiler.body(node.child_by_field_name("body"))
    compiler.scope, compiler.loops = outer, loops

    def run(frame: Frame) -> Value:
        cls = receiver(frame)
        if not isinstance(cls, RubyClass):
            raise unsupported("class << of an object is not evaluated")
        own = RubyClass(f"#<Class:{cls.name}>")
        own.is_written, own.methods = True, cls.singleton
        context = Context(frame.context.file, (own, *frame.context.cref))
        context.target = own
        result = body(Frame(frame.runtime, own, context))
        for module in own.modules:
            for each in module.ancestors():
                for name, method in each.methods.items():
                    cls.singleton.setdefault(name, method)
        frame.runtime.lookup.forget()
        return result

    return run
