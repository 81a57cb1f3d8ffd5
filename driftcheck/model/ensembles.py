"""A cluster's ZooKeeper as rules speak about it: the ensemble and its servers, by their files and answers."""

from __future__ import annotations

from collections.abc import Mapping

from driftcheck.model.facts import Absent, Fact
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import InlineIgnore

NO_FILE: Absent = Absent(evidence="no zoo.cfg of this server was given")
NOT_ASKED: Absent = Absent(evidence="this server was not asked")


@frozen
class ZooKeeperServer:
    """One server. `name` is its node's, with the file's path where a node has several; `host:port` of one
    that was asked and is no node's whose files are known. What its files say is Absent without them, what
    it says of itself Absent if it was not asked.

    `id`: its `myid`; `id_shared_with`: others that have it too, if it is not known whose it is. `own_id`: the
    id of the line `server.N` that leads to its machine. `lines`: those of its list in one spelling and order,
    `servers` the same as one text; none for a server by itself. `ids`: their numbers.

    `start_error`, `id_error`: ZooKeeper's own reason for not starting, `id_error` for its id alone; Absent if
    there is none. `has_myid`: whether its `myid` is among the files; Unknown if no server's is.
    `binds_loopback`: whether its own line leads it to a loopback address, where the others cannot reach it.
    `clashes`: the places `host:port` that are used twice. `alone`: whether it makes an ensemble by itself.

    `stands_beside`: whether it stands by itself beside servers that form an ensemble. `unsaid`: why a setting
    that is not there may be set all the same; of files there is no such doubt.
    `answered`, `trouble`, `mode`, `version`, `zxid`, `followers` are ServerObservation's; `named` whether the
    connect string that was asked has it.
    """

    name: str
    node: Fact[str]
    location: Location
    id: Fact[int]
    own_id: Fact[int]
    lines: Fact[tuple[str, ...]]
    servers: Fact[str]
    ids: Fact[tuple[int, ...]]
    client_ports: Fact[tuple[int, ...]]
    start_error: Fact[str]
    id_error: Fact[str]
    has_myid: Fact[bool]
    binds_loopback: Fact[bool]
    clashes: Fact[tuple[str, ...]]
    alone: Fact[bool]
    properties: Mapping[str, Fact[str]]
    whole: bool
    unsaid: Fact[str] = NO_FILE
    id_shared_with: Fact[tuple[str, ...]] = NO_FILE
    named: Fact[bool] = NOT_ASKED
    answered: Fact[bool] = NOT_ASKED
    trouble: Fact[str] = NOT_ASKED
    mode: Fact[str] = NOT_ASKED
    version: Fact[str] = NOT_ASKED
    zxid: Fact[int] = NOT_ASKED
    followers: Fact[int] = NOT_ASKED
    stands_beside: Fact[bool] = NOT_ASKED
    ignores: tuple[InlineIgnore, ...] = ()


@frozen
class ZooKeeperEnsemble:
    """All servers of one ensemble. `cluster`: the one of which it is judged, as several may use it.

    `voters`: how many servers have a vote, by its own configuration, else by the list that most have.
    `has_quorum`: whether it has one leader and enough followers; Absent if no server was asked.
    """

    cluster: str
    servers: tuple[ZooKeeperServer, ...]
    voters: Fact[int]
    has_quorum: Fact[bool]


@frozen
class ConnectServer:
    """A server that a connect string names. `text` is `host:port`; `server`: the ensemble's server that it
    leads to, Absent if to none of them; `port_open`: whether that one has clients on this port.
    """

    text: str
    server: Fact[str]
    port_open: Fact[bool]
