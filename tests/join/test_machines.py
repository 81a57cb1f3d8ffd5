"""The machines: what each says of itself, for how long that is believed, and whose an address is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from driftcheck.app.worlds.notation import NOW
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.inventory import Advertised, MachineFace
from driftcheck.model.snapshot import Snapshot
from tests.join.worlds import assumed, broker, current, joined, known, machine, seen, unknown

FLEET = """
nodes:
  kafka1: {{broker: true, machine: {{addresses: 10.0.0.1, hostname: kafka1, age: {first}}}}}
  kafka2: {{broker: true, machine: {{addresses: 10.0.0.2, hostname: kafka2, age: {second}}}}}
"""


def face(first: str, second: str, **configuration: Any) -> MachineFace:
    return machine(broker(joined(FLEET.format(first=first, second=second), **configuration), "kafka1"))


def test_a_machine_is_believed_while_it_is_no_older_than_the_newest_observation_allows() -> None:
    assert known(face("26h", "2h").addresses) == ("10.0.0.1",)
    assert known(face("30d", "30d").addresses) == ("10.0.0.1",)


def test_a_stale_machine_is_another_perhaps() -> None:
    found = face("27h", "2h")
    age = "the node object of kafka1 is 25 h older than the newest observation"
    for fact in (found.addresses, found.names, found.hostname):
        assert unknown(fact).reason == f"{age}: its machine may be another by now"
    assert isinstance(found.fqdn, Absent)
    assert known(found.observed_at) == NOW - timedelta(hours=27)
    assert "is 9 days older" in unknown(face("9d", "10m").addresses).reason


def test_how_old_is_too_old_is_configured() -> None:
    assert unknown(face("3h", "1h", max_age=timedelta(hours=1)).addresses)
    assert known(face("9d", "1h", max_age=timedelta(days=10)).addresses)


def test_an_answer_of_a_server_makes_node_objects_old_but_no_file_does() -> None:
    world = FLEET.format(first="2d", second="2d")
    assert known(machine(broker(joined(world), "kafka1")).addresses)
    for more in ("dns: {kafka1: 10.0.0.1}", "zookeeper: {}"):
        assert unknown(machine(broker(joined(world + more), "kafka1")).addresses)
    snapshot = seen(world + "dns: {kafka1: 10.0.0.1}")
    offline = replace(snapshot, dns=tuple(replace(answer, offline=True) for answer in snapshot.dns))
    assert known(machine(broker(joined(offline), "kafka1")).addresses)


def observed(at: Fact[datetime]) -> Snapshot:
    snapshot = seen(FLEET.format(first="1h", second="1h"))
    first, second = snapshot.nodes
    return replace(snapshot, nodes=(replace(first, machine=replace(first.machine, observed_at=at)), second))


@pytest.mark.parametrize(
    ("at", "assumption"),
    [
        (
            Absent(evidence="no ohai_time"),
            "kafka1 is still the machine that it was: its node object has no time",
        ),
        (
            Known(value=NOW + timedelta(days=1)),
            "kafka1 is still the machine that it was: its clock is ahead of ours",
        ),
    ],
)
def test_an_age_that_cannot_be_told_is_assumed_to_be_none(at: Fact[datetime], assumption: str) -> None:
    inventory = joined(observed(at))
    addresses = machine(broker(inventory, "kafka1")).addresses
    assert known(addresses) == ("10.0.0.1",)
    assert assumed(addresses) == (assumption,)
    assert inventory.reference_time == NOW - timedelta(hours=1)


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    inventory = joined(observed(Known(value=NOW + timedelta(minutes=4))))
    assert inventory.reference_time == NOW + timedelta(minutes=4)
    assert assumed(machine(broker(inventory, "kafka1")).addresses) == ()


def test_a_machine_without_an_address_says_nothing_of_its_addresses() -> None:
    found = machine(broker(joined("nodes: {kafka1: {broker: true, machine: {}}}"), "kafka1"))
    assert unknown(found.addresses).reason == "the automatic attributes do not say it"
    assert unknown(found.names).reason == "the automatic attributes do not say it"


def test_without_a_node_object_nothing_says_which_machine_it_is() -> None:
    inventory = joined("nodes: {kafka1: {server.properties: {broker.id: 1}}}")
    reason = "neither a node object nor a hosts file says which machine kafka1 is"
    assert unknown(broker(inventory, "kafka1").machine).reason == reason


OWNERS = """
nodes:
  kafka1:
    settings: {{broker.id: 1}}
    machine: {{addresses: [10.0.0.1, "2001:db8:0::1"], hostname: kafka1}}
  kafka2: {{settings: {{broker.id: 2}}, machine: {second}}}
