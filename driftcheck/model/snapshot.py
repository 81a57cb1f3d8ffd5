"""What the sources saw: plain, projected data that is saved, read back and judged in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from driftcheck.model.facts import Fact, Unknown, UnknownKind, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location

SNAPSHOT_VERSION = 1

NO_SERVER_ASKED = missing("no server was asked where its session comes from")
NO_CONFIGURATION_READ = missing("the ensemble was not asked for its own configuration")
NO_FILE_TIME = missing(
    "the machine's own file times were not collected: a copy's time says when it was copied or checked out"
)
NO_REASSIGNMENT_READ = missing("ZooKeeper was not asked for reassignments")
NO_CONSUMERS_READ = missing("ZooKeeper was not asked for consumers of the old kind")


@frozen
class SourceRun:
    """A source that was asked: `source` is its name, `asked` what (a folder, a server, a zone file)."""

    source: str
    asked: str
    observed_at: datetime


@frozen
class Gap:
    """Something that a source should have told and could not; `hides` says what may be missing for it."""

    source: str
    kind: UnknownKind
    reason: str
    location: Location | None = None
    hides: str = ""


@frozen
class MachineObservation:
    """What a machine says of itself: the node object's automatic attributes.

    `addresses` are all IP addresses of its interfaces and, on EC2, its public ones; `names` every name that
    the machine or EC2 gives it (fqdn, hostname, machinename, local and public EC2 names), in that order.
    """

    observed_at: Fact[datetime]
    fqdn: Fact[str]
    hostname: Fact[str]
    addresses: Fact[tuple[str, ...]]
    names: Fact[tuple[str, ...]]
    instance_id: Fact[str]
    instance_type: Fact[str]
    zone: Fact[str]


@frozen
class NodeObservation:
    """A Chef node object, projected.

    `settings` are the Kafka settings of the mapping (`advertised.host.name` → value as text), merged as the
    last run had them. `settings_from` is the attribute hash that a template writes out whole
    (`kafka.broker`), so that a key which is not under it is not set; Absent where only single attributes
    are mapped, beside which a template may write anything. `search_fields` hold the values of the fields
    that the configured queries name. `recipes` is the expanded run list; `renders_kafka` whether one of its
    cookbooks renders `server.properties`.
    """

    name: str
    location: Location
    environment: Fact[str]
    policy_group: Fact[str]
    run_list: Fact[tuple[str, ...]]
    recipes: Fact[tuple[str, ...]]
    renders_kafka: Fact[bool]
    settings: Mapping[str, Fact[str]]
    settings_from: Fact[str]
    kafka_version: Fact[str]
    machine: MachineObservation
    search_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@frozen
class PropertyEntry:
    """One line of a `.properties` file; duplicates stay, in order."""

    key: str
    value: Fact[str]
    line: int


@frozen
class PropertiesObservation:
    """A rendered `.properties` file. `kind` is its configured name (`server.properties`, …), `node` whose.

    `location` is the file; entries are locations by line. `ignores` are its inline ignores:
    line → (rule prefixes, reason). `observed_at` is the copy's time; `changed_at` that of the file on its
    machine, by a listing that was made there.
    """

    kind: str
    node: str
    location: Location
    observed_at: Fact[datetime]
    entries: Fact[tuple[PropertyEntry, ...]]
    ignores: tuple[InlineIgnore, ...] = ()
    changed_at: Fact[datetime] = NO_FILE_TIME


@frozen
class IntendedFile:
    """A `.properties` file as a node's next Chef run would write it, by the repository's cookbooks.

    `kind` is its configured name, `path` where it stands on the machine, `location` its template. `settings`:
    of each key the value that counts, Unknown where it, or whether it is there, is not known. `doubt`: why
    there may be further keys, None if there are none. `duplicates`: keys that stand several times.
    """

    kind: str
    path: str
    location: Location
    settings: Mapping[str, Fact[str]]
    doubt: Unknown | None = None
    duplicates: tuple[str, ...] = ()
    ignores: tuple[InlineIgnore, ...] = ()


@frozen
class ChefStop:
    """Where chef-client would stop: the exception's class at its place, and its message where that is known.

    `cause`: both with the place, as one text.
    """

    class_name: Fact[str]
    message: Fact[str]
    cause: str


@frozen
class PartlyNil:
    """A hash among the attributes that spell settings, of which a leaf is nil while others are set.

    `hash`, `leaf` and `settings`, the leaves that are set, are written as Kafka's keys. `nil`: what the leaf
    has at its place, Unknown for one that may be nil.
    """

    hash: str
    leaf: str
    nil: Fact[str]
    settings: tuple[str, ...]


@frozen
class RunObservation:
    """A node's next Chef run, worked out from the repository's cookbooks without running them.

    `location`: the node object. `observed_at`: how old what it says of the machine is. `files` are those of
    the configured kinds. `stop`: Absent if the run would come to its end, Unknown if that cannot be told.
    `kafka_version`: the attribute of the mapping. `assumed`: what was taken for granted. `partly_nil`: the
    hashes of its attributes that a template may leave out whole, for one leaf that is nil.
    """

    node: str
    location: Location
    observed_at: Fact[datetime]
    files: tuple[IntendedFile, ...]
    stop: Fact[ChefStop]
    kafka_version: Fact[str]
    assumed: tuple[str, ...] = ()
    partly_nil: tuple[PartlyNil, ...] = ()


@frozen
class InlineIgnore:
    """`# driftcheck: ignore[ADV001,DNS] reason`: silences these rules for the file's node."""

    rules: tuple[str, ...]
    reason: str
    location: Location


