"""MatchData: groups by number and name, and what stands around the match."""

from __future__ import annotations

from driftcheck.chef.ruby.methods.conversions import integer, name_text, require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.regexps import numbered
from driftcheck.chef.ruby.methods.texts import inspect_text
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyMatch,
    RubyRange,
    RubyString,
    Symbol,
    Value,
)

MATCH = MethodTable("MatchData")
TABLES = (MATCH,)


def _string(text: str | None) -> Value:
    return None if text is None else RubyString(text)


def _groups(match: RubyMatch) -> list[Value]:
    return [_string(match.group(number)) for number in range(len(match.spans))]


@MATCH.method("[]", arity=(1, 2))
def element(call: Call) -> Value:
    """A group by number or name; with a range or two numbers an array of them."""
    key = require_known(call.args[0])
    if len(call.args) == 2 or isinstance(key, RubyRange):
        return call.interpreter.send(RubyArray(_groups(call.receiver)), "[]", *call.args)
    if isinstance(key, (RubyString, Symbol)):
        return _string(call.receiver.group(_number(call.receiver, name_text(call.interpreter, key))))
    return _string(call.receiver.group(integer(call, 0)))


def _number(match: RubyMatch, name: str) -> int:
    return numbered(match.names, name)


@MATCH.method("to_a")
def to_a(call: Call) -> Value:
    """The match and its groups."""
    return RubyArray(_groups(call.receiver))


@MATCH.method("captures")
def captures(call: Call) -> Value:
    """Its groups."""
    return RubyArray(_groups(call.receiver)[1:])


@MATCH.method("named_captures")
def named_captures(call: Call) -> Value:
    """The groups that have a name."""
    match = call.receiver
    return RubyHash((RubyString(name), _string(match.group(_number(match, name)))) for name in match.names)


@MATCH.method("names")
def names(call: Call) -> Value:
    """The names of its groups."""
    return RubyArray(map(RubyString, call.receiver.names))


@MATCH.method("to_s")
def to_s(call: Call) -> Value:
    """What matched."""
    return _string(call.receiver.group(0))


@MATCH.method("pre_match")
def pre_match(call: Call) -> Value:
    """What stands before it."""
    return RubyString(call.receiver.text[: call.receiver.spans[0][0]])


@MATCH.method("post_match")
def post_match(call: Call) -> Value:
    """What stands behind it."""
    return RubyString(call.receiver.text[call.receiver.spans[0][1] :])


@MATCH.method("begin", "end", "offset", arity=1)
def offsets(call: Call) -> Value:
    """Where a group begins and ends, in characters."""
    key, match = require_known(call.args[0]), call.receiver
    named = isinstance(key, (RubyString, Symbol))
    number = _number(match, name_text(call.interpreter, key)) if named else integer(call, 0)
    if not 0 <= number < len(match.spans):
        raise RubyError("IndexError", f"index {number} out of matches")
    found = [None if each < 0 else each for each in match.spans[number]]
    return RubyArray(found) if call.name == "offset" else found[call.name == "end"]


@MATCH.method("size", "length")
def size(call: Call) -> Value:
    """How many groups, the whole match among them."""
    return len(call.receiver.spans)


@MATCH.method("match", "match_length", arity=1)
def one_group(call: Call) -> Value:
    """One group's text, or its size."""
    key, match = require_known(call.args[0]), call.receiver
    named = isinstance(key, (RubyString, Symbol))
    number = _number(match, name_text(call.interpreter, key)) if named else integer(call, 0)
    if not 0 <= number < len(match.spans):
        raise RubyError("IndexError", f"index {number} out of matches")
    found = match.group(number)
    return _string(found) if call.name == "match" or found is None else len(found)


@MATCH.method("string")
def string(call: Call) -> Value:
    """The text that was searched."""
    return RubyString(call.receiver.text, frozen=True)


@MATCH.method("regexp")
def regexp(call: Call) -> Value:
    """The Regexp that matched."""
    return call.receiver.regexp


@MATCH.method("values_at", arity=(0, None))
def values_at(call: Call) -> Value:
    """Several groups; those of a range one by one."""
    found: list[Value] = []
    for key in call.args:
        value = call.interpreter.send(call.receiver, "[]", key)
        found.extend(value.items if isinstance(value, RubyArray) else [value])
    return RubyArray(found)


@MATCH.method("==", "eql?", arity=1)
def equal(call: Call) -> Value:
    """The same match."""
    other, match = require_known(call.args[0]), call.receiver
    return isinstance(other, RubyMatch) and (other.text, other.spans) == (match.text, match.spans)


@MATCH.method("inspect")
def inspect(call: Call) -> Value:
    """`#<MatchData "a" 1:"b">`."""
    match: RubyMatch = call.receiver
    by_number = {number: name for name, numbers in match.names.items() for number in numbers}
    shown = [inspect_text(match.group(0) or "")]
    for number in range(1, len(match.spans)):
        group = match.group(number)
        shown.append(f"{by_number.get(number, number)}:{'nil' if group is None else inspect_text(group)}")
    return RubyString(f"#<MatchData {' '.join(shown)}>")
