"""What a broker of a Kafka release would register with a configuration, or why it would not start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from driftcheck.kafka import java_text
from driftcheck.kafka.broker_config import BrokerConfig
from driftcheck.kafka.connect_string import NO_SERVER, parse_connect_string
from driftcheck.kafka.legacy import read_legacy
from driftcheck.kafka.listeners import Listener
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.startup import check_startup
from driftcheck.kafka.versions import Release, families, parse_version
from driftcheck.model.facts import Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen

CANONICAL = "canonical host name"
"""Stands in `host_from` where the machine's own name decides."""

_GAP = "⟨?⟩"
_INDENT = " \t\f"


@frozen
class Endpoint:
    """One endpoint as Kafka would register it; `str()` is `NAME://host:port`.

    `host_from` and `port_from` name the setting that decided host and port; the host may also come from the
    "canonical host name". `bracketed` is False for 0.8, whose record has no place for brackets.
    """

    name: str
    host: Fact[str]
    port: int
    security_protocol: str
    host_from: str
    port_from: str
    bracketed: bool = True

    def __str__(self) -> str:
        host = self.host.value if isinstance(self.host, Known) else _GAP
        if self.bracketed and ":" in host:
            host = f"[{host}]"
        return f"{self.name}://{host}:{self.port}"


@frozen
class EffectiveEndpoints:
    """What one release makes of one configuration.

    Either `error` is Kafka's reason for refusing it, or `endpoints` are what it registers: none for a
    controller, whose own are `controller_endpoints`. `listeners` is what it binds to. `host` and `port` are
    the old pair of a registration: the first endpoint with the protocol PLAINTEXT, else None and -1 (`host`
    is None as well where the canonical host name is not known). `broker_id` is -1 where ZooKeeper gives one;
    `zk_error` is what the ZooKeeper client says of zookeeper.connect, after KafkaConfig has taken it.
    """

    release: Release
    endpoints: tuple[Endpoint, ...] | None
    error: str | None = None
    host: str | None = None
    port: int | None = None
    broker_id: int | None = None
    roles: tuple[str, ...] = ()
    registers_broker: bool = False
    inter_broker_listener: str | None = None
    listener_protocols: Mapping[str, str] | None = None
    controller_endpoints: tuple[Endpoint, ...] = ()
    listeners: tuple[Listener, ...] = ()
    zk_error: str | None = None

    @property
    def advertised(self) -> tuple[Endpoint, ...]:
        """What others are told: a broker's endpoints, else a controller's."""
        return (self.endpoints or ()) if self.registers_broker else self.controller_endpoints


def effective_endpoints(
    properties: Mapping[str, str], *, version: str, hostname: str | None
) -> EffectiveEndpoints:
    """What a broker of `version` would register, or the error with which it would not start.

    `properties` are texts as a java.util.Properties parser gives them (leading blanks are dropped here as
    there, trailing ones matter to 0.8); `version` is a text such as "0.8",
    "0.10.2" or "3.9.1" (without a patch number the family's last release); `hostname` is what Java takes
    for the machine's canonical host name, None if that is not known. Raises UsageError for a version that
    is none. Checked against KafkaConfig of all families from 0.8 to 4.1.
    """
    return _effective(properties, parse_version(version), hostname)


def effective_endpoints_by_family(
    properties: Mapping[str, str], *, hostname: str | None
) -> dict[str, EffectiveEndpoints]:
    """The same for every family's last release: for a broker whose version is not known."""
    return {release.family_name: _effective(properties, release, hostname) for release in families()}


def agreed_endpoints(by_family: Mapping[str, EffectiveEndpoints]) -> Fact[tuple[str, ...]]:
    """The endpoints as texts, if all families that would start agree; else Unknown with the candidates."""
    found: dict[tuple[str, ...], list[str]] = {}
    for family, effective in by_family.items():
        if effective.endpoints is not None:
            found.setdefault(tuple(map(str, effective.endpoints)), []).append(family)
    if len(found) == 1:
        (texts,) = found
        assumed = () if len(found[texts]) == len(by_family) else ("a release that starts with this",)
        return Known(value=texts, assumed=assumed)
    return Unknown(
        kind=UnknownKind.MISSING_INPUT,
        reason="the releases of Kafka differ in what they register, and the version is not known",
        candidates=tuple(
            Known(value=texts, assumed=(f"Kafka {', '.join(releases)}",)) for texts, releases in found.items()
        ),
    )


