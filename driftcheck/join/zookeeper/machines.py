"""Whether a host in a list of servers is a given node's own machine, and where that would bind it."""

from __future__ import annotations

from collections.abc import Sequence

from driftcheck.formats.host_names import host_key, is_ip, is_loopback, is_qualified, is_wildcard
from driftcheck.join.parts import is_local
from driftcheck.join.roads import Roads
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.inventory import MachineFace
from driftcheck.model.snapshot import HostsObservation


def is_own(host: str, node: str, machine: Fact[MachineFace], roads: Roads) -> Fact[bool]:
    """Whether a host is the node's: by the names of the node and its machine, else by addresses; those of the
    node's name where its machine says none. In a server's own list every address is its own.
    """
    if is_wildcard(host) or any(same_name(host, name) for name in _names(node, machine)):
        return Known(value=True)
    addresses = roads.addresses(Known(value=host))
    own = machine.value.addresses if isinstance(machine, Known) else machine
    if not isinstance(own, Known) and isinstance(named := roads.addresses(Known(value=node)), Known):
        own = named
    if isinstance(addresses, Known) and isinstance(own, Known):
        mine = set(map(host_key, own.value))
        return Known(value=any(host_key(address) in mine for address in addresses.value))
    if isinstance(addresses, Absent):
        return Known(value=False)
    # Whose it is tells as well: one name is one machine's.
    others = roads.machines.named(Known(value=host))
    if isinstance(others, Known):
        return Known(value=node in others.value)
    why = addresses if isinstance(addresses, Unknown) else own
    assert isinstance(why, Unknown | Absent)
    reason = why.reason if isinstance(why, Unknown) else why.evidence
    return missing(f"whether {host} is {node} is not known: {reason}")


def same_name(host: str, name: str) -> bool:
    """Whether two names can be one machine's: equal, or one is the other without its domain."""
    one, other = host_key(host), host_key(name)
    if one == other:
        return True
    if is_ip(one) or is_ip(other) or is_qualified(one) == is_qualified(other):
        return False
    return one.partition(".")[0] == other.partition(".")[0]


def binds_loopback(
    host: str, hosts: HostsObservation | None, roads: Roads, others: Sequence[str]
) -> Fact[bool]:
    """Whether the machine itself takes its own host for a loopback address; never where all servers are
    called so, which then stand on one machine.
    """
    if all(map(is_local, others)):
        return Known(value=False)
    if is_wildcard(host):  # a container's way to say its own address: all of them are bound
        return Known(value=False)
    if is_local(host):
        return Known(value=True)
    if is_ip(host):
        return Known(value=False)
    if hosts is None:
        return missing(f"the hosts file of the machine is not among the files: it may say what {host} is")
    if not isinstance(hosts.entries, Known):
        return hosts.entries
    for entry in hosts.entries.value:
        if host_key(host) in map(host_key, entry.names):
            return Known(value=is_loopback(entry.address), location=hosts.location)
    addresses = roads.addresses(Known(value=host))
    if isinstance(addresses, Known):
        return Known(value=any(map(is_loopback, addresses.value)), location=addresses.location)
    return addresses if isinstance(addresses, Unknown) else Known(value=False)


def _names(node: str, machine: Fact[MachineFace]) -> Sequence[str]:
    names = machine.value.names if isinstance(machine, Known) else machine
    return (node, *(names.value if isinstance(names, Known) else ()))
