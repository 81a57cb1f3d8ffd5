"""ZooKeeper's multiRead (ZOOKEEPER-1962, from 3.6 on): many znodes by one request, each answered by itself.

It saves the server and kazoo most of their work. kazoo does not know it: it goes through kazoo's connection
as kazoo's own requests do.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeAlias

from driftcheck.model.frozen import frozen

Stored: TypeAlias = tuple[bytes, int, int, int]
"""A znode's data, and of its stat czxid, ctime in milliseconds and the session that owns it (0: none)."""


@frozen
class Answers:
    """What is stored at each path, or ZooKeeper's code of the error; whether any is one. `size` in bytes."""

    stored: list[Stored | bytes | int]
    failed: bool
    size: int


_GET_DATA, _FAILED = 4, -1
_HEADER = struct.Struct(">i?i")
_QUESTION = struct.Struct(">i?ii")
_ITEM = struct.Struct(">i5xi")
STAT = struct.Struct(">q8xq8x12xq4x4x8x")
"""Of a znode's stat czxid, ctime and ephemeralOwner."""

_END = b"\0" + _HEADER.pack(-1, True, -1)
_NO_PATH = "\0"
"""Stands in no path (PathUtils.validatePath)."""


class MultiRead:
    """A request for what is stored at paths; `bare`: for the data alone. Raises UnicodeEncodeError for a path
    that has no bytes.
    """

    __slots__ = ("_bare", "_content", "_count")

    type = 22

    def __init__(self, paths: Sequence[str], *, bare: bool) -> None:
        encoded = _NO_PATH.join(paths).encode().split(_NO_PATH.encode())
        if len(encoded) != len(paths):
            encoded = [path.encode() for path in paths]
        # Between two paths stand the end of the first one's question and the head of the second one's.
        heads = {
            length: b"\0" + _QUESTION.pack(_GET_DATA, False, -1, length) for length in set(map(len, encoded))
        }
        questions = b"".join([heads[len(path)] + path for path in encoded])
        self._content = questions[1:] + (_END if encoded else _END[1:])
        self._count = len(encoded)
        self._bare = bare

    def serialize(self) -> bytes:
        return self._content

    def deserialize(self, content: bytes, offset: int) -> tuple[bytes, int]:
        """Leaves the answer as it is: whoever waits for it reads it, and kazoo's thread goes on."""
        return content, offset

    def answers(self, received: tuple[bytes, int]) -> Answers:
        """Raises struct.error or ValueError for bytes that are no answer to it."""
        content, offset = received
        stored: list[Stored | bytes | int] = []
        append, item, stat = stored.append, _ITEM.unpack_from, STAT.unpack_from
        bare, failed, before, after = self._bare, False, _ITEM.size, STAT.size
        at = offset
        for _ in range(self._count):
            kind, number = item(content, at)
            start = at + before
            if kind == _GET_DATA:
                end = start + number if number > 0 else start  # -1 stands for no data
                at = end + after
                append(content[start:end] if bare else (content[start:end], *stat(content, end)))
            elif kind == _FAILED and number != 0:
                append(number)
                at, failed = start, True
            else:
                raise ValueError(f"an answer of kind {kind} to a question for data")
        if at > len(content):
            raise ValueError("the answer ends too soon")
        return Answers(stored=stored, failed=failed, size=at - offset)
