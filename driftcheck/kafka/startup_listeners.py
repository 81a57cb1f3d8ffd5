"""Kafka's checks of listeners and advertised listeners at start-up, common to all modes (KafkaConfig)."""

from __future__ import annotations

from collections.abc import Iterable

from driftcheck.kafka.broker_config import ADVERTISED, CONTROLLER_NAMES, BrokerConfig
from driftcheck.kafka.listeners import Listener
from driftcheck.kafka.refusals import refuse, require
from driftcheck.kafka.scala_sets import set_order, set_text

_INTER_BROKER = "inter.broker.listener.name"
_CONTROL_PLANE = "control.plane.listener.name"
_EARLY = "early.start.listeners"


def names_of(listeners: Iterable[Listener]) -> list[str]:
    """The names, each once, in order."""
    return list(dict.fromkeys(listener.name for listener in listeners))


def _listed(names: list[str], config: BrokerConfig) -> str:
    return ",".join(set_order(names, config.release))


def check_protocol_listeners(config: BrokerConfig) -> None:
    """0.9 to 0.10.1: security protocols take the place of listener names."""
    advertised, own = names_of(config.advertised()), names_of(config.listeners())
    require(
        config.inter_broker()[1] in advertised,
        "security.inter.broker.protocol must be a protocol in the configured set of advertised.listeners. The"
        f" valid options based on currently configured protocols are {set_text(advertised, config.release)}",
    )
    require(
        set(advertised) <= set(own),
        "advertised.listeners protocols must be equal to or a subset of listeners protocols. Found"
        f" {set_text(advertised, config.release)}. The valid"
        f" options based on currently configured protocols are {set_text(own, config.release)}",
    )


def check_broker_listeners(config: BrokerConfig, advertised: list[str], own: list[str]) -> None:
    """The brokers' own listener is advertised, and what is advertised is listened to."""
    require(
        config.inter_broker()[0] in advertised,
        f"{_INTER_BROKER} must be a listener name defined in {ADVERTISED}. The valid options based on"
        f" currently configured listeners are {_listed(advertised, config)}",
    )
    require(
        set(advertised) <= set(own),
        f"{ADVERTISED} listener names must be equal to or a subset of the ones defined in listeners. Found"
        f" {_listed(advertised, config)}."
        f" The valid options based on the current configuration are {_listed(own, config)}",
    )


def check_routable(advertised: Iterable[Listener]) -> None:
    """0.0.0.0 leads nowhere (from 1.0, KAFKA-4260)."""
    require(
        all(listener.host != "0.0.0.0" for listener in advertised),
        f"{ADVERTISED} cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.",
    )


def check_controllers_apart(config: BrokerConfig) -> None:
    """2.8 and 3.0: no controller's listener is advertised with the very same host and port."""

    def key(listener: Listener) -> tuple[str, str | None, int]:
        return listener.name, listener.host, listener.port

    advertised = {key(listener) for listener in config.advertised()}
    require(
        not any(key(listener) in advertised for listener in config.controller_listeners()),
        f"{ADVERTISED} cannot contain any of {CONTROLLER_NAMES}",
    )


def check_control_plane(config: BrokerConfig, advertised: list[str]) -> None:
    """control.plane.listener.name is advertised and not the brokers' own (2.2 to 3.9)."""
    name = config.control_plane()
    if name is None:
        return
    require(
        name in advertised,
        f"{_CONTROL_PLANE} must be a listener name defined in {ADVERTISED}. The valid options based on"
        f" currently configured listeners are {_listed(advertised, config)}",
    )
    require(
        name != config.inter_broker()[0],
        f"{_CONTROL_PLANE}, when defined, should have a different value from the inter broker listener name."
        f" Currently they both have the value ListenerName({name})",
    )


def check_early_start(config: BrokerConfig) -> None:
    """early.start.listeners names listeners; with it 3.3 and later read `listeners` before all else."""
    names = names_of(config.listeners())
    config.controller_listeners()
    for part in (config.get(_EARLY) or "").split(","):
        if (name := part.strip()) and name not in names:
            refuse(
                f"{_EARLY} contains listener {name}, but this is not contained in listeners or"
                f" {CONTROLLER_NAMES}"
            )
