"""Fields of nouns, keys of mappings and paths: what is declared, and nothing else."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from driftcheck.engine.language.shapes import ANY, fields_of, noun
from driftcheck.engine.language.values import Open, Partial, Secret
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.inventory import Broker, Client, Cluster, ConfigFace, Inventory
from tests.engine.inventories import broker, client, cluster, inventory, lost, setting
from tests.engine.language.expressions import NOTHING, reasons, unknown, value

PROPERTIES: dict[str, Fact[str]] = {
    "num.partitions": Known(value="8"),
    "log.dirs": unknown("no such attribute"),
    "ssl.keystore.password": setting("kafka01", "ssl.keystore.password", "hunter2", secret=True),
}
ONE = broker("kafka01", 1, rack="a", properties=PROPERTIES)
OPEN_RACK = broker("kafka02", 2, rack=lost("no rack"), whole=False)
SHAPES = {"broker": noun(Broker), "cluster": noun(Cluster), "inventory": noun(Inventory)}


def typed(text: str, one: Broker = ONE) -> object:
    prod = cluster(one, OPEN_RACK)
    return value(text, SHAPES, broker=one, cluster=prod, inventory=inventory(prod))


def untyped(text: str, one: Broker = ONE) -> object:
    prod = cluster(one, OPEN_RACK)
    return value(text, broker=one, cluster=prod, inventory=inventory(prod))


@pytest.mark.parametrize("read", [typed, untyped])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("broker.name", "kafka01"),
        ("broker.id", 1),
        ("broker.config.rack", "a"),
        ("broker.endpoints[0].current.host", "kafka01.prod.example.com"),
        ("broker.config.properties['num.partitions']", "8"),
        ("'num.partitions' in broker.config.properties", True),
        ("'broker.rack' in broker.config.properties", False),
        ("inventory.asked", ("chef", "client_files", "dns", "rendered", "zookeeper")),
        ("cluster.brokers | map('name')", ("kafka01", "kafka02")),
        ("cluster.brokers | map('config.properties.num.partitions') | first", "8"),
        ("broker.endpoints[0].current.location.name", "/kafka/brokers/ids/1"),
        ("broker.config.properties | keys", tuple(sorted(PROPERTIES))),
    ],
)
def test_known(read: Any, text: str, expected: object) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("read", [typed, untyped])
def test_unknown_stays_unknown_and_absent_absent(read: Any) -> None:
    assert reasons(read("cluster.brokers[1].config.rack")) == ["no rack"]
    assert reasons(read("cluster.brokers[1].config.rack == 'a'")) == ["no rack"]
    assert reasons(read("broker.config.properties['log.dirs']")) == ["no such attribute"]
    assert isinstance(read("broker.converged.rack"), Absent)
    assert isinstance(read("broker.endpoints[0].current.location.line"), Absent)
    assert isinstance(read("broker.config.properties['ssl.keystore.password']"), Secret)


@pytest.mark.parametrize("read", [typed, untyped])
def test_a_setting_that_is_not_there_is_unknown_unless_the_settings_are_whole(read: Any) -> None:
    assert isinstance(read("broker.config.properties['broker.rack']"), Absent)
    assert isinstance(read("broker.config.properties.port"), Absent)
    said = "the attributes do not say broker.rack; the template may write it"
    assert reasons(read("cluster.brokers[1].intended.properties['broker.rack']")) == [said]
    assert reasons(read("'broker.rack' in cluster.brokers[1].intended.properties")) == [said]
    unread = "the file could not be read: it may set broker.rack"
    assert reasons(read("cluster.brokers[1].rendered.properties['broker.rack']")) == [unread]
    keys = read("cluster.brokers[1].config.properties | keys")
    assert isinstance(keys, Partial)
    assert keys.items == ()


def test_a_setting_of_a_client_is_unknown_where_its_file_could_not_be_read() -> None:
    text = "client.properties['acks']"
    shapes = {"client": noun(Client)}
    assert isinstance(value(text, shapes, client=client("web01", "kafka01:9092")), Absent)
    unread = client("web01", "kafka01:9092", whole=False)
    assert reasons(value(text, shapes, client=unread)) == ["the file could not be read: it may set acks"]


def test_a_field_of_something_else_is_open_where_it_was_not_known_before() -> None:
    assert reasons(untyped("broker.nme")) == ["a Broker has no nme"]
    assert reasons(untyped("broker.endpoints.host")) == ["a list has no host"]
    assert reasons(untyped("broker.name.upper")) == ["a text has no upper"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("broker.config.racks", 'a ConfigFace has no "racks", did you mean "rack"?'),
        ("cluster.brokers | map('config.rakc')", 'a ConfigFace has no "rakc", did you mean "rack"?'),
        ("cluster.brokers | where('nme', 'x')", 'a Broker has no "nme", did you mean "name"?'),
        ("cluster.brokers | first | listed", '"listed" takes a list as "list", this is a Broker'),
        ("(cluster.brokers | first).nme", 'a Broker has no "nme", did you mean "name"?'),
        ("(cluster.brokers | majority).nme", 'a Broker has no "nme", did you mean "name"?'),
        ("(cluster.brokers | where('name', 'x'))[0].nme", 'a Broker has no "nme", did you mean "name"?'),
        ("(broker if true else cluster.brokers[0]).nme", 'a Broker has no "nme", did you mean "name"?'),
        (
            "(cluster.brokers | map('endpoints') | flatten | first).hst",
            'an Endpoint has no "hst"',
        ),
    ],
)
def test_a_path_that_does_not_exist_is_refused_with_what_was_meant(text: str, message: str) -> None:
    with pytest.raises(ExpressionProblem) as raised:
        typed(text)
    assert raised.value.message == message


@pytest.mark.parametrize("path", ["endpoint.__class__", "name.upper", "config.properties.__len__"])
def test_python_is_out_of_reach(path: str) -> None:
    for read in (typed, untyped):
        try:
            found = read(f"cluster.brokers | map('{path}')")
        except ExpressionProblem:
            continue
        assert isinstance(found, tuple)
        assert all(isinstance(each, (Open, Absent)) for each in found)


def test_only_declared_fields_are_fields() -> None:
    for kind in (Broker, Cluster, ConfigFace, Inventory):
        assert set(fields_of(kind)) == {each.name for each in fields(kind)}
        assert all(shape != ANY for shape in fields_of(kind).values())


def test_a_field_of_a_value_of_another_kind_than_declared_is_open() -> None:
    assert reasons(value("broker.name", SHAPES, broker="kafka01")) == ["a text has no name"]
    assert isinstance(value("broker.name", SHAPES, broker=NOTHING), Absent)
