"""Whether the brokers of a cluster are made to stand on one machine."""

from __future__ import annotations

import pytest

from tests.join.worlds import joined

FILE = 'server.properties: {{broker.id: {id}, zookeeper.connect: "localhost:2181", {more}}}'


def on_one_machine(*nodes: str, zookeeper: str = "") -> bool:
    world = "nodes:\n" + "".join(f"  kafka{number}: {{{node}}}\n" for number, node in enumerate(nodes, 1))
    return joined(world + zookeeper).clusters[0].one_machine


def file(id: int, more: str) -> str:
    return FILE.format(id=id, more=more)


APART = (
    file(1, 'listeners: "PLAINTEXT://:9092", log.dirs: /1'),
    file(2, 'listeners: "PLAINTEXT://localhost:9093", log.dirs: /2'),
)


def test_ports_and_directories_of_their_own_and_no_host_are_made_for_one_machine() -> None:
    assert on_one_machine(*APART)
    assert on_one_machine(file(1, "broker.rack: a"), file(2, "port: 9093, log.dir: /2"))
    one = 'listeners: "PLAINTEXT://10.0.0.7:{port}", log.dirs: /{port}'
    assert on_one_machine(file(1, one.format(port=1)), file(2, one.format(port=2)))


@pytest.mark.parametrize(
    "second",
    [
        'listeners: "PLAINTEXT://:9092", log.dirs: /2',
        'listeners: "PLAINTEXT://:9093", log.dirs: /1',
        'listeners: "PLAINTEXT://kafka2:9093", advertised.listeners: "PLAINTEXT://kafka3:9093", log.dirs: /2',
        'listeners: "PLAINTEXT://:9093", controller.quorum.voters: "1@a:1,2@b:1", log.dirs: /2',
    ],
    ids=["the same port", "the same directory", "two hosts", "two voters"],
)
def test_what_cannot_be_on_one_machine_is_not(second: str) -> None:
    assert not on_one_machine(APART[0], file(2, second))


def test_one_broker_is_no_cluster_and_what_has_no_file_says_nothing() -> None:
    assert not on_one_machine(APART[0])
    assert not on_one_machine(*APART, zookeeper='zookeeper: {brokers: {3: "PLAINTEXT://localhost:9094"}}\n')


def test_machines_of_their_own_say_more_than_the_files() -> None:
    first, second = (
        f"{each}, machine: {{addresses: [10.0.0.{number}]}}" for number, each in enumerate(APART)
    )
    assert not on_one_machine(first, second)


PUBLISHED = """\
settings: {{broker.id: {id}, zookeeper.connect: zk1, inter.broker.listener.name: A,
listener.security.protocol.map: "A:PLAINTEXT,B:PLAINTEXT", listeners: "A://:9092,B://:9093",
advertised.listeners: "A://{host}:9092,B://{other}:{port}"}}"""


def published(*nodes: str) -> tuple[str, ...]:
    world = "".join(f"  kafka{number}: {{{node}}}\n" for number, node in enumerate(nodes, 1))
    return joined(f"nodes:\n{world}", kafka_version="3.9.1").clusters[0].published_listeners


def advertised(id: int, host: str, other: str, port: int) -> str:
    return PUBLISHED.format(id=id, host=host, other=other, port=port).replace("\n", " ")


def test_ports_of_their_own_on_localhost_beside_a_host_are_published() -> None:
    assert published(advertised(1, "k1", "localhost", 1), advertised(2, "k2", "127.0.0.1", 2)) == ("B",)


def test_a_controller_by_itself_has_no_say() -> None:
    controller = (
        "settings: {node.id: 9, process.roles: controller, controller.listener.names: C, "
        'controller.quorum.voters: "9@c:9093", listeners: "C://c:9093"}'
    )
    assert published(
        advertised(1, "k1", "localhost", 1), advertised(2, "k2", "127.0.0.1", 2), controller
    ) == ("B",)


def test_ports_of_their_own_that_they_bind_themselves_are_those_of_one_machine() -> None:
    quick = 'settings: {{broker.id: {id}, zookeeper.connect: zk1, listeners: "PLAINTEXT://localhost:{id}"}}'
    assert published(quick.format(id=1), quick.format(id=2)) == ("PLAINTEXT",)
    other = (
        "settings: {broker.id: 2, zookeeper.connect: zk1, security.inter.broker.protocol: SSL, "
        'listeners: "SSL://localhost:2"}'
    )
    assert published(quick.format(id=1), other) == ("PLAINTEXT", "SSL")
    mapped = quick.replace("}}", ', advertised.listeners: "PLAINTEXT://localhost:1{id}"}}')
    assert published(mapped.format(id=1), mapped.format(id=2)) == ()


@pytest.mark.parametrize(
    "second",
    [
        advertised(2, "k2", "localhost", 1),
        advertised(2, "k2", "k2", 2),
        advertised(2, "localhost", "localhost", 2),
        advertised(2, "k2", "localhost", 2) + ", machine: {addresses: [10.0.0.2]}",
    ],
    ids=["the same port", "a host", "localhost for the other brokers too", "machines of their own"],
)
def test_localhost_of_other_brokers_is_not_published(second: str) -> None:
    first = advertised(1, "k1", "localhost", 1) + ", machine: {addresses: [10.0.0.1]}"
    assert published(first, second) == ()


def test_what_is_not_known_is_not_published() -> None:
    assert published(advertised(1, "k1", "localhost", 1)) == ()
    unknown = "settings: {broker.id: 2, advertised.listeners: {unknown: from a search, kind: unsupported}}"
    assert published(advertised(1, "k1", "localhost", 1), unknown) == ()
