"""Which registration is which broker's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from driftcheck.join.ambiguities import are, listed
from driftcheck.join.members import Member
from driftcheck.join.order import natural_key
from driftcheck.join.roads import Roads
from driftcheck.join.sessions import only_session_node
from driftcheck.model.facts import Absent, Fact, Known, Unknown, missing
from driftcheck.model.frozen import frozen
from driftcheck.model.inventory import Ambiguity
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import RegistrationObservation


@frozen
class Claim:
    """A member and the id under which it registers, once its release has read its configuration.

    `stored` are the ids of its meta.properties: where ZooKeeper gives the id, the stored one wins.
    """

    member: Member
    configured: Fact[int]
    stored: tuple[Fact[int], ...] = ()

    @property
    def id(self) -> Fact[int]:
        """The first that is known of configuration and meta.properties, which have to agree."""
        return self.configured if isinstance(self.configured, Known) else self._stored()

    def _stored(self) -> Fact[int]:
        known = {fact.value: fact for fact in self.stored if isinstance(fact, Known)}
        if len(known) == 1:
            return next(iter(known.values()))
        if known:
            places = ", ".join(str(fact.location) for fact in known.values())
            return replace(missing(f"these name different ids: {places}"), candidates=tuple(known.values()))
        unknown = next((fact for fact in self.stored if isinstance(fact, Unknown)), None)
        return unknown if unknown is not None and isinstance(self.configured, Absent) else self.configured


@dataclass(slots=True)
class Matching:
    """`registered`: member name → its registration, or why it has none. `alone`: registrations without a
    node, with what is known of whose they are. `evidence`: member name → why it was joined.
    """

    registered: dict[str, Fact[RegistrationObservation]] = field(default_factory=dict)
    alone: list[tuple[RegistrationObservation, Fact[str]]] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)
    ambiguities: list[Ambiguity] = field(default_factory=list)


def match(
    claims: Sequence[Claim], registrations: Fact[tuple[RegistrationObservation, ...]], roads: Roads
) -> Matching:
    """By the id that one broker alone claims. Where several claim it, or a broker's id is not known, by the
    machine that the session comes from; else by an address that one machine alone has. What could be several
    brokers' stays by itself, and is an ambiguity.
    """
    if not isinstance(registrations, Known):
        return Matching(registered={claim.member.name: registrations for claim in claims})
    matcher = _Matcher(claims, roads)
    matcher.by_id(registrations.value)
    matcher.by_address()
    return matcher.finished(registrations.location)


class _Matcher:
    def __init__(self, claims: Sequence[Claim], roads: Roads) -> None:
        self._claims = claims
        self._roads = roads
        self._matching = Matching()
        self._unclaimed: list[RegistrationObservation] = []
        self._open: dict[str, list[Claim]] = {}
        for claim in claims:
            if not isinstance(claim.id, Known):
                self._open.setdefault(claim.member.node_name, []).append(claim)

    def by_id(self, registrations: Sequence[RegistrationObservation]) -> None:
        claims: dict[int, list[Claim]] = {}
        for claim in self._claims:
            if isinstance(claim.id, Known):
                claims.setdefault(claim.id.value, []).append(claim)
        by_id: dict[int, list[RegistrationObservation]] = {}
        for registration in registrations:
            by_id.setdefault(registration.broker_id, []).append(registration)
        for number, several in by_id.items():
            found = claims.get(number, [])
            if not found:
                self._unclaimed += several
            elif len(found) == len(several) == 1:
                self._join(found[0], several[0], _by_id(found[0], several[0]))
            else:
                self._shared_id(number, found, several)

    def by_address(self) -> None:
        """Joins what comes from or leads to one machine alone, if that is a broker whose id is not known, and
        only that.
        """
        leading: dict[str, list[RegistrationObservation]] = {}
        for registration in self._unclaimed:
            node = only_session_node(registration, self._roads.machines) or self._only_owner(registration)
            leading.setdefault(node, []).append(registration)
        for node, found in sorted(leading.items()):
            claims = self._open.get(node, [])
            if len(claims) == len(found) == 1:
                self._join(claims[0], found[0], self._by_machine(node, found[0]))
                continue
            if claims:
                self._matching.ambiguities.append(_shared_address(node, claims, found))
            elif node:
                self._other_ids(node, found)
            self._matching.alone += [(registration, self._whose(registration)) for registration in found]

    def finished(self, root: Location | None) -> Matching:
        for claim in self._claims:
            self._matching.registered.setdefault(claim.member.name, _not_registered(claim, root))
        self._matching.alone.sort(key=lambda each: (each[0].broker_id, each[0].location.name))
        return self._matching

    def _join(self, claim: Claim, registration: RegistrationObservation, evidence: str) -> None:
        fact = Known(value=registration, location=registration.location)
        self._matching.registered[claim.member.name] = fact
        self._matching.evidence[claim.member.name] = evidence

    def _by_machine(self, node: str, registration: RegistrationObservation) -> str:
        place = registration.location.name
        if only_session_node(registration, self._roads.machines) == node:
            return f"the registration {place}: its session comes from {node}'s machine{_from(registration)}"
        return f"the registration {place}: its address is {node}'s machine's alone"

    def _shared_id(
        self, number: int, claims: Sequence[Claim], several: Sequence[RegistrationObservation]
    ) -> None:
        names = tuple(sorted((claim.member.name for claim in claims), key=natural_key))
        reason = f"{listed(names)} have the same id {number}: whose registration it is cannot be told"
        if len(names) == 1:
            reason = f"{number} is registered {len(several)} times: which is {names[0]}'s cannot be told"
        holder = self._holder(claims, several)
        if holder is not None:
            name, node = holder.member.name, holder.member.node_name
            reason = (
                f"{listed(names)} have the same id {number}: the session that holds it comes from {name}'s"
                f" machine{_from(several[0])}"
            )
            self._join(holder, several[0], self._by_machine(node, several[0]))
        why = missing(reason, several[0].location)
        for claim in claims:
            self._matching.registered.setdefault(claim.member.name, why)
        candidates = tuple(Known(value=claim.member.node_name) for claim in claims)
        for registration in several if holder is None else ():
            whose = replace(why, location=registration.location, candidates=candidates)
            self._matching.alone.append((registration, whose))
        self._matching.ambiguities.append(
            Ambiguity(
                kind="shared_id" if len(names) > 1 else "registered_twice",
                subject=f"broker {number}",
                reason=reason,
                candidates=names,
                locations=_places(
                    [*(each.location for each in several), *(claim.id.location for claim in claims)]
                ),
            )
        )

    def _holder(self, claims: Sequence[Claim], several: Sequence[RegistrationObservation]) -> Claim | None:
        """Of several that claim one registration the one from whose machine its session comes."""
        node = only_session_node(several[0], self._roads.machines) if len(several) == 1 else ""
        found = [claim for claim in claims if node and claim.member.node_name == node]
        return found[0] if len(found) == 1 else None

    def _only_owner(self, registration: RegistrationObservation) -> str:
        """The one node to whose machine all endpoints lead, under no other's name; else ""."""
        if not isinstance(registration.endpoints, Known):
            return ""
        nodes: set[str] = set()
        for endpoint in registration.endpoints.value:
            host = Known(value=endpoint.host)
            owners = self._roads.machines.owners(self._roads.addresses(host))
            named = self._roads.machines.named(host)
            if not isinstance(owners, Known):
                return ""
            nodes.update(owners.value, named.value if isinstance(named, Known) else ())
        return nodes.pop() if len(nodes) == 1 else ""

    def _other_ids(self, node: str, found: Sequence[RegistrationObservation]) -> None:
        """A machine whose own broker is not registered, and to which another id's registration leads."""
        for claim in self._claims:
            if claim.member.node_name == node and claim.member.name not in self._matching.registered:
                self._matching.ambiguities.append(_other_id(claim, found))

    def _whose(self, registration: RegistrationObservation) -> Fact[str]:
        place, nodes = registration.location, sorted(self._open)
        if not nodes:
            nobody = f"no broker of the cluster in sight has the id {registration.broker_id}"
            return Absent(evidence=nobody, location=place)
        names = ", ".join(nodes[:3]) + (", …" if len(nodes) > 3 else "")
        why = missing(f"the ids of {names} are not known: this could be one of them", place)
        return replace(why, candidates=tuple(Known(value=node) for node in nodes[:20]))


