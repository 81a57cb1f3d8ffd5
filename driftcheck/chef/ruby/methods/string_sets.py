"""String: `tr`, `delete`, `squeeze`, `count`: sets of characters such as `a-z` and `^0-9`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from driftcheck.chef.ruby.methods.conversions import text, to_string
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.string_texts import changed, made
from driftcheck.chef.ruby.values import RubyError, Value, unsupported

STRING = MethodTable("String")
TABLES = (STRING,)


def _expanded(given: str) -> Iterator[str]:
    """The characters of a set, spans spelt out, its `^` taken off; ArgumentError for `z-a` once it is met."""
    at = 0
    while at < len(given):
        first, at = _one(given, at)
        if given[at : at + 1] == "-" and at + 1 < len(given):
            last, at = _one(given, at + 1)
            if last < first:
                message = f'invalid range "{first}-{last}" in string transliteration'
                raise RubyError("ArgumentError", message)
            if ord(last) - ord(first) > 0x10000:
                raise unsupported("a set of so many characters")
            yield from map(chr, range(ord(first), ord(last) + 1))
        else:
            yield first


def _one(given: str, at: int) -> tuple[str, int]:
    if given[at] == "\\" and at + 1 < len(given):
        return given[at + 1], at + 2
    return given[at], at + 1


def _negated(given: str) -> bool:
    return len(given) > 1 and given[0] == "^"


Test = Callable[[str], bool]


def _test(given: str) -> Test:
    """Whether a character belongs to the set."""
    if _negated(given):
        members = set(_expanded(given[1:]))
        return lambda char: char not in members
    members = set(_expanded(given))
    return lambda char: char in members


def _all_tests(call: Call) -> Test:
    tests = [_test(text(call, index)) for index in range(len(call.args))]
    return lambda char: all(test(char) for test in tests)


@STRING.method("count", arity=(1, None))
def count(call: Call) -> Value:
    """How many characters belong to all the sets."""
    belongs = _all_tests(call)
    return sum(map(belongs, call.receiver.text))


def _deleted(call: Call) -> str:
    if not call.receiver.text:
        return ""
    belongs = _all_tests(call)
    return "".join(char for char in call.receiver.text if not belongs(char))


@STRING.method("delete", arity=(1, None))
def delete(call: Call) -> Value:
    """Without the characters that belong to all the sets."""
    return made(call, _deleted(call))


@STRING.method("delete!", arity=(1, None), mutates=True, frozen_late=True)
def delete_in_place(call: Call) -> Value:
    """The same on the receiver; nil if nothing changed."""
    if call.receiver.text:
        call.interpreter.frozen_error(call.receiver)
    return changed(call, _deleted(call))


def _squeezed(call: Call) -> str:
    belongs = _all_tests(call)
    found: list[str] = []
    for char in call.receiver.text:
        if not (found and found[-1] == char and belongs(char)):
            found.append(char)
    return "".join(found)


@STRING.method("squeeze", arity=(0, None))
def squeeze(call: Call) -> Value:
    """Runs of one character made one."""
    return made(call, _squeezed(call))


@STRING.method("squeeze!", arity=(0, None), mutates=True)
def squeeze_in_place(call: Call) -> Value:
    """The same on the receiver; nil if nothing changed."""
    return changed(call, _squeezed(call))


def _translated(call: Call) -> str:
    source, target = text(call, 0), text(call, 1)
    given: str = call.receiver.text
    if not given:
        return ""
    if not target:
        belongs = _test(source)
        return "".join(char for char in given if not belongs(char))
    belongs = _test(source)
    map_char = _mapping(source, target, belongs)
    if call.name.rstrip("!") == "tr":
        return "".join(map(map_char, given))
    return _squeezed_translation(given, map_char, belongs)


def _mapping(source: str, target: str, belongs: Test) -> Callable[[str], str]:
    """What becomes of a character: of one that stands twice in the source, what its last place says."""
    if _negated(source):
        last = list(_expanded(target))[-1]
        return lambda char: last if belongs(char) else char
    into, table = _expanded(target), dict[str, str]()
    latest = ""
    for char in _expanded(source):
        latest = next(into, latest)
        table[char] = latest
    return lambda char: table.get(char, char)


def _squeezed_translation(given: str, map_char: Callable[[str], str], belongs: Test) -> str:
    found: list[str] = []
    last: str | None = None
    for char in given:
        if not belongs(char):
            last = None
            found.append(char)
            continue
        into = map_char(char)
        if into != last:
            found.append(into)
        last = into
    return "".join(found)


@STRING.method("tr", "tr_s", arity=2)
def translate(call: Call) -> Value:
    """Characters of one set replaced by those of another."""
    return made(call, _translated(call))


@STRING.method("tr!", "tr_s!", arity=2, mutates=True, frozen_late=True)
def translate_in_place(call: Call) -> Value:
    """The same on the receiver; nil if nothing changed."""
    for each in call.args:
        to_string(call.interpreter, each)
    if call.receiver.text:
        call.interpreter.frozen_error(call.receiver)
    return changed(call, _translated(call))
