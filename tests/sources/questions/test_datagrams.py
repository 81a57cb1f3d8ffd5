"""Servers that lose, delay, forge or refuse: no lost packet loses an answer, no server costs much time."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.model.facts import Known, Unknown, UnknownKind
from tests.services.process import free_port
from tests.sources.questions.servers import (
    address_of,
    answering,
    by_name,
    collect,
    evidence,
    question,
    reason,
    response,
    values,
)
from tests.tiers import examples

NAMES = [f"kafka{number}.example.com" for number in range(300)]

SLOW = 60.0
"""Seconds that no busy machine needs for what is asked here, if no lost packet costs a whole operation."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def nothing(query: bytes) -> Iterable[bytes]:
    return ()


def test_a_server_that_drops_everything_costs_one_operation_in_total() -> None:
    with answering(nothing) as server, within(30.0):
        snapshot = collect(server, hosts=NAMES, per_operation=1.0)
    assert len(snapshot.dns) == 2 * len(NAMES)
    for seen in snapshot.dns:
        assert isinstance(seen.values, Unknown)
        assert seen.values.kind is UnknownKind.FAULT
        assert seen.values.reason == f"{server} did not answer within 1 s"
        assert seen.values.location is not None
        assert seen.values.location.name == server
    (gap,) = snapshot.gaps
    assert gap.reason == f"{server} did not answer within 1 s"


def test_several_silent_servers_are_waited_for_at_the_same_time() -> None:
    with answering(nothing) as first, answering(nothing) as second, within(30.0):
        snapshot = collect(first, second, hosts=NAMES, per_operation=1.0)
    assert {seen.vantage for seen in snapshot.dns} == {first, second}
    assert len(snapshot.gaps) == 2


def test_the_first_packet_of_every_name_is_lost_and_no_answer_is() -> None:
    asked: Counter[tuple[str, str]] = Counter()

    def second_time(query: bytes) -> Iterable[bytes]:
        asked[question(query)] += 1
        return [address_of(query)] if asked[question(query)] > 1 else []

    with answering(second_time) as server, within(SLOW):
        found = by_name(collect(server, hosts=NAMES, seconds=2 * SLOW, per_operation=SLOW))
    assert {name: values(seen) for name, seen in found.items()} == {name: ["10.0.0.1"] for name in NAMES}


@pytest.mark.slow
def test_one_lost_packet_in_a_hundred_costs_little_time() -> None:
    count = 0

    def lossy(query: bytes) -> Iterable[bytes]:
        nonlocal count
        count += 1
        return [address_of(query)] if count % 100 else []

    names = [f"kafka{number}.example.com" for number in range(1000)]
    with answering(lossy) as server, within(SLOW):
        found = by_name(collect(server, hosts=names, seconds=2 * SLOW, per_operation=SLOW))
    assert all(isinstance(seen.values, Known) for seen in found.values())


@pytest.mark.slow
def test_a_server_that_answers_some_names_alone_is_not_given_up() -> None:
    def sullen(query: bytes) -> Iterable[bytes]:
        number = int("".join(filter(str.isdigit, question(query)[0])))
        return [address_of(query)] if number % 10 == 0 else []

    with answering(sullen) as server, within(60.0):
        snapshot = collect(server, hosts=NAMES[:150], per_operation=4.0)
    found = by_name(snapshot)
    assert [name for name in found if isinstance(found[name].values, Known)] == sorted(NAMES[:150:10])
    assert "did not answer within" in reason(found["kafka1.example.com"])
    assert snapshot.gaps == ()


def test_a_server_that_dies_midway_leaves_what_it_answered() -> None:
    answered: set[tuple[str, str]] = set()

    def mortal(query: bytes) -> Iterable[bytes]:
        if len(answered) >= 200:
            return []
        answered.add(question(query))
        return [address_of(query)]

    with answering(mortal) as server, within(30.0):
        snapshot = collect(server, hosts=NAMES, per_operation=1.0)
    known = {(seen.name, seen.rrtype) for seen in snapshot.dns if not isinstance(seen.values, Unknown)}
    assert known <= answered
    assert len(known) > 100  # one that was under way when the time was over may count as lost


def test_a_closed_port_is_said_within_a_second_or_two() -> None:
    server = f"127.0.0.1:{free_port()}"
    with within(30.0):
        snapshot = collect(server, hosts=NAMES)
    assert {reason(seen) for seen in snapshot.dns} == {f"{server} refuses: nothing listens on its port"}


