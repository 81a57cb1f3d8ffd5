"""What Kafka makes of a configuration, and what stays open where not all of it is known."""

from __future__ import annotations

from typing import Any

import pytest

from driftcheck.model.facts import Absent, Known
from driftcheck.model.inventory import ConfigFace
from tests.join.worlds import broker, intended, joined, known, possible, rendered, texts, unknown

CONNECT = "zookeeper.connect: zk1/k"


def file(settings: str, version: str | None = "2.8", hosts: str = "{}") -> ConfigFace:
    world = f"""
    nodes:
      kafka1:
        machine: {{hostname: kafka1, fqdn: kafka1.example.com}}
        hosts: {hosts}
        server.properties: {{broker.id: 1, {CONNECT}, {settings}}}
    """
    return rendered(broker(joined(world, kafka_version=version), "kafka1"))


def attributes(settings: str, version: str | None, *, whole: bool = False) -> ConfigFace:
    world = f"""
    nodes:
      kafka1:
        whole: {str(whole).lower()}
        settings: {{broker.id: 1, {CONNECT}, {settings}}}
    """
    return intended(broker(joined(world, kafka_version=version), "kafka1"))


def options(fact: Any) -> list[list[str]]:
    return [[f"{each.listener}://{each}" for each in endpoints] for endpoints in possible(fact)]


def test_endpoints_say_which_setting_decided_their_host_and_where_it_stands() -> None:
    (endpoint,) = known(file("advertised.listeners: 'PLAINTEXT://kafka1:9092'").endpoints)
    assert str(endpoint) == "kafka1:9092"
    assert known(endpoint.host_from) == "advertised.listeners"
    assert str(endpoint.location) == "rendered/kafka1/server.properties:3:1"
    assert endpoint.host.derived_from[0].value == "PLAINTEXT://kafka1:9092"


def test_what_binds_is_listed_with_whether_others_are_told() -> None:
    face = file(
        "listeners: 'PLAINTEXT://:9092,SSL://10.0.0.1:9093', advertised.listeners: 'PLAINTEXT://kafka1:9092'"
    )
    assert [(each.name, each.port, each.advertised) for each in known(face.listeners)] == [
        ("PLAINTEXT", 9092, True),
        ("SSL", 9093, False),
    ]
    assert [type(each.host) for each in known(face.listeners)] == [Absent, Known]


def test_a_host_that_is_not_given_is_the_machines_by_its_own_hosts_file() -> None:
    face = file("log.dirs: /a", hosts="{10.0.0.1: [kafka1.internal, kafka1]}")
    (endpoint,) = known(face.endpoints)
    assert known(endpoint.host) == known(face.host) == "kafka1.internal"
    assert str(endpoint.host.location) == "rendered/kafka1/etc/hosts:1:1"
    assert known(endpoint.host_from) == "canonical host name"


def test_without_the_machines_name_the_port_is_still_known() -> None:
    (endpoint,) = known(file("log.dirs: /a").endpoints)
    assert unknown(endpoint.host).fragments == ("PLAINTEXT://", None, ":9092")
    assert known(endpoint.port) == 9092


def test_a_configuration_that_kafka_refuses_registers_nothing_and_says_why() -> None:
    face = file("listeners: oops")
    assert known(face.start_error) == "Unable to parse oops to a broker endpoint"
    assert unknown(face.endpoints).reason == "Kafka would not start with this configuration"


def test_the_old_pair_is_the_first_endpoint_that_speaks_plaintext() -> None:
    face = file("listeners: 'SSL://kafka1:9093,PLAINTEXT://kafka1:9092', security.inter.broker.protocol: SSL")
    assert (known(face.host), known(face.port)) == ("kafka1", 9092)
    assert isinstance(file("listeners: 'SSL://a:1', security.inter.broker.protocol: SSL").host, Absent)


def test_without_a_version_what_all_releases_agree_on_is_known() -> None:
    face = file(
        "advertised.host.name: kafka1, advertised.port: 9092, host.name: kafka1, port: 9092", version=None
    )
    assert known(face.broker_id) == 1
    assert unknown(face.start_error).reason.startswith(
        "the Kafka version is not known, and not every release"
    )
    (endpoint,) = known(face.endpoints)
    assert known(endpoint.port) == 9092
    assert known(endpoint.protocol) == "PLAINTEXT"
    assert "kafka1" in possible(endpoint.host)
    assert set(possible(endpoint.host_from)) == {"host.name", "advertised.host.name", "canonical host name"}


def test_without_a_version_listeners_in_which_releases_differ_are_all_possible() -> None:
    face = file(
        "advertised.listeners: 'PLAINTEXT://kafka1:9092,SSL://kafka1:9093', listeners: 'PLAINTEXT://:9092,SSL://:9093'",
        None,
    )
    assert options(face.endpoints)[-1] == ["PLAINTEXT://kafka1:9092", "SSL://kafka1:9093"]
    assert unknown(face.endpoints).reason.startswith("the releases of Kafka differ here")


def test_what_no_release_starts_with_is_an_error_without_a_version_too() -> None:
    face = file("listeners: oops, process.roles: x, log.dirs: ''", version=None)
    assert known(face.start_error).startswith("no release of Kafka since 0.8 starts with this; 4.1 says: ")


