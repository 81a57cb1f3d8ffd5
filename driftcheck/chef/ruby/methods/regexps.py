"""Regexp and its class: matching, its source, `Regexp.escape`, `Regexp.union`."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import integer, name_text, require_known, to_string, try_array
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.matching import compiled, escaped, matched_text, search, search_and_keep
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyRegexp,
    RubyString,
    Symbol,
    Value,
    unsupported,
)

REGEXP = MethodTable("Regexp")
REGEXP_CLASS = MethodTable("Regexp", singleton=True)
TABLES = (REGEXP, REGEXP_CLASS)

_ORDER = "mix"
_BITS = {"i": 1, "x": 2, "m": 4}


def _text(call: Call, value: Value) -> str:
    found = matched_text(value)
    return to_string(call.interpreter, value).text if found is None else found


@REGEXP.method("=~", arity=1)
def match_index(call: Call) -> Value:
    """Where it matches first, or nil."""
    if call.args[0] is None:
        call.interpreter.last_match = None
        return None
    found = search_and_keep(call, call.receiver, _text(call, call.args[0]))
    return None if found is None else found.spans[0][0]


@REGEXP.method("===", arity=1)
def case_equal(call: Call) -> Value:
    """Whether it matches a String or Symbol."""
    text = matched_text(call.args[0])
    if text is None:
        call.interpreter.last_match = None
        return False
    return search_and_keep(call, call.receiver, text) is not None


@REGEXP.method("match", arity=(1, 2))
def match(call: Call) -> Value:
    """The first match as MatchData, or nil."""
    if call.args[0] is None:
        call.interpreter.last_match = None
        return None
    text = _text(call, call.args[0])
    start = from_index(call, 1, text)
    if start is None:
        call.interpreter.last_match = None
        return None
    found = search_and_keep(call, call.receiver, text, start)
    return call.yield_(found) if found is not None and call.block is not None else found


def from_index(call: Call, index: int, text: str) -> int | None:
    """The argument that says where to begin, 0 if not given; None if it is beyond the text."""
    start = integer(call, index)
    start = start + len(text) if start < 0 else start
    return start if 0 <= start <= len(text) else None


@REGEXP.method("match?", arity=(1, 2))
def matches(call: Call) -> Value:
    """Whether it matches, without setting `$~`."""
    if call.args[0] is None:
        return False
    text = _text(call, call.args[0])
    start = from_index(call, 1, text)
    return start is not None and search(call.interpreter, call.receiver, text, start) is not None


@REGEXP.method("source")
def source(call: Call) -> Value:
    """What stands between the slashes."""
    return RubyString(call.receiver.source.replace("\\/", "/"))


@REGEXP.method("options")
def options(call: Call) -> Value:
    """The options as bits."""
    return sum(_BITS[letter] for letter in call.receiver.options)


@REGEXP.method("casefold?")
def ignores_case(call: Call) -> Value:
    """Whether it has the option i."""
    return "i" in call.receiver.options


@REGEXP.method("to_s")
def to_s(call: Call) -> Value:
    """As part of another pattern: `(?i-mx:a)`."""
    return RubyString(embedded(call.receiver))


def embedded(regexp: RubyRegexp) -> str:
    """What interpolation into another pattern gives."""
    if regexp.source.startswith("(?"):
        raise unsupported("to_s of a regular expression that begins with options")
    on = "".join(letter for letter in _ORDER if letter in regexp.options)
    off = "".join(letter for letter in _ORDER if letter not in regexp.options)
    return f"(?{on}{'-' + off if off else ''}:{slashes(regexp.source)})"


def slashes(source: str) -> str:
    """The source with its slashes escaped, as `inspect` shows it."""
    made, at = "", 0
    while at < len(source):
        if source[at] == "\\":
            made += source[at : at + 2]
            at += 2
            continue
        made += "\\/" if source[at] == "/" else source[at]
        at += 1
    return made


@REGEXP.method("inspect")
def inspect(call: Call) -> Value:
    """Between slashes, with its options."""
    regexp: RubyRegexp = call.receiver
    on = "".join(letter for letter in _ORDER if letter in regexp.options)
    if not regexp.source.isprintable():
        raise unsupported("inspect of such a regular expression")
    return RubyString(f"/{slashes(regexp.source)}/{on}")


@REGEXP.method("==", "eql?", arity=1)
def equal(call: Call) -> Value:
    """The same source and options."""
    other = require_known(call.args[0])
    return (
        isinstance(other, RubyRegexp)
        and other.source == call.receiver.source
        and set(other.options) == set(call.receiver.options)
    )


@REGEXP.method("names")
def names(call: Call) -> Value:
    """The names of its groups."""
    return RubyArray(map(RubyString, compiled(call.receiver).names))


@REGEXP.method("named_captures")
def named_captures(call: Call) -> Value:
    """The numbers of its named groups."""
    found = compiled(call.receiver).names
    return RubyHash((RubyString(name), RubyArray(numbers)) for name, numbers in found.items())


@REGEXP.method("hash", "~")
def not_done(call: Call) -> Value:
    """Depends on the process, or on `$_`."""
    raise unsupported(f"Regexp#{call.name}")


@REGEXP_CLASS.method("escape", "quote", arity=1)
def escape(call: Call) -> Value:
    """The pattern that matches exactly this text."""
    value = call.args[0]
    return RubyString(
        escaped(value.name if isinstance(value, Symbol) else to_string(call.interpreter, value).text)
    )


@REGEXP_CLASS.method("new", "compile", arity=(1, 3))
def new(call: Call) -> Value:
    """A Regexp of a text or another Regexp."""
    given = require_known(call.args[0])
    if isinstance(given, RubyRegexp):
        return RubyRegexp(given.source, given.options)
    made = RubyRegexp(to_string(call.interpreter, given).text, _options(call))
    compiled(made)
    return made


def _options(call: Call) -> str:
    given = require_known(call.arg(1))
    if len(call.args) > 2:
        raise unsupported("Regexp.new with three arguments")
    if given.__class__ is int:
        return "".join(letter for letter in _ORDER if given & _BITS[letter])
    return "i" if given is not None and given is not False else ""


@REGEXP_CLASS.method("union", arity=(0, None))
def union(call: Call) -> Value:
    """A Regexp that matches what any of these does."""
    args = call.args
    several = try_array(call.interpreter, args[0]) if len(args) == 1 else None
    parts = args if several is None else several.items
    if not parts:
        return RubyRegexp("(?!)")
    if len(parts) == 1 and isinstance(parts[0], RubyRegexp):
        return parts[0]
    return RubyRegexp("|".join(_part(call, part) for part in parts))


def _part(call: Call, part: Value) -> str:
    if isinstance(require_known(part), RubyRegexp):
        return embedded(part)
    if len(call.args) > 1:
        return escaped(to_string(call.interpreter, part).text)
    return escaped(part.name if isinstance(part, Symbol) else to_string(call.interpreter, part).text)


@REGEXP_CLASS.method("last_match", arity=(0, 1))
def last_match(call: Call) -> Value:
    """`$~`, or one of its groups."""
    found = call.interpreter.last_match
    if not call.args or found is None:
        return found
    key = require_known(call.args[0])
    number = key if key.__class__ is int else numbered(found.names, name_text(call.interpreter, key))
    group = found.group(number)
    return None if group is None else RubyString(group)


def numbered(known: dict[str, list[int]], name: str) -> int:
    """The number of a named group; IndexError if there is none."""
    if name not in known:
        raise RubyError("IndexError", f"undefined group name reference: {name}")
    return known[name][-1]
