"""Texts, symbols made of texts, word lists, regular expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles
from driftcheck.chef.ruby.code.escapes import delimiters, raw_unescaped, unescaped
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyProc,
    RubyRegexp,
    RubyString,
    Symbol,
    UnknownMetError,
    Value,
    unsupported,
)
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

Part: TypeAlias = str | Code
"""A piece of text, or the code of an interpolation."""


def text_code(parts: list[Part], *, binary: bool = False) -> Code:
    """Code that makes a new string of the parts; Unknown with its fragments where one is not known.

    `binary`: the source is ASCII-8BIT, and so are its texts.
    """
    merged = joined(parts)
    if not merged:
        return lambda frame: RubyString("", binary=binary)
    if len(merged) == 1 and isinstance(merged[0], str):
        text = merged[0]
        return lambda frame: RubyString(text, binary=binary)

    def run(frame: Frame) -> Value:
        values = [each if isinstance(each, str) else each(frame) for each in merged]
        return frame.runtime.interpolated(values, binary=binary)

    return run


def joined(parts: list[Part]) -> list[Part]:
    """The parts with texts beside each other made one."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            if not part:
                continue
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
                continue
        merged.append(part)
    return merged


def content_parts(compiler: Compiler, node: Node, *, raw: bool, quotes: str = "") -> list[Part]:
    """The parts of a text between its delimiters."""
    parts: list[Part] = []
    for child in node.named_children:
        if child.type in ("string_content", "heredoc_content"):
            text = compiler.source(child)
            parts.append(raw_unescaped(text, quotes) if raw else text)
        elif child.type == "escape_sequence":
            text = compiler.source(child)
            parts.append(raw_unescaped(text, quotes) if raw else _escaped(compiler, text))
        elif child.type == "interpolation":
            parts.append(compiler.sequence(children(child)))
    return parts


def _escaped(compiler: Compiler, text: str) -> str:
    made = unescaped(text)
    if compiler.binary and not made.isascii():
        raise unsupported("a character by its number in a source of bytes is not evaluated")
    return made


def failing(unknown: Unknown) -> Code:
    """Code of an expression that is not evaluated."""
    return lambda frame: unknown


def is_raw(opening: str) -> bool:
    """Whether a literal that begins with this token takes no escapes or interpolation."""
    return opening.startswith(("'", "%q", "%w", "%i", ":'", "%s"))


def literal_parts(compiler: Compiler, node: Node) -> list[Part]:
    """The parts of a string, symbol or heredoc-free literal by its opening token. Raises UnknownMetError."""
    opening = compiler.source(node.children[0])
    return content_parts(compiler, node, raw=is_raw(opening), quotes=delimiters(opening))


@handles("string")
def string(compiler: Compiler, node: Node) -> Code:
    """`'a'`, `"a#{b}"`, `%q(a)`, `%Q(a)`."""
    try:
        return text_code(literal_parts(compiler, node), binary=compiler.binary)
    except UnknownMetError as met:
        return failing(met.unknown)


@handles("chained_string")
def chained_string(compiler: Compiler, node: Node) -> Code:
    """`"a" 'b'`. A part like `%Q{a}` is an operator and a call to Ruby, which the grammar misses."""
    for index, child in enumerate(children(node)):
        if index and compiler.source(child).startswith("%"):
            return _misread(compiler, node, child)
    try:
        parts = [part for child in children(node) for part in literal_parts(compiler, child)]
        return text_code(parts, binary=compiler.binary)
    except UnknownMetError as met:
        return failing(met.unknown)


