"""Reading a real ZooKeeper: what is there, what is denied or broken, and that nothing is written."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import RegistrationObservation, Snapshot, ZooKeeperObservation
from driftcheck.sources.interface import Deadline, Progress, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.services.process import free_port, stop
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

pytestmark = pytest.mark.services

Write = Callable[[Mapping[str, object]], None]


def collect(
    connect: str,
    *,
    seconds: float = 20.0,
    per_operation: float = 5.0,
    progress: Progress = lambda message: None,
) -> Snapshot:
    request = Request(configuration=Configuration(), zookeeper=connect, progress=progress)
    return SOURCE.collect(request, Deadline.after(seconds, per_operation=per_operation))


def observe(connect: str) -> ZooKeeperObservation:
    return collect(connect).zookeepers[0]


def registered(observation: ZooKeeperObservation) -> dict[int, RegistrationObservation]:
    assert isinstance(observation.registrations, Known), observation.registrations
    return {registration.broker_id: registration for registration in observation.registrations.value}


def unknown(fact: object) -> Unknown:
    assert isinstance(fact, Unknown), fact
    return fact


def only_gap(snapshot: Snapshot) -> str:
    (gap,) = snapshot.gaps
    assert gap.source == "zookeeper"
    return gap.reason


@pytest.fixture
def cluster(zookeeper_server: ZooKeeperServer, zookeeper_chroot: str) -> str:
    """The connect string of the test's own chroot."""
    return zookeeper_server.address + zookeeper_chroot


@pytest.fixture
def write(zookeeper_server: ZooKeeperServer, zookeeper_chroot: str) -> Iterator[Write]:
    """Creates znodes below the test's chroot: bytes as they are, anything else as JSON."""
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:

        def create(znodes: Mapping[str, object]) -> None:
            for path, content in znodes.items():
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                client.create(path, data, ephemeral=path.startswith("/brokers/ids/"), makepath=True)

        yield create


V1 = {"jmx_port": -1, "timestamp": "1420485325400", "host": "172.16.8.243", "version": 1, "port": 9091}
V2 = {
    "version": 2,
    "host": "localhost",
    "port": 9092,
    "jmx_port": 9999,
    "timestamp": "1416974968782",
    "endpoints": ["PLAINTEXT://localhost:9092"],
}
V3 = V2 | {"version": 3, "rack": "dc1", "endpoints": ["PLAINTEXT://host1:9092", "SSL://host1:9093"]}
V4 = V3 | {
    "version": 4,
    "host": None,
    "port": -1,
    "endpoints": ["CLIENT://host1:9092", "REPLICATION://host1:9093"],
    "listener_security_protocol_map": {"CLIENT": "SSL", "REPLICATION": "PLAINTEXT"},
}
V5 = V4 | {"version": 5, "features": {"feature1": {"min_version": 1, "max_version": 2}}}
V100 = V5 | {"version": 100, "something": ["new"]}


def endpoints(registration: RegistrationObservation) -> list[str]:
    assert isinstance(registration.endpoints, Known), registration.endpoints
    return [f"{e.listener}://{e.host}:{e.port}" for e in registration.endpoints.value]


def test_registrations_of_every_version_are_read(cluster: str, write: Write) -> None:
    records = {1: V1, 2: V2, 3: V3, 4: V4, 5: V5, 100: V100}
    write({f"/brokers/ids/{number}": record for number, record in records.items()})
    found = registered(observe(cluster))
    assert sorted(found) == sorted(records)
    for number, registration in found.items():
        assert isinstance(registration.json_version, Known)
        assert registration.json_version.value == number
    assert endpoints(found[1]) == ["PLAINTEXT://172.16.8.243:9091"]
    assert endpoints(found[3]) == V3["endpoints"]
    assert endpoints(found[100]) == V4["endpoints"]
    assert isinstance(found[3].rack, Known)
    assert found[3].rack.value == "dc1"