dns: {{kafka1: 10.0.0.1, kafka2: 10.0.0.2, both: [10.0.0.1, 10.0.0.2], nobody: 10.0.0.9, nowhere: NXDOMAIN}}
zookeeper: {{brokers: {{1: "PLAINTEXT://{host}:9092"}}}}
"""
SECOND = "{addresses: [10.0.0.2, 172.17.0.1], hostname: kafka2, fqdn: kafka2.example.com}"


def advertised(host: str, second: str = SECOND) -> Advertised:
    return current(broker(joined(OWNERS.format(host=host, second=second)), "kafka1"))


@pytest.mark.parametrize(
    ("host", "owners", "own"),
    [
        ("kafka1", ("kafka1",), True),
        ("kafka2", ("kafka2",), False),
        ("both", ("kafka1", "kafka2"), False),
        ("10.0.0.1", ("kafka1",), True),
        ("[2001:DB8::1]", ("kafka1",), True),
    ],
)
def test_an_address_is_the_machines_that_have_it(host: str, owners: tuple[str, ...], own: bool) -> None:
    found = advertised(host)
    assert known(found.owners) == owners
    assert known(found.own) is own


def test_an_address_that_no_machine_has_is_nobodys() -> None:
    assert isinstance(advertised("nobody").owners, Absent)
    assert known(advertised("nobody").own) is False


def test_an_address_that_no_machine_has_may_be_one_that_hides_its_own() -> None:
    hidden = "{addresses: {unknown: trimmed}, hostname: kafka2}"
    assert unknown(advertised("nobody", hidden).owners).reason == "trimmed"
    assert known(advertised("nobody", hidden).own) is False
    assert known(advertised("kafka1", hidden).owners) == ("kafka1",)


def test_an_address_that_two_machines_have_is_both_their_own() -> None:
    cloned = "{addresses: [10.0.0.1, 10.0.0.2], hostname: kafka2}"
    found = advertised("kafka1", cloned)
    assert known(found.owners) == ("kafka1", "kafka2")
    assert known(found.own) is True


@pytest.mark.parametrize(
    ("host", "nodes"),
    [
        ("KAFKA2.example.com.", ("kafka2",)),
        ("kafka2", ("kafka2",)),
        ("172.17.0.1", ("kafka2",)),
        ("kafka1", ("kafka1",)),
    ],
)
def test_a_host_is_named_after_the_machines_that_call_themselves_so(
    host: str, nodes: tuple[str, ...]
) -> None:
    assert known(advertised(host).named) == nodes


def test_a_name_that_no_machine_has_may_be_one_that_hides_its_own() -> None:
    assert isinstance(advertised("alias").named, Absent)
    assert unknown(advertised("alias", "{addresses: 10.0.0.2}").named)
    assert isinstance(advertised("10.0.0.9", "{addresses: 10.0.0.2}").named, Absent)


def test_a_name_that_leads_nowhere_is_nobodys() -> None:
    found = advertised("nowhere")
    for fact in (found.addresses, found.owners, found.own):
        assert isinstance(fact, Absent)
        assert fact.evidence == "NXDOMAIN from 10.0.0.2:53"
