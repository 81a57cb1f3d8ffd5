"""Where reports go: the pairs of --format and --output, checked before anything is done, and written."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from driftcheck.errors import UsageError
from driftcheck.model.frozen import frozen

STDOUT = "-"
DEFAULT_FORMAT = "text"
PAIRING = "An -o belongs to the -f before it: -f text -f json -o report.json"


@frozen
class Destination:
    """A report format, and the file that it goes to (`-`: stdout)."""

    format: str
    path: str

    @property
    def is_stdout(self) -> bool:
        return self.path == STDOUT


def destinations(given: Sequence[tuple[str, str]]) -> tuple[Destination, ...]:
    """Each --output of `given` with the --format before it, or with the default; stdout for the others.

    `given` is in the order of the command line; an output before the first format belongs to that one.
    Raises UsageError for two outputs of one format, two formats to one place, and a file that cannot be
    written as far as that can be told without touching it.
    """
    pairs: list[tuple[str | None, str | None]] = []
    for option, value in given:
        name, path = pairs.pop() if pairs else (None, None)
        if option == "--format":
            pairs += [(value, path)] if name is None else [(name, path), (value, None)]
        elif path is None:
            pairs.append((name, value))
        else:
            raise UsageError(f"{name or DEFAULT_FORMAT} would go to both {path} and {value}", hint=PAIRING)
    found = tuple(
        Destination(format=name or DEFAULT_FORMAT, path=STDOUT if path is None else path)
        for name, path in pairs or [(None, None)]
    )
    _check_apart(found)
    for destination in found:
        if not destination.is_stdout:
            check_writable(destination.path, "the report")
    return found


def check_writable(path: str, what: str) -> None:
    """UsageError if it is plain that `path` cannot be written; `what` is what should have gone there."""
    folder = os.path.dirname(path) or "."
    reason = ""
    if not path:
        reason = "its file has no name"
    elif os.path.isdir(path):
        reason = "it is a folder"
    elif not os.path.isdir(folder):
        reason = f"there is no folder {folder}"
    elif _is_loop(path):
        reason = "it is a loop of symbolic links"
    elif not os.access(path if os.path.exists(path) else folder, os.W_OK):
        reason = "permission denied"
    if reason:
        raise UsageError(f"{what} cannot be written: {reason}", where=path)


def _is_loop(path: str) -> bool:
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def write_file(path: str, text: str) -> None:
    """UTF-8; UsageError if it cannot be written."""
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
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
                hint=f"Give each its own -o FILE. {PAIRING}",
            )
        taken[place] = destination.format
