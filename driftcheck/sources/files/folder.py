"""A folder as a Tree: bounded, never outside its root, never stopped by what it cannot read."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_FILES = 500_000
MAX_DEPTH = 64
SKIPPED = frozenset({".git", ".hg", ".svn"})

_DENIED = frozenset({errno.EACCES, errno.EPERM})


class FolderTree:
    """The files below `path`; a `path` that is one file is a tree of that file alone.

    Links to files are followed while they stay below the root; links to folders are not entered, so a
    loop of links cannot be walked. What is not entered stands in `list()` under its own path, and reading
    it says why. Times are the files' own. `max_bytes`: the largest file that is read.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._given = os.fspath(path)
        self._root = os.path.realpath(self._given)
        self._listed: tuple[str, ...] | None = None
        self._folders: set[str] = set()
        self._single: str | None = None
        if os.path.isfile(self._root):
            self._root, self._single = os.path.split(self._root)

    @property
    def name(self) -> str:
        return self._given

    def list(self) -> list[str]:
        """All files, sorted, as of the first call.

        Folders that are not entered (after 500,000 files, more than 64 deep, unreadable) stand there too, and
        empty ones that are called like a file: Docker makes them for a mount whose file is not there.
        """
        if self._listed is None:
            self._listed = (self._single,) if self._single is not None else self._walk()
        return list(self._listed)

    def _walk(self) -> tuple[str, ...]:
        found: list[str] = []
        pending = [("", 0)]
        while pending and len(found) < MAX_FILES:
            folder, depth = pending.pop()
            try:
                self._folders.add(folder)
                is_empty = True
                with os.scandir(os.path.join(self._root, folder)) as entries:
                    for entry in entries:
                        is_empty = False
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        if not entry.is_dir(follow_symlinks=False):
                            found.append(path)
                        elif entry.name not in SKIPPED:
                            if depth < MAX_DEPTH:
                                pending.append((path, depth + 1))
                            else:
                                found.append(path)
                if is_empty and "." in folder.rpartition("/")[2][1:]:
                    found.append(folder)
            except OSError:
                found.append(folder or ".")
        found.extend(folder for folder, _ in pending)
        return tuple(sorted(found))

    def read(self, path: str) -> bytes | Unknown:
        """The file's bytes; Unknown for a larger one and for anything that is no plain file inside."""
        descriptor = self._open(path)
        if isinstance(descriptor, Unknown):
            return descriptor
        try:
            about = os.fstat(descriptor)
            if stat.S_ISDIR(about.st_mode):
                return self._folder(path, os.path.join(self._root, path))
            if not stat.S_ISREG(about.st_mode):
                return _refused(path, "it is not a regular file")
            content = _read_up_to(descriptor, self._max_bytes + 1, expected=about.st_size)
        except OSError as error:
            return _unknown(path, error)
        finally:
            os.close(descriptor)
        if len(content) > self._max_bytes:
            return _refused(path, f"it is larger than {self._max_bytes // 2**20} MiB")
        return content

    def _open(self, path: str) -> int | Unknown:
        """A descriptor of the file. No folder that was walked is a link: there only the last name can be."""
        # O_NONBLOCK: a fifo that replaced the file meanwhile must not block.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        if self._is_walked(path):
            with suppress(OSError):
                return os.open(f"{self._root}/{path}", flags | os.O_NOFOLLOW)
        target = self._inside(path)
        if isinstance(target, Unknown):
            return target
        try:
            return os.open(target, flags)
        except OSError as error:
            return _unknown(path, error)

    def modified(self, path: str) -> Fact[datetime]:
        """The file's modification time in UTC."""
        about = self._about(path)
        if isinstance(about, Unknown):
            return about
        try:
            seconds = about.st_mtime
            return Known(value=datetime.fromtimestamp(seconds, UTC), location=_location(path))
        except (ValueError, OverflowError):
            return Absent(evidence="the file's time lies outside the calendar", location=_location(path))

    def _about(self, path: str) -> os.stat_result | Unknown:
        """What the system says of a file. As in `_open`, a folder that was walked is no link."""
        if self._is_walked(path):
            with suppress(OSError):
                about = os.lstat(f"{self._root}/{path}")
                if stat.S_ISREG(about.st_mode):
                    return about
        target = self._inside(path)
        if isinstance(target, Unknown):
            return target
        try:
            return os.stat(target)
        except OSError as error:
            return _unknown(path, error)

    def _is_walked(self, path: str) -> bool:
        return path.rpartition("/")[0] in self._folders and "\0" not in path

    def _inside(self, path: str) -> str | Unknown:
        """The real path of a regular file below the root."""
        if "\0" in path:
            return _refused(path, "its name holds a NUL character")
        try:
            target = os.path.realpath(os.path.join(self._root, path), strict=True)
            mode = os.stat(target).st_mode
        except OSError as error:
            return _unknown(path, error)
        if target != self._root and not target.startswith(os.path.join(self._root, "")):
            return _refused(path, "it is a link that leads outside the folder", UnknownKind.UNSUPPORTED)
        if stat.S_ISDIR(mode):
            return self._folder(path, target)
        if not stat.S_ISREG(mode):
            return _refused(path, "it is not a regular file")
        return target

    def _folder(self, path: str, target: str) -> Unknown:
        """Why a folder is among the files: unreadable, empty, too deep, or a link leads to it."""
        if os.path.islink(os.path.join(self._root, path)):
            return _refused(path, "it is a link to a folder, which is not followed")
        try:
            with os.scandir(target) as entries:
                if next(entries, None) is None:
                    return _refused(path, "it is an empty folder", UnknownKind.FAULT)
        except OSError as error:
            return _unknown(path, error)
        return _refused(path, "it is a folder that was not entered: too many files, or too deep")


def _read_up_to(descriptor: int, limit: int, *, expected: int) -> bytes:
    """The first `limit` bytes; a buffer of that size would be slower than all the rest.

    `expected`: the file's size. One byte more is asked for: that there is none is the file's end, which needs
    no second look.
    """
    parts: list[bytes] = []
    count = 0
    while count < limit:
        part = os.read(descriptor, min(limit - count, expected - count + 1 if expected > count else 65_536))
        if part:
            parts.append(part)
            count += len(part)
        if not part or count == expected:
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _location(path: str) -> Location:
    return Location(source="files", name=path)


def _refused(path: str, reason: str, kind: UnknownKind = UnknownKind.UNSUPPORTED) -> Unknown:
    return Unknown(kind=kind, reason=reason, location=_location(path))


def _unknown(path: str, error: OSError) -> Unknown:
    kind = UnknownKind.DENIED if error.errno in _DENIED else UnknownKind.FAULT
    if error.errno == errno.ELOOP:
        return _refused(path, "it is a loop of symbolic links", UnknownKind.FAULT)
    return _refused(path, (error.strerror or str(error)).lower(), kind)
