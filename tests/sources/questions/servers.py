"""Small name servers on real sockets that answer as a test wants, and asking them."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import dns.message
import dns.rcode
import dns.rrset

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.snapshot import DnsObservation, Snapshot
from driftcheck.sources.dns import DnsSource
from driftcheck.sources.interface import Deadline, Request

Answer = Callable[[bytes], Iterable[bytes]]
"""From a query's bytes to the datagrams that are sent back."""

Serve = Callable[[socket.socket], None]
"""Serves one TCP connection."""


@contextmanager
def answering(answer: Answer, *, tcp: Serve | None = None) -> Iterator[str]:
    """A server on one loopback port; without `tcp` connections are refused. Yields `127.0.0.1:PORT`."""
    with _sockets(tcp is not None) as (udp, listener):
        threading.Thread(target=_serve_datagrams, args=(udp, answer), daemon=True).start()
        if listener is not None and tcp is not None:
            threading.Thread(target=_serve_streams, args=(listener, tcp), daemon=True).start()
        yield f"127.0.0.1:{udp.getsockname()[1]}"


@contextmanager
def _sockets(tcp: bool) -> Iterator[tuple[socket.socket, socket.socket | None]]:
    while True:
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as listener:
            udp.bind(("127.0.0.1", 0))
            if tcp:
                try:
                    listener.bind(udp.getsockname())
                except OSError as error:
                    if error.errno == errno.EADDRINUSE:
                        continue
                    raise
                listener.listen()
            yield udp, listener if tcp else None
            # A thread that waits in recv keeps the port until it wakes.
            with suppress(OSError):
                udp.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            return


def _serve_datagrams(udp: socket.socket, answer: Answer) -> None:
    with suppress(OSError):
        while True:
            query, client = udp.recvfrom(4096)
            for reply in answer(query) if query else ():
                udp.sendto(reply, client)


def _serve_streams(listener: socket.socket, serve: Serve) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve_stream, args=(connection, serve), daemon=True).start()


def _serve_stream(connection: socket.socket, serve: Serve) -> None:
    with suppress(OSError), connection:
        serve(connection)


def read_query(connection: socket.socket) -> bytes:
    """The query that a TCP client sent."""
    with connection.makefile("rb") as stream:
        return stream.read(int.from_bytes(stream.read(2), "big"))


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


def response(query: bytes, *records: str, rcode: str = "NOERROR", authority: Iterable[str] = ()) -> bytes:
    """The reply of a recursive resolver; records are `name ttl type value` with absolute names."""
    reply = dns.message.make_response(dns.message.from_wire(query), recursion_available=True)
    reply.set_rcode(dns.rcode.from_text(rcode))
    reply.answer = list(map(_rrset, records))
    reply.authority = list(map(_rrset, authority))
    return reply.to_wire(max_size=65535)


def _rrset(record: str) -> dns.rrset.RRset:
    name, ttl, rrtype, value = record.split(" ", 3)
    return dns.rrset.from_text(name, int(ttl), "IN", rrtype, value)


def question(query: bytes) -> tuple[str, str]:
    """The name without its final dot, and the type."""
    (rrset,) = dns.message.from_wire(query).question
    return rrset.name.to_text(omit_final_dot=True), rrset.to_text().split()[-1]


def address_of(query: bytes) -> bytes:
    """A reply with the address 10.0.0.1, no data for anything but A."""
    name, rrtype = question(query)
    return response(query, *([f"{name}. 300 A 10.0.0.1"] if rrtype == "A" else []))


def collect(
    *resolvers: str,
    hosts: Iterable[str] = (),
    addresses: Iterable[str] = (),
    seconds: float = 60.0,
    per_operation: float = 10.0,
    source: DnsSource | None = None,
) -> Snapshot:
    request = Request(
        configuration=Configuration(),
        resolvers=resolvers,
        hosts=frozenset(hosts),
        addresses=frozenset(addresses),
    )
    deadline = Deadline.after(seconds, per_operation=per_operation)
    return (source or DnsSource()).collect(request, deadline)


def by_name(snapshot: Snapshot, rrtype: str = "A") -> Mapping[str, DnsObservation]:
    """The observations of one type; of one vantage alone, if a test has several."""
    return {seen.name: seen for seen in snapshot.dns if seen.rrtype == rrtype}


def values(observation: DnsObservation) -> list[str]:
    assert isinstance(observation.values, Known), observation.values
    return list(observation.values.value)


def reason(observation: DnsObservation) -> str:
    assert isinstance(observation.values, Unknown), observation.values
    return observation.values.reason


def evidence(observation: DnsObservation) -> str:
    assert isinstance(observation.values, Absent), observation.values
    return observation.values.evidence
