"""Resolvers that go wrong in front of a real BIND: over UDP by `answering`, over TCP by what it is given."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from tests.sources.questions.servers import (
    Answer,
    Serve,
    framed,
    question,
    read_query,
    response,
)

Ask = Callable[[bytes], bytes]
"""From a query to BIND's own answer."""

HEADER = 12
TRUNCATED = 0x02
INTERNET, CHAOS = 1, 3
ITSELF = -1


def asking(server: str) -> Ask:
    """Asks the real server over UDP."""
    host, _, port = server.rpartition(":")

    def ask(query: bytes) -> bytes:
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(10)
            sock.sendto(query, (host, int(port)))
            return sock.recv(65_535)

    return ask


def drops(query: bytes) -> Iterable[bytes]:
    """Nothing is ever answered."""
    return ()


def drops_first(ask: Ask, number: int) -> Answer:
    """The first queries of each name and type are lost."""
    seen: dict[tuple[str, str], int] = {}

    def answer(query: bytes) -> Iterable[bytes]:
        asked = question(query)
        seen[asked] = seen.get(asked, 0) + 1
        return [ask(query)] if seen[asked] > number else []

    return answer


def drops_about(ask: Ask, name: str) -> Answer:
    """What asks for one name is lost."""
    return lambda query: [] if question(query)[0] == name else [ask(query)]


def delays(ask: Ask, seconds: float) -> Answer:
    """Each answer takes so long, one after the other."""

    def answer(query: bytes) -> Iterator[bytes]:
        time.sleep(seconds)
        yield ask(query)

    return answer


def changes(ask: Ask, change: Callable[[bytes], bytes]) -> Answer:
    return lambda query: [change(ask(query))]


def cut_off(reply: bytes) -> bytes:
    """The reply's head and question, marked as truncated."""
    end = reply.index(b"\0", HEADER) + 5
    counts = struct.pack(">HHHH", 1, 0, 0, 0)
    return reply[:2] + bytes([reply[2] | TRUNCATED]) + reply[3:4] + counts + reply[HEADER:end]


def with_another_id(reply: bytes) -> bytes:
    return bytes([reply[0] ^ 0x55]) + reply[1:]


def to_another_question(reply: bytes) -> bytes:
    """The first letter of the name that was asked for is another one."""
    return reply[: HEADER + 1] + b"x" + reply[HEADER + 2 :]


def in_half(reply: bytes) -> bytes:
    return reply[: HEADER + (len(reply) - HEADER) * 3 // 4]


def without_question(reply: bytes) -> bytes:
    """NOERROR, and nothing at all beside it."""
    return reply[:4] + b"\0" * 8


def with_record(*, rrclass: int = INTERNET, pointer: int = HEADER) -> Callable[[bytes], bytes]:
    """One address of this class, whose name is a pointer: to the question's, to ITSELF, or elsewhere."""

    def change(reply: bytes) -> bytes:
        end = reply.index(b"\0", HEADER) + 5
        place = end if pointer == ITSELF else pointer
        record = struct.pack(">HHHIH", 0xC000 | place, 1, rrclass, 300, 4) + b"\x0a\x1f\x01\x01"
        return reply[:4] + struct.pack(">HHHH", 1, 1, 0, 0) + reply[HEADER:end] + record

    return change


Records = Callable[[str, str], Iterable[str]]
"""From a name and a type to records, `name ttl type value`."""


def answers(records: Records, *, rcode: str = "NOERROR") -> Answer:
    """These records, as a recursive resolver says them."""
    return lambda query: [response(query, *records(*question(query)), rcode=rcode)]


def a_loop(name: str, rrtype: str) -> Iterable[str]:
    return (f"{name}. 300 CNAME loop.{name}.", f"loop.{name}. 300 CNAME {name}.")


def an_endless_chain(name: str, rrtype: str) -> Iterable[str]:
    """One alias further with each question."""
    first, _, rest = name.partition(".")
    number = int(first[1:]) if first.startswith("z") else 0
    return (f"{name}. 300 CNAME z{number + 1}.{rest}.",)


def a_chain(name: str, rrtype: str) -> Iterable[str]:
    """A hundred aliases in one answer, and an address at their end."""
    names = [name, *(f"z{number}.{name}" for number in range(100))]
    aliases = [f"{one}. 300 CNAME {other}." for one, other in itertools.pairwise(names)]
    return (*aliases, f"{names[-1]}. 300 A 10.31.1.1")


def thousands_of(number: int) -> Answer:
    """So many addresses in one datagram."""
    addresses = (bytes([10, 9, count // 250, count % 250]) for count in range(number))
    record = struct.pack(">HHHIH", 0xC000 | HEADER, 1, INTERNET, 300, 4)
    records = b"".join(record + address for address in addresses)

    def answer(query: bytes) -> Iterable[bytes]:
        reply = response(query)
        end = reply.index(b"\0", HEADER) + 5
        counts = struct.pack(">HHHH", 1, number, 0, 0)
        return [reply[:4] + counts + reply[HEADER:end] + records if question(query)[1] == "A" else reply]

    return answer


def of_another_name(name: str, rrtype: str) -> Iterable[str]:
    return ("somebody-else.example. 300 A 10.31.1.1",)


def of_another_type(name: str, rrtype: str) -> Iterable[str]:
    return (f'{name}. 300 TXT "10.31.1.1"',)


def that_steers(name: str, rrtype: str) -> Iterable[str]:
    """Aliases whose names would steer a terminal, and lead to each other."""
    one, other = "\\027[2J\\027]0\\059gone\\007.example.", "\\226\\128\\174.example."
    return (f"{name}. 300 CNAME {one}", f"{one} 300 CNAME {other}", f"{other} 300 CNAME {one}")


@contextmanager
def from_elsewhere(ask: Ask, address: str) -> Iterator[str]:
    """A resolver on 127.0.0.1 whose answers come from this address and another port."""
    with socket.socket(type=socket.SOCK_DGRAM) as asked, socket.socket(type=socket.SOCK_DGRAM) as other:
        asked.bind(("127.0.0.1", 0))
        other.bind((address, 0))

        def serve() -> None:
            with suppress(OSError):
                while True:
                    query, client = asked.recvfrom(4096)
                    if query:
                        other.sendto(ask(query), client)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{asked.getsockname()[1]}"
        with suppress(OSError):
            asked.shutdown(socket.SHUT_RDWR)


def silent(connection: socket.socket) -> None:
    """Takes the question over TCP, and never answers."""
    while connection.recv(4096):
        pass


def closes(connection: socket.socket) -> None:
    """Accepts, and closes at once."""


def over_tcp(answer: Ask) -> Serve:
    return lambda connection: connection.sendall(framed(answer(read_query(connection))))


def drips(connection: socket.socket) -> None:
    """Announces 64 KB, and sends a byte each second."""
    read_query(connection)
    connection.sendall(b"\xff\xff")
    while True:
        time.sleep(1)
        connection.sendall(b"\0")
