"""Literals: numbers, nil, true, symbols, arrays, hashes, ranges, `self`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler, children, handles, unsupported_code
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.keywords import KeywordHash
from driftcheck.chef.ruby.values import Place, RubyError, RubyHash, RubyString, Symbol, Value
from driftcheck.model.facts import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


def constant_code(value: Value) -> Code:
    """Code that gives an immutable value."""
    return lambda frame: value


@handles("nil")
def nil(compiler: Compiler, node: Node) -> Code:
    return constant_code(None)


@handles("true")
def true(compiler: Compiler, node: Node) -> Code:
    return constant_code(True)


@handles("false")
def false(compiler: Compiler, node: Node) -> Code:
    return constant_code(False)


@handles("self")
def self_(compiler: Compiler, node: Node) -> Code:
    return lambda frame: frame.me


def integer_value(text: str) -> int:
    """`1_000`, `0x1f`, `0b1`, `0o17`, `017`, `0d10`."""
    text = text.replace("_", "").lower()
    if text.startswith("0d"):
        return int(text[2:])
    if len(text) > 1 and text[0] == "0" and text[1].isdigit():
        return int(text, 8)
    return int(text, 0)


@handles("simple_symbol")
def simple_symbol(compiler: Compiler, node: Node) -> Code:
    return constant_code(Symbol(compiler.source(node)[1:]))


@handles("hash_key_symbol")
def hash_key_symbol(compiler: Compiler, node: Node) -> Code:
    return constant_code(Symbol(compiler.source(node)))


@handles("array")
def array(compiler: Compiler, node: Node) -> Code:
    return array_code(compiler, children(node))


def array_code(compiler: Compiler, nodes: list[Node]) -> Code:
    """The code of an array of these elements; pairs at the end are a hash."""
    items = list_code(compiler, nodes)
    return lambda frame: frame.runtime.make_array(items(frame))


def list_code(compiler: Compiler, nodes: list[Node]) -> Code:
    """Code that gives a Python list of elements or arguments; pairs are a KeywordHash at its end."""
    pairs = [node for node in nodes if node.type in ("pair", "hash_splat_argument")]
    plain = [node for node in nodes if node.type not in ("pair", "hash_splat_argument", "block_argument")]
    codes = [(node.type == "splat_argument", compiler.compile(node)) for node in plain]
    keywords = hash_code(compiler, pairs, KeywordHash) if pairs else None
    if not any(splat for splat, _ in codes):
        return _plain_list([code for _, code in codes], keywords)

    def run(frame: Frame) -> list[Value]:
        items: list[Value] = []
        for splat, code in codes:
            if splat:
                items.extend(code(frame))
            else:
                items.append(code(frame))
        if keywords is not None:
            _append_keywords(items, keywords(frame))
        return items

    return run


def _plain_list(codes: list[Code], keywords: Code | None) -> Code:
    if keywords is not None:

        def run(frame: Frame) -> list[Value]:
            items = [code(frame) for code in codes]
            _append_keywords(items, keywords(frame))
            return items

        return run
    if len(codes) == 1:
        (only,) = codes
        return lambda frame: [only(frame)]
    return lambda frame: [code(frame) for code in codes]


def _append_keywords(items: list[Value], keywords: RubyHash) -> None:
    if keywords.entries or keywords.unknown is not None:
        items.append(keywords)


@handles("splat_argument")
def splat(compiler: Compiler, node: Node) -> Code:
    """Gives a Python list: only `list_code` asks for it."""
    inner = children(node)
    if not inner:
        return lambda frame: frame.runtime.anonymous_rest(frame)
    code = compiler.compile(inner[0])
    return lambda frame: frame.runtime.splat(frame, code(frame))


@handles("hash")
def hash_(compiler: Compiler, node: Node) -> Code:
    return hash_code(compiler, children(node), RubyHash)


def hash_code(compiler: Compiler, nodes: list[Node], kind: type[RubyHash]) -> Code:
    """The code of a hash of these pairs and `**x`; each entry keeps the place of its pair."""
    parts: list[tuple[Code | None, Code, Place]] = [_pair(compiler, node) for node in nodes]

    def run(frame: Frame) -> RubyHash:
        made = kind()
        for key, value, place in parts:
            if key is None:
                _add_all(frame, made, value(frame))
            else:
                mark = frame.runtime.reads.mark()
                frame.runtime.put(made, key(frame), value(frame), place)
                if frame.runtime.reads.on:
                    frame.runtime.reads.keep(place, mark)
        return made

    return run


def _pair(compiler: Compiler, node: Node) -> tuple[Code | None, Code, Place]:
    place = compiler.place(node)
    if node.type == "hash_splat_argument":
        inner = children(node)
        code = compiler.compile(inner[0]) if inner else constant_code(None)
        return None, code, place
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    assert key is not None
    if key.type == "string" and not _is_arrow(node):
        key_code = _symbol_of(compiler.compile(key))
    else:
        key_code = compiler.compile(key)
    if value is None:
        from driftcheck.chef.ruby.code.variables import name_code

        return key_code, name_code(compiler, compiler.source(key), place), place
    return key_code, compiler.compile(value), place


def _is_arrow(node: Node) -> bool:
    return any(child.type == "=>" for child in node.children)


def _symbol_of(code: Code) -> Code:
    def run(frame: Frame) -> Value:
        text = code(frame)
        return Symbol(text.text) if isinstance(text, RubyString) else text

    return run


def _add_all(frame: Frame, made: RubyHash, other: Value) -> None:
    if isinstance(other, Unknown):
        frame.runtime.smear(made, other)
        return
    if other is None:
        raise RubyError("TypeError", "no implicit conversion of nil into Hash")
    if not isinstance(other, RubyHash):
        name = frame.runtime.class_of(other).name
        raise RubyError("TypeError", f"no implicit conversion of {name} into Hash")
    made.unknown = made.unknown or other.unknown
    made.doubt = made.doubt or other.doubt
    for entry in other.entries.values():
        made.put(entry.key, entry.value, entry.place)


@handles("range")
def range_(compiler: Compiler, node: Node) -> Code:
    """`1..2`, `1...2`, `1..`, `..2`."""
    if is_open_range(node) and _ends_line(compiler, node):
        # Ruby goes on reading the range on the next line.
        return unsupported_code(node)
    return range_code(compiler, node, node.child_by_field_name("end"))


def is_open_range(node: Node) -> bool:
    """Whether it is a range without an end."""
    return node.type == "range" and node.child_by_field_name("end") is None


def _ends_line(compiler: Compiler, node: Node) -> bool:
    rest = compiler.text[node.end_byte :].split(b"\n", 1)[0].strip()
    return not rest or rest.startswith(b"#")


def _is_plain_text(node: Node | None) -> bool:
    """Whether it is a text in quotes without interpolation: two of them make a range that Ruby keeps."""
    return (
        node is not None and node.type == "string" and all(c.type != "interpolation" for c in node.children)
    )


def range_code(compiler: Compiler, node: Node, end: Node | None) -> Code:
    """The code of a range that ends with this node."""
    begin, operator = node.child_by_field_name("begin"), node.child_by_field_name("operator")
    first = compiler.compile(begin) if begin is not None else constant_code(None)
    last = compiler.compile(end) if end is not None else constant_code(None)
    exclusive = operator is not None and operator.type == "..."
    compiler.refuse(any(each is not None and each.type == "range" for each in (begin, end)))
    place = compiler.place(node)
    are_literals = _is_plain_text(begin) and _is_plain_text(end)

    def run(frame: Frame) -> Value:
        ends = first(frame), last(frame)
        if are_literals:
            for each in ends:
                each.frozen = True
        return frame.runtime.make_range(*ends, exclusive, place)

    return run
