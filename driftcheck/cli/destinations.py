"""Where reports go: the pairs of --format and --output, checked before anything is done, and written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from driftcheck.errors import UsageError

STDOUT = "-"
DEFAULT_FORMAT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A report format, and the file that it goes to (`-`: stdout)."""

    format: str
    path: str

    @property
    def is_stdout(self) -> bool:
        return self.path == STDOUT


def destinations(formats: Sequence[str], outputs: Sequence[str]) -> tuple[Destination, ...]:
    """The n-th output with the n-th format; stdout for formats without one.

    Raises UsageError for an output without a format, two formats to one place, and a file that cannot be
    written as far as that can be told without touching it.
    """
    formats = formats or (DEFAULT_FORMAT,)
    if len(outputs) > len(formats):
        raise UsageError(
            f"{len(outputs)} times --output, but {len(formats)} times --format",
            hint="The n-th -o belongs to the n-th -f.",
        )
    outputs = [*outputs, *[STDOUT] * (len(formats) - len(outputs))]
    found = tuple(Destination(format=each, path=path) for each, path in zip(formats, outputs, strict=True))
    _check_apart(found)
    for destination in found:
        if not destination.is_stdout:
            check_writable(destination.path, "the report")
    return found


def check_writable(path: str, what: str) -> None:
    """UsageError if it is plain that `path` cannot be written; `what` is what should have gone there."""
    folder = os.path.dirname(path) or "."
    reason = ""
    if os.path.isdir(path):
        reason = "it is a folder"
    elif not os.path.isdir(folder):
        reason = f"there is no folder {folder}"
    elif not os.access(path if os.path.exists(path) else folder, os.W_OK):
        reason = "permission denied"
    if reason:
        raise UsageError(f"{what} cannot be written: {reason}", where=path)


def write_file(path: str, text: str) -> None:
    """UTF-8; UsageError if it cannot be written."""
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the report cannot be written: {reason}", where=path) from None


def _check_apart(found: Sequence[Destination]) -> None:
    taken: dict[str, str] = {}
    for destination in found:
        place = STDOUT if destination.is_stdout else os.path.realpath(destination.path)
        if place in taken:
            name = "standard output" if destination.is_stdout else destination.path
            raise UsageError(
                f"{taken[place]} and {destination.format} would both go to {name}",
                hint="Give each its own -o FILE: the n-th -o belongs to the n-th -f.",
            )
        taken[place] = destination.format
