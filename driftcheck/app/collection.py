"""Asking the sources, in waves under one deadline: what stands by itself, what it names, where that leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driftcheck.join.destinations import Doorstep, doorsteps, leaders
from driftcheck.join.questions import questions
from driftcheck.model.snapshot import NodeObservation, Snapshot
from driftcheck.sources.interface import Deadline, Destination, Request, Source
from driftcheck.sources.registry import sources


def collect(request: Request, deadline: Deadline, *, asked: Sequence[Source] | None = None) -> Snapshot:
    """Everything that the wanted sources saw. `asked`: the sources to choose from, None for all."""
    known = sources() if asked is None else asked
    seen = _wave(1, known, request, deadline)
    if _wanted(2, known, request):
        named = questions(seen, request.configuration)
        about = replace(request, hosts=named.hosts, addresses=named.addresses)
        seen = merged((seen, _wave(2, known, about, deadline)))
    if _wanted(3, known, request):
        to = replace(
            request,
            destinations=tuple(map(_destination, doorsteps(seen, request.configuration))),
            leaders=leaders(seen),
        )
        seen = merged((seen, _wave(3, known, to, deadline)))
    return seen


def merged(parts: Sequence[Snapshot]) -> Snapshot:
    """The observations of several snapshots as one; it is as old as the oldest of them."""
    (first, *_) = parts
    return replace(
        first,
        taken_at=min(part.taken_at for part in parts),
        sources=tuple(run for part in parts for run in part.sources),
        nodes=_nodes(parts),
        properties=tuple(file for part in parts for file in part.properties),
        hosts=tuple(file for part in parts for file in part.hosts),
        dns=tuple(answer for part in parts for answer in part.dns),
        zookeepers=tuple(seen for part in parts for seen in part.zookeepers),
        connections=tuple(seen for part in parts for seen in part.connections),
        myids=tuple(file for part in parts for file in part.myids),
        runs=tuple(run for part in parts for run in part.runs),
        gaps=tuple(gap for part in parts for gap in part.gaps),
    )


def _nodes(parts: Sequence[Snapshot]) -> Sequence[NodeObservation]:
    """Those of the one part that has any stay as they are: they may be many, and packed."""
    several = [part.nodes for part in parts if part.nodes]
    return several[0] if len(several) == 1 else tuple(node for nodes in several for node in nodes)


def _wanted(number: int, known: Sequence[Source], request: Request) -> list[Source]:
    return [source for source in known if source.wave == number and source.wanted(request)]


def _destination(doorstep: Doorstep) -> Destination:
    return Destination(
        address=doorstep.address,
        port=doorstep.port,
        ids=doorstep.ids,
        ask=doorstep.ask,
        old=doorstep.old,
    )


def _wave(number: int, known: Sequence[Source], request: Request, deadline: Deadline) -> Snapshot:
    seen = [source.collect(request, deadline) for source in _wanted(number, known, request)]
    return merged(seen) if seen else Snapshot(taken_at=datetime.now(UTC), tool="driftcheck")
