"""`Array#pack` and `String#unpack`: the directives that configuration code uses."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from driftcheck.chef.ruby.methods.conversions import require_known, to_integer, to_string
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import encoded
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, unsupported

STRING = MethodTable("String")
ARRAY = MethodTable("Array")
TABLES = (STRING, ARRAY)

_DIRECTIVE = re.compile(r"\s*([a-zA-Z])(\*|\d+)?\s*")
_SIZES = {"C": 1, "c": 1, "n": 2, "N": 4, "v": 2, "V": 4}
MOST = 10_000


def _directives(template: str) -> Iterator[tuple[str, int | None]]:
    """Each letter and its count; None for `*`."""
    at = 0
    while at < len(template):
        match = _DIRECTIVE.match(template, at)
        if match is None:
            raise unsupported(f"the directives {template!r}")
        at = match.end()
        count = None if match.group(2) == "*" else int(match.group(2) or 1)
        if count is not None and count > MOST:
            raise unsupported("so many of one directive")
        yield match.group(1), count


def _bytes(data: bytes) -> RubyString:
    return RubyString(data.decode("latin-1"), binary=True)


@STRING.method("unpack", arity=1)
def unpack(call: Call) -> Value:
    """Numbers and texts by directives."""
    return RubyArray(_unpacked(call))


@STRING.method("unpack1", arity=1)
def unpack1(call: Call) -> Value:
    """The first of them."""
    found = _unpacked(call)
    return found[0] if found else None


def _unpacked(call: Call) -> list[Value]:
    data = encoded(call.receiver)
    found: list[Value] = []
    at = 0
    for letter, count in _directives(to_string(call.interpreter, call.args[0]).text):
        values, at = _take(data, at, letter, count)
        found += values
    return found


def _take(data: bytes, at: int, letter: str, count: int | None) -> tuple[list[Value], int]:
    """What one directive takes from `at`, and where it stops."""
    rest = data[at:]
    if letter in "aA":
        piece = rest if count is None else rest[:count]
        return [_bytes(piece.rstrip(b" \0") if letter == "A" else piece)], at + len(piece)
    if letter in _SIZES:
        return _take_numbers(data, at, letter, count)
    if letter == "U":
        return _take_characters(rest, at, count)
    if count is not None and not (letter == "m" and count in (0, 1)):
        raise unsupported(f"unpack with {letter}{count}")
    return [_whole(rest, letter)], len(data)


def _take_numbers(data: bytes, at: int, letter: str, count: int | None) -> tuple[list[Value], int]:
    size = _SIZES[letter]
    there = (len(data) - at) // size
    taken = there if count is None else min(count, there)
    numbers: list[Value] = [
        int.from_bytes(
            data[place : place + size], "little" if letter in "vV" else "big", signed=letter == "c"
        )
        for place in range(at, at + taken * size, size)
    ]
    missing = 0 if count is None else count - taken
    return numbers + [None] * missing, at + taken * size


def _take_characters(rest: bytes, at: int, count: int | None) -> tuple[list[Value], int]:
    try:
        text = rest.decode("utf-8")
    except UnicodeDecodeError:
        raise unsupported("unpack of what is no UTF-8") from None
    taken = text if count is None else text[:count]
    return list(map(ord, taken)), at + len(taken.encode())


def _whole(rest: bytes, letter: str) -> RubyString:
    if letter == "H":
        return RubyString(rest.hex())
    if letter in "Bb":
        bits = [f"{byte:08b}" for byte in rest]
        return RubyString("".join(each if letter == "B" else each[::-1] for each in bits))
    if letter == "m":
        try:
            return _bytes(base64.b64decode(rest.replace(b"\n", b""), validate=True))
        except binascii.Error:
            raise unsupported("unpack of what is no base64") from None
    raise unsupported(f"unpack with {letter}")


@ARRAY.method("pack", arity=1)
def pack(call: Call) -> Value:
    """Bytes of numbers and texts by directives."""
    template = to_string(call.interpreter, call.args[0]).text
    values = iter(call.receiver.items)
    made = b""
    letters = ""
    for letter, count in _directives(template):
        letters += letter
        made += _packed(call, values, letter, count)
    if letters[:1] == "U":
        if set(letters) != {"U"}:
            raise unsupported("pack of characters and bytes")
        return RubyString(made.decode("utf-8"))
    text = _bytes(made)
    return RubyString(text.text) if set(letters) == {"m"} else text


def _packed(call: Call, values: Iterator[Value], letter: str, count: int | None) -> bytes:
    if letter in "aAHm":
        return _packed_text(to_string(call.interpreter, _next(values)), letter, count)
    if letter not in _SIZES and letter != "U":
        raise unsupported(f"pack with {letter}")
    several = list(values) if count is None else [_next(values) for _ in range(count)]
    numbers = [to_integer(call.interpreter, each) for each in several]
    if letter == "U":
        if any(not 0 <= each < 0xD800 for each in numbers):
            raise unsupported("pack of what is no character")
        return "".join(map(chr, numbers)).encode()
    size = _SIZES[letter]
    order = "little" if letter in "vV" else "big"
    return b"".join(
        (each % (1 << 8 * size)).to_bytes(size, "little" if order == "little" else "big") for each in numbers
    )


def _next(values: Iterator[Value]) -> Value:
    for value in values:
        return require_known(value)
    raise RubyError("ArgumentError", "too few arguments")


def _packed_text(value: RubyString, letter: str, count: int | None) -> bytes:
    data = encoded(value)
    if letter in "aA":
        width = len(data) if count is None else count
        return data[:width].ljust(width, b"\0" if letter == "a" else b" ")
    if letter == "H" and count is None and re.fullmatch(r"(?:[0-9a-fA-F]{2})*", value.text):
        return bytes.fromhex(value.text)
    if letter == "m" and count == 0:
        return base64.b64encode(data)
    if letter == "m" and count == 1 and len(data) <= 45:
        return base64.b64encode(data) + b"\n" if data else b""
    raise unsupported(f"pack with {letter}")
