"""`live` while the way to ZooKeeper, or what comes back from it, goes wrong: never green, always in time."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.faults import proxy
from tests.faults.proxy import at
from tests.faults.runs import Run, all_of, check_bounds, check_fault, check_healthy, live, wanted
from tests.faults.world import planted, znodes
from tests.services.dns import Bind
from tests.services.process import free_port
from tests.services.zookeeper import (
    ZooKeeperServer,
    running_ensemble,
    running_zookeeper,
    zookeeper_classpath,
)

pytestmark = pytest.mark.services

NO_SESSION = "accepts connections but gives no ZooKeeper session: is it a ZooKeeper server, and up"
LOST = "the connection to ZooKeeper was lost"
LATE = "ZooKeeper did not answer in time"
REFUSED = "ZooKeeper answers with an error"
NOT_UNDERSTOOD = "ZooKeeper's answer cannot be understood"
TWO_GIGABYTES = struct.pack(">i", 2**31 - 1)

ANSWERS = 18
"""To a session, the chroot, four znodes, three lists, three registrations, and the first of the rest."""


def code(number: int) -> proxy.Fault:
    return proxy.changes(proxy.refused_with(number))


FAULTS: Mapping[str, tuple[proxy.Fault, str]] = {
    "no session: closed": (proxy.cuts, NO_SESSION),
    "no session: silent": (proxy.falls_silent, NO_SESSION),
    "no session: half an answer": (proxy.truncates, NO_SESSION),
    "no session: an answer of 2 GB": (proxy.says(TWO_GIGABYTES), NO_SESSION),
    "no session: a negative length": (proxy.says(b"\xff\xff\xff\xfb"), NO_SESSION),
    "no session: HTTP": (proxy.says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NO_SESSION),
    "no session: TLS": (proxy.says(b"\x15\x03\x03\x00\x02\x02\x0a"), NO_SESSION),
    "no session: garbage": (proxy.babbles, NO_SESSION),
    "no session: refused": (proxy.changes(proxy.emptied), NO_SESSION),
    "half an answer, and the end": (at(2, proxy.truncates), LOST),
    "half an answer, and silence": (at(2, proxy.truncates_and_stays), LATE),
    "an answer of 2 GB": (at(3, proxy.says(TWO_GIGABYTES)), LOST),
    "a negative length": (at(3, proxy.says(b"\xff\xff\xff\xfb")), LOST),
    "an endless answer": (at(3, proxy.talks_without_end), LOST),
    "garbage": (at(3, proxy.babbles), LOST),
    "answers to other requests": (at(3, proxy.changes(proxy.of_another_request)), LOST),
    "answers without content": (at(3, proxy.changes(proxy.emptied)), NOT_UNDERSTOOD),
    "every answer late": (proxy.delays(0.4), LATE),
    "every answer too late": (proxy.delays(3), NO_SESSION),
    "a byte now and then": (proxy.drips(0.1), NO_SESSION),
    "a byte now and then, later": (at(3, proxy.drips(0.2)), LATE),
    "RuntimeInconsistency": (at(1, code(-2)), f"{REFUSED} (RuntimeInconsistency)"),
    "ConnectionLoss": (at(4, code(-4)), f"{LOST} (ConnectionLoss)"),
    "MarshallingError": (at(4, code(-5)), f"{REFUSED} (MarshallingError)"),
    "Unimplemented": (at(4, code(-6)), f"{REFUSED} (UnimplementedError)"),
    "OperationTimeout": (at(6, code(-7)), f"{REFUSED} (OperationTimeoutError)"),
    "NoNode for everything": (at(1, code(-101)), "no such chroot: /faults does not exist"),
    "NoNode for the brokers": (at(4, code(-101)), "no Kafka cluster: /faults/brokers/ids does not exist"),
    "NoAuth": (at(1, code(-102)), "/faults/brokers/ids may not be read"),
    "SessionExpired": (at(4, code(-112)), f"{LOST} (SessionExpiredError)"),
    "AuthFailed": (at(1, code(-115)), f"{REFUSED} (AuthFailedError)"),
    "SessionMoved": (at(4, code(-118)), f"{REFUSED} (SessionMovedError)"),
    "SessionClosedRequireSasl": (at(1, code(-124)), "it wants SASL (denied)"),
    "a code that there is not": (at(4, code(-999)), f"{REFUSED} (code -999)"),
    "a code that there is not, for a registration": (at(7, code(-1001)), f"{REFUSED} (code -1001)"),
    "silent from the brokers' list on": (at(5, proxy.falls_silent), LATE),
    "silent from a registration on": (at(7, proxy.falls_silent), LATE),
    "silent from the topics on": (at(12, proxy.falls_silent), LATE),
    "silent from a partition on": (at(ANSWERS, proxy.falls_silent), LATE),
    "many znodes together: refused": (at(ANSWERS - 1, code(-6)), f"{REFUSED} (UnimplementedError)"),
    "many znodes together: no content": (at(ANSWERS, proxy.changes(proxy.emptied)), NOT_UNDERSTOOD),
    "many znodes together: half": (at(ANSWERS, proxy.changes(proxy.shortened)), NOT_UNDERSTOOD),
    "many znodes together: too long": (at(ANSWERS, proxy.changes(proxy.overwritten)), NOT_UNDERSTOOD),
    **{f"cut at answer {number}": (at(number, proxy.cuts), LOST) for number in range(1, ANSWERS)},
}


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, zookeeper_server: ZooKeeperServer, healthy: str, names: Bind
) -> Mapping[str, Run]:
    """How each of the faults that this run of the tests selected ended."""

    def through(fault: proxy.Fault) -> Run:
        with proxy.proxy(zookeeper_server.address, fault) as between:
            return live(between.address + healthy, "--resolver", names.resolver, "--no-connect")

    return all_of({what: partial(through, FAULTS[what][0]) for what in wanted(request)})


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_said_in_time_and_never_green(what: str, runs: Mapping[str, Run]) -> None:
    check_fault(runs[what], FAULTS[what][1])


def test_through_a_proxy_that_passes_all_the_cluster_is_healthy(
    zookeeper_server: ZooKeeperServer, healthy: str, names: Bind
) -> None:
    with proxy.proxy(zookeeper_server.address, proxy.passes) as between:
        check_healthy(live(between.address + healthy, "--resolver", names.resolver, "--no-connect"))
        assert between.answers > ANSWERS


def test_one_member_that_fails_does_not_matter(
    zookeeper_server: ZooKeeperServer, healthy: str, names: Bind
) -> None:
    with proxy.proxy(zookeeper_server.address, proxy.cuts) as failing:
        members = f"127.0.0.1:{free_port()},{failing.address},{zookeeper_server.address}"
        run = live(members + healthy, "--resolver", names.resolver, "--no-connect")
        check_healthy(run, one_down=True)


@contextlib.contextmanager
def filtered() -> Iterator[str]:
    """An address whose backlog is full: Linux drops what else tries to connect, as a firewall does."""
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        time.sleep(0.05)
        yield f"127.0.0.1:{full.getsockname()[1]}"


@contextlib.contextmanager
def half_open() -> Iterator[str]:
    """Connections are accepted by the kernel alone: nobody reads what they say."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (lambda: contextlib.nullcontext(f"127.0.0.1:{free_port()}"), "the connection is refused"),
        (filtered, "no connection within 2 s"),
        (half_open, NO_SESSION),
        (lambda: contextlib.nullcontext("nowhere.invalid:2181"), "the name does not resolve"),
    ],
    ids=["refused", "filtered", "half-open", "no such name"],
)
def test_a_server_that_cannot_be_entered_is_said(
    server: Callable[[], contextlib.AbstractContextManager[str]], said: str, names: Bind
) -> None:
    with server() as address:
        check_fault(live(f"{address}/faults", "--resolver", names.resolver, "--no-connect"), said)


