"""Connecting to real brokers of six releases, and to what is none: silent, refusing, filtered, not Kafka."""

from __future__ import annotations

import contextlib
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
from tests.services.network import needs_network, own_network
from tests.services.process import free_port, wait_listening

HERE = "127.0.0.1"

SOON = 30.0
"""Seconds: far more than a bounded wait takes on a busy machine, far less than one that is not bounded."""


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


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[Destination]:
    """A server on loopback that does this with each connection; it is to be asked who it is."""
    with socket.create_server((HERE, 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield Destination(address=HERE, port=server.getsockname()[1], ids=(1,), ask=True, old=False)
        server.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


def answering(*messages: bytes) -> Callable[[socket.socket], None]:
    """Sends one of these for every request that comes, without reading what it is."""

    def serve(connection: socket.socket) -> None:
        for message in messages:
            connection.recv(65536)
            connection.sendall(message)

    return serve


def test_an_endpoint_that_accepts_and_never_answers_is_open_in_time() -> None:
    with listening(lambda connection: None) as destination:
        began = time.monotonic()
        found = seen(destination, per_operation=0.5)
        assert time.monotonic() - began < SOON
    assert isinstance(found.accepted, Known)
    assert found.accepted.value is True
    why = unknown(found.broker_id)
    assert (why.kind, why.reason) == (
        UnknownKind.FAULT,
        "it accepts the connection and does not answer within 0.5 s",
    )


def test_an_endpoint_that_is_not_asked_is_left_after_it_accepts() -> None:
    with listening(lambda connection: None) as destination:
        found = seen(Destination(address=HERE, port=destination.port, ids=(1,)))
    assert isinstance(found.accepted, Known)
    assert unknown(found.broker_id).kind is UnknownKind.UNSUPPORTED


def test_a_refused_connection_is_known() -> None:
    port = free_port()
    found = seen(Destination(address=HERE, port=port, ids=(1,), ask=True))
    assert isinstance(found.accepted, Known)
    assert found.accepted.value is False
    assert unknown(found.broker_id).reason == "the connection is refused"


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (lambda connection: connection.close(), "it closes the connection without an answer"),
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "it does not speak Kafka's protocol"),
        (answering(b"\x15\x03\x03\x00\x02\x02\x0a"), "it does not speak Kafka's protocol"),
        (answering(b"\xff\xff\xff\xff"), "it does not speak Kafka's protocol"),
        (answering(b"\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"), "it answers something else"),
        (answering(b"\x00\x00\x00\x04drif"), "the answer ends too soon"),
        (answering(b"\x00\x00\x00\x0adrif\x00\x00\x7f\xff\xff\xff"), "the answer has too many items"),
        (answering(b"\x00\x00\x00\x06drif\x00\x23"), "ApiVersions is refused with error 35"),
    ],
)
def test_what_does_not_speak_kafka_is_said(serve: Callable[[socket.socket], None], reason: str) -> None:
    with listening(serve) as destination:
        found = seen(destination)
    why = unknown(found.broker_id)
    assert (why.kind, why.reason) == (UnknownKind.FAULT, reason)


def test_hundreds_of_silent_ones_take_no_longer_than_one() -> None:
    with listening(lambda connection: None) as silent:
        many = [
            Destination(address=f"127.0.{high}.{low}", port=silent.port, ids=(1,), ask=True)
            for high in range(2)
            for low in range(1, 151)
        ]
        # On Linux the whole of 127/8 is this machine; the server listens on one address of it.
        began = time.monotonic()
        found = collect(silent, *many, per_operation=0.5)
        assert time.monotonic() - began < SOON  # one after the other: 150 s
    assert len(found) == 301


@pytest.mark.slow
def test_what_many_send_at_once_is_bounded() -> None:
    # 40 answers of 2 MB, each without its end: more than may be kept.
    beginning = (2 * 1024 * 1024).to_bytes(4, "big") + b"drif" + bytes(2_000_000)
    with contextlib.ExitStack() as open_ones:
        many = [open_ones.enter_context(listening(answering(beginning))) for _ in range(40)]
        found = collect(*many, per_operation=10)
    refused = "so many answers come at once that this one is not read"
    assert refused in {unknown(each.broker_id).reason for each in found}


def test_the_deadline_ends_everything() -> None:
    with listening(lambda connection: None) as destination:
        began = time.monotonic()
        (found,) = collect(destination, seconds=0.3, per_operation=4 * SOON)
        assert time.monotonic() - began < SOON
        (late,) = collect(destination, seconds=0)
    assert "does not answer" in unknown(found.broker_id).reason
    assert unknown(late.accepted).reason == "it was not connected to: the time for the run was over"


def test_a_filtered_endpoint_is_not_known() -> None:
    # Once its backlog is full, Linux drops what else tries to connect, as a firewall would.
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind((HERE, 0))
        full.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        time.sleep(0.05)
        found = seen(Destination(address=HERE, port=full.getsockname()[1]), per_operation=0.5)
    why = unknown(found.accepted)
    assert (why.kind, why.reason) == (UnknownKind.FAULT, "no connection within 0.5 s")


@needs_network
def test_an_endpoint_without_a_route_is_not_known() -> None:
    with own_network(["10.77.0.1"]):
        subprocess.run(["ip", "route", "add", "unreachable", "10.88.0.1/32"], check=True)
        found = collect(*(Destination(address=each, port=9092) for each in ("10.88.0.1", "10.66.0.1")))
    assert [unknown(each.accepted).reason for each in found] == [
        "it cannot be reached: no route to host",
        "it cannot be reached: network is unreachable",
    ]


@pytest.mark.services
def test_acls_that_let_nobody_ask_leave_the_id_denied_and_no_fault(
    start_broker: StartBroker, zookeeper_chroot: str
) -> None:
    port = free_port()
    properties = {
        "broker.id": "4",
        "listeners": f"PLAINTEXT://{HERE}:{port}",
        "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
        "super.users": "User:nobody",
    }
    wait_registered(start_broker("2.8.2", properties, chroot=zookeeper_chroot), 4)
    wait_listening(port)
    destination = Destination(address=HERE, port=port, ids=(4,), ask=True, old=False)
    (found,) = collect(destination, leaders={4: ("t", 0)})
    why = unknown(found.broker_id)
    assert why.kind is UnknownKind.DENIED
    assert "its ACLs let nobody ask without credentials" in why.reason
    assert isinstance(found.cluster_id, Known)
