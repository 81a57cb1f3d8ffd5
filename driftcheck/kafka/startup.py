"""The order in which a release of 0.9 or later checks a configuration; the first failure is its answer."""

from __future__ import annotations

from driftcheck.kafka.broker_config import CONTROLLER_NAMES, BrokerConfig
from driftcheck.kafka.protocol_versions import protocol_version
from driftcheck.kafka.refusals import require
from driftcheck.kafka.startup_groups import check_groups, check_protocols
from driftcheck.kafka.startup_listeners import (
    check_broker_listeners,
    check_control_plane,
    check_controllers_apart,
    check_early_start,
    check_protocol_listeners,
    check_routable,
    names_of,
)
from driftcheck.kafka.startup_modes import check_ids, check_mode, check_roles, check_some_advertised
from driftcheck.kafka.startup_values import (
    check_codec,
    check_format,
    check_limits,
    check_numbers,
    check_overrides,
    check_sasl,
    inter_broker_version,
)


def check_startup(config: BrokerConfig) -> None:
    """Refuses what the release's KafkaConfig refuses, with its first reason."""
    _construct(config)
    _validate(config)


def _construct(config: BrokerConfig) -> None:
    """What fails while KafkaConfig's fields are set."""
    family = config.release.family
    check_roles(config)
    if family >= (3, 9):
        check_groups(config)
    if family >= (3, 3):
        check_early_start(config)
    if family < (4, 1):
        check_overrides(config)
    if (0, 10) <= family < (3, 0):
        protocol_version(config.get("log.message.format.version"), config.release)
    if family < (1, 1):
        config.inter_broker()
    if family < (4, 0):
        inter_broker_version(config)
    if family >= (3, 7):
        check_protocols(config)
    if family < (3, 9):
        check_codec(config)
    if family < (1, 1):
        config.listeners()
        config.advertised()


def _validate(config: BrokerConfig) -> None:
    """KafkaConfig.validateValues."""
    family = config.release.family
    check_ids(config)
    check_numbers(config)
    if family < (0, 10, 2):
        check_protocol_listeners(config)
    elif family < (3, 1):
        _check_names(config)
    else:
        _check_modes(config)
    check_format(config)
    check_sasl(config)
    check_limits(config)
    if (3, 5) <= family < (3, 9):
        check_groups(config)


def _check_names(config: BrokerConfig) -> None:
    """Listeners from 0.10.2 to 3.0."""
    family = config.release.family
    if family == (3, 0) and "controller" in config.roles:
        require(
            bool(config.controller_listeners()),
            f"{CONTROLLER_NAMES} cannot be empty if the server has the controller role",
        )
    advertised = names_of(config.advertised())
    own = names_of(config.listeners())
    if config.is_broker:
        check_broker_listeners(config, advertised, own)
    if family >= (1, 0):
        check_routable(config.advertised())
    if family >= (2, 8):
        check_controllers_apart(config)
    if family >= (2, 2):
        check_control_plane(config, advertised)


def _check_modes(config: BrokerConfig) -> None:
    """Listeners from 3.1 on."""
    advertised = config.advertised()
    names = names_of(advertised)
    check_mode(config, advertised)
    own = names_of(config.listeners())
    if config.is_broker:
        check_some_advertised(config, advertised)
        check_broker_listeners(config, names, own)
    check_routable(advertised)
    if config.release.family >= (3, 9):
        check_routable(config.advertised_controllers())
    if config.release.family < (4, 0):
        check_control_plane(config, names)
