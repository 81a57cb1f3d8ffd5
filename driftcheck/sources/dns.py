"""DNS: what resolvers, zone files and this machine's hosts file say of hosts and addresses."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.snapshot import Gap, Snapshot, SourceRun
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.questions.question import (
    MAX_QUESTIONS,
    Question,
    Vantage,
    dns_gap,
    questions_about,
)

if TYPE_CHECKING:
    from driftcheck.sources.questions.resolvers import SystemFiles

ZONE_FILES = "zone files"


class DnsSource:
    """Asks every vantage about every host (A, AAAA) and address (PTR) of the request.

    Vantages are the resolvers, beside `system` the hosts file, and all zone files together. Without
    resolvers no socket is opened. `system`: what this machine resolves by, None for its own files.
    """

    name = "dns"
    wave: Literal[2] = 2

    def __init__(self, system: SystemFiles | None = None) -> None:
        self._system = system

    def wanted(self, request: Request) -> bool:
        return bool(request.resolvers or request.zones)

    def collect(self, request: Request, deadline: Deadline) -> Snapshot:
        """One DnsObservation per vantage, name and type; of the hosts file those alone that stand in it."""
        now = datetime.now(UTC)
        asked = questions_about(request.hosts, request.addresses)
        questions = asked[:MAX_QUESTIONS]
        vantages = [
            *(self._resolvers(request, questions, deadline, now) if request.resolvers else ()),
            *((_zone_files(request, questions),) if request.zones else ()),
        ]
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

    def _resolvers(
        self, request: Request, questions: Sequence[Question], deadline: Deadline, now: datetime
    ) -> Sequence[Vantage]:
        # A run without resolvers does not wait for their parts to be imported, one without zones neither.
        from driftcheck.sources.questions.resolver_answers import resolver_vantages
        from driftcheck.sources.questions.resolvers import SystemFiles

        return resolver_vantages(request, self._system or SystemFiles(), questions, deadline, now)


SOURCE = DnsSource()


def _zone_files(request: Request, questions: Sequence[Question]) -> Vantage:
    from driftcheck.sources.questions.zone_answers import zone_vantage
    from driftcheck.sources.questions.zone_files import read_zones, without_folder

    name = posixpath.normpath(request.zones[0]) if len(request.zones) == 1 else ZONE_FILES
    request.progress(f"reading {name}")
    tree = request.configuration_tree
    zones = without_folder() if tree is None else read_zones(tree, request.zones)
    return zone_vantage(name, zones, questions)


def _left_out(asked: int) -> tuple[Gap, ...]:
    if asked <= MAX_QUESTIONS:
        return ()
    reason = f"{asked:,} names and addresses are more than the {MAX_QUESTIONS:,} that are asked about"
    too_many = Unknown(kind=UnknownKind.FAULT, reason=reason)
    return (dns_gap(too_many, f"what {asked - MAX_QUESTIONS:,} of them resolve to"),)
