"""From replies to answers: CNAME chains, servers in turn, the search list; no sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.domain_names import DomainName, domain_text, host_domain
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.sources.questions.lookups import lookups
from driftcheck.sources.questions.messages import Failure, Query, Reply
from driftcheck.sources.questions.question import Answer, questions_about
from driftcheck.sources.questions.resolvers import (
    Resolver,
    Server,
    SystemFiles,
    parse_resolv_conf,
    system_resolver,
)
from driftcheck.sources.questions.trail import MAX_CHAIN

FIRST, SECOND = Server(host="10.0.0.2"), Server(host="10.0.0.3", port=5353)

Said = Reply | Failure
Answering = Callable[[Query], Said]


def ask(resolver: Resolver, name: str, answer: Answering) -> dict[str, Answer]:
    """The answers by type."""
    (question,) = questions_about([name], [])
    found: dict[str, Answer] = {}
    for lookup in lookups(question, resolver):
        said: Said | None = None
        while True:
            try:
                query = next(lookup.asking) if said is None else lookup.asking.send(said)
            except StopIteration as end:
                found |= dict(zip(lookup.rrtypes, end.value, strict=True))
                break
            said = answer(query)
    return found


def reply(
    query: Query,
    *,
    rcode: str = "NOERROR",
    addresses: Mapping[str, tuple[int, list[str]]] | None = None,
    aliases: Mapping[str, tuple[int, str]] | None = None,
    referral: bool = False,
) -> Reply:
    return Reply(
        server=query.server,
        rcode=rcode,
        referral=referral,
        values={host_domain(name): found for name, found in (addresses or {}).items()},
        aliases={host_domain(name): (ttl, host_domain(to)) for name, (ttl, to) in (aliases or {}).items()},
    )


def resolver(*servers: Server, search: str = "", ndots: int = 1) -> Resolver:
    names = tuple(map(host_domain, search.split()))
    return Resolver(vantage="system", servers=servers or (FIRST,), search=names, ndots=ndots)


def addresses(**known: str) -> Answering:
    """A server that knows the addresses of some names, with `_` for dots."""
    zone = {host_domain(name.replace("_", ".")): address for name, address in known.items()}

    def answer(query: Query) -> Said:
        text = domain_text(query.name)
        if query.name not in zone:
            return reply(query, rcode="NXDOMAIN")
        return reply(query, addresses={text: (300, [zone[query.name]])} if query.rrtype == "A" else {})

    return answer


def test_a_chain_in_one_reply_is_kept_in_order_with_its_smallest_ttl() -> None:
    def answer(query: Query) -> Said:
        return reply(
            query,
            addresses={"c.example": (300, ["10.0.0.2", "10.0.0.1"])},
            aliases={"a.example": (60, "b.example"), "b.example": (200, "c.example")},
        )

    found = ask(resolver(), "a.example", answer)["A"]
    assert isinstance(found.values, Known)
    assert found.values.value == ("10.0.0.1", "10.0.0.2")
    assert found.chain == ("b.example", "c.example")
    assert found.ttl == 60


def test_an_answer_that_ends_in_an_alias_is_asked_on() -> None:
    asked: list[str] = []

    def answer(query: Query) -> Said:
        name = domain_text(query.name)
        if query.rrtype == "A":
            asked.append(name)
        if name == "a.example":
            return reply(query, aliases={"a.example": (10, "b.example")})
        return reply(query, addresses={"b.example": (300, ["10.0.0.1"])})

    found = ask(resolver(), "a.example", answer)["A"]
    assert asked == ["a.example", "b.example"]
    assert (found.chain, found.ttl) == (("b.example",), 10)


def test_where_an_alias_leads_nowhere_that_is_said_of_its_target() -> None:
    def answer(query: Query) -> Said:
        if domain_text(query.name) == "a.example":
            return reply(query, aliases={"a.example": (10, "b.example")})
        return reply(query, rcode="NXDOMAIN" if query.rrtype == "A" else "SERVFAIL")

    found = ask(resolver(), "a.example", answer)
    assert isinstance(found["A"].values, Absent)
    assert found["A"].values.evidence == "NXDOMAIN: 10.0.0.2 knows no name b.example"
    assert found["A"].chain == ("b.example",)
    assert isinstance(found["AAAA"].values, Unknown)
    assert found["AAAA"].values.reason == "10.0.0.2 answers SERVFAIL for b.example, the alias's target"


@pytest.mark.parametrize("whole", [True, False], ids=["in one reply", "reply by reply"])
def test_a_loop_of_aliases_is_a_fault(whole: bool) -> None:
    loop = {"a.example": (10, "b.example"), "b.example": (10, "c.example"), "c.example": (10, "b.example")}

    def answer(query: Query) -> Said:
        name = domain_text(query.name)
        return reply(query, aliases=loop if whole else {name: loop[name]})

    found = ask(resolver(), "a.example", answer)["A"]
    assert isinstance(found.values, Unknown)
    assert found.values.kind is UnknownKind.FAULT
    assert found.values.reason == "10.0.0.2 gives a loop of CNAMEs"
    assert found.chain == ("b.example", "c.example", "b.example")


@pytest.mark.parametrize("length", [MAX_CHAIN, MAX_CHAIN + 1])
def test_a_chain_is_followed_so_far_and_no_further(length: int) -> None:
    def answer(query: Query) -> Said:
        number = int(domain_text(query.name)[1:])
        name = f"n{number}"
        if number == length:
            return reply(query, addresses={name: (300, ["10.0.0.1"])})
        return reply(query, aliases={name: (300, f"n{number + 1}")})

    found = ask(resolver(), "n0", answer)["A"]
    assert isinstance(found.values, Known) == (length == MAX_CHAIN)
    assert len(found.chain) == MAX_CHAIN


def test_servers_are_asked_in_turn_until_one_answers() -> None:
    def answer(query: Query) -> Said:
        if query.server == FIRST:
            return reply(query, rcode="REFUSED")
        return addresses(a_example="10.0.0.1")(query)

    found = ask(resolver(FIRST, SECOND), "a.example", answer)["A"]
    assert isinstance(found.values, Known)
    assert found.values.location is not None
    assert found.values.location.name == "10.0.0.3:5353"


def test_if_no_server_answers_each_is_named_with_its_reason() -> None:
    def answer(query: Query) -> Said:
        if query.server == FIRST:
            return Failure(server=FIRST, reason="10.0.0.2 did not answer within 5 s")
        return reply(query, referral=True)

    found = ask(resolver(FIRST, SECOND), "a.example", answer)["A"]
    assert isinstance(found.values, Unknown)
    assert found.values.reason == (
        "10.0.0.2 did not answer within 5 s; "
        "10.0.0.3:5353 refers to other name servers: it does not resolve this name itself"
    )


def test_nxdomain_of_the_first_server_is_an_answer() -> None:
    def answer(query: Query) -> Said:
        assert query.server == FIRST
        return reply(query, rcode="NXDOMAIN")

    assert isinstance(ask(resolver(FIRST, SECOND), "a.example", answer)["A"].values, Absent)


def asked_names(name: str, answer: Answering, *, search: str, ndots: int = 1) -> list[str]:
    asked: list[str] = []

    def remember(query: Query) -> Said:
        if domain_text(query.name) not in asked:
            asked.append(domain_text(query.name))
        return answer(query)

    ask(resolver(search=search, ndots=ndots), name, remember)
    return asked


def test_a_short_name_is_looked_for_below_the_search_domains_first() -> None:
    nowhere = addresses()
    assert asked_names("kafka7", nowhere, search="a.example b.example") == [
        "kafka7.a.example",
        "kafka7.b.example",
        "kafka7",
    ]


def test_a_name_with_dots_is_asked_as_it_is_first() -> None:
    nowhere = addresses()
    assert asked_names("kafka7.prod", nowhere, search="a.example") == ["kafka7.prod", "kafka7.prod.a.example"]
    assert asked_names("kafka7.prod", nowhere, search="a.example", ndots=2) == [
        "kafka7.prod.a.example",
        "kafka7.prod",
    ]


def test_the_search_ends_with_the_first_name_that_is_there() -> None:
    answer = addresses(kafka7_b_example="10.0.0.7")
    found = ask(resolver(search="a.example b.example c.example"), "kafka7", answer)
    assert isinstance(found["A"].values, Known)
    assert found["A"].values.location is not None
    assert str(found["A"].values.location) == "10.0.0.2 (kafka7.b.example)"
    assert isinstance(found["AAAA"].values, Absent)
    assert found["A"].chain == ()


def test_an_address_of_one_family_decides_for_the_other() -> None:
    def answer(query: Query) -> Said:
        name = domain_text(query.name)
        if (name, query.rrtype) in (("kafka7.a.example", "A"), ("kafka7.b.example", "AAAA")):
            return reply(query, addresses={name: (300, ["10.0.0.1" if query.rrtype == "A" else "::1"])})
        return reply(query)

    found = ask(resolver(search="a.example b.example"), "kafka7", answer)
    assert isinstance(found["A"].values, Known)
    assert isinstance(found["AAAA"].values, Absent)


def test_a_name_that_is_nowhere_says_what_was_tried() -> None:
    found = ask(resolver(search="a.example"), "kafka7", addresses())["A"]
    assert isinstance(found.values, Absent)
    assert found.values.evidence == (
        "NXDOMAIN: 10.0.0.2 knows no name kafka7.a.example; the search list makes it kafka7.a.example, kafka7"
    )


def test_servfail_below_one_search_domain_does_not_end_the_search() -> None:
    def answer(query: Query) -> Said:
        if domain_text(query.name) == "kafka7.a.example":
            return reply(query, rcode="SERVFAIL")
        return addresses(kafka7_b_example="10.0.0.7")(query)

    assert isinstance(ask(resolver(search="a.example b.example"), "kafka7", answer)["A"].values, Known)
    lost = ask(resolver(search="a.example c.example"), "kafka7", answer)["A"].values
    assert isinstance(lost, Unknown)
    assert lost.reason == "10.0.0.2 answers SERVFAIL"


def test_silence_ends_the_search() -> None:
    def answer(query: Query) -> Said:
        assert domain_text(query.name) == "kafka7.a.example"
        return Failure(server=FIRST, reason="10.0.0.2 did not answer within 5 s")

    assert isinstance(ask(resolver(search="a.example b.example"), "kafka7", answer)["A"].values, Unknown)


def test_addresses_are_never_searched_for() -> None:
    (question,) = questions_about([], ["10.0.0.1"])
    (lookup,) = lookups(question, replace(resolver(search="a.example"), ndots=9))
    assert domain_text(next(lookup.asking).name) == "1.0.0.10.in-addr.arpa"


def test_a_name_that_dns_cannot_have_is_not_asked_for() -> None:
    (question,) = questions_about(["kafka..example"], [])
    assert list(lookups(question, resolver())) == []


labels = st.sampled_from([b"a", b"b", b"c", b"d" * 63])
domains = st.lists(labels, min_size=1, max_size=3).map(tuple)
said = st.builds(
    lambda rcode, values, aliases, referral: (
        lambda query: Reply(
            server=query.server, rcode=rcode, values=values, aliases=aliases, referral=referral
        )
    ),
    st.sampled_from(["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "BADVERS"]),
    st.dictionaries(
        domains, st.tuples(st.integers(0, 9), st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2"]), max_size=2))
    ),
    st.dictionaries(domains, st.tuples(st.integers(0, 9), domains)),
    st.booleans(),
) | st.just(lambda query: Failure(server=query.server, reason="silence"))


@given(st.lists(said, min_size=1, max_size=6), domains)
def test_whatever_servers_say_ends_in_an_answer(replies: list[Answering], name: DomainName) -> None:
    def turns() -> Iterator[Answering]:
        while True:
            yield from replies

    turn = turns()
    found = ask(resolver(FIRST, SECOND, search="a b"), domain_text(name), lambda query: next(turn)(query))
    assert set(found) == {"A", "AAAA"}
    for answer in found.values():
        assert isinstance(answer.values, Known | Unknown | Absent)
        assert len(answer.chain) <= MAX_CHAIN


def test_resolv_conf_is_read_as_the_c_library_reads_it() -> None:
    found = parse_resolv_conf(
        "# nameserver 10.9.9.9\n"
        "nameserver 10.0.0.2 # the first\n"
        "nameserver no-address\n"
        "nameserver 2001:DB8::2\n"
        "nameserver 10.0.0.3\nnameserver 10.0.0.4\n"
        "domain old.example\n"
        "search a.example b.example.\n"
        "options timeout:1 ndots:3 rotate\n",
        hostname="kafka7.host.example",
    )
    assert [str(server) for server in found.servers] == ["10.0.0.2", "2001:db8::2", "10.0.0.3"]
    assert [domain_text(name) for name in found.search] == ["a.example", "b.example"]
    assert found.ndots == 3


def test_of_search_and_domain_the_last_line_counts() -> None:
    found = parse_resolv_conf("search a.example\ndomain b.example\n", hostname="h")
    assert [domain_text(name) for name in found.search] == ["b.example"]


def test_without_lines_the_host_itself_is_asked_with_its_own_domain() -> None:
    found = parse_resolv_conf("", hostname="kafka7.prod.example.com")
    assert [str(server) for server in found.servers] == ["127.0.0.1"]
    assert [domain_text(name) for name in found.search] == ["prod.example.com"]
    assert parse_resolv_conf("", hostname="kafka7").search == ()


def test_a_missing_file_means_the_host_itself(tmp_path: Path) -> None:
    found = system_resolver(SystemFiles(resolv_conf=tmp_path / "nowhere", hostname="h"))
    assert [str(server) for server in found.servers] == ["127.0.0.1"]


@given(st.text(max_size=200))
def test_every_text_is_a_resolv_conf(text: str) -> None:
    assert parse_resolv_conf(text, hostname="h").servers
