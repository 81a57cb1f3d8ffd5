"""What Ohai says of a machine: the automatic attributes as a MachineObservation."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from driftcheck.chef.attributes import Attributes
from driftcheck.chef.kafka_settings import first_text, none_set
from driftcheck.formats.host_names import plain_ipv4
from driftcheck.model.facts import Absent, Fact, Known, Unknown
from driftcheck.model.frozen import frozen
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
_CLOUD_HASHES = ("ec2", "cloud")
_CLOUDS = frozenset(_CLOUD_HASHES)
_OWN_PATHS = tuple(path for path in (*ADDRESS_PATHS, *NAME_PATHS) if "." not in path)
_USUAL = ("fqdn", "hostname", "ipaddress", "ohai_time")
"""What nearly every node says of its machine."""
_USUAL_POINTERS = tuple(f"/automatic/{key}" for key in _USUAL)
_NUMBERS = (int, float)
_LINK_LOCAL = frozenset({"fe8", "fe9", "fea", "feb"})
"""What the first part of an address in fe80::/10 begins with; it has four digits."""
_LAST_SECOND = 2**33
_NOTHING: dict[str, object] = {}
_INSTANCE_PATHS = (_ID_PATHS, _TYPE_PATHS, ZONE_PATHS)
_NESTED_ZONE = frozenset({"placement", "placement.availability_zone"})
_KEYS_OF_CLOUD = {
    cloud: [(path.removeprefix(f"{cloud}."), path) for path in MACHINE_PATHS if path.startswith(f"{cloud}.")]
    for cloud in _CLOUD_HASHES
}

Placed: TypeAlias = tuple[str, str]
"""A path and the text that stands there."""

_NO_INSTANCE: tuple[Placed | None, ...] = (None, None, None)


def machine_observation(automatic: Attributes) -> MachineObservation:
    """The machine as its node's automatic attributes have it; loopback and link-local addresses left out.

    Addresses are in their shortest spelling, sorted; names keep Ohai's order and spelling, each once.
    """
    ((_, level),) = automatic.layers
    if not automatic.dotted and isinstance(level, dict):
        plain = plain_machine(level)
        if plain is not None:
            return plain.observation(automatic.file)
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


@frozen
class PlainMachine:
    """What the automatic attributes say of a machine if all of it is of the usual form.

    `seconds`: `ohai_time`, between 1970 and 2242. `names`: the fqdn, the host name and the others, each once,
    without blanks around it; `addresses` as a MachineObservation has them. `instance`: what EC2 calls it, how
    it calls its type, and its zone, each with the path where it stands; None where it stands nowhere.
    """

    seconds: float
    fqdn: str
    hostname: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    instance: tuple[Placed | None, ...] = _NO_INSTANCE

    def observation(self, file: str) -> MachineObservation:
        """The same with its places; `file` is the node object's path."""
        fqdn, hostname, address, time = [
            Location(source="chef", name=file, pointer=pointer) for pointer in _USUAL_POINTERS
        ]
        instance_id, instance_type, zone = [
            none_set(paths) if each is None else _placed(each, file)
            for paths, each in zip(_INSTANCE_PATHS, self.instance, strict=True)
        ]
        return MachineObservation(
            observed_at=_moment(self.seconds, time),
            fqdn=Known(value=self.fqdn, location=fqdn),
            hostname=Known(value=self.hostname, location=hostname),
            addresses=Known(value=self.addresses, location=address),
            names=Known(value=self.names, location=fqdn),
            instance_id=instance_id,
            instance_type=instance_type,
            zone=zone,
        )


def _placed(each: Placed, file: str) -> Known[str]:
    path, text = each
    pointer = f"/automatic/{path.replace('.', '/')}"
    return Known(value=text, location=Location(source="chef", name=file, pointer=pointer))


def plain_machine(automatic: Mapping[str, object]) -> PlainMachine | None:
    """The machine as the saved automatic attributes have it, if what they say of it is of the usual form;
    else None. No key may hold a dot.
    """
    fqdn, hostname, address, seconds = map(automatic.get, _USUAL)
    if type(seconds) not in _NUMBERS or not 0 <= seconds < _LAST_SECOND:  # type: ignore[operator]  # a number
        return None
    names, texts, instance = [fqdn, hostname], [address], _NO_INSTANCE
    if "machinename" in automatic:
        names.append(automatic["machinename"])
    if "ip6address" in automatic:
        texts.append(automatic["ip6address"])
    if not _CLOUDS.isdisjoint(automatic):
        found = _said_by_clouds(automatic, names, texts)
        if found is None:
            return None
        instance = found
    filled = [text for text in (*names, *texts) if isinstance(text, str) and text and text == text.strip()]
    if len(filled) != len(names) + len(texts):
        return None
    network = automatic.get("network")
    interfaces = network.get("interfaces") if isinstance(network, dict) else None
    own = filled[len(names) :]
    addresses = _in_order({*own, *(_of_interfaces(interfaces) if isinstance(interfaces, dict) else ())})
    if not addresses:
        return None
    return PlainMachine(
        seconds=seconds,  # type: ignore[arg-type]  # a number
        fqdn=filled[0],
        hostname=filled[1],
        names=tuple(dict.fromkeys(filled[: len(names)])),
        addresses=addresses,
        instance=instance,
    )


def _said_by_clouds(
    automatic: Mapping[str, object], names: list[object], texts: list[object]
) -> tuple[Placed | None, ...] | None:
    """What the hashes of clouds say of the instance; their names and addresses are put to the others.

    None if it is not of the usual form. Names and addresses that are nil or blank are not said.
    """
    said: dict[str, object] = {}
    for cloud in _CLOUD_HASHES:
        hash_ = automatic.get(cloud, _NOTHING)
        if not isinstance(hash_, dict) or not _NESTED_ZONE.isdisjoint(hash_):
            return None
        said.update((path, hash_[key]) for key, path in _KEYS_OF_CLOUD[cloud] if key in hash_)
    names += [said[path] for path in NAME_PATHS if _is_said(said.get(path))]
    texts += [said[path] for path in ADDRESS_PATHS if _is_said(said.get(path))]
    instance: list[Placed | None] = []
    for paths in _INSTANCE_PATHS:
        there = [(path, said[path]) for path in paths if path in said]
        if not all(isinstance(text, str) and text.strip() for _, text in there):
            return None
        instance.append((there[0][0], str(there[0][1])) if there else None)
    return tuple(instance)


def _is_said(text: object) -> bool:
    return text is not None and not (isinstance(text, str) and not text.strip())


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


@lru_cache(maxsize=256)
def _address(text: str) -> tuple[int, int, str] | None:
    """The address of a machine on a network as version, number and shortest spelling, else None.

    Some, such as the loopback's, are those of every node.
    """
    bare = text.strip().partition("%")[0]
    plain = plain_ipv4(bare)
    if plain is not None:
        loopback_or_link_local = plain >> 24 == 127 or plain >> 16 == 169 << 8 | 254
        return None if plain == 0 or loopback_or_link_local else (4, plain, bare)
    if bare[4:5] == ":" and bare[:3].lower() in _LINK_LOCAL:
        return None  # nearly every node has one or two: no parsing for each
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
