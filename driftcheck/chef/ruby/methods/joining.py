"""`Array#join`, nested arrays included."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import require_known, to_string
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.methods.string_texts import joined_encoding
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value


def joined(call: Call) -> RubyString:
    """The elements' texts with the separator between them; ArgumentError for an array that holds itself."""
    if not call.receiver.items:
        return RubyString("")
    separator = require_known(call.arg(0))
    between = RubyString("") if separator is None else to_string(call.interpreter, separator)
    pieces: list[RubyString] = []
    _add(call, call.receiver, between, pieces, [])
    result = RubyString("")
    texts: list[str] = []
    for piece in pieces:
        result.binary = joined_encoding(result, piece)
        result.text = result.text if result.text and not result.text.isascii() else piece.text
        texts.append(piece.text)
    result.text = "".join(texts)
    call.interpreter.spend(len(result.text))
    return result


def _add(
    call: Call, array: RubyArray, between: RubyString, pieces: list[RubyString], within: list[RubyArray]
) -> None:
    require_known(array)
    if any(array is each for each in within):
        raise RubyError("ArgumentError", "recursive array join")
    for at, value in enumerate(array.items):
        if at:
            pieces.append(between)
        if isinstance(require_known(value), RubyArray):
            _add(call, value, between, pieces, [*within, array])
        else:
            pieces.append(_text(call, value))


def _text(call: Call, value: Value) -> RubyString:
    if isinstance(value, RubyString):
        return value
    return RubyString(call.interpreter.to_s(value))