def test_a_registration_has_its_path_owner_and_age(
    cluster: str, zookeeper_chroot: str, write: Write, zookeeper_server: ZooKeeperServer
) -> None:
    before = time.time()
    write({"/brokers/ids/7": V5})
    with zookeeper_server.client() as client:
        stat = client.exists(f"{zookeeper_chroot}/brokers/ids/7")
    registration = registered(observe(cluster))[7]
    assert registration.location.name == f"{zookeeper_chroot}/brokers/ids/7"
    assert isinstance(registration.ephemeral_owner, Known)
    assert registration.ephemeral_owner.value == stat.ephemeralOwner != 0
    assert isinstance(registration.czxid, Known)
    assert registration.czxid.value == stat.czxid
    assert isinstance(registration.created_at, Known)
    assert before - 5 < registration.created_at.value.timestamp() < time.time() + 5


def test_a_znode_without_a_session_has_the_owner_zero(
    cluster: str, zookeeper_chroot: str, zookeeper_server: ZooKeeperServer
) -> None:
    with zookeeper_server.client() as client:
        client.create(f"{zookeeper_chroot}/brokers/ids/7", json.dumps(V5).encode(), makepath=True)
    owner = registered(observe(cluster))[7].ephemeral_owner
    assert isinstance(owner, Known)
    assert owner.value == 0


@pytest.mark.parametrize(
    "junk",
    [b"", b"\xff\xfe\x00", b"null", b"[1]", b'"text"', b"{", b'{"version":5}', b"[" * 100_000, b"9" * 9_000],
    ids=lambda junk: repr(junk[:8]),
)
def test_a_junk_registration_is_unknown_and_the_others_are_read(
    junk: bytes, cluster: str, write: Write
) -> None:
    write({"/brokers/ids/1": junk, "/brokers/ids/2": V2})
    found = registered(observe(cluster))
    reason = unknown(found[1].endpoints)
    assert reason.location is not None
    assert reason.location.name.endswith("/brokers/ids/1")
    assert isinstance(found[1].ephemeral_owner, Known)
    assert endpoints(found[2]) == V2["endpoints"]


def test_an_id_that_is_no_number_is_a_gap(cluster: str, write: Write) -> None:
    write({"/brokers/ids/one": V2, "/brokers/ids/2": V2})
    snapshot = collect(cluster)
    assert sorted(registered(snapshot.zookeepers[0])) == [2]
    assert "'one'" in only_gap(snapshot)


def test_the_cluster_its_controller_and_its_partitions_are_read(cluster: str, write: Write) -> None:
    write(
        {
            "/brokers/ids/2": V2,
            "/controller": {"version": 1, "brokerid": 2, "timestamp": "1"},
            "/cluster/id": {"version": "1", "id": "rAnDoM"},
            "/brokers/topics/t": {"version": 3, "partitions": {"0": [1, 2], "1": [2], "10": [1]}},
            "/brokers/topics/t/partitions/0/state": {"leader": 2, "isr": [2], "leader_epoch": 1},
            "/brokers/topics/t/partitions/1/state": {"leader": -1, "isr": []},
        }
    )
    observation = observe(cluster)
    assert isinstance(observation.cluster_id, Known)
    assert observation.cluster_id.value == "rAnDoM"
    assert isinstance(observation.controller, Known)
    assert observation.controller.value == 2
    assert isinstance(observation.partitions, Known)
    first, second, third = observation.partitions.value
    assert (first.topic, first.partition, first.replicas) == ("t", 0, (1, 2))
    assert isinstance(first.isr, Known)
    assert first.isr.value == (2,)
    assert isinstance(second.leader, Known)
    assert second.leader.value == -1
    assert third.partition == 10
    assert isinstance(third.leader, Absent)


def test_what_is_missing_is_absent_with_its_path(cluster: str, zookeeper_chroot: str, write: Write) -> None:
    write({"/brokers/ids/2": V2})
    snapshot = collect(cluster)
    observation = snapshot.zookeepers[0]
    for fact, path in ((observation.cluster_id, "/cluster/id"), (observation.controller, "/controller")):
        assert isinstance(fact, Absent)
        assert zookeeper_chroot + path in fact.evidence
    assert observation.overrides == {}
    assert snapshot.gaps == ()