def test_a_server_that_restarts_in_between_answers_all() -> None:
    port = free_port()

    def late() -> None:
        time.sleep(0.4)
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", port))
            udp.settimeout(60)
            for _ in range(4):
                query, client = udp.recvfrom(4096)
                udp.sendto(address_of(query), client)

    thread = threading.Thread(target=late, daemon=True)
    thread.start()
    found = by_name(collect(f"127.0.0.1:{port}", hosts=NAMES[:2]))
    thread.join()
    assert [values(seen) for seen in found.values()] == [["10.0.0.1"], ["10.0.0.1"]]


def test_the_deadline_ends_everything_and_is_the_reason() -> None:
    with answering(nothing) as server, within(30.0):
        snapshot = collect(server, hosts=NAMES[:5], seconds=0.7, per_operation=5.0)
    assert {reason(seen) for seen in snapshot.dns} == {
        f"{server} did not answer before the time for the run was over"
    }


def test_without_time_nothing_is_asked() -> None:
    asked: list[bytes] = []

    def remember(query: bytes) -> Iterable[bytes]:
        asked.append(query)
        return ()

    with answering(remember) as server:
        snapshot = collect(server, hosts=NAMES, seconds=0.0)
    assert {reason(seen) for seen in snapshot.dns} == {
        f"{server} was not asked: the time for the run was over"
    }
    assert asked == []


def changed(position: int, mask: int) -> Callable[[bytes], bytes]:
    def change(reply: bytes) -> bytes:
        return reply[:position] + bytes([reply[position] ^ mask]) + reply[position + 1 :]

    return change


