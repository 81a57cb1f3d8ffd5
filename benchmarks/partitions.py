"""What reading a large cluster from ZooKeeper costs: 1,000 brokers, 1,000 topics of 100 partitions each.

    python -m benchmarks.partitions [--topics N] [--partitions N] [--brokers N] [--runs N] [--old]

driftcheck's source, from no connection to the end of its session, with everything that it makes of what it
reads, against two others in the same rounds, on a real ZooKeeper. The floor is a raw multi-read
(benchmarks/raw_zookeeper.py): the same znodes over a bare socket, and of them the same values decoded, with
msgspec. The peer is kazoo's `get_async`, all of a part of the states under way at once, which are not even
decoded; its time is scaled to all of them. `--old` measures a ZooKeeper of 3.4, which knows no multi-read,
against the peer alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.name_server import host
from benchmarks.raw_zookeeper import raw_zookeeper
from benchmarks.rounds import medians
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.zookeeper import SOURCE
from tests.services.kafka_releases import library
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

LIMIT_OF_FLOOR = 2.0
LIMIT_OF_PEER = 30.0
CREATED_TOGETHER = 1_000
REGISTRATIONS = "/brokers/ids/"
REPLICAS = 3


class State(msgspec.Struct):
    """What rules need of a partition's state."""

    leader: int
    isr: tuple[int, ...]


class Topic(msgspec.Struct):
    """What rules need of a topic."""

    partitions: dict[str, tuple[int, ...]]


def registration(number: int) -> bytes:
    """A registration as 2.8 writes it."""
    record = {
        "features": {},
        "listener_security_protocol_map": {"PLAINTEXT": "PLAINTEXT"},
        "endpoints": [f"PLAINTEXT://{host(number)}:9092"],
        "jmx_port": -1,
        "host": host(number),
        "port": 9092,
        "timestamp": "1426601847331",
        "version": 5,
    }
    return json.dumps(record).encode()


def znodes(topics: int, partitions: int, brokers: int) -> Iterator[tuple[str, bytes]]:
    """Everything below the chroot; every partition is as it should be."""
    for path in ("/brokers", "/brokers/ids", "/brokers/topics"):
        yield path, b""
    for number in range(brokers):
        yield f"/brokers/ids/{number}", registration(number)
    for topic in range(topics):
        root = f"/brokers/topics/topic-{topic:04}"
        replicas = {
            str(each): [(topic + each + more) % brokers for more in range(REPLICAS)]
            for each in range(partitions)
        }
        yield root, json.dumps({"version": 1, "partitions": replicas}).encode()
        yield f"{root}/partitions", b""
        for each, ids in replicas.items():
            yield f"{root}/partitions/{each}", b""
            state = {"controller_epoch": 31, "leader": ids[0], "version": 1, "leader_epoch": 4, "isr": ids}
            yield f"{root}/partitions/{each}/state", json.dumps(state, separators=(",", ":")).encode()


def create(client: Any, found: Iterator[tuple[str, bytes]]) -> None:
    """Creates znodes, many in a transaction; registrations belong to the session, as those of brokers do."""
    while some := list(islice(found, CREATED_TOGETHER)):
        transaction = client.transaction()
        for path, data in some:
            transaction.create(path, data, ephemeral=path.startswith(REGISTRATIONS))
        assert all(isinstance(each, str) for each in transaction.commit())


@contextmanager
def large_zookeeper(
    topics: int, partitions: int, brokers: int, *, old: bool = False
) -> Iterator[ZooKeeperServer]:
    """A real server that holds such a cluster; `old`: of 3.4, as it comes with Kafka 0.11."""
    with tempfile.TemporaryDirectory() as folder:
        classpath = f"{library('0.11.0.3')}/*" if old else zookeeper_classpath()
        running = running_zookeeper(Path(folder), classpath, java=["-Xmx1g"])
        with running as server, server.client() as client:
            create(client, znodes(topics, partitions, brokers))
            yield server


def ours(server: ZooKeeperServer, partitions: int) -> float:
    """Seconds that driftcheck takes for everything."""
    request = Request(configuration=Configuration(), zookeeper=server.address)
    begin = time.perf_counter()
    seen = SOURCE.collect(request, Deadline.after(600, per_operation=60))
    taken = time.perf_counter() - begin
    found = seen.zookeepers[0].partitions
    assert isinstance(found, Known)
    assert len(found.value) == partitions
    assert all(isinstance(each.isr, Known) for each in found.value)
    return taken


def floor(server: ZooKeeperServer, partitions: int) -> float:
    """Seconds for the same znodes, decoded and forgotten."""
    state, topic = msgspec.json.Decoder(State).decode, msgspec.json.Decoder(Topic).decode
    begin = time.perf_counter()
    with raw_zookeeper(server.address) as session:
        ids, topics = session.children("/brokers/ids"), session.children("/brokers/topics")
        brokers = list(map(msgspec.json.decode, session.data([f"/brokers/ids/{each}" for each in ids])))
        paths = [f"/brokers/topics/{each}" for each in topics]
        states = [
            f"{path}/partitions/{number}/state"
            for path, data in zip(paths, session.data(paths), strict=True)
            for number in topic(data).partitions
        ]
        found = list(map(state, session.data(states)))
    taken = time.perf_counter() - begin
    assert (len(found), len(brokers)) == (partitions, len(ids))
    return taken


def peer(server: ZooKeeperServer, topics: int, partitions: int) -> float:
    """Seconds that kazoo takes for the states of so many topics, all asked for before the first answer."""
    paths = [
        f"/brokers/topics/topic-{topic:04}/partitions/{each}/state"
        for topic in range(topics)
        for each in range(partitions)
    ]
    with server.client() as client:
        begin = time.perf_counter()
        pending = deque(client.get_async(path) for path in paths)
        while pending:
            pending.popleft().get()
        return time.perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser(description="A large cluster in ZooKeeper, read.")
    parser.add_argument("--topics", type=int, default=1_000)
    parser.add_argument("--partitions", type=int, default=100, help="of each topic")
    parser.add_argument("--brokers", type=int, default=1_000)
    parser.add_argument("--part", type=int, default=50, help="topics whose states kazoo reads")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--old", action="store_true", help="ZooKeeper 3.4")
    given = parser.parse_args()
    gc.set_threshold(500_000, 50, 50)  # as the command does
    total, part = given.topics * given.partitions, min(given.part, given.topics)
    with large_zookeeper(given.topics, given.partitions, given.brokers, old=given.old) as server:
        tasks = {
            "raw multi-read": lambda: floor(server, total),
            "driftcheck": lambda: ours(server, total),
            "kazoo get_async": lambda: peer(server, part, given.partitions) * given.topics / part,
        }
        if given.old:
            del tasks["raw multi-read"]
        found = medians(tasks, given.runs)
    print(f"{total:,} partition states, {given.brokers:,} registrations; median of {given.runs}")
    for name, seconds in found.items():
        print(f"{seconds:6.2f} s  {name}")
    under = found["kazoo get_async"] / found["driftcheck"]
    if given.old:
        print(f"{under:5.1f}×  as fast as kazoo's get_async")
        return 0
    over = found["driftcheck"] / found["raw multi-read"]
    kept = over <= LIMIT_OF_FLOOR and under >= LIMIT_OF_PEER
    print(f"{over:5.2f}×  the time of a raw multi-read with the same decoding (limit {LIMIT_OF_FLOOR:g}×)")
    print(f"{under:5.1f}×  as fast as kazoo's get_async (limit {LIMIT_OF_PEER:g}×)")
    print("ok" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
