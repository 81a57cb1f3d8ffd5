"""String: encodings, as far as texts are UTF-8 or bytes."""

from __future__ import annotations

import unicodedata
from typing import Literal

from driftcheck.chef.ruby.methods.conversions import name_text, require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import encoded, made
from driftcheck.chef.ruby.values import RubyString, Symbol, Value, unsupported

STRING = MethodTable("String")
TABLES = (STRING,)

_UTF8 = ("UTF-8", "UTF8")
_BINARY = ("ASCII-8BIT", "BINARY")
_FORMS: dict[str, Literal["NFC", "NFD", "NFKC", "NFKD"]] = {
    "NFC": "NFC",
    "NFD": "NFD",
    "NFKC": "NFKC",
    "NFKD": "NFKD",
}


@STRING.method("ascii_only?")
def ascii_only(call: Call) -> Value:
    """Whether all characters are ASCII."""
    return call.receiver.text.isascii()


@STRING.method("valid_encoding?")
def valid(call: Call) -> Value:
    """Whether its bytes are characters of its encoding."""
    return True


@STRING.method("b")
def as_bytes(call: Call) -> Value:
    """A copy as bytes."""
    return RubyString(encoded(call.receiver).decode("latin-1"), binary=True)


@STRING.method("scrub")
def scrub(call: Call) -> Value:
    """A copy: all its characters are valid."""
    return made(call, call.receiver.text)


def _target(call: Call) -> str:
    if not call.args:
        return "UTF-8"
    given = require_known(call.args[0])
    return call.interpreter.to_s(given).upper() if isinstance(given, RubyString) else ""


@STRING.method("encode", arity=(0, None))
def encode(call: Call) -> Value:
    """The same text in another encoding: only UTF-8, or ASCII text in any."""
    text = call.receiver.text
    if _target(call) in _UTF8 and not call.receiver.binary and len(call.args) <= 2:
        return RubyString(text)
    raise unsupported("a text in another encoding")


@STRING.method("force_encoding", arity=1, mutates=True)
def force_encoding(call: Call) -> Value:
    """The same bytes taken for another encoding."""
    target = _target(call)
    receiver: RubyString = call.receiver
    if target in _UTF8:
        try:
            receiver.text, receiver.binary = encoded(receiver).decode("utf-8"), False
        except UnicodeDecodeError:
            raise unsupported("bytes that are no UTF-8") from None
    elif target in _BINARY:
        receiver.text, receiver.binary = encoded(receiver).decode("latin-1"), True
    else:
        raise unsupported("a text in another encoding")
    return receiver


@STRING.method("unicode_normalize", arity=(0, 1))
def normalize(call: Call) -> Value:
    """One of the forms of Unicode."""
    form = _FORMS.get(name_text(call.interpreter, call.arg(0, Symbol("nfc"))).upper())
    if form is None or call.receiver.binary:
        raise unsupported("such a form of Unicode")
    return RubyString(unicodedata.normalize(form, call.receiver.text))
