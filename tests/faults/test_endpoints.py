"""`live` where one of three brokers' endpoints goes wrong: that broker stays open, in time and in bounds."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial

import pytest

from tests.faults import endpoints as bad
from tests.faults.endpoints import API_VERSIONS, DESCRIBE_CONFIGS, METADATA, Serve, broker
from tests.faults.runs import Run, all_of, check_fault, check_healthy, live, wanted
from tests.faults.world import DOMAIN, planted, registration, znodes
from tests.services.dns import running_bind, zone_text
from tests.services.network import needs_network, own_network
from tests.services.process import CannotStartError
from tests.services.requirements import unavailable
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

pytestmark = [
    pytest.mark.services,
    needs_network,
]

CLUSTER = "AbCdEfGhIjKlMnOpQrStUv"
MANY = 200

SILENT = "it accepts the connection and does not answer within 2 s"
CLOSED = "it closes the connection without an answer"
NOT_KAFKA = "it does not speak Kafka's protocol"
ELSE = "it answers something else"
SHORT = "the answer ends too soon"
TOO_MANY = struct.pack(">i", 2**31 - 1)


def says(api: int, answer: bytes) -> Serve:
    """Broker 2, which is right but in this answer."""
    return broker(2, CLUSTER, {api: answer})


FAULTS: Mapping[str, tuple[Serve, str]] = {
    "silent": (bad.silent, SILENT),
    "closes": (bad.closes, CLOSED),
    "closes when it is asked": (bad.closes_when_asked, CLOSED),
    "resets": (bad.resets, CLOSED),
    "a frame of garbage": (bad.says(b"\0\0\0\x20" + os.urandom(32)), ELSE),
    "a frame of 2 GB": (bad.says(TOO_MANY), NOT_KAFKA),
    "a negative frame": (bad.says(b"\xff\xff\xff\xff"), NOT_KAFKA),
    "HTTP": (bad.says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NOT_KAFKA),
    "TLS": (bad.says(b"\x15\x03\x03\x00\x02\x02\x0a"), NOT_KAFKA),
    "another protocol's greeting": (bad.says(b"SSH-2.0-OpenSSH_9.2\r\n"), NOT_KAFKA),
    "another correlation id": (bad.wrongly_numbered, ELSE),
    "a byte each second": (bad.drips, SILENT),
    "2 MB without the end": (bad.floods, SILENT),
    "half an answer": (bad.ends_amid, CLOSED),
    "silent at Metadata": (bad.falls_silent_at(METADATA, CLUSTER), SILENT),
    "silent at DescribeConfigs": (bad.falls_silent_at(DESCRIBE_CONFIGS, CLUSTER), SILENT),
    "no APIs": (
        says(API_VERSIONS, bad.versions(())),
        "it speaks Kafka's protocol and is no broker: it knows no Metadata",
    ),
    "ApiVersions refused": (says(API_VERSIONS, bad.versions((), 35)), "ApiVersions is refused with error 35"),
    "ApiVersions without end": (says(API_VERSIONS, b"\0\0" + TOO_MANY), "the answer has too many items"),
    "Metadata of nothing": (says(METADATA, b""), SHORT),
    "Metadata without end": (says(METADATA, TOO_MANY), "the answer has too many items"),
    "DescribeConfigs of nothing": (says(DESCRIBE_CONFIGS, b""), SHORT),
    "DescribeConfigs of another": (
        says(DESCRIBE_CONFIGS, bad.described(9)),
        "it describes '9', which was not",
    ),
    "DescribeConfigs fails": (
        says(DESCRIBE_CONFIGS, bad.described(2, bad.UNKNOWN_SERVER_ERROR)),
        "it refuses to describe itself (error -1)",
    ),
    "DescribeConfigs refused": (
        says(DESCRIBE_CONFIGS, bad.described(2, bad.INVALID_REQUEST, "\x1b[2J")),
        "it refuses to describe itself (error 42)",
    ),
}

UNEXPECTED = bad.described(2, bad.INVALID_REQUEST, "Unexpected broker id, expected 1, but received 2")

FINDINGS: Mapping[str, tuple[Serve | None, str]] = {
    "refused": (None, "REG017"),
    "another broker answers": (says(DESCRIBE_CONFIGS, UNEXPECTED), "REG016"),
    "another cluster answers": (broker(2, "\x1b[2J"), "REG018"),
}

SITES: Mapping[str, Serve | None] = {
    "all brokers answer": broker(2, CLUSTER),
    **{what: serve for what, (serve, _) in {**FAULTS, **FINDINGS}.items()},
}
"""What stands at broker 2's address; the others are as they should be."""

