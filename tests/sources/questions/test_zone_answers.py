"""What zone files answer offline: the same as the server that serves them, or why it cannot be said."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import DnsObservation, Snapshot
from driftcheck.sources.dns import DnsSource
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from tests.services.dns import running_bind, zone_text
from tests.sources.questions.servers import by_name, evidence, reason, values
from tests.sources.questions.servers import collect as ask

CHECKED_OUT = datetime(2026, 3, 1, tzinfo=UTC)
PROD = "dns/prod.example.com.zone"


def collect(
    files: Mapping[str, str | bytes | Unknown],
    zones: Iterable[str] | None = None,
    *,
    hosts: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> Snapshot:
    """What the zone files say; all files are zone files unless `zones` names them."""
    request = Request(
        configuration=Configuration(),
        configuration_tree=MemoryTree(files, modified=CHECKED_OUT),
        zones=tuple(files if zones is None else zones),
        hosts=frozenset(hosts),
        addresses=frozenset(addresses),
    )
    return DnsSource().collect(request, Deadline.after(30, per_operation=5))


def look_up(name: str, *records: str, rrtype: str = "A") -> DnsObservation:
    """One host's observation in the zone prod.example.com with these records."""
    return by_name(collect({PROD: zone_text(*records)}, hosts=[name]), rrtype)[name]


def missing_input(observation: DnsObservation) -> str:
    assert isinstance(observation.values, Unknown), observation.values
    assert observation.values.kind is UnknownKind.MISSING_INPUT
    return observation.values.reason


def test_an_answer_has_its_file_its_line_and_the_files_time() -> None:
    seen = look_up("kafka1.prod.example.com", "kafka1 60 A 10.0.0.2", "kafka1 A 10.0.0.1")
    assert values(seen) == ["10.0.0.1", "10.0.0.2"]
    assert seen.ttl == 60
    assert (seen.vantage, seen.offline, seen.partial) == (PROD, True, False)
    assert isinstance(seen.values, Known)
    assert str(seen.values.location) == f"{PROD}:5"
    assert isinstance(seen.observed_at, Known)
    assert seen.observed_at.value == CHECKED_OUT


def test_a_name_that_the_zone_does_not_have_is_absent() -> None:
    seen = look_up("kafka2.prod.example.com", "kafka1 A 10.0.0.1")
    assert evidence(seen) == f"NXDOMAIN: the zone file {PROD} has no name kafka2.prod.example.com"


def test_a_name_without_the_type_is_absent_with_its_line() -> None:
    seen = look_up("kafka1.prod.example.com", "kafka1 A 10.0.0.1", rrtype="AAAA")
    assert evidence(seen) == f"no data: the zone file {PROD} has no AAAA record for kafka1.prod.example.com"
    assert isinstance(seen.values, Absent)
    assert str(seen.values.location) == f"{PROD}:5"


def test_a_name_outside_of_all_zones_is_unknown() -> None:
    snapshot = collect({PROD: zone_text()}, hosts=["kafka1.example.com", "kafka1"], addresses=["10.0.0.1"])
    assert missing_input(by_name(snapshot)["kafka1.example.com"]) == "no zone file holds kafka1.example.com"
    assert missing_input(by_name(snapshot)["kafka1"]) == "no zone file holds kafka1"
    assert missing_input(by_name(snapshot, "PTR")["10.0.0.1"]) == "no zone file holds 1.0.0.10.in-addr.arpa"
    assert isinstance(snapshot.dns[0].observed_at, Absent)
    assert snapshot.gaps == ()


def test_reverse_zones_answer_for_their_addresses() -> None:
    reverse = "$ORIGIN 0.0.10.in-addr.arpa.\n" + zone_text("1 PTR Kafka1.example.com.")
    found = by_name(collect({"db.10": reverse}, addresses=["10.0.0.1", "10.0.0.2", "10.0.1.1"]), "PTR")
    assert values(found["10.0.0.1"]) == ["kafka1.example.com"]
    assert evidence(found["10.0.0.2"]).startswith("NXDOMAIN")
    missing_input(found["10.0.1.1"])


