"""The cache of parsed expressions in the user's cache folder: a file that nothing depends on.

What it holds is not trusted: whoever uses a tree checks it. A file that is odd in any way counts as empty, a
folder that is not the user's alone is left alone, and nothing that goes wrong here is an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
"""Changes with the shape of the trees, so that no version reads another's."""

MAX_BYTES = 8 * 1024 * 1024
KINDS = ("expressions", "templates")

Trees = Mapping[str, Mapping[str, Any]]
"""Kind → text → tree."""

NOTHING: Trees = {kind: {} for kind in KINDS}


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """`$XDG_CACHE_HOME/driftcheck`, else `~/.cache/driftcheck`; None where there is no home."""
    base = environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "driftcheck"
    home = environ.get("HOME", "")
    return Path(home) / ".cache" / "driftcheck" if os.path.isabs(home) else None


def read_trees(folder: Path | None) -> Trees:
    """What the cache holds; nothing if it cannot be read, or is not the user's own."""
    if folder is None or not _is_ours(folder):
        return NOTHING
    try:
        descriptor = os.open(_file(folder), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_size > MAX_BYTES:
                return NOTHING
            return _trees(json.loads(file.read(MAX_BYTES + 1)))
    except (OSError, ValueError, RecursionError):
        return NOTHING


def write_trees(folder: Path | None, trees: Trees) -> bool:
    """Puts the trees in place of what the cache holds, at once or not at all; whether it could."""
    if folder is None:
        return False
    content = json.dumps({kind: trees[kind] for kind in KINDS}, separators=(",", ":")).encode("ascii")
    if len(content) > MAX_BYTES:
        return False
    # Most runs have nothing to keep, and tempfile imports much.
    from tempfile import mkstemp

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(folder):
            return False
        descriptor, name = mkstemp(dir=folder, prefix=".expressions-")
    except OSError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(name, _file(folder))
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        return False
    return True


def _file(folder: Path) -> Path:
    return folder / f"expressions-{FORMAT}.json"


def _is_ours(folder: Path) -> bool:
    """A folder, no link, of this user, in which nobody else can write."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _trees(document: object) -> Trees:
    if not isinstance(document, dict) or set(document) != set(KINDS):
        return NOTHING
    if not all(isinstance(trees, dict) for trees in document.values()):
        return NOTHING
    return document
