"""Lists of endpoints as Kafka parses them: `NAME://host:port,NAME://[address]:port`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence

from driftcheck.kafka import java_text
from driftcheck.kafka.refusals import Refused, refuse, require
from driftcheck.kafka.scala_sets import set_order
from driftcheck.kafka.setting_maps import configured_map
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

_ANY = r"([^\n\r\x85\u2028\u2029]*)"
ENDPOINT = _ANY + r"://\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)"
"""An endpoint as every release from 0.10.1 to 4.1 takes it."""
_ENDPOINT_0_10_0 = _ANY + r"://\[?([0-9a-zA-Z\-%.:]*)\]?:(-?[0-9]+)"
_ENDPOINT_0_9 = _ANY + r"://\[?([0-9a-zA-Z\-.:]*)\]?:(-?[0-9]+)"

INT_RANGE = range(-(2**31), 2**31)

_IPV4 = r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}"


@frozen
class Listener:
    """One parsed endpoint; `host` is None where Kafka binds to every address.

    `host_from` and `port_from` name the settings that decided them.
    """

    name: str
    host: str | None
    port: int
    protocol: str
    host_from: str
    port_from: str


def protocols(release: Release) -> tuple[str, ...]:
    """The security protocols that a release knows; TRACE was for tests and left with 1.0."""
    known = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
    return (*known, "TRACE") if release.family < (1, 0) else known


def protocol_of(text: str, release: Release) -> str:
    """`SecurityProtocol.valueOf` (0.9) and `forName`, with the JVM's text for what is none."""
    name = text if release.family < (0, 10) else text.upper()
    if name not in protocols(release):
        package = "protocol" if release.family < (1, 0) else "security.auth"
        refuse(f"No enum constant org.apache.kafka.common.{package}.SecurityProtocol.{name}")
    return name


def normalised(name: str, release: Release) -> str:
    """A listener's name as Kafka compares it: in upper case; blank ones are refused from 3.6."""
    if release.family >= (3, 6) and not java_text.trim(name):
        refuse("The provided listener name is null or empty string")
    return name.upper()


def parse_listeners(
    text: str,
    security_map: Mapping[str, str],
    release: Release,
    *,
    distinct_ports: bool,
    sources: tuple[str, str],
) -> tuple[Listener, ...]:
    """A list of endpoints as a release of 0.10.2 or later takes it; `sources` decided hosts and ports."""
    found = []
    if release.family >= (3, 7):
        text = java_text.trim(text)
    for entry in java_text.csv_list(text):
        name_text, host, port_text = split_endpoint(entry, release)
        name = normalised(name_text, release)
        port = _port(port_text)
        protocol = _mapped(name, security_map)
        found.append(
            Listener(
                name=name,
                host=host or None,
                port=port,
                protocol=protocol,
                host_from=sources[0],
                port_from=sources[1],
            )
        )
    _check_distinct(found, text, release, distinct_ports)
    return tuple(found)


def parse_protocol_listeners(
    text: str, release: Release, *, checked: bool, sources: tuple[str, str]
) -> dict[str, Listener]:
    """A list of endpoints by security protocol, as 0.9 to 0.10.1 take it.

    `checked`: whether ports and protocols have to differ (Kafka 0.9 validateUniquePortAndProtocol).
    """
    try:
        found = [_protocol_listener(entry, release, sources) for entry in java_text.csv_list(text)]
    except Refused as refused:
        if checked:
            refuse(f"Error creating broker listeners from '{text}': {refused.reason}")
        raise
    if checked:
        ports = [listener.port for listener in found if listener.port]
        require(len(set(ports)) == len(ports), "Each listener must have a different port")
        names = {listener.protocol for listener in found}
        require(len(names) == len(found), "Each listener must have a different protocol")
    return {listener.protocol: listener for listener in found}


def _protocol_listener(entry: str, release: Release, sources: tuple[str, str]) -> Listener:
    name, host, port_text = split_endpoint(entry, release)
    port = _port(port_text)
    protocol = protocol_of(name, release)
    return Listener(
        name=protocol,
        host=host or None,
        port=port,
        protocol=protocol,
        host_from=sources[0],
        port_from=sources[1],
    )


def split_endpoint(entry: str, release: Release) -> tuple[str, str, str]:
    """Name, host ("" for none, without brackets) and port text of one endpoint."""
    pattern = ENDPOINT
    if release.family < (0, 10, 1):
        pattern = _ENDPOINT_0_9 if release.family < (0, 10) else _ENDPOINT_0_10_0
    match = re.fullmatch(pattern, entry)
    if match is None:
        refuse(f"Unable to parse {entry} to a broker endpoint")
    return match[1], match[2], match[3]


