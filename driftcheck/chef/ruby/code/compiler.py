"""How syntax becomes code: a table of handlers by the type of tree-sitter's node.

Code is a closure that takes a Frame and returns a value. Local variables are resolved while compiling, as
Ruby's parser does: a name is a variable from its first assignment in the text onwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.values import Place, Value, unsupported
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

Code: TypeAlias = Callable[[Frame], Value]
Handler: TypeAlias = "Callable[[Compiler, Node], Code]"

HANDLERS: dict[str, Handler] = {}


def handles(*types: str) -> Callable[[Handler], Handler]:
    """Declares the handler of these types of nodes."""

    def declare(handler: Handler) -> Handler:
        for each in types:
            if each in HANDLERS:
                raise ValueError(f"{each} has two handlers")
            HANDLERS[each] = handler
        return handler

    return declare


class Scope:
    """The names of local variables: of a method or file, or of a block, which sees those around it."""

    __slots__ = ("is_block", "names", "parent", "uses")

    def __init__(self, parent: Scope | None = None) -> None:
        self.names: set[str] = set()
        self.parent = parent
        self.uses: set[str] = set()
        """Which of `next`, `redo`, `return` the code has: what has to be caught around it."""

    def depth_of(self, name: str) -> int | None:
        """How many scopes out the variable is; None if there is none of this name."""
        depth = 0
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return depth
            scope, depth = scope.parent, depth + 1
        return None

    def declare(self, name: str) -> int:
        """The depth of the variable, made here if it is new."""
        depth = self.depth_of(name)
        if depth is None:
            self.names.add(name)
            return 0
        return depth


class Compiler:
    """Compiles the nodes of one file."""

    __slots__ = ("binary", "broken", "file", "heredocs", "loops", "negated", "negative", "scope", "text")

    def __init__(self, file: str, text: bytes, *, binary: bool = False) -> None:
        self.file = file
        self.binary = binary
        """Whether literal texts are ASCII-8BIT, each character one byte."""
        self.broken = False
        """Whether it is no Ruby after all: Ruby would raise SyntaxError where the grammar sees no error."""
        self.text = text
        self.scope = Scope()
        self.heredocs: dict[int, Node] = {}
        """The body of each heredoc by the start of its beginning."""
        self.negated: dict[int, int] = {}
        """By a node's id: the start of the `not` before it, which the grammar binds too tightly."""
        self.negative: set[int] = set()
        """The starts of the numbers that a minus stands before."""
        self.loops = 0
        """How many `while`, `until` and `for` of this scope are around the node."""

    def compile(self, node: Node) -> Code:
        """The code of an expression or statement."""
        handler = HANDLERS.get(node.type)
        if handler is None:
            return unsupported_code(node)
        if self.negated and node.id in self.negated:
            return negation(handler(self, node))
        return handler(self, node)

    def refuse(self, wrong: bool) -> None:
        """Notes that it is no Ruby, if something in it is `wrong` that the grammar lets pass."""
        self.broken = self.broken or wrong

    def place(self, node: Node) -> Place:
        """Where a node starts."""
        row, column = node.start_point
        return Place(self.file, row + 1, column + 1)

    def source(self, node: Node) -> str:
        """A node's text."""
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def sequence(self, nodes: Iterable[Node]) -> Code:
        """The code of statements one after another; its value is that of the last one."""
        return in_order([self.compile(node) for node in nodes if node.type not in SILENT])

    def body(self, node: Node | None) -> Code:
        """The code of a `then`, `block_body` or like node; of nil where there is none."""
        return (lambda frame: None) if node is None else self.compile(node)


def in_order(codes: Sequence[Code]) -> Code:
    """Codes one after another, with the value of the last one."""
    if not codes:
        return lambda frame: None
    if len(codes) == 1:
        return codes[0]
    *first, last = codes

    def run(frame: Frame) -> Value:
        for code in first:
            code(frame)
        return last(frame)

    return run


class Program:
    """A file's code. `parts`: its statements, where none of them needs a local variable of another."""

    __slots__ = ("code", "parts")

    def __init__(self, code: Code, parts: tuple[Code, ...]) -> None:
        self.code = code
        self.parts = parts

    def __call__(self, frame: Frame) -> Value:
        return self.code(frame)


def negation(code: Code) -> Code:
    """`!a`; of an Unknown the same Unknown."""

    def run(frame: Frame) -> Value:
        value = code(frame)
        return value if value.__class__ is Unknown else value is None or value is False

    return run


RESERVED = frozenset(
    [
        "alias",
        "and",
        "begin",
        "break",
        "case",
        "class",
        "def",
        "do",
        "else",
        "elsif",
        "end",
        "ensure",
        "for",
        "if",
        "in",
        "module",
        "next",
        "not",
        "or",
        "redo",
        "rescue",
        "retry",
        "return",
        "then",
        "undef",
        "unless",
        "until",
        "when",
        "while",
        "yield",
    ]
)
"""Words that cannot name anything; the grammar takes one that stands in a wrong place for a name."""

SILENT = frozenset({"comment", "heredoc_body", "empty_statement", ";", "uninterpreted"})
"""Nodes among statements that do nothing. What follows `__END__` is one."""


def unsupported_code(node: Node) -> Code:
    """Code for syntax that is not evaluated: from there on nothing is sure in its scope."""
    kind = node.type

    def run(frame: Frame) -> Value:
        unknown = unsupported(f"the syntax {kind} is not evaluated").unknown
        frame.runtime.lose(frame, unknown)
        return unknown

    return run


def children(node: Node, *, without: frozenset[str] = SILENT) -> list[Node]:
    """The named children that mean something."""
    return [child for child in node.named_children if child.type not in without]
