"""Zone files (RFC 1035, section 5, with BIND's directives) as records with their lines."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from driftcheck.formats.domain_names import (
    DomainName,
    DomainNameError,
    RelativeNameError,
    domain_text,
    is_within,
    parse_domain_name,
)
from driftcheck.formats.text import printable
from driftcheck.formats.zone_generate import GenerateError, generated
from driftcheck.formats.zone_lines import ZoneLine, zone_lines
from driftcheck.model.frozen import frozen

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a zone file together with all that it includes."""

MAX_RECORDS = 500_000
MAX_INCLUDES = 1000
MAX_DEPTH = 10
"""How deep $INCLUDE may nest."""

MAX_PROBLEMS = 100

Include = Callable[[str, str], tuple[str, bytes] | str]
"""Asked for what $INCLUDE names and the path of the file that names it: a path and its bytes, or why not."""

_TYPE_NAMES = (
    "A A6 AAAA AFSDB AMTRELAY APL AVC CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DOA DS EID"
    " EUI48 EUI64 GPOS HINFO HIP HTTPS IPSECKEY ISDN KEY KX L32 L64 LOC LP MB MD MF MG MINFO MR MX NAPTR"
    " NID NIMLOC NINFO NS NSAP NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXT OPENPGPKEY PTR PX RESINFO RKEY RP"
    " RRSIG RT SIG SINK SMIMEA SOA SPF SRV SSHFP SVCB TA TALINK TLSA TXT UINFO UID GID UNSPEC URI WALLET"
    " WKS X25 ZONEMD"
)
_TYPES = frozenset(_TYPE_NAMES.split())
_ANY_TYPE = r"TYPE[0-9]{1,5}"
_NUMBERED = {
    "TYPE1": "A",
    "TYPE2": "NS",
    "TYPE5": "CNAME",
    "TYPE6": "SOA",
    "TYPE12": "PTR",
    "TYPE28": "AAAA",
    "TYPE39": "DNAME",
}
_CLASSES = frozenset({"IN", "CH", "CHAOS", "HS", "HESIOD"})
_TARGETS = frozenset({"CNAME", "DNAME", "NS", "PTR"})
_TTL = re.compile(r"[0-9]{1,10}|(?:[0-9]{1,10}[wdhms])+", re.IGNORECASE)
_TTL_PART = r"([0-9]+)([wdhms])"
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_MAX_TTL = 2**31 - 1


class ZoneRecord(NamedTuple):
    """A record and its line. `address` is set for A and AAAA, `target` for CNAME, DNAME, NS and PTR."""

    name: DomainName
    rrtype: str
    ttl: int
    address: str | None
    target: DomainName | None
    file: str
    line: int


class ZoneProblem(NamedTuple):
    """Something for which a name server refuses the zone."""

    file: str
    line: int
    message: str


@frozen
class ZoneFile:
    """A zone file with all that it includes. `apex` is the zone's name, None if no SOA record says it.

    Records outside of the zone are left out, as name servers do. `needs_origin`: it has relative names to
    which nothing says what they belong.
    """

    apex: DomainName | None
    records: tuple[ZoneRecord, ...]
    problems: tuple[ZoneProblem, ...]
    needs_origin: bool


def parse_zone(path: str, data: bytes, *, origin: DomainName | None, include: Include) -> ZoneFile:
    """Read a zone file; every sequence of bytes is one, with problems for what cannot be read.

    `origin` is what relative names belong to before the first $ORIGIN, None if nothing says it.
    """
    reader = _Reader(include)
    reader.read(path, data, origin, None)
    apex = reader.apex
    if apex is None:
        reader.refuse(path, 1, "it has no SOA record: is it a part that another file includes?")
    records = tuple(each for each in reader.records if apex is not None and is_within(each.name, apex))
    return ZoneFile(
        apex=apex,
        records=records,
        problems=(*reader.problems, *islice(_conflicts(records), MAX_PROBLEMS)),
        needs_origin=reader.needs_origin,
    )


