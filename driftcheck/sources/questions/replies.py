"""Replies on the wire (RFC 1035, 6891), read down to what a question needs; every byte of them is untrusted.

Of records that no question needs, only the header is read: what a resolver adds cannot spoil its answer.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from socket import AF_INET, AF_INET6, inet_ntop

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.sources.questions.messages import (
    HEADER,
    QUESTION_TYPES,
    Failure,
    Query,
    Reply,
    question_section,
)

MAX_TTL = 2**31
MAX_NAME_BYTES = 255
"""A name on the wire, with the lengths of its labels and the root's."""

MAX_POINTERS = 16
"""Compression pointers of one name."""

RCODES: Mapping[int, str] = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    6: "YXDOMAIN",
    7: "YXRRSET",
    8: "NXRRSET",
    9: "NOTAUTH",
    10: "NOTZONE",
    11: "DSOTYPENI",
    16: "BADVERS",
    17: "BADKEY",
    18: "BADTIME",
    19: "BADMODE",
    20: "BADNAME",
    21: "BADALG",
    22: "BADTRUNC",
    23: "BADCOOKIE",
}
"""IANA's names of the codes."""

_A, _NS, _CNAME, _SOA, _PTR, _AAAA, _OPT = 1, 2, 5, 6, 12, 28, 41
_IN = 1
_AUTHORITATIVE, _RECURSION_AVAILABLE = 0x0400, 0x0080

_HEAD = struct.Struct("!2xHHHHH")
_RECORD = struct.Struct("!HHIH")


class MalformedError(ValueError):
    """Bytes that are no message; the text says why."""


def read_reply(wire: bytes, query: Query) -> Reply | Failure:
    """What a message that replies to a query says; a Failure if it cannot be read."""
    try:
        return _reply(wire, query)
    except MalformedError as error:
        reason = f"{query.server} sends a malformed answer: {error}"
    except (struct.error, IndexError):
        reason = f"{query.server} sends a malformed answer: it ends too soon"
    return Failure(server=query.server, reason=reason)


def _reply(wire: bytes, query: Query) -> Reply:
    flags, questions, answers, authorities, additional = _HEAD.unpack_from(wire)
    reader = _Reader(wire)
    reader.questions(questions, query)
    values: dict[DomainName, tuple[int, list[str]]] = {}
    aliases: dict[DomainName, tuple[int, DomainName]] = {}
    wanted = QUESTION_TYPES[query.rrtype]
    for _ in range(answers):
        owner = reader.name(len(wire))
        rrtype, rrclass, ttl, length = reader.record()
        if rrclass != _IN:
            raise MalformedError("an answer of another class than the question")
        if rrtype == wanted:
            least, found = values.get(owner) or (ttl, [])
            found.append(reader.value(rrtype, length))
            values[owner] = min(ttl, least), found
        elif rrtype == _CNAME:
            aliases[owner] = min(ttl, aliases.get(owner, (ttl,))[0]), reader.target(length)
        else:
            reader.skip(length)
    types = [reader.passed() for _ in range(authorities)]
    return Reply(
        server=query.server,
        rcode=_rcode(reader.upper_bits(additional) | flags & 0x0F),
        referral=not answers and _refers(types, flags),
        values=values,
        aliases=aliases,
    )


def _refers(types: Sequence[int], flags: int) -> bool:
    """RFC 2308, section 2.2; and, as in the C library, an empty answer of a server that does not recurse."""
    if _SOA in types or flags & _AUTHORITATIVE:
        return False
    return _NS in types or not flags & _RECURSION_AVAILABLE


def _rcode(number: int) -> str:
    return RCODES.get(number) or str(number)


