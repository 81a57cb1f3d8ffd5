"""DNS: what resolvers, zone files and this machine's hosts file say of hosts and addresses."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from driftcheck.formats.text import printable
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, Snapshot, SourceRun
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.questions.hosts_file import hosts_file_vantage
from driftcheck.sources.questions.question import (
    MAX_QUESTIONS,
    Answer,
    Question,
    Vantage,
    fault,
    questions_about,
)
from driftcheck.sources.questions.resolvers import (
    SYSTEM,
    Resolver,
    SystemFiles,
    parse_resolver,
    system_resolver,
)
from driftcheck.sources.questions.zone_answers import zone_vantage
from driftcheck.sources.questions.zone_files import read_zones, without_folder

ZONE_FILES = "zone files"


class DnsSource:
    """Asks every vantage about every host (A, AAAA) and address (PTR) of the request.

    Vantages are the resolvers, beside `system` the hosts file, and all zone files together. Without
    resolvers no socket is opened. `system`: what this machine resolves by.
    """

    name = "dns"
    wave: Literal[2] = 2

    def __init__(self, system: SystemFiles | None = None) -> None:
        self._system = system or SystemFiles()

    def wanted(self, request: Request) -> bool:
        return bool(request.resolvers or request.zones)

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """One DnsObservation per vantage, name and type; of the hosts file those alone that stand in it."""
        now = datetime.now(UTC)
        asked = questions_about(request.hosts, request.addresses)
        questions = asked[:MAX_QUESTIONS]
        vantages = _resolver_vantages(self._resolvers(request), questions, request, deadline, now)
        if SYSTEM in request.resolvers:
            vantages.append(hosts_file_vantage(self._system.hosts, questions, now))
        if request.zones:
            vantages.append(_zone_files(request, questions))
        vantages.sort(key=lambda vantage: vantage.name)
        seen = [observation for vantage in vantages for observation in vantage.observations()]
        seen.sort(key=lambda each: (each.vantage, each.name, each.rrtype))
        return Snapshot(
            taken_at=now,
            tool="driftcheck",
            sources=tuple(SourceRun(source="dns", asked=each.name, observed_at=now) for each in vantages),
            dns=tuple(seen),
            gaps=(*(gap for vantage in vantages for gap in vantage.gaps), *_left_out(len(asked))),
        )

    def _resolvers(self, request: Request) -> Mapping[str, Resolver | Unknown]:
        """The resolvers by vantage, sorted; Unknown for a text that is none."""
        found: dict[str, Resolver | Unknown] = {}
        for text in sorted(request.resolvers):
            resolver = system_resolver(self._system) if text == SYSTEM else parse_resolver(text)
            name = printable(text, limit=100) if resolver is None else resolver.vantage
            found[name] = resolver or fault(f"{name} is no address of a resolver: IP, IP:port, [IPv6]:port")
        return found


SOURCE = DnsSource()


def _resolver_vantages(
    resolvers: Mapping[str, Resolver | Unknown],
    questions: Sequence[Question],
    request: Request,
    deadline: Deadline,
    now: datetime,
) -> list[Vantage]:
    answers: dict[str, Mapping[tuple[str, str], Answer]] = {}
    asked = [resolver for resolver in resolvers.values() if isinstance(resolver, Resolver)]
    if asked and questions:
        # A run that asks no server does not wait for sockets to be imported.
        from driftcheck.sources.questions.asking import ask_resolvers

        servers = ", ".join(resolver.vantage for resolver in asked)
        request.progress(f"asking {servers} about {len(questions):,} names and addresses")
        found = ask_resolvers(asked, questions, deadline, request.progress)
        answers = {resolver.vantage: each for resolver, each in zip(asked, found, strict=True)}
    return [
        _resolver_vantage(name, resolver, answers.get(name, {}), questions, now)
        for name, resolver in resolvers.items()
    ]


def _resolver_vantage(
    name: str,
    resolver: Resolver | Unknown,
    answers: Mapping[tuple[str, str], Answer],
    questions: Sequence[Question],
    now: datetime,
) -> Vantage:
    complete = dict(answers)
    for question in questions:
        why = question.domain if isinstance(question.domain, Unknown) else resolver
        if isinstance(why, Unknown):
            complete.update({(question.name, rrtype): Answer(values=why) for rrtype in question.rrtypes})
    problem = resolver if isinstance(resolver, Unknown) else _useless(list(answers.values()))
    return Vantage(
        name=name,
        observed_at=Known(value=now),
        answers=complete,
        times={},
        gaps=() if problem is None else (_gap(problem, "all of its answers"),),
    )


def _useless(answers: Sequence[Answer]) -> Unknown | None:
    """The most frequent reason, if nothing at all was answered."""
    failed = [answer.values for answer in answers if isinstance(answer.values, Unknown)]
    if not answers or len(failed) < len(answers):
        return None
    ((reason, _),) = Counter(each.reason for each in failed).most_common(1)
    return next(each for each in failed if each.reason == reason)


def _zone_files(request: Request, questions: Sequence[Question]) -> Vantage:
    name = posixpath.normpath(request.zones[0]) if len(request.zones) == 1 else ZONE_FILES
    request.progress(f"reading {name}")
    tree = request.configuration_tree
    zones = without_folder() if tree is None else read_zones(tree, request.zones)
    return zone_vantage(name, zones, questions)


def _left_out(asked: int) -> tuple[Gap, ...]:
    if asked <= MAX_QUESTIONS:
        return ()
    reason = f"{asked:,} names and addresses are more than the {MAX_QUESTIONS:,} that are asked about"
    too_many = Unknown(kind=UnknownKind.UNSUPPORTED, reason=reason)
    return (_gap(too_many, f"what {asked - MAX_QUESTIONS:,} of them resolve to"),)


def _gap(why: Unknown, hides: str) -> Gap:
    return Gap(source="dns", kind=why.kind, reason=why.reason, hides=hides)
