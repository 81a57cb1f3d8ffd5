"""`live` with a resolver that goes wrong: what it did is said, and no broker passes for want of an answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest

from tests.faults import resolvers as bad
from tests.faults.resolvers import Ask
from tests.faults.runs import Run, all_of, check_fault, check_healthy, live, wanted
from tests.faults.world import name_of
from tests.services.dns import Bind
from tests.services.process import free_port
from tests.services.zookeeper import ZooKeeperServer
from tests.sources.questions.servers import Serve, answering

pytestmark = pytest.mark.services

Resolver = Callable[[Ask], AbstractContextManager[str]]
"""From a way to ask the real BIND to a resolver's address."""

SILENT = "did not answer within 2 s"
STRANGE = f"{SILENT}, and what came from its port answers no question"
CUT = "cuts its answer off, and over TCP it"
MALFORMED = "sends a malformed answer"


def changed(change: Callable[[bytes], bytes], tcp: Callable[[Ask], Serve] | None = None) -> Resolver:
    """BIND's answers, each with this change."""
    return lambda ask: answering(bad.changes(ask, change), tcp=tcp(ask) if tcp else None)


def invented(records: bad.Records, rcode: str = "NOERROR") -> Resolver:
    return lambda ask: answering(bad.answers(records, rcode=rcode))


def nothing(name: str, rrtype: str) -> tuple[str, ...]:
    return ()


def serves(serve: Serve) -> Callable[[Ask], Serve]:
    return lambda ask: serve


FAULTS: Mapping[str, tuple[Resolver, str]] = {
    "nothing listens": (lambda ask: nullcontext(f"127.0.0.1:{free_port()}"), "refuses: nothing listens"),
    "it drops everything": (lambda ask: answering(bad.drops), SILENT),
    "it drops one name": (lambda ask: answering(bad.drops_about(ask, name_of(2))), SILENT),
    "it is too late": (lambda ask: answering(bad.delays(ask, 2.5)), SILENT),
    "cut off, TCP refused": (changed(bad.cut_off), f"{CUT} refuses: nothing listens on its port"),
    "cut off, TCP silent": (changed(bad.cut_off, serves(bad.silent)), f"{CUT} {SILENT}"),
    "cut off, TCP drips": (changed(bad.cut_off, serves(bad.drips)), f"{CUT} {SILENT}"),
    "cut off, TCP closes": (changed(bad.cut_off, serves(bad.closes)), f"{CUT} closes the connection"),
    "cut off, TCP of another id": (
        changed(bad.cut_off, lambda ask: bad.over_tcp(lambda query: bad.with_another_id(ask(query)))),
        f"{CUT} answers something else",
    ),
    "a loop of CNAMEs": (invented(bad.a_loop), "gives a loop of CNAMEs"),
    "a hundred CNAMEs at once": (invented(bad.a_chain), "gives a chain of more than 16 CNAMEs"),
    "CNAMEs without end": (invented(bad.an_endless_chain), "gives a chain of more than 16 CNAMEs"),
    "from another address": (lambda ask: bad.from_elsewhere(ask, "127.0.0.2"), SILENT),
    "from another port": (lambda ask: bad.from_elsewhere(ask, "127.0.0.1"), SILENT),
    "with another id": (changed(bad.with_another_id), STRANGE),
    "to another question": (changed(bad.to_another_question), STRANGE),
    "without the question": (changed(bad.without_question), STRANGE),
    "the query itself": (lambda ask: answering(lambda query: [query]), STRANGE),
    "empty datagrams": (changed(lambda reply: b""), STRANGE),
    "garbage": (changed(lambda reply: reply[:2] + os.urandom(300)), SILENT),
    "64 KB of zeros": (changed(lambda reply: reply[:12] + bytes(60_000)), STRANGE),
    "half an answer": (changed(bad.in_half), MALFORMED),
    "a name that points to itself": (changed(bad.with_record(pointer=bad.ITSELF)), MALFORMED),
    "a name that points outside": (changed(bad.with_record(pointer=0x3FFF)), MALFORMED),
    "a record of another class": (changed(bad.with_record(rrclass=bad.CHAOS)), MALFORMED),
    "REFUSED": (invented(nothing, "REFUSED"), "answers REFUSED"),
    "SERVFAIL": (invented(nothing, "SERVFAIL"), "answers SERVFAIL"),
    "NOTIMP": (invented(nothing, "NOTIMP"), "answers NOTIMP"),
    "FORMERR": (invented(nothing, "FORMERR"), "answers FORMERR"),
    "3,000 addresses": (lambda ask: answering(bad.thousands_of(3_000)), "the answer has 3000 values"),
    "names that steer": (invented(bad.that_steers), "gives a loop of CNAMEs"),
}

FINDINGS: Mapping[str, tuple[Resolver, str]] = {
    "NXDOMAIN": (invented(nothing, "NXDOMAIN"), "DNS001"),
    "no data": (invented(nothing), "DNS001"),
    "another name's address": (invented(bad.of_another_name), "DNS001"),
    "a record of another type": (invented(bad.of_another_type), "DNS001"),
    "the same address for all": (changed(bad.with_record()), "REG006"),
}
"""What an answer says is believed: it is what clients are told."""

HEALTHY: Mapping[str, Resolver] = {
    "BIND's own answers": changed(lambda reply: reply),
    "the first answer lost": lambda ask: answering(bad.drops_first(ask, 1)),
    "each answer a little late": lambda ask: answering(bad.delays(ask, 0.03)),
    "cut off, TCP works": changed(bad.cut_off, bad.over_tcp),
    "something after the answer": changed(lambda reply: reply + bytes(30_000)),
}

RESOLVERS: Mapping[str, Resolver] = {
    **{what: resolver for what, (resolver, _) in {**FAULTS, **FINDINGS}.items()},
    **HEALTHY,
}


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, zookeeper_server: ZooKeeperServer, healthy: str, names: Bind
) -> Mapping[str, Run]:
    """How `live` ended with each of the resolvers that this run of the tests selected."""

    def asking(resolver: Resolver) -> Run:
        with resolver(bad.asking(names.resolver)) as address:
            return live(zookeeper_server.address + healthy, "--resolver", address, "--no-connect")

    return all_of({what: partial(asking, RESOLVERS[what]) for what in wanted(request)})


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_said_in_time_and_never_green(what: str, runs: Mapping[str, Run]) -> None:
    _, said = FAULTS[what]
    check_fault(runs[what], said)
    assert "DNS001" in runs[what].not_checked
    assert [c for c in runs[what].stdout if not (c == "\n" or c.isprintable())] == []


@pytest.mark.parametrize("what", FINDINGS)
def test_an_answer_is_believed(what: str, runs: Mapping[str, Run]) -> None:
    _, rule = FINDINGS[what]
    check_fault(runs[what], "", finding=rule)


@pytest.mark.parametrize("what", HEALTHY)
def test_what_clients_would_not_notice_is_no_fault(what: str, runs: Mapping[str, Run]) -> None:
    check_healthy(runs[what])


def test_a_silent_resolver_beside_one_that_answers_stays_open(
    zookeeper_server: ZooKeeperServer, healthy: str, names: Bind
) -> None:
    with answering(bad.drops) as silent:
        resolvers = ("--resolver", names.resolver, "--resolver", silent)
        check_fault(
            live(zookeeper_server.address + healthy, *resolvers, "--no-connect"), f"{silent} {SILENT}"
        )
