"""Where registrations' sessions come from, asked of real servers that may say it, may not, or are down."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.services.network import needs_network, own_network
from tests.services.zookeeper import (
    ZooKeeperServer,
    running_ensemble,
    running_zookeeper,
    zookeeper_classpath,
)

pytestmark = pytest.mark.services

RECORD = json.dumps({"version": 1, "host": "kafka1", "port": 9092, "jmx_port": -1, "timestamp": "0"}).encode()


def collect(connect: str) -> Snapshot:
    request = Request(configuration=Configuration(), zookeeper=connect)
    return SOURCE.collect(request, Deadline.after(20, per_operation=5))


def addresses(snapshot: Snapshot) -> dict[int, Fact[str]]:
    registrations = snapshot.zookeepers[0].registrations
    assert isinstance(registrations, Known), registrations
    return {each.broker_id: each.session_address for each in registrations.value}


@contextmanager
def registered(server: ZooKeeperServer, number: int) -> Iterator[None]:
    with server.client() as client:
        client.create(f"/brokers/ids/{number}", RECORD, ephemeral=True, makepath=True)
        yield


def test_a_session_has_its_address_and_the_member_that_has_it(
    zookeeper_server: ZooKeeperServer, zookeeper_chroot: str
) -> None:
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        client.create("/brokers/ids/1", RECORD, ephemeral=True, makepath=True)
        client.create("/brokers/ids/2", RECORD)
        snapshot = collect(zookeeper_server.address + zookeeper_chroot)
    found = addresses(snapshot)
    assert isinstance(found[1], Known)
    assert found[1].value == "127.0.0.1"
    assert str(found[1].location) == f"{zookeeper_server.address} (cons)"
    assert isinstance(found[2], Absent)
    assert snapshot.gaps == ()
    assert snapshot_from_json(snapshot_to_json(snapshot), name="night.json") == snapshot


def test_a_server_that_may_not_say_it_is_denied_with_the_setting_and_is_no_gap(tmp_path: Path) -> None:
    with (
        running_zookeeper(tmp_path / "quiet", zookeeper_classpath(), words="srvr") as server,
        registered(server, 1),
    ):
        snapshot = collect(server.address)
    fact = addresses(snapshot)[1]
    assert isinstance(fact, Unknown)
    assert fact.kind is UnknownKind.DENIED
    assert "4lw.commands.whitelist=cons,srvr" in fact.reason
    assert snapshot.gaps == ()


@needs_network
def test_the_admin_server_says_what_the_word_may_not(tmp_path: Path) -> None:
    admin = ("admin.enableServer=true", "admin.serverPort=8080")
    with (
        own_network(["10.77.0.1"]),
        running_zookeeper(
            tmp_path / "admin",
            zookeeper_classpath(),
            address="10.77.0.1",
            configuration=admin,
            words="srvr",
        ) as server,
        registered(server, 1),
    ):
        fact = addresses(collect(server.address))[1]
        give_up = time.monotonic() + 10  # its admin server starts beside the other
        while not isinstance(fact, Known) and time.monotonic() < give_up:
            fact = addresses(collect(server.address))[1]
    assert isinstance(fact, Known)
    assert fact.value == "10.77.0.1"
    assert str(fact.location) == f"{server.address}#/commands/connections"


def test_every_member_is_asked_even_if_one_is_named_and_one_is_down(tmp_path: Path) -> None:
    with running_ensemble(tmp_path, zookeeper_classpath(), 3) as members:
        first, second, third = members
        with registered(second, 2), registered(third, 3), registered(first, 1):
            found = addresses(collect(first.address))
            assert [str(fact.location) for fact in found.values() if isinstance(fact, Known)] == [
                f"{member.address} (cons)" for member in members
            ]
        third.process.kill()
        third.process.wait()
        with registered(second, 2):
            began = time.monotonic()
            assert isinstance(addresses(collect(first.address))[2], Known)
            assert time.monotonic() - began < 20  # the deadline
