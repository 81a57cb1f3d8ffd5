"""What `/config/brokers` puts over a broker's file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from driftcheck.model.facts import Absent, Known
from driftcheck.model.inventory import ConfigFace
from tests.join.worlds import broker, joined, known, possible, rendered, texts, unknown

FILE = (
    "{broker.id: 1, zookeeper.connect: 'zk1/kafka', advertised.listeners: 'PLAINTEXT://file:9092',"
    " min.insync.replicas: 1, num.partitions: 1}"
)


def face(overrides: str, *, version: str | None = "2.8", file: str = FILE) -> ConfigFace:
    world = f"""
    nodes: {{kafka1: {{server.properties: {file}}}}}
    zookeeper: {{connect: zk1/kafka, overrides: {overrides}}}
    """
    return rendered(broker(joined(world, kafka_version=version), "kafka1"))


def test_a_brokers_own_overrides_go_before_those_for_all_before_the_file() -> None:
    found = face("{1: {min.insync.replicas: 3}, <default>: {min.insync.replicas: 2, message.max.bytes: 9}}")
    replicas = found.properties["min.insync.replicas"]
    assert isinstance(replicas, Known)
    assert replicas.value == "3"
    assert [beaten.value for beaten in replicas.shadows] == ["1", "2"]
    assert str(replicas.location) == "/kafka/config/brokers/1 (min.insync.replicas)"
    assert known(found.properties["message.max.bytes"]) == "9"


def test_another_brokers_overrides_do_not_count() -> None:
    assert known(face("{2: {min.insync.replicas: 3}}").properties["min.insync.replicas"]) == "1"


def test_listeners_are_overridden_for_one_broker_alone() -> None:
    assert texts(face("{1: {advertised.listeners: 'PLAINTEXT://zk:9092'}}").endpoints) == [
        "PLAINTEXT://zk:9092"
    ]
    for key in ("advertised.listeners", "listener.name.plaintext.ssl.client.auth", "sasl.enabled.mechanisms"):
        found = face(f"{{<default>: {{{key}: 'PLAINTEXT://zk:9092'}}}}")
        assert texts(found.endpoints) == ["PLAINTEXT://file:9092"]
        assert found.properties.keys() == face("{}").properties.keys()


@pytest.mark.parametrize(
    "key", ["num.partitions", "broker.rack", "zookeeper.connect", "ssl.keystore.location"]
)
def test_what_kafka_lets_nobody_change_while_it_runs_is_ignored(key: str) -> None:
    assert face(f"{{1: {{{key}: x}}}}").properties == face("{}").properties


def test_a_plugins_settings_count() -> None:
    assert known(face("{<default>: {my.plugin.level: x}}").properties["my.plugin.level"]) == "x"


@pytest.mark.parametrize("version", ["0.8.2", "1.0", "4.1"])
def test_releases_that_read_no_overrides_ignore_them(version: str) -> None:
    found = face("{1: {min.insync.replicas: 3}, <default>: {unknown: denied}}", version=version)
    assert found.properties == face("{}", version=version).properties


def test_kraft_reads_its_own() -> None:
    file = FILE.replace("broker.id: 1", "node.id: 1, process.roles: broker")
    assert known(face("{1: {min.insync.replicas: 3}}", file=file).properties["min.insync.replicas"]) == "1"


def test_without_a_version_both_values_are_possible() -> None:
    found = face("{1: {min.insync.replicas: 3, message.max.bytes: 9}}", version=None)
    assert possible(found.properties["min.insync.replicas"]) == ["3", "1"]
    assert possible(found.properties["message.max.bytes"]) == ["9"]
    assert known(face("{1: {min.insync.replicas: 1}}", version=None).properties["min.insync.replicas"]) == "1"


def test_without_an_id_any_brokers_overrides_may_be_its_own() -> None:
    found = face(
        "{1: {min.insync.replicas: 3}, 2: {min.insync.replicas: 4}}", file=FILE.replace("id: 1", "id: -1")
    )
    assert possible(found.properties["min.insync.replicas"]) == ["4", "3", "1"]


def test_the_id_that_a_registration_gave_finds_the_overrides() -> None:
    inventory = joined(
        f"""
        nodes:
          kafka1:
            machine: {{addresses: 10.0.0.1, hostname: kafka1}}
            server.properties: {FILE.replace("id: 1", "id: -1")}
        zookeeper:
          connect: zk1/kafka
          brokers: {{1001: "PLAINTEXT://10.0.0.1:9092"}}
          overrides: {{1001: {{min.insync.replicas: 3}}, 1002: {{min.insync.replicas: 4}}}}
        """,
        kafka_version="2.8",
    )
    assert known(rendered(broker(inventory, "kafka1")).properties["min.insync.replicas"]) == "3"


DENIED = "{unknown: may not be read, kind: denied}"


@pytest.mark.parametrize("overrides", [f"{{1: {DENIED}}}", f"{{<default>: {DENIED}}}"])
def test_what_may_not_be_read_may_override_whatever_can_be_changed(overrides: str) -> None:
    found = face(overrides)
    assert possible(found.properties["min.insync.replicas"]) == ["1"]
    assert possible(found.properties["advertised.listeners"]) == ["PLAINTEXT://file:9092"]
    assert unknown(found.properties["message.max.bytes"]).reason == "may not be read"
    assert known(found.properties["num.partitions"]) == "1"
    assert unknown(found.endpoints).reason == "may not be read"
    assert [[str(each) for each in endpoints] for endpoints in possible(found.endpoints)] == [["file:9092"]]


def test_overrides_for_all_that_may_not_be_read_hide_no_listeners_where_the_brokers_own_are_known() -> None:
    found = face(f"{{1: {{}}, <default>: {DENIED}}}")
    assert texts(found.endpoints) == ["PLAINTEXT://file:9092"]
    assert possible(found.properties["min.insync.replicas"]) == ["1"]


def test_a_brokers_own_override_is_known_whatever_stands_for_all() -> None:
    found = face(f"{{1: {{min.insync.replicas: 3}}, <default>: {DENIED}}}")
    assert known(found.properties["min.insync.replicas"]) == "3"


def test_an_override_that_is_a_secret_stays_one() -> None:
    secret = face("{1: {listener.name.ssl.ssl.keystore.password: '[secret]'}}").properties
    fact = secret["listener.name.ssl.ssl.keystore.password"]
    assert isinstance(fact, Known)
    assert fact.secret


def test_nothing_is_overridden_where_there_is_nothing() -> None:
    keys: Sequence[str] = list(face("{}").properties)
    assert "listeners" not in keys
    assert isinstance(face("{}").rack, Absent)
