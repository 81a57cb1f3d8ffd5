"""What Ohai says of a machine: the automatic attributes as a MachineObservation."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.kafka_settings import first_text, none_set
from driftcheck.formats.host_names import plain_ipv4
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.locations import Location
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
_ID_PATHS = ("ec2.instance_id",)
_TYPE_PATHS = ("ec2.instance_type",)
MACHINE_PATHS = (
    *ADDRESS_PATHS,
    *NAME_PATHS,
    *ZONE_PATHS,
    *_ID_PATHS,
    *_TYPE_PATHS,
    "network.interfaces",
    "ohai_time",
)
"""Every attribute that a machine is read from."""


_INTERFACES = ("network", "interfaces")
_CLOUDS = frozenset({"ec2", "cloud"})
_OWN_ADDRESSES = tuple(path for path in ADDRESS_PATHS if "." not in path)
_OWN_NAMES = tuple(path for path in NAME_PATHS if "." not in path)
_OWN_PATHS = (*_OWN_ADDRESSES, *_OWN_NAMES)
_OWN_POINTERS = {key: f"/automatic/{key}" for key in (*_OWN_PATHS, "ohai_time")}
_USUAL = frozenset({"fqdn", "hostname", "ipaddress"})
"""What nearly every node says of its machine; the first two are the first two of `_OWN_NAMES`."""


def machine_observation(automatic: Attributes) -> MachineObservation:
    """The machine as its node's automatic attributes have it; loopback and link-local addresses left out.

    Addresses are in their shortest spelling, sorted; names keep Ohai's order and spelling, each once.
    """
    ((_, level),) = automatic.layers
    if not automatic.dotted and isinstance(level, dict):
        plain = plain_machine(level, automatic.file)
        if plain is not None:
            return plain
    cloud = automatic.may_hold(_CLOUDS)
    paths = (*ADDRESS_PATHS, *NAME_PATHS) if cloud else _OWN_PATHS
    said = {path: _filled(first_text(automatic, (path,))) for path in paths}
    return MachineObservation(
        observed_at=_observed_at(automatic),
        fqdn=said["fqdn"],
        hostname=said["hostname"],
        addresses=_addresses(automatic, said),
        names=_names(automatic, said),
        instance_id=_of_cloud(automatic, _ID_PATHS, cloud),
        instance_type=_of_cloud(automatic, _TYPE_PATHS, cloud),
        zone=_of_cloud(automatic, ZONE_PATHS, cloud),
    )


def plain_machine(automatic: Mapping[str, object], file: str) -> MachineObservation | None:
    """The same of the automatic attributes as they are saved, if all that they say is of the usual form and
    nothing stands under a cloud's; else None. No key may hold a dot.
    """
    names, seconds = [automatic[key] for key in _OWN_NAMES if key in automatic], automatic.get("ohai_time")
    own = [automatic[key] for key in _OWN_ADDRESSES if key in automatic]
    filled = [text for text in (*names, *own) if isinstance(text, str) and text and not text.isspace()]
    usual = len(filled) == len(names) + len(own) and type(seconds) in (int, float)
    if not usual or not automatic.keys() >= _USUAL or not _CLOUDS.isdisjoint(automatic):
        return None
    network = automatic.get("network")
    interfaces = network.get("interfaces") if isinstance(network, dict) else None
    texts = {*filled[len(names) :], *(_of_interfaces(interfaces) if isinstance(interfaces, dict) else ())}
    addresses = _in_order(texts)
    if not addresses:
        return None

    def place(key: str) -> Location:
        return Location(source="chef", name=file, pointer=_OWN_POINTERS[key])

    fqdn = Known(value=filled[0], location=place("fqdn"))
    return MachineObservation(
        observed_at=_moment(seconds, place("ohai_time")),
        fqdn=fqdn,
        hostname=Known(value=filled[1], location=place("hostname")),
        addresses=Known(value=addresses, location=place("ipaddress")),
        names=Known(
            value=tuple(dict.fromkeys([text.strip() for text in filled[: len(names)]])),
            location=fqdn.location,
        ),
        instance_id=none_set(_ID_PATHS),
        instance_type=none_set(_TYPE_PATHS),
        zone=none_set(ZONE_PATHS),
    )


def _of_cloud(automatic: Attributes, paths: tuple[str, ...], cloud: bool) -> Fact[str]:
    """What only a cloud says of a machine."""
    return _filled(first_text(automatic, paths)) if cloud else none_set(paths)


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
    return _moment(found.value, found.location)


def _moment(seconds: object, place: Location | None) -> Fact[datetime]:
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool):
        try:
            when = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return Absent(evidence="ohai_time lies outside the calendar", location=place)
        return Known(value=when, location=place)
    return Absent(evidence="ohai_time is not a number", location=place)


def _addresses(automatic: Attributes, said: Mapping[str, Fact[str]]) -> Fact[tuple[str, ...]]:
    broken = automatic.broken()
    if broken is not None:
        return broken
    facts = [said[path] for path in ADDRESS_PATHS if path in said]
    texts = {fact.value for fact in facts if isinstance(fact, Known)} | set(_interface_addresses(automatic))
    unique = _in_order(texts)
    if not unique:
        return Absent(evidence="the automatic attributes name no address", location=automatic.location())
    first = next((fact.location for fact in facts if isinstance(fact, Known)), automatic.location())
    return Known(value=unique, location=first)


def _in_order(texts: Iterable[str]) -> tuple[str, ...]:
    """The addresses among the texts, each once."""
    known = sorted([address for address in map(_address, texts) if address is not None])
    return tuple(dict.fromkeys([address for *_, address in known]))


def _interface_addresses(automatic: Attributes) -> Iterator[str]:
    """Keys of `network.interfaces.*.addresses` whose family is inet or inet6."""
    found = automatic.set_under(_INTERFACES)
    layers = found.layers if isinstance(found, Attributes) else ()
    hashes = [layer for _, layer in layers if not isinstance(layer, Unknown)]
    return (address for layer in hashes for address in _of_interfaces(layer))


def _of_interfaces(interfaces: Mapping[str, object]) -> Iterator[str]:
    count = 0
    for interface in interfaces.values():
        addresses = interface.get("addresses") if isinstance(interface, dict) else None
        for address, details in addresses.items() if isinstance(addresses, dict) else ():
            if isinstance(details, dict) and details.get("family") in ("inet", "inet6"):
                yield address
            count += 1
            if count >= MAX_ADDRESSES:
                return


def _address(text: str) -> tuple[int, int, str] | None:
    """The address of a machine on a network as version, number and shortest spelling, else None."""
    bare = text.strip().partition("%")[0]
    plain = plain_ipv4(bare)
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


def _names(automatic: Attributes, said: Mapping[str, Fact[str]]) -> Fact[tuple[str, ...]]:
    facts = [said[path] for path in NAME_PATHS if path in said]
    known = [fact for fact in facts if isinstance(fact, Known)]
    names = dict.fromkeys(fact.value.strip() for fact in known)
    if known:
        return Known(value=tuple(names), location=known[0].location)
    for fact in facts:
        if isinstance(fact, Unknown):
            return replace(fact, candidates=())
    return Absent(evidence="the automatic attributes name no host name", location=automatic.location())