def security_map(text: str, release: Release) -> dict[str, str]:
    """listener.security.protocol.map: listener name → security protocol (0.10.2 and later)."""
    found: dict[str, str] = {}
    entries = configured_map("listener.security.protocol.map", text)
    java = release.family >= (3, 8)
    for name in java_text.hash_order(entries) if java else set_order(entries, release):
        key, protocol = normalised(name, release), entries[name]
        if protocol.upper() not in protocols(release):
            refuse(f"Invalid security protocol `{protocol}` defined in listener.security.protocol.map")
        if key in found and release.family >= (4, 1):
            _refuse_twice(key, found[key], protocol.upper())
        found[key] = protocol.upper()
    return found


def merged(mapped: Mapping[str, str], controllers: Sequence[str], release: Release) -> dict[str, str]:
    """A security map with PLAINTEXT for controllers; 4.1 refuses a controller's name given twice."""
    names = [name for name in controllers if name != "PLAINTEXT"]
    for at, name in enumerate(names):
        if name in names[:at] and release.family >= (4, 1):
            _refuse_twice(name, "PLAINTEXT", "PLAINTEXT")
    return dict(mapped) | dict.fromkeys(names, "PLAINTEXT")


def _refuse_twice(name: str, first: str, second: str) -> None:
    refuse(f"Duplicate key ListenerName({name}) (attempted merging values {first} and {second})")


def _port(text: str) -> int:
    try:
        return java_text.integer(text)
    except java_text.NotANumberError as error:
        refuse(str(error))


def _mapped(name: str, security_map: Mapping[str, str]) -> str:
    if name not in security_map:
        refuse(f"No security protocol defined for listener {name}")
    return security_map[name]


def _check_distinct(found: list[Listener], text: str, release: Release, distinct_ports: bool) -> None:
    """Names differ; ports differ (0 apart), which 0.10.2 to 2.6 ask before the names."""
    ports = [listener.port for listener in found if listener.port]
    port_text = f"Each listener must have a different port, listeners: {text}"
    if release.family < (2, 7):
        require(len(set(ports)) == len(ports), port_text)
    names = {listener.name for listener in found}
    require(len(names) == len(found), f"Each listener must have a different name, listeners: {text}")
    if release.family < (2, 7) or not distinct_ports:
        return
    if release.family < (3, 6):
        require(len(set(ports)) == len(ports), port_text)
        return
    for port in dict.fromkeys(ports):
        sharing = [listener for listener in found if listener.port == port]
        if len(sharing) > 1:
            _check_shared_port(sharing, text, port_text)


def _check_shared_port(sharing: list[Listener], text: str, port_text: str) -> None:
    """One IPv4 and one IPv6 literal may share a port (Kafka 3.6 CoreUtils, KAFKA-13299)."""
    port = sharing[0].port
    literals = [listener.host for listener in sharing if listener.host and _ip_version(listener.host)]
    others = len(sharing) - len(literals)
    require(others < 2, port_text)
    if not literals:
        return
    if len(literals) > 2 or (len(literals) == 1):
        refuse(
            "Each listener must have a different port unless exactly one listener has an IPv4 address and the"
            f" other IPv6 address, listeners: {text}, port: {port}"
        )
    reason = (
        "If you have two listeners on the same port then one needs to be IPv4 and the other IPv6,"
        f" listeners: {text}, port: {port}"
    )
    require({_ip_version(host) for host in literals} == {4, 6}, reason)
    if others:
        refuse(reason)


def _ip_version(host: str) -> int | None:
    """4, 6 or None, as commons-validator's InetAddressValidator has it."""
    if re.fullmatch(_IPV4, host):
        return 4 if all(int(part) < 256 for part in host.split(".")) else None
    bare, percent, zone = host.partition("%")
    if percent and (not zone or "%" in zone):
        return None
    try:
        ipaddress.IPv6Address(bare)
    except ValueError:
        return None
    return 6


def inter_broker_protocol(text: str, release: Release) -> str:
    """security.inter.broker.protocol as 0.10.2 and later read it."""
    if text.upper() not in protocols(release):
        refuse(f"Invalid security protocol `{text}` defined in security.inter.broker.protocol")
    return text.upper()