def test_overrides_are_read_without_their_secrets(cluster: str, write: Write) -> None:
    write(
        {
            "/brokers/ids/2": V2,
            "/config/brokers/2": {
                "version": 1,
                "config": {
                    "advertised.listeners": "PLAINTEXT://elsewhere:9092",
                    "listener.name.sasl_ssl.plain.sasl.jaas.config": "hunter2",
                    "ssl.keystore.password": "hunter2",
                },
            },
            "/config/brokers/<default>": {"version": 1, "config": {"log.cleaner.threads": "2"}},
            "/config/brokers/3": b"junk",
        }
    )
    snapshot = collect(cluster)
    overrides = snapshot.zookeepers[0].overrides
    assert sorted(overrides) == ["2", "3", "<default>"]
    own = overrides["2"]
    assert isinstance(own, Known)
    assert own.value["advertised.listeners"] == "PLAINTEXT://elsewhere:9092"
    assert "ssl.keystore.password" in own.value
    assert "hunter2" not in repr(snapshot)
    assert unknown(overrides["3"]).kind is UnknownKind.FAULT
    assert "/config/brokers/3" in str([gap.location for gap in snapshot.gaps])


def test_a_znode_that_may_not_be_read_is_denied_and_named(
    cluster: str, zookeeper_chroot: str, zookeeper_server: ZooKeeperServer, write: Write
) -> None:
    from kazoo.security import make_digest_acl

    write({"/brokers/ids/1": V1, "/brokers/ids/2": V2, "/config/brokers/2": {"version": 1, "config": {}}})
    creator_only = [make_digest_acl("kafka", "secret", all=True)]
    with zookeeper_server.client() as client:
        for path in ("/brokers/ids/1", "/config/brokers"):
            client.set_acls(zookeeper_chroot + path, creator_only)
    snapshot = collect(cluster)
    observation = snapshot.zookeepers[0]
    hidden = unknown(registered(observation)[1].endpoints)
    assert hidden.kind is UnknownKind.DENIED
    assert f"{zookeeper_chroot}/brokers/ids/1" in hidden.reason
    assert endpoints(registered(observation)[2]) == V2["endpoints"]
    assert {name: unknown(fact).kind for name, fact in observation.overrides.items()} == dict.fromkeys(
        ("<default>", "1", "2"), UnknownKind.DENIED
    )
    (gap,) = snapshot.gaps
    assert gap.kind is UnknownKind.DENIED
    assert f"{zookeeper_chroot}/config/brokers" in gap.reason
    assert "listeners" in gap.hides


def test_ids_that_may_not_be_listed_are_unknown(
    cluster: str, zookeeper_chroot: str, zookeeper_server: ZooKeeperServer, write: Write
) -> None:
    from kazoo.security import make_digest_acl

    write({"/brokers/ids/1": V1})
    with zookeeper_server.client() as client:
        client.set_acls(f"{zookeeper_chroot}/brokers/ids", [make_digest_acl("kafka", "secret", all=True)])
    snapshot = collect(cluster)
    assert unknown(snapshot.zookeepers[0].registrations).kind is UnknownKind.DENIED
    assert f"{zookeeper_chroot}/brokers/ids" in only_gap(snapshot)


def test_a_chroot_that_does_not_exist_is_said_with_one_that_does(tmp_path: Path) -> None:
    with running_zookeeper(tmp_path / "private", zookeeper_classpath()) as server:
        with server.client() as client:
            client.create("/kafka/brokers/ids/2", json.dumps(V2).encode(), makepath=True)
        snapshot = collect(f"{server.address}/nowhere")
    reason = only_gap(snapshot)
    assert reason.startswith(f"no such chroot: /nowhere does not exist at {server.address};")
    assert reason.endswith("(there are brokers under /kafka)")
    observation = snapshot.zookeepers[0]
    for fact in (observation.registrations, observation.cluster_id, observation.partitions):
        assert unknown(fact).kind is UnknownKind.FAULT


