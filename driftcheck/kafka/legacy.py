"""Brokers of 0.8, which read their settings one after the other (kafka.utils.VerifiableProperties).

`data/settings_0_8.json` holds those readings in the order of KafkaConfig's constructor in 0.8.0, 0.8.1.1
and 0.8.2.2. Values are not trimmed, so that a trailing blank ends a start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from driftcheck.kafka import java_text
from driftcheck.kafka.listeners import Listener
from driftcheck.kafka.refusals import refuse, require
from driftcheck.kafka.tables import read_table
from driftcheck.kafka.verifiable_properties import check_range, parse
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

_UNLESS = {
    "log.roll.hours": ("log.roll.ms",),
    "log.roll.jitter.hours": ("log.roll.jitter.ms",),
    "log.retention.minutes": ("log.retention.ms",),
    "log.retention.hours": ("log.retention.ms", "log.retention.minutes"),
}
"""Readings that Kafka leaves out if one of these is set."""

_DEFAULT_DIRECTORY = "/tmp/kafka-logs"
_MEBIBYTE = 1024 * 1024


@frozen
class LegacyBroker:
    """What a broker of 0.8 takes from its configuration: `listener` is what it registers, `bound` binds."""

    broker_id: int
    listener: Listener
    bound: Listener


def read_legacy(properties: Mapping[str, str], release: Release) -> LegacyBroker:
    """Reads a configuration as a release of 0.8; refuses with its reason."""
    readings = _table()[release.family_name]
    names = {reading[1] for reading in readings}
    reader = _Reader(properties)
    for kind, name, *arguments in readings:
        if not any(other in names and other in properties for other in _UNLESS.get(name, ())):
            reader.read(kind, name, *arguments)
    host_from = "host.name"
    if release.family >= (0, 8, 1) and "advertised.host.name" in properties:
        host_from = "advertised.host.name"
    port_from = "port"
    if release.family >= (0, 8, 1) and "advertised.port" in properties:
        port_from = "advertised.port"
    return LegacyBroker(
        broker_id=reader.values["broker.id"],
        listener=_listener(properties.get(host_from), host_from, reader.values[port_from], port_from),
        bound=_listener(properties.get("host.name"), "host.name", reader.values["port"], "port"),
    )


def _listener(host: str | None, host_from: str, port: int, port_from: str) -> Listener:
    return Listener(
        name="PLAINTEXT",
        host=host if host and java_text.trim(host) else None,
        port=port,
        protocol="PLAINTEXT",
        host_from=host_from,
        port_from=port_from,
    )


@cache
def _table() -> Any:
    return read_table("settings_0_8.json")


@dataclass(slots=True)
class _Reader:
    """Reads settings in order; a limit or default that names a setting is that setting's value."""

    properties: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def read(self, kind: str, name: str, default: Any = None, low: Any = None, high: Any = None) -> None:
        """Reads one setting into `values`, or makes one cross-check."""
        match kind:
            case "check":
                _CHECKS[name](self)
            case "required" | "required-int":
                require(name in self.properties, f"Missing required property '{name}'")
                if kind == "required-int":
                    self._number("INT", name, low, high)
            case "string":
                pass
            case "map":
                parse("MAP", name, self.properties.get(name, ""))
            case "optional-int":
                if name in self.properties:
                    self._number("INT", name, low, high)
            case _ if name not in self.properties:
                self._store(name, self.values.get(default, default), low, high)
            case "int" | "long" | "short":
                self._number(kind.upper(), name, low, high)
            case _:
                self.values[name] = parse(kind.upper(), name, self.properties[name])

    def _number(self, kind: str, name: str, low: Any, high: Any) -> None:
        self._store(name, parse(kind, name, self.properties[name]), low, high)

    def _store(self, name: str, value: Any, low: Any, high: Any) -> None:
        if low is not None:
            check_range(name, value, self.values.get(low, low), self.values.get(high, high))
        self.values[name] = value


def _check_directories(reader: _Reader) -> None:
    text = reader.properties.get("log.dirs", reader.properties.get("log.dir", _DEFAULT_DIRECTORY))
    if not java_text.csv_list(text):
        refuse("requirement failed")


def _check_cleaner(reader: _Reader) -> None:
    threads = reader.values["log.cleaner.threads"]
    if threads == 0:
        refuse("/ by zero")
    size = reader.values["log.cleaner.dedupe.buffer.size"]
    reason = "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread."
    require(size // threads > _MEBIBYTE, reason)


def _check_socket_timeout(reader: _Reader) -> None:
    """0.8.2 compares with replica.fetch.wait.max.ms before that is read, so with 0."""
    require(
        reader.values["replica.socket.timeout.ms"] >= 0,
        "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary"
        " socket timeouts",
    )


def _check_lag(reader: _Reader) -> None:
    require(
        reader.values["replica.fetch.wait.max.ms"] <= reader.values["replica.lag.time.max.ms"],
        "replica.fetch.wait.max.ms should always be at least replica.lag.time.max.ms to prevent frequent"
        " changes in ISR",
    )


_CHECKS: dict[str, Callable[[_Reader], None]] = {
    "log.dirs": _check_directories,
    "cleaner": _check_cleaner,
    "socket-timeout": _check_socket_timeout,
    "lag": _check_lag,
}
