"""The faces side by side, for the subjects of one finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from driftcheck.engine.findings.face_lines import (
    NOT_REGISTERED,
    NOT_SET,
    PIPELINE,
    config_note,
    fact_line,
    machine_line,
    registered_absence,
    registered_note,
    resolution_line,
    resolution_of,
    with_odd_ones,
)
from driftcheck.engine.findings.property_faces import (
    PropertyFaces,
    client_setting,
    faces_of,
    server_setting,
)
from driftcheck.engine.findings.trails import usual_and_odd
from driftcheck.engine.scopes import Bound
from driftcheck.model.facts import Absent, Fact, Known
from driftcheck.model.finding import Comparison, FaceLine
from driftcheck.model.inventory import Advertised, Broker, Endpoint, Inventory
from driftcheck.model.rule import Rule, Scope

MOST_ROWS = 200
MOST_USUAL = 3
"""Rows of brokers that are as most are, beside the odd ones."""

NOT_OWN = "not its own address"


def comparisons(rule: Rule, property_: str, subjects: Sequence[Bound]) -> tuple[Comparison, ...]:
    """One comparison for each subject, in their order, of the faces that the rule names.

    For brokers' endpoints, if there are several, first the broker whose name it is; for a cluster one
    comparison for each broker that differs, after some of those that do not.
    """
    if not rule.faces:
        return ()
    if subjects[0].setting is not None:
        return _settings(rule, subjects)
    if rule.scope is Scope.CLUSTER:
        return _cluster(rule, property_, subjects[0])
    if rule.scope is Scope.SERVER:
        return _servers(property_, subjects)
    rows = [_comparison(rule, property_, bound) for bound in subjects[:MOST_ROWS]]
    if rule.scope is Scope.ENDPOINT and len(subjects) > 1:
        rows = [*_owner(rule, subjects), *rows]
    return tuple(row for row in rows if row.faces)


def _comparison(rule: Rule, property_: str, bound: Bound) -> Comparison:
    if bound.endpoint is not None and bound.broker is not None:
        return endpoint_comparison(rule.faces, bound.inventory, bound.broker, bound.endpoint)
    if bound.broker is not None:
        faces = broker_lines(rule.faces, bound.inventory, bound.broker, faces_of(property_))
        return Comparison(subject=bound.broker.name, faces=faces)
    if bound.client is not None:
        line = fact_line("rendered", client_setting(bound.client, property_), absent=NOT_SET)
        return Comparison(subject=bound.client.name, faces=(line,) if line is not None else ())
    return Comparison(subject=bound.subject(rule.scope).name, faces=())


def endpoint_comparison(
    faces: Sequence[str], inventory: Inventory, broker: Broker, endpoint: Endpoint
) -> Comparison:
    """One listener of one broker over the faces, where its host leads, and the machine."""
    lines = [_endpoint_line(face, inventory, broker, endpoint) for face in faces]
    marked = with_odd_ones([line for line in lines if line is not None], PIPELINE)
    differs = any(line.odd for line in marked)
    current = endpoint.current.value if isinstance(endpoint.current, Known) else None
    verdict = ""
    if current is not None and not differs:
        if _is_false(current.own):
            verdict = _whose(current, broker)
            marked = tuple(replace(line, odd=line.face == "machine") for line in marked)
        elif isinstance(current.addresses, Absent):
            verdict = "does not resolve"
    several = len(broker.endpoints) > 1 and endpoint.listener
    subject = f"{broker.name} {endpoint.listener}" if several else broker.name
    return Comparison(subject=subject, faces=marked, verdict=verdict)


def _whose(advertised: Advertised, broker: Broker) -> str:
    """To whose machine an endpoint leads that is not its broker's own."""
    owners, node = advertised.owners, broker.node
    if not (isinstance(owners, Known) and isinstance(node, Known)) or node.value in owners.value:
        return NOT_OWN
    return f"leads to {', '.join(owners.value[:MOST_USUAL])}"


def _is_false(fact: Fact[bool]) -> bool:
    return isinstance(fact, Known) and fact.value is False


def _endpoint_line(face: str, inventory: Inventory, broker: Broker, endpoint: Endpoint) -> FaceLine | None:
    if face == "machine":
        addresses = broker.machine.value.addresses if isinstance(broker.machine, Known) else broker.machine
        return machine_line(broker, addresses, inventory.reference_time)
    if face == "resolves":
        return _resolves(broker, endpoint)
    advertised: Fact[Advertised] = getattr(endpoint, face)
    if face == "registered":
        absent = registered_absence(broker, inventory.asked)
        line = fact_line(face, advertised, note=registered_note(broker.registered), absent=absent)
    else:
        config = broker.intended if face == "intended" else broker.rendered
        line = fact_line(face, advertised, note=config_note(config))
    if line is None or not isinstance(advertised, Known):
        return line
    return replace(line, location=advertised.value.host.location or line.location)


