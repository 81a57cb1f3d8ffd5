"""The clients' configuration files, and to which cluster each belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from driftcheck.formats.host_names import host_key
from driftcheck.join.ambiguities import listed
from driftcheck.join.bootstrap import Destinations, entry_port
from driftcheck.join.clusters import Grouping, environment_of
from driftcheck.join.derived import possible
from driftcheck.join.ensembles import ensemble_of
from driftcheck.join.folders import Folders
from driftcheck.join.members import META, SERVER, ZOOKEEPER_KINDS
from driftcheck.join.node_objects import NodeObjects
from driftcheck.join.parts import NOWHERE
from driftcheck.join.roads import Roads
from driftcheck.join.runs import Runs, tells_something
from driftcheck.join.servers import Servers, ensemble, server_host
from driftcheck.join.settings import Settings, file_settings, intended_settings
from driftcheck.model.facts import Absent, Fact, Known, UnknownKind, map_known
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import NOT_GIVEN, Ambiguity, Broker, Client
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import Gap, InlineIgnore, NodeObservation, PropertiesObservation

BOOTSTRAP = ("bootstrap.servers", "metadata.broker.list")
MAX_ENTRIES = 10_000

_NO_CLIENTS = frozenset({SERVER, META, "hosts", "myid", *ZOOKEEPER_KINDS})


@frozen
class Clients:
    """Clients of the clusters that are judged; `elsewhere` those of others, by name; `gaps` are files of
    which it is not known whose clients they are.
    """

    by_cluster: Mapping[str, tuple[Client, ...]]
    ambiguities: Mapping[str, tuple[Ambiguity, ...]]
    elsewhere: tuple[str, ...]
    gaps: tuple[Gap, ...]


@frozen
class _File:
    """A client's file as it lies there, or as a node's next run would write it; `path` is its own."""

    kind: str
    folder: str
    path: str
    location: Location
    settings: Settings
    ignores: tuple[InlineIgnore, ...] = ()


def clients_of(
    files: Iterable[PropertiesObservation],
    objects: NodeObjects,
    runs: Runs,
    brokers: Mapping[str, Sequence[Broker]],
    grouping: Grouping,
    roads: Roads,
) -> Clients:
    """By the connect string or the brokers that the file names, else by its node's environment.

    Of a kind that a node has no file of, what its next run would write counts.
    `brokers` are those of the clusters that are judged.
    """
    homes = _Homes(brokers, grouping)
    destinations: dict[str, Destinations] = {}
    folders = Folders(objects)
    named_files = list(_named(_files(files, runs, folders)))
    found: dict[str, list[Client]] = {}
    ambiguous: dict[str, list[Ambiguity]] = {}
    elsewhere: list[str] = []
    gaps: list[Gap] = []
    for file, name in named_files:
        settings = file.settings
        node = folders.node(file.folder)
        clusters, named = homes.of(settings, objects.get(node))
        if not clusters or clusters[0] not in brokers:
            if clusters or homes.others:
                elsewhere.append(name)
            else:
                gaps.append(_homeless(file))
            continue
        home = clusters[0]
        if home not in destinations:
            destinations[home] = Destinations(brokers[home], roads)
        client = _client(file, name, node, home)
        client = _with_ensemble(client, grouping.homes.get(home, NOWHERE), roads, named=named)
        client = replace(client, entries=destinations[home].entries(bootstrap(settings)))
        found.setdefault(client.cluster, []).append(client)
        if named and len(clusters) > 1:
            ambiguous.setdefault(client.cluster, []).append(_of_two(client, clusters))
    return Clients(
        by_cluster={cluster: tuple(each) for cluster, each in found.items()},
        ambiguities={cluster: tuple(each) for cluster, each in ambiguous.items()},
        elsewhere=tuple(elsewhere),
        gaps=tuple(gaps),
    )


def _files(files: Iterable[PropertiesObservation], runs: Runs, folders: Folders) -> Iterator[_File]:
    there: set[tuple[str, str]] = set()
    for file in files:
        if file.kind not in _NO_CLIENTS:
            there.add((folders.node(file.node), file.kind))
            yield _File(
                kind=file.kind,
                folder=file.node,
                path=file.location.name,
                location=file.location,
                settings=file_settings(file),
                ignores=file.ignores,
            )
    for run in runs:
        for each in run.files:
            is_clients = each.kind not in _NO_CLIENTS and tells_something(each)
            if is_clients and (run.node, each.kind) not in there:
                yield _File(
                    kind=each.kind,
                    folder=run.node,
                    path=each.path,
                    location=each.location,
                    settings=intended_settings(each),
                    ignores=each.ignores,
                )


def _named(files: Iterable[_File]) -> Iterator[tuple[_File, str]]:
    """Each file with its client's name: node and file, with the whole path where that is not enough."""
    ordered = sorted(files, key=lambda file: (file.folder, file.path, file.kind))
    short = [f"{file.folder} {file.path.rpartition('/')[2]}" for file in ordered]
    count = Counter(short)
    taken: set[str] = set()
    for file, plain in zip(ordered, short, strict=True):
        name = wanted = plain if count[plain] == 1 else f"{file.folder} {file.path}"
        number = 2
        while name in taken:
            name, number = f"{wanted} ({number})", number + 1
        taken.add(name)
        yield file, name


