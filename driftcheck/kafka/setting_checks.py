"""The validators of Kafka's ConfigDef, named as `data/settings.json` names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftcheck.kafka.java_text import double_text
from driftcheck.kafka.protocol_versions import protocol_version
from driftcheck.kafka.quorum import parse_bootstrap_server, parse_voters
from driftcheck.kafka.refusals import Refused, invalid_value
from driftcheck.kafka.versions import Release


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
}
