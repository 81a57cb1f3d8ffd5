"""What Ohai says of a machine: the automatic attributes as a MachineObservation."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.kafka_settings import first_text
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.snapshot import MachineObservation

MAX_ADDRESSES = 4_096

ADDRESS_PATHS = (
    "ipaddress",
    "ip6address",
    "ec2.local_ipv4",
    "ec2.public_ipv4",
    "cloud.local_ipv4",
    "cloud.public_ipv4",
)
NAME_PATHS = (
    "fqdn",
    "hostname",
    "machinename",
    "ec2.local_hostname",
    "ec2.hostname",
    "ec2.public_hostname",
    "cloud.local_hostname",
    "cloud.public_hostname",
)
ZONE_PATHS = (
    "ec2.placement_availability_zone",
    "ec2.availability_zone",
    "ec2.placement.availability_zone",
    "cloud.availability_zone",
)
MACHINE_PATHS = (
    *ADDRESS_PATHS,
    *NAME_PATHS,
    *ZONE_PATHS,
    "ec2.instance_id",
    "ec2.instance_type",
    "network.interfaces",
    "ohai_time",
)
"""Every attribute that a machine is read from."""


def machine_observation(automatic: Attributes) -> MachineObservation:
    """The machine as its node's automatic attributes have it; loopback and link-local addresses left out.

    Addresses are in their shortest spelling, sorted; names keep Ohai's order and spelling, each once.
    """
    return MachineObservation(
        observed_at=_observed_at(automatic),
        fqdn=_filled(first_text(automatic, ("fqdn",))),
        hostname=_filled(first_text(automatic, ("hostname",))),
        addresses=_addresses(automatic),
        names=_names(automatic),
        instance_id=_filled(first_text(automatic, ("ec2.instance_id",))),
        instance_type=_filled(first_text(automatic, ("ec2.instance_type",))),
        zone=_filled(first_text(automatic, ZONE_PATHS)),
    )


def _filled(fact: Fact[str]) -> Fact[str]:
    """EC2's metadata gives empty texts for what an instance does not have."""
    if isinstance(fact, Known) and not fact.value.strip():
        return Absent(evidence="the attribute is empty", location=fact.location)
    return fact


def _observed_at(automatic: Attributes) -> Fact[datetime]:
    found = automatic.child("ohai_time")
    if isinstance(found, Attributes):
        return Absent(evidence="ohai_time is not a time", location=found.location())
    if not isinstance(found, Known):
        return found
    seconds = found.value
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool):
        try:
            when = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return Absent(evidence="ohai_time lies outside the calendar", location=found.location)
        return Known(value=when, location=found.location)
    return Absent(evidence="ohai_time is not a number", location=found.location)


def _addresses(automatic: Attributes) -> Fact[tuple[str, ...]]:
    broken = automatic.broken()
    if broken is not None:
        return broken
    facts = [_filled(first_text(automatic, (path,))) for path in ADDRESS_PATHS]
    texts = {fact.value for fact in facts if isinstance(fact, Known)} | set(_interface_addresses(automatic))
    known = sorted(address for address in map(_address, texts) if address is not None)
    if not known:
        return Absent(evidence="the automatic attributes name no address", location=automatic.location())
    first = next((fact.location for fact in facts if isinstance(fact, Known)), automatic.location())
    unique = dict.fromkeys(address for *_, address in known)
    return Known(value=tuple(unique), location=first)


def _interface_addresses(automatic: Attributes) -> Iterator[str]:
    """Keys of `network.interfaces.*.addresses` whose family is inet or inet6."""
    found = automatic.set_under(("network", "interfaces"))
    layers = found.layers if isinstance(found, Attributes) else ()
    count = 0
    for _, interfaces in layers:
        for interface in _hashes(interfaces):
            addresses = interface.get("addresses")
            for address, details in addresses.items() if isinstance(addresses, dict) else ():
                if isinstance(details, dict) and details.get("family") in ("inet", "inet6"):
                    yield address
                count += 1
                if count >= MAX_ADDRESSES:
                    return


def _hashes(hash_: dict[str, object] | Unknown) -> Iterator[dict[str, object]]:
    if not isinstance(hash_, Unknown):
        yield from (value for value in hash_.values() if isinstance(value, dict))


def _address(text: str) -> tuple[int, int, str] | None:
    """The address of a machine on a network as version, number and shortest spelling, else None."""
    bare = text.strip().partition("%")[0]
    plain = _plain_ipv4(bare)
    if plain is not None:
        loopback_or_link_local = plain >> 24 == 127 or plain >> 16 == 169 << 8 | 254
        return None if plain == 0 or loopback_or_link_local else (4, plain, bare)
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if address.is_loopback or address.is_link_local or address.is_unspecified:
        return None
    return (address.version, int(address), str(address))


def _plain_ipv4(text: str) -> int | None:
    """Most addresses are of this kind, and `ipaddress` takes ten times as long for them."""
    parts = text.split(".")
    if len(parts) != 4 or not text.isascii():
        return None
    number = 0
    for part in parts:
        if (
            not part.isdigit()
            or len(part) > 3
            or (part[0] == "0" and part != "0")
            or (value := int(part)) > 255
        ):
            return None
        number = number << 8 | value
    return number


def _names(automatic: Attributes) -> Fact[tuple[str, ...]]:
    facts = [_filled(first_text(automatic, (path,))) for path in NAME_PATHS]
    known = [fact for fact in facts if isinstance(fact, Known)]
    names = dict.fromkeys(fact.value.strip() for fact in known)
    if known:
        return Known(value=tuple(names), location=known[0].location)
    for fact in facts:
        if isinstance(fact, Unknown):
            return replace(fact, candidates=())
    return Absent(evidence="the automatic attributes name no host name", location=automatic.location())
