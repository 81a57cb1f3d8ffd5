"""The listeners of one broker, its faces side by side."""

from __future__ import annotations

from driftcheck.model.facts import Absent
from driftcheck.model.inventory import Broker
from tests.join.worlds import broker, endpoint, joined, known, possible, unknown

WORLD = """
nodes:
  kafka1:
    settings: {{broker.id: 1, zookeeper.connect: zk1, advertised.listeners: "PLAINTEXT://chef:9092"}}
    server.properties:
      broker.id: 1
      zookeeper.connect: zk1
      listeners: "PLAINTEXT://:9092,SSL://:9093"
      advertised.listeners: "PLAINTEXT://file:9092,SSL://file:9093"
zookeeper: {{connect: zk1, brokers: {brokers}}}
"""


def found(brokers: str) -> Broker:
    return broker(joined(WORLD.format(brokers=brokers), kafka_version="2.8"), "kafka1")


def test_a_listener_has_what_each_face_says_of_it() -> None:
    one = endpoint(found("{1: 'PLAINTEXT://registered:9092'}"))
    hosts = [known(known(face).host) for face in (one.intended, one.rendered, one.registered, one.config)]
    assert hosts == ["chef", "file", "registered", "file"]
    assert known(known(one.current).host) == "registered"


def test_a_listener_that_a_face_does_not_have_is_absent_from_it() -> None:
    several = found("{1: ['PLAINTEXT://registered:9092', 'REPLICATION://registered:9094']}")
    assert [each.listener for each in several.endpoints] == ["PLAINTEXT", "REPLICATION", "SSL"]
    assert isinstance(endpoint(several, "SSL").registered, Absent)
    assert isinstance(endpoint(several, "SSL").current, Absent)
    assert isinstance(endpoint(several, "REPLICATION").config, Absent)


def test_of_a_broker_that_is_not_registered_the_file_is_current() -> None:
    assert known(known(endpoint(found("{}")).current).host) == "file"


def test_what_is_current_is_not_known_where_the_registration_is_not() -> None:
    for brokers, reason in (
        ("{unknown: no server answers}", "no server answers"),
        ("{1: {unknown: no JSON}}", "no JSON"),
    ):
        one = endpoint(found(brokers))
        assert unknown(one.current).reason == unknown(one.registered).reason == reason
    assert [str(option) for option in possible(endpoint(found("{unknown: x}")).current)] == ["file:9092"]


def test_where_no_face_is_known_one_endpoint_without_a_name_keeps_the_question_open() -> None:
    inventory = joined("nodes: {kafka1: {server.properties: {unknown: not readable}}}")
    (one,) = broker(inventory, "kafka1").endpoints
    assert one.listener == ""
    assert unknown(one.current).reason == "not readable"
    assert isinstance(one.registered, Absent)
