"""What string methods share: new strings of the receiver's encoding, and what may be joined with what."""

from __future__ import annotations

import re

from driftcheck.chef.ruby.methods.conversions import to_string
from driftcheck.chef.ruby.methods.interface import Call
from driftcheck.chef.ruby.values import RubyError, RubyString, Value, unsupported

MAX_TEXT = 2_000_000
"""Characters; a longer text is not made."""

_SHOWN_BY_ENCODING = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
"""Characters that `inspect` writes as `\\u0001` in UTF-8 and as `\\x01` in US-ASCII."""


class AsciiText(str):
    """The text of a String that Ruby makes in US-ASCII: a number's, a truth value's, a symbol's."""

    __slots__ = ()


def made(call: Call, text: str) -> RubyString:
    """A new string in the receiver's encoding."""
    return RubyString(text, binary=call.receiver.binary)


def changed(call: Call, text: str) -> Value:
    """What a `!` method does: the receiver with its new text, nil if it is the same."""
    receiver: RubyString = call.receiver
    if receiver.text == text:
        return None
    receiver.text = text
    return receiver


def joined_encoding(left: RubyString, right: RubyString) -> bool:
    """Whether the two joined are binary; Encoding::CompatibilityError if they do not go together."""
    if left.text.__class__ is AsciiText and _SHOWN_BY_ENCODING.search(right.text):
        raise unsupported("a control character in a text in US-ASCII")
    if left.binary == right.binary:
        return left.binary
    if right.text.isascii():
        return left.binary if left.text or not right.text else right.binary
    if left.text.isascii():
        return right.binary
    names = ["ASCII-8BIT" if each.binary else "UTF-8" for each in (left, right)]
    message = f"incompatible character encodings: {names[0]} and {names[1]}"
    raise RubyError("Encoding::CompatibilityError", message)


def plus(left: RubyString, right: RubyString) -> RubyString:
    """`left + right`."""
    return RubyString(left.text + right.text, binary=joined_encoding(left, right))


def other_text(call: Call, index: int) -> str:
    """A String argument's text, which goes together with the receiver's."""
    other = to_string(call.interpreter, call.args[index])
    joined_encoding(call.receiver, other)
    return other.text


def encoded(value: RubyString) -> bytes:
    """The bytes of a string."""
    return value.text.encode("latin-1" if value.binary else "utf-8", "surrogatepass")
