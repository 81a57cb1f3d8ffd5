"""DNS messages (RFC 1035, section 4): queries as they are sent, and which datagram replies to which."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from driftcheck.formats.domain_names import MAX_LABEL, DomainName
from driftcheck.model.frozen import frozen
from driftcheck.sources.questions.resolvers import Server

PAYLOAD = 1232
"""UDP bytes that are asked for: what fits every path (DNS flag day 2020)."""

HEADER = 12
QUESTION_TYPES: Mapping[str, int] = {"A": 1, "PTR": 12, "AAAA": 28}

_LENGTHS = [bytes([length]) for length in range(MAX_LABEL + 1)]
_ENDS = {rrtype: struct.pack("!xHH", number, 1) for rrtype, number in QUESTION_TYPES.items()}
_RECURSION_DESIRED = 0x0100
_OPT = b"\0" + struct.pack("!HHIH", 41, PAYLOAD, 0, 0)
_FORMERR, _SERVFAIL, _NOTIMP, _REFUSED = 1, 2, 4, 5


@frozen
class Query:
    """One question to one server."""

    server: Server
    name: DomainName
    rrtype: str


@frozen
class Reply:
    """What a server says to one question. `rcode` as in the RFCs (`NOERROR`, `NXDOMAIN`, …).

    `values` and `aliases` (CNAMEs) by owner, each with its TTL. `referral`: it names other servers instead
    of answering.
    """

    server: Server
    rcode: str
    referral: bool
    values: Mapping[DomainName, tuple[int, Sequence[str]]]
    aliases: Mapping[DomainName, tuple[int, DomainName]]


@frozen
class Failure:
    """No usable reply; the reason names the server. `rcode` is its reply's, empty if there was none."""

    server: Server
    reason: str
    rcode: str = ""


def question_section(name: DomainName, rrtype: str) -> bytes:
    labels = b"".join([_LENGTHS[len(label)] + label for label in name])
    return labels + _ENDS[rrtype]


def query_message(number: int, question: bytes, *, edns: bool) -> bytes:
    """A query with one question, recursion desired."""
    header = struct.pack("!HHHHHH", number, _RECURSION_DESIRED, 1, 0, 0, 1 if edns else 0)
    return header + question + (_OPT if edns else b"")


def message_id(wire: bytes) -> int | None:
    """The id of what may be a reply to a query; None for what is none."""
    if len(wire) < HEADER or wire[2] & 0xF8 != 0x80:
        return None
    return int.from_bytes(wire[:2], "big")


def replies_to(wire: bytes, question: bytes) -> bool:
    """Whether it repeats the question, as every reply does; a bare refusal need not."""
    count = int.from_bytes(wire[4:6], "big")
    if count == 0:
        return wire[3] & 0x0F in (_FORMERR, _SERVFAIL, _NOTIMP, _REFUSED)
    return count == 1 and wire[HEADER : HEADER + len(question)].lower() == question


def is_truncated(wire: bytes) -> bool:
    return bool(wire[2] & 0x02)


def refuses_edns(wire: bytes) -> bool:
    """Whether an old server may have stumbled over EDNS (RFC 6891, section 7)."""
    return wire[3] & 0x0F in (_FORMERR, _NOTIMP)
