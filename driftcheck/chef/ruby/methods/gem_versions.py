"""Gem::Version: versions that compare segment by segment (RubyGems 3.3)."""

from __future__ import annotations

import re
from functools import lru_cache

from driftcheck.chef.ruby.methods.conversions import require_known
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.texts import inspect_text
from driftcheck.chef.ruby.object_values import RubyObject
from driftcheck.chef.ruby.values import RubyArray, RubyError, RubyString, Value, unsupported

VERSION = MethodTable("Gem::Version")
VERSION_CLASS = MethodTable("Gem::Version", singleton=True)
TABLES = (VERSION, VERSION_CLASS)

_PATTERN = re.compile(r"\s*([0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)?\s*\Z")
_SEGMENT = re.compile(r"[0-9]+|[a-zA-Z]+")
Segments = tuple[int | str, ...]


@lru_cache(maxsize=4096)
def segments(text: str) -> Segments:
    """The numbers and words of a version."""
    return tuple(int(each) if each.isdigit() else each for each in _SEGMENT.findall(text))


@lru_cache(maxsize=4096)
def canonical(text: str) -> Segments:
    """The segments without zeros before a word and at the end."""
    found = list(segments(text))
    word = next((at for at, each in enumerate(found) if isinstance(each, str)), len(found))
    numbers, rest = found[:word], found[word:]
    for part in (numbers, rest):
        while part and part[-1] == 0:
            part.pop()
    return (*numbers, *rest)


def compare(left: Segments, right: Segments) -> int:
    """Below, 0 or above: a word comes before any number."""
    for at in range(max(len(left), len(right))):
        one = left[at] if at < len(left) else 0
        other = right[at] if at < len(right) else 0
        if one == other:
            continue
        if isinstance(one, str) is not isinstance(other, str):
            return -1 if isinstance(one, str) else 1
        return -1 if one < other else 1  # type: ignore[operator]  # both are of one type here
    return 0


def version_text(call: Call, value: Value) -> str:
    """What `Gem::Version.new(value)` keeps; ArgumentError `Malformed version number string x`."""
    text = call.interpreter.to_s(require_known(value))
    if value is None:
        return ""
    if not _PATTERN.match(text):
        raise RubyError("ArgumentError", f"Malformed version number string {text}")
    return text.strip().replace("-", ".pre.") or "0"


def _made(call: Call, text: str) -> RubyObject:
    return RubyObject(call.interpreter.named_class("Gem::Version"), text)


@VERSION_CLASS.method("new", "create", arity=1)
def new(call: Call) -> Value:
    """A version of a text or number."""
    given = require_known(call.args[0])
    if call.name == "create" and (given is None or _is_version(given)):
        return given
    if given is None or isinstance(given, bool):
        raise unsupported("a version of nothing")
    return _made(call, version_text(call, given))


@VERSION_CLASS.method("correct?", arity=1)
def correct(call: Call) -> Value:
    """Whether a text is a version."""
    given = require_known(call.args[0])
    if given is None:
        raise unsupported("a version of nothing")
    return _PATTERN.match(call.interpreter.to_s(given)) is not None


def _is_version(value: Value) -> bool:
    return isinstance(value, RubyObject) and value.cls.name == "Gem::Version"


@VERSION.method("to_s", "version")
def to_s(call: Call) -> Value:
    """Its text."""
    return RubyString(call.receiver.data)


@VERSION.method("inspect")
def inspect(call: Call) -> Value:
    """`#<Gem::Version "1.2">`."""
    return RubyString(f"#<Gem::Version {inspect_text(call.receiver.data)}>")


@VERSION.method("segments", "canonical_segments")
def segments_(call: Call) -> Value:
    """Its numbers and words."""
    found = canonical(call.receiver.data) if call.name[0] == "c" else segments(call.receiver.data)
    return RubyArray(RubyString(each) if isinstance(each, str) else each for each in found)


@VERSION.method("<=>", arity=1)
def compare_(call: Call) -> Value:
    """Segment by segment; nil for what is no version."""
    other = require_known(call.args[0])
    if isinstance(other, RubyString) and _PATTERN.match(other.text):
        other = _made(call, version_text(call, other))
    if not _is_version(other):
        return None
    return compare(canonical(call.receiver.data), canonical(other.data))


@VERSION.method("eql?", arity=1)
def eql(call: Call) -> Value:
    """The same text."""
    other = require_known(call.args[0])
    return _is_version(other) and other.data == call.receiver.data


@VERSION.method("prerelease?")
def prerelease(call: Call) -> Value:
    """Whether there is a letter in it."""
    return re.search("[a-zA-Z]", call.receiver.data) is not None


@VERSION.method("release")
def release(call: Call) -> Value:
    """Without what comes from the first word on."""
    if not prerelease(call):
        return call.receiver
    found = segments(call.receiver.data)
    word = next(at for at, each in enumerate(found) if isinstance(each, str))
    return _made(call, ".".join(map(str, found[:word])))


@VERSION.method("bump")
def bump(call: Call) -> Value:
    """The next version of its last but one number."""
    found = list(segments(call.receiver.data))
    word = next((at for at, each in enumerate(found) if isinstance(each, str)), len(found))
    numbers = [each for each in found[:word] if isinstance(each, int)]
    if len(numbers) > 1:
        numbers.pop()
    if not numbers:
        raise unsupported("bump of an empty version")
    numbers[-1] += 1
    return _made(call, ".".join(map(str, numbers)))


@VERSION.method("hash", "approximate_recommendation")
def not_done(call: Call) -> Value:
    """Not done."""
    raise unsupported(f"Gem::Version#{call.name}")