def test_what_is_delegated_is_unknown_unless_its_zone_is_given() -> None:
    parent = zone_text("child NS ns.child", "ns.child A 10.0.0.9", "child A 10.0.0.8")
    names = ["child.prod.example.com", "ns.child.prod.example.com", "nope.child.prod.example.com"]
    found = by_name(collect({PROD: parent}, hosts=names))
    assert {missing_input(found[name]) for name in names} == {
        f"{PROD} leaves {name} to other name servers (ns.child.prod.example.com)" for name in names
    }
    child = "$ORIGIN child.prod.example.com.\n" + zone_text("@ A 10.0.0.7")
    found = by_name(collect({PROD: parent, "child": child}, hosts=names))
    assert values(found["child.prod.example.com"]) == ["10.0.0.7"]
    assert evidence(found["nope.child.prod.example.com"]).startswith("NXDOMAIN: the zone file child ")
    assert {seen.vantage for seen in found.values()} == {"zone files"}


def test_aliases_are_followed_through_all_zones() -> None:
    other = "$ORIGIN other.example.\n" + zone_text("b 30 CNAME c", "c A 10.0.0.3")
    found = by_name(
        collect(
            {PROD: zone_text("a CNAME b.other.example.", "lost CNAME b.nowhere.example."), "other": other},
            hosts=["a.prod.example.com", "lost.prod.example.com"],
        )
    )
    seen = found["a.prod.example.com"]
    assert (values(seen), seen.chain, seen.ttl) == (["10.0.0.3"], ("b.other.example", "c.other.example"), 30)
    lost = found["lost.prod.example.com"]
    assert missing_input(lost) == "no zone file holds b.nowhere.example, the alias's target"
    assert lost.chain == ("b.nowhere.example",)


def test_loops_and_endless_chains_are_faults() -> None:
    chain = [f"n{number} CNAME n{number + 1}" for number in range(30)]
    loop = look_up("a.prod.example.com", "a CNAME b", "b CNAME a")
    assert reason(loop) == f"{PROD} has a loop of CNAMEs"
    assert loop.chain == ("b.prod.example.com", "a.prod.example.com")
    assert reason(look_up("n0.prod.example.com", *chain)) == f"{PROD} has a chain of more than 16 CNAMEs"
    grows = look_up("a.x.prod.example.com", f"x DNAME {'y' * 60}.x")
    assert reason(grows) == f"{PROD} has an alias whose target is too long a name"


def test_a_dname_renames_what_lies_below_it() -> None:
    seen = look_up("a.old.prod.example.com", "old DNAME new", "a.new A 10.0.0.1")
    assert (values(seen), seen.chain) == (["10.0.0.1"], ("a.new.prod.example.com",))
    assert evidence(look_up("old.prod.example.com", "old DNAME new")).startswith("no data")


def test_too_many_values_are_not_cut() -> None:
    seen = look_up("a.prod.example.com", "$GENERATE 0-255 a A 10.0.0.$", "a A 10.0.1.0")
    assert isinstance(seen.values, Unknown)
    assert seen.values.kind is UnknownKind.FAULT


def test_a_broken_zone_makes_no_name_absent_and_says_where() -> None:
    snapshot = collect(
        {PROD: zone_text("kafka1 A 10.0.0.1", "kafka2 AA 10.0.0.2")},
        hosts=["kafka1.prod.example.com", "kafka2.prod.example.com", "kafka1.example.com"],
    )
    (gap,) = snapshot.gaps
    assert (gap.kind, gap.reason, str(gap.location)) == (
        UnknownKind.FAULT,
        "AA is no record type",
        f"{PROD}:6",
    )
    found = by_name(snapshot)
    for name in ("kafka1.prod.example.com", "kafka2.prod.example.com"):
        assert reason(found[name]) == "AA is no record type"
    doubted = found["kafka1.prod.example.com"].values
    assert isinstance(doubted, Unknown)
    assert [candidate.value for candidate in doubted.candidates] == [("10.0.0.1",)]
    missing_input(found["kafka1.example.com"])


def test_an_alias_into_a_broken_zone_is_unknown() -> None:
    broken = "$ORIGIN other.example.\n" + zone_text("b A 10.0.0.1", "junk")
    files = {PROD: zone_text("a CNAME b.other.example."), "other": broken}
    assert reason(by_name(collect(files, hosts=["a.prod.example.com"]))["a.prod.example.com"]) == (
        "it has no record type"
    )


