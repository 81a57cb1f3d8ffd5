"""Kafka's checks of settings against each other at start-up, apart from listeners (KafkaConfig)."""

from __future__ import annotations

import re

from driftcheck.kafka import java_text
from driftcheck.kafka.broker_config import BrokerConfig
from driftcheck.kafka.protocol_versions import ProtocolVersion, named, protocol_version
from driftcheck.kafka.refusals import refuse, require
from driftcheck.kafka.setting_maps import configured_numbers

_HOUR = 60 * 60 * 1000
_MINUTE = 60 * 1000
_MEBIBYTE = 1024 * 1024
_PROTOCOL_VERSION = "inter.broker.protocol.version"
_FORMAT_VERSION = "log.message.format.version"
_OVERRIDES = "max.connections.per.ip.overrides"
_FIRST_WITH_FORMAT = ("0.8.0", "0.10.0", "0.11.0")
_ADDRESS = re.compile(r"[0-9a-zA-Z\-%._:]*")


def log_directories(config: BrokerConfig) -> list[str]:
    """log.dirs, else log.dir."""
    text = config.get("log.dirs")
    return java_text.csv_list(config.get("log.dir") if text is None else text)


def check_numbers(config: BrokerConfig) -> None:
    """What every release checks before it looks at its listeners."""
    family = config.release.family
    at_least = "equal or greater than" if family < (2, 8) else "greater than or equal to"
    require(_duration(config, "log.roll") >= 1, f"log.roll.ms must be {at_least} 1")
    require(_duration(config, "log.roll.jitter") >= 0, f"log.roll.jitter.ms must be {at_least} 0")
    retention = _duration(config, "log.retention")
    require(retention != 0, f"log.retention.ms must be unlimited (-1) or, {at_least} 1")
    if not log_directories(config):
        if family < (0, 11):
            refuse("requirement failed")
        require(False, "At least one log directory must be defined via log.dirs or log.dir.")
    if (3, 6) <= family < (3, 8):
        _check_remote_storage(config)
    _check_cleaner(config)
    _check_replica_times(config)
    acks = config.get("offsets.commit.required.acks")
    if family < (3, 9):
        require(
            -1 <= acks <= config.get("offsets.topic.replication.factor"),
            "offsets.commit.required.acks must be greater or equal -1 and less or equal to"
            " offsets.topic.replication.factor",
        )
    if family < (3, 5):
        _check_compression(config)


def check_overrides(config: BrokerConfig) -> dict[str, int]:
    """max.connections.per.ip.overrides, read before the other checks up to 4.0."""
    return configured_numbers(_OVERRIDES, config.get(_OVERRIDES))


def check_codec(config: BrokerConfig, name: str = "offsets.topic.compression.codec") -> None:
    """A codec is a number up to 3 (2.0), then 4."""
    codec = config.get(name)
    if not 0 <= codec <= (3 if config.release.family < (2, 1) else 4):
        old = f"{codec} is an unknown compression codec"
        refuse(old if config.release.family < (3, 5) else f"Unknown compression type id: {codec}")


def inter_broker_version(config: BrokerConfig) -> ProtocolVersion:
    """inter.broker.protocol.version; KRaft pins it to 3.0 from 3.3 and refuses older ones."""
    text = config.get(_PROTOCOL_VERSION)
    if not config.roles or config.release.family < (3, 3):
        return protocol_version(text, config.release)
    lowest = named("3.0-IV1")
    if _PROTOCOL_VERSION in config.originals and protocol_version(text, config.release) < lowest:
        refuse(f"A non-KRaft version {text} given for {_PROTOCOL_VERSION}. The minimum version is 3.0-IV1")
    return lowest


def check_format(config: BrokerConfig) -> None:
    """log.message.format.version against inter.broker.protocol.version (0.10 to 3.9; KAFKA-6238 in 1.0.1)."""
    family = config.release.family
    if not (0, 10) <= family < (4, 0):
        return
    version = inter_broker_version(config)
    text = config.get(_FORMAT_VERSION)
    if family < (1, 0) or (family, config.release.patch) == ((1, 0), 0):
        require(
            version >= protocol_version(text, config.release),
            f"{_FORMAT_VERSION} {text} cannot be used when {_PROTOCOL_VERSION} is set to"
            f" {config.get(_PROTOCOL_VERSION)}",
        )
        return
    if family < (3, 0) or version < named("3.0-IV1"):
        record = protocol_version(text, config.release).record_version
        require(
            version.record_version >= record,
            f"{_FORMAT_VERSION} {text} can only be used when {_PROTOCOL_VERSION} is set to version"
            f" {_FIRST_WITH_FORMAT[record]} or higher",
        )
    if family >= (2, 2) and config.get("offsets.topic.compression.codec") == 4:
        require(
            version.record_version >= 2,
            f"offsets.topic.compression.codec zstd can only be used when {_PROTOCOL_VERSION} is set to"
            " version 2.1 or higher",
        )