def _conflicts(records: Sequence[ZoneRecord]) -> Iterator[ZoneProblem]:
    """Records that stand beside an alias of their name, for which name servers refuse a zone."""
    aliases = {record.name: record for record in reversed(records) if record.rrtype == "CNAME"}
    for record in records:
        alias = aliases.get(record.name)
        if alias is None or record.rrtype in ("RRSIG", "NSEC", "KEY"):
            continue
        if record.rrtype != "CNAME":
            message = f"{domain_text(record.name)} has other records beside its CNAME"
            yield ZoneProblem(record.file, record.line, f"{message} ({alias.file}:{alias.line})")
        elif record.target != alias.target:
            message = f"{domain_text(record.name)} has another CNAME"
            yield ZoneProblem(record.file, record.line, f"{message} ({alias.file}:{alias.line})")


class _StatementError(ValueError):
    """A record or directive that cannot be read."""


class _TooMuchError(Exception):
    """More than is read."""


class _Context:
    """What a file's lines depend on: the origin and the owner before."""

    def __init__(self, path: str, origin: DomainName | None, owner: DomainName | None) -> None:
        self.path = path
        self.origin = origin
        self.owner = owner


class _Reader:
    def __init__(self, include: Include) -> None:
        self._include = include
        self._default_ttl: int | None = None
        self._last_ttl: int | None = None
        self._open: list[str] = []
        self._files = 0
        self._bytes = 0
        self.apex: DomainName | None = None
        self.records: list[ZoneRecord] = []
        self.problems: list[ZoneProblem] = []
        self.needs_origin = False

    def refuse(self, path: str, line: int, message: str) -> None:
        self.problems.append(ZoneProblem(path, line, message))

    def read(self, path: str, data: bytes, origin: DomainName | None, owner: DomainName | None) -> None:
        """All lines of a file, and of what it includes."""
        self._files += 1
        self._open.append(path)
        self._bytes += len(data)
        here = _Context(path, origin, owner)
        try:
            if self._bytes > MAX_BYTES:
                raise _TooMuchError(f"it has more than {MAX_BYTES // 2**20} MiB")
            for line in zone_lines(data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")):
                self._statement(here, line)
        except _TooMuchError as error:
            if len(self._open) > 1:
                raise
            self.refuse(path, 1, str(error))
        finally:
            self._open.pop()

    def _statement(self, here: _Context, line: ZoneLine) -> None:
        try:
            if line.problem:
                raise _StatementError(line.problem)
            if line.words[0].startswith("$") and not line.indented:
                self._directive(here, line)
            elif line.indented:
                self._record(here, here.owner, line.words, line.number)
            else:
                here.owner = _name(line.words[0], here.origin)
                self._record(here, here.owner, line.words[1:], line.number)
        except (_StatementError, DomainNameError, GenerateError) as error:
            self.needs_origin = self.needs_origin or isinstance(error, RelativeNameError)
            self.refuse(here.path, line.number, printable(str(error), limit=300))
            if len(self.problems) >= MAX_PROBLEMS:
                raise _TooMuchError(f"it has {MAX_PROBLEMS} problems or more") from None

    def _directive(self, here: _Context, line: ZoneLine) -> None:
        word, *arguments = line.words
        match word.upper(), arguments:
            case "$ORIGIN", [name]:
                here.origin = _name(name, here.origin)
            case "$TTL", [ttl]:
                self._default_ttl = _ttl(ttl)
            case "$INCLUDE", [file]:
                self._included(here, file, here.origin)
            case "$INCLUDE", [file, name]:
                self._included(here, file, _name(name, here.origin))
            case "$GENERATE", _:
                for owner, *words in generated(arguments):
                    self._record(here, _name(owner, here.origin), words, line.number)
            case (("$ORIGIN" | "$TTL" | "$INCLUDE"), _):
                raise _StatementError(f"{word} has too few or too many words")
            case _:
                raise _StatementError(f"the directive {word} is not known")

    def _included(self, here: _Context, file: str, origin: DomainName | None) -> None:
        if len(self._open) > MAX_DEPTH:
            raise _StatementError(f"$INCLUDE nests more than {MAX_DEPTH} deep")
        if self._files > MAX_INCLUDES:
            raise _TooMuchError(f"it includes more than {MAX_INCLUDES} files")
        found = self._include(file.strip('"'), here.path)
        if isinstance(found, str):
            raise _StatementError(f"$INCLUDE {file}: {found}")
        path, data = found
        if path in self._open:
            raise _StatementError(f"$INCLUDE {file}: the file includes itself")
        self.read(path, data, origin, here.owner)

    def _record(self, here: _Context, owner: DomainName | None, words: Sequence[str], number: int) -> None:
        if owner is None:
            raise _StatementError("no record before says whose it is")
        rest = iter(words)
        stated, rrtype = _type(rest)
        address, target = _value(rrtype, list(rest), here.origin)
        ttl = self._ttl_of(stated, rrtype, words)
        if rrtype == "SOA" and self.apex is None:
            self.apex = owner
        if len(self.records) >= MAX_RECORDS:
            raise _TooMuchError(f"it has more than {MAX_RECORDS} records")
        self.records.append(ZoneRecord(owner, rrtype, ttl, address, target, here.path, number))

    def _ttl_of(self, stated: int | None, rrtype: str, words: Sequence[str]) -> int:
        """RFC 2308: as stated, else $TTL, else the last one stated, else the minimum of the SOA record."""
        if stated is not None:
            self._last_ttl = stated
            return stated
        if self._default_ttl is None and self._last_ttl is None:
            if rrtype != "SOA":
                raise _StatementError("nothing says its TTL: the file needs $TTL")
            self._default_ttl = _ttl(words[-1])
        return self._default_ttl if self._default_ttl is not None else self._last_ttl or 0


def _type(words: Iterator[str]) -> tuple[int | None, str]:
    """The TTL, if one is stated, and the type; the class may stand before or after the TTL."""
    ttl: int | None = None
    classed = False
    for word in words:
        upper = word.upper()
        if upper in _TYPES or re.fullmatch(_ANY_TYPE, upper):
            return ttl, _NUMBERED.get(upper, upper)
        if upper in _CLASSES and not classed:
            classed = True
            if upper != "IN":
                raise _StatementError(f"its class is {word}, and only IN is read")
        elif ttl is None and _TTL.fullmatch(word):
            ttl = _ttl(word)
        else:
            raise _StatementError(f"{word} is no record type")
    raise _StatementError("it has no record type")


def _value(
    rrtype: str, words: Sequence[str], origin: DomainName | None
) -> tuple[str | None, DomainName | None]:
    if not words:
        raise _StatementError(f"the {rrtype} record has no value")
    if rrtype == "SOA":
        _check_soa(words, origin)
    elif rrtype in ("A", "AAAA"):
        return _address(rrtype, _only(rrtype, words)), None
    elif rrtype in _TARGETS:
        return None, _name(_only(rrtype, words), origin)
    return None, None


def _only(rrtype: str, words: Sequence[str]) -> str:
    if len(words) > 1:
        raise _StatementError(f"the {rrtype} record has more than one value")
    return words[0]


def _address(rrtype: str, text: str) -> str:
    try:
        if rrtype == "A":
            return str(ipaddress.IPv4Address(text))
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise _StatementError(f"{text} is no address for an {rrtype} record") from None
    if address.scope_id is not None:
        raise _StatementError(f"{text} has a scope, which DNS does not know")
    return str(address)


def _check_soa(words: Sequence[str], origin: DomainName | None) -> None:
    if len(words) != 7:
        raise _StatementError("an SOA record has two names and five numbers")
    for name in words[:2]:
        _name(name, origin)
    for number in words[2:]:
        if _TTL.fullmatch(number) is None:
            raise _StatementError(f"{number} is no number for an SOA record")


def _name(text: str, origin: DomainName | None) -> DomainName:
    if text.startswith('"'):
        raise _StatementError(f"{text} is quoted, and no name")
    try:
        return parse_domain_name(text, origin)
    except DomainNameError as error:
        raise type(error)(f"the name {text} cannot be read: {error}") from None


def _ttl(text: str) -> int:
    """Seconds; `1h30m` as BIND writes it."""
    if _TTL.fullmatch(text) is None:
        raise _StatementError(f"{text} is no TTL")
    if text[-1].isdigit():
        seconds = int(text)
    else:
        seconds = sum(int(number) * _SECONDS[unit] for number, unit in re.findall(_TTL_PART, text.lower()))
    if seconds > _MAX_TTL:
        raise _StatementError(f"a TTL of {text} is too long")
    return seconds
