"""The join's result: clusters of brokers with five faces; what the rules speak about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from driftcheck.model.ensembles import ConnectServer, ZooKeeperEnsemble
from driftcheck.model.facts import Absent, Fact
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory_parts import (
    BootstrapEntry,
    ClusterSetting,
    OldConsumer,
    OverriddenSetting,
    PartitionHealth,
    PendingSetting,
    QuorumVoter,
)
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ChefStop, Gap, InlineIgnore, PartlyNil

NOT_GIVEN = Absent(evidence="no source was asked for it")
NOT_SHARED = Absent(evidence="no other broker is known to give this host and port")
NOT_SWAPPED = Absent(evidence="no other broker is known to give this one's name in turn")


@frozen
class Advertised:
    """One endpoint as one face has it, and where its host leads.

    `host` is a name or an IP literal without brackets. `host_from` is the setting that decided the host
    ("advertised.host.name", "listeners", …) or "canonical host name" where the machine decides.
    `addresses`: what the host resolves to over all vantages asked (a literal: itself).
    `named`: the nodes known to have this host among their own names and addresses, as they say themselves.
    `owners`: the nodes whose machines are known to have one of `addresses`.
    `own`: whether all of `addresses` are the broker's own machine's (a declared way in counts as own).
    `shared_with`: the cluster's other brokers of which it is known that they give the same host and port, the
    first 100 by name.
    `swapped_with`: the node whose name this is, if that node's broker gives this broker's name in turn.
    `declared`: clients reach the listener through a load balancer or NAT that the configuration names.
    `is_address`: whether the host is an IP address and no name.
    Of a registered endpoint that was connected to: `reached`: whether it accepts connections (Unknown where
    nothing came back from any endpoint of the listener); `trouble`: why not; `answered_by`: the ids of the
    brokers that answer there, `answered_cluster`: their clusters' ids.
    """

    listener: str
    host: Fact[str]
    port: Fact[int]
    protocol: Fact[str]
    host_from: Fact[str]
    addresses: Fact[tuple[str, ...]]
    named: Fact[tuple[str, ...]]
    owners: Fact[tuple[str, ...]]
    own: Fact[bool]
    shared_with: Fact[tuple[str, ...]] = NOT_SHARED
    swapped_with: Fact[str] = NOT_SWAPPED
    is_address: Fact[bool] = NOT_GIVEN
    reached: Fact[bool] = NOT_GIVEN
    trouble: Fact[str] = NOT_GIVEN
    answered_by: Fact[tuple[int, ...]] = NOT_GIVEN
    answered_cluster: Fact[tuple[str, ...]] = NOT_GIVEN
    location: Location | None = None
    declared: bool = False

    def __str__(self) -> str:
        from_host = getattr(self.host, "value", "⟨?⟩")
        if ":" in from_host:
            from_host = f"[{from_host}]"
        return f"{from_host}:{getattr(self.port, 'value', '⟨?⟩')}"


@frozen
class Endpoint:
    """One listener of one broker across the faces; Absent where a face does not have it."""

    listener: str
    intended: Fact[Advertised]
    rendered: Fact[Advertised]
    registered: Fact[Advertised]
    config: Fact[Advertised]
    current: Fact[Advertised]
    """What clients are told, or will be: registered if the broker is, config if it is not; Unknown, with
    config's as a candidate, if that is not known."""


@frozen
class BoundListener:
    """A listener as the broker binds it; `host` Absent: every address of the machine.

    `advertised`: whether others are told of it. `own`: whether the broker's machine can bind the host.
    """

    name: str
    host: Fact[str]
    port: int
    advertised: bool
    own: Fact[bool] = NOT_GIVEN


