"""Small inventories by hand: what is not said is as on a healthy night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.inventory import (
    NOT_GIVEN,
    Advertised,
    Ambiguity,
    Broker,
    Client,
    Cluster,
    ConfigFace,
    Endpoint,
    Inventory,
    MachineFace,
    MetaProperties,
    RegisteredFace,
    Resolution,
    ResolvedFace,
    VantageAnswer,
)
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import InlineIgnore

NOW = datetime(2015, 3, 26, 21, 30, tzinfo=UTC)
ABSENT = Absent(evidence="it is not there")
NOT_REGISTERED = Absent(evidence="no such znode")
HOST = "advertised.host.name"
RESOLVER = "10.0.0.2"


def lost(reason: str = "time-out from 10.0.0.2:53", source: str = "dns") -> Unknown:
    """An Unknown that is the world's doing."""
    return Unknown(kind=UnknownKind.FAULT, reason=reason, location=Location(source=source, name=RESOLVER))


def node_file(node: str, path: str = "") -> Location:
    pointer = f"/default/{path}" if path else None
    return Location(source="chef", name=f"nodes/{node}.json", pointer=pointer)


def properties_file(node: str, key: str | None = None, line: int | None = None) -> Location:
    return Location(
        source="rendered",
        name=f"rendered/{node}/server.properties",
        pointer=key,
        line=line,
        column=1 if line else None,
    )


def znode(broker_id: int) -> Location:
    return Location(source="zookeeper", name=f"/kafka/brokers/ids/{broker_id}")


def fact(value: Any, location: Location | None = None) -> Any:
    """Facts as they are, None as Absent, anything else as Known."""
    if isinstance(value, (Known, Unknown, Absent)):
        return value
    return ABSENT if value is None else Known(value=value, location=location)


def advertised(
    host: object,
    *,
    port: object = 9092,
    listener: str = "PLAINTEXT",
    addresses: object = None,
    own: object = True,
    named: object = None,
    owners: object = None,
    location: Location | None = None,
    declared: bool = False,
) -> Advertised:
    return Advertised(
        listener=listener,
        host=fact(host, location),
        port=fact(port, location),
        protocol=fact("PLAINTEXT"),
        host_from=fact(HOST, location),
        addresses=fact(addresses),
        named=fact(named),
        owners=fact(owners),
        own=fact(own),
        location=location,
        declared=declared,
    )


def setting(node: str, key: str, value: str, *, line: int = 31, secret: bool = False) -> Known[str]:
    """A line of a rendered file."""
    return Known(value=value, location=properties_file(node, key, line), secret=secret)


def config(
    node: str,
    endpoints: Sequence[Advertised],
    *,
    properties: Mapping[str, Fact[str]] | None = None,
    broker_id: object = None,
    rack: object = None,
    whole: bool = True,
    connect: object = "zk1:2181/kafka",
    last_run: bool = False,
    start_error: object = None,
) -> ConfigFace:
    place = node_file(node) if last_run else properties_file(node)
    return ConfigFace(
        broker_id=fact(broker_id, place),
        properties=dict(properties or {}),
        whole=whole,
        endpoints=fact(tuple(endpoints)),
        listeners=fact(()),
        inter_broker_listener=ABSENT,
        host=ABSENT,
        port=ABSENT,
        start_error=fact(start_error),
        zookeeper_connect=fact(connect, place),
        zookeeper_servers=ABSENT,
        zookeeper_chroot=ABSENT,
        zookeeper_problems=ABSENT,
        rack=fact(rack, place),
        observed_at=fact(NOW),
        location=place,
        as_of_last_run=last_run,
    )


def machine(node: str, *addresses: str, zone: object = "us-east-1c", age: int = 14) -> MachineFace:
    return MachineFace(
        addresses=fact(addresses),
        names=fact((f"{node}.prod.example.com", node)),
        fqdn=fact(f"{node}.prod.example.com"),
        hostname=fact(node),
        canonical_name=ABSENT,
        canonical_address=ABSENT,
        instance_id=fact("i-0a1b2c3d"),
        instance_type=fact("m3.xlarge"),
        zone=fact(zone, node_file(node, "ec2/zone")),
        observed_at=fact(NOW - timedelta(minutes=age)),
        location=node_file(node),
    )


