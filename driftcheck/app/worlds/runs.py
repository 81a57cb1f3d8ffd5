"""The next Chef runs of a world's nodes, as their cookbooks make them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from driftcheck.app.worlds.files import CLIENT_FILES
from driftcheck.app.worlds.notation import NOW, fact_at, fact_of, keys_of, text
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode
from driftcheck.kafka.secrets import is_secret
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ChefStop, IntendedFile, PartlyNil, RunObservation

_WRITTEN = ("server.properties", *CLIENT_FILES)
_KEYS = (*_WRITTEN, "attributes", "stop", "kafka_version")
_STOP_KEYS = ("class", "message", "at")
_COOKBOOK = "cookbooks/kafka"


def run_observation(name: str, node: YamlNode) -> RunObservation:
    """What a node's run would write, and where it would stop, if it would."""
    keys = keys_of(node, _KEYS)
    place = Location(source="chef", name=f"nodes/{name}.json")
    none: Fact[str] = Absent(evidence="the attribute is not set")
    return RunObservation(
        node=name,
        location=place,
        observed_at=Known(value=NOW, location=place),
        files=tuple(_file(kind, keys[kind]) for kind in _WRITTEN if kind in keys),
        stop=fact_at(keys, "stop", place, _stop, Absent(evidence="the run would come to its end")),
        kafka_version=fact_at(keys, "kafka_version", place, text, none),
        partly_nil=tuple(_partly_nil(keys["attributes"].as_mapping())) if "attributes" in keys else (),
    )


def _partly_nil(attributes: Mapping[str, YamlNode]) -> Iterator[PartlyNil]:
    """Hashes of attributes that spell settings; those in which one leaf is nil (`~`)."""
    for key, hash_ in attributes.items():
        leaves = hash_.as_mapping()
        place = Location(source="chef", name=f"{_COOKBOOK}/attributes/default.rb", line=1, column=1)
        there = tuple(f"{key}.{word}" for word, leaf in leaves.items() if not leaf.is_null)
        nil = next((f"{key}.{word}" for word, leaf in leaves.items() if leaf.is_null), None)
        if nil is not None and there:
            yield PartlyNil(hash=key, leaf=nil, nil=Known(value="nil", location=place), settings=there)


def _file(kind: str, node: YamlNode) -> IntendedFile:
    """Its settings, each as a line of the cookbook's attributes; an unknown file may hold any."""
    place = Location(source="chef", name=f"{_COOKBOOK}/templates/{kind}.erb")
    given: Fact[Mapping[str, YamlNode]] = fact_of(node, place, lambda each: each.as_mapping())
    entries = given.value if isinstance(given, Known) else {}
    return IntendedFile(
        kind=kind,
        path=f"/etc/kafka/{kind}",
        location=place,
        settings={key: _setting(line, key, value) for line, (key, value) in enumerate(entries.items(), 1)},
        doubt=given if isinstance(given, Unknown) else None,
    )


def _setting(line: int, key: str, node: YamlNode) -> Fact[str]:
    place = Location(source="chef", name=f"{_COOKBOOK}/attributes/default.rb", line=line, column=1)
    fact = Known(value="", location=place) if node.is_null else fact_of(node, place, text)
    return replace(fact, secret=True) if isinstance(fact, Known) and is_secret(key) else fact


def _stop(node: YamlNode) -> ChefStop:
    """The exception's class, or a mapping with its `message` and `at`, the file and line that raise it."""
    keys = keys_of(node, _STOP_KEYS) if isinstance(node, YamlMapping) else {"class": node}
    file, _, line = (
        keys["at"].as_text() if "at" in keys else f"{_COOKBOOK}/recipes/default.rb:1"
    ).rpartition(":")
    place = Location(source="chef", name=file, line=int(line) if line.isdecimal() else 1, column=1)
    class_name = keys["class"].as_text() if "class" in keys else "RuntimeError"
    none: Fact[str] = Absent(evidence="it says nothing")
    return ChefStop(
        class_name=Known(value=class_name, location=place),
        message=fact_at(keys, "message", place, text, none),
        cause=f"{class_name} at {place}",
    )