@frozen
class HostsEntry:
    """A line of a `hosts` file."""

    address: str
    names: tuple[str, ...]
    line: int


@frozen
class HostsObservation:
    """A node's own `hosts` file."""

    node: str
    location: Location
    observed_at: Fact[datetime]
    entries: Fact[tuple[HostsEntry, ...]]


@frozen
class MyidObservation:
    """A ZooKeeper server's `myid`. `line` is the first one as it stands ("" of an empty file): ZooKeeper
    reads no more.
    """

    node: str
    location: Location
    observed_at: Fact[datetime]
    line: Fact[str]


@frozen
class DnsObservation:
    """What one vantage (a resolver, a zone file set) answered to one question.

    `name` is lower-case without a trailing dot; for PTR it is the IP address itself. `rrtype` is "A", "AAAA"
    or "PTR". `values` are addresses (or names for PTR), sorted; NXDOMAIN and no-data are Absent.
    `chain` is the CNAME chain that was followed, `ttl` the smallest of the answer, in seconds.
    `offline`: a zone file says what is meant; its time (the file's) is no observation of the world.
    `partial`: a vantage that knows some names alone (this machine's hosts file): what it lacks means nothing.
    """

    vantage: str
    name: str
    rrtype: str
    observed_at: Fact[datetime]
    values: Fact[tuple[str, ...]]
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    offline: bool = False
    partial: bool = False


@frozen
class RegistrationObservation:
    """`/brokers/ids/ID`. `endpoints` are `NAME://host:port` texts split up; times are ZooKeeper's own.

    `ephemeral_owner` is the session id, 0 for a znode that no session owns. `session_address`: the IP address
    that the session comes from, by the member of the ensemble that has it.
    """

    broker_id: int
    location: Location
    json_version: Fact[int]
    endpoints: Fact[tuple[RegisteredEndpoint, ...]]
    host: Fact[str]
    port: Fact[int]
    rack: Fact[str]
    ephemeral_owner: Fact[int]
    czxid: Fact[int]
    created_at: Fact[datetime]
    timestamp: Fact[datetime]
    session_address: Fact[str] = NO_SERVER_ASKED


@frozen
class RegisteredEndpoint:
    """One endpoint of a registration; `protocol` Absent where the release's record does not say."""

    listener: str
    host: str
    port: int
    protocol: Fact[str]


