"""What `/config/brokers` puts over a broker's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from driftcheck.join.settings import Settings
from driftcheck.kafka.dynamic_settings import FIRST, dynamic_settings, is_dynamic
from driftcheck.kafka.secrets import is_secret_value
from driftcheck.kafka.versions import parse_version
from driftcheck.model.facts import Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory_parts import OverriddenSetting

FOR_ALL = "<default>"

Texts = Mapping[str, str]


@frozen
class Overrides:
    """The overrides of a cluster by entity: a broker's id as text, or `<default>`. `read`: ZooKeeper was."""

    entities: Mapping[str, Fact[Texts]] = field(default_factory=dict)
    read: bool = False

    def over(self, settings: Settings, broker_id: Fact[int], version: Fact[str]) -> Settings:
        """The settings as the broker has them: its own overrides before those for all before the file.

        What may not be read may override every setting that can be changed while a broker runs. Where it is
        not known whether an override counts (by id, release, or KRaft's roles), both values are candidates.
        """
        if not self.read:
            return settings
        roles = settings.values.get("process.roles")
        none_counts = not _reads(version) or (isinstance(roles, Known) and roles.value.strip())
        if none_counts or not self.entities:
            return replace(settings, overridden=Known(value=()))
        values = dict(settings.values)
        for_all = self.entities.get(FOR_ALL)
        unsure = not isinstance(version, Known) or isinstance(roles, Unknown)
        _apply(values, for_all, for_all=True, unsure=unsure)
        if isinstance(broker_id, Known):
            unlisted = for_all if isinstance(for_all, Unknown) else None
            own = self.entities.get(str(broker_id.value), unlisted)
            _apply(values, own, for_all=False, unsure=unsure)
        else:
            for _, perhaps in self._of_brokers():
                _apply(values, perhaps, for_all=False, unsure=True)
        return replace(settings, values=values, overridden=_overridden(values))

    def _of_brokers(self) -> Iterator[tuple[str, Fact[Texts]]]:
        return ((name, fact) for name, fact in sorted(self.entities.items()) if name != FOR_ALL)


def _reads(version: Fact[str]) -> bool:
    """Whether the release may take overrides from ZooKeeper."""
    return not isinstance(version, Known) or FIRST <= parse_version(version.value).family < (4, 0)


def _apply(values: dict[str, Fact[str]], fact: Fact[Texts] | None, *, for_all: bool, unsure: bool) -> None:
    if isinstance(fact, Unknown):
        for key in {*dynamic_settings(for_all=for_all), *values}:
            if is_dynamic(key, for_all=for_all):
                values[key] = _perhaps(fact, (values.get(key),))
    elif isinstance(fact, Known):
        for key, text in fact.value.items():
            if is_dynamic(key, for_all=for_all):
                values[key] = _over(values.get(key), key, text, fact, unsure=unsure)


def _over(beaten: Fact[str] | None, key: str, text: str, fact: Known[Texts], *, unsure: bool) -> Fact[str]:
    place = None if fact.location is None else replace(fact.location, pointer=key)
    shadows = (*beaten.shadows, replace(beaten, shadows=())) if isinstance(beaten, Known) else ()
    override = Known(value=text, location=place, shadows=shadows, secret=is_secret_value(key, text))
    if not unsure:
        return override
    if isinstance(beaten, Known) and beaten.value == text:
        return beaten
    why = missing(f"whether the override of {key} counts depends on what is not known of the broker", place)
    return _perhaps(why, (replace(override, shadows=()), beaten))


def _overridden(values: Mapping[str, Fact[str]]) -> Fact[tuple[OverriddenSetting, ...]]:
    """Those that are known to hide another value; Unknown if there is none and one may."""
    found = tuple(
        OverriddenSetting(name=key, value=fact, hidden=fact.shadows[-1])
        for key, fact in sorted(values.items())
        if isinstance(fact, Known) and _hides(fact)
    )
    doubts = (fact for fact in values.values() if isinstance(fact, Unknown) and len(fact.candidates) > 0)
    doubt = next((fact for fact in doubts if _is_override(fact)), None)
    if doubt is not None and not found:
        return replace(doubt, candidates=(), fragments=())
    return Known(value=found)


def _hides(fact: Known[str]) -> bool:
    if not _is_override(fact) or fact.secret or not fact.shadows:
        return False
    beaten: Known[str] = fact.shadows[-1]
    return beaten.value != fact.value


def _is_override(fact: Known[str] | Unknown) -> bool:
    return fact.location is not None and fact.location.source == "zookeeper"


def _perhaps(why: Unknown, options: tuple[Fact[str] | None, ...]) -> Unknown:
    """Unknown for this reason, with the values that are known to be possible."""
    found: dict[str, Known[str]] = {}
    for option in options:
        several = option.candidates if isinstance(option, Unknown) else (option,)
        for each in several:
            if isinstance(each, Known):
                found.setdefault(each.value, replace(each, shadows=()))
    return replace(why, candidates=tuple(found.values()), fragments=())
