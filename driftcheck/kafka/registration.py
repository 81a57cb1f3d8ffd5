"""A broker's record under `/brokers/ids`, read as Kafka's own readers do; its bytes are untrusted."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from driftcheck.kafka.listeners import ENDPOINT, INT_RANGE, protocols
from driftcheck.kafka.versions import families
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import RegisteredEndpoint

MAX_BYTES = 1 << 20
MAX_ENDPOINTS = 100
"""Brokers have two or three; each is compared with all others."""

_NOT_READ = Absent(evidence="the record was not read")
_PROTOCOLS = protocols(families()[0])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class BrokerRegistration:
    """One record, version 1 (0.8) to 5 (2.7 to 3.9) or a later one that keeps their names.

    `host` and `port` are the old pair: the first endpoint whose protocol is PLAINTEXT; where there is none,
    Kafka writes `null` and -1 (`host` Absent). `timestamp` is the broker's own clock at registration.
    """

    json_version: Fact[int]
    endpoints: Fact[tuple[RegisteredEndpoint, ...]]
    host: Fact[str]
    port: Fact[int]
    rack: Fact[str]
    timestamp: Fact[datetime]
    jmx_port: Fact[int] = _NOT_READ
    listener_security_protocol_map: Fact[Mapping[str, str]] = _NOT_READ
    features: Fact[Mapping[str, Any]] = _NOT_READ

    @property
    def timestamp_ms(self) -> Fact[int]:
        """`timestamp` in milliseconds since 1970."""
        if isinstance(self.timestamp, Known):
            return Known(value=(self.timestamp.value - _EPOCH) // timedelta(milliseconds=1))
        return self.timestamp


def parse_registration(data: bytes, location: Location | None = None) -> BrokerRegistration | Unknown:
    """Reads a record as Kafka 3.9 `BrokerIdZNode.decode` does; what it would throw at is an Unknown.

    Version 1 has host and port; from 2 on only `endpoints` count. Without a
    `listener_security_protocol_map` the listeners' names are security protocols. A field that Kafka does
    not need (rack, timestamp, jmx_port, the old pair) is Unknown by itself if it is malformed.
    """
    record = _record(data, location)
    if isinstance(record, Unknown):
        return record
    version = record.get("version")
    if type(version) is not int or version < 1 or version not in INT_RANGE:
        return _fault("it has no usable `version`", location)
    protocols = _text_map(record, location)
    endpoints = _only_endpoint(record, location) if version == 1 else _endpoints(record, protocols, location)
    if isinstance(endpoints, Unknown):
        return endpoints
    host = _field(record, "host", str, location)
    if isinstance(host, Known) and host.value == endpoints[0].host:
        host = Known(value=endpoints[0].host, location=location)  # one text for both: there may be thousands
    return BrokerRegistration(
        json_version=Known(value=version, location=location),
        endpoints=Known(value=endpoints, location=location),
        host=host,
        port=_field(record, "port", int, location),
        rack=_field(record, "rack", str, location),
        timestamp=_timestamp(record, location),
        jmx_port=_field(record, "jmx_port", int, location),
        listener_security_protocol_map=protocols,
        features=_field(record, "features", dict, location),
    )


def _record(data: bytes, location: Location | None) -> dict[str, Any] | Unknown:
    if len(data) > MAX_BYTES:
        return _fault(f"it is longer than {MAX_BYTES} bytes", location)
    try:
        record = json.loads(data)
    except RecursionError:
        return _fault("its JSON is nested too deep", location)
    except ValueError:
        return _fault("it is not JSON", location)
    if not isinstance(record, dict):
        return _fault("it is not a JSON object", location)
    return record


def _only_endpoint(
    record: Mapping[str, Any], location: Location | None
) -> tuple[RegisteredEndpoint, ...] | Unknown:
    host, port = record.get("host"), record.get("port")
    if not isinstance(host, str) or type(port) is not int:
        return _fault("it is of version 1 and has no usable `host` and `port`", location)
    protocol: Fact[str] = Known(value="PLAINTEXT", location=location)
    return (RegisteredEndpoint(listener="PLAINTEXT", host=host, port=port, protocol=protocol),)


def _endpoints(
    record: Mapping[str, Any], protocols: Fact[Mapping[str, str]], location: Location | None
) -> tuple[RegisteredEndpoint, ...] | Unknown:
    texts = record.get("endpoints")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return _fault("its `endpoints` are not a list of texts", location)
    if not texts:
        return _fault("it has no endpoint", location)
    if len(texts) > MAX_ENDPOINTS:
        return _fault(f"it has {len(texts)} endpoints, more than the {MAX_ENDPOINTS} that are read", location)
    found = []
    for text in texts:
        match = re.fullmatch(ENDPOINT, text)
        port = int(match[3]) if match and len(match[3]) < 20 else None
        if match is None or port is None or port not in INT_RANGE:
            return _fault(f"unable to parse {text[:200]} to a broker endpoint", location)
        name = sys.intern(match[1].upper())
        protocol = _protocol(name, protocols, location)
        found.append(RegisteredEndpoint(listener=name, host=match[2], port=port, protocol=protocol))
    if len({each.listener for each in found}) < len(found):
        return _fault("it has more than one endpoint with the same listener name", location)
    return tuple(found)


def _protocol(name: str, protocols: Fact[Mapping[str, str]], location: Location | None) -> Fact[str]:
    match protocols:
        case Unknown():
            return protocols
        case Absent():
            protocol: str | None = name
        case Known():
            protocol = protocols.value.get(name)
    if protocol is None:
        return _fault(f"no security protocol defined for listener {name}", location)
    if protocol.upper() not in _PROTOCOLS:
        return _fault(f"{protocol} is not a security protocol", location)
    return Known(value=sys.intern(protocol.upper()), location=location)


def _text_map(record: Mapping[str, Any], location: Location | None) -> Fact[Mapping[str, str]]:
    fact = _field(record, "listener_security_protocol_map", dict, location)
    if isinstance(fact, Known) and not all(isinstance(value, str) for value in fact.value.values()):
        return _fault("its `listener_security_protocol_map` is not a mapping of texts", location)
    return fact


def _field(record: Mapping[str, Any], key: str, kind: type[Any], location: Location | None) -> Fact[Any]:
    value = record.get(key)
    if value is None:
        return Absent(evidence=_not_said(key, is_null=key in record), location=location)
    if type(value) is not kind:
        return _fault(f"its `{key}` is malformed", location)
    return Known(value=value, location=location)


@cache
def _not_said(key: str, *, is_null: bool) -> str:
    return f"`{key}` {'is null in' if is_null else 'is not in'} the registration"


def _timestamp(record: Mapping[str, Any], location: Location | None) -> Fact[datetime]:
    value = record.get("timestamp")
    if value is None:
        return Absent(evidence="`timestamp` is not in the registration", location=location)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int:
        return _fault("its `timestamp` is malformed", location)
    try:
        return Known(value=_EPOCH + timedelta(milliseconds=value), location=location)
    except OverflowError:
        return _fault("its `timestamp` is out of range", location)


def _fault(reason: str, location: Location | None) -> Unknown:
    return Unknown(
        kind=UnknownKind.FAULT, reason=f"the registration is malformed: {reason}", location=location
    )
