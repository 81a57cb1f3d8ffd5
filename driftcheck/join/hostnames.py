"""What Java takes for a machine's own name, by the machine's own hosts file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from driftcheck.formats.hosts import LocalName, canonical_name
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import HostsEntry, HostsObservation, NodeObservation

_POINTER = "canonical host name"
_DNS_DECIDES = "the host's own name does not stand in its hosts file: DNS decides"


def canonical_host(
    node: NodeObservation | None, hosts: HostsObservation | None, name: str
) -> tuple[Fact[str], Fact[str]]:
    """The name that Java takes for the host's own, and the address that its host name maps to.

    Absent where DNS decides. Without a node object the node's name, `name`, is taken for its host name.
    """
    if hosts is None:
        unknown = missing("the hosts file of the machine is not among the rendered files")
        return unknown, unknown
    if not isinstance(hosts.entries, Known):
        return hosts.entries, hosts.entries
    entries = [entry for entry in hosts.entries.value if entry.names]
    names, why = _own_names(node, name)
    found = [(own, local) for own in names if (local := _local(entries, own)) is not None]
    if why is None and not found:
        absent = Absent(evidence=_DNS_DECIDES, location=hosts.location)
        return absent, absent
    if why is None and len({local.value.name for _, local in found}) > 1:
        said = "; ".join(f"{own} is {local.value.name}" for own, local in found)
        why = missing(f"which of its names is the machine's host name is not known: {said}", hosts.location)
    if why is not None:
        options = tuple(_name(local, hosts.location, ()) for _, local in found)
        return replace(why, candidates=options), replace(why, candidates=())
    own, local = found[0]
    assumed = () if len(found) == len(names) else (f"the host name of the machine is {own}",)
    return _name(local, hosts.location, assumed), _address(local, hosts.location, assumed)


def _own_names(node: NodeObservation | None, name: str) -> tuple[list[str], Unknown | None]:
    """The texts that may be the machine's host name, or why there may be others."""
    said = [] if node is None else [node.machine.hostname, node.machine.fqdn]
    known = [fact.value for fact in said if isinstance(fact, Known)]
    unknown = next((fact for fact in said if isinstance(fact, Unknown)), None)
    if known or unknown is not None:
        return list(dict.fromkeys(known)), unknown
    return list(dict.fromkeys([name, name.partition(".")[0]])), None


def _local(entries: Sequence[HostsEntry], name: str) -> Known[LocalName] | None:
    found = canonical_name(entries, name)
    return found if isinstance(found, Known) else None


def _name(local: Known[LocalName], place: Location, assumed: tuple[str, ...]) -> Known[str]:
    line = replace(place, pointer=_POINTER, line=local.value.name_line, column=1)
    return Known(value=local.value.name, location=line, assumed=assumed)


def _address(local: Known[LocalName], place: Location, assumed: tuple[str, ...]) -> Known[str]:
    line = replace(place, line=local.value.address_line, column=1)
    return Known(value=local.value.address, location=line, assumed=assumed)
