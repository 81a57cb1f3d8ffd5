"""Where each endpoint comes from, what stays unknown, and the rules that differ between releases."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.errors import UsageError
from driftcheck.kafka.endpoints import (
    CANONICAL,
    EffectiveEndpoints,
    agreed_endpoints,
    effective_endpoints,
    effective_endpoints_by_family,
)
from driftcheck.kafka.settings import settings_of
from driftcheck.kafka.versions import families, parse_version
from driftcheck.model.facts import Known, Unknown, UnknownKind

HOSTNAME = "ip-10-0-0-7.ec2.internal"
BROKER = {"broker.id": "7", "zookeeper.connect": "zk1:2181"}
KRAFT = {
    "process.roles": "broker",
    "node.id": "7",
    "controller.quorum.voters": "1@c1:9093",
    "controller.listener.names": "CONTROLLER",
}


def effective(version: str, hostname: str | None = HOSTNAME, **settings: str) -> EffectiveEndpoints:
    properties = BROKER | {key.replace("__", "."): value for key, value in settings.items()}
    return effective_endpoints(properties, version=version, hostname=hostname)


def texts(found: EffectiveEndpoints) -> list[str]:
    assert found.error is None
    return [str(endpoint) for endpoint in found.endpoints or ()]


@pytest.mark.parametrize(
    ("version", "port"), [("0.8", 6667), ("0.8.1", 6667), ("0.8.2", 9092), ("2.8", 9092), ("3.9", 9092)]
)
def test_a_bare_broker_registers_its_canonical_name(version: str, port: int) -> None:
    found = effective(version)
    assert texts(found) == [f"PLAINTEXT://{HOSTNAME}:{port}"]
    assert (found.host, found.port) == (HOSTNAME, port)


@pytest.mark.parametrize("version", ["0.8", "0.8.2", "0.9", "2.8", "3.9"])
def test_without_the_hostname_the_host_is_a_gap_and_the_port_is_known(version: str) -> None:
    found = effective(version, hostname=None)
    (endpoint,) = found.endpoints or ()
    assert isinstance(endpoint.host, Unknown)
    assert endpoint.host.kind is UnknownKind.MISSING_INPUT
    assert endpoint.host.fragments == ("PLAINTEXT://", None, f":{endpoint.port}")
    assert str(endpoint) == f"PLAINTEXT://⟨?⟩:{endpoint.port}"
    assert endpoint.host_from == CANONICAL
    assert found.host is None


@pytest.mark.parametrize(
    ("version", "settings", "host_from", "port_from"),
    [
        ("0.8.2", {"host__name": "h", "port": "1"}, "host.name", "port"),
        ("0.8.2", {"advertised__host__name": "h"}, "advertised.host.name", "port"),
        ("0.8.2", {"advertised__host__name": "", "host__name": "h"}, CANONICAL, "port"),
        ("0.8", {"advertised__host__name": "h", "host__name": "g"}, "host.name", "port"),
        ("2.8", {"host__name": "h", "port": "1"}, "host.name", "port"),
        ("2.8", {"host__name": "h"}, "host.name", "the default port"),
        ("2.8", {"advertised__host__name": "h", "port": "1"}, "advertised.host.name", "port"),
        ("2.8", {"advertised__port": "1", "host__name": "h"}, "host.name", "advertised.port"),
        ("2.8", {"advertised__port": "1", "listeners": "PLAINTEXT://h:2"}, CANONICAL, "advertised.port"),
        ("2.8", {"listeners": "PLAINTEXT://h:2"}, "listeners", "listeners"),
        ("2.8", {"listeners": "PLAINTEXT://:2"}, CANONICAL, "listeners"),
        (
            "3.9",
            {"listeners": "PLAINTEXT://:2", "advertised__listeners": "PLAINTEXT://h:3"},
            "advertised.listeners",
            "advertised.listeners",
        ),
        ("3.9", {}, CANONICAL, "the default port"),
    ],
)
def test_an_endpoint_knows_which_settings_decided_it(
    version: str, settings: dict[str, str], host_from: str, port_from: str
) -> None:
    (endpoint,) = effective(version, **settings).endpoints or ()
    assert (endpoint.host_from, endpoint.port_from) == (host_from, port_from)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.8", "PLAINTEXT://inner:9092"),
        ("0.8.1", "PLAINTEXT://outer:1234"),
        ("2.8", "PLAINTEXT://outer:1234"),
        ("3.0", f"PLAINTEXT://{HOSTNAME}:9092"),
    ],
)
def test_the_old_keys_come_and_go(version: str, expected: str) -> None:
    old = {
        "host__name": "inner",
        "port": "9092",
        "advertised__host__name": "outer",
        "advertised__port": "1234",
    }
    assert texts(effective(version, **old)) == [expected]


def test_a_trailing_blank_ends_a_start_of_0_8_only() -> None:
    assert effective("0.8.2", port="9092 ").error == 'For input string: "9092 "'
    assert texts(effective("0.9", port="9092 ")) == [f"PLAINTEXT://{HOSTNAME}:9092"]


def test_ipv6_is_written_in_brackets_where_the_record_has_room_for_them() -> None:
    assert texts(effective("0.8.2", host__name="::1")) == ["PLAINTEXT://::1:9092"]
    assert texts(effective("2.8", listeners="PLAINTEXT://[::1]:9092")) == ["PLAINTEXT://[::1]:9092"]


def test_the_wildcard_is_refused_from_1_0() -> None:
    assert texts(effective("0.11", listeners="PLAINTEXT://0.0.0.0:9092"))
    assert "0.0.0.0" in (effective("1.0", listeners="PLAINTEXT://0.0.0.0:9092").error or "")


def test_two_listeners_may_share_a_port_from_3_6_if_one_is_ipv4_and_one_ipv6() -> None:
    listeners = "PLAINTEXT://127.0.0.1:9092,SSL://[::1]:9092"
    assert "different port" in (effective("3.5", listeners=listeners).error or "")
    assert len(texts(effective("3.6", listeners=listeners))) == 2


def test_no_plaintext_endpoint_means_no_old_pair() -> None:
    found = effective("2.8", listeners="SSL://h:1", security__inter__broker__protocol="SSL")
    assert (found.host, found.port) == (None, -1)
    assert found.listener_protocols == {"SSL": "SSL"}
    assert found.inter_broker_listener == "SSL"


def test_from_0_9_0_0_an_id_is_made_up_where_none_is_set() -> None:
    given = {"zookeeper.connect": "zk1:2181"}
    errors = {
        version: effective_endpoints(given, version=version, hostname=HOSTNAME).error
        for version in ("0.8.2.2", "0.9.0.0", "0.9.0.1", "3.9.1")
    }
    assert {version: error is None for version, error in errors.items()} == {
        "0.8.2.2": False,
        "0.9.0.0": True,
        "0.9.0.1": True,
        "3.9.1": True,
    }


def test_node_id_beats_broker_id_in_2_8_and_must_equal_it_from_3_1() -> None:
    assert effective("2.8", node__id="5").broker_id == 5
    assert effective("3.1", node__id="5").error == "You must set `node.id` to the same value as `broker.id`."


def test_a_controller_registers_nothing_and_tells_the_others_its_own() -> None:
    found = effective_endpoints(
        {
            "process.roles": "controller",
            "node.id": "1",
            "controller.quorum.voters": "1@c1:9093",
            "listeners": "CONTROLLER://0.0.0.0:9093",
            "controller.listener.names": "CONTROLLER",
        },
        version="3.9.1",
        hostname=HOSTNAME,
    )
    assert found.endpoints == ()
    assert not found.registers_broker
    assert [str(endpoint) for endpoint in found.advertised] == [f"CONTROLLER://{HOSTNAME}:9093"]


def test_3_9_0_alone_refuses_a_controller_on_the_wildcard() -> None:
    properties = KRAFT | {"process.roles": "broker,controller", "node.id": "1"}
    properties |= {"listeners": "PLAINTEXT://h:9092,CONTROLLER://0.0.0.0:9093"}
    refused = {
        version: effective_endpoints(properties, version=version, hostname=HOSTNAME).error is not None
        for version in ("3.7", "3.9.0", "3.9.1", "4.1")
    }
    assert refused == {"3.7": False, "3.9.0": True, "3.9.1": False, "4.1": False}


def test_4_x_knows_no_zookeeper() -> None:
    missing = {
        name: f'Missing required configuration "{name}" which has no default value.'
        for name in ("process.roles", "node.id")
    }
    assert effective("4.0").error == missing["process.roles"]
    no_id = {key: value for key, value in KRAFT.items() if key != "node.id"}
    assert effective_endpoints(no_id, version="4.0", hostname=HOSTNAME).error == missing["node.id"]
    assert texts(effective_endpoints(KRAFT, version="4.1", hostname="h")) == ["PLAINTEXT://h:9092"]


def test_from_4_0_a_node_without_a_role_registers_nothing() -> None:
    found = effective("4.1", process__roles="")
    assert (found.endpoints, found.registers_broker) == ((), False)


def test_what_the_zookeeper_client_will_say_is_no_refusal() -> None:
    found = effective("2.8", zookeeper__connect="zk1:2181/kafka/")
    assert found.error is None
    assert found.zk_error == "IllegalArgumentException: Path must not end with / character"


@pytest.mark.parametrize("version", ["", "nonsense", "0.7", "2.9", "5.0"])
def test_an_unknown_version_is_the_users_error(version: str) -> None:
    with pytest.raises(UsageError):
        effective_endpoints(BROKER, version=version, hostname=None)


def test_without_a_version_agreement_is_known_and_difference_has_candidates() -> None:
    same = effective_endpoints_by_family(BROKER | {"port": "9092", "broker.id": "x"}, hostname=HOSTNAME)
    assert all(found.endpoints is None for found in same.values())
    old = effective_endpoints_by_family(BROKER | {"advertised.host.name": "outer"}, hostname=HOSTNAME)
    assert len(old) == len(families())
    differing = agreed_endpoints(old)
    assert isinstance(differing, Unknown)
    assert ("PLAINTEXT://outer:9092",) in [candidate.value for candidate in differing.candidates]
    agreed = agreed_endpoints({name: found for name, found in old.items() if name in ("2.0", "2.8")})
    assert agreed == Known(value=("PLAINTEXT://outer:9092",))


def test_a_family_that_would_refuse_is_an_assumption() -> None:
    agreed = agreed_endpoints(effective_endpoints_by_family(BROKER | {"port": "9092"}, hostname=HOSTNAME))
    assert isinstance(agreed, Known)
    assert agreed.assumed


KEYS = sorted(
    set(settings_of(parse_version("3.9"))) | set(settings_of(parse_version("2.8"))) | {"process.roles"}
)
VALUES = st.text() | st.sampled_from(
    [
        "",
        "1",
        "-1",
        "x",
        "PLAINTEXT://:9092",
        "CONTROLLER://c:1,SSL://[::1]:0",
        "A:SSL,B:PLAINTEXT",
        "broker",
        "true",
    ]
)


@given(
    st.dictionaries(st.sampled_from(KEYS) | st.text(), VALUES, max_size=8),
    st.sampled_from(families()),
    st.none() | st.text(),
)
def test_no_configuration_makes_it_raise(
    properties: dict[str, str], release: object, hostname: str | None
) -> None:
    found = effective_endpoints(BROKER | properties, version=str(release), hostname=hostname)
    assert (found.endpoints is None) == (found.error is not None)
    assert all("://" in str(endpoint) for endpoint in found.advertised)


@given(st.text())
def test_a_version_is_known_or_the_users_error(version: str) -> None:
    with contextlib.suppress(UsageError):
        effective_endpoints(BROKER, version=version, hostname=None)
