"""String: `sub`, `gsub`, `scan`, `split`, `lines`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftcheck.chef.ruby.methods.conversions import require_known, small_integer, to_hash, to_string
from driftcheck.chef.ruby.methods.hashes import lookup
from driftcheck.chef.ruby.methods.interface import Call, MethodTable
from driftcheck.chef.ruby.methods.matching import literal, match_data, pattern_text, search
from driftcheck.chef.ruby.methods.regexps import numbered
from driftcheck.chef.ruby.methods.string_shapes import chomped
from driftcheck.chef.ruby.methods.string_texts import joined_encoding, made
from driftcheck.chef.ruby.values import (
    RubyArray,
    RubyError,
    RubyHash,
    RubyMatch,
    RubyRegexp,
    RubyString,
    Value,
    unsupported,
)

STRING = MethodTable("String")
TABLES = (STRING,)

_REPLACEMENT = re.compile(r"\\(?:([0-9&`'\\])|k<([^>]*)>)")


def _regexp(call: Call) -> RubyRegexp:
    """The first argument as a pattern: a String stands for itself."""
    given = require_known(call.args[0])
    return given if isinstance(given, RubyRegexp) else literal(pattern_text(call.interpreter, given))


def _matches(call: Call, regexp: RubyRegexp, text: str) -> Iterator[RubyMatch]:
    """All matches, one after the other; an empty one moves on by a character."""
    at = 0
    while at <= len(text):
        found = search(call.interpreter, regexp, text, at)
        if found is None:
            return
        yield match_data(regexp, found)
        at = found.end() if found.end() > found.start() else found.end() + 1
        call.interpreter.spend(1)


@STRING.method("sub", "gsub", arity=(1, 2))
def substitute(call: Call) -> Value:
    """A new text with the first match, or all of them, replaced."""
    if call.name == "gsub" and len(call.args) == 1 and call.block is None:
        _regexp(call)
        return call.enumerator()
    replaced = _substituted(call)
    return made(call, call.receiver.text) if replaced is None else replaced


@STRING.method("sub!", "gsub!", arity=(1, 2), mutates=True, frozen_late=True)
def substitute_in_place(call: Call) -> Value:
    """The same on the receiver; nil if nothing matched."""
    if call.name == "sub!":
        _require_replacement(call)
        _Replacement(call)
        _regexp(call)
    call.interpreter.frozen_error(call.receiver)
    if len(call.args) == 1 and call.block is None:
        return call.enumerator()
    before = call.receiver.text
    replaced = _substituted(call)
    if replaced is None:
        return None
    if call.receiver.text != before:
        raise RubyError("RuntimeError", "string modified")
    call.interpreter.frozen_error(call.receiver)
    call.receiver.text, call.receiver.binary = replaced.text, replaced.binary
    return call.receiver


def _require_replacement(call: Call) -> None:
    if len(call.args) == 1 and call.block is None:
        raise RubyError("ArgumentError", "wrong number of arguments (given 1, expected 2)")


def _substituted(call: Call) -> RubyString | None:
    """The new text, None if nothing matched; `$~` is the last match."""
    _require_replacement(call)
    replacement = _Replacement(call)
    regexp = _regexp(call)
    result = RubyString("", binary=call.receiver.binary)
    text, at, last = call.receiver.text, 0, None
    for match in _matches(call, regexp, text):
        start, end = match.spans[0]
        _add(result, RubyString(text[at:start], binary=call.receiver.binary))
        _add(result, replacement.of(match))
        call.interpreter.spend(len(result.text) // 256 + 1)
        at, last = end, match
        if call.name.startswith("sub"):
            break
    call.interpreter.last_match = last
    if last is None:
        return None
    _add(result, RubyString(text[at:], binary=call.receiver.binary))
    call.interpreter.spend(len(result.text))
    return result


def _add(result: RubyString, added: RubyString) -> None:
    result.binary = joined_encoding(result, added)
    result.text += added.text


class _Replacement:
    """What a match is replaced by: the second argument (a text or a hash), or what the block gives."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.hash: RubyHash | None = None
        self.text: RubyString | None = None
        if len(call.args) > 1:
            given = require_known(call.args[1])
            if isinstance(given, RubyHash):
                self.hash = to_hash(call.interpreter, given)
            else:
                self.text = to_string(call.interpreter, given)

    def of(self, match: RubyMatch) -> RubyString:
        """The text for one match."""
        call = self.call
        if self.text is not None:
            return RubyString(expanded(self.text.text, match), binary=self.text.binary)
        key = made(call, match.group(0) or "")
        if self.hash is not None:
            # Ruby looks the key up itself: what a Mash's own `[]` would do is not done.
            value = lookup(call.interpreter, self.hash, key)
        else:
            call.interpreter.last_match = match
            value = call.yield_(key)
        require_known(value)
        if isinstance(value, RubyString):
            return value
        return RubyString(call.interpreter.to_s(value))


def expanded(replacement: str, match: RubyMatch) -> str:
    """The replacement with `\\1`, `\\k<name>`, `\\0`, `\\&` and so on filled in."""
    if "\\" not in replacement:
        return replacement

    def fill(found: re.Match[str]) -> str:
        letter, name = found.groups()
        if name is not None:
            if name.isdigit():
                return match.group(int(name)) or ""
            return match.group(numbered(match.names, name)) or ""
        if letter == "\\":
            return "\\"
        if letter == "`":
            return match.text[: match.spans[0][0]]
        if letter == "'":
            return match.text[match.spans[0][1] :]
        return match.group(0 if letter == "&" else int(letter)) or ""

    return _REPLACEMENT.sub(fill, replacement)


