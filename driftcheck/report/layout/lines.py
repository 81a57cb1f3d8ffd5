"""Texts as lines: safe to show, wrapped, painted, and lists kept short."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from driftcheck.formats.text import printable
from driftcheck.model.rule import Level

LEVEL_COLOUR = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36"}
ODD_COLOUR = "1;35"
LONGEST = 1_000
"""Characters of one text from outside; what is longer is cut and says so."""

LABEL_WIDTH = 11


def shown(text: str) -> str:
    """A text from outside as one line that cannot steer a terminal."""
    line = printable(text.strip())
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST]}… ({len(line) - LONGEST} more characters)"


def paint(text: str, code: str, *, colour: bool) -> str:
    """The text in an ANSI colour, or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour and text else text


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Lines no wider than `width` unless one word alone is: a path has to stay whole to be copied."""
    lines = textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [first.rstrip()]


def labelled(label: str, lines: Sequence[str]) -> list[str]:
    """Lines under a label in the left margin."""
    margin = f"  {label}".ljust(LABEL_WIDTH)
    return [(margin if index == 0 else " " * LABEL_WIDTH) + line for index, line in enumerate(lines)]


def paragraph(label: str, text: str, width: int) -> list[str]:
    """A text of one or more lines under a label, wrapped; nothing for an empty text."""
    lines: list[str] = []
    for each in text.strip().split("\n"):
        lines += wrapped(shown(each), width - LABEL_WIDTH)
    return labelled(label, lines) if text.strip() else []


def count(number: int, noun: str) -> str:
    """`1 broker`, `12 brokers`, `1,440 partitions`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def some(items: Sequence[str], most: int) -> str:
    """`a, b, c and 9 more`: never `and 1 more`, which is no shorter than the item."""
    if len(items) <= most + 1:
        return ", ".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most:,} more"
