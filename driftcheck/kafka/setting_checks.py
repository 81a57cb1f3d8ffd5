"""The validators of Kafka's ConfigDef, named as the tables of settings name them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from driftcheck.kafka.java_text import double_text
from driftcheck.kafka.protocol_versions import protocol_version
from driftcheck.kafka.quorum import parse_bootstrap_server, parse_voters
from driftcheck.kafka.refusals import Refused, invalid_value, refuse
from driftcheck.kafka.versions import Release

_URLS = "http://localhost:8080,https://localhost:8443."
_DURATION = r"(?i)by_duration:\+?P(\+?\d+D)?(T(\+?\d+H)?(\+?\d+M)?(\+?\d+(\.\d{0,9})?S)?)?(?<![PT])"
"""A java.time.Duration that is not negative."""


def check(rule: str, name: str, value: Any, release: Release) -> None:
    """Refuses a parsed value as the release's validator does. `rule` is empty or `NAME ARGUMENTS`."""
    if rule:
        kind, _, arguments = rule.partition(" ")
        _CHECKS[kind](arguments, name, value, release)


def _range(arguments: str, name: str, value: Any, release: Release) -> None:
    low, high = arguments.split(" ")
    shown = double_text(value) if isinstance(value, float) else value
    if low != "null" and value < float(low):
        invalid_value(name, shown, f"Value must be at least {low}")
    if high != "null" and float(value) > float(high):
        invalid_value(name, shown, f"Value must be no more than {high}")


def _in(arguments: str, name: str, value: Any, release: Release) -> None:
    if value not in arguments.split(", "):
        invalid_value(name, value, f"String must be one of: {arguments}")


def _each(arguments: str, name: str, value: Any, release: Release) -> None:
    for part in value:
        _in(arguments, name, part, release)


def _any_case(arguments: str, name: str, value: Any, release: Release) -> None:
    if value is None or value.upper() not in arguments.split(", "):
        invalid_value(name, value, f"String must be one of (case insensitive): {arguments}")


def _protocol_version(arguments: str, name: str, value: Any, release: Release) -> None:
    try:
        protocol_version(value, release)
    except Refused as refused:
        invalid_value(name, value, refused.reason)


def _non_empty(arguments: str, name: str, value: Any, release: Release) -> None:
    if value == "":
        invalid_value(name, value, "String must be non-empty")


def _always(arguments: str, name: str, value: Any, release: Release) -> None:
    """A set value is never null."""


def _voters(arguments: str, name: str, value: Any, release: Release) -> None:
    parse_voters(value, release)


def _bootstrap_servers(arguments: str, name: str, value: Any, release: Release) -> None:
    for entry in value:
        parse_bootstrap_server(entry, release)


def _gzip_level(arguments: str, name: str, value: Any, release: Release) -> None:
    if value != -1 and not 1 <= value <= 9:
        why = "Value must be between 1 and 9 or equal to -1"
        invalid_value(name, value, why)


def _pool_size(arguments: str, name: str, value: Any, release: Release) -> None:
    if value != -1 and value < 1:
        invalid_value(name, value, "Value can be -1 or greater than 0")


def _storage_size(arguments: str, name: str, value: Any, release: Release) -> None:
    """Of Connect's own topics (TopicCreationConfig)."""
    if value != -1 and value <= 0:
        what = "Number of partitions must be positive"
        if name.endswith("replication.factor"):
            cluster = "the number of brokers in the Kafka cluster"
            what = f"Replication factor must be positive and not larger than {cluster}"
        invalid_value(name, value, f"{what}, or -1 to use the broker's default")


def _connect_protocol(arguments: str, name: str, value: Any, release: Release) -> None:
    if value.lower() not in arguments.split(", "):
        invalid_value(name, value, "Invalid Connect protocol compatibility")


def _urls(arguments: str, name: str, value: Any, release: Release) -> None:
    if not value and name == "listeners":
        refuse("Invalid value for listeners, at least one URL is expected, ex: " + _URLS)
    if any(not entry for entry in value):
        old = release.family < (3, 0)
        refuse(
            "Empty listener found when parsing list." if old else f"Empty URL found when parsing {name} list."
        )


def _offset_reset(arguments: str, name: str, value: Any, release: Release) -> None:
    if value not in ("latest", "earliest", "none") and not re.fullmatch(_DURATION, value):
        allowed = "'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'"
        why = f"Invalid value `{value}` for configuration {name}. The value must be either {allowed}."
        invalid_value(name, value, why)


def _acknowledgement(arguments: str, name: str, value: Any, release: Release) -> None:
    if value not in ("implicit", "explicit"):
        allowed = "'implicit' or 'explicit'"
        why = f"Invalid value `{value}` for configuration {name}. The value must either be {allowed}."
        invalid_value(name, value, why)


_CHECKS: dict[str, Callable[[str, str, Any, Release], None]] = {
    "range": _range,
    "in": _in,
    "each": _each,
    "anycase": _any_case,
    "protocol-version": _protocol_version,
    "nonempty": _non_empty,
    "nonnull": _always,
    "voters": _voters,
    "bootstrap-servers": _bootstrap_servers,
    "gzip-level": _gzip_level,
    "pool-size": _pool_size,
    "storage-size": _storage_size,
    "protocol": _connect_protocol,
    "urls": _urls,
    "offset-reset": _offset_reset,
    "acknowledgement": _acknowledgement,
}
