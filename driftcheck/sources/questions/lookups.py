"""From replies to answers: servers in turn, the search list, CNAME chains. Pure: the queries are yielded."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias, TypeVar

from driftcheck.formats.domain_names import DomainName, domain_text
from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.sources.questions.messages import Failure, Query, Reply
from driftcheck.sources.questions.question import REVERSE, Answer, Question, dns_location, fault, known_values
from driftcheck.sources.questions.resolvers import Resolver, Server
from driftcheck.sources.questions.trail import Trail

T = TypeVar("T")

NO_ERROR = "NOERROR"
NO_SUCH_NAME = "NXDOMAIN"
SERVER_FAILURE = "SERVFAIL"


Asking: TypeAlias = Generator[Query, Reply | Failure, T]
"""Yields what to ask next, is sent what came of it, and returns its result."""


@frozen
class Lookup:
    """What one resolver is asked about one question, and what `asking` it for these types returns."""

    question: Question
    rrtypes: tuple[str, ...]
    asking: Asking[tuple[Answer, ...]]


def lookups(question: Question, resolver: Resolver) -> Iterator[Lookup]:
    """The lookups that can go on at the same time. A search list decides for A and AAAA together."""
    if isinstance(question.domain, Absent | Unknown):
        return
    reverse = question.rrtypes == REVERSE
    names = (question.domain,) if reverse else resolver.candidates(question.domain)
    groups = [(rrtype,) for rrtype in question.rrtypes] if len(names) == 1 else [question.rrtypes]
    for rrtypes in groups:
        yield Lookup(
            question=question,
            rrtypes=rrtypes,
            asking=_search(question.domain, names, rrtypes, resolver.servers),
        )


def _search(
    asked: DomainName, names: Sequence[DomainName], rrtypes: Sequence[str], servers: Sequence[Server]
) -> Asking[tuple[Answer, ...]]:
    """Of the names in turn the first that has an answer; SERVFAIL for one of them does not end the search."""
    failed: tuple[Answer, ...] | None = None
    absent: tuple[Answer, ...] = ()
    for name in names:
        answers: tuple[Answer, ...] = ()
        goes_on = True
        for rrtype in rrtypes:
            answer, searchable = yield from _answer(asked, name, rrtype, servers)
            answers += (answer,)
            goes_on = goes_on and searchable
        if any(isinstance(answer.values, Known) for answer in answers):
            return answers
        if any(isinstance(answer.values, Unknown) for answer in answers):
            failed = failed or answers
            if not goes_on:
                return answers
        absent = absent or answers
    return failed or (_absent(names, absent) if len(names) > 1 else absent)


def _absent(names: Sequence[DomainName], first: Sequence[Answer]) -> tuple[Answer, ...]:
    tried = f"; the search list makes it {', '.join(map(domain_text, names))}"
    return tuple(
        replace(answer, values=replace(answer.values, evidence=answer.values.evidence + tried))
        if isinstance(answer.values, Absent)
        else answer
        for answer in first
    )


def _answer(
    asked: DomainName, name: DomainName, rrtype: str, servers: Sequence[Server]
) -> Asking[tuple[Answer, bool]]:
    """One name and type, CNAMEs followed; and whether a search may go on after it."""
    trail = Trail(name)
    while True:
        start = trail.end
        reply = yield from _ask(start, rrtype, servers)
        location = _place(reply.server, None if name == asked else name)
        if isinstance(reply, Failure):
            about = f" for {domain_text(start)}, the alias's target" if trail.aliased else ""
            return trail.answer(fault(reply.reason + about, location)), reply.rcode == SERVER_FAILURE
        if (problem := _follow(reply, trail)) is not None:
            return trail.answer(fault(f"{reply.server} gives {problem}", location)), False
        if reply.rcode == NO_SUCH_NAME:
            evidence = f"NXDOMAIN: {reply.server} knows no name {domain_text(trail.end)}"
            return trail.answer(Absent(evidence=evidence, location=location)), True
        if trail.end in reply.values:
            ttl, values = reply.values[trail.end]
            return trail.answer(known_values(values, location), ttl), True
        if trail.end == start:
            evidence = f"no data: {reply.server} has no {rrtype} record for {domain_text(start)}"
            return trail.answer(Absent(evidence=evidence, location=location)), True


@lru_cache
def _place(server: Server, name: DomainName | None) -> Location:
    """Where a server's answers stand; `name`: what was asked for instead of the question's own."""
    return dns_location(str(server), pointer=None if name is None else domain_text(name))


def _follow(reply: Reply, trail: Trail) -> str | None:
    """Follows the reply's CNAMEs as far as they lead; what is wrong with them, if anything is."""
    while trail.end not in reply.values and trail.end in reply.aliases:
        if (problem := trail.follow(*reply.aliases[trail.end])) is not None:
            return problem
    return None


def _ask(name: DomainName, rrtype: str, servers: Sequence[Server]) -> Asking[Reply | Failure]:
    """The first server's reply that says something; what kept the others from it, if none does."""
    failures: list[Failure] = []
    for server in servers:
        outcome = yield Query(server=server, name=name, rrtype=rrtype)
        if isinstance(outcome, Reply):
            if (reason := _refusal(outcome)) is None:
                return outcome
            outcome = Failure(server=server, reason=reason, rcode=outcome.rcode)
        failures.append(outcome)
    last = failures[-1]
    reasons = "; ".join(dict.fromkeys(failure.reason for failure in failures))
    return Failure(server=last.server, reason=reasons, rcode=last.rcode)


def _refusal(reply: Reply) -> str | None:
    """Why the next server is asked, if this one's reply decides nothing."""
    if reply.rcode not in (NO_ERROR, NO_SUCH_NAME):
        return f"{reply.server} answers {reply.rcode}"
    if reply.rcode == NO_ERROR and reply.referral:
        return f"{reply.server} refers to other name servers: it does not resolve this name itself"
    return None