FORGERIES: Mapping[str, Callable[[bytes], bytes]] = {
    "another id": changed(0, 0x40),
    "no reply": changed(2, 0x80),
    "another name": changed(13, 0x01),
    "another type": changed(12 + len("kafka0.example.com") + 3, 0x10),
    "two questions": changed(5, 0x03),
    "no question": changed(5, 0x01),
    "too short": lambda reply: reply[:11],
    "garbage": lambda reply: b"\xff" * len(reply),
    "nothing": lambda reply: b"",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_answers_no_question_is_ignored_and_the_wait_goes_on(forge: Callable[[bytes], bytes]) -> None:
    def forged_first(query: bytes) -> Iterable[bytes]:
        name, rrtype = question(query)
        yield forge(response(query, f"{name}. 300 {rrtype} {'6.6.6.6' if rrtype == 'A' else '6::6'}"))
        yield address_of(query)

    with answering(forged_first) as server:
        found = by_name(collect(server, hosts=["kafka0.example.com"]))
    assert values(found["kafka0.example.com"]) == ["10.0.0.1"]


def test_a_server_that_answers_nothing_but_forgeries_is_told_from_a_silent_one() -> None:
    with answering(lambda query: [FORGERIES["another id"](address_of(query))]) as server:
        found = by_name(collect(server, hosts=NAMES[:2], per_operation=2.0))
    assert {reason(seen) for seen in found.values()} == {
        f"{server} did not answer within 2 s, and what came from its port answers no question"
    }


def test_an_answer_from_another_port_is_ignored() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as server, socket.socket(type=socket.SOCK_DGRAM) as other:
        for each in (server, other):
            each.bind(("127.0.0.1", 0))

        def serve() -> None:
            for _ in range(2):
                query, client = server.recvfrom(4096)
                other.sendto(address_of(query), client)

        threading.Thread(target=serve, daemon=True).start()
        name = f"127.0.0.1:{server.getsockname()[1]}"
        found = by_name(collect(name, hosts=["kafka0.example.com"], per_operation=0.5))
    assert reason(found["kafka0.example.com"]) == f"{name} did not answer within 0.5 s"


def test_every_query_has_an_id_that_cannot_be_guessed() -> None:
    ids: dict[tuple[str, str], bytes] = {}

    def remember(query: bytes) -> Iterable[bytes]:
        ids[question(query)] = query[:2]
        return [address_of(query)]

    with answering(remember) as server:
        collect(server, hosts=NAMES)
    assert len(set(ids.values())) > len(ids) * 0.95
    assert len({number[0] for number in ids.values()}) > 100


def test_malformed_answers_are_faults() -> None:
    def broken(query: bytes) -> Iterable[bytes]:
        reply = address_of(query)
        return [reply[:6] + b"\0\7" + reply[8:]]

    with answering(broken) as server, within(30.0):
        found = by_name(collect(server, hosts=NAMES[:3]))
    assert reason(found[NAMES[0]]).startswith(f"{server} sends a malformed answer")


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"])
def test_refusals_are_faults_that_name_the_server(rcode: str) -> None:
    with answering(lambda query: [response(query, rcode=rcode)]) as server, within(30.0):
        snapshot = collect(server, hosts=NAMES[:3])
    assert {reason(seen) for seen in snapshot.dns} == {f"{server} answers {rcode}"}
    assert {gap.reason for gap in snapshot.gaps} == {f"{server} answers {rcode}"}


def test_a_bare_refusal_need_not_repeat_the_question() -> None:
    with answering(lambda query: [query[:2] + b"\x80\x05" + bytes(8)]) as server, within(30.0):
        snapshot = collect(server, hosts=NAMES[:3])
    assert {reason(seen) for seen in snapshot.dns} == {f"{server} answers REFUSED"}


def test_an_old_server_that_does_not_know_edns_is_asked_without_it() -> None:
    def old(query: bytes) -> Iterable[bytes]:
        knows = int.from_bytes(query[10:12], "big") == 0
        return [address_of(query) if knows else query[:2] + b"\x80\x01" + bytes(8)]

    with answering(old) as server, within(30.0):
        found = by_name(collect(server, hosts=NAMES))
    assert {name: values(seen) for name, seen in found.items()} == {name: ["10.0.0.1"] for name in NAMES}


def test_a_server_that_does_not_recurse_is_no_evidence_of_absence() -> None:
    def refer(query: bytes) -> Iterable[bytes]:
        return [response(query, authority=["com. 300 NS a.gtld-servers.net."])]

    with answering(refer) as server:
        found = by_name(collect(server, hosts=NAMES[:1]))
    assert "refers to other name servers" in reason(found[NAMES[0]])


def test_an_empty_answer_is_no_data() -> None:
    with answering(lambda query: [response(query)]) as server:
        found = by_name(collect(server, hosts=NAMES[:1]))
    assert evidence(found[NAMES[0]]) == f"no data: {server} has no A record for {NAMES[0]}"


def test_an_answer_with_too_many_values_is_not_cut() -> None:
    def many(query: bytes) -> Iterable[bytes]:
        name, rrtype = question(query)
        addresses = [f"{name}. 300 A 10.0.{number // 256}.{number % 256}" for number in range(300)]
        return [response(query, *(addresses if rrtype == "A" else []))]

    with answering(many) as server:
        found = by_name(collect(server, hosts=NAMES[:1]))
    seen = found[NAMES[0]].values
    assert isinstance(seen, Unknown)
    assert seen.kind is UnknownKind.FAULT
    assert "300 values" in seen.reason


def test_servers_are_reached_over_ipv6_too() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        try:
            udp.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")

        def serve() -> None:
            for _ in range(2):
                query, client = udp.recvfrom(4096)
                udp.sendto(address_of(query), client)

        threading.Thread(target=serve, daemon=True).start()
        server = f"[::1]:{udp.getsockname()[1]}"
        found = by_name(collect(server, hosts=NAMES[:1]))
    assert found[NAMES[0]].vantage == server
    assert values(found[NAMES[0]]) == ["10.0.0.1"]


def test_an_address_that_cannot_be_sent_to_is_the_reason() -> None:
    with within(30.0):
        snapshot = collect("fe80::1%no-such-card", hosts=NAMES)
    (why,) = {reason(seen) for seen in snapshot.dns}
    assert why.startswith("fe80::1%no-such-card cannot be reached: ")


@pytest.fixture(scope="module")
def junk() -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers with whatever bytes stand in the list, after the query's own beginning."""
    said: list[bytes] = []

    def say(query: bytes) -> Iterable[bytes]:
        for each in said:
            yield each
            yield query[:2] + each
            yield query[:2] + b"\x81\x80" + query[4:6] + each
            yield query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:-11] + each

    with answering(say) as server:
        yield server, said


@examples(60)
@given(content=st.lists(st.binary(max_size=60), min_size=1, max_size=3))
def test_no_bytes_as_an_answer_make_it_raise(junk: tuple[str, list[bytes]], content: list[bytes]) -> None:
    server, said = junk
    said[:] = content
    snapshot = collect(server, hosts=NAMES[:1], per_operation=0.05)
    assert [seen.rrtype for seen in snapshot.dns] == ["A", "AAAA"]
