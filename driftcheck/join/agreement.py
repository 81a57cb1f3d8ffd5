"""What the settings that brokers have to agree on come to on the brokers of one cluster."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from driftcheck.errors import UsageError
from driftcheck.join.settings import Settings
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.uniform_settings import (
    UNIFORM_SETTINGS,
    UniformSetting,
    effective_value,
    is_known_to,
)
from driftcheck.kafka.versions import Release, parse_version
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Broker, ConfigFace
from driftcheck.model.inventory_parts import ClusterSetting, SettingChoice
from driftcheck.model.locations import Location

NOT_SET = Absent(evidence="no broker sets it, and their releases' defaults are not one")
NO_DEFAULT = Absent(evidence="the release has no default for it")
NO_MAJORITY = Absent(evidence="no value is that of more than half of the brokers")
NO_NUMBER = Absent(evidence="the value is not a whole number")

_KEYS = frozenset(key for setting in UNIFORM_SETTINGS for key, _ in setting.keys)
_NOWHERE = Location(source="rules", name="no file")

Value = tuple[Fact[str], bool]
"""What a setting comes to, and whether it is written."""


@frozen
class _Compared:
    """A broker whose configuration is compared; `broken`: why nothing is known of it."""

    name: str
    settings: Settings
    release: Release | None

    def value(self, setting: UniformSetting) -> Value:
        """The setting's value on this broker; Unknown if one of its keys is, or if its default would be.

        It has the place of the text that it is the same as.
        """
        doubt = self._doubt(setting)
        if doubt is not None:
            return doubt, True
        texts = {key: self.settings.get(key) for key, _ in setting.keys}
        written = {key: fact.value for key, fact in texts.items() if isinstance(fact, Known)}
        try:
            text, by_default = effective_value(setting, written.get, self.release)
        except Refused as refusal:
            return missing(f"Kafka would not take it: {refusal.reason}", self.settings.location), True
        if text is not None:
            same = (fact for fact in texts.values() if isinstance(fact, Known) and fact.value.strip() == text)
            return Known(value=text, location=next((fact.location for fact in same), None)), not by_default
        if self.release is None and by_default:
            return missing(
                f"the default of {setting.name} differs by release, and the version is not known"
            ), False
        return NO_DEFAULT, False

    def texts(self) -> Hashable:
        """What alone decides the values of all settings, so that each is worked out once for all brokers with
        the same; None where one is Unknown.
        """
        values = self.settings.values
        written = {key: values[key] for key in _KEYS & values.keys()}
        if self.settings.broken is not None or any(isinstance(fact, Unknown) for fact in written.values()):
            return None
        texts = frozenset((key, fact.value) for key, fact in written.items() if isinstance(fact, Known))
        return (self.release, self.settings.whole, texts)

    def _doubt(self, setting: UniformSetting) -> Unknown | None:
        """Why a key that could decide is not known: the ones before the first that is written."""
        for key, _ in setting.keys:
            fact = self.settings.get(key)
            if isinstance(fact, Unknown):
                return _bare(fact)
            if isinstance(fact, Known):
                return None
        return None


def _bare(fact: Unknown) -> Unknown:
    """The same doubt, without what the text could be."""
    return Unknown(kind=fact.kind, reason=fact.reason, location=fact.location)


def cluster_settings(brokers: Sequence[Broker]) -> tuple[ClusterSetting, ...]:
    """The settings to agree on, as those of these brokers have them whose release knows the setting.

    Compared are brokers of which a node is known; a node of KRaft that is a controller alone is none.
    """
    compared = [_compared(broker) for broker in brokers if isinstance(broker.node, Known) and _stores(broker)]
    alike = _alike(compared)
    found = []
    releases = {each.release for each in compared}
    for setting in UNIFORM_SETTINGS:
        knows = {release for release in releases if is_known_to(setting, release)}
        knowing = compared if knows == releases else [each for each in compared if each.release in knows]
        if knowing:
            its = alike if knowing is compared else _alike(knowing)
            found.append(_cluster_setting(setting, knowing, its))
    return tuple(found)


def _stores(broker: Broker) -> bool:
    """Whether it is, or may be, a broker, and no controller alone."""
    if isinstance(broker.config, Absent):
        return False
    roles = broker.config.value.properties.get("process.roles") if isinstance(broker.config, Known) else None
    return not isinstance(roles, Known) or roles.value.strip() != "controller"


def _compared(broker: Broker) -> _Compared:
    config = broker.config
    if isinstance(config, Known):
        settings = _settings(config.value)
    else:
        why = (
            config
            if isinstance(config, Unknown)
            else missing(f"the configuration of {broker.name} is not known")
        )
        settings = Settings(values={}, whole=False, location=why.location or _NOWHERE, broken=why)
    return _Compared(name=broker.name, settings=settings, release=_release(broker.kafka_version))


def _settings(face: ConfigFace) -> Settings:
    return Settings(values=face.properties, whole=face.whole, location=face.location or _NOWHERE)


def _release(version: Fact[str]) -> Release | None:
    if not isinstance(version, Known):
        return None
    try:
        return parse_version(version.value)
    except UsageError:
        return None


def _values(setting: UniformSetting, compared: Sequence[_Compared], alike: Sequence[int]) -> list[Value]:
    """`alike`: per broker the number of the first that has the same texts."""
    values: list[Value] = []
    for number, first in enumerate(alike):
        values.append(values[first] if first < number else compared[number].value(setting))
    return values


def _alike(compared: Sequence[_Compared]) -> list[int]:
    """Per broker the number of the first whose settings to agree on have the same texts."""
    firsts: dict[Hashable, int] = {}
    found = []
    for number, each in enumerate(compared):
        texts = each.texts()
        found.append(number if texts is None else firsts.setdefault(texts, number))
    return found


def _cluster_setting(
    setting: UniformSetting, compared: Sequence[_Compared], alike: Sequence[int]
) -> ClusterSetting:
    values = _values(setting, compared, alike)
    if not any(is_written for _, is_written in values):
        values = [(_one_default(values), False)] * len(values)
    groups: dict[object, list[int]] = {}
    for number, (fact, _) in enumerate(values):
        groups.setdefault(_key(fact), []).append(number)
    by_size = sorted(groups.values(), key=lambda numbers: (-len(numbers), numbers))
    choices = tuple(_choice(numbers, values, compared) for numbers in by_size)
    usual = _usual(choices, len(compared))
    return ClusterSetting(
        name=setting.name,
        risk=setting.risk,
        effect=setting.effect,
        choices=choices,
        usual=usual,
        odd=_odd(choices, usual),
        brokers=tuple(each.name for each in compared),
    )


def _key(fact: Fact[str]) -> Hashable:
    match fact:
        case Known():
            return fact.value
        case Unknown():
            return (fact.kind, fact.reason)
    return None


def _one_default(values: Sequence[Value]) -> Fact[str]:
    """The default of all of them, if it is known and one; brokers of different releases may have others."""
    defaults = {_key(fact) for fact, _ in values}
    first = values[0][0]
    return first if len(defaults) == 1 and isinstance(first, Known) else NOT_SET


def _choice(numbers: Sequence[int], values: Sequence[Value], compared: Sequence[_Compared]) -> SettingChoice:
    fact = values[numbers[0]][0]
    return SettingChoice(
        value=fact,
        number=_number(fact),
        default=not any(values[number][1] for number in numbers),
        brokers=tuple(compared[number].name for number in numbers),
    )


def _number(fact: Fact[str]) -> Fact[int]:
    if not isinstance(fact, Known):
        return fact
    digits = fact.value.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return Known(value=int(fact.value)) if is_number else NO_NUMBER


def _usual(choices: Sequence[SettingChoice], count: int) -> Fact[str]:
    """Unknown if those of which it is not known could make a value the usual one."""
    first = choices[0]
    if len(first.brokers) * 2 > count and not isinstance(first.value, Unknown):
        return first.value
    unknown = [choice for choice in choices if isinstance(choice.value, Unknown)]
    open_ones = sum(len(choice.brokers) for choice in unknown)
    most = max((len(each.brokers) for each in choices if isinstance(each.value, Known)), default=0)
    if unknown and (most + open_ones) * 2 > count:
        doubt = unknown[0].value
        assert isinstance(doubt, Unknown)
        return doubt
    return NO_MAJORITY


def _odd(choices: Sequence[SettingChoice], usual: Fact[str]) -> tuple[SettingChoice, ...]:
    decided = [choice for choice in choices if not isinstance(choice.value, Unknown)]
    if len(decided) < 2:
        return ()
    if isinstance(usual, Known):
        return tuple(choice for choice in decided if _key(choice.value) != usual.value)
    return tuple(decided)
