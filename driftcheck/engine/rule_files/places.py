"""Where in a rule file a character of an expression stands: YAML folds lines and drops indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from driftcheck.engine.problems import ExpressionError
from driftcheck.errors import RuleError
from driftcheck.model.rule import RuleFile

_BLANKS = frozenset(" \t\n\r")
_BEFORE = re.compile(r"(?:&\S+\s+)?")
_BLOCK = re.compile(r"[|>][^\n]*\n")
_LONG_ESCAPES = {"x": 2, "u": 4, "U": 8}
_BLANK_ESCAPES = frozenset("nrt \n\t")


def placed(error: ExpressionError, files: Sequence[RuleFile]) -> RuleError:
    """The error at the line and column of what is wrong, not of the expression's beginning."""
    location = error.expression.location
    text = next((file.text for file in files if file.name == location.name), None)
    if text is None or location.line is None or location.column is None:
        return error
    line, column = _position(text, location.line, location.column, error.expression.text, error.offset)
    return RuleError(error.message, hint=error.hint, where=f"{location.name}:{line}:{column}")


def _position(file: str, line: int, column: int, text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the text's character at this offset; the scalar begins at line, column.

    Characters that are not blank stand in the file in the same order as in the text: they are counted.
    """
    start = sum(len(each) + 1 for each in file.split("\n")[: line - 1]) + column - 1
    before = sum(character not in _BLANKS for character in text[:offset])
    found = start
    for number, index in enumerate(_characters(file, start)):
        found = index
        if number == before:
            break
    return file.count("\n", 0, found) + 1, found - file.rfind("\n", 0, found)


def _characters(file: str, start: int) -> Iterator[int]:
    """The indexes of a scalar's characters that are not blank, from where the scalar begins."""
    skipped = _BEFORE.match(file, start)
    at = skipped.end() if skipped is not None else start
    quote = file[at : at + 1]
    block = _BLOCK.match(file, at)
    if block is not None:
        at = block.end()
    elif quote in ("'", '"'):
        at += 1
    else:
        quote = ""
    while at < len(file):
        length = _length(file, at, quote)
        if file[at] not in _BLANKS and not _is_blank_escape(file, at, quote):
            yield at
        at += length


def _length(file: str, at: int, quote: str) -> int:
    """How many characters of the file make one of the text."""
    if quote == "'" and file.startswith("''", at):
        return 2
    if quote == '"' and file[at] == "\\":
        return 2 + _LONG_ESCAPES.get(file[at + 1 : at + 2], 0)
    return 1


def _is_blank_escape(file: str, at: int, quote: str) -> bool:
    return quote == '"' and file[at] == "\\" and file[at + 1 : at + 2] in _BLANK_ESCAPES
