"""A broker's faces: what each source comes to, with where its endpoints lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from driftcheck.formats.host_names import host_key, is_ip, is_localhost, is_qualified
from driftcheck.join.derived import mapped, options, possible
from driftcheck.join.effective import Effective, effective
from driftcheck.join.ensembles import ensemble_of
from driftcheck.join.names import Names
from driftcheck.join.reading import PlainEndpoint
from driftcheck.join.readings import Readings
from driftcheck.join.roads import Roads, registered_endpoint
from driftcheck.join.servers import Servers, server_host
from driftcheck.join.sessions import session_nodes, session_own
from driftcheck.join.settings import Settings
from driftcheck.join.voters import quorum_text, voters_of
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind, map_known, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import (
    NOT_GIVEN,
    Advertised,
    ConfigFace,
    MachineFace,
    RegisteredFace,
    Resolution,
    ResolvedFace,
)
from driftcheck.model.snapshot import RegistrationObservation


@frozen
class Surroundings:
    """What a broker's configuration is read against. `home`: the servers by which its cluster is known."""

    roads: Roads
    home: Servers
    readings: Readings
    machine: Fact[MachineFace]
    version: Fact[str]

    def read(self, settings: Settings) -> Effective:
        machine = self.machine
        canonical = machine.value.canonical_name if isinstance(machine, Known) else machine
        return effective(settings, self.version, canonical, self.readings)


def config_face(
    settings: Settings,
    around: Surroundings,
    *,
    broker_id: Fact[int],
    observed_at: Fact[datetime],
    changed_at: Fact[datetime] = NOT_GIVEN,
    as_of_last_run: bool,
) -> ConfigFace:
    """What Kafka makes of the settings of one source."""
    found = around.read(settings)
    connect = settings.get("zookeeper.connect")
    ensemble = ensemble_of(connect, around.home, around.roads)
    voters = voters_of(settings.get("controller.quorum.voters"), broker_id, around.machine, around.roads)
    return ConfigFace(
        broker_id=broker_id,
        properties=settings.values,
        whole=settings.whole,
        endpoints=_advertised(found.read.endpoints, around),
        listeners=map_known(
            found.read.listeners,
            lambda listeners: tuple(around.roads.bindable(each, around.machine) for each in listeners),
        ),
        inter_broker_listener=found.read.inter_broker_listener,
        host=found.read.host,
        port=found.read.port,
        start_error=found.start_error,
        zookeeper_connect=connect,
        zookeeper_servers=ensemble.servers,
        zookeeper_chroot=ensemble.chroot,
        zookeeper_problems=ensemble.problems,
        zookeeper_ensemble=ensemble.text,
        zookeeper_refusal=ensemble.refusal,
        zookeeper_local=ensemble.local,
        zookeeper_at_home=ensemble.at_home,
        voters=voters,
        quorum=quorum_text(voters, around.home),
        log_directories=_log_directories(settings),
        rack=settings.get("broker.rack"),
        observed_at=observed_at,
        location=settings.location,
        as_of_last_run=as_of_last_run,
        duplicates=settings.duplicates,
        unsaid=settings.unsaid or NOT_GIVEN,
        overridden=settings.overridden,
        changed_at=changed_at,
    )


def _log_directories(settings: Settings) -> Fact[int]:
    """How many directories log.dirs names, which goes before log.dir."""
    fact = settings.get("log.dirs")
    if isinstance(fact, Absent):
        fact = settings.get("log.dir")
    if isinstance(fact, Absent):
        return Known(value=1)
    return mapped(fact, lambda text: len([each for each in text.split(",") if each.strip()]))


def _advertised(
    endpoints: Fact[tuple[PlainEndpoint, ...]], around: Surroundings
) -> Fact[tuple[Advertised, ...]]:
    """The endpoints with where they lead; so for all that they could be."""
    match endpoints:
        case Absent():
            return endpoints
        case Unknown():
            could = (_advertised(option, around) for option in endpoints.candidates)
            return replace(endpoints, candidates=options(could))
    found = tuple(around.roads.advertised(endpoint, around.machine) for endpoint in endpoints.value)
    return Known(value=found, location=endpoints.location, assumed=endpoints.assumed)