@frozen
class ConfigFace:
    """A broker's configuration as one source has it: `intended`, `rendered` or `converged`.

    `properties` are the settings that are set (raw text), dynamic overrides applied; a key that is not there
    is Absent if `whole`, else Unknown; `unsaid` says why, if a template was rendered. `start_error` is
    Kafka's own reason for refusing this configuration, Absent if it would start. `endpoints` and `host`,
    `port` (the registration's old pair, Absent where Kafka writes `null` and -1) are what Kafka would
    register; `broker_id` is Absent where ZooKeeper gives one. `as_of_last_run` marks values that the node's
    last Chef run computed.

    `zookeeper_ensemble`: the servers in order, each once, as one text without the chroot; small letters,
    names without a domain as the cluster's other brokers complete them, localhost for the machine itself.
    `zookeeper_refusal`: the exception with which ZooKeeper's client refuses the connect string, Absent if it
    takes it. `zookeeper_local`: whether all servers are the machine itself, whichever that is.
    `zookeeper_at_home`: whether one of them is among the servers by which the cluster is known, under the
    same chroot; Absent where no broker of the cluster names an ensemble that can be used.

    `log_directories`: how many log.dirs or log.dir names, Kafka's one where neither is set. `changed_at`:
    when a rendered file was last changed on its machine, by its clock; Unknown where nobody listed it.

    `overridden`: the settings of which ZooKeeper has another value, none for a release that reads none there;
    Absent if no overrides were read.

    `voters`: the entries of controller.quorum.voters; `quorum`: the same in order as one text, with names
    completed likewise.
    """

    broker_id: Fact[int]
    properties: Mapping[str, Fact[str]]
    whole: bool
    endpoints: Fact[tuple[Advertised, ...]]
    listeners: Fact[tuple[BoundListener, ...]]
    inter_broker_listener: Fact[str]
    host: Fact[str]
    port: Fact[int]
    start_error: Fact[str]
    zookeeper_connect: Fact[str]
    zookeeper_servers: Fact[tuple[str, ...]]
    zookeeper_chroot: Fact[str]
    zookeeper_problems: Fact[tuple[str, ...]]
    rack: Fact[str]
    observed_at: Fact[datetime]
    location: Location | None = None
    as_of_last_run: bool = False
    duplicates: tuple[str, ...] = ()
    zookeeper_ensemble: Fact[str] = NOT_GIVEN
    zookeeper_refusal: Fact[str] = NOT_GIVEN
    zookeeper_local: Fact[bool] = NOT_GIVEN
    zookeeper_at_home: Fact[bool] = NOT_GIVEN
    voters: Fact[tuple[QuorumVoter, ...]] = NOT_GIVEN
    quorum: Fact[str] = NOT_GIVEN
    log_directories: Fact[int] = NOT_GIVEN
    unsaid: Fact[str] = NOT_GIVEN
    overridden: Fact[tuple[OverriddenSetting, ...]] = NOT_GIVEN
    changed_at: Fact[datetime] = NOT_GIVEN


@frozen
class RegisteredFace:
    """A broker's registration in ZooKeeper. `timestamp`: when the broker made it, by its own clock.

    `session_address`: the IP address that its session comes from. `session_nodes`: the nodes whose machines
    have that address. `session_own`: whether the broker's own machine has it; false only if another machine
    is known to have it, as any other address may be NAT's or a proxy's.
    """

    broker_id: int
    endpoints: Fact[tuple[Advertised, ...]]
    host: Fact[str]
    port: Fact[int]
    rack: Fact[str]
    json_version: Fact[int]
    ephemeral_owner: Fact[int]
    created_at: Fact[datetime]
    location: Location
    timestamp: Fact[datetime] = NOT_GIVEN
    session_address: Fact[str] = NOT_GIVEN
    session_nodes: Fact[tuple[str, ...]] = NOT_GIVEN
    session_own: Fact[bool] = NOT_GIVEN


@frozen
class VantageAnswer:
    """One vantage's answer for one host; `chain` the CNAMEs followed, `ttl` in seconds.

    `partial`: it knows some names alone (a hosts file): what it lacks means nothing.
    """

    vantage: str
    addresses: Fact[tuple[str, ...]]
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    partial: bool = False


