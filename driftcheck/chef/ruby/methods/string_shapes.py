"""String: case, trimming, padding, prefixes and suffixes; each with its `!` where Ruby has one."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.ruby.methods.conversions import integer, text, to_string
from driftcheck.chef.ruby.methods.interface import Arity, Call, MethodTable
from driftcheck.chef.ruby.methods.string_successor import successor
from driftcheck.chef.ruby.methods.string_texts import changed, made, other_text
from driftcheck.chef.ruby.values import RubyError, RubyString, Symbol, Value, unsupported

STRING = MethodTable("String")
TABLES = (STRING,)

WHITE = " \t\n\v\f\r\0"
_SPACE = " \t\n\v\f\r"


def both(*names: str, arity: Arity = 0) -> Callable[[Callable[[Call], str]], Callable[[Call], str]]:
    """Declares `name`, which gives a new string, and `name!`, which changes the receiver or gives nil."""

    def declare(shape: Callable[[Call], str]) -> Callable[[Call], str]:
        STRING.method(*names, arity=arity)(lambda call: made(call, shape(call)))
        bangs = [f"{name}!" for name in names]
        STRING.method(*bangs, arity=arity, mutates=True)(lambda call: changed(call, shape(call)))
        return shape

    return declare


def _case_options(call: Call) -> None:
    if len(call.args) > 1:
        raise unsupported(f"{call.name} with options")
    option = call.arg(0, Symbol("ascii"))
    if option in (Symbol("turkic"), Symbol("lithuanian"), Symbol("fold")):
        raise unsupported(f"{call.name} with such an option")
    if option is not Symbol("ascii"):
        raise RubyError("ArgumentError", "invalid option")
    if call.receiver.binary and not call.receiver.text.isascii():
        raise unsupported(f"{call.name} of bytes")


def _cased(call: Call, change: Callable[[str], str]) -> str:
    _case_options(call)
    given: str = call.receiver.text
    if call.args and not given.isascii():
        return "".join(change(char) if char.isascii() else char for char in given)
    return change(given)


@both("upcase", arity=(0, None))
def upcase(call: Call) -> str:
    """In capitals."""
    return _cased(call, str.upper)


@both("downcase", arity=(0, None))
def downcase(call: Call) -> str:
    """In small letters."""
    return _cased(call, _lower)


def _lower(given: str) -> str:
    if "Σ" in given:
        raise unsupported("downcase of a final sigma")
    return given.lower()


@both("swapcase", arity=(0, None))
def swapcase(call: Call) -> str:
    """Capitals in place of small letters and the other way round."""
    if any(char.upper().lower() != char.lower() or len(char.upper()) > 1 for char in call.receiver.text):
        raise unsupported("swapcase of such letters")
    return _cased(call, str.swapcase)


@both("capitalize", arity=(0, None))
def capitalize(call: Call) -> str:
    """The first letter as a capital, the others small."""
    _case_options(call)
    given: str = call.receiver.text
    return given[:1].title() + _lower(given[1:])


@both("strip")
def strip(call: Call) -> str:
    """Without blanks and NULs at both ends: a NUL at the beginning stays where Ruby keeps it."""
    given: str = call.receiver.text
    return given.rstrip(WHITE).lstrip(WHITE)


@both("lstrip")
def lstrip(call: Call) -> str:
    """Without blanks at the beginning."""
    given: str = call.receiver.text
    return given.lstrip(WHITE)


@both("rstrip")
def rstrip(call: Call) -> str:
    """Without blanks and NULs at the end."""
    given: str = call.receiver.text
    return given.rstrip(WHITE)


@both("chop")
def chop(call: Call) -> str:
    """Without its last character; CR LF are one."""
    given: str = call.receiver.text
    return given[:-2] if given.endswith("\r\n") else given[:-1]


@both("chomp", arity=(0, 1))
def chomp(call: Call) -> str:
    """Without its line end, or without the given end."""
    given: str = call.receiver.text
    if not call.args:
        return chomped(given)
    return given if call.args[0] is None else chomped(given, text(call, 0))


def chomped(given: str, end: str = "\n") -> str:
    """Without one line end (LF, CR LF, CR) or another end; "" takes all line ends away."""
    if end == "":
        while given.endswith("\n"):
            given = given.removesuffix("\n").removesuffix("\r")
        return given
    if end != "\n":
        return given.removesuffix(end)
    if given.endswith("\r\n"):
        return given[:-2]
    return given[:-1] if given.endswith(("\n", "\r")) else given


@both("delete_prefix", arity=1)
def delete_prefix(call: Call) -> str:
    """Without this beginning."""
    given: str = call.receiver.text
    return given.removeprefix(other_text(call, 0))


@both("delete_suffix", arity=1)
def delete_suffix(call: Call) -> str:
    """Without this end."""
    given: str = call.receiver.text
    return given.removesuffix(other_text(call, 0))


@STRING.method("reverse!", mutates=True)
def reverse_in_place(call: Call) -> Value:
    """Turns itself round."""
    call.receiver.text = call.receiver.text[::-1]
    return call.receiver


@STRING.method("succ", "next")
def succ(call: Call) -> Value:
    """The successor: "az" gives "ba"."""
    return made(call, _successor(call))


@STRING.method("succ!", "next!", mutates=True)
def succ_in_place(call: Call) -> Value:
    """Becomes its successor."""
    call.receiver.text = _successor(call)
    return call.receiver


def _successor(call: Call) -> str:
    found = successor(call.receiver.text)
    if found is None:
        raise unsupported("the successor of such a text")
    return found


@STRING.method("upto", arity=(1, 2))
def upto(call: Call) -> Value:
    """Yields itself and its successors up to the given one."""
    if call.block is None:
        return call.enumerator()
    last = to_string(call.interpreter, call.args[0]).text
    for each in texts_between(
        call, call.receiver.text, last, exclusive=call.arg(1, False) not in (None, False)
    ):
        call.yield_(RubyString(each))
    return call.receiver


MOST_TEXTS = 100_000


def texts_between(call: Call, first: str, last: str, *, exclusive: bool) -> list[str]:
    """What `first..last` goes through."""
    if first.isascii() and last.isascii() and len(first) == 1 and len(last) == 1:
        return [chr(code) for code in range(ord(first), ord(last) + (0 if exclusive else 1))]
    if _figures(first) and _figures(last):
        whole = range(int(first), int(last) + (0 if exclusive else 1))
        call.interpreter.spend(len(whole))
        return [str(each).rjust(len(first), "0") for each in whole]
    return _successors(call, first, last, exclusive=exclusive)


def _figures(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 18


def _successors(call: Call, first: str, last: str, *, exclusive: bool) -> list[str]:
    found: list[str] = []
    order = (first > last) - (first < last)
    if order > 0 or (exclusive and order == 0):
        return found
    after = successor(last)
    each: str | None = first
    while each is not None and each != after:
        ends = each == last
        if ends and exclusive:
            return found
        found.append(each)
        call.interpreter.spend(1)
        if ends:
            return found
        each = successor(each)
        if each is None or len(each) > len(last) or not each or len(found) > MOST_TEXTS:
            break
    if each is None or after is None or len(found) > MOST_TEXTS:
        raise unsupported("a range of such texts")
    return found


@STRING.method("ljust", "rjust", "center", arity=(1, 2))
def justify(call: Call) -> Value:
    """Filled up to a width, with spaces or the given text."""
    width = integer(call, 0)
    fill = other_text(call, 1) if len(call.args) > 1 else " "
    if not fill:
        raise RubyError("ArgumentError", "zero width padding")
    given: str = call.receiver.text
    missing = width - len(given)
    if missing <= 0:
        return made(call, given)
    call.interpreter.spend(missing)
    left = {"ljust": 0, "rjust": missing, "center": missing // 2}[call.name]
    return made(call, _fill(fill, left) + given + _fill(fill, missing - left))


def _fill(fill: str, width: int) -> str:
    return (fill * (width // len(fill) + 1))[:width]


@STRING.method("insert", arity=2, mutates=True)
def insert(call: Call) -> Value:
    """Puts a text in at an index; a negative one counts from the end."""
    index, added = integer(call, 0), other_text(call, 1)
    given: str = call.receiver.text
    at = index + len(given) + 1 if index < 0 else index
    if not 0 <= at <= len(given):
        raise RubyError("IndexError", f"index {index + (index < 0)} out of string")
    call.receiver.text = given[:at] + added + given[at:]
    return call.receiver