def resolution(host: str, addresses: object, ttl: int | None = 300) -> Resolution:
    answer = VantageAnswer(vantage=RESOLVER, addresses=fact(addresses), ttl=ttl)
    return Resolution(
        host=host, answers=(answer,), addresses=fact(addresses), agreed=ABSENT, through_alias=ABSENT
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a broker's faces tell of its one endpoint."""

    plan: Advertised
    written: Advertised
    registered: Advertised

    @classmethod
    def of(cls, name: str, number: int, host: object, registered_host: str | None, **leads: Any) -> Told:
        attribute = node_file(name, f"kafka/broker/{HOST}")
        line = properties_file(name, HOST, 31)
        return cls(
            plan=advertised(_made_of_itself(host, attribute), location=attribute, **leads),
            written=advertised(_made_of_itself(host, line), location=line, **leads),
            registered=advertised(registered_host or host, location=znode(number), **leads),
        )

    def endpoint(self, *, intended: bool, registered: bool) -> Endpoint:
        current = self.registered if registered else self.written
        return Endpoint(
            listener="PLAINTEXT",
            intended=fact(self.plan, self.plan.location) if intended else NOT_GIVEN,
            rendered=fact(self.written, self.written.location),
            registered=fact(current, current.location) if registered else NOT_REGISTERED,
            config=fact(self.written, self.written.location),
            current=fact(current),
        )


def _made_of_itself(host: object, place: Location) -> object:
    """A host as the join makes it: of the setting that stands at the same place."""
    if not isinstance(host, str):
        return host
    return Known(value=host, location=place, derived_from=(Known(value=host, location=place),))


def broker(
    name: str,
    number: int | Unknown,
    *,
    host: object = None,
    address: str | None = None,
    resolves: object = None,
    own: object = True,
    named: Sequence[str] | None = None,
    properties: Mapping[str, Fact[str]] | None = None,
    rack: object = None,
    registered: bool = True,
    registered_host: str | None = None,
    intended: bool = True,
    whole: bool = True,
    meta: Sequence[tuple[int, str]] = (),
    ignores: Sequence[InlineIgnore] = (),
    cluster: str = "prod",
) -> Broker:
    """A broker that is intended, rendered and registered under one name on its own machine."""
    host = f"{name}.prod.example.com" if host is None else host
    identity = number if isinstance(number, int) else 0
    address = f"10.0.1.{number}" if address is None else address
    leads = (address,) if resolves is None else resolves
    told = Told.of(
        name, identity, host, registered_host, addresses=leads, own=own, named=tuple(named or [name])
    )
    common: dict[str, Any] = {"properties": properties, "broker_id": number, "rack": rack, "whole": whole}
    file = fact(config(name, [told.written], **common))
    return Broker(
        name=name,
        cluster=cluster,
        id=fact(number),
        node=fact(name),
        kafka_version=fact("0.8.2.2"),
        intended=fact(config(name, [told.plan], last_run=True, **common)) if intended else NOT_GIVEN,
        rendered=file,
        converged=NOT_GIVEN,
        config=file,
        registered=fact(registration(identity, [told.registered], rack)) if registered else NOT_REGISTERED,
        resolved=resolved(*([resolution(host, leads)] if isinstance(host, str) else [])),
        machine=fact(machine(name, address)),
        endpoints=(told.endpoint(intended=intended, registered=registered),),
        meta=tuple(stored_id(number, file) for number, file in meta),
        ignores=tuple(ignores),
    )


def resolved(*names: Resolution) -> ResolvedFace:
    return ResolvedFace(names=names, zookeeper=(), hostname=ABSENT, reverse_address=ABSENT, reverse=ABSENT)


def stored_id(number: int, file: str) -> MetaProperties:
    place = Location(source="rendered", name=file)
    line = Location(source="rendered", name=file, pointer="broker.id", line=2)
    return MetaProperties(broker_id=fact(number, line), cluster_id=ABSENT, location=place)


def registration(number: int, endpoints: Sequence[Advertised], rack: object) -> RegisteredFace:
    return RegisteredFace(
        broker_id=number,
        endpoints=fact(tuple(endpoints)),
        host=ABSENT,
        port=ABSENT,
        rack=fact(rack, znode(number)),
        json_version=fact(1),
        ephemeral_owner=fact(0x14C5),
        created_at=fact(datetime(2015, 3, 26, 21, 14, 7, tzinfo=UTC)),
        location=znode(number),
    )


def client(name: str, *bootstrap: str, whole: bool = True, ignores: Sequence[InlineIgnore] = ()) -> Client:
    place = Location(source="client_files", name=f"rendered/{name}/producer.properties")
    servers = Location(source="client_files", name=place.name, pointer="bootstrap.servers", line=4)
    return Client(
        name=name,
        node=name,
        kind="producer.properties",
        cluster="prod",
        bootstrap=Known(value=bootstrap, location=servers),
        zookeeper_connect=ABSENT,
        properties={"bootstrap.servers": Known(value=",".join(bootstrap), location=servers)},
        location=place,
        whole=whole,
        ignores=tuple(ignores),
    )


def cluster(
    *brokers: Broker,
    name: str = "prod",
    clients: Sequence[Client] = (),
    ambiguities: Sequence[Ambiguity] = (),
    registered_ids: object = None,
) -> Cluster:
    return Cluster(
        name=name,
        brokers=brokers,
        clients=tuple(clients),
        zookeeper=fact("zk1:2181/kafka"),
        cluster_id=ABSENT,
        controller=fact(1),
        registered_ids=fact(registered_ids),
        assigned_ids=ABSENT,
        ambiguities=tuple(ambiguities),
    )


def inventory(*clusters: Cluster, without: Sequence[str] = (), focus: Sequence[str] = ()) -> Inventory:
    """Every source was asked but those in `without`."""
    asked = {"chef", "rendered", "client_files", "dns", "zookeeper"} - set(without)
    return Inventory(
        clusters=clusters,
        asked=frozenset(asked),
        reference_time=NOW,
        vantages=(RESOLVER,),
        focus=frozenset(focus),
    )


def ignore(node: str, *rules: str, reason: str = "it moves next week") -> InlineIgnore:
    return InlineIgnore(rules=rules, reason=reason, location=properties_file(node, line=3))
