"""What ZooKeeper holds in a world: registrations, overrides, partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from driftcheck.app.worlds.notation import (
    NOW,
    age,
    age_of,
    fact_at,
    fact_of,
    integer,
    is_number,
    is_unknown,
    keys_of,
    text,
    texts,
)
from driftcheck.app.worlds.servers import configuration, servers
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode
from driftcheck.kafka.old_consumers import consumer_host
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import (
    NO_SERVER_ASKED,
    ConsumerObservation,
    PartitionObservation,
    RegisteredEndpoint,
    RegistrationObservation,
    ZooKeeperObservation,
)

CONNECT = "zk1:2181/kafka"

_KEYS = (
    *("connect", "brokers", "controller", "cluster_id", "overrides", "partitions"),
    *("servers", "configuration", "reassigned", "consumers"),
)
_BROKER_KEYS = (
    "endpoints",
    "protocols",
    "host",
    "port",
    "version",
    "rack",
    "owner",
    "from",
    "age",
    "timestamp",
)
_PARTITION_KEYS = ("replicas", "leader", "isr", "adding", "removing")
_CONFIGURATION = Location(source="zookeeper", name="/zookeeper/config")
_SINCE = timedelta(days=3)


def zookeeper(node: YamlNode) -> ZooKeeperObservation:
    """An ensemble that could be read as far as the world does not say otherwise."""
    keys = keys_of(node, _KEYS)
    connect = keys["connect"].as_text() if "connect" in keys else CONNECT
    root = "/" + connect.partition("/")[2] if "/" in connect else ""

    def place(path: str) -> Location:
        return Location(source="zookeeper", name=f"{root}{path}")

    none = Absent(evidence="there is no such znode")
    brokers, topics = place("/brokers/ids"), place("/brokers/topics")
    overrides = keys["overrides"].as_mapping() if "overrides" in keys else {}
    registrations: Fact[tuple[RegistrationObservation, ...]] = fact_at(
        keys,
        "brokers",
        brokers,
        lambda given: tuple(_registrations(given, brokers)),
        Known(value=(), location=brokers),
    )
    return ZooKeeperObservation(
        connect=connect,
        observed_at=NOW,
        cluster_id=fact_at(keys, "cluster_id", place("/cluster/id"), text, none),
        controller=fact_at(keys, "controller", place("/controller"), integer, _elected(registrations)),
        registrations=registrations,
        overrides={
            entity: fact_of(given, place(f"/config/brokers/{entity}"), _texts_by_key)
            for entity, given in overrides.items()
        },
        partitions=fact_at(
            keys,
            "partitions",
            topics,
            lambda given: tuple(_partitions(given)),
            Known(value=(), location=topics),
        ),
        servers=tuple(servers(keys["servers"])) if "servers" in keys else (),
        configuration=fact_at(keys, "configuration", _CONFIGURATION, configuration, none),
        reassigned=fact_at(keys, "reassigned", place("/admin/reassign_partitions"), texts, none),
        consumers=fact_at(keys, "consumers", place("/consumers"), _consumers, none),
    )


def _elected(registrations: Fact[tuple[RegistrationObservation, ...]]) -> Fact[int]:
    """One of the registered brokers, as on any healthy night."""
    if isinstance(registrations, Known) and registrations.value:
        return Known(value=registrations.value[0].broker_id)
    return Absent(evidence="there is no such znode")


def _texts_by_key(node: YamlNode) -> Mapping[str, str]:
    return {key: value.as_text() for key, value in node.as_mapping().items()}


def _registrations(node: YamlNode, root: Location) -> Iterator[RegistrationObservation]:
    for number, given in node.as_mapping().items():
        if not is_number(number, digits=9):
            raise given.problem(f"{number!r} is not a broker id")
        yield _registration(int(number), given, Location(source="zookeeper", name=f"{root.name}/{number}"))


def _registration(number: int, node: YamlNode, place: Location) -> RegistrationObservation:
    """`NAME://host:port`, several of them, or a mapping with more of the record."""
    is_record = isinstance(node, YamlMapping) and not is_unknown(node)
    keys = keys_of(node, _BROKER_KEYS) if is_record else {"endpoints": node}
    none = Absent(evidence="the registration does not have it", location=place)
    protocols = _texts_by_key(keys["protocols"]) if "protocols" in keys else {}
    endpoints: Fact[tuple[RegisteredEndpoint, ...]] = fact_at(
        keys,
        "endpoints",
        place,
        lambda given: tuple(_endpoint(given, each, protocols) for each in texts(given)),
        none,
    )
    first = endpoints.value[0] if isinstance(endpoints, Known) and endpoints.value else None
    host: Fact[str] = none if first is None else Known(value=first.host, location=place)
    port: Fact[int] = none if first is None else Known(value=first.port, location=place)
    created = Known(value=age(keys, _SINCE), location=place)
    return RegistrationObservation(
        broker_id=number,
        location=place,
        json_version=fact_at(keys, "version", place, integer, Known(value=4, location=place)),
        endpoints=endpoints,
        host=fact_at(keys, "host", place, text, host),
        port=fact_at(keys, "port", place, integer, port),
        rack=fact_at(keys, "rack", place, text, none),
        ephemeral_owner=fact_at(keys, "owner", place, integer, Known(value=0x14C, location=place)),
        czxid=Known(value=100 + number, location=place),
        created_at=created,
        timestamp=fact_at(keys, "timestamp", place, age_of, created),
        session_address=fact_at(keys, "from", place, text, NO_SERVER_ASKED),
    )


def _endpoint(node: YamlNode, written: str, protocols: Mapping[str, str]) -> RegisteredEndpoint:
    name, separator, rest = written.rpartition("://")
    host, colon, port = rest.rpartition(":")
    if not separator or not colon or not is_number(port.removeprefix("-"), digits=9):
        raise node.problem(f"{written!r} is not NAME://host:port")
    return RegisteredEndpoint(
        listener=name, host=host.strip("[]"), port=int(port), protocol=Known(value=protocols.get(name, name))
    )


def _partitions(node: YamlNode) -> Iterator[PartitionObservation]:
    """Replicas by `topic-number`; the first leads and all are in sync, if nothing else is said."""
    for name, given in node.as_mapping().items():
        topic, _, number = name.rpartition("-")
        if not topic or not is_number(number, digits=9):
            raise given.problem(f"{name!r} is not TOPIC-NUMBER")
        keys = keys_of(given, _PARTITION_KEYS) if isinstance(given, YamlMapping) else {"replicas": given}
        ids = _ids(keys["replicas"]) if "replicas" in keys else ()
        yield PartitionObservation(
            topic=topic,
            partition=int(number),
            replicas=ids,
            leader=fact_at(keys, "leader", None, integer, Known(value=ids[0] if ids else -1)),
            isr=fact_at(keys, "isr", None, _ids, Known(value=ids)),
            adding=_ids(keys["adding"]) if "adding" in keys else (),
            removing=_ids(keys["removing"]) if "removing" in keys else (),
        )


def _consumers(node: YamlNode) -> tuple[ConsumerObservation, ...]:
    """The ids of a group's consumers by group."""
    return tuple(_consumer(group, id_) for group, given in node.as_mapping().items() for id_ in texts(given))


def _consumer(group: str, id_: str) -> ConsumerObservation:
    place = Location(source="zookeeper", name=f"/kafka/consumers/{group}/ids/{id_}")
    host = consumer_host(group, id_, place)
    return ConsumerObservation(group=group, id=id_, location=place, host=host, since=Known(value=NOW))


def _ids(node: YamlNode) -> tuple[int, ...]:
    return tuple(item.as_int() for item in node.as_list())