@frozen
class Resolution:
    """What DNS says of one host.

    `addresses` is the union where all vantages answered, Unknown if one did not, Absent if all say that it
    does not exist; a hosts file counts where no other has any. `agreed`: whether all vantages gave the same
    answer. `several`: whether one of them gave several addresses of one family, of which a client takes any.
    `through_alias`: the last name of a CNAME chain, else Absent.
    """

    host: str
    answers: tuple[VantageAnswer, ...]
    addresses: Fact[tuple[str, ...]]
    agreed: Fact[bool]
    through_alias: Fact[str]
    several: Fact[bool] = NOT_GIVEN


@frozen
class ResolvedFace:
    """What DNS says of a broker's advertised names (`names`, by host) and of its machine's addresses.

    `zookeeper`: the servers' names that its zookeeper.connect lists, without those of the machine itself; one
    without a domain that does not exist as it stands is Unknown. `hostname`: its machine's own name.
    `reverse`: the names that PTR gives for the machine's main address (`reverse_address`).
    """

    names: tuple[Resolution, ...]
    zookeeper: tuple[Resolution, ...]
    hostname: Fact[tuple[str, ...]]
    reverse_address: Fact[str]
    reverse: Fact[tuple[str, ...]]


@frozen
class MachineFace:
    """The machine itself. Older than `max_age` against the newest observation: its fields are Unknown."""

    addresses: Fact[tuple[str, ...]]
    names: Fact[tuple[str, ...]]
    fqdn: Fact[str]
    hostname: Fact[str]
    canonical_name: Fact[str]
    """What Java takes for the host's own name, by the host's own hosts file; Absent if DNS decides."""
    canonical_address: Fact[str]
    instance_id: Fact[str]
    instance_type: Fact[str]
    zone: Fact[str]
    observed_at: Fact[datetime]
    location: Location | None = None


@frozen
class MetaProperties:
    """One log directory's `meta.properties`."""

    broker_id: Fact[int]
    cluster_id: Fact[str]
    location: Location
    directory_id: Fact[str] = NOT_GIVEN


@frozen
class Broker:
    """One broker. `name` is the node's name, or `broker ID` where only a registration is known.

    `id`: the first known of config, meta.properties, registration. `evidence` says why the parts were
    taken for one broker. `config` is `rendered` if there is one, else `intended`. `intended` is what its
    cookbooks would write, where they were evaluated, else what its last run computed. `converged` is what
    that computed, the same face as `intended` where both say the same.

    `pending`: what the next Chef run would change in the rendered file; Absent where one of the two is not
    there. `stop`: where that run would end with an error; Absent if nowhere, or if none was evaluated.
    `dropped`: the hashes of attributes, with a leaf that is nil, of which its file (what the next run writes,
    else the rendered one) has nothing; Absent where there are no attributes beside a file.
    `connect_servers`: where its zookeeper.connect leads in the ensemble; Absent where nothing is known of it.
    """

    name: str
    cluster: str
    id: Fact[int]
    node: Fact[str]
    kafka_version: Fact[str]
    intended: Fact[ConfigFace]
    rendered: Fact[ConfigFace]
    converged: Fact[ConfigFace]
    config: Fact[ConfigFace]
    registered: Fact[RegisteredFace]
    resolved: ResolvedFace
    machine: Fact[MachineFace]
    endpoints: tuple[Endpoint, ...]
    run_list: Fact[tuple[str, ...]] = NOT_GIVEN
    meta: tuple[MetaProperties, ...] = ()
    evidence: tuple[str, ...] = ()
    ignores: tuple[InlineIgnore, ...] = ()
    pending: Fact[tuple[PendingSetting, ...]] = NOT_GIVEN
    stop: Fact[ChefStop] = NOT_GIVEN
    dropped: Fact[tuple[PartlyNil, ...]] = NOT_GIVEN
    connect_servers: Fact[tuple[ConnectServer, ...]] = NOT_GIVEN


