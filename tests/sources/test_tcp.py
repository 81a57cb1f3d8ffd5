"""Connecting to real brokers of six releases, and to what is none: silent, refusing, filtered, not Kafka."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import ConnectionObservation
from driftcheck.sources.interface import Deadline, Destination, Request
from driftcheck.sources.tcp import SOURCE
from tests.services.kafka import StartBroker, wait_registered
from tests.services.kafka_releases import RELEASES
from tests.services.network import can_have_network, own_network
from tests.services.process import free_port, wait_listening

HERE = "127.0.0.1"


def collect(
    *destinations: Destination,
    leaders: Mapping[int, tuple[str, int]] | None = None,
    seconds: float = 20.0,
    per_operation: float = 5.0,
) -> Sequence[ConnectionObservation]:
    request = Request(
        configuration=Configuration(), connect=True, destinations=destinations, leaders=leaders or {}
    )
    return SOURCE.collect(request, Deadline.after(seconds, per_operation=per_operation)).connections


def seen(destination: Destination, *, per_operation: float = 1.0) -> ConnectionObservation:
    (found,) = collect(destination, per_operation=per_operation)
    return found


def unknown(fact: object) -> Unknown:
    assert isinstance(fact, Unknown), fact
    return fact


@pytest.mark.services
@pytest.mark.parametrize("release", RELEASES)
def test_a_broker_says_its_own_id_whomever_one_takes_it_for(
    release: str, start_broker: StartBroker, zookeeper_chroot: str
) -> None:
    port = free_port()
    old = release in ("0.8.2.2", "0.9.0.1")
    properties = {"broker.id": "4", "host.name": HERE, "port": str(port)}
    if release.startswith("3."):
        properties = {"broker.id": "4", "listeners": f"PLAINTEXT://{HERE}:{port}"}
    chroot = "/" + zookeeper_chroot.strip("/").replace(".", "-")
    broker = start_broker(release, properties, chroot=chroot)
    wait_registered(broker, 4)
    wait_listening(port)
    with broker.server.client() as client:
        topic = json.dumps({"version": 1, "partitions": {"0": [4]}}).encode()
        client.create(f"{chroot}/brokers/topics/t", topic, makepath=True)
        state = f"{chroot}/brokers/topics/t/partitions/0/state"
        give_up = time.monotonic() + 30
        while not client.exists(state) and time.monotonic() < give_up:
            time.sleep(0.1)
    leaders = {1: ("elsewhere", 0), 4: ("t", 0)}
    for expected in (4, 1):
        give_up = time.monotonic() + 10  # the leader's own state follows the znode's
        destination = Destination(address=HERE, port=port, ids=(expected,), ask=True, old=old)
        (found,) = collect(destination, leaders=leaders)
        while not isinstance(found.broker_id, Known) and time.monotonic() < give_up:
            (found,) = collect(destination, leaders=leaders)
        assert isinstance(found.broker_id, Known), found.broker_id
        assert found.broker_id.value == 4
        assert str(found.broker_id.location) == f"{HERE}:{port}"
    assert isinstance(found.cluster_id, Absent if old else Known)
    assert seen(Destination(address=HERE, port=port)).accepted == found.accepted
