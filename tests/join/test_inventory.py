"""The inventory as a whole: what was asked, how old it is, and what ZooKeeper says of a cluster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from driftcheck.app.worlds.notation import NOW
from driftcheck.join.run_notes import LAST_RUN
from driftcheck.model.facts import Absent, Known, UnknownKind
from driftcheck.model.inventory import NOT_GIVEN
from driftcheck.model.snapshot import Gap
from tests.join.worlds import broker, intended, joined, known, only_cluster, rendered, seen, unknown

WORLD = """
nodes:
  kafka1:
    settings: {broker.id: 1}
    machine: {addresses: 10.0.0.1, age: 3h}
    server.properties: {broker.id: 1}
  kafka2: {settings: {broker.id: 2}, machine: {addresses: 10.0.0.2, age: 1h}}
"""


def test_what_was_asked_and_what_could_not_be_seen_are_told() -> None:
    gap = Gap(source="chef", kind=UnknownKind.FAULT, reason="nodes/kafka9.json is no JSON")
    inventory = joined(replace(seen(WORLD), gaps=(gap,)))
    assert inventory.asked == {"chef", "rendered"}
    assert inventory.gaps == (gap,)
    assert inventory.nodes == ("kafka1", "kafka2")
    assert inventory.notes == (LAST_RUN,)
    assert inventory.vantages == ()
    assert joined("dns: {out: {a: NXDOMAIN}, in: {a: 10.0.0.1}}").vantages == ("in", "out")


def test_ages_count_against_the_newest_observation() -> None:
    inventory = joined(WORLD)
    assert inventory.reference_time == NOW - timedelta(hours=1)
    assert known(inventory.ages["chef"]) == NOW - timedelta(hours=3)
    assert known(inventory.ages["rendered"]) == NOW
    assert "dns" not in inventory.ages


def test_what_has_no_time_has_no_age() -> None:
    snapshot = seen("nodes: {kafka1: {server.properties: {broker.id: 1}}}")
    (file,) = snapshot.properties
    timeless = replace(file, observed_at=Absent(evidence="a git tree has no times"))
    inventory = joined(replace(snapshot, properties=(timeless,)))
    assert isinstance(inventory.ages["rendered"], Absent)
    assert inventory.reference_time == NOW


def test_a_snapshot_of_the_end_of_time_has_an_age_too() -> None:
    end = datetime.max.replace(tzinfo=UTC)
    assert joined(replace(seen(WORLD), taken_at=end)).reference_time == NOW - timedelta(hours=1)


def test_each_face_has_the_age_of_its_own_source() -> None:
    found = broker(joined(WORLD), "kafka1")
    assert known(intended(found).observed_at) == NOW - timedelta(hours=3)
    assert known(rendered(found).observed_at) == NOW
    assert found.converged is found.intended


def test_the_file_is_what_the_broker_is_configured_with_where_there_is_one() -> None:
    inventory = joined(WORLD)
    assert broker(inventory, "kafka1").config is broker(inventory, "kafka1").rendered
    second = broker(inventory, "kafka2")
    assert second.config is second.intended
    assert isinstance(second.rendered, Absent)
    assert second.rendered.evidence == "there is no rendered server.properties of kafka2"


def test_zookeeper_says_what_it_says_of_the_whole_cluster() -> None:
    cluster = only_cluster(
        joined(
            """
            zookeeper:
              connect: "zk2,zk1:2181/kafka"
              cluster_id: abc
              controller: 7
              brokers: {10: "PLAINTEXT://a:1", 9: "PLAINTEXT://b:1"}
              partitions: {events-0: [9, 10], events-1: [10, 11]}
            """
        )
    )
    assert known(cluster.zookeeper) == "zk1:2181,zk2:2181/kafka"
    assert (known(cluster.cluster_id), known(cluster.controller)) == ("abc", 7)
    assert known(cluster.registered_ids) == (9, 10)
    assert known(cluster.assigned_ids) == (9, 10, 11)
    assert [each.name for each in cluster.brokers] == ["broker 9", "broker 10"]


def test_without_zookeeper_nothing_is_said_of_registrations() -> None:
    cluster = only_cluster(joined(WORLD))
    assert cluster.zookeeper == cluster.controller == cluster.registered_ids == NOT_GIVEN
    assert broker(joined(WORLD), "kafka1").registered == NOT_GIVEN


def test_what_zookeeper_may_not_tell_stays_open() -> None:
    denied = "{unknown: denied, kind: denied}"
    cluster = only_cluster(joined(f"zookeeper: {{partitions: {denied}, controller: {denied}}}"))
    assert unknown(cluster.assigned_ids).kind is unknown(cluster.controller).kind is UnknownKind.DENIED
    assert known(cluster.registered_ids) == ()


def test_a_brokers_own_machine_is_that_of_its_node() -> None:
    found = broker(joined(WORLD), "kafka2")
    assert isinstance(found.machine, Known)
    assert known(found.machine.value.addresses) == ("10.0.0.2",)
    assert str(found.machine.value.location) == "nodes/kafka2.json"
