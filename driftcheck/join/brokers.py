"""The brokers of one cluster: their parts found, their faces read and related."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count
from typing import Literal

from driftcheck.join.clusters import Grouping
from driftcheck.join.connections import compared
from driftcheck.join.derived import mapped, part
from driftcheck.join.endpoints import side_by_side
from driftcheck.join.faces import Surroundings, config_face, registered_face, resolved_face
from driftcheck.join.identity import configured_id
from driftcheck.join.machines import MachineFaces
from driftcheck.join.matching import Claim, Matching, match
from driftcheck.join.members import Member, Members
from driftcheck.join.order import natural_key
from driftcheck.join.overrides import Overrides
from driftcheck.join.parts import NOWHERE
from driftcheck.join.pending import pending_settings
from driftcheck.join.readings import Readings
from driftcheck.join.relations import related
from driftcheck.join.roads import Roads
from driftcheck.join.sessions import without_nat
from driftcheck.join.versions import kafka_version
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import NOT_GIVEN, Broker, ConfigFace, MachineFace, RegisteredFace
from driftcheck.model.snapshot import RegistrationObservation, ZooKeeperObservation

_Which = Literal["intended", "rendered", "converged"]


@frozen
class Joined:
    """One cluster's brokers, and how the registrations found theirs."""

    brokers: tuple[Broker, ...]
    matching: Matching


class Brokers:
    """Joins one cluster after the other; what they share is worked out once."""

    def __init__(
        self,
        *,
        configuration: Configuration,
        members: Members,
        grouping: Grouping,
        machines: MachineFaces,
        roads: Roads,
    ) -> None:
        self._configuration = configuration
        self.machines = machines
        self.roads = roads
        self._homes = grouping.homes
        self._readings = Readings()
        self._nodes = members.nodes
        self._names = set(grouping.cluster_of)
        self._by_cluster: dict[str, list[Member]] = {}
        for member in members.members:
            self._by_cluster.setdefault(grouping.cluster_of[member.name], []).append(member)

    def of(self, cluster: str, seen: ZooKeeperObservation | None) -> Joined:
        """The brokers of one cluster; `seen` is what its ZooKeeper says, if that was asked."""
        members = self._by_cluster.get(cluster, [])
        arounds = [self._around(member, cluster) for member in members]
        claims = [
            Claim(
                member=member,
                configured=configured_id(member.config, around.version),
                stored=tuple(meta.broker_id for meta in member.metas),
            )
            for member, around in zip(members, arounds, strict=True)
        ]
        matching = match(claims, NOT_GIVEN if seen is None else seen.registrations, self.roads)
        overrides = Overrides() if seen is None else Overrides(entities=seen.overrides, read=True)
        found = [
            self._broker(claim, around, cluster, matching, overrides)
            for claim, around in zip(claims, arounds, strict=True)
        ]
        found += self._without_node(cluster, matching)
        ordered = sorted(found, key=lambda broker: natural_key(broker.name))
        return Joined(brokers=compared(without_nat(related(ordered, self.roads))), matching=matching)

    def _around(self, member: Member | None, cluster: str) -> Surroundings:
        machine: Fact[MachineFace] = missing("no node object says which machine this broker is")
        if member is not None:
            machine = self.machines.face(member.node_name)
        return Surroundings(
            roads=self.roads,
            home=self._homes.get(cluster, NOWHERE),
            readings=self._readings,
            machine=machine,
            version=kafka_version(
                None if member is None else member.node,
                cluster,
                self._configuration,
                None if member is None else member.run,
            ),
        )

    def _broker(
        self, claim: Claim, around: Surroundings, cluster: str, matching: Matching, overrides: Overrides
    ) -> Broker:
        member = claim.member
        registration = matching.registered[member.name]
        broker_id = _id(claim, mapped(registration, lambda value: value.broker_id))

        def face(which: _Which) -> Fact[ConfigFace]:
            return _config(member, around, overrides, broker_id, which)

        evidence = matching.evidence.get(member.name)
        return _assembled(
            name=member.name,
            cluster=cluster,
            broker_id=broker_id,
            node=Known(value=member.node_name, location=member.config.location),
            intended=face("intended"),
            rendered=face("rendered"),
            converged=_converged(member, face),
            registered=mapped(registration, lambda value: registered_face(value, around)),
            around=around,
            member=member,
            evidence=(*member.evidence, *((evidence,) if evidence else ())),
        )

    def _without_node(self, cluster: str, matching: Matching) -> list[Broker]:
        """The registrations of which no node is known, or not which one."""
        around = self._around(None, cluster)
        return [
            _alone(self._free_name(registration, cluster), cluster, registration, node, around)
            for registration, node in matching.alone
        ]

    def _free_name(self, registration: RegistrationObservation, cluster: str) -> str:
        """What a broker without a node is called: by its id, with more where that name is taken."""
        plain, place = f"broker {registration.broker_id}", registration.location.name
        wanted = [plain, f"{plain} ({place})", f"{plain} ({place} of {cluster})"]
        numbered = (f"{wanted[-1]} {number}" for number in count(2))
        free = (name for name in chain(wanted, numbered) if name not in self._names)
        name = next(name for name in free if name not in self._nodes)
        self._names.add(name)
        return name


