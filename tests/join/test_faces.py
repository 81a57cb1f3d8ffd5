"""What a broker's connect string comes to, and what DNS says around it."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent
from driftcheck.model.inventory import ConfigFace, ResolvedFace
from tests.join.worlds import broker, joined, known, rendered, unknown


def face(connect: str, version: str = "2.8") -> ConfigFace:
    world = f"nodes: {{a: {{server.properties: {{broker.id: 1, zookeeper.connect: '{connect}'}}}}}}"
    return rendered(broker(joined(world, kafka_version=version), "a"))


def test_a_connect_string_is_servers_and_a_chroot() -> None:
    found = face("zk2,zk1:2182,[::1]:2181/kafka")
    assert known(found.zookeeper_servers) == ("zk2:2181", "zk1:2182", "[::1]:2181")
    assert known(found.zookeeper_chroot) == "/kafka"
    assert isinstance(found.zookeeper_problems, Absent)
    assert str(found.zookeeper_chroot.location) == "rendered/a/server.properties:2:1"


@pytest.mark.parametrize(
    ("connect", "problem"),
    [
        ("zk1/k,zk2/k", "the chroot goes from the first"),
        ("zk1;zk2", "does not separate"),
        ("", "names no server"),
    ],
)
def test_what_zookeepers_client_would_stumble_over_is_a_problem(connect: str, problem: str) -> None:
    assert problem in known(face(connect).zookeeper_problems)[0]


def test_a_connect_string_that_is_not_set_is_absent_in_all_its_parts() -> None:
    found = rendered(broker(joined("nodes: {a: {server.properties: {broker.id: 1}}}"), "a"))
    for fact in (found.zookeeper_servers, found.zookeeper_chroot, found.zookeeper_problems):
        assert isinstance(fact, Absent)


RESOLVED = """
nodes:
  kafka1:
    settings: {broker.id: 1, host.name: kafka1, zookeeper.connect: "zk1,10.0.0.9/k"}
    machine: {hostname: kafka1, addresses: ADDRESSES}
dns:
  kafka1: 192.168.0.1
  zk1: 10.0.1.1
  192.168.0.1: kafka1.example.com
  172.17.0.1: NXDOMAIN
"""


def resolved(addresses: str = "[172.17.0.1, 192.168.0.1]", world: str = RESOLVED) -> ResolvedFace:
    inventory = joined(world.replace("ADDRESSES", addresses), kafka_version="0.8.2")
    return broker(inventory, "kafka1").resolved


def test_dns_is_shown_for_the_names_of_a_broker_and_of_its_ensemble() -> None:
    found = resolved()
    assert [(each.host, known(each.addresses)) for each in found.names] == [("kafka1", ("192.168.0.1",))]
    assert [each.host for each in found.zookeeper] == ["zk1"]
    assert known(found.hostname) == ("192.168.0.1",)


def test_the_main_address_is_the_one_to_which_the_machines_name_leads() -> None:
    assert known(resolved().reverse_address) == "192.168.0.1"
    assert known(resolved().reverse) == ("kafka1.example.com",)


def test_a_name_that_leads_elsewhere_leaves_the_first_address() -> None:
    elsewhere = RESOLVED.replace("kafka1: 192.168.0.1", "kafka1: 10.9.9.9")
    assert known(resolved(world=elsewhere).reverse_address) == "172.17.0.1"


def test_of_several_addresses_none_is_the_main_one_as_long_as_dns_does_not_answer() -> None:
    timeout = RESOLVED.replace("kafka1: 192.168.0.1", "kafka1: TIMEOUT")
    assert unknown(resolved(world=timeout).reverse_address).reason == "10.0.0.2:53 did not answer"
    assert known(resolved("192.168.0.1", timeout).reverse_address) == "192.168.0.1"


def test_an_ensemble_is_one_text_whatever_the_order_of_its_servers() -> None:
    world = 'nodes: {kafka1: {settings: {zookeeper.connect: "zk2,zk1:2181,zk2:2181/k"}}}'
    assert known(known(broker(joined(world), "kafka1").config).zookeeper_ensemble) == "zk1:2181,zk2:2181"


@pytest.mark.parametrize(("domain", "found"), [("10.0.0.1", ("10.0.0.1",)), ("NXDOMAIN", None)])
def test_a_host_name_resolves_if_its_full_form_does(domain: str, found: tuple[str, ...] | None) -> None:
    world = f"""
    nodes: {{kafka1: {{settings: {{broker.id: 1}}, machine: {{hostname: kafka1, fqdn: kafka1.example.com}}}}}}
    dns: {{kafka1: NXDOMAIN, kafka1.example.com: {domain}}}
    """
    fact = broker(joined(world), "kafka1").resolved.hostname
    assert (known(fact) if found else None) == found
    assert isinstance(fact, Absent) is (found is None)