@frozen
class PartitionObservation:
    """A partition: `replicas` from the topic's znode, leader (-1: none) and ISR from the state's.

    `state`: the state's znode, where both stand if they do not say where. `adding` and `removing`:
    the replicas that a reassignment under way makes or takes away.
    """

    topic: str
    partition: int
    replicas: tuple[int, ...]
    leader: Fact[int]
    isr: Fact[tuple[int, ...]]
    state: str = ""
    adding: tuple[int, ...] = ()
    removing: tuple[int, ...] = ()

    @property
    def location(self) -> Location | None:
        """Where leader and ISR stand."""
        if self.isr.location is not None or not self.state:
            return self.isr.location
        return Location(source="zookeeper", name=self.state)


@frozen
class ServerObservation:
    """What a ZooKeeper server says of itself, asked at `host` and `port`.

    `named`: the connect string has it; else the ensemble's own configuration. `answered`: whether anything
    came back; `trouble` is what went wrong. `mode`: "leader", "follower", "observer", "standalone",
    "read-only", or "not serving" for one that has no quorum; Absent if nothing listens there. `followers`:
    how many a leader has in step.
    """

    host: str
    port: int
    named: bool
    location: Location
    answered: Fact[bool]
    trouble: Fact[str]
    mode: Fact[str]
    version: Fact[str]
    zxid: Fact[int]
    followers: Fact[int]


@frozen
class ConsumerObservation:
    """`/consumers/GROUP/ids/ID`: a consumer of the old kind. `host` is what its id says where it was started.

    `since`: the time that it wrote, else the znode's.
    """

    group: str
    id: str
    location: Location
    host: Fact[str]
    since: Fact[datetime]


@frozen
class ZooKeeperObservation:
    """What one ensemble says of one cluster. `connect` is the connect string as it was given.

    `registrations`: Unknown if the ids cannot be listed, else every id's registration.
    `overrides`: broker id as text, or `<default>` → the settings under `/config/brokers`.
    `servers`: what its servers say of themselves. `configuration`: what `/zookeeper/config` says, by key.
    `reassigned`: the `topic-number` of the partitions in `/admin/reassign_partitions`, Absent without it.
    `consumers`: those of the old kind that are registered.
    """

    connect: str
    observed_at: datetime
    cluster_id: Fact[str]
    controller: Fact[int]
    registrations: Fact[tuple[RegistrationObservation, ...]]
    overrides: Mapping[str, Fact[Mapping[str, str]]]
    partitions: Fact[tuple[PartitionObservation, ...]]
    servers: tuple[ServerObservation, ...] = ()
    configuration: Fact[Mapping[str, str]] = NO_CONFIGURATION_READ
    reassigned: Fact[tuple[str, ...]] = NO_REASSIGNMENT_READ
    consumers: Fact[tuple[ConsumerObservation, ...]] = NO_CONSUMERS_READ


@frozen
class ConnectionObservation:
    """What became of a TCP connection to an address that brokers advertise.

    `accepted`: whether it was; Unknown where nothing came back, as what drops it may stand near to us.
    `broker_id` and `cluster_id`: whose answer it was, Unknown if it could not be asked.
    """

    address: str
    port: int
    observed_at: Fact[datetime]
    accepted: Fact[bool]
    broker_id: Fact[int]
    cluster_id: Fact[str]


@frozen
class Snapshot:
    """Everything that was seen in one run. Sequences are sorted, so that equal observations are equal."""

    taken_at: datetime
    tool: str
    sources: tuple[SourceRun, ...] = ()
    nodes: Sequence[NodeObservation] = ()
    properties: tuple[PropertiesObservation, ...] = ()
    hosts: tuple[HostsObservation, ...] = ()
    dns: tuple[DnsObservation, ...] = ()
    zookeepers: tuple[ZooKeeperObservation, ...] = ()
    connections: tuple[ConnectionObservation, ...] = ()
    runs: tuple[RunObservation, ...] = ()
    myids: tuple[MyidObservation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    version: int = SNAPSHOT_VERSION

    def asked(self, source: str) -> bool:
        """Whether a source of this name was asked at all."""
        return any(run.source == source for run in self.sources)
