"""Requests that are sent together, and the answers to them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.sources.znodes.plain_reads import PlainReads, Received

STAT = struct.pack(">qqqqiiiqiiq", *range(11))


def answer(data: bytes | None) -> tuple[int, bytes, int]:
    """As kazoo hands it on: the content stands behind the answer's header."""
    length = struct.pack(">i", -1 if data is None else len(data))
    return 0, b"x" * 16 + length + (data or b"") + STAT, 16


def asked(wire: bytes) -> list[tuple[int, int, bytes, int]]:
    """Of each request its number, its type, its path, and whether somebody watches."""
    found, at = [], 0
    while at < len(wire):
        length, number, kind, size = struct.unpack_from(">iiii", wire, at)
        path = wire[at + 16 : at + 16 + size]
        assert length == 4 + 4 + 4 + size + 1
        found.append((number, kind, path, wire[at + 16 + size]))
        at += 4 + length
    return found


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=5))
def test_each_path_is_asked_for(paths: list[str]) -> None:
    expected = [(number, 4, path.encode(), 0) for number, path in enumerate(paths, 7)]
    assert asked(PlainReads(paths, bare=True).frames(7)) == expected


@given(st.lists(st.none() | st.binary(max_size=40) | st.sampled_from([-101, -102, -4]), max_size=5))
def test_answers_are_read_in_order(parts: list[bytes | int | None]) -> None:
    received: Received = [(each, b"", 16) if isinstance(each, int) else answer(each) for each in parts]
    paths = [f"/{number}" for number in range(len(parts))]
    whole = PlainReads(paths, bare=False).answers(received)
    assert whole.stored == [each if isinstance(each, int) else (each or b"", 0, 2, 7) for each in parts]
    bare = PlainReads(paths, bare=True).answers(received)
    assert bare.stored == [each if isinstance(each, int) else each or b"" for each in parts]
    assert whole.failed == any(isinstance(each, int) for each in parts)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0", struct.pack(">i", 2**31 - 1), struct.pack(">i", 3) + b"ab", answer(b"abc")[1][16:-1]],
)
@pytest.mark.parametrize("bare", [False, True])
def test_what_is_no_answer_is_refused(content: bytes, bare: bool) -> None:
    with pytest.raises((ValueError, struct.error)):
        PlainReads(["/a"], bare=bare).answers([(0, content, 0)])


def test_a_path_without_bytes_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        PlainReads(["/\ud800"], bare=True)
