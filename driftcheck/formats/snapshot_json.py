"""A Snapshot as versioned JSON: what `live --save` writes and `check` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from driftcheck.errors import UsageError
from driftcheck.formats.json_text import JsonError, parse_json
from driftcheck.formats.text import printable
from driftcheck.formats.typed_json import WrongValue, codec
from driftcheck.model.snapshot import SNAPSHOT_VERSION, Snapshot

MAX_BYTES = 256 * 1024 * 1024
"""What is read at most: some 100,000 node objects or a million partitions."""

MAX_DEPTH = 200
"""Levels of objects and lists: deeper ones would exhaust the stack of whatever walks the trails later."""

_HINT = "A snapshot is what `driftcheck live --save FILE` writes."


def snapshot_to_json(snapshot: Snapshot) -> bytes:
    """ASCII JSON ending in a newline; the same bytes for the same snapshot.

    Secrets are replaced by digests that mean nothing outside of this process.
    """
    fields: Any = codec(Snapshot, Snapshot).encode(snapshot)
    document = {"version": snapshot.version, **fields}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def snapshot_from_json(data: bytes, *, name: str) -> Snapshot:
    """The snapshot that `snapshot_to_json` wrote; `name` is what an error calls the file.

    UsageError with the file, the place in it and what is wrong; for a version that is not known here too.
    """
    try:
        document = parse_json(data, max_bytes=MAX_BYTES)
        _check_version(document, name)
        _check_depth(document)
        snapshot: Snapshot = codec(Snapshot, Snapshot).decode(document)
    except JsonError as error:
        where = f"{name}:{error.line}:{error.column}"
        raise UsageError(f"no valid JSON: {error.message}", where=where, hint=_HINT) from None
    except WrongValue as wrong:
        where = f"{name}#{printable(wrong.pointer, limit=500)}" if wrong.pointer else name
        raise UsageError(f"no snapshot: {wrong.message}", where=where, hint=_HINT) from None
    return snapshot


def _check_version(document: object, name: str) -> None:
    """Before anything else is looked at: a newer version may have any shape."""
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is not int or version < 1:
        raise WrongValue("it has no version")
    if version > SNAPSHOT_VERSION:
        raise UsageError(
            f"made by a newer driftcheck: version {version} of the snapshot",
            where=name,
            hint=f"This driftcheck reads up to version {SNAPSHOT_VERSION}: upgrade it.",
        )


def _check_depth(document: object) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in _children(each) if isinstance(child, dict | list)]
        if not level:
            return
    raise WrongValue("it is nested too deeply")


def _children(container: object) -> Iterable[object]:
    match container:
        case dict():
            return container.values()
        case list():
            return container
    return ()
