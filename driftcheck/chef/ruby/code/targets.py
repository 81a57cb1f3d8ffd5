"""What can stand left of `=`: each target is prepared, read and written in Ruby's order of evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import RESERVED, Code, Compiler, children
from driftcheck.chef.ruby.code.literals import list_code
from driftcheck.chef.ruby.code.variables import outer
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.values import RubyArray, Value, unsupported

if TYPE_CHECKING:
    from tree_sitter import Node


class Target:
    """`prepare` evaluates receiver and keys once; its result goes to `read` and `write`."""

    __slots__ = ("is_defined", "prepare", "read", "write")

    def __init__(
        self,
        prepare: Code,
        read: Callable[[Frame, Value], Value],
        write: Callable[[Frame, Value, Value], None],
        is_defined: Callable[[Frame, Value], bool] | None = None,
    ) -> None:
        self.prepare = prepare
        self.read = read
        self.write = write
        self.is_defined = is_defined


def _nothing(frame: Frame) -> Value:
    return None


def target_of(compiler: Compiler, node: Node) -> Target:
    """The target that a node is."""
    maker = _TARGETS.get(node.type)
    if maker is None:
        compiler.refuse(node.type in ("self", "nil", "true", "false"))
        return _unsupported(node)
    return maker(compiler, node)


def _unsupported(node: Node) -> Target:
    unknown = unsupported(f"an assignment to {node.type} is not evaluated").unknown

    def lose(frame: Frame, state: Value, value: Value) -> None:
        frame.runtime.lose(frame, unknown)

    return Target(_nothing, lambda frame, state: unknown, lose)


def _local(compiler: Compiler, node: Node) -> Target:
    name = compiler.source(node)
    compiler.refuse(name in RESERVED or name in ("__FILE__", "__LINE__", "__ENCODING__"))
    depth = compiler.scope.declare(name)

    def read(frame: Frame, state: Value) -> Value:
        return outer(frame, depth).variables.get(name)

    def write(frame: Frame, state: Value, value: Value) -> None:
        outer(frame, depth).variables[name] = value

    return Target(_nothing, read, write)


def _element(compiler: Compiler, node: Node) -> Target:
    object_node = node.child_by_field_name("object")
    assert object_node is not None
    receiver = compiler.compile(object_node)
    inner = [child for child in children(node) if child != object_node]
    keys = list_code(compiler, inner)
    place = compiler.place(node)

    def prepare(frame: Frame) -> Value:
        return receiver(frame), keys(frame)

    def read(frame: Frame, state: Value) -> Value:
        return frame.runtime.call(frame, state[0], "[]", list(state[1]), None, place)

    def write(frame: Frame, state: Value, value: Value) -> None:
        frame.runtime.call(frame, state[0], "[]=", [*state[1], value], None, place)

    return Target(prepare, read, write)


def _attribute(compiler: Compiler, node: Node) -> Target:
    receiver_node, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
    operator = node.child_by_field_name("operator")
    if receiver_node is None or method is None or node.child_by_field_name("arguments") is not None:
        return _unsupported(node)
    receiver, name, place = compiler.compile(receiver_node), compiler.source(method), compiler.place(node)
    safe = operator is not None and operator.type == "&."

    def read(frame: Frame, state: Value) -> Value:
        if safe and state is None:
            return None
        return frame.runtime.call(frame, state, name, [], None, place, own=receiver_node.type == "self")

    def write(frame: Frame, state: Value, value: Value) -> None:
        if not (safe and state is None):
            frame.runtime.call(
                frame, state, f"{name}=", [value], None, place, own=receiver_node.type == "self"
            )

    return Target(receiver, read, write)


def _instance_variable(compiler: Compiler, node: Node) -> Target:
    name = compiler.source(node)
    return Target(
        _nothing,
        lambda frame, state: frame.runtime.get_instance_variable(frame, name),
        lambda frame, state, value: frame.runtime.set_instance_variable(frame, name, value),
    )


def _class_variable(compiler: Compiler, node: Node) -> Target:
    name = compiler.source(node)
    return Target(
        _nothing,
        lambda frame, state: frame.runtime.get_class_variable(frame, name),
        lambda frame, state, value: frame.runtime.set_class_variable(frame, name, value),
        lambda frame, state: frame.runtime.has_class_variable(frame, name),
    )


def _global(compiler: Compiler, node: Node) -> Target:
    name = compiler.source(node)
    return Target(
        _nothing,
        lambda frame, state: frame.runtime.get_global(frame, name),
        lambda frame, state, value: frame.runtime.set_global(frame, name, value),
    )


def _constant(compiler: Compiler, node: Node) -> Target:
    name, place = compiler.source(node), compiler.place(node)
    compiler.refuse(_is_in_method(node))
    return Target(
        _nothing,
        lambda frame, state: frame.runtime.constant(frame, name, place),
        lambda frame, state, value: frame.runtime.set_constant(frame, None, name, value),
        lambda frame, state: frame.runtime.holds_constant(frame, name),
    )


def _is_in_method(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type not in ("class", "module", "singleton_class"):
        if around.type in ("method", "singleton_method"):
            return True
        around = around.parent
    return False


def _scoped_constant(compiler: Compiler, node: Node) -> Target:
    scope, name_node = node.child_by_field_name("scope"), node.child_by_field_name("name")
    if scope is None or name_node is None:
        return _unsupported(node)
    name, place = compiler.source(name_node), compiler.place(node)
    return Target(
        compiler.compile(scope),
        lambda frame, state: frame.runtime.constant_of(frame, state, name, place),
        lambda frame, state, value: frame.runtime.set_constant(frame, state, name, value),
        lambda frame, state: name in getattr(state, "constants", ()),
    )


def _rest(compiler: Compiler, node: Node) -> Target:
    inner = children(node)
    return (
        target_of(compiler, inner[0]) if inner else Target(_nothing, lambda f, s: None, lambda f, s, v: None)
    )


def _several(compiler: Compiler, node: Node) -> Target:
    """`a, (b, *c), d`."""
    parts = children(node)
    targets = [target_of(compiler, part) for part in parts]
    rest = next((index for index, part in enumerate(parts) if part.type == "rest_assignment"), None)
    if rest is None and node.children[-1].type == ",":
        rest, count = len(parts), len(parts)
        targets.append(Target(_nothing, lambda f, s: None, lambda f, s, v: None))
    count = len(targets)

    def prepare(frame: Frame) -> Value:
        return [target.prepare(frame) for target in targets]

    def write(frame: Frame, state: Value, value: Value) -> None:
        items = frame.runtime.taken_apart(frame, value, count)
        shares = _shares(items, count, rest, unknown=frame.runtime.is_open(value))
        for target, own, share in zip(targets, state, shares, strict=True):
            target.write(frame, own, share)

    return Target(prepare, lambda frame, state: None, write)


def _shares(items: list[Value], count: int, rest: int | None, *, unknown: bool) -> list[Value]:
    """What each target gets of the items; of an Unknown all get it."""
    if unknown:
        return (items * count)[:count]
    if rest is None:
        return [items[index] if index < len(items) else None for index in range(count)]
    after = count - rest - 1
    free = max(len(items) - rest - after, 0)
    head = [items[index] if index < len(items) else None for index in range(rest)]
    tail = items[rest + free :]
    return [*head, RubyArray(items[rest : rest + free]), *(tail + [None] * after)[:after]]


_TARGETS: dict[str, Callable[[Compiler, Node], Target]] = {
    "identifier": _local,
    "element_reference": _element,
    "call": _attribute,
    "instance_variable": _instance_variable,
    "class_variable": _class_variable,
    "global_variable": _global,
    "constant": _constant,
    "scope_resolution": _scoped_constant,
    "rest_assignment": _rest,
    "left_assignment_list": _several,
    "destructured_left_assignment": _several,
}