def test_a_server_whose_process_is_stopped_is_said(names: Bind, tmp_path: Path) -> None:
    running = running_zookeeper(tmp_path / "zookeeper", zookeeper_classpath())
    with running as server, planted(server, "/faults", znodes()):
        connect = f"{server.address}/faults"
        check_healthy(live(connect, "--resolver", names.resolver, "--no-connect"))

        def stop(frames: Iterator[bytes], send: proxy.Send) -> None:
            os.kill(server.process.pid, signal.SIGSTOP)
            proxy.passes(frames, send)

        try:
            with proxy.proxy(server.address, at(6, stop)) as between:
                run = live(between.address + "/faults", "--resolver", names.resolver, "--no-connect")
            check_fault(run, LATE)
            run = live(connect, "--resolver", names.resolver, "--no-connect")
            check_fault(run, NO_SESSION)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)


def test_an_ensemble_that_loses_its_leader_is_healthy_or_said(names: Bind, tmp_path: Path) -> None:
    running = running_ensemble(tmp_path / "ensemble", zookeeper_classpath(), 3)
    with running as servers, planted(servers[0], "/faults", znodes()):
        members = ",".join(server.address for server in servers) + "/faults"
        check_healthy(live(members, "--resolver", names.resolver, "--no-connect"))
        (leader,) = [server for server in servers if says(server, b"srvr", b"Mode: leader")]
        one, other = [server for server in servers if server is not leader]

        def kill(frames: Iterator[bytes], send: proxy.Send) -> None:
            leader.process.kill()
            leader.process.wait()
            proxy.passes(frames, send)

        # A follower closes its clients' connections while a new leader is elected.
        with proxy.proxy(one.address, at(8, kill)) as between:
            run = live(between.address + "/faults", "--resolver", names.resolver, "--no-connect")
        check_bounds(run)
        assert run.code == 3 or (run.code == 0 and "(fault)" not in run.stdout), run.stdout
        serving([one, other])
        run = live(members, "--resolver", names.resolver, "--no-connect")
        check_healthy(run, one_down=True)

        other.process.kill()
        other.process.wait()
        run = live(members, "--resolver", names.resolver, "--no-connect")
        check_fault(run, "gives no ZooKeeper session", finding="GAT004")


def says(server: ZooKeeperServer, word: bytes, wanted: bytes) -> bool:
    host, _, port = server.address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=2) as connection:
            connection.sendall(word)
            with connection.makefile("rb") as stream:
                return wanted in stream.read()
    except OSError:
        return False


def serving(servers: list[ZooKeeperServer]) -> None:
    """Returns once each of them follows or leads again."""
    give_up = time.monotonic() + 60
    while not all(says(server, b"srvr", b"Mode: ") for server in servers):
        assert time.monotonic() < give_up
        time.sleep(0.1)
