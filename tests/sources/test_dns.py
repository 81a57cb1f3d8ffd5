"""DNS as a source: real servers, this machine's own resolver, and everything at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, Unknown, UnknownKind
from driftcheck.sources.dns import SOURCE, DnsSource
from driftcheck.sources.files.folder import FolderTree
from driftcheck.sources.interface import Deadline, Request
from driftcheck.sources.questions import question as questions
from driftcheck.sources.questions.resolvers import SystemFiles
from driftcheck.sources.registry import sources
from tests.services.dns import Bind, running_bind, zone_text
from tests.sources.questions.servers import (
    address_of,
    answering,
    by_name,
    collect,
    evidence,
    reason,
    response,
    values,
)

services = pytest.mark.services


def test_it_is_a_source_of_the_second_wave() -> None:
    assert SOURCE in sources()
    assert (SOURCE.name, SOURCE.wave) == ("dns", 2)


def test_it_is_wanted_where_resolvers_or_zone_files_are_given() -> None:
    nothing = Request(configuration=Configuration(), hosts=frozenset({"kafka1.example.com"}))
    assert not SOURCE.wanted(nothing)
    assert SOURCE.wanted(replace(nothing, resolvers=("10.0.0.2",)))
    assert SOURCE.wanted(replace(nothing, zones=("a.zone",)))


@services
def test_addresses_are_read_with_their_server(dns_server: Bind) -> None:
    snapshot = collect(dns_server.resolver, hosts=["kafka1.example.com", "KAFKA2.example.com."])
    first, second = by_name(snapshot).values()
    assert (first.name, values(first), first.ttl) == ("kafka1.example.com", ["10.0.0.1"], 300)
    assert (second.name, values(second), second.ttl) == ("kafka2.example.com", ["10.0.0.2"], 60)
    assert isinstance(first.values, Known)
    assert str(first.values.location) == dns_server.resolver
    assert values(by_name(snapshot, "AAAA")["kafka2.example.com"]) == ["2001:db8::2"]
    assert isinstance(first.observed_at, Known)
    assert first.observed_at.value == snapshot.taken_at
    assert (first.offline, first.partial) == (False, False)
    (run,) = snapshot.sources
    assert (run.source, run.asked) == ("dns", dns_server.resolver)


@services
def test_underscores_and_wildcards_are_names_like_others(dns_server: Bind) -> None:
    hosts = ["kafka_3.example.com", "any.wild.example.com"]
    found = by_name(collect(dns_server.resolver, hosts=hosts))
    assert [values(found[host]) for host in hosts] == [["10.0.0.3"], ["10.0.0.4"]]


@services
def test_what_is_not_there_is_absent_and_says_how_that_is_known(dns_server: Bind) -> None:
    hosts = ["nowhere.example.com", "empty.example.com"]
    snapshot = collect(dns_server.resolver, hosts=[*hosts, "kafka1.example.com"])
    server = dns_server.resolver
    found = by_name(snapshot)
    assert evidence(found[hosts[0]]) == f"NXDOMAIN: {server} knows no name nowhere.example.com"
    assert evidence(found[hosts[1]]) == f"no data: {server} has no A record for empty.example.com"
    assert evidence(by_name(snapshot, "AAAA")["kafka1.example.com"]).startswith("no data")
    assert snapshot.gaps == ()


@services
def test_aliases_are_followed_and_kept(dns_server: Bind) -> None:
    hosts = ["www.example.com", "outside.example.com", "lost.example.com"]
    found = by_name(collect(dns_server.resolver, hosts=hosts))
    www, outside, lost = (found[host] for host in hosts)
    assert (values(www), www.chain, www.ttl) == (
        ["10.0.0.2"],
        ("alias1.example.com", "kafka2.example.com"),
        30,
    )
    assert (values(outside), outside.chain) == (["10.9.0.1"], ("kafka1.other.example",))
    assert reason(lost).endswith("answers REFUSED for kafka1.nowhere.example, the alias's target")


@services
def test_an_answer_larger_than_a_datagram_is_whole(dns_server: Bind) -> None:
    assert (
        len(values(by_name(collect(dns_server.resolver, hosts=["big.example.com"]))["big.example.com"])) == 95
    )


@services
@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("kafka1.broken.example", "answers SERVFAIL"),
        ("loop1.example.com", "answers SERVFAIL"),
        ("kafka1.refused.example", "answers REFUSED"),
        ("kafka1.elsewhere.test", "answers REFUSED"),
        ("kafka1.child.example.com", "refers to other name servers: it does not resolve this name itself"),
    ],
)
def test_what_the_server_does_not_say_is_unknown(dns_server: Bind, host: str, why: str) -> None:
    seen = by_name(collect(dns_server.resolver, hosts=[host]))[host]
    assert reason(seen) == f"{dns_server.resolver} {why}"
    assert isinstance(seen.values, Unknown)
    assert seen.values.kind is UnknownKind.FAULT


@services
def test_addresses_have_names(dns_server: Bind) -> None:
    snapshot = collect(dns_server.resolver, addresses=["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:DB8:0::2"])
    found = by_name(snapshot, "PTR")
    assert list(found) == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::2"]
    assert values(found["10.0.0.1"]) == ["kafka1.example.com"]
    assert values(found["10.0.0.2"]) == ["kafka2.example.com", "other.example.com"]
    assert evidence(found["10.0.0.3"]).startswith("NXDOMAIN")
    assert values(found["2001:db8::2"]) == ["kafka2.example.com"]


@services
def test_two_vantages_may_differ(dns_server: Bind, dns_elsewhere: Bind) -> None:
    snapshot = collect(dns_server.resolver, dns_elsewhere.resolver, hosts=["split.example.com"])
    addresses = {seen.vantage: values(seen) for seen in snapshot.dns if seen.rrtype == "A"}
    assert addresses == {
        dns_server.resolver: ["10.0.0.9"],
        dns_elsewhere.resolver: ["203.0.113.9"],
    }


@services
def test_a_zone_that_is_repaired_meanwhile_is_seen_so(tmp_path: Path) -> None:
    with running_bind(tmp_path / "bind", {"example.com": zone_text("kafka7 A 10.0.0.70")}) as server:
        before = by_name(collect(server.resolver, hosts=["kafka7.example.com"]))
        server.load("example.com", zone_text("kafka7 A 10.0.0.7"))
        after = by_name(collect(server.resolver, hosts=["kafka7.example.com"]))
    assert values(before["kafka7.example.com"]) == ["10.0.0.70"]
    assert values(after["kafka7.example.com"]) == ["10.0.0.7"]


@services
def test_one_server_that_is_down_takes_nothing_from_the_others(dns_server: Bind) -> None:
    with answering(lambda query: ()) as silent:
        snapshot = collect(
            dns_server.resolver, silent, hosts=["kafka1.example.com", "kafka2.example.com"], per_operation=3
        )
    found = {(seen.vantage, seen.name): seen for seen in snapshot.dns if seen.rrtype == "A"}
    assert values(found[dns_server.resolver, "kafka1.example.com"]) == ["10.0.0.1"]
    assert values(found[dns_server.resolver, "kafka2.example.com"]) == ["10.0.0.2"]
    (gap,) = snapshot.gaps
    assert gap.reason == f"{silent} did not answer within 3 s"
    assert gap.hides == "all of its answers"


@services
def test_a_run_saved_comes_back_the_same(dns_server: Bind) -> None:
    snapshot = collect(
        dns_server.resolver, hosts=["www.example.com", "nowhere.example.com", "a..b"], addresses=["10.0.0.1"]
    )
    assert snapshot_from_json(snapshot_to_json(snapshot), name="saved") == snapshot


def test_observations_are_sorted_and_there_is_one_for_each_question() -> None:
    with answering(lambda query: [address_of(query)]) as first, answering(lambda query: ()) as second:
        snapshot = collect(
            first, second, hosts=["b.example", "a.example"], addresses=["10.0.0.2"], per_operation=0.3
        )
    keys = [(seen.vantage, seen.name, seen.rrtype) for seen in snapshot.dns]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == 2 * (2 * 2 + 1)
    assert [run.asked for run in snapshot.sources] == sorted([first, second])


def test_a_host_that_is_an_address_is_not_asked() -> None:
    with answering(lambda query: [address_of(query)]) as server:
        snapshot = collect(server, hosts=["10.0.0.1", "2001:db8::1", "[::1]", "a.example"])
    assert {seen.name for seen in snapshot.dns} == {"a.example"}


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("kafka..example", "kafka..example is no name that DNS can have: it has an empty label"),
        ("x" * 64, f"{'x' * 64} is no name that DNS can have: it has a label of more than 63 bytes"),
        ("a\x1b[31m", "a\\x1b[31m is no name that DNS can have: it holds control characters"),
        ("", " is no name that DNS can have: it has an empty label"),
    ],
)
def test_what_is_no_name_is_not_asked_anywhere(host: str, why: str) -> None:
    asked: list[bytes] = []

    def remember(query: bytes) -> Iterable[bytes]:
        asked.append(query)
        return ()

    with answering(remember) as server:
        snapshot = collect(server, hosts=[host])
    assert [evidence(seen) for seen in snapshot.dns] == [why, why]
    assert asked == []
    assert snapshot.gaps == ()


@pytest.mark.parametrize("address", ["kafka1", "fe80::1%eth0"])
def test_what_is_no_address_has_no_name(address: str) -> None:
    with answering(lambda query: ()) as server:
        snapshot = collect(server, addresses=[address])
    assert reason(snapshot.dns[0]).startswith(address)


def test_a_text_that_is_no_resolver_is_a_gap_and_nothing_is_absent_for_it() -> None:
    snapshot = collect("dns.example.com", hosts=["a.example"])
    (gap,) = snapshot.gaps
    assert gap.reason == "dns.example.com is no address of a resolver: IP, IP:port, [IPv6]:port"
    assert {reason(seen) for seen in snapshot.dns} == {gap.reason}


def test_one_server_in_two_spellings_is_one_vantage() -> None:
    snapshot = collect("192.0.2.1:53", "192.0.2.1", seconds=0, hosts=["a.example"])
    assert {seen.vantage for seen in snapshot.dns} == {"192.0.2.1"}
    assert len(snapshot.sources) == 1


def test_more_questions_than_are_asked_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driftcheck.sources.dns.MAX_QUESTIONS", 3)
    with answering(lambda query: [address_of(query)]) as server:
        snapshot = collect(server, hosts=[f"h{number}.example" for number in range(5)])
    assert len(snapshot.dns) == 6
    (gap,) = snapshot.gaps
    assert gap.reason == "5 names and addresses are more than the 3 that are asked about"
    assert gap.hides == "what 2 of them resolve to"
    assert questions.MAX_QUESTIONS == 200_000


def test_progress_is_told() -> None:
    told: list[str] = []
    with answering(lambda query: [address_of(query)]) as server:
        request = Request(
            configuration=Configuration(),
            resolvers=(server,),
            hosts=frozenset(f"h{number}.example" for number in range(400)),
            progress=told.append,
        )
        SOURCE.collect(request, Deadline.after(20, per_operation=5))
    assert told[0] == f"asking {server} about 400 names and addresses"
    assert any("answers from" in line for line in told)


def system(folder: Path, server: str, *, search: str = "", hosts: str | None = "") -> DnsSource:
    """A machine whose resolv.conf names this server."""
    address, _, port = server.partition(":")
    (folder / "resolv.conf").write_text(f"nameserver {address}\n" + (f"search {search}\n" if search else ""))
    if hosts is not None:
        (folder / "hosts").write_text(hosts)
    files = SystemFiles(
        resolv_conf=folder / "resolv.conf", hosts=folder / "hosts", hostname="here", port=int(port)
    )
    return DnsSource(files)


@services
def test_the_system_finds_short_names_by_its_search_list(dns_server: Bind, tmp_path: Path) -> None:
    source = system(tmp_path, dns_server.resolver, search="other.example example.com")
    snapshot = collect("system", hosts=["kafka1", "kafka2", "nowhere"], addresses=["10.0.0.1"], source=source)
    found = {seen.name: seen for seen in snapshot.dns if (seen.vantage, seen.rrtype) == ("system", "A")}
    assert values(found["kafka1"]) == ["10.9.0.1"]
    assert values(found["kafka2"]) == ["10.0.0.2"]
    assert isinstance(found["kafka2"].values, Known)
    assert str(found["kafka2"].values.location) == f"{dns_server.resolver} (kafka2.example.com)"
    assert reason(found["nowhere"]).endswith("answers REFUSED")
    assert values(by_name(snapshot, "PTR")["10.0.0.1"]) == ["kafka1.example.com"]
    assert [run.asked for run in snapshot.sources] == ["hosts file", "system"]


def test_beside_the_system_its_hosts_file_is_a_partial_vantage(tmp_path: Path) -> None:
    hosts = "127.0.0.1 localhost\n10.0.0.7 Kafka7.example.com kafka7\n::7 kafka7\n10.0.0.70 kafka7\n"
    with answering(lambda query: [response(query, rcode="NXDOMAIN")]) as server:
        snapshot = collect(
            "system",
            hosts=["kafka7", "KAFKA7.example.com", "kafka8"],
            addresses=["10.0.0.7", "10.0.0.8"],
            source=system(tmp_path, server, hosts=hosts),
        )
    own = [seen for seen in snapshot.dns if seen.vantage == "hosts file"]
    assert [(seen.name, seen.rrtype, values(seen)) for seen in own] == [
        ("10.0.0.7", "PTR", ["kafka7.example.com"]),
        ("kafka7", "A", ["10.0.0.7", "10.0.0.70"]),
        ("kafka7", "AAAA", ["::7"]),
        ("kafka7.example.com", "A", ["10.0.0.7"]),
    ]
    assert all(seen.partial for seen in own)
    assert isinstance(own[1].values, Known)
    assert str(own[1].values.location) == f"{tmp_path / 'hosts'}:2"
    asked = {(seen.name, seen.rrtype) for seen in snapshot.dns if seen.vantage == "system"}
    assert len(asked) == 8


def test_a_missing_hosts_file_is_an_empty_one_and_an_unreadable_one_a_gap(tmp_path: Path) -> None:
    with answering(lambda query: [address_of(query)]) as server:
        source = system(tmp_path, server, hosts=None)
        assert collect("system", hosts=["a.example"], source=source).gaps == ()
        (tmp_path / "hosts").mkdir()
        (gap,) = collect("system", hosts=["a.example"], source=source).gaps
    assert gap.reason == "the hosts file cannot be read: is a directory"


def test_of_several_servers_of_the_system_the_first_that_answers_counts(tmp_path: Path) -> None:
    with answering(lambda query: [address_of(query)]) as server:
        port = int(server.partition(":")[2])
        (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.77\nnameserver 127.0.0.1\n")
        files = SystemFiles(resolv_conf=tmp_path / "resolv.conf", hosts=tmp_path / "hosts", port=port)
        hosts = [f"kafka{number}.example.com" for number in range(200)]
        snapshot = collect("system", hosts=hosts, source=DnsSource(files), per_operation=30)
    assert {tuple(values(seen)) for seen in by_name(snapshot).values()} == {("10.0.0.1",)}


@services
def test_zone_files_and_servers_are_vantages_side_by_side(dns_server: Bind, tmp_path: Path) -> None:
    (tmp_path / "example.com.zone").write_text(zone_text("kafka1 A 10.0.0.111"))
    request = Request(
        configuration=Configuration(),
        configuration_tree=FolderTree(tmp_path),
        resolvers=(dns_server.resolver,),
        zones=("example.com.zone",),
        hosts=frozenset({"kafka1.example.com"}),
    )
    snapshot = SOURCE.collect(request, Deadline.after(10, per_operation=5))
    found = {seen.vantage: values(seen) for seen in snapshot.dns if seen.rrtype == "A"}
    assert found == {dns_server.resolver: ["10.0.0.1"], "example.com.zone": ["10.0.0.111"]}


_OFFLINE = """
import sys
from driftcheck.model.configuration import Configuration
from driftcheck.sources.dns import SOURCE
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
zone = "$ORIGIN example.com.\\n@ 5 SOA a b 1 2 3 4 5\\na 5 A 10.0.0.1\\n"
request = Request(
    configuration=Configuration(),
    configuration_tree=MemoryTree({"zone": zone}),
    zones=("zone",),
    hosts=frozenset({"a.example.com"}),
)
(answer, _) = SOURCE.collect(request, Deadline.after(5, per_operation=5)).dns
assert answer.values.value == ("10.0.0.1",)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"dns", "socket", "asyncio", "selectors"}))
"""


def test_offline_neither_dnspython_nor_sockets_are_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _OFFLINE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
