"""What a connect string comes to, and whether it leads to the ensemble by which its cluster is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from driftcheck.formats.host_names import host_key, is_ip, is_qualified
from driftcheck.join.parts import is_local
from driftcheck.join.roads import Roads
from driftcheck.join.servers import QUORUM, Server, Servers, ensemble, parsed_connect, server_text
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen

_ITSELF = "localhost"
_NO_PROBLEM = "zookeeper.connect is as ZooKeeper's client wants it"
_TAKEN = "ZooKeeper's client takes the connect string"
_HOMELESS = Absent(evidence="no broker of the cluster names an ensemble that can be used")


@frozen
class Ensemble:
    """A connect string as ZooKeeper's client reads it; the fields are those of ConfigFace."""

    servers: Fact[tuple[str, ...]]
    chroot: Fact[str]
    problems: Fact[tuple[str, ...]]
    refusal: Fact[str]
    text: Fact[str]
    local: Fact[bool]
    at_home: Fact[bool]


def ensemble_of(connect: Fact[str], home: Servers, roads: Roads) -> Ensemble:
    """`home`: the servers by which the broker's cluster is known; `roads` say where names lead."""
    if not isinstance(connect, Known):
        return _nothing(connect)
    parsed = parsed_connect(connect.value)
    place, made_of = connect.location, (connect,)
    named = ensemble(connect.value)
    home = Servers(frozenset(each for each in home.exact if each[0] != QUORUM))
    full = {
        server_text(_ITSELF, port) if is_local(host) else completed(host_key(host), port, home)
        for host, port in parsed.servers
    }
    hosts = [host for host, _ in parsed.servers]
    return Ensemble(
        servers=Known(
            value=tuple(server_text(host, port) for host, port in parsed.servers),
            location=place,
            derived_from=made_of,
        ),
        chroot=Known(value=parsed.chroot, location=place, derived_from=made_of),
        problems=Known(value=parsed.problems, location=place)
        if parsed.problems
        else Absent(evidence=_NO_PROBLEM, location=place),
        refusal=Absent(evidence=_TAKEN, location=place)
        if parsed.error is None
        else Known(value=parsed.error, location=place),
        text=Known(value=",".join(sorted(full)), derived_from=made_of),
        local=Known(value=bool(hosts) and all(map(is_local, hosts)), derived_from=made_of),
        at_home=_at_home(named, home, roads) if home.exact else _HOMELESS,
    )


def _nothing(connect: Absent | Unknown) -> Ensemble:
    why = connect
    if isinstance(connect, Unknown):
        why = replace(connect, candidates=(), fragments=())
    return Ensemble(servers=why, chroot=why, problems=why, refusal=why, text=why, local=why, at_home=why)


def completed(host: str, port: int, home: Servers) -> str:
    """The server, a name without a domain as the others write it, if one name alone could be meant."""
    if not is_qualified(host):
        full = {
            other
            for _, other, its_port in home.exact
            if its_port == port and "." in other and not is_ip(other) and other.partition(".")[0] == host
        }
        if len(full) == 1:
            host = full.pop()
    return server_text(host, port)


def _at_home(named: Servers, home: Servers, roads: Roads) -> Fact[bool]:
    """By the servers' names, else by their addresses, as far as these are known."""
    if home.may_overlap(named):
        return Known(value=True)
    chroots = {chroot for chroot, _, _ in named.exact} & {chroot for chroot, _, _ in home.exact}
    ours = [each for each in named.exact if each[0] in chroots]
    theirs = [each for each in home.exact if each[0] in chroots]
    if _places(ours, roads) & _places(theirs, roads):
        return Known(value=True)
    return _name_or_address(ours, theirs, roads) or Known(value=False)


def _places(servers: Iterable[Server], roads: Roads) -> set[tuple[str, int]]:
    """The addresses and ports to which servers are known to lead."""
    found = ((roads.addresses(Known(value=host)), port) for _, host, port in servers)
    return {
        (host_key(address), port) for fact, port in found if isinstance(fact, Known) for address in fact.value
    }


def _name_or_address(ours: Iterable[Server], theirs: Iterable[Server], roads: Roads) -> Unknown | None:
    """Why an address on one side may be that of a name on the other, if it may."""
    for some, others in ((ours, theirs), (theirs, ours)):
        addresses = sorted((host, port) for _, host, port in some if is_ip(host))
        names = sorted((host, port) for _, host, port in others if not is_ip(host))
        for name, port in names:
            fact = roads.addresses(Known(value=name))
            alike = [address for address, its_port in addresses if its_port == port]
            if isinstance(fact, Unknown) and alike:
                return missing(f"whether {alike[0]} is {name} is not known: {fact.reason}", fact.location)
    return None
