"""When files were last changed on their machine, as `stat`, `find` or `ls` listed it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from driftcheck.model.frozen import frozen

_SECONDS = re.compile(r"(\d{1,12})(?:\.\d+)? (?:(\d{1,15}) )?(/.+)")
"""`stat -c '%Y %s %n' FILE…`, or `find DIR -printf '%T@ %s %p\\n'`; the size may be left out."""

_LS = re.compile(
    r"-\S+ +\d+ +\S+ +\S+ +(?P<size>\d{1,15}) +(?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?"
    r" (?P<zone>[+-]\d{4}) (?P<path>/.+)"
)
"""`ls -l --full-time FILE…`."""


@frozen
class FileTime:
    """A file of the machine: its whole path, when it was last changed, its size in bytes where it is told."""

    path: str
    changed_at: datetime
    size: int | None
    line: int


@frozen
class FileTimes:
    """What a listing says; `unread` are the numbers of the lines that are in none of the forms."""

    files: tuple[FileTime, ...]
    unread: tuple[int, ...]


def parse_file_times(data: bytes) -> FileTimes:
    """A listing's lines; empty ones and comments (`#`) are passed over, and so is the `total` of `ls`.

    Times are cut to whole seconds. What is no UTF-8 becomes U+FFFD.
    """
    files: list[FileTime] = []
    unread: list[int] = []
    for number, line in _lines(data):
        found = _from_seconds(line, number) or _from_ls(line, number)
        if found is None:
            unread.append(number)
        else:
            files.append(found)
    return FileTimes(files=tuple(files), unread=tuple(unread))


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        text = line.rstrip("\r")
        if text.strip() and not text.startswith(("#", "total ")):
            yield number, text


def _from_seconds(line: str, number: int) -> FileTime | None:
    match = _SECONDS.fullmatch(line)
    if match is None:
        return None
    seconds, size, path = match.groups()
    try:
        changed_at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return FileTime(path=path, changed_at=changed_at, size=None if size is None else int(size), line=number)


def _from_ls(line: str, number: int) -> FileTime | None:
    match = _LS.fullmatch(line)
    if match is None:
        return None
    try:
        written = f"{match['day']} {match['time']} {match['zone']}"
        changed_at = datetime.strptime(written, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return FileTime(path=match["path"], changed_at=changed_at, size=int(match["size"]), line=number)
