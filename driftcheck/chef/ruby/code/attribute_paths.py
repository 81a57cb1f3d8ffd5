"""`default['a']['b'] = 1` and `node['a']['b']`: most of what attribute files hold, read off their text.

tree-sitter says what a piece of text is (an assignment, an element reference); that its keys are literal is
seen in the text itself, without a look at each node below. What is compiled here does what the code of those
nodes would do, call by call, and takes the short way of `driftcheck.chef.ruby.leaves` where nobody has
redefined what a node does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from driftcheck.chef.ruby.code.compiler import Code, Compiler
from driftcheck.chef.ruby.code.variables import name_code
from driftcheck.chef.ruby.frames import Frame
from driftcheck.chef.ruby.leaves import Path, holder_of, is_scalar, leaf, write_scalar
from driftcheck.chef.ruby.values import Place, RubyString, Symbol, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_KEY = rb"\[\s*(?:'[^'\\\n]*'|\"[^\"\\#\n]*\"|:[a-z_]\w*)\s*\]"
_LEVELS = rb"(?:force_)?(?:default|override)|normal|(?:default|normal|override)_unless"
_WRITE = re.compile(
    rb"(?:(node)(\s*\.\s*))?(" + _LEVELS + rb")((?:" + _KEY + rb")+)\s*=\s*"
    rb"(?:'([^'\\]*)'|\"([^\"\\#]*)\"|(0|[1-9]\d{0,17})|(true)|(false)|(nil)|:([a-z_]\w*))?(.?)",
    re.DOTALL,
)
_READ = re.compile(rb"node((?:" + _KEY + rb")+)")
_EACH = re.compile(rb"'([^']*)'|\"([^\"]*)\"|:(\w+)")
_OF_NODE = frozenset({"default", "normal", "override"})
"""The levels whose name is a method of the node itself."""


def _keys(text: bytes) -> tuple[Value, ...]:
    """Texts for strings, Symbols for symbols."""
    return tuple(
        Symbol(symbol.decode()) if symbol else (single or double).decode()
        for single, double, symbol in _EACH.findall(text)
    )


def _text(key: Value) -> str:
    return key.name if isinstance(key, Symbol) else key


def _argument(key: Value) -> Value:
    return key if isinstance(key, Symbol) else RubyString(key)


def attribute_write(compiler: Compiler, node: Node) -> Code | None:
    """The code of an assignment to a level of the node under literal keys; None for any other."""
    text = compiler.text[node.start_byte : node.end_byte]
    found = _WRITE.match(text)
    if found is None or compiler.binary or not text.isascii():
        return None
    of_node, dot, name, keys = found[1], found[2], found[3].decode(), _keys(found[4])
    place = compiler.place(node)
    if compiler.scope.depth_of("node" if of_node else name) is not None or b"\n" in (dot or b""):
        return None
    base = name_code(compiler, "node", place) if of_node else None
    level_place = Place(place.file, place.line, place.column + found.start(3))
    value = None if found[12] else _literal(found)
    if value is None:
        right = node.child_by_field_name("right")
        if right is None or right.type in ("right_assignment_list", "splat_argument"):
            return None
        value = compiler.compile(right)
    return _writing(_Level(base, name, level_place), keys, value, place)


def _literal(found: re.Match[bytes]) -> Code | None:
    """The code of the literal that is assigned; None where it is none."""
    single, double, number, yes, no, nil, symbol = found.groups()[4:11]
    if single is not None or double is not None:
        text = (single if single is not None else double).decode()
        return lambda frame: RubyString(text)
    constant: Value
    if number:
        constant = int(number)
    elif yes or no:
        constant = bool(yes)
    elif symbol:
        constant = Symbol(symbol.decode())
    elif nil:
        constant = None
    else:
        return None
    return lambda frame: constant


class _Level:
    """A level as it is named: `default`, or `node.default` with the code of `node`."""

    __slots__ = ("base", "name", "place")

    def __init__(self, base: Code | None, name: str, place: Place) -> None:
        self.base = base
        self.name = name
        self.place = place

    def of(self, frame: Frame, node: Value) -> Value:
        """The level by the calls that are written."""
        if self.base is None:
            return frame.runtime.call_bare(frame, self.name, self.place)
        return frame.runtime.call(frame, node, self.name, [], None, self.place)

    def holder(self, frame: Frame, node: Value, before: Sequence[Value], place: Place) -> Value:
        """What is under these keys of it, by the calls that are written."""
        here = self.of(frame, node)
        for key in before:
            here = frame.runtime.call(frame, here, "[]", [_argument(key)], None, place)
        return here


def _writing(level: _Level, keys: tuple[Value, ...], value: Code, place: Place) -> Code:
    path = Path(tuple(map(_text, keys)))
    *before, last = keys
    cost = len(keys) + 1
    name, base = level.name, level.base
    is_short = name in _OF_NODE

    def run(frame: Frame) -> Value:
        runtime = frame.runtime
        node = frame.me if base is None else base(frame)
        state = runtime.plain_state(node) if is_short and runtime.steps >= cost else None
        holder = holder_of(state, name, path, place) if state is not None else None
        if holder is None:
            holder = runtime.only_writing(path.first, partial(level.holder, frame, node, before, place))
            state = None
        result = value(frame)
        if state is None:
            write = partial(runtime.call, frame, holder, "[]=", [_argument(last), result], None, place)
            runtime.only_writing(path.first, write)
            return result
        runtime.steps -= cost
        recording, state.recording = state.recording, None
        if not is_scalar(result) or not write_scalar(state, holder, path, result, place):
            runtime.call(frame, holder, "[]=", [_argument(last), result], None, place)
        if recording is not None and not recording.is_spoilt:
            state.recording = recording
            recording.wrote(name, path, holder, place)
        return result

    return run


def attribute_read(compiler: Compiler, node: Node) -> Code | None:
    """The code of `node['a']['b']`; None for any other element reference."""
    text = compiler.text[node.start_byte : node.end_byte]
    found = _READ.fullmatch(text)
    if found is None or compiler.binary or not text.isascii():
        return None
    keys = _keys(found[1])
    texts = tuple(map(_text, keys))
    place = compiler.place(node)
    receiver = name_code(compiler, "node", place)
    cost = len(keys)

    def run(frame: Frame) -> Value:
        runtime, here = frame.runtime, receiver(frame)
        state = runtime.plain_state(here) if runtime.steps >= cost else None
        entry = leaf(state, texts) if state is not None else None
        if entry is not None and (not runtime.reads.on or runtime.reads.note_leaf(entry, cost)):
            runtime.steps -= cost
            return entry.value
        for key in keys:
            here = runtime.call(frame, here, "[]", [_argument(key)], None, place)
        return here

    return run