@STRING.method("scan", arity=1)
def scan(call: Call) -> Value:
    """All matches: texts, or arrays of groups where there are groups."""
    regexp = _regexp(call)
    found: list[Value] = []
    last = None
    for match in _matches(call, regexp, call.receiver.text):
        last = match
        value = _scanned(call, match)
        if call.block is None:
            found.append(value)
        else:
            call.interpreter.last_match = match
            call.yield_(value)
    call.interpreter.last_match = last
    return RubyArray(found) if call.block is None else call.receiver


def _scanned(call: Call, match: RubyMatch) -> Value:
    if len(match.spans) == 1:
        return made(call, match.group(0) or "")
    groups = [match.group(number) for number in range(1, len(match.spans))]
    return RubyArray(None if each is None else made(call, each) for each in groups)


@STRING.method("split", arity=(0, 2))
def split(call: Call) -> Value:
    """Its parts between what separates them."""
    limit = small_integer(call, 1)
    given: str = call.receiver.text
    if limit == 1:
        parts = [given] if given else []
    else:
        parts = _parts(call, given, limit)
        if limit == 0:
            while parts and not parts[-1]:
                parts.pop()
    call.interpreter.spend(len(parts))
    made_parts = [made(call, each) for each in parts]
    if call.block is None:
        return RubyArray(made_parts)
    for each in made_parts:
        call.yield_(each)
    return call.receiver


def _parts(call: Call, given: str, limit: int) -> list[str]:
    separator = require_known(call.arg(0))
    if not given:
        return [] if separator is None or isinstance(separator, RubyRegexp) else _no_parts(call, separator)
    if separator is None or (isinstance(separator, RubyString) and separator.text == " "):
        return _words(given, limit)
    if isinstance(separator, RubyRegexp) and separator.source == " ":
        return _cut(given, " ", limit)
    if not isinstance(separator, RubyRegexp):
        text = pattern_text(call.interpreter, separator)
        if not text:
            return _characters(given, limit)
        return _cut(given, text, limit)
    return _split_by_regexp(call, separator, given, limit)


def _no_parts(call: Call, separator: Value) -> list[str]:
    """An empty text has no parts, whatever text separates them."""
    pattern_text(call.interpreter, separator)
    return []


_WORD_SPACE = " \t\n\v\f\r\0"


def _words(given: str, limit: int) -> list[str]:
    """`split(" ")`: at runs of blanks, those at the beginning passed over."""
    rest = given.lstrip(_WORD_SPACE)
    parts: list[str] = []
    while rest:
        if limit > 0 and len(parts) == limit - 1:
            return [*parts, rest]
        word = re.match(rf"[^{_WORD_SPACE}]+", rest)
        assert word is not None
        parts.append(word.group())
        left = rest[word.end() :]
        rest = left.lstrip(_WORD_SPACE)
        if left and not rest:
            parts.append("")
    return parts


def _cut(given: str, separator: str, limit: int) -> list[str]:
    return given.split(separator, limit - 1 if limit > 0 else -1)


def _characters(given: str, limit: int) -> list[str]:
    if 0 < limit <= len(given):
        return [*given[: limit - 1], given[limit - 1 :]]
    return [*given, ""] if limit else list(given)


def _split_by_regexp(call: Call, regexp: RubyRegexp, given: str, limit: int) -> list[str]:
    """As `rb_str_split_m` does it: an empty match where the search began is tried once more behind it."""
    parts: list[str] = []
    begin, start, fields, was_empty = 0, 0, 1, False
    while start <= len(given) and not 0 < limit <= fields:
        found = search(call.interpreter, regexp, given, start)
        if found is None:
            break
        if found.start() == found.end() == start and not was_empty:
            start += 1
            was_empty = True
            continue
        if found.start() == found.end() == start:
            parts.append(given[begin : begin + 1])
            begin = start
        else:
            parts.append(given[begin : found.start()])
            begin = start = found.end()
        was_empty = False
        parts.extend(each for each in found.groups() if each is not None)
        fields += 1
    if limit != 0 or len(given) > begin:
        parts.append(given[begin:])
    return parts


@STRING.method("lines", arity=(0, 1), keywords=("chomp",))
def lines(call: Call) -> Value:
    """Its lines, with their ends unless `chomp: true`."""
    found = RubyArray(_lines(call))
    if call.block is None:
        return found
    raise unsupported("lines with a block")


@STRING.method("each_line", arity=(0, 1), keywords=("chomp",))
def each_line(call: Call) -> Value:
    """Yields each line."""
    if call.block is None:
        if call.keywords:
            raise unsupported("each_line with chomp and without a block")
        return call.enumerator()
    for line in _lines(call):
        call.yield_(line)
    return call.receiver


def _lines(call: Call) -> list[Value]:
    given: str = call.receiver.text
    separator: Value = require_known(call.arg(0, RubyString("\n")))
    chomp = require_known(call.keywords.get("chomp")) not in (None, False)
    if separator is None:
        return [made(call, given)]
    end = to_string(call.interpreter, separator).text
    pieces = _paragraphs(given) if not end else _ended(given, end)
    call.interpreter.spend(len(pieces))
    if chomp and not end:
        raise unsupported("paragraphs without their ends")
    return [made(call, chomped(each, end) if chomp else each) for each in pieces]


def _ended(given: str, end: str) -> list[str]:
    pieces = given.split(end)
    last = pieces.pop()
    return [each + end for each in pieces] + ([last] if last else [])


def _paragraphs(given: str) -> list[str]:
    found = re.finditer(r"(?s)(.+?(?:\n\n|\Z))\n*", given.lstrip("\n"))
    return [each.group(1) for each in found]
