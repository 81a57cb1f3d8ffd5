"""Where endpoints lead, and which of those roads are declared."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent
from driftcheck.model.inventory import Advertised
from tests.join.worlds import broker, current, joined, known, unknown

WORLD = """
nodes: {{kafka1: {{settings: {{broker.id: 1}}, machine: {{addresses: 10.0.0.1, hostname: kafka1}}}}}}
dns: {{lb.example.com: [192.168.5.1, 192.168.5.2], nat: [192.168.5.1, 54.1.2.3], slow: TIMEOUT}}
zookeeper: {{brokers: {{1: "{listener}://{host}:9093"}}}}
"""


def advertised(host: str, *ways: str, listener: str = "EXTERNAL", named: str = "EXTERNAL") -> Advertised:
    world = WORLD.format(host=host, listener=listener)
    return current(broker(joined(world, listeners={named: ways}), "kafka1"), listener)


@pytest.mark.parametrize(
    ("host", "way"),
    [
        ("lb.example.com", "192.168.5.0/24"),
        ("lb.example.com", "LB.example.com."),
        ("slow", "slow"),
        ("54.1.2.3", "54.1.2.3"),
        ("[2001:db8::7]", "2001:db8::/32"),
        ("nat", "192.168.0.0/16 54.0.0.0/8"),
    ],
)
def test_a_declared_way_in_counts_as_the_brokers_own(host: str, way: str) -> None:
    found = advertised(host, *way.split())
    assert found.declared
    assert known(found.own) is True


def test_listeners_are_declared_without_regard_to_case() -> None:
    assert advertised("54.1.2.3", "54.0.0.0/8", named="external").declared


@pytest.mark.parametrize(
    ("host", "way", "listener"),
    [
        ("lb.example.com", "10.0.0.0/8", "EXTERNAL"),
        ("nat", "192.168.5.0/24", "EXTERNAL"),
        ("192.168.5.1", "192.168.5.1", "INTERNAL"),
        ("lb.example.com", "example.com", "EXTERNAL"),
        ("lb.example.com", "not a network", "EXTERNAL"),
    ],
)
def test_what_is_not_declared_is_judged(host: str, way: str, listener: str) -> None:
    found = advertised(host, way, listener=listener)
    assert not found.declared
    assert known(found.own) is False


PUBLIC = """
nodes:
  kafka1: {{settings: {{broker.id: 1}}, machine: {{addresses: [10.0.0.1], hostname: kafka1}}}}
  web1: {{machine: {{addresses: [{web}], hostname: web1}}}}
dns: {{kafka1: [{dns}]}}
zookeeper: {{brokers: {{1: "PLAINTEXT://kafka1:9092"}}}}
"""


@pytest.mark.parametrize("dns", ["54.1.2.3", "10.0.0.1, 54.1.2.3"])
def test_a_public_address_may_be_nats_where_no_machine_says_any(dns: str) -> None:
    found = current(broker(joined(PUBLIC.format(web="10.0.0.9", dns=dns)), "kafka1"), "PLAINTEXT")
    assert "54.1.2.3 may be NAT or a load balancer" in unknown(found.own).reason


@pytest.mark.parametrize(
    ("web", "dns"),
    [
        ("54.9.9.9", "54.1.2.3"),
        ("10.0.0.9", "54.1.2.3, 10.0.7.7"),
        ("10.0.0.9", "'2a00:1450::1'"),
    ],
)
def test_it_is_another_machines_where_the_machines_would_say_it(web: str, dns: str) -> None:
    found = current(broker(joined(PUBLIC.format(web=web, dns=dns)), "kafka1"), "PLAINTEXT")
    assert known(found.own) is False


def test_what_only_its_addresses_could_tell_stays_open() -> None:
    found = advertised("slow", "192.168.5.0/24")
    assert not found.declared
    assert unknown(found.own).reason == "10.0.0.2:53 did not answer"


def test_a_registration_does_not_say_where_its_host_came_from() -> None:
    found = advertised("kafka1")
    assert isinstance(found.host_from, Absent)
    assert str(found.location) == "/kafka/brokers/ids/1"


def test_an_address_is_its_own() -> None:
    assert known(advertised("[2001:DB8:0::1]").addresses) == ("2001:db8::1",)
    assert known(advertised("10.0.0.1").own) is True


BINDING = """
nodes:
  kafka1:
    settings:
      broker.id: 1
      zookeeper.connect: "zk1/k"
      listeners: "PLAINTEXT://{host}:9092"
      advertised.listeners: "PLAINTEXT://kafka1.example.com:9092"
    machine: {{addresses: 10.0.0.1, hostname: kafka1}}
dns: {{kafka1.example.com: 10.0.0.1, other.example.com: 10.0.0.2}}
"""


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("", True),
        ("0.0.0.0", True),
        ("[::]", True),
        ("127.0.0.1", True),
        ("localhost", True),
        ("10.0.0.1", True),
        ("kafka1.example.com", True),
        ("10.0.0.2", False),
        ("other.example.com", False),
    ],
)
def test_a_listener_binds_what_its_machine_has(host: str, own: bool) -> None:
    config = known(broker(joined(BINDING.format(host=host), kafka_version="2.8"), "kafka1").config)
    assert [known(listener.own) for listener in known(config.listeners)] == [own]


def test_a_host_of_which_dns_was_not_asked_may_be_bound_or_not() -> None:
    config = known(broker(joined(BINDING.format(host="elsewhere"), kafka_version="2.8"), "kafka1").config)
    (listener,) = known(config.listeners)
    assert unknown(listener.own).reason == "DNS was not asked about elsewhere"
