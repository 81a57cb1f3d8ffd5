"""The files of a world's nodes: brokers' and clients' properties, hosts files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from driftcheck.app.worlds.notation import NOW, age_of, fact_at, fact_of, text, texts
from driftcheck.formats.yaml_nodes import YamlNode, YamlSequence
from driftcheck.kafka.secrets import is_secret
from driftcheck.model.facts import Fact, Known
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import HostsEntry, HostsObservation, PropertiesObservation, PropertyEntry

BROKER_FILES = ("server.properties", "meta.properties")
ZOOKEEPER_FILES = ("zoo.cfg", "zoo.cfg.dynamic", "zookeeper.properties")
FILE_TIMES = "file-times"
CLIENT_FILES = ("producer.properties", "consumer.properties", "connect-distributed.properties")


def properties_files(name: str, keys: Mapping[str, YamlNode]) -> Iterator[PropertiesObservation]:
    """A node's properties files; their lines are counted in the order of the keys.

    Of a list each is one file, in a folder that is called by its number. `file-times` says how long ago
    those of a kind were changed on the machine.
    """
    times = keys[FILE_TIMES].as_mapping() if FILE_TIMES in keys else {}
    for file in _files(name, keys):
        place = Location(source="rendered", name=f"rendered/{name}/{FILE_TIMES}", line=1, column=1)
        changed_at = fact_at(times, file.kind, place, age_of, file.changed_at)
        yield replace(file, changed_at=changed_at)


def _files(name: str, keys: Mapping[str, YamlNode]) -> Iterator[PropertiesObservation]:
    for kind in (*BROKER_FILES, *ZOOKEEPER_FILES, *CLIENT_FILES):
        given = keys.get(kind)
        if isinstance(given, YamlSequence):
            for number, node in enumerate(given.as_list(), 1):
                yield _file(name, kind, f"rendered/{name}/{number}/{kind}", node)
        elif given is not None:
            yield _file(name, kind, f"rendered/{name}/{kind}", given)


def _file(name: str, kind: str, path: str, node: YamlNode) -> PropertiesObservation:
    place = Location(source="rendered", name=path)
    return PropertiesObservation(
        kind=kind,
        node=name,
        location=place,
        observed_at=Known(value=NOW, location=place),
        entries=fact_of(node, place, partial(_entries, place)),
    )


def hosts_file(name: str, node: YamlNode) -> HostsObservation:
    """A node's hosts file: address → names."""
    place = Location(source="rendered", name=f"rendered/{name}/etc/hosts")
    return HostsObservation(
        node=name,
        location=place,
        observed_at=Known(value=NOW, location=place),
        entries=fact_of(node, place, _hosts_entries),
    )


def _hosts_entries(node: YamlNode) -> tuple[HostsEntry, ...]:
    return tuple(
        HostsEntry(address=address, names=texts(names), line=line)
        for line, (address, names) in enumerate(node.as_mapping().items(), 1)
    )


def _entries(place: Location, node: YamlNode) -> tuple[PropertyEntry, ...]:
    """A list of values is a key that stands several times."""
    lines = [
        (key, each)
        for key, value in node.as_mapping().items()
        for each in (value.as_list() if isinstance(value, YamlSequence) else (value,))
    ]
    return tuple(
        PropertyEntry(key=key, value=_value(place, line, key, value), line=line)
        for line, (key, value) in enumerate(lines, 1)
    )


def _value(place: Location, line: int, key: str, node: YamlNode) -> Fact[str]:
    """Nothing is an empty text: the key stands in the file."""
    where = replace(place, pointer=key, line=line, column=1)
    fact = Known(value="", location=where) if node.is_null else fact_of(node, where, text)
    return replace(fact, secret=True) if isinstance(fact, Known) and is_secret(key) else fact
