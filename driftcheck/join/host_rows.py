"""Which of many rows say a host, in a few bytes for each host that a row says."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator

_ROW_BITS = 24
_LAST_ROW = 2**_ROW_BITS - 1
_MOST: int = 2**40 - 1
"""The largest digest."""


class HostRows:
    """Rows, of which there are fewer than 2**24, by the hosts that they say.

    Each pair is kept as one number: the host's digest, then the row. Two hosts may have one digest: whoever
    asks has to look at what the rows say.
    """

    def __init__(self) -> None:
        self._pairs = array("Q")
        self._is_sorted = True

    def add(self, host: str, row: int) -> None:
        self._pairs.append(_digest(host) | row)
        self._is_sorted = False

    def rows(self, host: str) -> Iterator[int]:
        """The rows that may say the host, in order."""
        if not self._is_sorted:
            self._pairs = array("Q", sorted(self._pairs))
            self._is_sorted = True
        digest = _digest(host)
        for at in range(bisect_left(self._pairs, digest), len(self._pairs)):
            pair = self._pairs[at]
            if pair & ~_LAST_ROW != digest:
                return
            yield pair & _LAST_ROW


def _digest(host: str) -> int:
    return (hash(host) & _MOST) << _ROW_BITS
