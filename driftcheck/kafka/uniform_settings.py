"""Which settings have to be the same on every broker of a cluster, and what each comes to on one broker."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from driftcheck.kafka.settings import Setting, settings_of
from driftcheck.kafka.versions import Release, families
from driftcheck.model.frozen import frozen

LOSS, DIFFERENCE = "loss", "difference"
"""What a difference does: data or access can be lost; or the brokers merely behave differently."""

_MINUTE, _HOUR = 60_000, 3_600_000


@frozen
class UniformSetting:
    """A setting that brokers have to agree on.

    `keys`: the keys that decide it, the strongest first, each with the factor that makes its number one of
    `name`'s unit. `effect`: what a difference does, as the end of a sentence about the odd broker.
    """

    name: str
    risk: str
    effect: str
    keys: tuple[tuple[str, int], ...]


def _one(name: str, risk: str, effect: str) -> UniformSetting:
    return UniformSetting(name=name, risk=risk, effect=effect, keys=((name, 1),))


_CREATED = "A topic that the odd broker creates gets other properties than one that another broker creates."
_LED = "What holds for a partition changes with the broker that leads it."
_CONTROLLER = "What happens depends on which broker is the controller, and changes with it."
_INTERNAL = "Which broker is asked first decides how many copies the internal topic gets, for good."
_ACCESS = "Who may do what depends on the broker that is asked."

UNIFORM_SETTINGS: tuple[UniformSetting, ...] = (
    _one("default.replication.factor", LOSS, _CREATED),
    _one("min.insync.replicas", LOSS, _LED),
    _one("unclean.leader.election.enable", LOSS, _CONTROLLER),
    _one("offsets.topic.replication.factor", LOSS, _INTERNAL),
    _one("offsets.retention.minutes", LOSS, "Offsets of a group are dropped sooner on some brokers."),
    _one("transaction.state.log.replication.factor", LOSS, _INTERNAL),
    _one("transaction.state.log.min.isr", LOSS, _INTERNAL),
    _one("message.max.bytes", LOSS, "A batch that one leader takes is refused by another."),
    _one("replica.fetch.max.bytes", LOSS, "Followers fetch less than the leaders of their partitions take."),
    UniformSetting(
        name="log.retention.ms",
        risk=LOSS,
        effect="Each replica deletes by its own broker's setting: a new leader may lack what the old had.",
        keys=(("log.retention.ms", 1), ("log.retention.minutes", _MINUTE), ("log.retention.hours", _HOUR)),
    ),
    _one("log.retention.bytes", LOSS, "Each replica deletes by its own broker's setting."),
    _one("log.cleanup.policy", LOSS, "A topic is compacted on some brokers and deleted from on others."),
    _one("authorizer.class.name", LOSS, _ACCESS),
    _one("super.users", LOSS, _ACCESS),
    _one("allow.everyone.if.no.acl.found", LOSS, _ACCESS),
    _one("num.partitions", DIFFERENCE, _CREATED),
    _one(
        "auto.create.topics.enable", DIFFERENCE, "Whether a topic comes into being depends on who is asked."
    ),
    _one("delete.topic.enable", DIFFERENCE, _CONTROLLER),
    _one("auto.leader.rebalance.enable", DIFFERENCE, _CONTROLLER),
    _one("replica.lag.time.max.ms", DIFFERENCE, _LED),
    _one("offsets.topic.num.partitions", DIFFERENCE, _INTERNAL),
    _one("transaction.state.log.num.partitions", DIFFERENCE, _INTERNAL),
    _one("log.message.timestamp.type", DIFFERENCE, _LED),
    _one("compression.type", DIFFERENCE, _LED),
    _one("sasl.enabled.mechanisms", DIFFERENCE, "Clients log in at some brokers and are refused by others."),
    _one(
        "sasl.mechanism.inter.broker.protocol", DIFFERENCE, "Brokers log in at each other in different ways."
    ),
    _one("zookeeper.session.timeout.ms", DIFFERENCE, "The odd broker is taken for dead sooner or later."),
    _one("reserved.broker.max.id", DIFFERENCE, "Which ids can be given or generated depends on the broker."),
    _one("broker.id.generation.enable", DIFFERENCE, "Some brokers would make up an id that is missing."),
)
"""In the order in which reports have them. Those that other rules compare are left out: racks, ensembles,
quorums, protocol versions, listeners."""

EMPTY = "(empty)"
"""What stands for a text without characters."""

_OF_AUTHORIZERS = {"super.users": EMPTY, "allow.everyone.if.no.acl.found": "false"}
"""Settings of Kafka's own authorizers, which KafkaConfig does not define, with their defaults."""

SettingText = Callable[[str], str | None]
"""What is written under a key; None where it is not set."""


def effective_value(
    setting: UniformSetting, written: SettingText, release: Release | None
) -> tuple[str | None, bool]:
    """What the setting comes to, as one text for equal values, and whether that is Kafka's default.

    None where the release has no such setting or default; without a release, where the releases differ.
    Raises Refused for a text that Kafka does not take.
    """
    for key, factor in setting.keys:
        text = written(key)
        if key in _OF_AUTHORIZERS:
            return (_OF_AUTHORIZERS[key], True) if text is None else (_text(key, text.strip(), 1), False)
        defined = _definition(key, release)
        if text is not None and defined is not None:
            return _text(key, defined.parse(text, release or families()[-1]), factor), False
    defaults = {default_value(setting, each) for each in ([release] if release else _knowing(setting.name))}
    return (defaults.pop() if len(defaults) == 1 else None), True


def default_value(setting: UniformSetting, release: Release) -> str | None:
    """The release's default as a text; None where it has none."""
    for key, factor in setting.keys:
        defined = _definition(key, release)
        if defined is not None and defined.default is not None:
            return _text(key, defined.default, factor)
    return None


def is_known_to(setting: UniformSetting, release: Release | None) -> bool:
    """Whether the release, or any of them, has one of its keys."""
    return any(key in _OF_AUTHORIZERS or _definition(key, release) is not None for key, _ in setting.keys)


def _text(key: str, value: Any, factor: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value * factor if value >= 0 else -1 if factor > 1 else value)
    if isinstance(value, tuple):
        return ",".join(sorted({each.strip() for each in value})) or EMPTY
    if key == "super.users":
        return ";".join(sorted({each.strip() for each in str(value).split(";") if each.strip()})) or EMPTY
    return str(value) or EMPTY


def _definition(key: str, release: Release | None) -> Setting | None:
    if release is not None:
        return settings_of(release).get(key)
    knowing = _knowing(key)
    return settings_of(knowing[-1]).get(key) if knowing else None


@cache
def _knowing(key: str) -> tuple[Release, ...]:
    """The last releases of the families that know a key."""
    return tuple(release for release in families() if key in settings_of(release))