CROWDS: Mapping[str, Serve] = {
    "200 silent endpoints": bad.silent,
    "200 endpoints that send 2 MB": bad.floods,
}

NUMBERS = {what: number for number, what in enumerate([*SITES, *CROWDS], 2)}
"""Each site has a network of its own: the third byte of its addresses."""


def address(what: str, number: int) -> str:
    return f"10.31.{NUMBERS[what]}.{number}"


def host(what: str, number: int) -> str:
    return f"kafka{number}.site{NUMBERS[what]}.{DOMAIN}"


def addresses(what: str) -> list[int]:
    """The last bytes of a site's addresses."""
    return list(range(1, MANY + 1)) if what in CROWDS else [1, 2, 3]


def owner(number: int) -> int:
    """The broker whose name leads to this address."""
    return (number - 1) % 3 + 1


def zones() -> dict[str, str]:
    found = {
        f"{number}.31.10.in-addr.arpa": zone_text(
            *(f"{each} PTR {host(what, owner(each))}." for each in addresses(what))
        )
        for what, number in NUMBERS.items()
    }
    records = [
        f"{host(what, owner(each))}. A {address(what, each)}" for what in NUMBERS for each in addresses(what)
    ]
    return {**found, DOMAIN: zone_text(*records)}


def cluster(what: str) -> dict[str, object]:
    """The registrations of three brokers, whose names lead to the site's addresses."""
    found = {path: each for path, each in znodes().items() if "/topics/" not in path}
    for each in (1, 2, 3):
        name = host(what, each)
        found[f"/brokers/ids/{each}"] = registration(each, host=name, endpoints=[f"PLAINTEXT://{name}:9092"])
    return found


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Run]]:
    """How `live` ended on each of the sites that this run selected, on a network of their own."""
    classpath = zookeeper_classpath()
    folder = tmp_path_factory.mktemp("endpoints")
    with ExitStack() as stack:
        stack.enter_context(own_network([address(what, n) for what in NUMBERS for n in addresses(what)]))
        try:
            zookeeper = stack.enter_context(running_zookeeper(folder / "zookeeper", classpath))
        except CannotStartError as error:
            unavailable("zookeeper", str(error))
        try:
            names = stack.enter_context(running_bind(folder / "dns", zones()))
        except CannotStartError as error:
            unavailable("dns", str(error))
        yield all_of({what: partial(at_site, what, zookeeper, names.resolver) for what in wanted(request)})


def at_site(what: str, zookeeper: ZooKeeperServer, resolver: str) -> Run:
    chroot = f"/site-{NUMBERS[what]}"
    serving = {address(what, n): broker(n, CLUSTER) for n in (1, 2, 3)}
    if what in CROWDS:
        serving = dict.fromkeys((address(what, n) for n in addresses(what)), CROWDS[what])
    else:
        there = SITES[what]
        del serving[address(what, 2)]
        serving |= {} if there is None else {address(what, 2): there}
    with planted(zookeeper, chroot, cluster(what)), bad.listening(serving):
        return live(zookeeper.address + chroot, "--resolver", resolver)


@pytest.mark.parametrize("what", ["all brokers answer"])
def test_where_all_brokers_answer_the_cluster_is_healthy(what: str, runs: Mapping[str, Run]) -> None:
    check_healthy(runs[what])


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_said_of_its_broker_and_address(what: str, runs: Mapping[str, Run]) -> None:
    check_fault(runs[what], f"REG016 on broker 2: {FAULTS[what][1]}")
    assert f"(fault) at {address(what, 2)}:9092" in runs[what].not_checked
    assert "0 of 3 brokers cannot be reached" in runs[what].text
    assert "for 1 it could not be told" in runs[what].text
    assert "not told: broker 2 " in runs[what].text


@pytest.mark.parametrize("what", FINDINGS)
def test_what_is_known_for_certain_is_a_finding(what: str, runs: Mapping[str, Run]) -> None:
    check_fault(runs[what], "", finding=FINDINGS[what][1])
    assert [c for c in runs[what].stdout if not (c == "\n" or c.isprintable())] == []


@pytest.mark.parametrize("what", CROWDS)
def test_two_hundred_at_once_take_no_longer_than_one(what: str, runs: Mapping[str, Run]) -> None:
    check_fault(runs[what], "REG016 on broker ")
    assert "not told: broker 1, broker 2, broker 3" in runs[what].stdout
