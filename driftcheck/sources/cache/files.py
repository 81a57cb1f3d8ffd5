"""Files of JSON in the user's cache folder, none of which has to be there.

What they hold is not trusted: whoever uses it checks it. A file that is odd in any way counts as empty, a
folder that is not the user's alone is left alone, and nothing that goes wrong here is an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Mapping

MAX_BYTES = 8 * 1024 * 1024

Folder = str | os.PathLike[str]


def cache_folder(environ: Mapping[str, str]) -> str | None:
    """`$XDG_CACHE_HOME/driftcheck`, else `~/.cache/driftcheck`; None where there is no home."""
    base = environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return os.path.join(base, "driftcheck")
    home = environ.get("HOME", "")
    return os.path.join(home, ".cache", "driftcheck") if os.path.isabs(home) else None


def read_cached(folder: Folder | None, name: str) -> object:
    """What a file holds; None if it cannot be read, or is not the user's own."""
    if folder is None or not _is_ours(folder):
        return None
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(os.path.join(folder, name), flags)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_size > MAX_BYTES:
                return None
            document: object = json.loads(file.read(MAX_BYTES + 1))
            return document
    except (OSError, ValueError, RecursionError):
        return None


def write_cached(folder: Folder | None, name: str, document: object) -> bool:
    """Puts a document in place of what a file holds, at once or not at all; whether it could."""
    if folder is None:
        return False
    content = json.dumps(document, separators=(",", ":")).encode("ascii")
    if len(content) > MAX_BYTES:
        return False
    # Most runs have nothing to keep, and tempfile imports much.
    from tempfile import mkstemp

    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not _is_ours(folder):
            return False
        descriptor, new = mkstemp(dir=folder, prefix=".new-")
    except OSError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(new, os.path.join(folder, name))
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(new)
        return False
    return True


def drop_oldest(folder: Folder | None, prefix: str, most: int) -> None:
    """Leaves at most so many of the files whose names begin like this, those that were written last."""
    if folder is None or not _is_ours(folder):
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.startswith(prefix)]
        for _, path in sorted(found, reverse=True)[most:]:
            os.unlink(path)


def _is_ours(folder: Folder) -> bool:
    """A folder, no link, of this user, in which nobody else can write."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
