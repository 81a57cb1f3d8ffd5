"""Under which id a broker registers."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent
from tests.join.worlds import broker, joined, known, possible, rendered, unknown


def world(settings: str) -> str:
    return f"nodes: {{kafka1: {{server.properties: {settings}}}}}"


@pytest.mark.parametrize(
    ("settings", "version", "number"),
    [
        ("{broker.id: 1}", "0.8.2", 1),
        ("{broker.id: ' 1 '}", "2.8", 1),
        ("{broker.id: 1, node.id: 5}", "2.7", 1),
        ("{broker.id: 1, node.id: 5}", "2.8.2", 5),
        ("{broker.id: 1, node.id: 5}", "3.0", 5),
        ("{broker.id: 5, node.id: 5}", "3.1", 5),
        ("{broker.id: 1, node.id: -1}", "3.0", 1),
        ("{node.id: 5}", "3.9", 5),
        ("{node.id: 5, process.roles: broker}", "4.1", 5),
        ("{broker.id: 1}", None, 1),
        ("{broker.id: 5, node.id: 5}", None, 5),
    ],
)
def test_the_id_by_release(settings: str, version: str | None, number: int) -> None:
    found = broker(joined(world(settings), kafka_version=version), "kafka1")
    assert known(rendered(found).broker_id) == known(found.id) == number


def test_from_3_1_on_the_two_may_not_differ() -> None:
    face = rendered(broker(joined(world("{broker.id: 1, node.id: 5}"), kafka_version="3.1"), "kafka1"))
    assert unknown(face.broker_id).reason == "broker.id and node.id differ: this release would not start"
    assert possible(face.broker_id) == [1, 5]


def test_without_a_version_two_that_differ_are_both_possible() -> None:
    face = rendered(broker(joined(world("{broker.id: 1, node.id: 5}")), "kafka1"))
    assert possible(face.broker_id) == [1, 5]


@pytest.mark.parametrize("settings", ["{broker.id: -1}", "{log.dirs: /a}"])
def test_zookeeper_gives_an_id_where_none_is_set(settings: str) -> None:
    found = broker(joined(world(settings), kafka_version="2.8"), "kafka1")
    assert rendered(found).broker_id == Absent(
        evidence="ZooKeeper gives the broker its id", location=rendered(found).broker_id.location
    )
    assert unknown(found.id).reason.startswith("ZooKeeper gives the broker its id; nothing that was read")


@pytest.mark.parametrize("text", ["x", "'-+5'", "1.0", "''", "99999999999", "²"])
def test_what_is_no_number_is_not_known(text: str) -> None:
    face = rendered(broker(joined(world(f"{{broker.id: {text}}}"), kafka_version="2.8"), "kafka1"))
    assert unknown(face.broker_id).reason.startswith("broker.id is no number that Kafka would take")


def test_a_broker_keeps_its_id_with_a_configuration_that_kafka_refuses() -> None:
    face = rendered(broker(joined(world("{broker.id: 1, listeners: oops}"), kafka_version="2.8"), "kafka1"))
    assert known(face.start_error)
    assert known(face.broker_id) == 1


def test_a_node_id_that_is_not_known_leaves_the_id_open_where_it_would_win() -> None:
    settings = "{broker.id: 1, node.id: {unknown: from a database}}"
    for version, open_ in (("2.7", False), ("3.0", True), ("3.1", False)):
        found = rendered(broker(joined(world(settings), kafka_version=version), "kafka1")).broker_id
        assert (possible(found) if open_ else [known(found)]) == [1]
        assert not open_ or unknown(found).reason == "from a database"


META = """
nodes:
  kafka1:
    server.properties: {server}
    meta.properties: {meta}
"""


def test_where_zookeeper_gives_the_id_the_stored_one_is_it() -> None:
    found = broker(joined(META.format(server="{broker.id: -1}", meta="{broker.id: 1003}")), "kafka1")
    assert known(found.id) == 1003
    assert known(found.meta[0].broker_id) == 1003


def test_a_configured_id_goes_before_a_stored_one() -> None:
    found = broker(joined(META.format(server="{broker.id: 1}", meta="{broker.id: 2}")), "kafka1")
    assert (known(found.id), known(found.meta[0].broker_id)) == (1, 2)


def test_a_stored_id_of_kraft_is_called_node_id() -> None:
    found = broker(joined(META.format(server="{log.dirs: /a}", meta="{version: 1, node.id: 7}")), "kafka1")
    assert known(found.id) == 7


def test_a_stored_id_that_cannot_be_read_leaves_the_id_open() -> None:
    found = broker(joined(META.format(server="{broker.id: -1}", meta="{unknown: not readable}")), "kafka1")
    assert unknown(found.id).reason == "not readable"
