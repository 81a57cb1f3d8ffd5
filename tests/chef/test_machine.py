"""The automatic attributes say which names and addresses a machine has."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.machine import machine_observation
from driftcheck.chef.node_object import NodeObject, read_node_object
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.snapshot import MachineObservation
from tests.chef.odd_nodes import AUTOMATIC, ODDITIES, USUAL
from tests.tiers import examples


def machine(automatic: object) -> MachineObservation:
    found = read_node_object({"automatic": automatic}, file="nodes/k1.json")
    assert isinstance(found, NodeObject)
    return machine_observation(found.automatic)


EC2: dict[str, Any] = {
    "fqdn": "kafka10.prod.example.com",
    "hostname": "kafka10",
    "machinename": "kafka10",
    "ipaddress": "10.0.3.20",
    "ip6address": "fe80::1",
    "network": {
        "interfaces": {
            "lo": {"addresses": {"127.0.0.1": {"family": "inet"}, "::1": {"family": "inet6"}}},
            "eth0": {
                "addresses": {
                    "0A:00:00:00:03:20": {"family": "lladdr"},
                    "10.0.3.20": {"family": "inet"},
                    "10.0.3.5": {"family": "inet"},
                    "2001:DB8::20": {"family": "inet6"},
                    "fe80::1%eth0": {"family": "inet6"},
                    "169.254.1.1": {"family": "inet"},
                }
            },
        }
    },
    "ec2": {
        "local_ipv4": "10.0.3.20",
        "public_ipv4": "54.1.2.3",
        "local_hostname": "ip-10-0-3-20.ec2.internal",
        "public_hostname": "",
        "instance_id": "i-0a1b",
        "instance_type": "m3.xlarge",
        "placement_availability_zone": "us-east-1c",
    },
    "ohai_time": 1427404447.5,
}


def test_an_ec2_machine_is_read_whole() -> None:
    found = machine(EC2)
    assert isinstance(found.addresses, Known)
    assert found.addresses.value == ("10.0.3.5", "10.0.3.20", "54.1.2.3", "2001:db8::20")
    assert isinstance(found.names, Known)
    assert found.names.value == ("kafka10.prod.example.com", "kafka10", "ip-10-0-3-20.ec2.internal")
    assert isinstance(found.observed_at, Known)
    assert found.observed_at.value == datetime(2015, 3, 26, 21, 14, 7, 500000, tzinfo=UTC)
    facts = (found.fqdn, found.hostname, found.instance_id, found.instance_type, found.zone)
    assert [getattr(fact, "value", None) for fact in facts] == [
        "kafka10.prod.example.com",
        "kafka10",
        "i-0a1b",
        "m3.xlarge",
        "us-east-1c",
    ]


def test_what_is_nil_or_not_there_is_absent_with_its_evidence() -> None:
    found = machine({"fqdn": None, "ohai_time": "yesterday"})
    assert isinstance(found.fqdn, Absent)
    assert found.fqdn.evidence == "the attribute is nil"
    assert isinstance(found.addresses, Absent)
    assert isinstance(found.names, Absent)
    assert found.observed_at == Absent(
        evidence="ohai_time is not a number",
        location=found.observed_at.location,
    )


def test_a_time_outside_the_calendar_is_no_time() -> None:
    for seconds in (1e300, float("nan"), -1e18, 10**400):
        assert isinstance(machine({"ohai_time": seconds}).observed_at, Absent)


def test_without_automatic_attributes_nothing_is_known() -> None:
    broken = machine([])
    assert isinstance(broken.addresses, Unknown)
    assert broken.addresses.kind is UnknownKind.FAULT
    assert isinstance(broken.names, Unknown)
    assert isinstance(broken.observed_at, Unknown)


NUMBERS = st.integers(0, 256).map(str) | st.sampled_from(["01", "00", "٣", "1 ", "", "+1", "1e1"])
TEXTS = st.lists(NUMBERS, min_size=3, max_size=5).map(".".join) | st.ip_addresses().map(str)


@given(TEXTS)
def test_an_address_is_one_as_pythons_own_reader_has_it(text: str) -> None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        expected = None
    else:
        inside = address.is_loopback or address.is_link_local or address.is_unspecified
        expected = None if inside else (str(address),)
    found = machine({"ipaddress": text}).addresses
    assert (found.value if isinstance(found, Known) else None) == expected


def assert_read_alike(automatic: dict[str, Any]) -> None:
    """What is read in one step, where no key holds a dot, is what is found by looking for each attribute."""
    usual = {**USUAL["automatic"], **automatic}
    layers = (("/automatic", {key: value for key, value in usual.items() if "." not in key}),)
    whole, quick = (
        machine_observation(Attributes(file="nodes/k1.json", layers=layers, dotted=dotted))
        for dotted in (True, False)
    )
    assert whole == quick


@examples(500)
@given(AUTOMATIC)
def test_a_usual_machine_is_read_as_every_other(automatic: dict[str, Any]) -> None:
    assert_read_alike(
        {key: value for key, value in {**USUAL["automatic"], **automatic}.items() if "." not in key}
    )


@pytest.mark.parametrize("automatic", [EC2, *ODDITIES], ids=str)
def test_what_is_odd_in_a_machine_is_read_as_ever(automatic: dict[str, Any]) -> None:
    assert_read_alike(
        {key: value for key, value in {**USUAL["automatic"], **automatic}.items() if "." not in key}
    )
