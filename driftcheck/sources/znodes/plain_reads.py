"""Many znodes by a request each, sent together: for servers before 3.6, which know no multiRead."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from driftcheck.sources.znodes.multi_read import STAT, Answers, Stored

_GET_DATA = 4
_HEAD = struct.Struct(">iiii")
_BESIDE_PATH = 13
"""Of a request: its number, its type, the path's length, and that nobody watches."""

_LENGTH = struct.Struct(">i")

Received = list[tuple[int, bytes, int]]
"""Of each answer ZooKeeper's code of the error (0: none), its bytes, and where its content begins."""


class PlainReads:
    """Requests for what is stored at paths; `bare`: for the data alone. Raises UnicodeEncodeError for a path
    that has no bytes.
    """

    __slots__ = ("_bare", "_paths", "count", "received")

    type = _GET_DATA

    def __init__(self, paths: Sequence[str], *, bare: bool) -> None:
        self._paths = [path.encode() for path in paths]
        self._bare = bare
        self.count = len(paths)
        self.received: Received = []

    def frames(self, first: int) -> bytes:
        """All requests, numbered from `first`."""
        return b"".join(
            [
                _HEAD.pack(_BESIDE_PATH + len(path), number, _GET_DATA, len(path)) + path + b"\0"
                for number, path in enumerate(self._paths, first)
            ]
        )

    def answers(self, received: Received) -> Answers:
        """Raises struct.error or ValueError for bytes that are no answer."""
        stored: list[Stored | bytes | int] = []
        size, failed = 0, False
        for code, content, offset in received:
            size += len(content)
            if code:
                stored.append(code)
                failed = True
                continue
            (length,) = _LENGTH.unpack_from(content, offset)
            start = offset + _LENGTH.size
            end = start + max(length, 0)  # -1 stands for no data
            if end + STAT.size > len(content):
                raise ValueError("the answer ends too soon")
            data = content[start:end]
            stored.append(data if self._bare else (data, *STAT.unpack_from(content, end)))
        return Answers(stored=stored, failed=failed, size=size)
