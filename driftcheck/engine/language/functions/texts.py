"""Texts: made, asked and joined. All of plain values; the table makes them total."""

from __future__ import annotations

import re

from driftcheck.engine.language.arithmetic import MAX_INTEGER, bounded_text, concatenated
from driftcheck.engine.language.text_of import text_of
from driftcheck.engine.language.values import (
    MAX_TEXT,
    Open,
    Partial,
    Secret,
    concealed,
    is_open,
    merged,
    unsupported,
)
from driftcheck.formats.linear_pattern import LinearPattern
from driftcheck.model.facts import Absent

MAX_MATCHED = 4_000
"""Characters of a text that is matched against a pattern."""

MOST_LISTED = 12

NOT_A_NUMBER = Absent(evidence="the text is not a number")

_INTEGER = re.compile(r"[-+]?[0-9]{1,19}")


def replaced(text: str, old: str, new: str) -> object:
    """Every `old` replaced by `new`."""
    if not old:
        return unsupported("an empty text cannot be replaced")
    if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
        return unsupported(f"a text longer than {MAX_TEXT:,} characters was made")
    return text.replace(old, new)


def undotted(text: str) -> str:
    """The text without its dots: what some cookbooks make an id of, out of an address."""
    return text.replace(".", "")


def split(text: str, separator: str) -> object:
    """The parts between the separators, without the blanks around them; empty parts stay."""
    if not separator:
        return unsupported("a text cannot be split at an empty text")
    return tuple(part.strip() for part in text.split(separator))


def matches(text: str, pattern: LinearPattern) -> object:
    """Whether the whole text matches."""
    if len(text) > MAX_MATCHED:
        return unsupported(f"a text longer than {MAX_MATCHED:,} characters cannot be matched")
    return pattern.matches(text)


def integer(value: object) -> object:
    """The whole number that a text spells; Absent if it spells none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or _INTEGER.fullmatch(value.strip()) is None:
        return NOT_A_NUMBER
    number = int(value.strip())
    return number if abs(number) < MAX_INTEGER else NOT_A_NUMBER


def joined(items: tuple[object, ...], more: Open | None, separator: object = ", ") -> object:
    """The elements as one text with the separator between them."""
    if not isinstance(separator, str):
        return merged((separator,)) if is_open(separator) else unsupported("a separator is a text")
    return concatenated(items if more is None else (*items, more), separator)


def listed(items: tuple[object, ...], more: Open | None, most: object = MOST_LISTED) -> object:
    """`a, b and c`; of more than `most` the first ones and how many more: `a, b and 9 more`."""
    if not isinstance(most, int) or isinstance(most, bool):
        return merged((most,)) if is_open(most) else unsupported("how many are listed is a number")
    parts = list(items) if more is None else [*items, more]
    left = len(parts) - max(most, 1)
    if left > 1:
        parts = [*parts[: max(most, 1)], f"{left:,} more"]
    spaced: list[object] = []
    for number, part in enumerate(parts):
        if number:
            spaced.append(" and " if number == len(parts) - 1 else ", ")
        spaced.append(part)
    return concatenated(spaced)


def one_or_more(items: tuple[object, ...], more: Open | None, one: object, several: object) -> object:
    """The first text for a list of one element, else the second: for words that agree in number."""
    if more is not None and len(items) < 2:
        return merged((more,))
    return one if len(items) == 1 else several


def plural(value: object, noun: object, nouns: object = None) -> object:
    """`1 broker`, `3 brokers`, `1,440 partitions`, of a number or of the length of a list."""
    if not isinstance(noun, str) or not (nouns is None or isinstance(nouns, str)):
        return merged((noun, nouns)) if is_open(noun) or is_open(nouns) else unsupported("a noun is a text")
    several = nouns or f"{noun}s"
    if isinstance(value, Absent):
        return value
    if isinstance(value, (Partial, Open)):
        return Open(unknowns=merged((value,)).unknowns, fragments=(None, f" {several}"))
    number = len(value) if isinstance(value, tuple) else value.value if isinstance(value, Secret) else value
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        return unsupported("neither a number nor a list stands where something is counted")
    shown = f"{number:,}" if isinstance(number, int) else text_of(number)
    text = bounded_text(f"{shown} {noun if number == 1 else several}")
    return concealed(text) if isinstance(value, Secret) else text