def _from(registration: RegistrationObservation) -> str:
    address = registration.session_address
    return f" ({address.value})" if isinstance(address, Known) else ""


def _by_id(claim: Claim, registration: RegistrationObservation) -> str:
    place = f" ({claim.id.location})" if claim.id.location else ""
    return f"the registration {registration.location.name}: it has the id {registration.broker_id}{place}"


def _shared_address(
    node: str, claims: Sequence[Claim], found: Sequence[RegistrationObservation]
) -> Ambiguity:
    ids = tuple(f"broker {registration.broker_id}" for registration in found)
    members = [claim.member.name for claim in claims]
    which = f"which of {listed(members)} it is" if len(ids) == 1 else f"which of them is {members[0]}"
    if len(ids) > 1 and len(members) > 1:
        which = "which is which"
    return Ambiguity(
        kind="shared_address",
        subject=node,
        reason=f"{listed(ids)} {are(ids, 'is', 'are')} registered with the address of {node}'s machine:"
        f" {which} cannot be told",
        candidates=ids,
        locations=tuple(registration.location for registration in found),
    )


def _other_id(claim: Claim, found: Sequence[RegistrationObservation]) -> Ambiguity:
    ids = tuple(f"broker {registration.broker_id}" for registration in found)
    own = claim.id.value if isinstance(claim.id, Known) else "not known"
    return Ambiguity(
        kind="other_id",
        subject=claim.member.name,
        reason=f"{claim.member.name} (id {own}) is not registered, but {listed(ids)} {are(ids, 'is', 'are')},"
        " with the address of its machine",
        candidates=ids,
        locations=_places([claim.id.location, *(registration.location for registration in found)]),
    )


def _not_registered(claim: Claim, root: Location | None) -> Absent | Unknown:
    if not isinstance(claim.id, Known):
        return missing(f"the id of {claim.member.name} is not known", claim.member.config.location)
    path = f"{root.name if root else '/brokers/ids'}/{claim.id.value}"
    return Absent(evidence=f"there is no {path}", location=Location(source="zookeeper", name=path))


def _places(locations: Sequence[Location | None]) -> tuple[Location, ...]:
    return tuple(location for location in locations if location is not None)
