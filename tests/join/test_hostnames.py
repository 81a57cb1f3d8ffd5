"""What Java takes for a machine's own name."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent, Fact
from tests.join.worlds import assumed, broker, joined, known, machine, possible, unknown

WORLD = """
nodes:
  kafka7:
    broker: true
    {machine}
    hosts: {hosts}
"""
OWN = "machine: {hostname: kafka7, fqdn: kafka7.example.com}"


def canonical(hosts: str, own: str = OWN) -> tuple[Fact[str], Fact[str]]:
    face = machine(broker(joined(WORLD.format(machine=own, hosts=hosts)), "kafka7"))
    return face.canonical_name, face.canonical_address


@pytest.mark.parametrize(
    ("hosts", "name", "address", "line"),
    [
        ("{127.0.1.1: [kafka7.example.com, kafka7]}", "kafka7.example.com", "127.0.1.1", 1),
        ("{127.0.0.1: [localhost, kafka7, kafka7.example.com]}", "localhost", "127.0.0.1", 1),
        ("{10.0.0.7: [old-name, KAFKA7, kafka7.example.com]}", "old-name", "10.0.0.7", 1),
        ("{'::1': localhost, 10.0.0.7: [kafka7.example.com, kafka7]}", "kafka7.example.com", "10.0.0.7", 2),
    ],
)
def test_the_hosts_file_of_the_machine_decides(hosts: str, name: str, address: str, line: int) -> None:
    face = machine(broker(joined(WORLD.format(machine=OWN, hosts=hosts)), "kafka7"))
    assert (known(face.canonical_name), known(face.canonical_address)) == (name, address)
    assert str(face.canonical_name.location) == f"rendered/kafka7/etc/hosts:{line}:1"


def test_a_name_that_does_not_stand_there_is_for_dns_to_decide() -> None:
    found, _ = canonical("{127.0.0.1: localhost}")
    assert isinstance(found, Absent)
    assert found.evidence == "the host's own name does not stand in its hosts file: DNS decides"


def test_where_short_and_long_name_lead_to_different_ones_the_host_name_is_not_known() -> None:
    found, _ = canonical("{127.0.0.1: [localhost, kafka7], 10.0.0.7: kafka7.example.com}")
    assert possible(found) == ["localhost", "kafka7.example.com"]


def test_where_one_of_them_alone_stands_it_is_assumed_to_be_the_host_name() -> None:
    face = machine(broker(joined(WORLD.format(machine=OWN, hosts="{10.0.0.7: [broker7, kafka7]}")), "kafka7"))
    assert known(face.canonical_name) == "broker7"
    assert assumed(face.canonical_name) == ("the host name of the machine is kafka7",)


def test_a_host_name_that_is_not_known_may_be_any() -> None:
    own = "machine: {hostname: {unknown: trimmed}, fqdn: kafka7.example.com}"
    found, _ = canonical("{10.0.0.7: kafka7.example.com}", own)
    assert unknown(found).reason == "trimmed"
    assert possible(found) == ["kafka7.example.com"]


def test_without_a_node_object_the_nodes_name_is_assumed() -> None:
    world = "nodes: {kafka7: {server.properties: {broker.id: 7}, hosts: {10.0.0.7: [broker7, kafka7]}}}"
    face = machine(broker(joined(world), "kafka7"))
    assert known(face.canonical_name) == "broker7"
    assert unknown(face.addresses).reason == "no node object says it"


def test_a_hosts_file_that_is_missing_or_cannot_be_read_leaves_it_open() -> None:
    without = "nodes: {kafka7: {broker: true, machine: {hostname: kafka7}}}"
    face = machine(broker(joined(without), "kafka7"))
    assert (
        unknown(face.canonical_name).reason == "the hosts file of the machine is not among the rendered files"
    )
    found, address = canonical("{unknown: not readable}")
    assert found == address
    assert unknown(found).reason == "not readable"
