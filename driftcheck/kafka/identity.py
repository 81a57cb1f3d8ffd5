"""Which broker answers: what to ask the one at the other end, and what its answers say.

Kafka has no "who are you". From 0.11.0 on DescribeConfigs of a broker's id is answered by that broker alone,
and any other names its own id in the refusal (`Unexpected broker id, expected 1, but received 4`;
AdminManager, later ConfigHelper). Before that only a partition's leader gives its offsets, so that of one
partition of each leader the one that is answered says who answers; a broker that leads none cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from itertools import islice

from driftcheck.kafka import wire
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen

MAX_LEADERS = 2_000

_OWN_ID = re.compile(r"expected (-?[0-9]{1,10})(?: or empty string)?, but received")
_NO_ACCESS = Unknown(
    kind=UnknownKind.DENIED,
    reason="its ACLs let nobody ask without credentials, and driftcheck has none for Kafka",
)

Leaders = Mapping[int, tuple[str, int]]
"""Broker id → a partition (topic, number) that it leads."""

Asking = Generator[bytes, bytes, "Identity"]
"""Yields a message to send, and is sent the body of its answer."""


@frozen
class Identity:
    """`broker_id`: the answering broker's own. `cluster_id`: its cluster's (Absent before 0.10.1)."""

    broker_id: Fact[int]
    cluster_id: Fact[str]


def who_answers(expected: int, leaders: Leaders, *, old: bool) -> Asking:
    """Asks a broker that should be `expected`; `old`: it registered as brokers before 0.10.0 do, which must
    not be asked for their versions: 0.8 closes the connection, 0.9 never answers and drops what others sent
    it in the same moment. Raises WireError for what no broker answers.
    """
    cluster_id: Fact[str] = Absent(evidence="brokers tell their cluster's id from 0.10.1 on")
    versions: wire.Versions = {wire.LIST_OFFSETS: (0, 0)}
    if not old:
        versions = wire.read_api_versions((yield wire.api_versions_request()))
        if wire.METADATA not in versions:
            raise wire.WireError("it speaks Kafka's protocol and is no broker: it knows no Metadata")
    if _understands(versions, wire.METADATA, 2):
        told_id = wire.read_cluster_id((yield wire.metadata_request()))
        if told_id:
            cluster_id = Known(value=told_id)
    broker_id: Fact[int] = _unsupported("it answers none of the questions that would tell which broker it is")
    version = next(
        (each for each in (0, 1, 2, 3) if _understands(versions, wire.DESCRIBE_CONFIGS, each)), None
    )
    if version is not None:
        described = wire.read_described((yield wire.describe_broker_request(expected, version)))
        broker_id = _described(described, expected)
    if not isinstance(broker_id, Known) and _understands(versions, wire.LIST_OFFSETS, 0):
        told = yield from _by_leadership(dict(islice(leaders.items(), MAX_LEADERS)))
        broker_id = told if version is None or isinstance(told, Known) else broker_id
    return Identity(broker_id=broker_id, cluster_id=cluster_id)


def _by_leadership(leaders: Leaders) -> Generator[bytes, bytes, Fact[int]]:
    if not leaders:
        return _unsupported("it is older than 0.11.0, and no partition's leader is known to tell it by")
    answer = yield wire.list_offsets_request(list(leaders.values()))
    errors = wire.read_offsets(answer)
    leading = [broker for broker, place in leaders.items() if errors.get(place) == wire.NO_ERROR]
    if len(leading) == 1:
        return Known(value=leading[0])
    if leading:
        return _unsupported("it answers as several brokers: leaders are changing")
    if any(error in wire.NOT_AUTHORISED for error in errors.values()):
        return _NO_ACCESS
    return _unsupported("it is older than 0.11.0 and leads none of the partitions that would tell it")


def _described(answer: wire.ConfigAnswer, expected: int) -> Fact[int]:
    if answer.error == wire.NO_ERROR and answer.resource == str(expected):
        return Known(value=expected)
    if answer.error in wire.NOT_AUTHORISED:
        return _NO_ACCESS
    own = _OWN_ID.search(answer.message)
    if own is not None:
        return Known(value=int(own[1]))
    if answer.error == wire.NO_ERROR:
        return _fault(f"it describes {answer.resource!r}, which was not asked for")
    return _fault(f"it refuses to describe itself (error {answer.error})")


def _understands(versions: wire.Versions, key: int, version: int) -> bool:
    low, high = versions.get(key, (0, -1))
    return low <= version <= high


def _fault(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason)


def _unsupported(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason)