def test_a_chroot_repeated_after_each_host_is_refused_before_anything_is_asked() -> None:
    reason = only_gap(collect("127.0.0.1:1/kafka,127.0.0.1:2/kafka"))
    assert "write it once, after the last server" in reason


def test_a_chroot_without_a_cluster_is_a_gap(cluster: str, write: Write) -> None:
    write({"/something/else": b""})
    snapshot = collect(cluster)
    assert isinstance(snapshot.zookeepers[0].registrations, Absent)
    assert only_gap(snapshot).startswith("no Kafka cluster: ")


def test_one_server_of_the_ensemble_is_enough(cluster: str, write: Write) -> None:
    write({"/brokers/ids/2": V2})
    assert sorted(registered(observe(f"127.0.0.1:{free_port()},{cluster}"))) == [2]


@pytest.mark.parametrize(
    ("strike", "reason"),
    [
        (stop, "ZooKeeper did not answer in time"),
        (Popen.kill, "the connection to ZooKeeper was lost"),
    ],
    ids=["stopped", "killed"],
)
def test_a_server_that_fails_in_the_middle_leaves_what_was_read_and_the_reason(
    strike: Callable[[Popen[bytes]], None], reason: str, tmp_path: Path
) -> None:
    with running_zookeeper(tmp_path / "failing", zookeeper_classpath()) as server:
        with server.client() as client:
            client.create("/brokers/ids/2", json.dumps(V2).encode(), makepath=True)
            client.create("/cluster/id", b'{"id":"rAnDoM"}', makepath=True)

        def at_the_registrations(message: str) -> None:
            if "registrations" in message:
                strike(server.process)

        began = time.monotonic()
        try:
            snapshot = collect(server.address, seconds=60, per_operation=1, progress=at_the_registrations)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert time.monotonic() - began < 30
    observation = snapshot.zookeepers[0]
    assert isinstance(observation.cluster_id, Known)
    lost = unknown(registered(observation)[2].endpoints)
    assert lost.kind is UnknownKind.FAULT
    assert lost.reason.startswith(reason)
    assert unknown(observation.partitions).reason == lost.reason
    assert lost.reason in {gap.reason for gap in snapshot.gaps}


def test_a_run_changes_no_znode_and_logs_its_sessions_alone(tmp_path: Path) -> None:
    with running_zookeeper(tmp_path / "private", zookeeper_classpath()) as server:
        with server.client() as client:
            for path, content in (
                ("/kafka/brokers/ids/1", V1),
                ("/kafka/brokers/topics/t", {"partitions": {"0": [1]}}),
                ("/kafka/brokers/topics/t/partitions/0/state", {"leader": 1, "isr": [1]}),
                ("/kafka/config/brokers/1", {"config": {}}),
                ("/kafka/controller", {"brokerid": 1}),
            ):
                client.create(path, json.dumps(content).encode(), makepath=True)
            before = _stats(client, "/")
        logged = len(server.transactions())
        assert sorted(registered(observe(f"{server.address}/kafka"))) == [1]
        only_gap(collect(f"{server.address}/nowhere"))
        between = server.transactions()[logged:]
        with server.client() as client:
            assert _stats(client, "/") == before
    assert len(between) == 4, between
    assert ["createSession" in line for line in between] == [True, False, True, False]
    assert ["closeSession" in line for line in between] == [False, True, False, True]


def _stats(client: Any, path: str) -> dict[str, tuple[int, ...]]:
    """Every znode's czxid, mzxid, pzxid and versions, ZooKeeper's own bookkeeping left out."""
    stat = client.exists(path)
    found: dict[str, tuple[int, ...]] = {
        path: (stat.czxid, stat.mzxid, stat.pzxid, stat.version, stat.cversion, stat.aversion)
    }
    for child in client.get_children(path):
        found |= _stats(client, f"{path.rstrip('/')}/{child}")
    return found