def registered_face(registration: RegistrationObservation, around: Surroundings) -> RegisteredFace:
    """A registration, with where its endpoints lead."""
    endpoints: Fact[tuple[Advertised, ...]]
    if isinstance(registration.endpoints, Known):
        plain = (registered_endpoint(each, registration.location) for each in registration.endpoints.value)
        found = tuple(around.roads.advertised(each, around.machine) for each in plain)
        endpoints = Known(value=found, location=registration.location)
    else:
        endpoints = registration.endpoints
    return RegisteredFace(
        broker_id=registration.broker_id,
        endpoints=endpoints,
        host=registration.host,
        port=registration.port,
        rack=registration.rack,
        json_version=registration.json_version,
        ephemeral_owner=registration.ephemeral_owner,
        created_at=registration.created_at,
        location=registration.location,
        timestamp=registration.timestamp,
        session_address=registration.session_address,
        session_nodes=session_nodes(registration, around.roads.machines),
        session_own=session_own(registration, around.roads.machines, around.machine),
    )


def resolved_face(
    endpoints: Iterable[Fact[tuple[Advertised, ...]]],
    servers: Iterable[Fact[tuple[str, ...]]],
    around: Surroundings,
) -> ResolvedFace:
    """What DNS says of a broker's advertised names, of its ensemble's and of its own machine."""
    names, machine = around.roads.names, around.machine
    hosts = {
        host
        for face in endpoints
        for option in options([face])
        for endpoint in option.value
        for host in possible(endpoint.host)
        if not is_ip(host)
    }
    ensemble = {
        host
        for fact in servers
        if isinstance(fact, Known)
        for host in map(server_host, fact.value)
        if not is_ip(host) and not is_localhost(host)
    }
    own = _own_name(names, machine)
    address = _main_address(machine, own)
    return ResolvedFace(
        names=tuple(names.resolution(host) for host in sorted(hosts)),
        zookeeper=tuple(_as_the_broker_asks(names.resolution(host)) for host in sorted(ensemble)),
        hostname=own,
        reverse_address=address,
        reverse=names.reverse(address.value) if isinstance(address, Known) else address,
    )


def _as_the_broker_asks(resolution: Resolution) -> Resolution:
    """That a name without a domain does not exist says nothing: the broker's resolver adds one."""
    addresses = resolution.addresses
    if is_qualified(resolution.host) or not isinstance(addresses, Absent):
        return resolution
    why = f"{resolution.host} has no domain, and which one the broker's resolver adds is not known"
    return replace(resolution, addresses=missing(why, addresses.location))


def _own_name(names: Names, machine: Fact[MachineFace]) -> Fact[tuple[str, ...]]:
    """The addresses of the machine's host name, else of its full one: a search domain makes that of it.

    A name that nobody was asked about is passed over; one whose answer failed could lead elsewhere.
    """
    if not isinstance(machine, Known):
        return machine
    said = (machine.value.hostname, machine.value.fqdn)
    found = [
        names.resolution(fact.value).addresses if isinstance(fact, Known) else fact
        for fact in said
        if not isinstance(fact, Absent)
    ]
    for fact in found:
        if isinstance(fact, Known) or (
            isinstance(fact, Unknown) and fact.kind is not UnknownKind.MISSING_INPUT
        ):
            return fact
    if not found:
        return missing("the machine's host name is not known")
    return next((fact for fact in found if isinstance(fact, Unknown)), found[0])


def _main_address(machine: Fact[MachineFace], named: Fact[tuple[str, ...]]) -> Fact[str]:
    """The machine's address to which its own name leads, else its first; another may be a bridge's."""
    if not isinstance(machine, Known):
        return machine
    addresses = machine.value.addresses
    if not isinstance(addresses, Known):
        return addresses
    if isinstance(named, Unknown) and len(addresses.value) > 1:
        return replace(named, candidates=(), fragments=())
    own = {host_key(address): address for address in addresses.value}
    keys = map(host_key, named.value) if isinstance(named, Known) else ()
    first = next((own[key] for key in keys if key in own), addresses.value[0])
    return Known(value=first, location=addresses.location)
