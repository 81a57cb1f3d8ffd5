"""What is asked and what is answered, whoever answers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from driftcheck.formats.domain_names import DomainName, DomainNameError, host_domain
from driftcheck.formats.host_names import host_key, is_ip
from driftcheck.formats.text import printable
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import DnsObservation, Gap

MAX_QUESTIONS = 200_000
"""Names and addresses that are asked about; what is left out is a gap."""

MAX_VALUES = 256
"""Values of one answer."""

FORWARD = ("A", "AAAA")
REVERSE = ("PTR",)


@frozen
class Question:
    """One host or address. `name` is what observations call it, `domain` what is asked for; Absent if no
    server can have that name, Unknown if it cannot be asked for.
    """

    name: str
    rrtypes: tuple[str, ...]
    domain: DomainName | Absent | Unknown


@frozen
class Answer:
    """What one vantage says of one name and type; the fields are DnsObservation's."""

    values: Fact[tuple[str, ...]]
    chain: tuple[str, ...] = ()
    ttl: int | None = None


@frozen
class Vantage:
    """All that one vantage said, by name and type. `times`: by name, where `observed_at` is not theirs."""

    name: str
    observed_at: Fact[datetime]
    answers: Mapping[tuple[str, str], Answer]
    times: Mapping[str, Fact[datetime]]
    gaps: tuple[Gap, ...] = ()
    offline: bool = False
    partial: bool = False

    def observations(self) -> Iterator[DnsObservation]:
        for (name, rrtype), answer in self.answers.items():
            yield DnsObservation(
                vantage=self.name,
                name=name,
                rrtype=rrtype,
                observed_at=self.times.get(name, self.observed_at),
                values=answer.values,
                chain=answer.chain,
                ttl=answer.ttl,
                offline=self.offline,
                partial=self.partial,
            )


def questions_about(hosts: Iterable[str], addresses: Iterable[str]) -> tuple[Question, ...]:
    """A and AAAA for each host, PTR for each address, sorted by name; no host that is an address."""
    names = {host_key(host) for host in hosts if not is_ip(host)}
    return (
        *(Question(name=name, rrtypes=FORWARD, domain=_forward(name)) for name in sorted(names)),
        *(
            Question(name=name, rrtypes=REVERSE, domain=_reverse(name))
            for name in sorted(set(map(host_key, addresses)))
        ),
    )


def dns_location(name: str, *, pointer: str | None = None, line: int | None = None) -> Location:
    """A server, a zone file or a hosts file."""
    return Location(source="dns", name=name, pointer=pointer, line=line)


def dns_gap(why: Unknown, hides: str) -> Gap:
    return Gap(source="dns", kind=why.kind, reason=why.reason, hides=hides)


def fault(reason: str, location: Location | None = None) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=location)


def known_values(values: Iterable[str], location: Location) -> Known[tuple[str, ...]] | Unknown:
    """An answer's values, sorted; Unknown if there are more than are read."""
    found = tuple(sorted(set(values)))
    if len(found) <= MAX_VALUES:
        return Known(value=found, location=location)
    reason = f"the answer has {len(found)} values, more than the {MAX_VALUES} that are read"
    return fault(reason, location)


def _forward(name: str) -> DomainName | Absent:
    try:
        return host_domain(name)
    except DomainNameError as error:
        return Absent(evidence=f"{printable(name, limit=100)} is no name that DNS can have: {error}")


def _reverse(text: str) -> DomainName | Unknown:
    if not is_ip(text):
        return _unsupported(text, "is no IP address")
    if "%" in text:
        return _unsupported(text, "has a scope, which DNS does not know")
    return host_domain(ipaddress.ip_address(text).reverse_pointer)


def _unsupported(text: str, why: str) -> Unknown:
    return Unknown(kind=UnknownKind.UNSUPPORTED, reason=f"{printable(text, limit=100)} {why}")
