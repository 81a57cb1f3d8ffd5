"""Kafka's checks of process roles, ids, voters and controller listeners at start-up (KafkaConfig)."""

from __future__ import annotations

from driftcheck.kafka.broker_config import ADVERTISED, CONTROLLER_NAMES, MAP, BrokerConfig
from driftcheck.kafka.listeners import Listener, normalised
from driftcheck.kafka.protocol_versions import named
from driftcheck.kafka.quorum import parse_voters
from driftcheck.kafka.refusals import refuse, require
from driftcheck.kafka.scala_sets import set_text
from driftcheck.kafka.startup_listeners import names_of
from driftcheck.kafka.startup_values import inter_broker_version, log_directories

_VOTERS = "controller.quorum.voters"
_ROLES = "process.roles"
_MIGRATION = "zookeeper.metadata.migration.enable"


def check_roles(config: BrokerConfig) -> None:
    """A role may be given once."""
    roles = config.roles
    if len(set(roles)) != len(roles):
        names = roles
        if config.release.family < (3, 4):
            names = tuple(f"{role.capitalize()}Role" for role in roles)
        refuse(f"Duplicate role names found in `{_ROLES}`: ArrayBuffer({', '.join(names)})")


def check_ids(config: BrokerConfig) -> None:
    """broker.id, node.id and zookeeper.connect."""
    family = config.release.family
    if family >= (3, 1) and config.get("node.id") != config.get("broker.id"):
        refuse("You must set `node.id` to the same value as `broker.id`.")
    if family >= (4, 0):
        return
    if not config.roles:
        _check_zookeeper_id(config)
        return
    node_id = config.broker_id if family < (3, 1) else config.get("node.id")
    if node_id < 0:
        refuse(
            "Missing configuration `node.id` which is required when `process.roles` is defined (i.e. when"
            " running in KRaft mode)."
        )
    if config.migrating and config.get("zookeeper.connect") is None:
        refuse(f"If using `{_MIGRATION}` in KRaft mode, `zookeeper.connect` must also be set.")
    if family == (3, 0):
        _check_voters_3_0(config)


def _check_zookeeper_id(config: BrokerConfig) -> None:
    family = config.release.family
    if family >= (2, 8) and config.get("zookeeper.connect") is None:
        refuse("Missing required configuration `zookeeper.connect` which has no default value.")
    at_least = "equal or greater than" if family < (2, 8) else "greater than or equal to"
    generated = config.get("broker.id.generation.enable")
    if generated is False or (generated is None and family < (0, 9)):  # 0.9.0.0 has no switch for it
        require(config.broker_id >= 0, f"broker.id must be {at_least} 0")
        return
    if config.migrating and family >= (3, 9):
        _check_generation(config)
    require(
        -1 <= config.broker_id <= config.get("reserved.broker.max.id"),
        f"broker.id must be {at_least} -1 and not greater than reserved.broker.max.id",
    )


def _check_generation(config: BrokerConfig) -> None:
    require(
        config.broker_id >= 0,
        "broker.id generation is incompatible with ZooKeeper migration. Please stop using it before enabling"
        " migration (set broker.id to a value greater or equal to 0).",
    )


def _check_voters_3_0(config: BrokerConfig) -> None:
    voters = parse_voters(config.get(_VOTERS), config.release)
    controller = "controller" in config.roles
    if not voters:
        refuse(f"If using {_ROLES}, {_VOTERS} must contain a parseable set of voters.")
    contains = f"If {_ROLES} {'contains' if controller else 'does not contain'} the 'controller' role"
    must = "must" if controller else "must not"
    require(
        (config.broker_id in voters) is controller,
        f"{contains}, the node id {config.broker_id} {must} be included in the set of voters"
        f" {_VOTERS}={set_text(voters, config.release)}",
    )
    for setting in ("alter.config.policy.class.name", "create.topic.policy.class.name"):
        require(config.get(setting) is None, f"{setting} is not supported in KRaft.")


def check_mode(config: BrokerConfig, advertised: tuple[Listener, ...]) -> None:
    """What the roles ask of voters and controller listeners (3.1 and later)."""
    roles = set(config.roles)
    voters = parse_voters(config.get(_VOTERS), config.release)
    if not roles:
        if config.release.family < (4, 0):
            _check_zookeeper_mode(config, voters, advertised)
        return
    _check_some_voters(config, voters, _ROLES)
    family = config.release.family
    if family < (4, 0):
        not_kraft = "control.plane.listener.name is not supported in KRaft mode."
        if family < (3, 2):
            not_kraft += f" KRaft uses {CONTROLLER_NAMES} instead."
        require(config.control_plane() is None, not_kraft)
    if roles == {"broker"}:
        _check_broker(config, voters, advertised)
    elif roles == {"controller"}:
        _check_controller(config, voters, advertised)
    else:
        if family < (3, 9):
            _check_clients_apart(config, advertised)
        _check_controller_role(config, voters)
        if family < (3, 9):
            check_some_advertised(config, advertised)


def check_some_advertised(config: BrokerConfig, advertised: tuple[Listener, ...]) -> None:
    """A broker advertises something."""
    kind = "broker advertised" if config.release.family >= (3, 9) else "advertised"
    perhaps = f" Perhaps all listeners appear in {CONTROLLER_NAMES}?" if "broker" in config.roles else ""
    require(bool(advertised), f"There must be at least one {kind} listener.{perhaps}")


def _check_zookeeper_mode(
    config: BrokerConfig, voters: tuple[int, ...], advertised: tuple[Listener, ...]
) -> None:
    family = config.release.family
    names = config.controller_names()
    shown = f"[{', '.join(names)}]"
    if not config.migrating:
        require(not names, f"{CONTROLLER_NAMES} must be empty when not running in KRaft mode: {shown}")
    else:
        _check_migration(config, voters, shown)
    if family < (3, 9):
        check_some_advertised(config, advertised)


