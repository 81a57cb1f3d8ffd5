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
_ITEM = struct.Struct(">i?ii")
_LENGTH = struct.Struct(">i")
_STAT = struct.Struct(">q8xq8x12xq4x4x8x")


class MultiRead:
    """A request for what is stored at paths; `bare`: for the data alone. Raises UnicodeEncodeError for a path
    that has no bytes.
    """

    __slots__ = ("_bare", "_content", "_count")

    type = 22

    def __init__(self, paths: Sequence[str], *, bare: bool) -> None:
        head = _HEADER.pack(_GET_DATA, False, -1)
        parts: list[bytes] = []
        for path in paths:
            encoded = path.encode()
            parts += (head, _LENGTH.pack(len(encoded)), encoded, b"\0")
        parts.append(_HEADER.pack(-1, True, -1))
        self._content = b"".join(parts)
        self._count = len(paths)
        self._bare = bare

    def serialize(self) -> bytes:
        return self._content

    def deserialize(self, content: bytes, offset: int) -> Answers:
        """Raises struct.error or ValueError for bytes that are no answer to it."""
        stored: list[Stored | bytes | int] = []
        bare, failed = self._bare, False
        at = offset
        for _ in range(self._count):
            kind, _, _, number = _ITEM.unpack_from(content, at)
            at += _ITEM.size
            if kind == _GET_DATA:
                end = at + number if number > 0 else at  # -1 stands for no data
                data = content[at:end]
                at = end + _STAT.size
                if at > len(content):
                    raise ValueError("the answer ends too soon")
                stored.append(data if bare else (data, *_STAT.unpack_from(content, end)))
            elif kind == _FAILED and number != 0:
                stored.append(number)
                failed = True
            else:
                raise ValueError(f"an answer of kind {kind} to a question for data")
        return Answers(stored=stored, failed=failed, size=at - offset)
