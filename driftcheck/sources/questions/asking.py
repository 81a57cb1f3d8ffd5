"""All resolvers asked at the same time: many lookups under way, few datagrams in flight."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import partial

from driftcheck.sources.interface import Deadline, Progress
from driftcheck.sources.questions.datagrams import Datagrams
from driftcheck.sources.questions.lookups import Lookup, lookups
from driftcheck.sources.questions.loop import Loop
from driftcheck.sources.questions.messages import Failure, Reply
from driftcheck.sources.questions.question import Answer, Question
from driftcheck.sources.questions.resolvers import Resolver, Server
from driftcheck.sources.questions.sockets import trouble

WINDOW = 100
"""Young queries in flight for one resolver: more would overflow the receive buffer."""

YOUNG_SECONDS = 1.0
"""What has been in flight longer is lost or waits for servers elsewhere, and holds nobody up."""

MAX_UNDER_WAY = 5000
PROGRESS_EVERY = 500

Answers = Mapping[tuple[str, str], Answer]


def ask_resolvers(
    resolvers: Sequence[Resolver], questions: Sequence[Question], deadline: Deadline, progress: Progress
) -> tuple[Answers, ...]:
    """Each resolver's answers by name and type, in the order given."""
    loop = Loop()
    servers: dict[Server, Datagrams | Failure] = {}
    try:
        for resolver in resolvers:
            for server in resolver.servers:
                if server not in servers:
                    servers[server] = _open(server, loop, deadline)
        runs = [_Run(resolver, questions, servers, loop) for resolver in resolvers]
        told = 0
        while _start_more(runs):
            loop.step()
            done = sum(len(run.answers) for run in runs)
            if done - told >= PROGRESS_EVERY:
                told = done
                progress(f"{done:,} answers from {', '.join(run.name for run in runs)}")
        return tuple(run.answers for run in runs)
    finally:
        for opened in servers.values():
            if isinstance(opened, Datagrams):
                opened.close()
        loop.close()


def _open(server: Server, loop: Loop, deadline: Deadline) -> Datagrams | Failure:
    try:
        return Datagrams(server, loop, deadline)
    except OSError as error:
        return Failure(server=server, reason=f"{server} {trouble(error)}")


def _start_more(runs: Sequence[_Run]) -> bool:
    """Starts what there is room for; whether anything is under way."""
    for run in runs:
        run.start_more()
    return any(run.under_way for run in runs)


class _UnderWay:
    """A lookup that waits for an outcome; `young`: it counts against the window."""

    __slots__ = ("lookup", "young")

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.young = True


class _Run:
    """One resolver's lookups. `under_way`: how many wait for an outcome."""

    def __init__(
        self,
        resolver: Resolver,
        questions: Sequence[Question],
        servers: Mapping[Server, Datagrams | Failure],
        loop: Loop,
    ) -> None:
        self.name = resolver.vantage
        self.answers: dict[tuple[str, str], Answer] = {}
        self._servers = servers
        self._loop = loop
        self._young = 0
        self.under_way = 0
        # Names that stand together often fail together; mixed, they are not taken for a dead server.
        mixed = random.Random(0).sample(questions, len(questions))
        self._waiting = (lookup for question in mixed for lookup in lookups(question, resolver))

    def start_more(self) -> None:
        """Starts as many lookups as there is room for."""
        while self._young < WINDOW and self.under_way < MAX_UNDER_WAY:
            lookup = next(self._waiting, None)
            if lookup is None:
                return
            self._start(lookup)

    def _start(self, lookup: Lookup) -> None:
        started = _UnderWay(lookup)
        self._young += 1
        self.under_way += 1
        self._advance(started, None)
        self._loop.at(self._loop.now + YOUNG_SECONDS, partial(self._age, started))

    def _advance(self, started: _UnderWay, outcome: Reply | Failure | None) -> None:
        """Hands an outcome to the lookup and sends what it asks next."""
        asking = started.lookup.asking
        while True:
            try:
                query = next(asking) if outcome is None else asking.send(outcome)
            except StopIteration as end:
                self._finish(started, end.value)
                return
            server = self._servers[query.server]
            if isinstance(server, Failure):
                outcome = server
            elif (outcome := server.ask(query, partial(self._advance, started))) is None:
                return

    def _finish(self, started: _UnderWay, answers: tuple[Answer, ...]) -> None:
        self._age(started)
        self.under_way -= 1
        name = started.lookup.question.name
        for rrtype, answer in zip(started.lookup.rrtypes, answers, strict=True):
            self.answers[name, rrtype] = answer

    def _age(self, started: _UnderWay) -> None:
        if started.young:
            started.young = False
            self._young -= 1
