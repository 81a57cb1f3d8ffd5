"""Queries as dnspython reads them."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.sources.questions.messages import (
    QUESTION_TYPES,
    query_message,
    question_section,
)

labels = st.binary(min_size=1, max_size=63).map(bytes.lower)
domains = st.lists(labels, min_size=1, max_size=3).map(tuple)
types = st.sampled_from(sorted(QUESTION_TYPES))


@given(domains, types, st.integers(0, 65535), st.booleans())
def test_queries_are_what_dnspython_reads(name: DomainName, rrtype: str, number: int, edns: bool) -> None:
    message = dns.message.from_wire(query_message(number, question_section(name, rrtype), edns=edns))
    (question,) = message.question
    assert message.id == number
    assert question.name == dns.name.Name([*name, b""])
    assert question.rdtype == dns.rdatatype.from_text(rrtype)
    assert message.flags == dns.flags.RD
    assert (message.edns, message.payload) == ((0, 1232) if edns else (-1, 0))


@given(domains)
def test_a_name_is_written_as_dnspython_writes_it(name: DomainName) -> None:
    written = dns.name.Name([*name, b""]).to_text(omit_final_dot=True)
    assert dns.name.from_text(domain_text(name)) == dns.name.from_text(written)
