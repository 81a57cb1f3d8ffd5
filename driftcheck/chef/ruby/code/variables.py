"""Names: local, instance and global variables, constants, and bare names that may be methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import RESERVED, Code, Compiler, handles
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.values import Place, RubyString, Symbol, Value, unsupported
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


@handles("identifier")
def identifier(compiler: Compiler, node: Node) -> Code:
    """A local variable, or a call of a method of `self` without arguments."""
    name = compiler.source(node)
    compiler.refuse(name in RESERVED)
    return name_code(compiler, name, compiler.place(node))


def name_code(compiler: Compiler, name: str, place: Place) -> Code:
    """The code of a bare name."""
    depth = compiler.scope.depth_of(name)
    if depth is not None:
        return local_code(name, depth)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(compiler, place)
    return lambda frame: frame.runtime.call_bare(frame, name, place)


def local_code(name: str, depth: int) -> Code:
    """Reads a local variable of the frame or of one around it; nil before its assignment has run."""
    if depth == 0:
        return lambda frame: frame.variables.get(name)
    if depth == 1:
        return lambda frame: frame.parent.variables.get(name)  # type: ignore[union-attr]  # depth 1 has a parent

    def run(frame: Frame) -> Value:
        return outer(frame, depth).variables.get(name)

    return run


def outer(frame: Frame, depth: int) -> Frame:
    """The frame so many blocks further out."""
    for _ in range(depth):
        assert frame.parent is not None
        frame = frame.parent
    return frame


def _file(compiler: Compiler, place: Place) -> Code:
    return lambda frame: frame.runtime.file_name(place)


def _line(compiler: Compiler, place: Place) -> Code:
    return lambda frame: place.line


def _method(compiler: Compiler, place: Place) -> Code:
    def run(frame: Frame) -> Value:
        name = frame.context.method_name
        return None if name is None else Symbol(name)

    return run


def _given(compiler: Compiler, place: Place) -> Code:
    return lambda frame: frame.context.block is not None


def _directory(compiler: Compiler, place: Place) -> Code:
    return lambda frame: frame.runtime.file_name(place)


_SPECIAL = {
    "__FILE__": _file,
    "__dir__": _directory,
    "__LINE__": _line,
    "__method__": _method,
    "block_given?": _given,
}


@handles("instance_variable")
def instance_variable(compiler: Compiler, node: Node) -> Code:
    """`@a`, nil where it is not set."""
    name = compiler.source(node)
    return lambda frame: frame.runtime.get_instance_variable(frame, name)


@handles("class_variable")
def class_variable(compiler: Compiler, node: Node) -> Code:
    """`@@a`."""
    name = compiler.source(node)
    return lambda frame: frame.runtime.get_class_variable(frame, name)


@handles("global_variable")
def global_variable(compiler: Compiler, node: Node) -> Code:
    """`$1`, `$~` and such, of the last match; any other."""
    name = compiler.source(node)
    if name[1:].isdigit():
        number = int(name[1:])
        return lambda frame: _group(frame, number)
    return lambda frame: frame.runtime.get_global(frame, name)


def _group(frame: Frame, number: int) -> Value:
    match = frame.context.last_match
    if isinstance(match, Unknown):
        return match
    if match is None or number >= len(match.spans):
        return None
    text = match.group(number)
    if text is not None and frame.runtime.bytes and not text.isascii():
        return unsupported("a text of bytes that are no characters").unknown
    return None if text is None else RubyString(text)


@handles("constant")
def constant(compiler: Compiler, node: Node) -> Code:
    """`A`, looked for in the classes around, then in what they inherit, then at the top."""
    name, place = compiler.source(node), compiler.place(node)
    return lambda frame: frame.runtime.constant(frame, name, place)


@handles("scope_resolution")
def scope_resolution(compiler: Compiler, node: Node) -> Code:
    """`A::B`, `::A`."""
    scope, name_node = node.child_by_field_name("scope"), node.child_by_field_name("name")
    assert name_node is not None
    name, place = compiler.source(name_node), compiler.place(node)
    if scope is None:
        return lambda frame: frame.runtime.constant_of(frame, None, name, place)
    code = compiler.compile(scope)
    return lambda frame: frame.runtime.constant_of(frame, code(frame), name, place)
