"""What `driftcheck live` of a large cluster costs, against asking for one thing after the other.

    python -m benchmarks.live [--brokers N] [--many N] [--runs N]

1,000 brokers are registered in a real ZooKeeper, each under a name of its own that leads to an address of its
own, where something answers as that broker (benchmarks/brokers.py). The name server
(benchmarks/name_server.py) and the brokers answer at once, or after 1 ms; the limit is for the latter, as no
network answers at once. The peer asks for the same with dnspython, kazoo's `get` and a socket: one znode, one
name (A and AAAA) and one connection after the other, and over each of these driftcheck's own three questions.

Compared is what `live` asks: its sources, from the first to the last. The whole command, with the start of
Python, the join and all rules, is measured beside it, also as the share of its time that is not spent on
asking. Its memory is measured with 10,000 brokers, as the process's peak.

It needs root, iproute2 and unshare: the brokers' addresses (all of 10/8) are in a network of its own.
"""

from __future__ import annotations

import argparse
import gc
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.resolver

from benchmarks.brokers import PORT, brokers
from benchmarks.name_server import DELAY_SECONDS, address, host, name_server
from benchmarks.partitions import large_zookeeper
from benchmarks.repository import Cost, cost
from driftcheck.app.collection import collect
from driftcheck.kafka.identity import who_answers
from driftcheck.kafka.wire import answer_body, answer_size
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known
from driftcheck.sources.interface import Deadline, Request
from tests.services.network import own_network
from tests.services.zookeeper import ZooKeeperServer

LIMIT = 8.0
PEAK_MIB = 128
TOPICS, PARTITIONS = 50, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Seconds of one thing after the other, of driftcheck's sources, and of the whole command."""

    peer: float
    asked: float
    whole: float

    @property
    def ratio(self) -> float:
        return self.peer / self.asked


def ours(server: ZooKeeperServer, port: int, count: int) -> float:
    """Seconds that the sources take for everything."""
    request = Request(
        configuration=Configuration(),
        zookeeper=server.address,
        resolvers=(f"127.0.0.1:{port}",),
        connect=True,
    )
    begin = time.perf_counter()
    seen = collect(request, Deadline.after(600, per_operation=30))
    taken = time.perf_counter() - begin
    assert len(seen.dns) == 2 * count, len(seen.dns)
    ids = [each.broker_id.value for each in seen.connections if isinstance(each.broker_id, Known)]
    assert sorted(ids) == list(range(count)), len(ids)
    return taken


def theirs(server: ZooKeeperServer, port: int, numbers: Sequence[int]) -> float:
    """Seconds for these brokers, one thing after the other."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    with server.client() as client:
        begin = time.perf_counter()
        for number in numbers:
            assert client.get(f"/brokers/ids/{number}")
            for rrtype in ("A", "AAAA"):
                resolver.resolve(host(number), rrtype, raise_on_no_answer=False)
            assert _asked(number) == number
        return time.perf_counter() - begin


def _asked(number: int) -> int:
    """Which broker answers at a broker's address."""
    asking = who_answers(number, {}, old=False)
    with socket.create_connection((address(number), PORT), timeout=5) as sock:
        message = next(asking)
        while True:
            sock.sendall(message)
            received = b""
            while (size := answer_size(received)) is None or len(received) < size:
                received += sock.recv(65_536)
            try:
                message = asking.send(answer_body(received))
            except StopIteration as end:
                told = end.value.broker_id
                return int(told.value) if isinstance(told, Known) else -1


def command(server: ZooKeeperServer, port: int, environ: Mapping[str, str]) -> tuple[float, Cost]:
    """Seconds and cost of the whole command. RuntimeError if it could not do its work."""
    arguments = ["live", "--zk", server.address, "--resolver", f"127.0.0.1:{port}", "-f", "json"]
    begin = time.perf_counter()
    found = cost([sys.executable, "-m", "driftcheck", *arguments], Path(environ["HOME"]), environ)
    return time.perf_counter() - begin, found


@contextmanager
def network() -> Iterator[None]:
    """A network of this process's own, in which all of 10/8 is this machine."""
    with own_network([]):
        subprocess.run(["ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo"], check=True)
        yield


def compared(count: int, delay: float, part: int, runs: int, environ: Mapping[str, str]) -> Comparison:
    """The medians of so many rounds, after one that is not counted."""
    rounds: list[tuple[float, float, float]] = []
    with ExitStack() as stack:
        server = stack.enter_context(large_zookeeper(TOPICS, PARTITIONS, count))
        port = stack.enter_context(name_server(count, delay=delay))
        stack.enter_context(brokers(delay))
        numbers = range(0, count, max(1, count // part))
        for _ in range(runs + 1):
            peer = theirs(server, port, numbers) * count / len(numbers)
            rounds.append((peer, ours(server, port, count), command(server, port, environ)[0]))
    peer, asked, whole = map(statistics.median, zip(*rounds[1:], strict=True))
    return Comparison(peer=peer, asked=asked, whole=whole)


def show(found: Comparison, when: str, limit: str) -> None:
    rest = 1 - found.asked / found.whole
    print(f"{when}:")
    print(f"{found.peer:6.2f} s  one after the other")
    print(f"{found.asked:6.2f} s  driftcheck's sources, {found.ratio:.1f}× as fast{limit}")
    print(
        f"{found.whole:6.2f} s  the whole command; {rest:.0%} of it are the start of Python, join and rules"
    )


def peak(count: int, environ: Mapping[str, str]) -> Cost:
    """What the command costs with so many brokers."""
    with large_zookeeper(TOPICS, PARTITIONS, count) as server, name_server(count) as port, brokers():
        return command(server, port, environ)[1]


def main() -> int:
    parser = argparse.ArgumentParser(description="A large cluster, live.")
    parser.add_argument("--brokers", type=int, default=1_000)
    parser.add_argument("--part", type=int, default=200, help="brokers that are asked one after the other")
    parser.add_argument("--many", type=int, default=10_000, help="brokers when memory is measured")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    gc.set_threshold(500_000, 50, 50)  # as the command does
    with tempfile.TemporaryDirectory() as folder, network():
        root = str(Path(__file__).parents[1])
        environ = {**os.environ, "HOME": folder, "XDG_CACHE_HOME": folder, "PYTHONPATH": root}
        part = min(given.part, given.brokers)
        at_once = compared(given.brokers, 0.0, part, given.runs, environ)
        later = compared(given.brokers, DELAY_SECONDS, part, given.runs, environ)
        most = peak(given.many, environ)
    print(f"{given.brokers:,} brokers; median of {given.runs}")
    show(at_once, "answers at once", "")
    show(later, "answers after 1 ms", f" (limit {LIMIT:g}×)")
    print(f"{most.peak:.0f} MiB with {given.many:,} brokers, {most.cpu:.1f} s CPU (limit {PEAK_MIB} MiB)")
    kept = later.ratio >= LIMIT and most.peak <= PEAK_MIB
    print("ok" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
