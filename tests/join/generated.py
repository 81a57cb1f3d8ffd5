"""Small snapshots at random: few names, so that they collide, are given twice and contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import (
    ConnectionObservation,
    DnsObservation,
    Gap,
    HostsEntry,
    HostsObservation,
    MachineObservation,
    NodeObservation,
    PartitionObservation,
    PropertiesObservation,
    PropertyEntry,
    RegisteredEndpoint,
    RegistrationObservation,
    Snapshot,
    SourceRun,
    ZooKeeperObservation,
)

T = TypeVar("T")

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)
VERSIONS = (None, "0.8.2", "0.9", "0.11", "2.8", "3.0", "3.9", "4.1")
CONNECT = "zk1:2181/kafka"

NAMES = ("kafka1", "kafka2", "kafka3", "kafka1.example.com", "web1")
HOSTS = (*NAMES, "kafka2.example.com", "10.0.0.1", "10.0.0.2", "localhost", "0.0.0.0", "::1", "")
ADDRESSES = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "172.17.0.1", "2001:db8::1")
SETTINGS = {
    "broker.id": ("0", "1", "2", "1", "-1", "x", "1001", ""),
    "node.id": ("1", "2"),
    "listeners": ("PLAINTEXT://:9092", "PLAINTEXT://0.0.0.0:9092,SSL://:9093", "oops"),
    "advertised.listeners": (
        "PLAINTEXT://kafka1:9092",
        "PLAINTEXT://kafka2.example.com:9092",
        "PLAINTEXT://10.0.0.2:9092",
        "PLAINTEXT://kafka1:9092,SSL://kafka1:9093",
    ),
    "host.name": ("kafka1", "kafka2", ""),
    "advertised.host.name": ("kafka1", "kafka3", "10.0.0.1", ""),
    "port": ("9092", "9093", "x"),
    "advertised.port": ("9092", "19092"),
    "zookeeper.connect": (
        CONNECT,
        "zk2:2181,zk1:2181/kafka",
        "zk9:2181/other",
        "localhost:2181",
        "zk1/k/,zk2",
    ),
    "process.roles": ("broker",),
    "controller.quorum.voters": ("9@c1:9093",),
    "inter.broker.listener.name": ("PLAINTEXT", "SSL"),
    "min.insync.replicas": ("1", "2"),
    "log.dirs": ("/a", ""),
}
_ENVIRONMENTS = ("prod", "prod", "beta")
_CLIENTS = ("producer.properties", "consumer.properties")
_TIMES = (NOW, NOW - timedelta(hours=1), NOW - timedelta(days=9), NOW + timedelta(days=400))


class Chance:
    """What a number decides: hypothesis draws the number, since drawing every value would take seconds."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def some(self, values: Sequence[T], *, most: int) -> tuple[T, ...]:
        """A few different ones."""
        return tuple(self._random.sample(values, min(len(values), self._random.randint(0, most))))

    def times(self, most: int) -> range:
        return range(self._random.randint(0, most))

    def fact(self, value: T, place: Location | None = None) -> Fact[T]:
        """Mostly known, now and then not."""
        drawn = self._random.random()
        if drawn < 0.85:
            return Known(value=value, location=place)
        if drawn < 0.92:
            return Absent(evidence="it is not there", location=place)
        kind = self._random.choice(list(UnknownKind))
        return Unknown(kind=kind, reason="not seen", location=place)

    def shuffled(self, things: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(self._random.sample(things, len(things)))


def _settings(chance: Chance) -> dict[str, str]:
    return {key: chance.one(SETTINGS[key]) for key in chance.some(sorted(SETTINGS), most=7)}


def _machine(chance: Chance, place: Location) -> MachineObservation:
    none = Absent(evidence="no EC2")
    return MachineObservation(
        observed_at=chance.fact(chance.one(_TIMES), place),
        fqdn=chance.fact(chance.one(NAMES), place),
        hostname=chance.fact(chance.one(NAMES), place),
        addresses=chance.fact(chance.some(ADDRESSES, most=2), place),
        names=chance.fact(chance.some(NAMES, most=2), place),
        instance_id=none,
        instance_type=none,
        zone=chance.fact("a", place),
    )


def _node(chance: Chance, number: int) -> NodeObservation:
    name = chance.one(NAMES)
    place = Location(source="chef", name=f"nodes/{number}/{name}.json")
    return NodeObservation(
        name=name,
        location=place,
        environment=chance.fact(chance.one(_ENVIRONMENTS), place),
        policy_group=Absent(evidence="no policy"),
        run_list=Known(value=()),
        recipes=Known(value=()),
        renders_kafka=chance.fact(chance.one([True, True, False]), place),
        settings={key: chance.fact(text, place) for key, text in _settings(chance).items()},
        settings_from=chance.fact("kafka.broker", place),
        kafka_version=chance.fact(chance.one(["0.8.2", "0.10.2.1", "2.8", "none"]), place),
        machine=_machine(chance, place),
    )


def _file(chance: Chance, kind: str, number: int) -> PropertiesObservation:
    node = chance.one(NAMES)
    place = Location(source="rendered", name=f"{number}/{node}/{kind}")
    settings = list(_settings(chance).items())
    if kind in _CLIENTS:
        settings.append(("bootstrap.servers", f"{chance.one(HOSTS)}:9092"))
    settings += settings[: chance.one([0, 1])]
    entries = tuple(
        PropertyEntry(key=key, value=chance.fact(text, place), line=line)
        for line, (key, text) in enumerate(settings, 1)
    )
    return PropertiesObservation(
        kind=kind,
        node=node,
        location=place,
        observed_at=Known(value=NOW),
        entries=chance.fact(entries, place),
    )


def _hosts(chance: Chance, number: int) -> HostsObservation:
    node = chance.one(NAMES)
    place = Location(source="rendered", name=f"{number}/{node}/etc/hosts")
    entries = tuple(
        HostsEntry(address=chance.one(["127.0.0.1", *ADDRESSES]), names=chance.some(NAMES, most=2), line=line)
        for line in chance.times(3)
    )
    return HostsObservation(
        node=node, location=place, observed_at=Known(value=NOW), entries=chance.fact(entries, place)
    )


def _registration(chance: Chance, number: int) -> RegistrationObservation:
    place = Location(source="zookeeper", name=f"/kafka/brokers/ids/{number}")
    endpoints = tuple(
        RegisteredEndpoint(
            listener=chance.one(["PLAINTEXT", "PLAINTEXT", "SSL"]),
            host=chance.one(HOSTS),
            port=chance.one([9092, 9092, 9093, 0, 70000]),
            protocol=chance.fact("PLAINTEXT", place),
        )
        for _ in chance.times(2)
    )
    return RegistrationObservation(
        broker_id=number,
        location=place,
        json_version=chance.fact(4, place),
        endpoints=chance.fact(endpoints, place),
        host=chance.fact(chance.one(HOSTS), place),
        port=chance.fact(9092, place),
        rack=chance.fact("a", place),
        ephemeral_owner=chance.fact(7, place),
        czxid=Known(value=number),
        created_at=Known(value=NOW),
        timestamp=Known(value=NOW),
        session_address=chance.fact(chance.one([*ADDRESSES, "127.0.0.1"]), place),
    )


def _zookeeper(chance: Chance) -> ZooKeeperObservation:
    numbers = chance.some([0, 1, 2, 7, 1001], most=4)
    partitions = tuple(
        PartitionObservation(
            topic=chance.one(["a", "b"]),
            partition=number,
            replicas=chance.some([0, 1, 2, 9], most=2),
            leader=chance.fact(1),
            isr=chance.fact(()),
        )
        for number in chance.times(2)
    )
    return ZooKeeperObservation(
        connect=CONNECT,
        observed_at=NOW,
        cluster_id=chance.fact("abc"),
        controller=chance.fact(1),
        registrations=chance.fact(
            tuple(_registration(chance, number) for number in numbers),
            Location(source="zookeeper", name="/kafka/brokers/ids"),
        ),
        overrides={
            entity: chance.fact(_settings(chance)) for entity in chance.some(["<default>", "0", "1"], most=2)
        },
        partitions=chance.fact(partitions),
    )


def _answer(chance: Chance) -> DnsObservation:
    name = chance.one([host for host in HOSTS if host])
    is_address = name[0].isdigit() or ":" in name
    return DnsObservation(
        vantage=chance.one(["10.0.0.2:53", "zone", "hosts"]),
        name=name,
        rrtype="PTR" if is_address else chance.one(["A", "AAAA"]),
        observed_at=Known(value=NOW),
        values=chance.fact(chance.some(NAMES if is_address else ADDRESSES, most=2)),
        chain=chance.some(NAMES, most=1),
        partial=chance.one([True, False, False]),
    )


def _connection(chance: Chance) -> ConnectionObservation:
    return ConnectionObservation(
        address=chance.one(ADDRESSES),
        port=chance.one([9092, 9093]),
        observed_at=Known(value=NOW),
        accepted=chance.fact(chance.one([True, True, False])),
        broker_id=chance.fact(chance.one([0, 1, 2])),
        cluster_id=chance.fact("abc"),
    )


def snapshot(seed: int) -> Snapshot:
    """What few sources say of few machines."""
    chance = Chance(seed)
    kinds = [
        *("server.properties" for _ in chance.times(4)),
        *("meta.properties" for _ in chance.times(2)),
        *(chance.one(_CLIENTS) for _ in chance.times(2)),
    ]
    zookeepers = (_zookeeper(chance),) if chance.one([True, True, False]) else ()
    asked = ("chef", "rendered", "dns", *(("zookeeper",) if zookeepers else ()))
    return Snapshot(
        taken_at=NOW,
        tool="driftcheck",
        sources=tuple(SourceRun(source=source, asked="all", observed_at=NOW) for source in asked),
        nodes=tuple(_node(chance, number) for number in chance.times(4)),
        properties=tuple(_file(chance, kind, number) for number, kind in enumerate(kinds)),
        hosts=tuple(_hosts(chance, number) for number in chance.times(2)),
        dns=tuple(_answer(chance) for _ in chance.times(7)),
        zookeepers=zookeepers,
        connections=tuple(_connection(chance) for _ in chance.times(4)),
        gaps=(Gap(source="chef", kind=UnknownKind.DENIED, reason="denied"),),
    )


seeds = st.integers(0, 2**64)
