"""A name server for benchmarks, in a process of its own: all its answers stand ready before it is asked.

It answers A, AAAA and PTR of `kafka00001.bench.example.com` and so on, each one address in 10/8. Answers can
be kept back for a time, and a share of the queries is lost, always the same ones.

    python -m benchmarks.name_server NAMES DELAY LOSS     prints its port, serves until its input ends
"""

from __future__ import annotations

import random
import select
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOMAIN = "bench.example.com"
RECEIVE_BUFFER = 4 * 1024 * 1024
DELAY_SECONDS = 0.001
"""That benchmarks choose."""

HEADER = 12
TTL = 300
A, PTR, AAAA, SOA, IN = 1, 12, 28, 6, 1
OPT = b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)


def host(number: int) -> str:
    """A broker's name."""
    return f"kafka{number:05}.{DOMAIN}"


def address(number: int) -> str:
    """Its address: no two have the same."""
    return f"10.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def wire_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def answers(names: int) -> Mapping[bytes, bytes]:
    """Question section → what follows the id in the reply. AAAA has no data: the zone's SOA stands there."""
    soa_data = wire_name(f"ns1.{DOMAIN}") + wire_name(f"root.{DOMAIN}") + struct.pack("!5I", 1, 1, 1, 1, 60)
    soa = wire_name(DOMAIN) + struct.pack("!HHIH", SOA, IN, TTL, len(soa_data)) + soa_data
    found: dict[bytes, bytes] = {}
    for number in range(names):
        forward, reverse = wire_name(host(number)), wire_name(ip_address(address(number)).reverse_pointer)
        data = ip_address(address(number)).packed
        found |= [_answer(forward, A, data), _answer(reverse, PTR, forward), _no_data(forward, AAAA, soa)]
    return found


def _answer(name: bytes, rrtype: int, data: bytes) -> tuple[bytes, bytes]:
    question = name + struct.pack("!HH", rrtype, IN)
    record = b"\xc0\x0c" + struct.pack("!HHIH", rrtype, IN, TTL, len(data)) + data
    return question, struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + question + record


def _no_data(name: bytes, rrtype: int, soa: bytes) -> tuple[bytes, bytes]:
    question = name + struct.pack("!HH", rrtype, IN)
    return question, struct.pack("!HHHHH", 0x8180, 1, 0, 1, 0) + question + soa


@contextmanager
def name_server(names: int, *, delay: float = 0.0, loss: float = 0.0) -> Iterator[int]:
    """The port of a server for `names` brokers. `delay` in seconds, `loss` a share of the queries."""
    command = [sys.executable, "-m", "benchmarks.name_server", str(names), str(delay), str(loss)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def serve(sock: socket.socket, found: Mapping[bytes, bytes], delay: float, loss: float) -> None:
    """Answers until standard input ends."""
    chance = random.Random(0)
    waiting: deque[tuple[float, bytes, tuple[str, int]]] = deque()
    while True:
        wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        # Unlike epoll, this waits for less than a millisecond where it is told to.
        ready, _, _ = select.select([sock, sys.stdin], [], [], wait)
        if sys.stdin in ready:
            return
        now = time.monotonic()
        if sock in ready:
            for query, client in _received(sock):
                if chance.random() < loss:
                    continue
                reply = _reply(query, found)
                if delay:
                    waiting.append((now + delay, reply, client))
                else:
                    sock.sendto(reply, client)
        while waiting and waiting[0][0] <= now:
            _, reply, client = waiting.popleft()
            sock.sendto(reply, client)


def _received(sock: socket.socket) -> Iterator[tuple[bytes, tuple[str, int]]]:
    for _ in range(50):
        try:
            yield sock.recvfrom(4096)
        except BlockingIOError:
            return


def _reply(query: bytes, found: Mapping[bytes, bytes]) -> bytes:
    """With EDNS if the query has it."""
    with_opt = query[11] == 1
    ready = found[query[HEADER : -len(OPT)] if with_opt else query[HEADER:]]
    if not with_opt:
        return query[:2] + ready
    return query[:2] + ready[:9] + b"\1" + ready[10:] + OPT


def main() -> int:
    names, delay, loss = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.setblocking(False)
        found = answers(names)
        sock.bind(("127.0.0.1", 0))
        print(sock.getsockname()[1], flush=True)
        serve(sock, found, delay, loss)
    return 0


if __name__ == "__main__":
    sys.exit(main())
