"""The node objects of a world, with the machines that they describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from driftcheck.app.worlds.notation import age, fact_at, fact_of, is_unknown, keys_of, text, texts, truth
from driftcheck.chef.values import NIL
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode
from driftcheck.kafka.secrets import is_secret
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import MachineObservation, NodeObservation

OBJECT_KEYS = (
    *("environment", "policy_group", "run_list", "broker"),
    *("settings", "whole", "kafka_version", "machine", "run"),
)
"""Any of these makes a node object; a node of files alone has none."""

_MACHINE_KEYS = ("addresses", "fqdn", "hostname", "names", "instance_id", "type", "zone", "age")
_TOP = "/default/kafka/broker"
_YOUNG = timedelta(minutes=10)


def node_object(name: str, keys: Mapping[str, YamlNode]) -> NodeObservation:
    """A node object: a broker if it has settings, which a template writes out whole, if it does not say."""
    place = Location(source="chef", name=f"nodes/{name}.json")
    settings = keys["settings"].as_mapping() if "settings" in keys else {}
    is_broker: Fact[bool] = Known(value="settings" in keys, location=place)
    none: Fact[str] = Absent(evidence="it is not set", location=place)
    whole = keys["whole"].as_bool() if "whole" in keys else True
    return NodeObservation(
        name=name,
        location=place,
        environment=fact_at(keys, "environment", place, text, Known(value="prod", location=place)),
        policy_group=fact_at(keys, "policy_group", place, text, none),
        run_list=fact_at(keys, "run_list", place, texts, Known(value=(), location=place)),
        recipes=Known(value=(), location=place),
        renders_kafka=fact_at(keys, "broker", place, truth, is_broker),
        settings=dict(_settings(place, settings)),
        settings_from=Known(value="kafka.broker", location=replace(place, pointer=_TOP)) if whole else none,
        kafka_version=fact_at(keys, "kafka_version", place, text, none),
        machine=_machine(place, keys.get("machine")),
    )


def _settings(place: Location, settings: Mapping[str, YamlNode]) -> Iterator[tuple[str, Fact[str]]]:
    """The leaves by their keys; a mapping is a hash of attributes, in which `~` is nil."""
    for key, value in settings.items():
        pointer = f"{_TOP}/{key}"
        if isinstance(value, YamlMapping) and not is_unknown(value):
            for word, leaf in value.entries.items():
                fact = _setting(replace(place, pointer=f"{pointer}/{word}"), f"{key}.{word}", leaf)
                yield f"{key}.{word}", replace(fact, evidence=NIL) if isinstance(fact, Absent) else fact
        else:
            yield key, _setting(replace(place, pointer=pointer), key, value)


def _setting(place: Location, key: str, value: YamlNode) -> Fact[str]:
    fact = fact_of(value, place, text)
    return replace(fact, secret=True) if isinstance(fact, Known) and is_secret(key) else fact


def _machine(node: Location, given: YamlNode | None) -> MachineObservation:
    """Its names are its host names unless others are given."""
    place = replace(node, pointer="/automatic")
    keys = {} if given is None else keys_of(given, _MACHINE_KEYS)
    none = Absent(evidence="the automatic attributes do not say it", location=place)

    def one(key: str) -> Fact[str]:
        return fact_at(keys, key, place, text, none)

    own = tuple(fact.value for fact in (one("fqdn"), one("hostname")) if isinstance(fact, Known))
    names: Fact[tuple[str, ...]] = Known(value=own, location=place) if own else none
    return MachineObservation(
        observed_at=Known(value=age(keys, _YOUNG), location=place),
        fqdn=one("fqdn"),
        hostname=one("hostname"),
        addresses=fact_at(keys, "addresses", place, texts, none),
        names=fact_at(keys, "names", place, texts, names),
        instance_id=one("instance_id"),
        instance_type=one("type"),
        zone=one("zone"),
    )