def _resolves(broker: Broker, endpoint: Endpoint) -> FaceLine | None:
    if not isinstance(endpoint.current, Known):
        return None
    found = resolution_of(broker, endpoint.current.value.host)
    return None if found is None else resolution_line([found])


def broker_lines(
    faces: Sequence[str], inventory: Inventory, broker: Broker, property_: PropertyFaces
) -> tuple[FaceLine, ...]:
    """One setting of one broker over the faces."""
    lines = [_broker_line(face, inventory, broker, property_) for face in faces]
    compared = [*PIPELINE, "machine"] if property_.registered and property_.machine else PIPELINE
    if property_.resolves is not None:
        compared = PIPELINE
    return with_odd_ones([line for line in lines if line is not None], compared)


def _broker_line(
    face: str, inventory: Inventory, broker: Broker, property_: PropertyFaces
) -> FaceLine | None:
    if face == "resolves":
        return None if property_.resolves is None else resolution_line(property_.resolves(broker))
    fact = property_.of(broker, face)
    if face == "machine":
        return machine_line(broker, fact, inventory.reference_time)
    if face == "registered":
        absent = registered_absence(broker, inventory.asked)
        if isinstance(broker.registered, Known) and property_.registered is not None:
            absent = NOT_SET
        return fact_line(face, fact, note=registered_note(broker.registered), absent=absent)
    config = broker.intended if face == "intended" else broker.rendered
    absent = NOT_SET if isinstance(config, Known) else ""
    return fact_line(face, fact, note=config_note(config), absent=absent)


def _owner(rule: Rule, subjects: Sequence[Bound]) -> list[Comparison]:
    """The broker whose machine has the name or address that the subjects give, if it is none of them."""
    first = subjects[0]
    current = first.endpoint.current if first.endpoint is not None else None
    if not isinstance(current, Known):
        return []
    nodes = {
        node
        for fact in (current.value.named, current.value.owners)
        if isinstance(fact, Known)
        for node in fact.value
    }
    failing = {bound.broker.name for bound in subjects if bound.broker is not None}
    for broker in first.cluster.brokers:
        if broker.name in failing or not (isinstance(broker.node, Known) and broker.node.value in nodes):
            continue
        for endpoint in broker.endpoints:
            if endpoint.listener == current.value.listener:
                found = endpoint_comparison(rule.faces, first.inventory, broker, endpoint)
                return [replace(found, verdict=found.verdict or "ok")]
    return []


def _cluster(rule: Rule, property_: str, bound: Bound) -> tuple[Comparison, ...]:
    """The brokers whose setting is not that of most, after some whose is."""
    if not property_:
        return ()
    same, odd = usual_and_odd(bound, property_)
    read = faces_of(property_)
    rows = [
        Comparison(subject=broker.name, faces=broker_lines(rule.faces, bound.inventory, broker, read))
        for broker in same[: MOST_USUAL if odd else MOST_ROWS]
    ]
    for broker in odd[: MOST_ROWS - len(rows)]:
        lines = broker_lines(rule.faces, bound.inventory, broker, read)
        rows.append(Comparison(subject=broker.name, faces=_all_odd(lines)))
    return tuple(row for row in rows if row.faces)


def _servers(property_: str, subjects: Sequence[Bound]) -> tuple[Comparison, ...]:
    """Some of the ensemble's other servers, and the subjects as odd ones."""
    ensemble = subjects[0].cluster.ensemble
    all_of_them = ensemble.value.servers if isinstance(ensemble, Known) else ()
    failing = [bound.server for bound in subjects if bound.server is not None][:MOST_ROWS]
    names = {server.name for server in failing}
    rows = []
    for server in [*[each for each in all_of_them if each.name not in names][:MOST_USUAL], *failing]:
        line = fact_line("rendered", server_setting(server, property_), absent=NOT_SET)
        if line is not None:
            rows.append(Comparison(subject=server.name, faces=(replace(line, odd=server.name in names),)))
    return tuple(rows)


def _settings(rule: Rule, subjects: Sequence[Bound]) -> tuple[Comparison, ...]:
    """The same for each setting, which is named beside the broker where there are several."""
    rows: list[Comparison] = []
    for bound in subjects:
        name = bound.setting.name if bound.setting is not None else ""
        own = _cluster(rule, name, bound)
        rows += [replace(row, subject=f"{row.subject} {name}") for row in own] if subjects[1:] else own
    return tuple(rows[:MOST_ROWS])


def _all_odd(lines: Sequence[FaceLine]) -> tuple[FaceLine, ...]:
    return tuple(replace(line, odd=line.face in PIPELINE and line.text != NOT_REGISTERED) for line in lines)
