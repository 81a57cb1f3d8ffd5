"""Asking the sources, in waves under one deadline: what stands by itself, what it names, where that leads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driftcheck.join.destinations import Doorstep, doorsteps, leaders
from driftcheck.join.questions import questions
from driftcheck.model.snapshot import NodeObservation, Snapshot
from driftcheck.sources.interface import Deadline, Destination, Request, Source
from driftcheck.sources.registry import sources

BESIDE = frozenset({"zookeeper"})
"""Sources that wait for servers more than they compute: they are asked while files are read and cookbooks
evaluated.
"""


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
    wanted = _wanted(number, known, request)
    alone = len(wanted) == 1
    begun = {
        source.name: _Asked(source, request, deadline)
        for source in wanted
        if source.name in BESIDE and not alone
    }
    read = {source.name: source.collect(request, deadline) for source in wanted if source.name not in begun}
    seen = [begun[each.name].seen() if each.name in begun else read[each.name] for each in wanted]
    return merged(seen) if seen else Snapshot(taken_at=datetime.now(UTC), tool="driftcheck")


class _Asked:
    """A source that is asked in a thread of its own, for which nothing waits if the run is broken off."""

    def __init__(self, source: Source, request: Request, deadline: Deadline) -> None:
        self._source = source
        self._request = request
        self._deadline = deadline
        self._outcome: queue.SimpleQueue[Snapshot | BaseException] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=source.name, daemon=True).start()

    def seen(self) -> Snapshot:
        """What it saw, once it is there. Raises what the source raised."""
        outcome = self._outcome.get()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _run(self) -> None:
        try:
            self._outcome.put(self._source.collect(self._request, self._deadline))
        except BaseException as error:
            self._outcome.put(error)