def test_a_file_that_cannot_be_read_may_hold_every_name() -> None:
    denied = Unknown(kind=UnknownKind.DENIED, reason="permission denied")
    snapshot = collect(
        {PROD: zone_text("kafka1 A 10.0.0.1"), "dns/other.zone": denied},
        hosts=["kafka1.prod.example.com", "kafka2.prod.example.com", "kafka1.other.example"],
    )
    (gap,) = snapshot.gaps
    assert (gap.kind, str(gap.location)) == (UnknownKind.DENIED, "dns/other.zone")
    found = by_name(snapshot)
    assert values(found["kafka1.prod.example.com"]) == ["10.0.0.1"]
    assert evidence(found["kafka2.prod.example.com"]).startswith("NXDOMAIN")
    assert reason(found["kafka1.other.example"]) == "the zone file cannot be read: permission denied"


def test_a_part_without_its_soa_record_is_no_zone() -> None:
    snapshot = collect(
        {PROD: "$ORIGIN prod.example.com.\nkafka1 60 A 10.0.0.1"}, hosts=["kafka1.prod.example.com"]
    )
    (gap,) = snapshot.gaps
    assert "no SOA record" in gap.reason
    assert "no SOA record" in reason(snapshot.dns[0])


@pytest.mark.parametrize("path", ["/etc/bind/db.example", "../dns/x.zone", "dns/../../x.zone"])
def test_zone_files_outside_of_the_configurations_folder_are_not_read(path: str) -> None:
    snapshot = collect({}, [path], hosts=["kafka1.example.com"])
    (gap,) = snapshot.gaps
    assert gap.reason == "the zone file cannot be read: it lies outside of the configuration's folder"


def test_without_a_folder_nothing_can_be_read() -> None:
    request = Request(configuration=Configuration(), zones=(PROD,), hosts=frozenset({"kafka1.example.com"}))
    snapshot = DnsSource().collect(request, Deadline.after(5, per_operation=5))
    assert "no folder" in snapshot.gaps[0].reason
    assert "no folder" in reason(snapshot.dns[0])


def test_two_files_of_one_zone_contradict_each_other() -> None:
    files = {PROD: zone_text("a A 10.0.0.1"), "inside/prod.example.com.zone": zone_text("a A 10.0.0.2")}
    snapshot = collect(files, hosts=["a.prod.example.com"])
    (gap,) = snapshot.gaps
    assert gap.reason == f"inside/prod.example.com.zone and {PROD} hold the same zone, prod.example.com"
    assert reason(snapshot.dns[0]) == gap.reason


def test_the_same_file_twice_is_one_zone() -> None:
    snapshot = collect({PROD: zone_text("a A 10.0.0.1")}, [PROD, f"./{PROD}"], hosts=["a.prod.example.com"])
    assert snapshot.gaps == ()
    assert values(by_name(snapshot)["a.prod.example.com"]) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "path",
    [PROD, "db.prod.example.com", "prod.example.com.db", "prod.example.com", "x/PROD.example.com.Zone"],
)
def test_a_zone_may_be_named_by_its_file_alone(path: str) -> None:
    snapshot = collect({path: zone_text("a A 10.0.0.1")}, hosts=["a.prod.example.com"])
    fact = by_name(snapshot)["a.prod.example.com"].values
    assert isinstance(fact, Known)
    assert fact.assumed == (f"the zone in {path} is prod.example.com, as its file's name says",)


@pytest.mark.parametrize("path", ["zone", "dns/prod.zone", "db.10.0.0", "a..b.zone"])
def test_a_file_whose_name_says_no_zone_needs_an_origin(path: str) -> None:
    snapshot = collect({path: zone_text("a A 10.0.0.1")}, hosts=["a.prod.example.com"])
    assert "the file needs $ORIGIN" in snapshot.gaps[0].reason
    assert snapshot.gaps[0].kind is UnknownKind.FAULT
    assert isinstance(snapshot.dns[0].values, Unknown)


