"""Many znodes read together say what each says by itself, also from servers that cannot be asked so."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.sources.interface import Deadline
from driftcheck.sources.znodes.client import FEW, FIRST_TOGETHER, ZooKeeperReader, open_reader
from driftcheck.sources.znodes.multi_read import MultiRead
from tests.services.kafka_releases import library
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

SIZES = [0, 1, 100, 5_000, 900_000]
COUNT = 10 * FIRST_TOGETHER
PATHS = [f"/many/{number}" for number in range(COUNT)] + ["/many/none"]


def fill(server: ZooKeeperServer) -> None:
    """Znodes of all sizes, large ones among them late; of one the data may not be read, one is missing."""
    from kazoo.security import make_digest_acl

    with server.client() as client:
        client.create("/many", b"")
        for number in range(COUNT):
            size = SIZES[4] if number % 90 == 89 else SIZES[number % 4]
            acl = [make_digest_acl("x", "y", all=True)] if number == COUNT // 2 else None
            client.create(f"/many/{number}", (b"%d" % number * size)[:size], acl=acl)


def opened(server: ZooKeeperServer) -> ZooKeeperReader:
    host, _, port = server.address.rpartition(":")
    reader = open_reader([(host, int(port))], Deadline.after(60, per_operation=20))
    assert isinstance(reader, ZooKeeperReader), reader
    return reader


def agrees(reader: ZooKeeperReader, paths: Sequence[str]) -> None:
    one_by_one = [reader.read(path) for path in paths]
    together = reader.read_many(paths)
    assert together == one_by_one
    contents = [each.value.data if isinstance(each, Known) else each for each in one_by_one]
    assert list(chain.from_iterable(reader.contents(paths))) == contents
    missing, denied = one_by_one[-1], one_by_one[COUNT // 2]
    assert isinstance(missing, Absent)
    assert isinstance(denied, Unknown)
    assert denied.kind is UnknownKind.DENIED


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZooKeeperServer]:
    with running_zookeeper(tmp_path_factory.mktemp("many"), zookeeper_classpath()) as started:
        fill(started)
        yield started


@pytest.mark.services
def test_many_together_say_what_each_says_by_itself(server: ZooKeeperServer) -> None:
    assert len(PATHS) > FEW
    reader = opened(server)
    try:
        agrees(reader, PATHS)
        assert not reader.is_lost
    finally:
        reader.close()


@pytest.mark.services
def test_a_server_that_goes_leaves_the_rest_unknown_for_one_reason(tmp_path: Path) -> None:
    with running_zookeeper(tmp_path, zookeeper_classpath()) as server:
        fill(server)
        reader = opened(server)
        server.process.kill()
        server.process.wait()
        found = reader.read_many(PATHS)
    reader.close()
    assert len(found) == len(PATHS)
    assert reader.is_lost
    assert len({each.reason for each in found if isinstance(each, Unknown)}) == 1
    assert {type(each) for each in found} == {Unknown}


@pytest.mark.services
def test_a_server_before_3_6_is_asked_one_by_one(tmp_path: Path) -> None:
    classpath = f"{library('0.11.0.3')}/*"  # brings ZooKeeper 3.4.10
    with running_zookeeper(tmp_path, classpath, java=["-Xmx512m"]) as server:
        fill(server)
        reader = opened(server)
        try:
            agrees(reader, PATHS)
            assert not reader.is_lost
            children = reader.children("/many")
            assert isinstance(children, Known)
            assert len(children.value) == COUNT
        finally:
            reader.close()


def item(data: bytes) -> bytes:
    return struct.pack(">i?ii", 4, False, 0, len(data)) + data + struct.pack(">qqqqiiiqiiq", *range(11))


@given(st.lists(st.binary(max_size=40) | st.sampled_from([-101, -102, -4]), max_size=5))
def test_answers_are_read_in_order(parts: list[bytes | int]) -> None:
    wire = b"".join(
        item(part) if isinstance(part, bytes) else struct.pack(">i?ii", -1, False, part, part)
        for part in parts
    )
    paths = [f"/{number}" for number in range(len(parts))]
    whole = MultiRead(paths, bare=False).answers((wire, 0))
    assert whole.stored == [(part, 0, 2, 7) if isinstance(part, bytes) else part for part in parts]
    assert MultiRead(paths, bare=True).answers((wire, 0)).stored == parts
    assert whole.failed == any(isinstance(part, int) for part in parts)


def questions(wire: bytes) -> list[bytes]:
    """The paths of a request, which ends with its last header."""
    found, at = [], 0
    while struct.unpack_from(">i?i", wire, at) == (4, False, -1):
        (length,) = struct.unpack_from(">i", wire, at + 9)
        found.append(wire[at + 13 : at + 13 + length])
        assert wire[at + 13 + length] == 0  # nobody watches
        at += 14 + length
    assert wire[at:] == struct.pack(">i?i", -1, True, -1)
    return found


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=5))
def test_each_path_is_asked_for(paths: list[str]) -> None:
    assert questions(MultiRead(paths, bare=True).serialize()) == [path.encode() for path in paths]


def test_a_path_without_bytes_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        MultiRead(["/a", "/\ud800"], bare=True)


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        item(b"abc")[:-1],
        item(b"abc")[:13],
        struct.pack(">i?ii", 4, False, 0, 2**31 - 1),
        struct.pack(">i?ii", -1, True, -1, 0),
        struct.pack(">i?ii", 1, False, 0, 0) + bytes(100),
    ],
)
@pytest.mark.parametrize("bare", [False, True])
def test_what_is_no_answer_is_refused(wire: bytes, bare: bool) -> None:
    with pytest.raises((ValueError, struct.error)):
        MultiRead(["/a"], bare=bare).answers((wire, 0))
