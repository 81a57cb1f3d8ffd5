"""The voters of a controller quorum, as a configuration lists them."""

from __future__ import annotations

from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.join.ensembles import completed
from driftcheck.join.roads import Roads
from driftcheck.join.servers import QUORUM, Servers, server_host
from driftcheck.model.facts import Absent, Fact, Known, Unknown, map_known
from driftcheck.model.inventory import MachineFace
from driftcheck.model.inventory_parts import QuorumVoter

_ANOTHER = Absent(evidence="it is the voter of another node")
_NONE = Absent(evidence="controller.quorum.voters lists nobody")


def voters_of(
    setting: Fact[str], own_id: Fact[int], machine: Fact[MachineFace], roads: Roads
) -> Fact[tuple[QuorumVoter, ...]]:
    """The entries `id@host:port` of controller.quorum.voters; what is no such entry is left out.

    `own_id` and `machine` are the node's; Absent where nobody is listed.
    """
    if isinstance(setting, Unknown):
        return replace(setting, candidates=(), fragments=())
    if not isinstance(setting, Known) or not setting.value.strip():
        return setting if isinstance(setting, Absent) else _NONE
    found = []
    for entry in setting.value.split(","):
        number, at, address = entry.strip().partition("@")
        port = address.rpartition(":")[2]
        if at and _is_number(number) and _is_number(port):
            is_mine = map_known(own_id, int(number).__eq__)
            host = server_host(address)
            own = _own(host, is_mine, machine, roads)
            found.append(QuorumVoter(id=int(number), host=host, port=int(port), own=own))
    return Known(value=tuple(found), location=setting.location, derived_from=(setting,))


def quorum_text(voters: Fact[tuple[QuorumVoter, ...]], home: Servers) -> Fact[str]:
    """The voters in order as one text, names without a domain as the cluster's other nodes complete them."""
    quorum = Servers(frozenset(each for each in home.exact if each[0] == QUORUM))
    return map_known(
        voters,
        lambda several: ",".join(
            f"{each.id}@{completed(host_key(each.host), each.port, quorum)}"
            for each in sorted(several, key=lambda each: (each.id, each.host, each.port))
        ),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _own(host: str, is_mine: Fact[bool], machine: Fact[MachineFace], roads: Roads) -> Fact[bool]:
    """Whether the host leads to the node's own machine, for the voter that the node is."""
    if not isinstance(is_mine, Known):
        return is_mine
    if not is_mine.value:
        return _ANOTHER
    names = machine.value.names if isinstance(machine, Known) else machine
    if isinstance(names, Known) and host_key(host) in map(host_key, names.value):
        return Known(value=True)
    return roads.machines.own(roads.addresses(Known(value=host)), machine)