def _misread(compiler: Compiler, node: Node, part: Node) -> Code:
    """`'a' %Q{b}`: `%` of what the method `Q` gives; `'a' %(b)`: `%` of what is in the parentheses."""
    from driftcheck.chef.ruby.code.compiler import unsupported_code

    parts = children(node)
    if len(parts) != 2 or part != parts[1]:
        return unsupported_code(node)
    sign, place = compiler.source(part)[1:2], compiler.place(part)
    first = compiler.compile(parts[0])
    if sign.isalpha():
        block = RubyProc(lambda args, block, me: None)

        def called(frame: Frame) -> Value:
            return frame.runtime.call_own(frame, sign, [], block, place)

        second: Code = called
    elif sign in "([":
        inner = _parsed_again(compiler, part)
        if inner is None:
            return unsupported_code(node)
        second = inner
    else:
        return unsupported_code(node)

    def run(frame: Frame) -> Value:
        left = first(frame)
        return frame.runtime.call(frame, left, "%", [second(frame)], None, place)

    return run


def _parsed_again(compiler: Compiler, part: Node) -> Code | None:
    """The code of `%(a)` without the percent sign, where it stands in its file."""
    from driftcheck.chef.ruby.syntax import parse

    row, column = part.start_point
    outer = compiler.text
    text = b"\n" * row + b" " * (column + 1) + outer[part.start_byte + 1 : part.end_byte]
    root = parse(text)
    if root.has_error:
        return None
    compiler.text = text
    try:
        return compiler.compile(root)
    finally:
        compiler.text = outer


@handles("character")
def character(compiler: Compiler, node: Node) -> Code:
    """`?a`."""
    text = compiler.source(node)[1:]
    try:
        value = unescaped(text) if text.startswith("\\") else text
    except UnknownMetError as met:
        return failing(met.unknown)
    return lambda frame: RubyString(value)


@handles("delimited_symbol")
def delimited_symbol(compiler: Compiler, node: Node) -> Code:
    """`:"a#{b}"`."""
    return symbol_code(string(compiler, node))


def symbol_code(code: Code) -> Code:
    """The symbol of a text."""

    def run(frame: Frame) -> Value:
        text = code(frame)
        if text.__class__ is Unknown:
            return text
        if text.binary and not text.text.isascii():
            return unsupported("a symbol of bytes that are no characters").unknown
        return Symbol(text.text)

    return run


@handles("string_array", "symbol_array")
def words(compiler: Compiler, node: Node) -> Code:
    """`%w(a b)`, `%W(a#{b})`, `%i(a b)`."""
    opening = compiler.source(node.children[0])
    raw = opening.startswith(("%w", "%i"))
    quotes = delimiters(opening) + " \t\n"
    try:
        texts = [
            text_code(content_parts(compiler, child, raw=raw, quotes=quotes), binary=compiler.binary)
            for child in node.named_children
            if child.type in ("bare_string", "bare_symbol")
        ]
    except UnknownMetError as met:
        return failing(met.unknown)
    if node.type == "symbol_array":
        texts = [symbol_code(code) for code in texts]
    return lambda frame: RubyArray([code(frame) for code in texts])


@handles("heredoc_beginning")
def heredoc(compiler: Compiler, node: Node) -> Code:
    """`<<EOS`, `<<-EOS`, `<<~EOS`, with `'EOS'` raw."""
    body = compiler.heredocs.get(node.start_byte)
    opening = compiler.source(node)
    if body is None or opening.endswith("`"):
        from driftcheck.chef.ruby.code.compiler import unsupported_code

        return unsupported_code(node)
    try:
        parts = heredoc_parts(compiler, body, raw="'" in opening, squiggly=opening.startswith("<<~"))
    except UnknownMetError as met:
        return failing(met.unknown)
    return text_code(parts, binary=compiler.binary)


def heredoc_parts(compiler: Compiler, body: Node, *, raw: bool, squiggly: bool) -> list[Part]:
    """The parts of a heredoc's body, without the indentation that `<<~` takes away."""
    pieces = _pieces(compiler, body, raw=raw)
    width = _indentation(pieces) if squiggly else 0
    parts: list[Part] = []
    at_start = True
    for kind, piece in pieces:
        if not isinstance(piece, str) or kind != "text":
            parts.append(unescaped(piece) if isinstance(piece, str) else piece)
            at_start = False
            continue
        for line in piece.splitlines(keepends=True):
            parts.append(_dedented(line, width) if at_start else line)
            at_start = line.endswith("\n")
    return parts


