"""Consumers of the old kind, which register in ZooKeeper (`kafka.consumer.ZookeeperConsumerConnector`)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from driftcheck.model.facts import Absent, Fact, Known, missing
from driftcheck.model.locations import Location

_ID = re.compile(r"(?P<host>.+)-(?P<time>\d{13})-[0-9a-f]{1,8}")

_MILLISECONDS = re.compile(r"[0-9]{1,14}")


def consumer_host(group: str, consumer_id: str, location: Location) -> Fact[str]:
    """The host name in an id, `GROUP_HOST-MILLISECONDS-8 HEX DIGITS` (Kafka 0.8 to 1.1).

    One that was given by `consumer.id`, or by another library, names no host.
    """
    made = _ID.fullmatch(consumer_id.removeprefix(f"{group}_"))
    if made is None or not consumer_id.startswith(f"{group}_"):
        return missing(f"the id {consumer_id!r} does not say on which host the consumer runs", location)
    return Known(value=made["host"], location=location)


def consumer_since(data: bytes, location: Location | None) -> Fact[datetime]:
    """When it registered, by its znode (`{"version":1,"subscription":{…},"timestamp":"1420485325400"}`)."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return Absent(evidence="the znode is not JSON", location=location)
    text = record.get("timestamp") if isinstance(record, dict) else None
    if not isinstance(text, str) or not _MILLISECONDS.fullmatch(text):
        return Absent(evidence="the znode has no time", location=location)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
    return Known(value=moment, location=location)
