"""What the answers to who a broker is come to; the real brokers' own are in tests/sources/test_tcp.py."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka import wire
from driftcheck.kafka.identity import Identity, who_answers
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind

OLD_WORDS = {2: (0, 0)}
NEW_WORDS = {2: (0, 1), 3: (0, 5), 18: (0, 2), 32: (0, 2)}
LATEST_WORDS = {2: (1, 11), 3: (0, 13), 18: (0, 4), 32: (1, 4)}


def text(content: str | None) -> bytes:
    return struct.pack(">h", -1) if content is None else struct.pack(">h", len(content)) + content.encode()


def versions(known: Mapping[int, tuple[int, int]]) -> bytes:
    rows = b"".join(struct.pack(">hhh", key, low, high) for key, (low, high) in known.items())
    return struct.pack(">hi", 0, len(known)) + rows


def metadata(cluster: str | None) -> bytes:
    broker = struct.pack(">i", 1) + text("kafka1") + struct.pack(">i", 9092) + text(None)
    return struct.pack(">i", 1) + broker + text(cluster) + struct.pack(">ii", 1, 0)


def described(error: int, message: str | None, resource: str) -> bytes:
    first = struct.pack(">h", error) + text(message) + struct.pack(">b", 4) + text(resource)
    return struct.pack(">ii", 0, 1) + first + struct.pack(">i", 0)


def offsets(*rows: tuple[str, int, int]) -> bytes:
    body = struct.pack(">i", len(rows))
    for topic, partition, error in rows:
        body += text(topic) + struct.pack(">iihiq", 1, partition, error, 1, 42)
    return body


def identity(*answers: bytes, leaders: Mapping[int, tuple[str, int]] | None = None, old: bool) -> Identity:
    asking = who_answers(1, leaders or {}, old=old)
    next(asking)
    for answer in answers:
        try:
            asking.send(answer)
        except StopIteration as done:
            found: Identity = done.value
            return found
    raise AssertionError("it asks on")


REFUSALS = {
    "0.11.0": "Unexpected broker id, expected 4, but received 1",
    "3.9": "Unexpected broker id, expected 4 or empty string, but received 1",
}


@pytest.mark.parametrize("release", REFUSALS)
@pytest.mark.parametrize("words", [NEW_WORDS, LATEST_WORDS])
def test_another_broker_names_itself_when_it_refuses(
    release: str, words: Mapping[int, tuple[int, int]]
) -> None:
    refusal = described(42, REFUSALS[release], "1")
    found = identity(versions(words), metadata("abc"), refusal, old=False)
    assert found == Identity(broker_id=Known(value=4), cluster_id=Known(value="abc"))


@pytest.mark.parametrize(
    ("error", "message", "resource", "reason"),
    [
        (-1, None, "1", "it refuses to describe itself (error -1)"),
        (42, "Invalid", "1", "it refuses to describe itself (error 42)"),
        (0, None, "9", "it describes '9', which was not asked for"),
    ],
)
def test_what_no_broker_says_is_a_fault(error: int, message: str | None, resource: str, reason: str) -> None:
    answers = (versions(LATEST_WORDS), metadata("abc"), described(error, message, resource))
    found = identity(*answers, old=False)
    assert found.broker_id == Unknown(kind=UnknownKind.FAULT, reason=reason)


def test_whoever_knows_no_metadata_is_no_broker() -> None:
    with pytest.raises(wire.WireError, match="it knows no Metadata"):
        identity(versions({}), old=False)


def test_the_broker_itself_answers() -> None:
    found = identity(versions(NEW_WORDS), metadata(None), described(0, None, "1"), old=False)
    assert found.broker_id == Known(value=1)
    assert isinstance(found.cluster_id, Absent)


def test_an_acl_is_nothing_that_was_wrong_with_the_broker() -> None:
    refusal = described(31, "Cluster authorization failed.", "1")
    rows = offsets(("t", 0, 29))
    found = identity(versions(NEW_WORDS), metadata("abc"), refusal, rows, leaders={1: ("t", 0)}, old=False)
    assert isinstance(found.broker_id, Unknown)
    assert found.broker_id.kind is UnknownKind.DENIED
    assert "ACLs" in found.broker_id.reason


LEADERS = {1: ("a", 0), 4: ("b", 3), 5: ("c", 0)}


@pytest.mark.parametrize(
    ("errors", "leader"), [((6, 0, 3), 4), ((0, 6, 6), 1), ((6, 6, 3), None), ((0, 0, 6), None)]
)
def test_an_old_broker_is_the_leader_of_what_it_answers(errors: tuple[int, ...], leader: int | None) -> None:
    rows = [(*place, error) for place, error in zip(LEADERS.values(), errors, strict=True)]
    found = identity(offsets(*rows), leaders=LEADERS, old=True).broker_id
    assert found == Known(value=leader) if leader is not None else isinstance(found, Unknown)


def test_an_old_broker_without_leaders_to_tell_it_by_is_not_even_asked() -> None:
    with pytest.raises(StopIteration) as done:
        next(who_answers(1, {}, old=True))
    assert isinstance(done.value.value.broker_id, Unknown)


@given(st.binary(max_size=80))
def test_no_bytes_are_more_than_a_wire_error(content: bytes) -> None:
    for read in (wire.read_api_versions, wire.read_described, wire.read_cluster_id, wire.read_offsets):
        try:
            read(content)
        except wire.WireError:
            continue


def test_requests_have_their_size_key_version_and_a_client_id() -> None:
    for request, key, version in (
        (wire.api_versions_request(), 18, 0),
        (wire.describe_broker_request(7, 1), 32, 1),
        (wire.metadata_request(), 3, 2),
        (wire.list_offsets_request([("t", 0)]), 2, 0),
    ):
        size, found_key, found_version = struct.unpack_from(">ihh", request)
        assert (size, found_key, found_version) == (len(request) - 4, key, version)
        assert b"driftcheck" in request
