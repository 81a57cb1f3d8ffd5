"""Parameters of blocks, lambdas and methods, and how arguments are bound to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from driftcheck.chef.ruby.code.compiler import Code, Compiler
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.keywords import KeywordHash, plain_hash
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyProc,
    Symbol,
    Value,
)
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

Bind: TypeAlias = Callable[[Frame, Value], None]
"""Gives a positional argument to its parameter."""


class Parameters:
    """The parameters of one block or method.

    `required` and `post` are before and after the optional ones and the rest. A list of one required
    parameter that ends with a comma (`|a, |`) takes its array apart too: `excess`.
    """

    __slots__ = (
        "block",
        "excess",
        "forwards",
        "keyword_rest",
        "keywords",
        "optional",
        "post",
        "required",
        "rest",
        "words",
    )

    def __init__(self) -> None:
        self.required: list[Bind] = []
        self.optional: list[tuple[str, Code]] = []
        self.rest: str | None = None
        self.post: list[Bind] = []
        self.keywords: dict[str, Code | None] = {}
        self.keyword_rest: str | None = None
        self.block: str | None = None
        self.excess = False
        self.forwards = False
        self.words: list[tuple[str, str | None]] = []

    @property
    def arity(self) -> int:
        """Ruby's number for it."""
        count = len(self.required) + len(self.post)
        needs_keyword = any(default is None for default in self.keywords.values())
        if self.optional or self.rest is not None:
            return -(count + (1 if needs_keyword else 0)) - 1
        return count + (1 if needs_keyword else 0)

    @property
    def takes_keywords(self) -> bool:
        return bool(self.keywords) or self.keyword_rest is not None

    @property
    def spreads(self) -> bool:
        """Whether a block takes one array apart."""
        several = len(self.required) + len(self.post) + len(self.optional)
        return several > 1 or self.excess or (several > 0 and self.rest is not None)

    def bind(self, frame: Frame, args: list[Value], block: RubyProc | None, *, strict: bool) -> None:
        """Gives the arguments to the frame's variables; `strict` as methods and lambdas have it."""
        keywords: RubyHash | None = None
        if args and args[-1].__class__ is KeywordHash:
            *args, last = args
            if self.takes_keywords:
                keywords = last
            else:
                args.append(plain_hash(last))
        if not strict:
            if len(args) == 1 and self.spreads and frame.runtime.is_open(args[0]):
                self.bind_unknown(frame, frame.runtime.taken_apart(frame, args[0], 1)[0])
                return
            args = self._spread(args)
        elif not self._fits(len(args)):
            raise RubyError("ArgumentError", self._wrong_number(len(args)))
        self._bind_positional(frame, args)
        if self.takes_keywords:
            self._bind_keywords(frame, keywords)
        if self.block is not None:
            frame.variables[self.block] = block

    def _fits(self, count: int) -> bool:
        least = len(self.required) + len(self.post)
        return count >= least and (self.rest is not None or count <= least + len(self.optional))

    def _wrong_number(self, given: int) -> str:
        least = len(self.required) + len(self.post)
        most = f"..{least + len(self.optional)}" if self.optional else ""
        expected = f"{least}+" if self.rest is not None else f"{least}{most}"
        missing = [name for name, default in self.keywords.items() if default is None]
        if missing:
            expected += f"; required keyword{'s' if len(missing) > 1 else ''}: {', '.join(missing)}"
        return f"wrong number of arguments (given {given}, expected {expected})"

    def bind_unknown(self, frame: Frame, unknown: Unknown) -> None:
        """Gives an Unknown to every parameter."""
        for bind in (*self.required, *self.post):
            bind(frame, unknown)
        names = [name for name, _ in self.optional]
        names += [*self.keywords, *filter(None, (self.rest, self.keyword_rest, self.block))]
        frame.variables.update(dict.fromkeys(names, unknown))

    def _spread(self, args: list[Value]) -> list[Value]:
        if len(args) == 1 and self.spreads and isinstance(args[0], RubyArray):
            return list(args[0].items)
        return args

    def _bind_positional(self, frame: Frame, args: list[Value]) -> None:
        given, before, after = len(args), len(self.required), len(self.post)
        for index, bind in enumerate(self.required):
            bind(frame, args[index] if index < given else None)
        position = min(before, given)
        free = max(given - before - after, 0)
        for name, default in self.optional:
            if free > 0:
                frame.variables[name] = args[position]
                position, free = position + 1, free - 1
            else:
                frame.variables[name] = default(frame)
        if self.rest is not None:
            frame.variables[self.rest] = RubyArray(args[position : position + free])
            position += free
        for index, bind in enumerate(self.post):
            at = position + index
            bind(frame, args[at] if at < given else None)

    def _bind_keywords(self, frame: Frame, given: RubyHash | None) -> None:
        left = RubyHash() if given is None else plain_hash(given)
        missing = []
        for name, default in self.keywords.items():
            key = Symbol(name)
            if left.has(key):
                frame.variables[name] = left.drop(key)
            elif default is None:
                missing.append(name)
            else:
                frame.variables[name] = default(frame)
        if missing:
            raise RubyError("ArgumentError", f"missing keyword{_listed(missing)}")
        if self.keyword_rest is not None:
            frame.variables[self.keyword_rest] = left
        elif left.entries:
            names = [frame.runtime.inspect(entry.key) for entry in left.entries.values()]
            raise RubyError(
                "ArgumentError", f"unknown keyword{'s' if len(names) > 1 else ''}: {', '.join(names)}"
            )