@frozen
class Client:
    """A client's configuration file. `bootstrap` are its `host:port` entries, `ports` their ports, `entries`
    the same with where they lead.

    A key that is not in `properties` is Absent if `whole`, else Unknown: the file could not be read, or
    `unsaid` says why.
    `zookeeper_at_home`: whether its connect string leads to the ensemble and chroot by which its cluster is
    known; Absent where it may be meant for another cluster. `zookeeper_servers`, `zookeeper_problems` and
    `connect_servers` say of it what they say of a broker's.
    """

    name: str
    node: str
    kind: str
    cluster: str
    bootstrap: Fact[tuple[str, ...]]
    zookeeper_connect: Fact[str]
    properties: Mapping[str, Fact[str]]
    location: Location
    whole: bool = True
    ports: Fact[tuple[int, ...]] = NOT_GIVEN
    ignores: tuple[InlineIgnore, ...] = ()
    entries: Fact[tuple[BootstrapEntry, ...]] = NOT_GIVEN
    zookeeper_at_home: Fact[bool] = NOT_GIVEN
    unsaid: Fact[str] = NOT_GIVEN
    zookeeper_servers: Fact[tuple[str, ...]] = NOT_GIVEN
    zookeeper_problems: Fact[tuple[str, ...]] = NOT_GIVEN
    connect_servers: Fact[tuple[ConnectServer, ...]] = NOT_GIVEN


@frozen
class Ambiguity:
    """What the join could not decide. `candidates` are the names it could not tell apart."""

    kind: str
    """Of ids: `shared_id`, `registered_twice`, `shared_address`, `other_id`. Of clusters: `two_queries`,
    `one_ensemble`, `whose_zookeeper`, `client_of_two`, `many_clusters` (ids say that they are several),
    `one_or_many` (they do not). Of files: `unplaced_attributes`, `two_objects`, `whose_files`."""
    subject: str
    reason: str
    candidates: tuple[str, ...]
    locations: tuple[Location, ...] = ()


@frozen
class Cluster:
    """Brokers that form one cluster, and what ZooKeeper says of it as a whole.

    `registered_ids`: the ids under `/brokers/ids`; `old_consumers`: what is under `/consumers`, nobody where
    there is no such znode; `assigned_ids`: the ids that partitions name. `settings`: those that its brokers
    have to agree on. `one_machine`: whether the brokers' files are made for one machine, as in a trial: each
    has ports of its own, not all have the same log directories, and no two hosts are named.
    """

    name: str
    brokers: tuple[Broker, ...]
    clients: tuple[Client, ...]
    zookeeper: Fact[str]
    cluster_id: Fact[str]
    controller: Fact[int]
    registered_ids: Fact[tuple[int, ...]]
    assigned_ids: Fact[tuple[int, ...]]
    ambiguities: tuple[Ambiguity, ...] = ()
    settings: tuple[ClusterSetting, ...] = ()
    partitions: Fact[PartitionHealth] = NOT_GIVEN
    ensemble: Fact[ZooKeeperEnsemble] = NOT_GIVEN
    old_consumers: Fact[tuple[OldConsumer, ...]] = NOT_GIVEN
    one_machine: bool = False


@frozen
class Inventory:
    """All clusters. `asked` are the names of the sources that were asked; `reference_time` the newest
    observation, against which ages are counted; `elsewhere` brokers and clients of clusters not judged.
    """

    clusters: tuple[Cluster, ...]
    asked: frozenset[str]
    reference_time: datetime
    nodes: Sequence[str] = ()
    gaps: tuple[Gap, ...] = ()
    elsewhere: tuple[str, ...] = ()
    vantages: tuple[str, ...] = ()
    ages: Mapping[str, Fact[datetime]] = field(default_factory=dict)
    """Per source, the oldest observation that was used."""
    kafka_versions: Mapping[str, str] = field(default_factory=dict)
    """Per cluster, its brokers' Kafka version and where that was taken from."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of the join as a whole."""
    focus: frozenset[str] = frozenset()
    """The brokers to which the findings are narrowed, by name; empty for all."""
