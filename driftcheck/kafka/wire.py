"""The few messages of Kafka's protocol that ask a broker who it is: all are read-only, none creates a topic.

Sizes are in front of messages as in Kafka's protocol guide; what a broker sends is never trusted.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TypeVar

from driftcheck.model.frozen import frozen

T = TypeVar("T")

LIST_OFFSETS, METADATA, API_VERSIONS, DESCRIBE_CONFIGS = 2, 3, 18, 32
"""The keys of the APIs."""

BROKER_RESOURCE = 4
"""What DescribeConfigs calls a broker (ConfigResource.Type)."""

NO_ERROR = 0
NOT_AUTHORISED = (29, 30, 31)
"""Error codes of topics, groups and the cluster that an ACL keeps from who asks."""

CLIENT_ID = b"driftcheck"
CORRELATION_ID = 0x64726966
MAX_ANSWER_BYTES = 2 * 1024 * 1024
"""The longest is that of a cluster with thousands of brokers."""

MAX_ITEMS = 100_000

_LENGTH = struct.Struct(">h")

Versions = Mapping[int, tuple[int, int]]
"""API key → the lowest and the highest version that a broker understands."""


class WireError(ValueError):
    """Bytes that are not what was asked for."""


@frozen
class ConfigAnswer:
    """The first resource of a DescribeConfigs answer."""

    error: int
    message: str
    resource: str


@cache
def api_versions_request() -> bytes:
    """ApiVersions v0 (0.10.0 and later)."""
    return _request(API_VERSIONS, 0, b"")


def describe_broker_request(broker_id: int, version: int) -> bytes:
    """DescribeConfigs v0 to v3 (0.11.0 and later) of a broker's own id, which that broker alone answers."""
    name = str(broker_id).encode()
    names = struct.pack(">i", 1) + _text(b"broker.id")
    resource = struct.pack(">b", BROKER_RESOURCE) + _text(name) + names
    more = (b"\0" if version >= 1 else b"") + (b"\0" if version >= 3 else b"")
    return _request(DESCRIBE_CONFIGS, version, struct.pack(">i", 1) + resource + more)


@cache
def metadata_request() -> bytes:
    """Metadata v2 (0.10.1 and later) of no topic at all: brokers and cluster alone."""
    return _request(METADATA, 2, struct.pack(">i", 0))


def list_offsets_request(partitions: Sequence[tuple[str, int]]) -> bytes:
    """ListOffsets v0 (0.8.0 to 3.9) of the newest offset of each partition, which its leader alone gives."""
    body = struct.pack(">ii", -1, len(partitions))
    for topic, partition in partitions:
        body += _text(topic.encode()) + struct.pack(">iiqi", 1, partition, -1, 1)
    return _request(LIST_OFFSETS, 0, body)


@lru_cache(maxsize=16)
def read_api_versions(body: bytes) -> Versions:
    """What the answer to `api_versions_request` says; brokers of one release all say the same."""
    reader = _Reader(body)
    error = reader.integer("h")
    if error != NO_ERROR:
        raise WireError(f"ApiVersions is refused with error {error}")
    found = reader.items(lambda: (reader.integer("h"), (reader.integer("h"), reader.integer("h"))))
    return dict(found)


def read_described(body: bytes) -> ConfigAnswer:
    reader = _Reader(body)
    reader.integer("i")
    if reader.integer("i") < 1:
        raise WireError("it describes nothing")
    error, message = reader.integer("h"), reader.text()
    reader.integer("b")
    return ConfigAnswer(error=error, message=message, resource=reader.text())


@lru_cache(maxsize=4)
def read_cluster_id(body: bytes) -> str:
    """The cluster's id in the answer to `metadata_request`; "" if there is none.

    Every broker lists all of them, and all in the same order: a thousand answers are read once.
    """
    reader = _Reader(body)
    reader.pass_brokers(reader.integer("i"))
    return reader.text()


def read_offsets(body: bytes) -> Mapping[tuple[str, int], int]:
    """Topic and partition → the error with which it was answered."""
    reader = _Reader(body)

    def partition() -> tuple[int, int]:
        found = reader.integer("i"), reader.integer("h")
        reader.items(lambda: reader.integer("q"))
        return found

    topics = reader.items(lambda: (reader.text(), reader.items(partition)))
    return {(topic, number): error for topic, numbers in topics for number, error in numbers}


def answer_size(received: bytes | bytearray | memoryview) -> int | None:
    """How many bytes an answer has with its size in front; None if too few are there to say.

    Raises WireError for a size that no answer to these questions has: this is not Kafka speaking.
    """
    if len(received) < 4:
        return None
    (size,) = struct.unpack_from(">i", received)
    if not 4 <= size <= MAX_ANSWER_BYTES:
        raise WireError("it does not speak Kafka's protocol")
    return 4 + int(size)


def answer_body(message: bytes) -> bytes:
    """An answer without its size and header. Raises WireError if it answers something else."""
    (correlation,) = struct.unpack_from(">i", message, 4)
    if correlation != CORRELATION_ID:
        raise WireError("it answers something else")
    return message[8:]


def _request(key: int, version: int, body: bytes) -> bytes:
    message = struct.pack(">hhi", key, version, CORRELATION_ID) + _text(CLIENT_ID) + body
    return struct.pack(">i", len(message)) + message


def _text(content: bytes) -> bytes:
    return struct.pack(">h", len(content)) + content


class _Reader:
    """Reads one value after the other. Raises WireError where there is none."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def integer(self, kind: str) -> int:
        """A signed number of 1 (b), 2 (h), 4 (i) or 8 (q) bytes."""
        try:
            (value,) = struct.unpack_from(f">{kind}", self._body, self._at)
        except struct.error:
            raise WireError("the answer ends too soon") from None
        self._at += struct.calcsize(kind)
        return int(value)

    def text(self) -> str:
        """A text; "" for none."""
        length = self.integer("h")
        if length < 0:
            return ""
        content = self._body[self._at : self._at + length]
        if len(content) < length:
            raise WireError("the answer ends too soon")
        self._at += length
        return content.decode("utf-8", "replace")

    def pass_brokers(self, count: int) -> None:
        """Passes a list of brokers: id, host, port and rack of each."""
        if not -1 <= count <= MAX_ITEMS:
            raise WireError("the answer has too many items")
        body, at = self._body, self._at
        length = _LENGTH.unpack_from
        try:
            for _ in range(count):
                at += 4 + 2 + max(0, length(body, at + 4)[0]) + 4
                at += 2 + max(0, length(body, at)[0])
        except struct.error:
            raise WireError("the answer ends too soon") from None
        self._at = at

    def items(self, read: Callable[[], T]) -> list[T]:
        count = self.integer("i")
        if not -1 <= count <= MAX_ITEMS:
            raise WireError("the answer has too many items")
        return [read() for _ in range(count)]