def check_sasl(config: BrokerConfig) -> None:
    """The mechanism that brokers use among themselves has to be enabled (0.10 and later)."""
    if config.release.family < (0, 10):
        return
    name, protocol = config.inter_broker()
    if not protocol.startswith("SASL_"):
        return
    mechanism = config.get("sasl.mechanism.inter.broker.protocol")
    if config.release.family < (4, 0) and mechanism != "GSSAPI":
        require(
            inter_broker_version(config) >= named("0.10.0-IV1"),
            "Only GSSAPI mechanism is supported for inter-broker communication with SASL when"
            f" {_PROTOCOL_VERSION} is set to {config.get(_PROTOCOL_VERSION)}",
        )
    require(
        mechanism in config.enabled_mechanisms(name),
        "sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used"
        " for inter-broker communication",
    )


def check_limits(config: BrokerConfig) -> None:
    """Limits on requests and connections."""
    family = config.release.family
    if family < (1, 0):
        return
    queued = config.get("queued.max.request.bytes")
    require(
        queued <= 0 or queued >= config.get("socket.request.max.bytes"),
        "queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
    )
    if family < (2, 0):
        return
    if config.get("max.connections.per.ip") == 0:
        require(
            bool(check_overrides(config)),
            f"max.connections.per.ip can be set to zero only if {_OVERRIDES} property is set.",
        )
    if family < (2, 1):
        return
    invalid = [address for address in check_overrides(config) if not _ADDRESS.fullmatch(address)]
    if invalid:
        refuse(f"{_OVERRIDES} contains invalid addresses : {','.join(invalid)}")
    idle = config.get("connections.max.idle.ms")
    delay = config.get("connection.failed.authentication.delay.ms")
    require(
        idle < 0 or delay < idle,
        f"connection.failed.authentication.delay.ms={delay} should always be less than"
        f" connections.max.idle.ms={idle} to prevent failed authentication responses from timing out",
    )


def _duration(config: BrokerConfig, name: str) -> int:
    """A time in ms: `.ms` beats `.minutes` beats `.hours`."""
    for unit, factor in (("ms", 1), ("minutes", _MINUTE), ("hours", _HOUR)):
        value = config.get(f"{name}.{unit}")
        if value is not None:
            return int(value) * factor
    return 0


def _check_remote_storage(config: BrokerConfig) -> None:
    directories = log_directories(config)
    if config.get("remote.log.storage.system.enable") and len(directories) > 1:
        refuse(
            f"Multiple log directories `{','.join(directories)}` are not supported when remote log storage is"
            " enabled"
        )


def _check_cleaner(config: BrokerConfig) -> None:
    threads = config.get("log.cleaner.threads")
    if threads == 0:
        refuse("/ by zero")
    require(
        config.get("log.cleaner.dedupe.buffer.size") // threads > _MEBIBYTE,
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
    )


def _check_replica_times(config: BrokerConfig) -> None:
    wait = config.get("replica.fetch.wait.max.ms")
    require(
        wait <= config.get("replica.socket.timeout.ms"),
        "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary"
        " socket timeouts",
    )
    if config.release.family < (0, 10, 1):
        require(
            config.get("replica.fetch.max.bytes") >= config.get("message.max.bytes"),
            "replica.fetch.max.bytes should be equal or greater than message.max.bytes",
        )
    relation = "at least" if config.release.family < (1, 0) else "less than or equal to"
    require(
        wait <= config.get("replica.lag.time.max.ms"),
        f"replica.fetch.wait.max.ms should always be {relation} replica.lag.time.max.ms to prevent frequent"
        " changes in ISR",
    )


def _check_compression(config: BrokerConfig) -> None:
    options = ["uncompressed", "snappy", "lz4", "gzip", "producer"]
    if config.release.family >= (2, 1):
        options = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]
    text = config.get("compression.type")
    require(
        text.lower() in options,
        f"compression.type : {text} is not valid. Valid options are {','.join(options)}",
    )