def _listed(names: list[str]) -> str:
    return ("s: " if len(names) > 1 else ": ") + ", ".join(f":{name}" for name in names)


NO_PARAMETERS = Parameters()


def parameters_of(compiler: Compiler, node: Node | None) -> Parameters:
    """Reads the parameters and declares their names in the compiler's scope."""
    if node is None:
        return NO_PARAMETERS
    made = Parameters()
    for index, child in enumerate(node.children):
        if node.field_name_for_child(index) == "locals":
            compiler.scope.names.add(compiler.source(child))
            continue
        reader = _PARAMETERS.get(child.type)
        if reader is not None:
            reader(compiler, child, made)
    named = [name for _, name in made.words if name and not name.startswith("_")]
    compiler.refuse(len(set(named)) < len(named))
    kids = [child.type for child in node.children]
    made.excess = len(kids) > 2 and kids[-2:] == [",", "|"]
    return made


def _name(compiler: Compiler, node: Node) -> str | None:
    name = node.child_by_field_name("name")
    if name is None:
        return None
    text = compiler.source(name)
    compiler.scope.names.add(text)
    return text


def _required(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = compiler.source(node)
    compiler.scope.names.add(name)
    made.words.append(("req", name))

    def bind(frame: Frame, value: Value) -> None:
        frame.variables[name] = value

    (made.post if made.optional or made.rest is not None else made.required).append(bind)


def _destructured(compiler: Compiler, node: Node, made: Parameters) -> None:
    inner = parameters_of(compiler, node)
    made.words.append(("req", None))

    def bind(frame: Frame, value: Value) -> None:
        if frame.runtime.is_open(value):
            inner.bind_unknown(frame, frame.runtime.taken_apart(frame, value, 1)[0])
            return
        inner._bind_positional(
            frame, frame.runtime.taken_apart(frame, value, len(inner.required) + len(inner.post))
        )

    (made.post if made.optional or made.rest is not None else made.required).append(bind)


def _optional(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = _name(compiler, node)
    value = node.child_by_field_name("value")
    assert name is not None
    assert value is not None
    made.optional.append((name, compiler.compile(value)))
    made.words.append(("opt", name))


def _rest(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = _name(compiler, node)
    made.rest = name or "*"
    made.words.append(("rest", name))


def _keyword(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = _name(compiler, node)
    assert name is not None
    value = node.child_by_field_name("value")
    made.keywords[name] = None if value is None else compiler.compile(value)
    made.words.append(("keyreq" if value is None else "key", name))


def _keyword_rest(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = _name(compiler, node)
    made.keyword_rest = name or "**"
    made.words.append(("keyrest", name))


def _block(compiler: Compiler, node: Node, made: Parameters) -> None:
    name = _name(compiler, node)
    made.block = name or "&"
    made.words.append(("block", name))


def _forward(compiler: Compiler, node: Node, made: Parameters) -> None:
    made.rest, made.block, made.forwards = "*", "&", True
    compiler.scope.names.add("...")


_PARAMETERS: dict[str, Callable[[Compiler, Node, Parameters], None]] = {
    "identifier": _required,
    "destructured_parameter": _destructured,
    "optional_parameter": _optional,
    "splat_parameter": _rest,
    "keyword_parameter": _keyword,
    "hash_splat_parameter": _keyword_rest,
    "block_parameter": _block,
    "forward_parameter": _forward,
}
