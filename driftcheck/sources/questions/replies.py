"""Replies as dnspython reads them, down to what a question needs."""

from __future__ import annotations

from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.sources.questions.messages import Failure, Query, Reply

MAX_TTL = 2**31


def read_reply(wire: bytes, query: Query) -> Reply | Failure:
    """What a message that replies to a query says; a Failure if it cannot be read."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        return _reply(message, query)
    except Exception as error:
        # dnspython raises what its many record types raise: all of it means that the bytes are no message.
        why = str(error) or type(error).__name__
    return Failure(server=query.server, reason=f"{query.server} sends a malformed answer: {why}")


def _reply(message: dns.message.Message, query: Query) -> Reply:
    wanted = dns.rdatatype.from_text(query.rrtype)
    values: dict[DomainName, tuple[int, list[str]]] = {}
    aliases: dict[DomainName, tuple[int, DomainName]] = {}
    for records in message.answer:
        if records.rdclass != dns.rdataclass.IN:
            continue
        owner = _domain(records.name)
        if records.rdtype == wanted:
            ttl, found = values.get(owner, (_lifetime(records.ttl), []))
            found += [_value(record) for record in records]
            values[owner] = min(ttl, _lifetime(records.ttl)), found
        elif records.rdtype == dns.rdatatype.CNAME:
            (record, *_) = records
            aliases[owner] = _lifetime(records.ttl), _domain(record.target)
    return Reply(
        server=query.server,
        rcode=dns.rcode.to_text(message.rcode()),
        referral=not message.answer and _refers(message),
        values=values,
        aliases=aliases,
    )


def _refers(message: dns.message.Message) -> bool:
    """RFC 2308, section 2.2; and, as in the C library, an empty answer of a server that does not recurse."""
    types = {records.rdtype for records in message.authority}
    if dns.rdatatype.SOA in types or message.flags & dns.flags.AA:
        return False
    return dns.rdatatype.NS in types or not message.flags & dns.flags.RA


def _value(record: Any) -> str:
    """An address, or the name of a PTR record."""
    address: str | None = getattr(record, "address", None)
    return domain_text(_domain(record.target)) if address is None else address


def _domain(name: Any) -> DomainName:
    return tuple(label.lower() for label in name.labels if label)


def _lifetime(ttl: int) -> int:
    """The TTL in seconds; one with its first bit set counts as zero (RFC 2181, section 8)."""
    return ttl if ttl < MAX_TTL else 0
