"""What the terminal can show: colours, and how many columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

WIDTH = 100
NARROWEST, WIDEST = 60, 200


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at it."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def can_be_written_over(stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """Whether it is a terminal that can do more than print lines."""
    return is_terminal(stream) and environ.get("TERM") != "dumb"


def colour_wanted(chosen: bool | None, stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """What was chosen; else on a terminal, unless NO_COLOR has a value (no-color.org)."""
    if chosen is not None:
        return chosen
    return can_be_written_over(stream, environ) and not environ.get("NO_COLOR")


def width_of(stream: TextIO | None) -> int:
    """The terminal's columns within 60 and 200; 100 for a file, a pipe or None."""
    columns = 0
    if stream is not None and is_terminal(stream):
        try:
            columns = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            columns = 0
    return min(max(columns, NARROWEST), WIDEST) if columns else WIDTH
