"""`.properties` files as `java.util.Properties.load(InputStream)` reads them (JDK 17), with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from driftcheck.model.frozen import frozen

_BLANKS = " \t\f"
_PLAIN = re.compile(r"([^=: \t\f]*+)[ \t\f]*+[=:]?+[ \t\f]*+(.*)", re.DOTALL)
_ESCAPED = r"(?s)((?:[^\\=: \t\f]++|\\.)*+)[ \t\f]*+[=:]?+[ \t\f]*+(.*)"
_ESCAPE = r"(?s)\\(u[0-9a-fA-F]{4}|.)"
_SURROGATE = r"[\ud800-\udfff]"
_CONTROLS = {"t": "\t", "r": "\r", "n": "\n", "f": "\f"}

MALFORMED = "malformed \\uXXXX escape: Java refuses the whole file"


class Entry(NamedTuple):
    """A key and its value as Java has them; lines and the column of the key count from 1.

    Trailing blanks of the value stay. A half of a surrogate pair stays alone, as in Java.
    """

    key: str
    value: str
    line: int
    end_line: int
    column: int


class Comment(NamedTuple):
    """A comment line, from its `#` or `!` on."""

    line: int
    text: str


class Problem(NamedTuple):
    """Something for which Java refuses the file."""

    line: int
    message: str


@frozen
class PropertiesFile:
    """All entries in order, those of a key that stands twice too."""

    entries: tuple[Entry, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]

    def last(self) -> dict[str, Entry]:
        """What Java's Properties hold: of each key the last entry."""
        return {entry.key: entry for entry in self.entries}


def parse_properties(data: bytes) -> PropertiesFile:
    """Read a file; every sequence of bytes is one.

    Java stops at a malformed `\\u`; here it becomes a problem, stays in the text, and the rest is read.
    """
    text = data.decode("latin-1")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    entries: list[Entry] = []
    comments: list[Comment] = []
    problems: list[Problem] = []
    numbered = enumerate(lines, 1)
    # A lone backslash that ends the file is an empty key for Java, unless CR LF follows it.
    final = len(lines) if lines[-1] else 0 if data.endswith(b"\r\n") else len(lines) - 1
    match = _PLAIN.match
    for number, raw in numbered:
        line = raw.lstrip(_BLANKS)
        if not line:
            continue
        if line[0] in "#!":
            comments.append(Comment(number, line))
        elif "\\" in line:
            # Java's line is still empty after a lone backslash: the next one may be blank or a comment.
            if line != "\\" or number == final:
                entries.append(_escaped(raw, number, numbered, problems))
        elif found := match(line):
            key, value = found.groups()
            entries.append(Entry(key, value, number, number, len(raw) - len(line) + 1))
    return PropertiesFile(entries=tuple(entries), comments=tuple(comments), problems=tuple(problems))


def _escaped(raw: str, number: int, numbered: Iterator[tuple[int, str]], problems: list[Problem]) -> Entry:
    """The entry that begins in a line with backslashes, its further lines taken from `numbered`."""
    line = raw.lstrip(_BLANKS)
    parts: list[str] = []
    end = number
    part = line
    while _continues(part):
        parts.append(part[:-1])
        end, following = next(numbered, (end, ""))
        part = following.lstrip(_BLANKS)
    parts.append(part)
    found = re.match(_ESCAPED, "".join(parts))
    assert found is not None  # every part of the pattern may be empty
    key, value = (_unescaped(text, number, problems) for text in found.groups())
    return Entry(key, value, number, end, len(raw) - len(line) + 1)


def _continues(line: str) -> bool:
    return line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _unescaped(text: str, line: int, problems: list[Problem]) -> str:
    if "\\" not in text:
        return text

    def replaced(found: re.Match[str]) -> str:
        escape = found[1]
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape == "u":
            problems.append(Problem(line, MALFORMED))
            return "\\u"
        return _CONTROLS.get(escape, escape)

    text = re.sub(_ESCAPE, replaced, text)
    if re.search(_SURROGATE, text):
        # Java's texts are UTF-16: two halves that meet are one character.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text
