"""What the servers of a real ensemble say of themselves: all of them, with one down, and without a quorum."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, value_or_none
from driftcheck.model.snapshot import ServerObservation, Snapshot
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.znodes.access import NOBODY
from driftcheck.sources.znodes.server_states import ServerStates
from driftcheck.sources.zookeeper import SOURCE
from tests.services.zookeeper import (
    ZooKeeperServer,
    running_ensemble,
    running_zookeeper,
    zookeeper_classpath,
)

pytestmark = pytest.mark.services

REFUSES = b"srvr is not executed because it is not in the whitelist.\n"


def collect(connect: str) -> Snapshot:
    request = Request(configuration=Configuration(), zookeeper=connect)
    return SOURCE.collect(request, Deadline.after(20, per_operation=5))


def servers(snapshot: Snapshot) -> dict[str, ServerObservation]:
    return {f"{each.host}:{each.port}": each for each in snapshot.zookeepers[0].servers}


def modes(snapshot: Snapshot) -> list[str]:
    return sorted(value_or_none(each.mode) or "" for each in servers(snapshot).values())


def stop(server: ZooKeeperServer) -> None:
    server.process.kill()
    server.process.wait()


def leader(members: Sequence[ZooKeeperServer]) -> ZooKeeperServer:
    found = servers(collect(members[0].address))
    return next(each for each in members if value_or_none(found[each.address].mode) == "leader")


def test_every_member_says_how_it_serves_even_if_one_is_named(tmp_path: Path) -> None:
    with running_ensemble(tmp_path, zookeeper_classpath(), 3) as members:
        snapshot = collect(members[0].address)
        found = servers(snapshot)
        assert set(found) == {member.address for member in members}
        assert modes(snapshot) == ["follower", "follower", "leader"]
        first = leader(members)
        assert found[first.address].followers == Known(value=2, location=found[first.address].location)
        assert all(isinstance(each.zxid, Known) for each in found.values())
        (version,) = {value_or_none(each.version) for each in found.values()}
        assert version is not None
        assert version.startswith("3.")
        assert [each.named for each in snapshot.zookeepers[0].servers].count(True) == 1
        configuration = snapshot.zookeepers[0].configuration
        assert isinstance(configuration, Known)
        assert {"server.1", "server.2", "server.3"} <= configuration.value.keys()
        assert snapshot_from_json(snapshot_to_json(snapshot), name="night.json") == snapshot

        followers = [member for member in members if member is not first]
        stop(followers[0])
        down = servers(collect(first.address))[followers[0].address]
        assert isinstance(down.answered, Known)
        assert (down.answered.value, value_or_none(down.trouble)) == (False, "the connection is refused")
        assert isinstance(down.mode, Absent)

        stop(followers[1])
        give_up = time.monotonic() + 30
        while modes(lost := collect(",".join(each.address for each in members))) != ["", "", "not serving"]:
            assert time.monotonic() < give_up, modes(lost)
        assert isinstance(lost.zookeepers[0].registrations, Unknown)


def test_a_server_by_itself_and_a_reassignment_and_old_consumers_on_it(
    zookeeper_server: ZooKeeperServer, zookeeper_chroot: str
) -> None:
    moved = {"version": 1, "partitions": [{"topic": "clicks", "partition": 0, "replicas": [1, 2]}]}
    topic = {
        "version": 3,
        "partitions": {"0": [1, 2], "1": [1]},
        "adding_replicas": {"0": [2]},
        "removing_replicas": {},
    }
    consumer = {
        "version": 1,
        "subscription": {"clicks": 1},
        "pattern": "static",
        "timestamp": "1427404207000",
    }
    name = "g_1_web01.prod-1427404207000-1a2b3c4d"
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        for path, record in (
            ("/admin/reassign_partitions", moved),
            ("/brokers/topics/clicks", topic),
            (f"/consumers/g_1/ids/{name}", consumer),
            ("/consumers/g_2/ids/g_2_mine", {}),
        ):
            client.create(path, json.dumps(record).encode(), makepath=True)
        client.ensure_path("/consumers/gone/offsets")
        snapshot = collect(zookeeper_server.address + zookeeper_chroot)
    (seen,) = snapshot.zookeepers
    assert modes(snapshot) == ["standalone"]
    assert value_or_none(seen.reassigned) == ("clicks-0",)
    partitions = value_or_none(seen.partitions) or ()
    assert [(each.adding, each.removing) for each in partitions] == [((2,), ()), ((), ())]
    consumers = value_or_none(seen.consumers) or ()
    assert [(each.group, each.id) for each in consumers] == [("g_1", name), ("g_2", "g_2_mine")]
    assert value_or_none(consumers[0].host) == "web01.prod"
    assert str(value_or_none(consumers[0].since)) == "2015-03-26 21:10:07+00:00"
    assert isinstance(consumers[1].host, Unknown)
    assert isinstance(consumers[1].since, Known)


def test_a_cluster_without_them(zookeeper_server: ZooKeeperServer, zookeeper_chroot: str) -> None:
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        client.ensure_path("/brokers/ids")
        (seen,) = collect(zookeeper_server.address + zookeeper_chroot).zookeepers
    assert isinstance(seen.reassigned, Absent)
    assert isinstance(seen.consumers, Absent)


def test_a_plain_server_may_always_say_it(tmp_path: Path) -> None:
    with running_zookeeper(tmp_path / "quiet", zookeeper_classpath(), words="ruok") as server:
        snapshot = collect(server.address)
    assert modes(snapshot) == ["standalone"]


@contextmanager
def answering(answers: Mapping[bytes, bytes]) -> Iterator[int]:
    """What gives these answers to four-letter words, and nothing to others."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(answers.get(connection.recv(4), b""))

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def asked(port: int, seconds: float = 30) -> ServerObservation:
    states = ServerStates(time.monotonic() + seconds)
    states.ask([(("127.0.0.1", port), NOBODY)], named=True)
    (found,) = states.observed()
    return found


def test_one_that_may_not_say_it_is_denied_with_the_setting() -> None:
    with answering({b"srvr": REFUSES}) as port:
        found = asked(port)
    assert isinstance(found.mode, Unknown)
    assert found.mode.kind is UnknownKind.DENIED
    assert "4lw.commands.whitelist=srvr" in found.mode.reason


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n", b"", b"\xff" * 100, b"Mode: \n"])
def test_what_is_no_zookeeper_says_nothing(answer: bytes) -> None:
    with answering({b"srvr": answer}) as port:
        found = asked(port)
    assert isinstance(found.mode, Unknown)
    assert found.mode.kind is UnknownKind.FAULT
    fact: Fact[bool] = found.answered
    assert isinstance(fact, Known)


def test_one_that_accepts_and_never_answers_is_silent_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        found = asked(listener.getsockname()[1], seconds=1)
    assert time.monotonic() - began < 30
    assert isinstance(found.mode, Unknown)
    assert value_or_none(found.trouble) == "it did not answer in time"
    assert value_or_none(found.answered) is False
