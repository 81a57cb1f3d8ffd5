"""Where a connect string leads in the ensemble that there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.join.machines import MachineFaces
from driftcheck.join.parts import is_local
from driftcheck.join.roads import Roads
from driftcheck.join.servers import server_host
from driftcheck.join.zookeeper.machines import is_own, same_name
from driftcheck.join.zookeeper.quorum import configured_peers, usual_peers
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.zookeeper_peers import peers_of
from driftcheck.kafka.zookeeper_startup import LINES
from driftcheck.model.ensembles import ConnectServer, ZooKeeperEnsemble
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import MachineFace
from driftcheck.model.snapshot import ZooKeeperObservation

_NOT_A_MEMBER = Absent(evidence="it leads to none of the ensemble's servers")
_NO_PORT = missing("the ports for clients of this server are not known")


@frozen
class _Target:
    """A server that a host may lead to: what it is called, whether it does, and its ports for clients; `all`
    if it has no others.
    """

    name: str
    leads: Callable[[str], Fact[bool]]
    ports: Fact[tuple[int, ...]]
    all: bool = False


class Connecting:
    """One ensemble, asked for many hosts: brokers of a cluster name the same."""

    def __init__(
        self,
        ensemble: ZooKeeperEnsemble,
        seen: ZooKeeperObservation | None,
        machines: MachineFaces,
        roads: Roads,
    ) -> None:
        self._roads = roads
        self._machines = machines
        self._listed = _listed_hosts(ensemble, seen)
        self._targets = [*self._by_files(ensemble), *self._by_answers(ensemble), *self._by_lists()]
        self._found: dict[str, ConnectServer] = {}

    def servers(self, named: Fact[tuple[str, ...]]) -> Fact[tuple[ConnectServer, ...]]:
        """Where each `host:port` leads; the machine itself is left out, as it is another one for each."""
        if not isinstance(named, Known):
            return replace(named, candidates=(), fragments=()) if isinstance(named, Unknown) else named
        texts = [text for text in named.value if not is_local(server_host(text))]
        return Known(value=tuple(map(self._server, texts)), location=named.location)

    def _server(self, text: str) -> ConnectServer:
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._look(text)
        return found

    def _look(self, text: str) -> ConnectServer:
        host, port = server_host(text), int(text.rpartition(":")[2])
        answers = [(target, target.leads(host)) for target in self._targets]
        mine = [target for target, fact in answers if isinstance(fact, Known) and fact.value]
        doubt = next((fact for _, fact in answers if isinstance(fact, Unknown)), None)
        if not mine:
            absent: Fact[str] = _NOT_A_MEMBER
            if not isinstance(self._listed, Known):
                absent = missing("no list of the ensemble's servers is known")
            return ConnectServer(text=text, server=doubt or absent, port_open=doubt or _NOT_A_MEMBER)
        return ConnectServer(text=text, server=Known(value=mine[0].name), port_open=_open(port, mine))

    def _by_files(self, ensemble: ZooKeeperEnsemble) -> Iterator[_Target]:
        for server in ensemble.servers:
            if isinstance(server.node, Known):
                node = server.node.value
                leads = self._own(node, self._machines.face(node))
                yield _Target(name=server.name, leads=leads, ports=server.client_ports, all=True)

    def _own(self, node: str, machine: Fact[MachineFace]) -> Callable[[str], Fact[bool]]:
        return lambda host: is_own(host, node, machine, self._roads)

    def _by_answers(self, ensemble: ZooKeeperEnsemble) -> Iterator[_Target]:
        for server in ensemble.servers:
            if not isinstance(server.node, Known) and isinstance(server.mode, Known):
                yield _Target(
                    name=server.name, leads=self._same(server_host(server.name)), ports=server.client_ports
                )

    def _by_lists(self) -> Iterator[_Target]:
        for host, ports in self._listed.value if isinstance(self._listed, Known) else ():
            known: Fact[tuple[int, ...]] = Known(value=ports) if ports else _NO_PORT
            yield _Target(name=host, leads=self._same(host), ports=known)

    def _same(self, host: str) -> Callable[[str], Fact[bool]]:
        return lambda other: _is_same(host, other, self._roads)


def _open(port: int, targets: Sequence[_Target]) -> Fact[bool]:
    """Whether one of the servers of a host has clients on a port."""
    if any(isinstance(each.ports, Known) and port in each.ports.value for each in targets):
        return Known(value=True)
    files = [each.ports for each in targets if each.all]
    doubt = next((fact for fact in files if not isinstance(fact, Known)), None)
    return Known(value=False) if files and doubt is None else _NO_PORT


def _is_same(one: str, other: str, roads: Roads) -> Fact[bool]:
    """Whether two hosts are one machine's."""
    if same_name(one, other):
        return Known(value=True)
    mine, its = roads.addresses(Known(value=one)), roads.addresses(Known(value=other))
    if isinstance(mine, Known) and isinstance(its, Known):
        return Known(value=not set(map(host_key, mine.value)).isdisjoint(map(host_key, its.value)))
    if isinstance(mine, Absent) or isinstance(its, Absent):
        return Known(value=False)
    why = mine if isinstance(mine, Unknown) else its
    reason = why.reason if isinstance(why, Unknown) else ""
    return missing(f"whether {other} is {one} is not known: {reason}")


def _listed_hosts(
    ensemble: ZooKeeperEnsemble, seen: ZooKeeperObservation | None
) -> Fact[Sequence[tuple[str, tuple[int, ...]]]]:
    """The hosts of all members with the ports for clients that their lines name."""
    configured = configured_peers(seen)
    if isinstance(configured, Known) and configured.value:
        peers = configured.value
    else:
        lines = usual_peers(ensemble.servers)
        if not isinstance(lines, Known):
            return missing("no list of the ensemble's servers is known")
        try:
            peers = peers_of(dict(line.split("=", 1) for line in lines.value), LINES[0])
        except Refused as refused:
            return missing(refused.reason)
    return Known(
        value=[
            (address.host, () if peer.client_port is None else (peer.client_port,))
            for peer in peers
            for address in peer.addresses
        ]
    )
