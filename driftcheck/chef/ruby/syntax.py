"""Ruby's text to its code, once per text. tree-sitter is loaded at the first text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import SILENT, Code, Compiler, Program, in_order, unsupported_code

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_KINDS = (
    "literals",
    "strings",
    "variables",
    "blocks",
    "assignments",
    "calls",
    "operators",
    "control",
    "rescues",
    "definitions",
)

_ACROSS = re.compile(rb"\$|last_match")
"""What a statement may take over from the one before it."""
_HEREDOC = re.compile(rb"<<[~-]?[\"'`A-Za-z_]")


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_ruby

    for kind in _KINDS:
        import_module(f"driftcheck.chef.ruby.code.{kind}")
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_ruby.language()))


def parse(text: bytes) -> Node:
    """The syntax tree's root."""
    return _parser().parse(text).root_node


@lru_cache(maxsize=4096)
def compiled(file: str, text: bytes, *, binary: bool = False) -> Code | None:
    """The code of a file, a Program; None for a text that is not Ruby as the grammar knows it.

    With `binary` each character of `text` is one byte of a source whose encoding is ASCII-8BIT.
    RecursionError for syntax that is nested too deep.
    """
    root = parse(text)
    if root.has_error:
        return None
    if binary and _has_strange_bytes(root):
        return unsupported_code(root)
    compiler = Compiler(file, text, binary=binary)
    if _HEREDOC.search(text):
        _find_heredocs(compiler, root)
    if b"not (" in text:
        _find_negations(compiler, root)
    try:
        codes = tuple(compiler.compile(node) for node in root.named_children if node.type not in SILENT)
    except ValueError:  # a literal that Ruby would refuse, like 092
        return None
    if compiler.broken:
        return None
    is_divided = not compiler.scope.names and not compiler.scope.uses and _ACROSS.search(text) is None
    return Program(in_order(codes), codes if is_divided else ())


def _has_strange_bytes(root: Node) -> bool:
    """Whether bytes above 127 stand anywhere but in texts and comments: in names, symbols, patterns."""
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.children or node.type == "comment" or (node.text or b"").isascii():
            continue
        around = node.parent.type if node.parent is not None else ""
        if around not in ("string", "bare_string", "heredoc_body"):
            return True
    return False


def _find_negations(compiler: Compiler, root: Node) -> None:
    """`not (a).b`: Ruby negates the whole of it, the grammar only what is in the parentheses."""
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        operand = node.child_by_field_name("operand") if node.type == "unary" else None
        if operand is None or operand.type != "parenthesized_statements" or node.children[0].type != "not":
            continue
        if operand.start_byte == node.children[0].end_byte:
            continue
        top = node
        while (
            top.parent is not None and top.parent.start_byte == node.start_byte and _binds_tighter(top.parent)
        ):
            top = top.parent
        if top is not node:
            compiler.negated[top.id] = node.start_byte


def _binds_tighter(node: Node) -> bool:
    if node.type == "binary":
        operator = node.child_by_field_name("operator")
        return operator is not None and operator.type not in ("and", "or")
    return node.type in ("call", "element_reference", "conditional")


def _find_heredocs(compiler: Compiler, root: Node) -> None:
    """Bodies follow in the order of their beginnings."""
    beginnings: list[int] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "heredoc_beginning":
            beginnings.append(node.start_byte)
        elif node.type == "heredoc_body":
            if beginnings:
                compiler.heredocs[beginnings.pop(0)] = node
            stack.extend(reversed(node.children))
            continue
        stack.extend(reversed(node.children))