@pytest.mark.parametrize("version", ["0.8.2", "0.9", "2.8"])
def test_attributes_that_leave_the_name_open_leave_the_host_open(version: str) -> None:
    face = attributes("host.name: kafka1, port: 9092", version)
    if version == "0.8.2":
        (endpoint,) = known(face.endpoints)
        assert possible(endpoint.host) == ["kafka1"]
        assert unknown(endpoint.host).reason.startswith("no attribute says advertised.host.name")
        assert unknown(endpoint.host).fragments == ("PLAINTEXT://", None)
        assert possible(endpoint.port) == [9092]
    else:
        assert unknown(face.endpoints).reason.startswith("no attribute says advertised.listeners")
        assert options(face.endpoints) == [["PLAINTEXT://⟨?⟩:⟨?⟩"]]
    assert unknown(face.start_error).reason.startswith("the attributes do not say every setting")


def test_attributes_that_say_what_comes_first_decide() -> None:
    (endpoint,) = known(attributes("advertised.host.name: kafka1, advertised.port: 9092", "0.8.2").endpoints)
    assert (known(endpoint.host), known(endpoint.port)) == ("kafka1", 9092)
    (endpoint,) = known(attributes("advertised.listeners: 'SSL://kafka1:9093'", "2.8").endpoints)
    assert (known(endpoint.host), known(endpoint.port)) == ("kafka1", 9093)
    assert possible(endpoint.protocol) == ["SSL"]

    nothing_else = attributes("advertised.listeners: ~, listeners: 'PLAINTEXT://kafka1:9092'", "3.9")
    assert texts(nothing_else.endpoints) == ["PLAINTEXT://kafka1:9092"]


def test_attributes_that_a_template_writes_out_whole_are_read_like_a_file() -> None:
    face = attributes("advertised.host.name: kafka1", "2.8", whole=True)
    assert texts(face.endpoints) == ["PLAINTEXT://kafka1:9092"]
    assert isinstance(face.start_error, Absent)


OPEN = "{unknown: from a data bag}"


@pytest.mark.parametrize(
    ("settings", "possible_hosts"),
    [
        (f"advertised.host.name: {OPEN}, host.name: kafka1", ["kafka1"]),
        (f"advertised.host.name: {OPEN}", []),
    ],
)
def test_a_host_that_is_not_known_leaves_the_port_known(settings: str, possible_hosts: list[str]) -> None:
    (endpoint,) = known(attributes(settings, "0.8.2", whole=True).endpoints)
    assert unknown(endpoint.host).reason == "from a data bag"
    assert possible(endpoint.host) == possible_hosts
    assert unknown(endpoint.host).fragments == ("PLAINTEXT://", None, ":9092")
    assert known(endpoint.port) == 9092


def test_a_setting_that_is_beaten_anyway_need_not_be_known() -> None:
    face = attributes(
        f"advertised.listeners: 'PLAINTEXT://kafka1:9092', host.name: {OPEN}, port: {OPEN}", "2.8", whole=True
    )
    assert texts(face.endpoints) == ["PLAINTEXT://kafka1:9092"]
    assert unknown(face.start_error).reason == "from a data bag"
    assert unknown(face.listeners).reason == "from a data bag"


@pytest.mark.parametrize(
    "settings",
    [
        f"advertised.listeners: {OPEN}",
        f"listeners: {OPEN}",
        f"advertised.listeners: {OPEN}, listeners: 'PLAINTEXT://kafka1:9092'",
        f"process.roles: {OPEN}",
        f"listener.security.protocol.map: {OPEN}, listeners: 'OWN://kafka1:9092'",
    ],
)
def test_listeners_that_are_not_known_leave_the_endpoints_open(settings: str) -> None:
    face = attributes(settings, "2.8", whole=True)
    assert unknown(face.endpoints).reason == "from a data bag"
    assert unknown(face.listeners).reason == "from a data bag"


def test_what_would_not_start_with_the_rest_alone_is_no_refusal() -> None:
    face = attributes(
        f"listeners: 'PLAINTEXT://a:1', security.inter.broker.protocol: {OPEN}", "2.8", whole=True
    )
    assert texts(face.endpoints) == ["PLAINTEXT://a:1"]
    assert possible(face.inter_broker_listener) == ["PLAINTEXT"]
    face = attributes(f"listeners: 'SSL://a:1', security.inter.broker.protocol: {OPEN}", "2.8", whole=True)
    assert unknown(face.endpoints).reason == unknown(face.start_error).reason == "from a data bag"


def test_a_connect_string_that_is_not_known_stops_no_other_setting() -> None:
    world = f"""
    nodes: {{kafka1: {{settings: {{broker.id: 1, host.name: a, zookeeper.connect: {OPEN}}}}}}}
    """
    face = intended(broker(joined(world, kafka_version="0.8.2"), "kafka1"))
    assert texts(face.endpoints) == ["PLAINTEXT://a:9092"]
    for fact in (face.zookeeper_servers, face.zookeeper_chroot, face.zookeeper_problems):
        assert unknown(fact).reason == "from a data bag"
