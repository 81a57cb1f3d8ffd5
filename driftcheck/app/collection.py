"""Asking the sources, in two waves under one deadline: first what stands by itself, then what that names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driftcheck.join.questions import questions
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.interface import Deadline, Request, Source
from driftcheck.sources.registry import sources


def collect(request: Request, deadline: Deadline, *, asked: Sequence[Source] | None = None) -> Snapshot:
    """Everything that the wanted sources saw. `asked`: the sources to choose from, None for all."""
    known = sources() if asked is None else asked
    first = _wave(1, known, request, deadline)
    if not any(source.wave == 2 and source.wanted(request) for source in known):
        return first
    named = questions(first, request.configuration)
    second = _wave(2, known, replace(request, hosts=named.hosts, addresses=named.addresses), deadline)
    return merged((first, second))


def merged(parts: Sequence[Snapshot]) -> Snapshot:
    """The observations of several snapshots as one; it is as old as the oldest of them."""
    (first, *_) = parts
    return replace(
        first,
        taken_at=min(part.taken_at for part in parts),
        sources=tuple(run for part in parts for run in part.sources),
        nodes=tuple(node for part in parts for node in part.nodes),
        properties=tuple(file for part in parts for file in part.properties),
        hosts=tuple(file for part in parts for file in part.hosts),
        dns=tuple(answer for part in parts for answer in part.dns),
        zookeepers=tuple(seen for part in parts for seen in part.zookeepers),
        gaps=tuple(gap for part in parts for gap in part.gaps),
    )


def _wave(number: int, known: Sequence[Source], request: Request, deadline: Deadline) -> Snapshot:
    wanted = [source for source in known if source.wave == number and source.wanted(request)]
    seen = [source.collect(request, deadline) for source in wanted]
    return merged(seen) if seen else Snapshot(taken_at=datetime.now(UTC), tool="driftcheck")
