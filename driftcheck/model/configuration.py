"""`.driftcheck.yaml` as data: every field has the default that holds without a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from driftcheck.model.frozen import frozen
from driftcheck.model.locations import Location
from driftcheck.model.rule import Level

DEFAULT_RENDERED: Mapping[str, tuple[str, ...]] = {
    "server.properties": ("rendered/{node}/**/server.properties",),
    "meta.properties": ("rendered/{node}/**/meta.properties",),
    "hosts": ("rendered/{node}/**/etc/hosts", "rendered/{node}/hosts"),
    "producer.properties": ("rendered/{node}/**/producer.properties",),
    "consumer.properties": ("rendered/{node}/**/consumer.properties",),
    "connect-distributed.properties": ("rendered/{node}/**/connect-distributed.properties",),
    "zoo.cfg": ("rendered/{node}/**/zoo.cfg",),
    "zoo.cfg.dynamic": ("rendered/{node}/**/zoo.cfg.dynamic*",),
    "zookeeper.properties": ("rendered/{node}/**/zookeeper.properties",),
    "myid": ("rendered/{node}/**/myid",),
    "file-times": ("rendered/{node}/**/file-times",),
}

DEFAULT_PREFIXES = ("kafka.broker", "kafka.server", "kafka.config", "kafka.server.properties")
"""Attribute hashes whose leaves are settings, dots or underscores between the words."""

DEFAULT_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "broker.id": ("kafka.broker_id", "kafka.id"),
    "host.name": ("kafka.host_name",),
    "port": ("kafka.port",),
    "listeners": ("kafka.listeners",),
    "advertised.listeners": ("kafka.advertised_listeners",),
    "advertised.host.name": ("kafka.advertised_host_name",),
    "advertised.port": ("kafka.advertised_port",),
    "zookeeper.connect": ("kafka.zookeeper_connect",),
    "broker.rack": ("kafka.broker_rack", "kafka.rack"),
}
"""Single attributes in their common spellings, tried in order after the prefixes."""


@frozen
class AttributeMapping:
    """Which attributes mean which setting. A dotted path is split at dots; `kafka_version` paths likewise."""

    prefixes: tuple[str, ...] = DEFAULT_PREFIXES
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_SETTINGS))
    kafka_version: tuple[str, ...] = ("kafka.version",)


@frozen
class DnsConfiguration:
    """Offline zone files (paths relative to the configuration) and resolvers (`IP[:port]`)."""

    zones: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()


@frozen
class ZooKeeperAccess:
    """How ZooKeeper is entered. Never shown whole: it may hold passwords.

    `auth`: "digest" (ZooKeeper's own `addauth`) or "sasl" (SASL/DIGEST-MD5), with `user` and a password. Of
    `password` and `password_file` one at most is set, likewise for the key. `tls`: None for "if a file is
    given for it". `ca`, `certificate`, `key`: paths of PEM files; a key may stand in its certificate's file.
    """

    auth: str | None = None
    user: str | None = None
    password: str | None = None
    password_file: str | None = None
    tls: bool | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: str | None = None
    key_password_file: str | None = None
    verify_hostname: bool = True

    def __repr__(self) -> str:
        return f"ZooKeeperAccess(auth={self.auth!r}, tls={self.with_tls!r}, …)"

    @property
    def holds_password(self) -> bool:
        """Whether a password stands in it, which is then kept nowhere else."""
        return self.password is not None or self.key_password is not None

    @property
    def with_tls(self) -> bool:
        """Whether connections are encrypted: as said, else if a file for it is given."""
        return bool(self.ca or self.certificate) if self.tls is None else self.tls


@frozen
class J2Template:
    """A file that is rendered with Jinja2 from a node's attributes: its `path` on the machine, the `template`
    in the repository, and `variables`: the name that the template uses → the attribute, a dotted path.

    Nodes that load the `cookbook` have it.
    """

    path: str
    template: str
    cookbook: str
    variables: Mapping[str, str]


@frozen
class Configuration:
    """The configuration of a run, after file, environment and command line.

    `kafka_version`: text or per cluster name; `listeners`: listener name → the CIDRs or names through which
    clients reach it (a load balancer, NAT). `location`: the file it came from, if any.
    """

    location: Location | None = None
    root: str = "."
    kafka_version: str | None = None
    kafka_version_from: str = ""
    kafka_versions: Mapping[str, str] = field(default_factory=dict)
    attributes: AttributeMapping = field(default_factory=AttributeMapping)
    rendered: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_RENDERED))
    brokers: str | None = None
    clusters: Mapping[str, str] = field(default_factory=dict)
    dns: DnsConfiguration = field(default_factory=DnsConfiguration)
    listeners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zookeeper: ZooKeeperAccess = field(default_factory=ZooKeeperAccess)
    max_age: timedelta = timedelta(hours=24)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Level = Level.ERROR
    min_severity: Level = Level.NOTE
    strict: bool = False
    cookbooks: bool = True
    """Whether cookbooks are evaluated."""
    chef_version: int | None = None
    """The release of Chef that they are evaluated for; None: each node's own, else 18."""
    j2: tuple[J2Template, ...] = ()
    rules: tuple[str, ...] = ()
