"""The lines of a zone file (RFC 1035, section 5.1): words, parentheses, quotes and comments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_LINE = 1024 * 1024
"""Characters of a line of the file."""

MAX_WORDS = 10_000
"""Words in one record: what a parenthesis that nobody closes may collect."""

_BLANKS = "\t\x0b\x0c\r\x1c-\x1f "
_WORD = rf'[{_BLANKS}]++|("(?:[^"\\]++|\\.)*+"|(?:[^{_BLANKS};"()\\]++|\\.)++|.)'
_SPECIAL = re.compile(r'[^\x00-\x7f]|["()\\;]')


class ZoneLine(NamedTuple):
    """A record or directive, which parentheses may spread over several lines; `number` is its first.

    `words` keep their escapes, quoted ones their quotes. `indented`: it begins with a blank, so that the
    owner is the one before. `problem`: why it cannot be read, empty if it can.
    """

    number: int
    words: list[str]
    indented: bool
    problem: str = ""


def zone_lines(text: str) -> Iterator[ZoneLine]:
    """Every line that says something. One that cannot be read has a problem; the next one is read again."""
    depth = 0
    current = ZoneLine(1, [], False)
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if depth == 0:
            if len(line) <= MAX_LINE and _SPECIAL.search(line) is None:
                if words := line.split():
                    yield ZoneLine(number, words, line[0] in " \t")
                continue
            current = ZoneLine(number, [], line[0] in " \t")
        depth, problem = _read(line.removesuffix("\n"), current.words, depth)
        if not problem and len(current.words) > MAX_WORDS:
            problem = f"it has more than {MAX_WORDS} words"
        if problem:
            depth = 0
            yield current._replace(problem=problem)
        elif depth == 0 and current.words:
            yield current
    if depth:
        yield current._replace(problem="a parenthesis is never closed")


def _read(line: str, words: list[str], depth: int) -> tuple[int, str]:
    """Adds the words of a line of the file; how deep in parentheses it ends, and what is wrong with it."""
    if len(line) > MAX_LINE:
        return depth, f"a line has more than {MAX_LINE} characters"
    for found in re.finditer(_WORD, line):
        word = found[1]
        if word == ";":
            break
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            if depth < 0:
                return 0, "a parenthesis is closed that was not opened"
        elif word == '"':
            return depth, "a quoted text does not end in its line"
        elif word == "\\":
            return depth, "a backslash escapes nothing"
        elif word:
            words.append(word)
    return depth, ""