def test_a_stated_origin_is_not_assumed() -> None:
    text = "$ORIGIN prod.example.com.\n" + zone_text("a A 10.0.0.1")
    fact = by_name(collect({PROD: text}, hosts=["a.prod.example.com"]))["a.prod.example.com"].values
    assert isinstance(fact, Known)
    assert fact.assumed == ()


def test_includes_are_found_beside_the_file_or_from_the_root() -> None:
    files = {
        PROD: zone_text("$INCLUDE brokers", "$INCLUDE shared/clients"),
        "dns/brokers": "kafka1 A 10.0.0.1\n",
        "shared/clients": "$INCLUDE more\n",
        "shared/more": "\nclient A 10.0.0.2\n",
    }
    snapshot = collect(files, [PROD], hosts=["kafka1.prod.example.com", "client.prod.example.com"])
    assert snapshot.gaps == ()
    places = {
        name: str(seen.values.location)
        for name, seen in by_name(snapshot).items()
        if isinstance(seen.values, Known)
    }
    absent = by_name(snapshot, "AAAA")["client.prod.example.com"].values
    assert isinstance(absent, Absent)
    assert str(absent.location) == "shared/more:2"
    assert places == {"kafka1.prod.example.com": "dns/brokers:1", "client.prod.example.com": "shared/more:2"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "no such file or directory"),
        ("/etc/passwd", "it lies outside of the configuration's folder"),
        ("../../x", "it lies outside of the configuration's folder"),
    ],
)
def test_an_include_that_cannot_be_read_is_a_fault_of_the_zone(name: str, why: str) -> None:
    snapshot = collect({PROD: zone_text(f"$INCLUDE {name}")}, hosts=["a.prod.example.com"])
    (gap,) = snapshot.gaps
    assert (gap.reason, str(gap.location)) == (f"$INCLUDE {name}: {why}", f"{PROD}:5")
    assert reason(snapshot.dns[0]) == gap.reason


LABELS = ["a", "b", "*", "c"]


def random_zone(chance: random.Random) -> str:
    """Names up to three labels deep with all that decides about answers: wildcards, aliases, delegations."""
    kinds = ["A 10.0.0.{n}", "A 10.0.0.{n}", "AAAA 2001:db8::{n}", "TXT x", "CNAME {name}", "NS ns1"]
    lines = ["out CNAME a.nowhere.example."]
    for _ in range(chance.randint(2, 9)):
        owner = random_name(chance)
        kind = chance.choice(kinds).format(n=chance.randint(1, 3), name=random_name(chance))
        aliased = any(line.split()[0] == owner and "CNAME" in line for line in lines)
        alone = not any(line.split()[0] == owner for line in lines)
        if not aliased and (alone or "CNAME" not in kind) and not (owner.startswith("*") and "NS" in kind):
            lines.append(f"{owner} {kind}")
    return zone_text(*lines)


def random_name(chance: random.Random) -> str:
    return ".".join(chance.choice(LABELS) for _ in range(chance.randint(1, 3)))


def outcome(observation: DnsObservation) -> tuple[object, tuple[str, ...]]:
    """What can be compared: of a loop BIND says no more than SERVFAIL."""
    match observation.values:
        case Known(value=value):
            return value, observation.chain
        case Absent(evidence=evidence):
            return evidence.partition(":")[0], observation.chain
        case Unknown():
            return "unknown", ()


@pytest.mark.services
def test_zone_files_answer_as_the_server_that_serves_them(tmp_path: Path) -> None:
    chance = random.Random(7)
    zones = {f"z{number}.example": random_zone(chance) for number in range(150)}
    hosts = [f"{random_name(chance)}.{zone}" for zone in zones for _ in range(30)]
    hosts += [f"out.{zone}" for zone in zones]
    with running_bind(tmp_path / "bind", zones) as server:
        served = ask(server.resolver, hosts=hosts)
    files = {f"{zone}.zone": text for zone, text in zones.items()}
    read = collect(files, hosts=hosts)
    assert read.gaps == ()
    expected = {(seen.name, seen.rrtype): outcome(seen) for seen in served.dns}
    found = {(seen.name, seen.rrtype): outcome(seen) for seen in read.dns}
    assert found == expected
    assert {str(kind) for kind, _ in found.values()} >= {"NXDOMAIN", "no data", "unknown", "('10.0.0.1',)"}
