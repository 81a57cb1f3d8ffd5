"""Replies say what dnspython reads in them; and bytes that are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dns.exception
import dns.flags
import dns.ipv6
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftcheck.formats.domain_names import DomainName, domain_text, host_domain
from driftcheck.sources.questions.messages import (
    QUESTION_TYPES,
    Failure,
    Query,
    Reply,
    message_id,
    query_message,
    question_section,
    replies_to,
)
from driftcheck.sources.questions.replies import read_reply
from driftcheck.sources.questions.resolvers import Server
from tests.sources.questions.servers import response
from tests.tiers import examples

SERVER = Server(host="10.0.0.2")
KAFKA1 = Query(server=SERVER, name=host_domain("kafka1.example.com"), rrtype="A")


def a_query(query: Query = KAFKA1) -> bytes:
    return query_message(7, question_section(query.name, query.rrtype), edns=True)


def test_a_reply_holds_what_was_asked_for() -> None:
    wire = response(
        a_query(),
        "KAFKA1.example.com. 60 CNAME Other.Example.com.",
        "other.example.com. 300 A 10.0.0.1",
        "other.example.com. 300 AAAA 2001:db8::1",
    )
    reply = read_reply(wire, KAFKA1)
    assert isinstance(reply, Reply)
    assert reply.rcode == "NOERROR"
    assert reply.aliases == {host_domain("kafka1.example.com"): (60, host_domain("other.example.com"))}
    assert reply.values == {host_domain("other.example.com"): (300, ["10.0.0.1"])}


def test_names_of_an_address_are_lower_case() -> None:
    query = Query(server=SERVER, name=host_domain("1.0.0.10.in-addr.arpa"), rrtype="PTR")
    wire = response(a_query(query), "1.0.0.10.in-addr.arpa. 60 PTR Kafka\\.1.Example.com.")
    reply = read_reply(wire, query)
    assert isinstance(reply, Reply)
    assert reply.values[query.name] == (60, ["kafka\\.1.example.com"])


def test_a_referral_is_told_from_no_data() -> None:
    ns, soa = "com. 60 NS a.example.", "com. 60 SOA a.example. b.example. 1 2 3 4 5"
    recursive = {
        "nothing": response(a_query()),
        "name servers": response(a_query(), authority=[ns]),
        "SOA": response(a_query(), authority=[ns, soa]),
    }
    not_recursive = {name: wire[:3] + bytes([wire[3] & 0x7F]) + wire[4:] for name, wire in recursive.items()}
    authoritative = {
        name: bytes([*wire[:2], wire[2] | 0x04]) + wire[3:] for name, wire in not_recursive.items()
    }

    def referrals(wires: dict[str, bytes]) -> set[str]:
        replies = {name: read_reply(wire, KAFKA1) for name, wire in wires.items()}
        return {name for name, reply in replies.items() if isinstance(reply, Reply) and reply.referral}

    assert referrals(recursive) == {"name servers"}
    assert referrals(not_recursive) == {"nothing", "name servers"}
    assert referrals(authoritative) == set()


@pytest.mark.parametrize(
    "data",
    [
        b"\xc0\x0c\0\1\0\1\0\0\0\5\0\3abc",
        b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4abc",
        b"\xc0\x0c\0\5\0\1\0\0\0\5\0\2\1a",
        b"\xc0\x0c\0\5\0\1\0\0\0\5\0\4\1a\0\0",
        b"\xc0\xff",
        b"\x40",
        (b"\x3f" + b"x" * 63) * 4,
        b"",
    ],
)
def test_a_malformed_record_makes_the_answer_malformed(data: bytes) -> None:
    query = a_query()
    wire = query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:-11] + data
    said = read_reply(wire, KAFKA1)
    assert isinstance(said, Failure)
    assert said.reason.startswith("10.0.0.2 sends a malformed answer: ")


def test_a_ttl_that_is_too_large_counts_as_zero() -> None:
    query = a_query()
    data = b"\xc0\x0c\0\1\0\1\x80\0\0\5\0\4\1\2\3\4"
    said = read_reply(query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:-11] + data, KAFKA1)
    assert isinstance(said, Reply)
    assert said.values == {KAFKA1.name: (0, ["1.2.3.4"])}


def test_edns_has_the_upper_bits_of_the_code() -> None:
    reply = dns.message.make_response(dns.message.from_wire(a_query()), recursion_available=True)
    reply.use_edns(0, ednsflags=dns.rcode.to_flags(dns.rcode.BADVERS)[1])
    said = read_reply(reply.to_wire(), KAFKA1)
    assert isinstance(said, Reply)
    assert said.rcode == "BADVERS"


bytes_ = st.sampled_from([0, 1, 4, 12, 16, 41, 63, 64, 192, 255]) | st.integers(0, 255)
names = st.sampled_from(
    ["kafka1.example.com.", "KAFKA2.Example.com.", "b.example.com.", "example.com.", ".", "a\\.b.org."]
)
values = st.sampled_from(
    [
        "A 10.0.0.1",
        "A 10.0.0.2",
        "AAAA 2001:db8::1",
        "AAAA ::ffff:10.0.0.1",
        "PTR kafka1.example.com.",
        "PTR Kafka2.Example.com.",
        "CNAME b.example.com.",
        "NS ns1.example.com.",
        "MX 10 b.example.com.",
        "SOA a.org. b.org. 1 2 3 4 5",
        'TXT "x"',
    ]
)
sections = st.lists(
    st.tuples(names, st.integers(0, 600), values),
    max_size=5,
    unique_by=lambda record: record[0].lower() if record[2].startswith("CNAME") else record,
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    query = dns.message.from_wire(a_query())
    message = dns.message.make_response(query, recursion_available=draw(st.booleans()))
    if draw(st.booleans()):
        message.flags |= dns.flags.AA
    message.set_rcode(dns.rcode.Rcode(draw(st.sampled_from([0, 0, 2, 3, 5, 9, 16, 23]))))
    for section in (message.answer, message.authority, message.additional):
        for name, ttl, value in draw(sections):
            rrtype, _, text = value.partition(" ")
            section.append(dns.rrset.from_text(name, ttl, "IN", rrtype, text))
    return message.to_wire(max_size=65535)


def as_dnspython_reads(wire: bytes, query: Query) -> Reply | None:
    """None for what it refuses, as it reads every record, also those that no question needs; and for an
    answer of another class, which it would only leave out.
    """
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
    except Exception:  # whatever its many record types raise
        return None
    found: dict[dns.rdatatype.RdataType, dict[DomainName, tuple[int, list[Any]]]] = {}
    for records in message.answer:
        if records.rdclass != dns.rdataclass.IN:
            return None
        found.setdefault(records.rdtype, {})[domain(records.name)] = records.ttl, list(records)
    authority = {records.rdtype for records in message.authority}
    refers = dns.rdatatype.NS in authority or not message.flags & dns.flags.RA
    decides = dns.rdatatype.SOA in authority or message.flags & dns.flags.AA
    values = found.get(dns.rdatatype.from_text(query.rrtype), {})
    aliases = found.get(dns.rdatatype.CNAME, {})
    return Reply(
        server=query.server,
        rcode=dns.rcode.to_text(message.rcode()),
        referral=not message.answer and refers and not decides,
        values={owner: (ttl, sorted(map(value, records))) for owner, (ttl, records) in values.items()},
        aliases={owner: (ttl, domain(records[0].target)) for owner, (ttl, records) in aliases.items()},
    )


def value(record: Any) -> str:
    return domain_text(domain(record.target)) if record.rdtype == dns.rdatatype.PTR else record.address


def domain(name: dns.name.Name) -> DomainName:
    return tuple(label.lower() for label in name.labels if label)


def ordered(said: Reply | Failure) -> Reply | Failure:
    """A reply as `as_dnspython_reads` gives it: each value once, in order."""
    if isinstance(said, Failure):
        return said
    return replace(
        said, values={owner: (ttl, sorted(set(all_))) for owner, (ttl, all_) in said.values.items()}
    )


types = st.sampled_from(sorted(QUESTION_TYPES))


@examples(200)
@given(messages(), types)
def test_a_reply_says_what_dnspython_reads_in_it(wire: bytes, rrtype: str) -> None:
    query = replace(KAFKA1, rrtype=rrtype)
    assert ordered(read_reply(wire, query)) == as_dnspython_reads(wire, query)


@examples(200)
@given(messages(), types, st.data())
def test_a_damaged_reply_says_what_dnspython_reads_in_it(
    wire: bytes, rrtype: str, data: st.DataObject
) -> None:
    query = replace(KAFKA1, rrtype=rrtype)
    for position, byte in data.draw(st.lists(st.tuples(st.integers(12, len(wire) - 1), bytes_), max_size=3)):
        wire = wire[:position] + bytes([byte]) + wire[position + 1 :]
    expected = as_dnspython_reads(wire, query)
    if expected is not None:
        assert ordered(read_reply(wire, query)) == expected


@given(st.binary(min_size=16, max_size=16))
@example(bytes(16))
@example(bytes(15) + b"\2")
@example(bytes(10) + b"\xff\xff\x0a\0\0\1")
@example(b"\x20\1\x0d\xb8" + bytes(11) + b"\1")
def test_an_address_is_written_as_it_usually_is(packed: bytes) -> None:
    query = replace(KAFKA1, rrtype="AAAA")
    question = a_query(query)[12:-11]
    record = b"\xc0\x0c\0\x1c\0\1\0\0\0\5\0\x10" + packed
    reply = read_reply(b"\0\7\x81\x80\0\1\0\1\0\0\0\0" + question + record, query)
    assert isinstance(reply, Reply)
    assert reply.values == {query.name: (5, [dns.ipv6.inet_ntoa(packed)])}


def test_a_name_may_be_spread_over_pointers_but_not_for_ever() -> None:
    query = replace(KAFKA1, rrtype="PTR")
    question = a_query(query)[12:-11]

    def reply(data: bytes) -> Reply | Failure:
        record = b"\xc0\x0c\0\x0c\0\1\0\0\0\5" + len(data).to_bytes(2, "big") + data
        return read_reply(b"\0\7\x81\x80\0\1\0\1\0\0\0\0" + question + record, query)

    start = 12 + len(question) + 12
    here, itself = (0xC000 | start).to_bytes(2, "big"), (0xC000 | start + 2).to_bytes(2, "big")
    said = reply(b"\1a\xc0\x13")
    assert isinstance(said, Reply)
    assert said.values[query.name] == (5, ["a.example.com"])
    for wrong in (here, b"\1a" + here, b"\1a" + itself, b"\xc0"):
        assert isinstance(reply(wrong), Failure), wrong


ANSWER = response(a_query(), "kafka1.example.com. 60 CNAME b.example.", "b.example. 5 A 10.0.0.1")


@given(st.binary(max_size=200))
@example(b"")
def test_no_bytes_make_reading_a_reply_raise(junk: bytes) -> None:
    _read(junk)
    _read(ANSWER[:12] + junk)
    _read(ANSWER[: len(a_query())] + junk)


@given(st.integers(0, len(ANSWER) - 1), st.integers(0, 255), st.integers(0, len(ANSWER)))
def test_no_damage_makes_reading_a_reply_raise(position: int, byte: int, length: int) -> None:
    _read((ANSWER[:position] + bytes([byte]) + ANSWER[position + 1 :])[:length])


def _read(wire: bytes) -> None:
    if message_id(wire) is not None:
        assert isinstance(replies_to(wire, question_section(KAFKA1.name, "A")), bool)
        assert isinstance(read_reply(wire, KAFKA1), Reply | Failure)