def _converged(member: Member, face: Callable[[_Which], Fact[ConfigFace]]) -> Fact[ConfigFace] | None:
    """What the last run computed; None if that is what Chef intends, or if the next one says the same."""
    evaluated, attributes = member.evaluated, member.attributes
    if evaluated is None:
        return None
    if attributes is not None and attributes.whole and evaluated.texts() == attributes.texts():
        return None
    return face("converged")


def _config(
    member: Member, around: Surroundings, overrides: Overrides, broker_id: Fact[int], which: _Which
) -> Fact[ConfigFace]:
    """A face of a broker; what Chef intends is what it would write, else what the last run computed."""
    is_file = which == "rendered"
    evaluated = member.evaluated if which == "intended" else None
    settings = member.rendered if is_file else evaluated or member.attributes
    if settings is None:
        what = "rendered server.properties" if is_file else "node object with Kafka's settings"
        return Absent(evidence=f"there is no {what} of {member.name}")
    observed_at = member.rendered_at
    if evaluated is not None and member.run is not None:
        observed_at = member.run.observed_at
    elif not is_file and member.node is not None:
        observed_at = member.node.machine.observed_at
    face = config_face(
        overrides.over(settings, broker_id, around.version),
        around,
        broker_id=configured_id(settings, around.version),
        observed_at=observed_at,
        changed_at=member.changed_at if is_file else NOT_GIVEN,
        as_of_last_run=not is_file and evaluated is None,
    )
    return Known(value=face, location=settings.location)


def _alone(
    name: str, cluster: str, registration: RegistrationObservation, node: Fact[str], around: Surroundings
) -> Broker:
    place = registration.location
    nobody = Absent(evidence="no node is known for this registration", location=place)
    config: Fact[ConfigFace] = replace(node, candidates=()) if isinstance(node, Unknown) else nobody
    return _assembled(
        name=name,
        cluster=cluster,
        broker_id=Known(value=registration.broker_id, location=place),
        node=node,
        intended=config,
        rendered=config,
        registered=Known(value=registered_face(registration, around), location=place),
        around=around,
        member=None,
        evidence=(f"the registration {place.name}",),
    )


def _assembled(
    *,
    name: str,
    cluster: str,
    broker_id: Fact[int],
    node: Fact[str],
    intended: Fact[ConfigFace],
    rendered: Fact[ConfigFace],
    registered: Fact[RegisteredFace],
    around: Surroundings,
    member: Member | None,
    evidence: tuple[str, ...],
    converged: Fact[ConfigFace] | None = None,
) -> Broker:
    config = rendered if isinstance(rendered, Known) else intended
    faces = (intended, rendered, config)
    advertised = [part(face, lambda value: value.endpoints) for face in faces]
    told = part(registered, lambda value: value.endpoints)
    servers = [part(face, lambda value: value.zookeeper_servers) for face in faces]
    return Broker(
        name=name,
        cluster=cluster,
        id=broker_id,
        node=node,
        kafka_version=around.version,
        intended=intended,
        rendered=rendered,
        converged=intended if converged is None else converged,
        config=config,
        registered=registered,
        resolved=resolved_face((*advertised, told), servers, around),
        machine=around.machine,
        endpoints=side_by_side(advertised[0], advertised[1], registered, advertised[2]),
        run_list=_run_list(member),
        meta=() if member is None else member.metas,
        evidence=evidence,
        ignores=() if member is None else member.ignores,
        pending=NOT_GIVEN if member is None else pending_settings(member.rendered, member.evaluated),
        stop=NOT_GIVEN if member is None or member.run is None else member.run.stop,
        dropped=NOT_GIVEN if member is None else member.dropped(),
    )


def _run_list(member: Member | None) -> Fact[tuple[str, ...]]:
    if member is None or member.node is None:
        return missing("no node object says the run list")
    return member.node.run_list


def _id(claim: Claim, registered: Fact[int]) -> Fact[int]:
    """A broker has an id even if only ZooKeeper knows which."""
    if isinstance(claim.id, Absent) and not isinstance(registered, Known):
        return missing(f"{claim.id.evidence}; nothing that was read says which", claim.id.location)
    return claim.id if isinstance(claim.id, Known) or not isinstance(registered, Known) else registered
