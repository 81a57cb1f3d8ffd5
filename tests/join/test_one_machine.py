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
