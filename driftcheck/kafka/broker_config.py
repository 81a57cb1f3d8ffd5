"""One configuration as one release reads it, and the lists of endpoints that follow (KafkaConfig)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from driftcheck.kafka import java_text
from driftcheck.kafka.listeners import (
    Listener,
    inter_broker_protocol,
    merged,
    normalised,
    parse_listeners,
    parse_protocol_listeners,
    protocol_of,
    security_map,
    split_endpoint,
)
from driftcheck.kafka.refusals import Refused, refuse
from driftcheck.kafka.settings import read, settings_of
from driftcheck.kafka.versions import Release
from driftcheck.model.frozen import frozen

MAP = "listener.security.protocol.map"
ADVERTISED = "advertised.listeners"
CONTROLLER_NAMES = "controller.listener.names"
_MAPPED_BY_DEFAULT = ("SSL", "SASL_SSL", "SASL_PLAINTEXT")


@frozen
class BrokerConfig:
    """The settings of a broker or controller of 0.9 or later. `originals` are those that are set."""

    release: Release
    originals: Mapping[str, str]
    values: Mapping[str, Any]

    @staticmethod
    def read(properties: Mapping[str, str], release: Release) -> BrokerConfig:
        """Reads every setting; refuses as the release's ConfigDef does."""
        originals = dict(properties)
        if release.family >= (3, 1):
            _add_synonym(originals, "broker.id", "node.id")
            _add_synonym(originals, "node.id", "broker.id")
        return BrokerConfig(release=release, originals=originals, values=read(originals, release))

    def get(self, name: str) -> Any:
        """A setting's value, its default, or None where the release does not have it."""
        return self.values.get(name)

    @property
    def roles(self) -> tuple[str, ...]:
        """process.roles; none in ZooKeeper mode."""
        return tuple(self.get("process.roles") or ())

    @property
    def broker_id(self) -> int:
        """The id, -1 to have one generated; 2.8 and 3.0 prefer node.id."""
        node_id = self.get("node.id")
        if (2, 8) <= self.release.family < (3, 1) and node_id >= 0:
            return int(node_id)
        return int(self.get("broker.id"))

    @property
    def is_broker(self) -> bool:
        """Whether it registers as a broker: with that role, or up to 3.9 without any."""
        return "broker" in self.roles or (not self.roles and self.release.family < (4, 0))

    @property
    def migrating(self) -> bool:
        """Whether it moves from ZooKeeper to KRaft (3.4 to 3.9)."""
        return bool(self.get("zookeeper.metadata.migration.enable"))

    def security_map(self) -> dict[str, str]:
        """Listener name → security protocol, with KRaft's defaults for controllers (from 3.1)."""
        family = self.release.family
        mapped = security_map(self.get(MAP), self.release)
        if MAP in self.originals or family < (3, 1) or not (self.roles or family >= (4, 0)):
            return mapped
        names = self.controller_names()
        if any(name in _MAPPED_BY_DEFAULT for name in names):
            return mapped
        for entry in java_text.csv_list(self.get("listeners")):
            if _name_of(entry, self.release) in _MAPPED_BY_DEFAULT:
                return mapped
        return merged(mapped, names, self.release)

    def listeners(self) -> tuple[Listener, ...]:
        """What it binds to, with the gaps filled from host.name and port up to 2.8."""
        text = self.get("listeners")
        sources = ("listeners", "listeners" if "listeners" in self.originals else "the default port")
        if text is None:
            text = f"PLAINTEXT://{self.get('host.name')}:{self.get('port')}"
            sources = (self._set("host.name"), self._set("port"))
        return self._parse(text, sources, distinct_ports=True)

    def advertised(self) -> tuple[Listener, ...]:
        """What it tells clients and, as a broker, registers."""
        family = self.release.family
        found = self._advertised_listeners()
        if found is None:
            found = self.listeners()
        elif family < (3, 9):
            return found
        names = self.controller_names()
        if not names:
            return found
        kept = self.control_plane() if self.migrating and family >= (3, 9) else None
        return tuple(listener for listener in found if listener.name not in names or listener.name == kept)

    def controller_names(self) -> tuple[str, ...]:
        """controller.listener.names, split as the release splits them: only 4.1 trims."""
        text = self.get(CONTROLLER_NAMES) or ""
        if self.release.family >= (4, 1):
            return tuple(java_text.csv_list(text))
        if self.release.family < (2, 8) or (not text and self.release.family >= (3, 1)):
            return ()
        return tuple(java_text.split_plain(text))

    def controller_listeners(self) -> tuple[Listener, ...]:
        """The listeners that are controllers'."""
        names = self.controller_names()
        return tuple(listener for listener in self.listeners() if listener.name in names)

    def advertised_controllers(self) -> tuple[Listener, ...]:
        """What a controller tells the others (from 3.9; before that its listeners).

        0.0.0.0 is what 3.9.0 alone refuses to inherit from `listeners` (KAFKA-18281).
        """
        if self.release.family < (3, 9):
            return self.controller_listeners()
        names = self.controller_names()
        advertised = self._advertised_listeners() or ()
        if self.release.family == (3, 9) and self.release.patch == 0 and not advertised:
            advertised = self.listeners()
        first = {listener.name: listener for listener in reversed(advertised) if listener.name in names}
        own = {listener.name: listener for listener in reversed(self.controller_listeners())}
        found = []
        for name in names:
            key = normalised(name, self.release)
            if key in first:
                found.append(first[key])
            elif key in own:
                found.append(replace(own[key], host=None) if own[key].host == "0.0.0.0" else own[key])
        return tuple(found)

    def inter_broker(self) -> tuple[str, str]:
        """Name and security protocol of the listener that brokers use among themselves."""
        text = self.get("security.inter.broker.protocol")
        if self.release.family < (0, 10, 2):
            protocol = protocol_of(text, self.release)
            return protocol, protocol
        name = self.get("inter.broker.listener.name")
        if name is None:
            protocol = inter_broker_protocol(text, self.release)
            return protocol, protocol
        if "security.inter.broker.protocol" in self.originals:
            refuse("Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.")
        return self._named("inter.broker.listener.name", f"Listener with name {name.upper()}", name)

    def control_plane(self) -> str | None:
        """control.plane.listener.name (2.2 to 3.9), which has to be in the security map."""
        name = self.get("control.plane.listener.name")
        if name is None:
            return None
        return self._named("control.plane.listener.name", f"Listener with {name.upper()}", name)[0]

    def _named(self, setting: str, subject: str, text: str) -> tuple[str, str]:
        name = normalised(text, self.release)
        mapped = self.security_map()
        if name not in mapped:
            refuse(f"{subject} defined in {setting} not found in {MAP}.")
        return name, mapped[name]

    def _advertised_listeners(self) -> tuple[Listener, ...] | None:
        """What the settings about advertising say; None if there are none."""
        text = self.get(ADVERTISED)
        if text is not None:
            return self._parse(text, (ADVERTISED, ADVERTISED), distinct_ports=self.release.family < (2, 7))
        host, port = self.get("advertised.host.name"), self.get("advertised.port")
        if host is None and port is None:
            return None
        host_from = self._set("host.name") if host is None else "advertised.host.name"
        port_from = self._set("port") if port is None else "advertised.port"
        host = self.get("host.name") if host is None else host
        port = self.get("port") if port is None else port
        composed = f"PLAINTEXT://{host}:{port}"
        return self._parse(composed, (host_from, port_from), distinct_ports=self.release.family < (2, 7))

    def _parse(self, text: str, sources: tuple[str, str], *, distinct_ports: bool) -> tuple[Listener, ...]:
        if self.release.family >= (0, 10, 2):
            return parse_listeners(
                text, self.security_map(), self.release, distinct_ports=distinct_ports, sources=sources
            )
        checked = sources[0] in ("listeners", ADVERTISED)
        return tuple(parse_protocol_listeners(text, self.release, checked=checked, sources=sources).values())

    def _set(self, name: str) -> str:
        if name in self.originals:
            return name
        return "the default port" if name == "port" else "canonical host name"

    def enabled_mechanisms(self, listener: str) -> tuple[str, ...]:
        """sasl.enabled.mechanisms of a listener, which its prefix overrides from 1.1."""
        found: Mapping[str, Any] = self.values
        if self.release.family >= (1, 1):
            found = self._with_prefix(f"listener.name.{listener.lower()}.")
        return tuple(found.get("sasl.enabled.mechanisms") or ())

    def _with_prefix(self, prefix: str) -> Mapping[str, Any]:
        overridden = dict(self.values)
        known = settings_of(self.release)
        for key, text in self.originals.items():
            setting = known.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
            if setting is not None:
                overridden[setting.name] = setting.parse(text, self.release)
        return overridden


def _add_synonym(originals: dict[str, str], name: str, other: str) -> None:
    if name not in originals and other in originals:
        originals[name] = originals[other]


def _name_of(entry: str, release: Release) -> str:
    """`EndPoint.parseListenerName`."""
    if release.family >= (3, 9):
        name, colon, _ = entry.partition(":")
        if colon:
            return name.upper()
    else:
        try:
            return split_endpoint(entry, release)[0].upper()
        except Refused:
            pass
    return refuse(f"Unable to parse a listener name from {entry}")