class _Reader:
    """Reads one part of a message after the other. Raises MalformedError, struct.error or IndexError."""

    __slots__ = ("_at", "_names", "_wire")

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._at = HEADER
        self._names: dict[int, DomainName] = {}

    def questions(self, count: int, query: Query) -> None:
        """Passes the questions: almost always that of the query alone, whose name is remembered."""
        asked = question_section(query.name, query.rrtype)
        if count == 1 and self._wire[HEADER : HEADER + len(asked)].lower() == asked:
            self._names[HEADER] = query.name
            self._at += len(asked)
            return
        for _ in range(count):
            self.name(len(self._wire))
            self.skip(4)

    def name(self, end: int) -> DomainName:
        """A name in lower case; what of it stands here ends before `end`."""
        wire, start = self._wire, self._at
        if wire[start] >= 0xC0 and start + 2 <= end:
            # Most owners are a pointer to the question and nothing else.
            known = self._names.get((wire[start] & 0x3F) << 8 | wire[start + 1])
            if known is not None:
                self._at = start + 2
                return known
        name, self._at = _labels(wire, start, end)
        self._names[start] = name
        return name

    def record(self) -> tuple[int, int, int, int]:
        """What follows a record's owner: type, class, TTL in seconds, length of the data, which is next.

        A TTL with its first bit set counts as zero (RFC 2181, section 8).
        """
        rrtype, rrclass, ttl, length = _RECORD.unpack_from(self._wire, self._at)
        self._at += _RECORD.size
        if self._at + length > len(self._wire):
            raise MalformedError("a record is longer than the message")
        return rrtype, rrclass, ttl if ttl < MAX_TTL else 0, length

    def value(self, rrtype: int, length: int) -> str:
        """The address in an A or AAAA record's data, or the name in a PTR record's."""
        if rrtype == _PTR:
            return domain_text(self.target(length))
        data = self._wire[self._at : self._at + length]
        if length != (4 if rrtype == _A else 16):
            raise MalformedError(f"an address of {length} bytes")
        self._at += length
        return inet_ntop(AF_INET if rrtype == _A else AF_INET6, data)

    def target(self, length: int) -> DomainName:
        """The name that is all of a record's data."""
        end = self._at + length
        name = self.name(end)
        if self._at != end:
            raise MalformedError("a name is shorter than the record that it is")
        return name

    def skip(self, length: int) -> None:
        """Passes so many bytes."""
        self._at += length
        if self._at > len(self._wire):
            raise MalformedError("it ends too soon")

    def passed(self) -> int:
        """Passes a record of the authority section; its type."""
        self._pass_name()
        rrtype, _, _, length = self.record()
        self.skip(length)
        return rrtype

    def upper_bits(self, additional: int) -> int:
        """Passes the additional section; the upper bits of the code, which EDNS brings."""
        bits: int | None = None
        for _ in range(additional):
            start = self._at
            self._pass_name()
            rrtype, _, _, length = self.record()
            if rrtype == _OPT:
                if bits is not None or self._wire[start] != 0:
                    raise MalformedError("EDNS twice, or with a name")
                bits = self._wire[start + 5] << 4
            self.skip(length)
        return bits or 0

    def _pass_name(self) -> None:
        """Passes a name that nobody needs, as far as it stands here."""
        wire, at = self._wire, self._at
        while 0 < wire[at] < 0x40:
            at += 1 + wire[at]
        if 0 < wire[at] < 0xC0:
            raise MalformedError("a label of a kind that there is not")
        self._at = at + (2 if wire[at] else 1)


def _labels(wire: bytes, at: int, end: int) -> tuple[DomainName, int]:
    """The labels of the name at a place, and where what follows it stands.

    A pointer leads to before where it started from, and the labels there end before that, too.
    """
    labels: list[bytes] = []
    size, pointers, start = 1, 0, at
    after: int | None = None
    while True:
        if at >= end:
            raise MalformedError("a name has no end")
        length = wire[at]
        if length == 0:
            break
        if length < 0x40:
            at += 1 + length
            size += 1 + length
            if at > end or size > MAX_NAME_BYTES:
                raise MalformedError("a name is too long")
            labels.append(wire[at - length : at].lower())
        elif length < 0xC0:
            raise MalformedError("a label of a kind that there is not")
        else:
            if at + 2 > end:
                raise MalformedError("a name has no end")
            target = (length & 0x3F) << 8 | wire[at + 1]
            after = at + 2 if after is None else after
            pointers += 1
            if target >= start or pointers > MAX_POINTERS:
                raise MalformedError("a pointer that leads nowhere")
            at, end, start = target, start, target
    return tuple(labels), at + 1 if after is None else after
