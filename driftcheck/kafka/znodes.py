"""What Kafka keeps in ZooKeeper beside the registrations, as facts: all of it is untrusted JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias, TypeGuard

from driftcheck.kafka.secrets import is_secret_value
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location

WITHHELD = "[secret]"
"""Stands for a secret override's value. Kafka stores it encrypted with a salt: two are never comparable."""

Replicas: TypeAlias = Mapping[int, tuple[int, ...]]
Moving: TypeAlias = Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]

_MOVING = re.compile(rb'"(?:adding|removing)_replicas"\s*:\s*\{\s*"')
"""A topic with such an entry; all others need not be read twice."""


def controller_id(data: bytes, location: Location) -> Fact[int]:
    """The broker id in `/controller` (`{"version":1,"brokerid":1,…}`)."""
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    return _integer(record, "brokerid", location)


def cluster_id(data: bytes, location: Location) -> Fact[str]:
    """The id in `/cluster/id` (`{"version":"1","id":"…"}`)."""
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    value = record.get("id")
    if not isinstance(value, str):
        return _malformed("its `id` is not a text", location)
    return Known(value=value, location=location)


def overrides(data: bytes, location: Location) -> Fact[Mapping[str, str]]:
    """The settings in `/config/brokers/ID` (`{"version":1,"config":{…}}`); secret values are not kept."""
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    config = record.get("config")
    if not isinstance(config, dict) or not all(isinstance(value, str) for value in config.values()):
        return _malformed("its `config` is not a mapping of texts", location)
    kept = {key: WITHHELD if is_secret_value(key, value) else value for key, value in config.items()}
    return Known(value=kept, location=location)


def assignments(data: bytes, location: Location) -> Fact[Replicas]:
    """Partition → replicas in `/brokers/topics/TOPIC`, versions 1 to 3 (`{"partitions":{"0":[1,2]}}`)."""
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    partitions = record.get("partitions")
    if not isinstance(partitions, dict):
        return _malformed("its `partitions` is not a mapping", location)
    numbers = partition_numbers(partitions)
    if numbers is None:
        return _malformed("one of its partitions is not a number", location)
    for number, replicas in zip(numbers, partitions.values(), strict=True):
        if not _is_ids(replicas):
            return _malformed(f"the replicas of partition {number} are not broker ids", location)
    found = dict(zip(numbers, map(tuple, partitions.values()), strict=True))
    return Known(value=found, location=location)


def moving(data: bytes, location: Location) -> Moving:
    """Partition → the replicas that a reassignment under way adds and removes, in `/brokers/topics/TOPIC`
    (version 2 and later, Kafka 2.4, KIP-455). What is malformed is `assignments`' to say.
    """
    if not _MOVING.search(data):
        return {}
    record = _record(data, location)
    if isinstance(record, Unknown):
        return {}
    adding, removing = (_by_partition(record.get(key)) for key in ("adding_replicas", "removing_replicas"))
    return {
        partition: (adding.get(partition, ()), removing.get(partition, ()))
        for partition in sorted({*adding, *removing})
    }


def reassignments(data: bytes, location: Location) -> Fact[tuple[str, ...]]:
    """The `topic-number` of the partitions in `/admin/reassign_partitions`
    (`{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2]}]}`).
    """
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    listed = record.get("partitions")
    if not isinstance(listed, list) or not all(_is_named(each) for each in listed):
        return _malformed("its `partitions` is not a list of partitions", location)
    return Known(value=tuple(f"{each['topic']}-{each['partition']}" for each in listed), location=location)


def partition_numbers(names: Collection[str]) -> list[int] | None:
    """The numbers of a topic's partitions; None if one is none. Of thousands all are looked at together."""
    texts, lengths = "".join(names), set(map(len, names))
    if names and not (texts.isascii() and texts.isdigit() and min(lengths) > 0 and max(lengths) < 10):
        return None
    return list(map(int, names))


def partition_state(data: bytes, location: Location) -> tuple[Fact[int], Fact[tuple[int, ...]]]:
    """Leader (-1: none) and in-sync replicas in `/brokers/topics/TOPIC/partitions/P/state`."""
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record, record
    isr, leader = record.get("isr"), _integer(record, "leader", location)
    if not _is_ids(isr):
        return leader, _malformed("its `isr` is not a list of broker ids", location)
    return leader, Known(value=tuple(isr), location=location)


def _by_partition(value: object) -> dict[int, tuple[int, ...]]:
    """Those that are there; a partition for which nothing is added or removed is left out."""
    entries = value.items() if isinstance(value, dict) else ()
    return {
        int(number): tuple(replicas)
        for number, replicas in entries
        if number.isascii() and number.isdigit() and len(number) < 10 and _is_ids(replicas) and replicas
    }


def _is_named(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("topic"), str)
        and type(entry.get("partition")) is int
    )


def _record(data: bytes, location: Location) -> dict[str, Any] | Unknown:
    """The JSON object in a znode; texts nested too deep, numbers too long and anything else are Unknown."""
    try:
        record = json.loads(data)
    except RecursionError:
        return _malformed("its JSON is nested too deep", location)
    except ValueError:
        return _malformed("it is not JSON", location)
    if not isinstance(record, dict):
        return _malformed("it is not a JSON object", location)
    return record


def _integer(record: Mapping[str, Any], key: str, location: Location) -> Fact[int]:
    if key not in record:
        return Absent(evidence=f"the znode has no `{key}`", location=location)
    value = record[key]
    if type(value) is not int:
        return _malformed(f"its `{key}` is not a whole number", location)
    return Known(value=value, location=location)


def _is_ids(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(item) is int for item in value)


def _malformed(reason: str, location: Location) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=f"the znode is malformed: {reason}", location=location)
