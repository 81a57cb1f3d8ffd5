"""What resolvers answer, and beside the system's own this machine's hosts file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from driftcheck.formats.text import printable
from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.questions.hosts_file import hosts_file_vantage
from driftcheck.sources.questions.question import Answer, Question, Vantage, dns_gap, fault
from driftcheck.sources.questions.resolvers import (
    SYSTEM,
    Resolver,
    SystemFiles,
    parse_resolver,
    system_resolver,
)


def resolver_vantages(
    request: Request, system: SystemFiles, questions: Sequence[Question], deadline: Deadline, now: datetime
) -> list[Vantage]:
    """What each of the request's resolvers answers; `system` is what this machine resolves by."""
    resolvers = _resolvers(request.resolvers, system)
    answers: dict[str, Mapping[tuple[str, str], Answer]] = {}
    asked = [resolver for resolver in resolvers.values() if isinstance(resolver, Resolver)]
    if asked and questions:
        # A run that asks no server does not wait for sockets to be imported.
        from driftcheck.sources.questions.asking import ask_resolvers

        servers = ", ".join(resolver.vantage for resolver in asked)
        request.progress(f"asking {servers} about {len(questions):,} names and addresses")
        found = ask_resolvers(asked, questions, deadline, request.progress)
        answers = {resolver.vantage: each for resolver, each in zip(asked, found, strict=True)}
    vantages = [
        _resolver_vantage(name, resolver, answers.get(name, {}), questions, now)
        for name, resolver in resolvers.items()
    ]
    if SYSTEM in request.resolvers:
        vantages.append(hosts_file_vantage(system.hosts, questions, now))
    return vantages


def _resolvers(texts: Sequence[str], system: SystemFiles) -> Mapping[str, Resolver | Unknown]:
    """The resolvers by vantage, sorted; Unknown for a text that is none."""
    found: dict[str, Resolver | Unknown] = {}
    for text in sorted(texts):
        resolver = system_resolver(system) if text == SYSTEM else parse_resolver(text)
        name = printable(text, limit=100) if resolver is None else resolver.vantage
        found[name] = resolver or fault(f"{name} is no address of a resolver: IP, IP:port, [IPv6]:port")
    return found


def _resolver_vantage(
    name: str,
    resolver: Resolver | Unknown,
    answers: Mapping[tuple[str, str], Answer],
    questions: Sequence[Question],
    now: datetime,
) -> Vantage:
    complete = dict(answers)
    for question in questions:
        why = question.domain if isinstance(question.domain, Absent | Unknown) else resolver
        if isinstance(why, Absent | Unknown):
            complete.update({(question.name, rrtype): Answer(values=why) for rrtype in question.rrtypes})
    problem = resolver if isinstance(resolver, Unknown) else _useless(list(answers.values()))
    return Vantage(
        name=name,
        observed_at=Known(value=now),
        answers=complete,
        times={},
        gaps=() if problem is None else (dns_gap(problem, "all of its answers"),),
    )


def _useless(answers: Sequence[Answer]) -> Unknown | None:
    """The most frequent reason, if nothing at all was answered."""
    failed = [answer.values for answer in answers if isinstance(answer.values, Unknown)]
    if not answers or len(failed) < len(answers):
        return None
    ((reason, _),) = Counter(each.reason for each in failed).most_common(1)
    return next(each for each in failed if each.reason == reason)
