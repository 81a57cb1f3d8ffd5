"""Resolver addresses: the same that the configuration takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.sources.configuration.values import ValueRefused, resolver
from driftcheck.sources.questions.resolvers import parse_resolver


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.0.0.2", "10.0.0.2"),
        ("10.0.0.2:53", "10.0.0.2"),
        ("10.0.0.2:5353", "10.0.0.2:5353"),
        ("2001:DB8::2", "2001:db8::2"),
        ("[2001:db8::2]", "2001:db8::2"),
        ("[2001:db8::2]:5353", "[2001:db8::2]:5353"),
    ],
)
def test_a_server_is_named_in_one_way(text: str, shown: str) -> None:
    found = parse_resolver(text)
    assert found is not None
    assert found.vantage == str(found.servers[0]) == shown


@pytest.mark.parametrize(
    "text", ["", "dns.example.com", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:65536", "[::1", "[::1]x", "1:2:3"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert parse_resolver(text) is None


@given(st.text(alphabet="0123456789.:[]af%", max_size=24) | st.ip_addresses().map(str))
def test_the_configuration_takes_the_same(text: str) -> None:
    try:
        resolver(text)
        taken = True
    except ValueRefused:
        taken = False
    assert (parse_resolver(text) is not None) == taken
