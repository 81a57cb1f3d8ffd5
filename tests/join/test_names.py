"""What several vantages say of one name comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.join.names import Names
from driftcheck.model.facts import Absent, Known, UnknownKind
from driftcheck.model.inventory import Resolution
from driftcheck.model.snapshot import DnsObservation
from tests.join.worlds import known, possible, seen, unknown


def resolution(dns: str, host: str = "kafka1", **marked: str) -> Resolution:
    """`partial` and `offline` name the vantages that are so."""

    def mark(answer: DnsObservation) -> DnsObservation:
        return replace(
            answer,
            partial=answer.vantage == marked.get("partial"),
            offline=answer.vantage == marked.get("offline"),
            chain=("alias.example.com",) if answer.vantage == marked.get("alias") else (),
        )

    return Names(map(mark, seen(f"dns: {dns}").dns)).resolution(host)


def test_addresses_of_both_families_are_the_hosts() -> None:
    found = resolution("{kafka1: [10.0.0.1, '2001:db8::1']}")
    assert known(found.addresses) == ("10.0.0.1", "2001:db8::1")
    assert [answer.vantage for answer in found.answers] == ["10.0.0.2:53"]


@pytest.mark.parametrize("host", ["KAFKA1", "kafka1."])
def test_a_name_is_asked_for_without_regard_to_case_and_a_last_dot(host: str) -> None:
    assert known(resolution("{kafka1: 10.0.0.1}", host).addresses) == ("10.0.0.1",)


def test_one_vantage_agrees_with_nobody() -> None:
    assert isinstance(resolution("{kafka1: 10.0.0.1}").agreed, Absent)


def test_several_vantages_are_taken_together() -> None:
    found = resolution("{in: {kafka1: 10.0.0.1}, out: {kafka1: [54.1.2.3, 10.0.0.1]}}")
    assert known(found.addresses) == ("10.0.0.1", "54.1.2.3")
    assert known(found.agreed) is False
    assert known(resolution("{in: {kafka1: 10.0.0.1}, out: {kafka1: 10.0.0.1}}").agreed) is True


def test_a_vantage_that_does_not_answer_leaves_the_addresses_open() -> None:
    found = resolution("{in: {kafka1: 10.0.0.1}, out: {kafka1: TIMEOUT}}")
    assert unknown(found.addresses).reason == "out did not answer"
    assert possible(found.addresses) == [("10.0.0.1",)]
    assert unknown(found.agreed).kind is UnknownKind.FAULT


def test_two_that_differ_disagree_whatever_a_third_would_say() -> None:
    found = resolution("{a: {kafka1: 10.0.0.1}, b: {kafka1: NXDOMAIN}, c: {kafka1: TIMEOUT}}")
    assert known(found.agreed) is False


def test_a_name_does_not_exist_if_all_say_so() -> None:
    found = resolution("{a: {kafka1: NXDOMAIN}, b: {kafka1: NXDOMAIN}}")
    assert isinstance(found.addresses, Absent)
    assert known(found.agreed) is True
    assert known(resolution("{a: {kafka1: NXDOMAIN}, b: {kafka1: 10.0.0.1}}").addresses) == ("10.0.0.1",)


def test_a_name_that_was_not_asked_about_is_not_known() -> None:
    found = resolution("{kafka2: 10.0.0.1}")
    assert unknown(found.addresses).reason == "DNS was not asked about kafka1"
    assert unknown(found.addresses).kind is UnknownKind.MISSING_INPUT
    assert found.answers == ()


LOCAL = "{hosts: {kafka1: 10.0.0.9}, server: {kafka1: SERVER}}"


@pytest.mark.parametrize(
    ("server", "addresses"),
    [("10.0.0.1", ("10.0.0.1",)), ("NXDOMAIN", ("10.0.0.9",))],
)
def test_this_machines_hosts_file_counts_where_no_server_gives_an_address(
    server: str, addresses: tuple[str, ...]
) -> None:
    found = resolution(LOCAL.replace("SERVER", server), partial="hosts")
    assert known(found.addresses) == addresses
    assert isinstance(found.agreed, Absent)
    assert [(answer.vantage, answer.partial) for answer in found.answers] == [
        ("hosts", True),
        ("server", False),
    ]


def test_that_a_name_is_this_machine_itself_says_nothing_of_where_it_leads_from_elsewhere() -> None:
    local = LOCAL.replace("10.0.0.9", "127.0.1.1")
    assert isinstance(resolution(local.replace("SERVER", "NXDOMAIN"), partial="hosts").addresses, Absent)
    alone = resolution("{hosts: {kafka1: 127.0.1.1}, server: {}}", partial="hosts")
    assert unknown(alone.addresses).reason == "DNS was not asked about kafka1"


def test_what_a_server_did_not_answer_this_machines_hosts_file_does_not_decide() -> None:
    found = resolution(LOCAL.replace("SERVER", "TIMEOUT"), partial="hosts")
    assert possible(found.addresses) == [("10.0.0.9",)]


def test_what_this_machines_hosts_file_lacks_means_nothing() -> None:
    alone = resolution("{hosts: {kafka1: NXDOMAIN}, server: {kafka2: 10.0.0.2}}", partial="hosts")
    assert unknown(alone.addresses).reason == "DNS was not asked about kafka1"


OFFLINE = "{zone: {kafka1: {unknown: another zone, kind: missing_input}}, server: {kafka1: SERVER}}"


def test_a_zone_that_could_not_know_counts_only_where_nobody_else_was_asked() -> None:
    found = resolution(OFFLINE.replace("SERVER", "10.0.0.1"), offline="zone")
    assert known(found.addresses) == ("10.0.0.1",)
    assert isinstance(found.agreed, Absent)
    assert isinstance(resolution(OFFLINE.replace("SERVER", "NXDOMAIN"), offline="zone").addresses, Absent)
    alone = resolution("{zone: {kafka1: {unknown: another zone, kind: missing_input}}, server: {}}")
    assert unknown(alone.addresses).reason == "another zone"


@pytest.mark.parametrize(
    ("dns", "several"),
    [
        ("{a: {kafka1: [10.0.0.1, 10.0.0.2]}}", True),
        ("{a: {kafka1: ['2001:db8::1', '2001:db8::2']}, b: {kafka1: TIMEOUT}}", True),
        ("{a: {kafka1: [10.0.0.1, '2001:db8::1']}}", False),
        ("{a: {kafka1: 10.0.0.1}, b: {kafka1: 54.1.2.3}}", False),
        ("{a: {kafka1: 10.0.0.1}, b: {kafka1: NXDOMAIN}}", False),
    ],
)
def test_a_name_has_several_addresses_if_one_vantage_gives_them(dns: str, several: bool) -> None:
    assert known(resolution(dns).several) is several


def test_whether_a_name_has_several_addresses_is_open_while_a_vantage_is_silent() -> None:
    assert unknown(resolution("{a: {kafka1: 10.0.0.1}, b: {kafka1: TIMEOUT}}").several)
    assert unknown(resolution("{kafka2: 10.0.0.1}").several)
    assert isinstance(resolution("{kafka1: NXDOMAIN}").several, Absent)


def test_an_alias_is_the_last_name_of_the_chain() -> None:
    assert (
        known(resolution("{server: {kafka1: 10.0.0.1}}", alias="server").through_alias) == "alias.example.com"
    )
    assert isinstance(resolution("{server: {kafka1: 10.0.0.1}}").through_alias, Absent)
    assert unknown(resolution("{server: {kafka1: TIMEOUT}}").through_alias)
    assert unknown(resolution("{server: {kafka2: 10.0.0.1}}").through_alias)


def test_an_answer_without_addresses_is_no_address() -> None:
    (answer, *_) = seen("dns: {kafka1: 10.0.0.1}").dns
    found = Names([replace(answer, values=Known(value=()))]).resolution("kafka1")
    assert isinstance(found.addresses, Absent)


def test_the_smallest_time_to_live_is_the_answers() -> None:
    first, second = seen("dns: {kafka1: [10.0.0.1, '2001:db8::1']}").dns
    found = Names([replace(first, ttl=300), replace(second, ttl=60)]).resolution("kafka1")
    assert found.answers[0].ttl == 60


def test_the_names_of_an_address_are_those_that_all_give() -> None:
    names = Names(seen("dns: {a: {10.0.0.1: kafka1}, b: {10.0.0.1: [kafka1, old]}, c: {10.0.0.2: x}}").dns)
    assert known(names.reverse("10.0.0.1")) == ("kafka1", "old")
    assert unknown(names.reverse("10.0.0.9"))
