"""Rendered files are found by pattern and read as Java reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import HostsEntry, PropertiesObservation, Snapshot
from driftcheck.model.tree import Tree
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.rendered_files import SOURCE

WHEN = datetime(2015, 3, 26, 21, 14, 7, tzinfo=UTC)


def collect(*trees: Tree, configuration: Configuration | None = None) -> Snapshot:
    request = Request(configuration=configuration or Configuration(), trees=trees)
    assert SOURCE.wanted(request)
    return SOURCE.collect(request, Deadline.after(60, per_operation=5))


def settings_of(observation: PropertiesObservation) -> list[tuple[str, str, int]]:
    assert isinstance(observation.entries, Known)
    return [
        (entry.key, entry.value.value, entry.line)
        for entry in observation.entries.value
        if isinstance(entry.value, Known)
    ]


def test_a_server_properties_belongs_to_its_node() -> None:
    tree = MemoryTree(
        {"rendered/k1/etc/kafka/server.properties": "# Kafka\nbroker.id=1\nport = 9092 \nport=9093\n"},
        modified=WHEN,
    )
    snapshot = collect(tree)
    (found,) = snapshot.properties
    path = "rendered/k1/etc/kafka/server.properties"
    assert (found.kind, found.node, found.location.name) == ("server.properties", "k1", path)
    assert found.location.source == "rendered"
    assert isinstance(found.observed_at, Known)
    assert found.observed_at.value == WHEN
    assert settings_of(found) == [("broker.id", "1", 2), ("port", "9092 ", 3), ("port", "9093", 4)]
    assert [run.source for run in snapshot.sources] == ["rendered"]
    assert snapshot.gaps == ()


def test_an_entry_says_where_it_stands() -> None:
    (found,) = collect(MemoryTree({"rendered/k1/server.properties": "\nbroker.id=1\n"})).properties
    assert isinstance(found.entries, Known)
    location = found.entries.value[0].value.location
    assert location is not None
    assert (location.source, location.name, location.pointer, location.line) == (
        "rendered",
        "rendered/k1/server.properties",
        "broker.id",
        2,
    )


def test_clients_files_and_hosts_are_read_too() -> None:
    tree = MemoryTree(
        {
            "rendered/app1/producer.properties": "bootstrap.servers=k1:9092\n",
            "rendered/app1/consumer.properties": "bootstrap.servers=k1:9092\n",
            "rendered/k1/etc/hosts": "127.0.0.1 localhost\n10.0.0.1 k1.example.com k1 # own\n",
            "rendered/k1/data/meta.properties": "version=0\nbroker.id=1\n",
        }
    )
    snapshot = collect(tree)
    assert {(seen.kind, seen.node) for seen in snapshot.properties} == {
        ("consumer.properties", "app1"),
        ("producer.properties", "app1"),
        ("meta.properties", "k1"),
    }
    (hosts,) = snapshot.hosts
    assert hosts.node == "k1"
    assert isinstance(hosts.entries, Known)
    assert hosts.entries.value == (
        HostsEntry(address="127.0.0.1", names=("localhost",), line=1),
        HostsEntry(address="10.0.0.1", names=("k1.example.com", "k1"), line=2),
    )
    assert sorted(run.source for run in snapshot.sources) == ["client_files", "rendered"]


def test_a_tree_without_such_files_asked_nothing() -> None:
    snapshot = collect(MemoryTree({"README.md": "x", "other/server.properties": "broker.id=1"}))
    assert (snapshot.sources, snapshot.properties, snapshot.gaps) == ((), (), ())


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("repo/rendered", "k1/server.properties"),
        ("repo/rendered/k1", "etc/server.properties"),
        ("repo/rendered/k1/server.properties", "server.properties"),
    ],
)
def test_files_are_found_wherever_the_user_starts(name: str, path: str) -> None:
    (found,) = collect(MemoryTree({path: "broker.id=1"}, name=name)).properties
    assert (found.node, found.location.name) == ("k1", path)


def test_an_inline_ignore_needs_its_reason() -> None:
    text = (
        "# driftcheck: ignore[ADV001, DNS] behind the edge proxy\n"
        "broker.id=1\n"
        "! driftcheck: ignore[REG]\n"
        "#driftcheck: ignore everything\n"
        "# driftcheck is a linter\n"
        "port=9092 # driftcheck: ignore[ADV] this is part of the value\n"
    )
    snapshot = collect(MemoryTree({"rendered/k1/server.properties": text}))
    (found,) = snapshot.properties
    (ignore,) = found.ignores
    assert (ignore.rules, ignore.reason, ignore.location.line) == (
        ("ADV001", "DNS"),
        "behind the edge proxy",
        1,
    )
    assert [(gap.reason, gap.location and gap.location.line) for gap in snapshot.gaps] == [
        ("an inline ignore needs a reason after the bracket", 3),
        ("an inline ignore is written `# driftcheck: ignore[RULE, …] reason`", 4),
    ]


def test_secrets_are_marked() -> None:
    text = "broker.id=1\nssl.key.password=hunter2\n"
    (found,) = collect(MemoryTree({"rendered/k1/server.properties": text})).properties
    assert isinstance(found.entries, Known)
    assert [getattr(entry.value, "secret", None) for entry in found.entries.value] == [False, True]


def test_what_cannot_be_read_is_a_gap_and_the_rest_goes_on() -> None:
    denied = Unknown(kind=UnknownKind.DENIED, reason="permission denied")
    tree = MemoryTree(
        {
            "rendered/k1/server.properties": denied,
            "rendered/k1/hosts": denied,
            "rendered/k2/server.properties": "broker.id=2",
        }
    )
    snapshot = collect(tree)
    assert [isinstance(seen.entries, Unknown) for seen in snapshot.properties] == [True, False]
    assert [(gap.kind, gap.hides) for gap in snapshot.gaps] == [
        (UnknownKind.DENIED, "the hosts of k1"),
        (UnknownKind.DENIED, "the server.properties of k1"),
    ]
    assert snapshot.gaps[1].location == Location(source="rendered", name="rendered/k1/server.properties")


def test_a_bad_escape_is_a_gap_with_its_line() -> None:
    snapshot = collect(MemoryTree({"rendered/k1/server.properties": "broker.id=1\nport=\\uXYZW\n"}))
    (gap,) = snapshot.gaps
    assert gap.kind is UnknownKind.FAULT
    assert gap.location is not None
    assert gap.location.line == 2


def test_a_folder_that_is_not_entered_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "rendered").mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "rendered/k1").symlink_to("../real")
    (tmp_path / "other").symlink_to("real")
    (gap,) = collect(FolderTree(tmp_path)).gaps
    assert gap.location is not None
    assert (gap.location.name, gap.reason) == (
        "rendered/k1",
        "it is a link to a folder, which is not followed",
    )
    assert gap.hides == "rendered files below it"


def test_patterns_come_from_the_configuration() -> None:
    configuration = Configuration(rendered={"server.properties": ("conf/{node}.properties",)})
    tree = MemoryTree({"conf/k1.properties": "broker.id=1", "rendered/k2/server.properties": "broker.id=2"})
    assert [seen.node for seen in collect(tree, configuration=configuration).properties] == ["k1"]
