"""String: parts by index, range, text and pattern; where something stands in it."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import (
    integer,
    kind_word,
    name_text,
    require_known,
    to_integer,
    to_string,
)
from driftcheck.chef.ruby.methods.indexes import is_range, part_span, range_span, write_span
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.matching import as_regexp, match_data, pattern_text, search, search_and_keep
from driftcheck.chef.ruby.methods.regexps import from_index, numbered
from driftcheck.chef.ruby.methods.string_texts import joined_encoding, made, other_text
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyMatch,
    RubyRegexp,
    RubyString,
    Symbol,
    Value,
    unsupported,
)

STRING = MethodTable("String")
TABLES = (STRING,)


@STRING.method("[]", "slice", arity=(1, 2))
def part(call: Call) -> Value:
    """A part of it, nil if it is not there."""
    span = _span(call)
    return None if span is None else made(call, call.receiver.text[span[0] : span[1]])


def _span(call: Call) -> tuple[int, int] | None:
    """Where the part stands that the arguments name."""
    given: str = call.receiver.text
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        return _group_span(call, search_and_keep(call, key, given))
    if len(call.args) == 2:
        found = part_span(integer(call, 0), integer(call, 1), len(given))
    elif isinstance(key, RubyString):
        at = given.find(key.text)
        return None if at < 0 else (at, at + len(key.text))
    elif is_range(key):
        found = range_span(call.interpreter, key, len(given))
    else:
        at = integer(call, 0)
        at = at + len(given) if at < 0 else at
        return (at, at + 1) if 0 <= at < len(given) else None
    return None if found is None else (found[0], found[0] + found[1])


def _group_span(call: Call, match: RubyMatch | None) -> tuple[int, int] | None:
    if match is None:
        return None
    key = require_known(call.arg(1, 0))
    named = isinstance(key, (RubyString, Symbol))
    number = (
        numbered(match.names, name_text(call.interpreter, key))
        if named
        else to_integer(call.interpreter, key)
    )
    if not -len(match.spans) <= number < len(match.spans) or match.spans[number][0] < 0:
        return None
    return match.spans[number]


@STRING.method("slice!", arity=(1, 2), mutates=True)
def take_part(call: Call) -> Value:
    """Takes a part out and returns it."""
    span = _span(call)
    if span is None:
        return None
    given: str = call.receiver.text
    call.receiver.text = given[: span[0]] + given[span[1] :]
    return made(call, given[span[0] : span[1]])


@STRING.method("[]=", arity=(2, 3), mutates=True, frozen_late=True)
def write_part(call: Call) -> Value:
    """Puts a text in the place of a part; what is not there is found missing before the text is looked at."""
    value = require_known(call.args[-1])
    given: str = call.receiver.text
    span, missing = _write_span(call, given)
    call.interpreter.frozen_error(call.receiver)
    added = to_string(call.interpreter, value)
    if missing is not None:
        raise RubyError("IndexError", f"index {missing} out of string")
    call.receiver.binary = joined_encoding(call.receiver, added)
    call.receiver.text = given[: span[0]] + added.text + given[span[1] :]
    return value


def _write_span(call: Call, given: str) -> tuple[tuple[int, int], int | None]:
    """Where to write, and the index that lies outside, if one does."""
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        return _written_group(call, key, given), None
    if len(call.args) == 3:
        start, length = integer(call, 0), integer(call, 1)
        if length < 0:
            raise RubyError("IndexError", f"negative length {length}")
        at = start + len(given) if start < 0 else start
        return (at, min(at + length, len(given))), None if 0 <= at <= len(given) else start
    if isinstance(key, RubyString):
        at = given.find(key.text)
        if at < 0:
            raise RubyError("IndexError", "string not matched")
        return (at, at + len(key.text)), None
    if is_range(key):
        at, length = write_span(call.interpreter, key, len(given))
        if at > len(given):
            raise RubyError("RangeError", f"{call.interpreter.inspect(key)} out of range")
        return (at, min(at + length, len(given))), None
    start = integer(call, 0)
    at = start + len(given) if start < 0 else start
    return (at, at + 1), None if 0 <= at <= len(given) else start


def _written_group(call: Call, regexp: RubyRegexp, given: str) -> tuple[int, int]:
    match = search_and_keep(call, regexp, given)
    if match is None:
        raise RubyError("IndexError", "regexp not matched")
    key = require_known(call.args[1]) if len(call.args) == 3 else 0
    named = isinstance(key, (RubyString, Symbol))
    number = (
        numbered(match.names, name_text(call.interpreter, key))
        if named
        else to_integer(call.interpreter, key)
    )
    if not -len(match.spans) < number < len(match.spans):
        raise RubyError("IndexError", f"index {number} out of regexp")
    if match.spans[number][0] < 0:
        raise RubyError("IndexError", f"regexp group {number} not matched")
    return match.spans[number]


@STRING.method("byteslice", arity=(1, 2))
def byteslice(call: Call) -> Value:
    """A part by bytes."""
    if not call.receiver.text.isascii() and not call.receiver.binary:
        raise unsupported("byteslice beyond ASCII")
    if len(call.args) == 1 and isinstance(call.args[0], (RubyString, RubyRegexp)):
        integer(call, 0)
    return part(call)


@STRING.method("index", arity=(1, 2))
def index(call: Call) -> Value:
    """Where a text or pattern stands first, from an index on; or nil."""
    given: str = call.receiver.text
    start = from_index(call, 1, given)
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        if start is None:
            call.interpreter.last_match = None
            return None
        found = search_and_keep(call, key, given, start)
        return None if found is None else found.spans[0][0]
    if start is None and integer(call, 1) < 0:
        return None
    sought = other_text(call, 0)
    at = -1 if start is None else given.find(sought, start)
    return None if at < 0 else at


@STRING.method("rindex", arity=(1, 2))
def rindex(call: Call) -> Value:
    """Where a text or pattern stands last, up to an index; or nil."""
    given: str = call.receiver.text
    start = integer(call, 1, len(given))
    start = start + len(given) if start < 0 else min(start, len(given))
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        found = _last_match(call, key, given, start) if start >= 0 else None
        call.interpreter.last_match = found
        return None if found is None else found.spans[0][0]
    if start < 0:
        return None
    sought = other_text(call, 0)
    at = given.rfind(sought, 0, start + len(sought))
    return None if at < 0 else at


def _last_match(call: Call, regexp: RubyRegexp, given: str, start: int) -> RubyMatch | None:
    for at in range(start, -1, -1):
        found = search(call.interpreter, regexp, given, at)
        if found is not None and found.start() == at:
            return match_data(regexp, found)
    return None


@STRING.method("start_with?", arity=(0, None))
def starts_with(call: Call) -> Value:
    """Whether it begins with one of these."""
    for value in call.args:
        if isinstance(require_known(value), RubyRegexp):
            found = search(call.interpreter, value, call.receiver.text)
            at_start = found is not None and found.start() == 0
            call.interpreter.last_match = match_data(value, found) if found is not None and at_start else None
            if at_start:
                return True
        elif call.receiver.text.startswith(to_string(call.interpreter, value).text):
            return True
    return False


@STRING.method("match", arity=(1, 2))
def match(call: Call) -> Value:
    """The first match of a pattern as MatchData, or nil."""
    regexp = as_regexp(call.interpreter, call.args[0])
    start = from_index(call, 1, call.receiver.text)
    if start is None:
        call.interpreter.last_match = None
        return None
    found = search_and_keep(call, regexp, call.receiver.text, start)
    return call.yield_(found) if found is not None and call.block is not None else found


@STRING.method("match?", arity=(1, 2))
def matches(call: Call) -> Value:
    """Whether a pattern matches, without setting `$~`."""
    regexp = as_regexp(call.interpreter, call.args[0])
    start = from_index(call, 1, call.receiver.text)
    return start is not None and search(call.interpreter, regexp, call.receiver.text, start) is not None


@STRING.method("=~", arity=1)
def match_index(call: Call) -> Value:
    """Where a Regexp matches first, or nil."""
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        found = search_and_keep(call, key, call.receiver.text)
        return None if found is None else found.spans[0][0]
    if isinstance(key, RubyString):
        raise RubyError("TypeError", f"type mismatch: {kind_word(call.interpreter, key)} given")
    return call.interpreter.send(key, "=~", call.receiver)


@STRING.method("partition", arity=1)
def partition(call: Call) -> Value:
    """What stands before the first match, the match, and what stands behind it."""
    given: str = call.receiver.text
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        found = search_and_keep(call, key, given)
        span = None if found is None else found.spans[0]
    else:
        sought = pattern_text(call.interpreter, key)
        at = given.find(sought)
        span = None if at < 0 else (at, at + len(sought))
    return _three(call, (given, "", "") if span is None else _around(given, span))


def _around(given: str, span: tuple[int, int]) -> tuple[str, str, str]:
    return given[: span[0]], given[span[0] : span[1]], given[span[1] :]


def _three(call: Call, texts: tuple[str, str, str]) -> RubyArray:
    return RubyArray(made(call, each) for each in texts)


@STRING.method("rpartition", arity=1)
def rpartition(call: Call) -> Value:
    """The same for the last match."""
    given: str = call.receiver.text
    key = require_known(call.args[0])
    if isinstance(key, RubyRegexp):
        found = _last_match(call, key, given, len(given))
        call.interpreter.last_match = found
        span = None if found is None else found.spans[0]
    else:
        sought = pattern_text(call.interpreter, key)
        at = given.rfind(sought)
        span = None if at < 0 else (at, at + len(sought))
    return _three(call, ("", "", given) if span is None else _around(given, span))