def _check_migration(config: BrokerConfig, voters: tuple[int, ...], shown: str) -> None:
    """Moving from ZooKeeper to KRaft (3.4 to 3.9)."""
    family = config.release.family
    if family >= (3, 9):
        _check_generation(config)
    if family < (3, 5):
        require(
            "authorizer.class.name" not in config.originals,
            "ZooKeeper migration does not yet support authorizers. Remove authorizer.class.name before"
            " performing a migration.",
        )
    _check_some_voters(config, voters, _MIGRATION)
    require(
        bool(config.controller_names()),
        f"{CONTROLLER_NAMES} must not be empty when running in ZooKeeper migration mode: {shown}",
    )
    version = inter_broker_version(config)
    require(
        version >= named("3.4-IV0"),
        "Cannot enable ZooKeeper migration without setting 'inter.broker.protocol.version' to 3.4 or higher",
    )
    if family >= (3, 5) and len(log_directories(config)) > 1:
        if family < (3, 7):
            require(
                False,
                "Cannot enable ZooKeeper migration when multiple log directories (aka JBOD) are in use.",
            )
        require(
            version >= named("3.7-IV2"),
            "Cannot enable ZooKeeper migration with multiple log directories (aka JBOD) without setting"
            " 'inter.broker.protocol.version' to 3.7-IV2 or higher",
        )


def _check_some_voters(config: BrokerConfig, voters: tuple[int, ...], using: str) -> None:
    if voters:
        return
    if config.release.family < (3, 9):
        refuse(f"If using {using}, {_VOTERS} must contain a parseable set of voters.")
    if config.get("controller.quorum.bootstrap.servers"):
        return
    refuse(
        f"If using {using}, either controller.quorum.bootstrap.servers must contain the set of bootstrap"
        f" controllers or {_VOTERS} must contain a parseable set of controllers."
    )


def _check_broker(config: BrokerConfig, voters: tuple[int, ...], advertised: tuple[Listener, ...]) -> None:
    names, node_id = config.controller_names(), config.get("node.id")
    if config.release.family < (3, 9):
        _check_clients_apart(config, advertised)
    require(
        node_id not in voters,
        f"If {_ROLES} contains just the 'broker' role, the node id {node_id} must not be included in the set"
        f" of voters {_VOTERS}={set_text(voters, config.release)}",
    )
    require(
        bool(names),
        f"{CONTROLLER_NAMES} must contain at least one value when running KRaft with just the broker role",
    )
    require(
        not config.controller_listeners(),
        f"{CONTROLLER_NAMES} must not contain a value appearing in the 'listeners' configuration when running"
        " KRaft with just the broker role",
    )
    mapped = config.security_map()
    for text in names:
        name = normalised(text, config.release)
        if name not in mapped:
            refuse(
                f"Controller listener with name {name} defined in {CONTROLLER_NAMES} not found in {MAP}  (an"
                f" explicit security mapping for each controller listener is required if {MAP} is non-empty,"
                " or if there are security protocols other than PLAINTEXT in use)"
            )
    if config.release.family < (3, 9):
        check_some_advertised(config, advertised)


def _check_controller(
    config: BrokerConfig, voters: tuple[int, ...], advertised: tuple[Listener, ...]
) -> None:
    family = config.release.family
    only = f"config must only contain KRaft controller listeners from {CONTROLLER_NAMES} when"
    if family >= (3, 9):
        complete = len(config.advertised_controllers()) == len(config.listeners())
        require(complete, f"The listeners {only} {_ROLES}=controller")
    elif family >= (3, 3):
        require(
            config.get(ADVERTISED) is None, f"The {ADVERTISED} config must be empty when {_ROLES}=controller"
        )
        require(not advertised, f"The listeners {only} {_ROLES}=controller")
    else:
        source = "listeners" if config.get(ADVERTISED) is None else ADVERTISED
        require(not advertised, f"The {source} {only} {_ROLES}=controller")
    if family >= (4, 0) and config.get("inter.broker.listener.name") is not None:
        require(
            config.inter_broker()[0] not in config.controller_names(),
            f"{CONTROLLER_NAMES} must not contain an explicitly set inter.broker.listener.name configuration"
            f" value when {_ROLES}=controller'",
        )
    _check_controller_role(config, voters)


def _check_controller_role(config: BrokerConfig, voters: tuple[int, ...]) -> None:
    node_id, family = config.get("node.id"), config.release.family
    require(
        node_id in voters or (not voters and family >= (3, 9)),
        f"If {_ROLES} contains the 'controller' role, the node id {node_id} must be included in the set of"
        f" voters {_VOTERS}={set_text(voters, config.release)}",
    )
    require(
        bool(config.advertised_controllers()),
        f"{CONTROLLER_NAMES} must contain at least one value appearing in the 'listeners' configuration when"
        " running the KRaft controller role",
    )
    own = names_of(config.listeners())
    require(
        all(name in own for name in config.controller_names()),
        f"{CONTROLLER_NAMES} must only contain values appearing in the 'listeners' configuration when running"
        " the KRaft controller role",
    )


def _check_clients_apart(config: BrokerConfig, advertised: tuple[Listener, ...]) -> None:
    names = config.controller_names()
    require(
        not any(listener.name in names for listener in advertised),
        f"The {ADVERTISED} config must not contain KRaft controller listeners from {CONTROLLER_NAMES} when"
        f" {_ROLES} contains the broker role because Kafka clients that send requests via advertised"
        " listeners do not send requests to KRaft controllers -- they only send requests to KRaft brokers.",
    )