def _effective(properties: Mapping[str, str], release: Release, hostname: str | None) -> EffectiveEndpoints:
    loaded = {key: value.lstrip(_INDENT) for key, value in properties.items()}
    try:
        if release.family < (0, 9):
            return _legacy(loaded, release, hostname)
        config = BrokerConfig.read(loaded, release)
        check_startup(config)
        return _accepted(config, hostname)
    except Refused as refused:
        return EffectiveEndpoints(release=release, endpoints=None, error=refused.reason)


def _legacy(properties: Mapping[str, str], release: Release, hostname: str | None) -> EffectiveEndpoints:
    broker = read_legacy(properties, release)
    endpoint = _endpoint(broker.listener, hostname, bracketed=False)
    return EffectiveEndpoints(
        release=release,
        endpoints=(endpoint,),
        host=_known(endpoint),
        port=endpoint.port,
        broker_id=broker.broker_id,
        registers_broker=True,
        inter_broker_listener="PLAINTEXT",
        listener_protocols={"PLAINTEXT": "PLAINTEXT"},
        listeners=(broker.bound,),
        zk_error=_zookeeper_error(properties["zookeeper.connect"], release),
    )


def _accepted(config: BrokerConfig, hostname: str | None) -> EffectiveEndpoints:
    endpoints = _endpoints(config.advertised(), hostname) if config.is_broker else ()
    plaintext = next((each for each in endpoints if each.security_protocol == "PLAINTEXT"), None)
    connect = config.get("zookeeper.connect")
    listeners = config.listeners()
    return EffectiveEndpoints(
        release=config.release,
        endpoints=endpoints,
        host=_known(plaintext) if plaintext else None,
        port=plaintext.port if plaintext else -1,
        broker_id=config.broker_id,
        roles=tuple(sorted(config.roles)),
        registers_broker=config.is_broker,
        inter_broker_listener=config.inter_broker()[0],
        listener_protocols={listener.name: listener.protocol for listener in listeners},
        controller_endpoints=_controllers(config, hostname),
        listeners=listeners,
        zk_error=None if config.roles else _zookeeper_error(connect, config.release),
    )


def _zookeeper_error(connect: str | None, release: Release) -> str | None:
    """What the release's ZooKeeper client says; without a server those before 3.5 (Kafka 2.4) just wait."""
    error = None if connect is None else parse_connect_string(connect).error
    return None if error and NO_SERVER in error and release.family < (2, 4) else error


def _controllers(config: BrokerConfig, hostname: str | None) -> tuple[Endpoint, ...]:
    return _endpoints(config.advertised_controllers(), hostname) if "controller" in config.roles else ()


def _endpoints(listeners: Iterable[Listener], hostname: str | None) -> tuple[Endpoint, ...]:
    return tuple(_endpoint(listener, hostname) for listener in listeners)


def _endpoint(listener: Listener, hostname: str | None, *, bracketed: bool = True) -> Endpoint:
    host: Fact[str]
    host_from = listener.host_from
    if listener.host is not None and java_text.trim(listener.host):
        host = Known(value=listener.host)
    else:
        host_from = CANONICAL
        host = _canonical(hostname, listener)
    return Endpoint(
        name=listener.name,
        host=host,
        port=listener.port,
        security_protocol=listener.protocol,
        host_from=host_from,
        port_from=listener.port_from,
        bracketed=bracketed,
    )


def _canonical(hostname: str | None, listener: Listener) -> Fact[str]:
    if hostname is not None:
        return Known(value=hostname)
    return Unknown(
        kind=UnknownKind.MISSING_INPUT,
        reason="the machine's canonical host name is not known",
        fragments=(f"{listener.name}://", None, f":{listener.port}"),
    )


def _known(endpoint: Endpoint) -> str | None:
    return endpoint.host.value if isinstance(endpoint.host, Known) else None