class _Homes:
    """To which clusters a client's file points."""

    def __init__(self, brokers: Mapping[str, Sequence[Broker]], grouping: Grouping) -> None:
        self._grouping = grouping
        self._judged = tuple(sorted(brokers))
        self._told = {cluster: set(_told(several)) for cluster, several in brokers.items()}
        self._own = {cluster: set(_own(several)) for cluster, several in brokers.items()}
        self.others = bool(set(grouping.clusters) - set(brokers))

    def of(self, settings: Settings, node: NodeObservation | None) -> tuple[tuple[str, ...], bool]:
        """The clusters, the likeliest first, and whether the file names their brokers or ensembles.

        What brokers give goes before what their machines are called: two clusters may call theirs the same.
        """
        environment = "" if node is None else environment_of(node)
        around = self._grouping.of_environment.get(environment, ()) if environment else ()
        hosts = _hosts(settings)
        named = {cluster for cluster in self._judged if hosts & self._told[cluster]}
        named |= self._by_connect(settings)
        if not named:
            named = {cluster for cluster in self._judged if hosts & self._own[cluster]}
            named = named & set(around) or named
        if named:
            return tuple(
                sorted(named, key=lambda name: (name not in around, name not in self._judged, name))
            ), True
        every = {*self._judged, *self._grouping.clusters}
        if not around and len(every) == 1:
            around = tuple(every)
        return (around if len(around) == 1 else ()), False

    def _by_connect(self, settings: Settings) -> set[str]:
        connect = settings.get("zookeeper.connect")
        if not isinstance(connect, Known):
            return set()
        asked = ensemble(connect.value)
        return {
            cluster
            for cluster, several in self._grouping.ensembles.items()
            if any(asked.overlaps(each) for each in several)
        }


def _hosts(settings: Settings) -> set[str]:
    entries = bootstrap(settings)
    return {host_key(server_host(entry)) for entry in entries.value} if isinstance(entries, Known) else set()


def _told(brokers: Iterable[Broker]) -> Iterator[str]:
    """The hosts that brokers give, or could."""
    for broker in brokers:
        for endpoint in broker.endpoints:
            for face in (endpoint.current, endpoint.config):
                for value in possible(face):
                    yield from map(host_key, possible(value.host))


def _own(brokers: Iterable[Broker]) -> Iterator[str]:
    """The names and addresses of their machines."""
    for broker in brokers:
        if isinstance(broker.machine, Known):
            for fact in (broker.machine.value.names, broker.machine.value.addresses):
                if isinstance(fact, Known):
                    yield from map(host_key, fact.value)


def bootstrap(settings: Settings) -> Fact[tuple[str, ...]]:
    """The `host:port` entries of the first of a client's lists that is set."""
    absent: Fact[tuple[str, ...]] = Absent(evidence="no list of brokers is set", location=settings.location)
    for key in BOOTSTRAP:
        fact = settings.get(key)
        if isinstance(fact, Known):
            entries = tuple(entry.strip() for entry in fact.value.split(",") if entry.strip())
            return Known(value=entries[:MAX_ENTRIES], location=fact.location, derived_from=(fact,))
        if not isinstance(fact, Absent):
            return fact
    return absent


def _client(file: _File, name: str, node: str, cluster: str) -> Client:
    settings = file.settings
    brokers = bootstrap(settings)
    return Client(
        name=name,
        node=node,
        kind=file.kind,
        cluster=cluster,
        bootstrap=brokers,
        ports=map_known(
            brokers, lambda entries: tuple(sorted({port for port in map(entry_port, entries) if port}))
        ),
        zookeeper_connect=settings.get("zookeeper.connect"),
        properties=settings.values,
        whole=settings.whole,
        unsaid=settings.unsaid or NOT_GIVEN,
        location=file.location,
        ignores=file.ignores,
    )


def _with_ensemble(client: Client, home: Servers, roads: Roads, *, named: bool) -> Client:
    """The client with what its connect string says; `named`: its file names the cluster otherwise."""
    connect = client.zookeeper_connect
    found = ensemble_of(connect, home, roads)
    return replace(
        client,
        zookeeper_at_home=_at_home(connect, home, found.at_home, named=named),
        zookeeper_servers=found.servers,
        zookeeper_problems=found.problems,
    )


def _at_home(connect: Fact[str], home: Servers, found: Fact[bool], *, named: bool) -> Fact[bool]:
    """Whether a connect string leads to the cluster's own ensemble and chroot (`found`).

    Another one counts as a mistake only where the file names the cluster otherwise, or the same servers.
    """
    if not isinstance(found, Known) or found.value or not isinstance(connect, Known):
        return found
    servers = {(host, port) for _, host, port in ensemble(connect.value).exact}
    if named or servers & {(host, port) for _, host, port in home.exact}:
        return replace(found, location=connect.location)
    return Absent(evidence="the file may be that of another cluster's client", location=connect.location)


def _homeless(file: _File) -> Gap:
    return Gap(
        source="client_files",
        kind=UnknownKind.MISSING_INPUT,
        reason="the file names no broker or ensemble in sight, nor does its node's environment tell",
        location=file.location,
        hides="to which cluster this client belongs",
    )


def _of_two(client: Client, clusters: tuple[str, ...]) -> Ambiguity:
    return Ambiguity(
        kind="client_of_two",
        subject=client.name,
        reason=f"{client.name} names {listed(clusters)}: it was taken for a client of {clusters[0]}",
        candidates=clusters,
        locations=(client.location,),
    )
