"""Jinja2's syntax to trees: Jinja2 parses, nothing of it is ever evaluated. Importing Jinja2 takes 90 ms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser

from driftcheck.engine.language.trees import (
    MAX_DEPTH,
    Template,
    Tree,
    TreeRefused,
    check_expression,
    check_template,
)
from driftcheck.engine.problems import ExpressionProblem, quoted
from driftcheck.formats.text import printable

MAX_TEXT = 8_000
MAX_TOKENS = 2_000
MAX_BRACKETS = 30
"""How deep brackets may be nested, and how often `not` and `-` may stand in a row."""

_ENVIRONMENT = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KNOWN_ESCAPES = frozenset("\\'\"abfnrtvxuUN01234567\n")
_OPENING = frozenset({"lparen", "lbracket", "lbrace"})
_CLOSING = frozenset({"rparen", "rbracket", "rbrace"})
_PREFIXES = frozenset({"not", "sub", "add"})


def parse_expression(text: str) -> Tree:
    """The tree of an expression. Raises ExpressionProblem."""
    return _parsed(text, "variable", _expression, check_expression)


def parse_template(text: str) -> Template:
    """The statements of a template. Raises ExpressionProblem."""
    return _parsed(text, None, _template, check_template)


def _expression(parser: Parser) -> Tree:
    node = parser.parse_expression()
    if not parser.stream.eos:
        token = parser.stream.current
        raise ExpressionProblem(f"{_shown(token)} is not expected here", token.lineno)
    return _tree(node, 0)


def _template(parser: Parser) -> Template:
    return _statements(parser.subparse(), 0)


def _parsed(
    text: str, state: str | None, read: Callable[[Parser], list[Any]], check: Callable[[object], list[Any]]
) -> list[Any]:
    if len(text) > MAX_TEXT:
        raise ExpressionProblem(f"it is longer than {MAX_TEXT:,} characters")
    try:
        parser = Parser(_ENVIRONMENT, "")
        parser.stream = TokenStream(_tokens(text, state), None, None)
        return check(read(parser))
    except jinja2.TemplateSyntaxError as error:
        message = (error.message or "it cannot be parsed").rstrip(".").replace("end of template", "end")
        shown = printable(message[:1].lower() + message[1:], limit=200)
        raise ExpressionProblem(shown, min(error.lineno, len(text))) from None
    except TreeRefused as error:
        raise ExpressionProblem(error.message, error.offset or 0) from None
    except RecursionError:
        raise ExpressionProblem(f"it is nested more than {MAX_DEPTH} levels deep") from None
    except ValueError:  # a number of more digits than Python reads
        raise ExpressionProblem("a number in it is out of bounds") from None


def _tokens(text: str, state: str | None) -> Iterator[Token]:
    """Jinja2's tokens with the offset in the text in place of the line number, which is all that Jinja2
    keeps: so every node and every syntax error has its place.
    """
    depth = in_a_row = 0
    for number, token in enumerate(_ENVIRONMENT.lexer.wrap(_pieces(text, state))):
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        prefix = token.value in _PREFIXES or token.type in _PREFIXES
        in_a_row = in_a_row + 1 if prefix else 0
        if max(depth, in_a_row) > MAX_BRACKETS:
            raise ExpressionProblem(f"it is nested more than {MAX_BRACKETS} levels deep", token.lineno)
        if number > MAX_TOKENS:
            raise ExpressionProblem(f"it has more than {MAX_TOKENS:,} words and signs", token.lineno)
        yield token


def _pieces(text: str, state: str | None) -> Iterator[tuple[int, str, str]]:
    offset = 0
    try:
        for _, kind, piece in _ENVIRONMENT.lexer.tokeniter(text, None, None, state):
            found = text.find(piece, offset)  # what `lstrip_blocks` drops lies between
            offset = found if found >= 0 else offset
            yield offset, kind, _ESCAPE.sub(_kept, piece) if kind == "string" else piece
            offset += len(piece)
    except jinja2.TemplateSyntaxError as error:
        message = (error.message or "").partition(" at ")[0] or "it cannot be parsed"
        raise ExpressionProblem(printable(message, limit=200), min(offset, max(len(text) - 1, 0))) from None


def _kept(escape: re.Match[str]) -> str:
    """An escape that Python does not know as the characters that it is written with: `\\d`, `\\.`."""
    return escape[0] if escape[1] in _KNOWN_ESCAPES else f"\\{escape[0]}"


def _shown(token: Token) -> str:
    return quoted(str(token.value))


def _refused(node: nodes.Node, what: str, hint: str = "") -> ExpressionProblem:
    return ExpressionProblem(what, node.lineno, hint)


def _statements(body: list[nodes.Node], depth: int) -> Template:
    if depth > MAX_DEPTH:
        raise TreeRefused(f"it is nested more than {MAX_DEPTH} levels deep")
    found: Template = []
    for node in body:
        if isinstance(node, nodes.Output):
            found += [_output(part, depth) for part in node.nodes]
        elif isinstance(node, nodes.If):
            chain = [node, *node.elif_]
            branches = [[_tree(each.test, depth + 1), _statements(each.body, depth + 1)] for each in chain]
            found.append(["if", branches, _statements(node.else_, depth + 1), node.lineno])
        elif isinstance(node, nodes.For):
            found.append(_loop(node, depth))
        else:
            statement = type(node).__name__.lower()
            raise _refused(node, f"`{statement}` is not part of the language", "allowed: {{ }}, if, for")
    return found


def _output(part: nodes.Expr, depth: int) -> Tree:
    if isinstance(part, nodes.TemplateData):
        return ["text", part.data, part.lineno]
    return ["print", _tree(part, depth + 1), part.lineno]


def _loop(node: nodes.For, depth: int) -> Tree:
    if not isinstance(node.target, nodes.Name):
        raise _refused(node, "a loop has one name")
    if node.test is not None or node.recursive or node.else_:
        raise _refused(node, "a loop has neither `if`, `recursive` nor `else`", "filter the list: where(…)")
    body = _statements(node.body, depth + 1)
    return ["for", node.target.name, _tree(node.iter, depth + 1), body, node.lineno]


def _tree(node: nodes.Node | None, depth: int) -> Tree:
    read = _READERS.get(type(node))
    if node is None or read is None:
        name = type(node).__name__
        raise ExpressionProblem(
            f"{_UNSUPPORTED.get(name, name)} is not part of the language", node.lineno if node else 0
        )
    if depth > MAX_DEPTH:
        raise TreeRefused(f"it is nested more than {MAX_DEPTH} levels deep", node.lineno)
    # Jinja2 puts a field at the dot before it.
    return [*read(node, depth + 1), node.lineno + isinstance(node, nodes.Getattr)]


def _optional(node: nodes.Node | None, depth: int) -> Tree | None:
    return None if node is None else _tree(node, depth)


def _constant(node: Any, depth: int) -> Tree:
    if node.value is None:
        raise _refused(node, "none is not part of the language", "write `x is absent`, or `x is unknown`")
    return ["constant", node.value]


def _item(node: Any, depth: int) -> Tree:
    arg = node.arg
    if not isinstance(arg, nodes.Slice):
        return ["item", _tree(node.node, depth), _tree(arg, depth)]
    if arg.step is not None:
        raise _refused(arg, "a slice has no step", "write list[first:last]")
    return ["slice", _tree(node.node, depth), _optional(arg.start, depth), _optional(arg.stop, depth)]


def _call(node: Any, depth: int) -> Tree:
    if isinstance(node.node, nodes.Getattr):
        raise _refused(node, "values have no methods", f"try the filter: … | {node.node.attr}")
    if not isinstance(node.node, nodes.Name):
        raise _refused(node, "only functions can be called")
    return ["call", node.node.name, *_arguments(node, depth)]


def _filter(node: Any, depth: int) -> Tree:
    if node.node is None:
        raise _refused(node, "a filter needs a value before it")
    return ["filter", node.name, _tree(node.node, depth), *_arguments(node, depth)]


def _test(node: Any, depth: int) -> Tree:
    if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise _refused(node, f"the test {quoted(node.name)} takes no value")
    return ["test", node.name, _tree(node.node, depth)]


def _arguments(node: Any, depth: int) -> tuple[list[Tree], list[Tree]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise _refused(node, "* and ** are not part of the language")
    named = [[each.key, _tree(each.value, depth)] for each in node.kwargs]
    return [_tree(each, depth) for each in node.args], named


def _list(node: Any, depth: int) -> Tree:
    return ["list", [_tree(each, depth) for each in node.items]]


def _compare(node: Any, depth: int) -> Tree:
    return ["compare", _tree(node.expr, depth), [[each.op, _tree(each.expr, depth)] for each in node.ops]]


def _chain(kind: str) -> Callable[[Any, int], Tree]:
    """`a and b and c` as one node: Jinja2 nests it."""

    def read(node: Any, depth: int) -> Tree:
        parts: list[nodes.Expr] = []
        left: nodes.Expr = node
        while type(left) is type(node) and isinstance(left, nodes.BinExpr):
            parts.append(left.right)
            left = left.left
        return [kind, [_tree(each, depth) for each in (left, *reversed(parts))]]

    return read


def _calculation(operator: str) -> Callable[[Any, int], Tree]:
    return lambda node, depth: ["calculate", operator, _tree(node.left, depth), _tree(node.right, depth)]


_READERS: Mapping[type, Callable[[Any, int], Tree]] = {
    nodes.Const: _constant,
    nodes.Name: lambda node, depth: ["name", node.name],
    nodes.Getattr: lambda node, depth: ["field", _tree(node.node, depth), node.attr],
    nodes.Getitem: _item,
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Not: lambda node, depth: ["not", _tree(node.node, depth)],
    nodes.Neg: lambda node, depth: ["negative", _tree(node.node, depth)],
    nodes.And: _chain("and"),
    nodes.Or: _chain("or"),
    nodes.CondExpr: lambda node, depth: [
        "choice",
        _tree(node.test, depth),
        _tree(node.expr1, depth),
        _optional(node.expr2, depth),
    ],
    nodes.Compare: _compare,
    nodes.Add: _calculation("add"),
    nodes.Sub: _calculation("sub"),
    nodes.Mul: _calculation("mul"),
    nodes.Div: _calculation("div"),
    nodes.FloorDiv: _calculation("floordiv"),
    nodes.Mod: _calculation("mod"),
    nodes.Concat: lambda node, depth: ["concat", [_tree(each, depth) for each in node.nodes]],
    nodes.Filter: _filter,
    nodes.Call: _call,
    nodes.Test: _test,
}

_UNSUPPORTED = {"Dict": "{…}", "Pow": "**", "Pos": "a + before a number"}
