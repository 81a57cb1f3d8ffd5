"""What a host's text says by itself."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.formats.host_names import (
    encoded_address,
    host_key,
    is_ip,
    is_link_local,
    is_localhost,
    is_loopback,
    is_private_address,
    is_public_ec2_name,
    is_qualified,
    is_wildcard,
)

PREDICATES = (
    is_ip,
    is_link_local,
    is_localhost,
    is_loopback,
    is_private_address,
    is_public_ec2_name,
    is_qualified,
    is_wildcard,
)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("Kafka01.Prod.example.com.", "kafka01.prod.example.com"),
        ("kafka01 ", "kafka01 "),
        ("10.0.1.11", "10.0.1.11"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("2001:db8:0:0:0:0:0:1", "2001:db8::1"),
        ("010.0.1.11", "010.0.1.11"),
        ("", ""),
        ("[", "["),
    ],
)
def test_equal_hosts_have_one_key(host: str, key: str) -> None:
    assert host_key(host) == key


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "[::]", "0", "0.0", "00.0.0.0", "0x0", "::ffff:0.0.0.0", "*"]
)
def test_wildcards(host: str) -> None:
    assert is_wildcard(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"])
def test_loopback_addresses(host: str) -> None:
    assert is_loopback(host)
    assert not is_wildcard(host)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "localhost.localdomain", "a.localhost", "localhost6", "ip6-loopback"]
)
def test_names_of_the_machine_itself(host: str) -> None:
    assert is_localhost(host)


@pytest.mark.parametrize("host", ["169.254.169.254", "fe80::1", "[fe80::1%eth0]"])
def test_link_local_addresses(host: str) -> None:
    assert is_link_local(host)


def test_an_ordinary_name_is_none_of_these() -> None:
    odd = ("zero", "08", "127.1.1.1.1", "127.256.1", "127.16777216", "x127.0.0.1", "0x")
    for host in ("kafka01.prod.example.com", "localhost-7.example.com", "10.0.1.11.example.com", *odd):
        assert not any(each(host) for each in PREDICATES if each is not is_qualified), host


def test_a_name_with_a_dot_needs_no_search_domain() -> None:
    assert is_qualified("kafka01.prod.example.com")
    assert is_qualified("kafka01.")
    assert is_qualified("10.0.1.11")
    assert is_qualified("::1")
    assert not is_qualified("kafka01")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("ip-10-0-3-20.ec2.internal", "10.0.3.20"),
        ("ip-10-0-3-20.us-west-2.compute.internal", "10.0.3.20"),
        ("IP-10-0-3-20", "10.0.3.20"),
        ("ec2-54-1-2-3.compute-1.amazonaws.com", "54.1.2.3"),
        ("ip-10-0-3-256.ec2.internal", None),
        ("ip-10-0-3.ec2.internal", None),
        ("kafka-10-0-3-20", None),
        ("ip-10-0-3-20x", None),
    ],
)
def test_the_address_that_an_ec2_name_spells(host: str, address: str | None) -> None:
    assert encoded_address(host) == address


def test_public_ec2_names() -> None:
    assert is_public_ec2_name("ec2-54-1-2-3.compute-1.amazonaws.com")
    assert is_public_ec2_name("ec2-54-1-2-3.eu-west-1.compute.amazonaws.com.")
    assert is_public_ec2_name("ec2-54-1-2-3.cn-north-1.compute.amazonaws.com.cn")
    assert not is_public_ec2_name("ip-10-0-3-20.ec2.internal")
    assert not is_public_ec2_name("ec2-999-1-2-3.compute-1.amazonaws.com")
    assert not is_public_ec2_name("ec2-54-1-2-3.compute-1.amazonaws.com.evil.example")


@pytest.mark.parametrize("address", ["10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "fd00::1"])
def test_private_addresses(address: str) -> None:
    assert is_private_address(address)


@pytest.mark.parametrize("address", ["54.1.2.3", "172.32.0.1", "2001:db8::1", "127.0.0.1", "kafka01"])
def test_addresses_that_are_not_private(address: str) -> None:
    assert not is_private_address(address)


@given(st.ip_addresses())
def test_every_spelling_of_an_address_has_its_key(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert host_key(str(address)) == host_key(address.exploded) == host_key(f"[{address}]") == str(address)


@given(st.text(max_size=40) | st.from_regex(r"[0-9a-fx.:\[\]-]{0,20}"))
def test_no_text_is_too_odd(host: str) -> None:
    assert all(each(host) in (True, False) for each in PREDICATES)
    assert is_ip(host) == is_ip(host_key(host))
    encoded_address(host)