def _pieces(compiler: Compiler, body: Node, *, raw: bool) -> list[tuple[str, Part]]:
    """Text as it stands, escape sequences, interpolations."""
    pieces: list[tuple[str, Part]] = []
    for child in body.named_children:
        if child.type == "heredoc_content":
            pieces.append(("text", compiler.source(child)))
        elif child.type == "escape_sequence":
            pieces.append(("text" if raw else "escape", compiler.source(child)))
        elif child.type == "interpolation":
            pieces.append(("code", compiler.sequence(children(child))))
    if pieces and isinstance(pieces[0][1], str):
        pieces[0] = (pieces[0][0], pieces[0][1].removeprefix("\n"))
    if pieces and isinstance(pieces[-1][1], str) and pieces[-1][0] == "text":
        # What stands before the end's own name is its indentation.
        text = pieces[-1][1]
        pieces[-1] = ("text", text[: text.rfind("\n") + 1])
    return pieces


def _indentation(pieces: list[tuple[str, Part]]) -> int:
    """The smallest indentation of lines that are not blank; a tab reaches the next eighth column."""
    widths = []
    at_start = True
    indent: str | None = None
    for kind, piece in pieces:
        if kind != "text" or not isinstance(piece, str):
            if at_start:
                widths.append(_width(indent or ""))
            at_start, indent = False, None
            continue
        for line in piece.splitlines(keepends=True):
            if at_start:
                blank = line[: len(line) - len(line.lstrip(" \t"))]
                if line[len(blank) :].strip("\r\n"):
                    widths.append(_width(blank))
                    at_start = False
                elif not line.endswith("\n"):
                    indent = blank
                    continue
            at_start, indent = line.endswith("\n"), None
    return min(widths, default=0)


def _width(blank: str) -> int:
    return len(blank.expandtabs(8))


def _dedented(line: str, width: int) -> str:
    column = 0
    for index, character in enumerate(line):
        if column >= width or character not in " \t":
            return line[index:]
        column = column + 1 if character == " " else (column // 8 + 1) * 8
        if column > width:
            return line[index:]
    return ""


@handles("regex")
def regex(compiler: Compiler, node: Node) -> Code:
    """`/a#{b}/i`, `%r{a}`."""
    closing = compiler.source(node.children[-1])
    options = "".join(each for each in "mix" if each in closing[1:])
    slash = compiler.source(node.children[0]) == "/"
    parts = joined(_regex_parts(compiler, node, slash=slash))
    if all(isinstance(part, str) for part in parts):
        regexp = RubyRegexp("".join(part for part in parts if isinstance(part, str)), options)
        return lambda frame: regexp

    def run(frame: Frame) -> Value:
        values = [part if isinstance(part, str) else part(frame) for part in parts]
        text = frame.runtime.interpolated(values)
        if text.__class__ is not Unknown and text.binary and not text.text.isascii():
            return unsupported("a pattern of bytes that are no characters").unknown
        return text if text.__class__ is Unknown else RubyRegexp(text.text, options)

    return run


def _regex_parts(compiler: Compiler, node: Node, *, slash: bool) -> list[Part]:
    parts: list[Part] = []
    for child in node.named_children:
        if child.type == "interpolation":
            parts.append(compiler.sequence(children(child)))
        else:
            text = compiler.source(child)
            parts.append("/" if slash and text == "\\/" else text)
    return parts


@handles("subshell")
def subshell(compiler: Compiler, node: Node) -> Code:
    """A command's output: it depends on the machine and is never run."""
    return failing(unsupported("the output of a command is not known").unknown)


@handles("rational", "complex")
def other_number(compiler: Compiler, node: Node) -> Code:
    """`1r`, `2i`."""
    return failing(unsupported(f"a {node.type} number is not evaluated").unknown)
