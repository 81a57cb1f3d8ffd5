"""What answers in a world where brokers are connected to."""

from __future__ import annotations

from collections.abc import Iterator

from driftcheck.app.worlds.notation import NOW, fact_at, integer, is_number, is_unknown, keys_of, text
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlScalar
from driftcheck.model.facts import Absent, Fact, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import ConnectionObservation

_KEYS = ("id", "cluster")
_TROUBLES = {
    "refused": (Known(value=False), "the connection is refused"),
    "silent": (None, "no connection within 5 s"),
    "mute": (Known(value=True), "it accepts the connection and does not answer within 5 s"),
}
_NOT_ASKED = "clients have to authenticate there: which broker answers cannot be asked"
_NO_CLUSTER = Absent(evidence="brokers tell their cluster's id from 0.10.1 on")


def connections(node: YamlNode) -> Iterator[ConnectionObservation]:
    """`ADDRESS:PORT` → the answering broker's id, or `{id: 1, cluster: X}`; `refused`, `silent` (no answer to
    the attempt), `mute` (accepted, then nothing), `closed to us` (accepted, but clients authenticate).
    """
    for place, given in ({} if node.is_null else node.as_mapping()).items():
        address, colon, port = place.rpartition(":")
        if not colon or not is_number(port, digits=5):
            raise given.problem(f"{place!r} is not ADDRESS:PORT")
        yield _connection(address.strip("[]"), int(port), given, Location(source="tcp", name=place))


def _connection(address: str, port: int, node: YamlNode, where: Location) -> ConnectionObservation:
    accepted: Fact[bool] = Known(value=True, location=where)
    broker: Fact[int]
    cluster: Fact[str] = _NO_CLUSTER
    if isinstance(node, YamlScalar) and node.text in _TROUBLES:
        known, reason = _TROUBLES[node.text]
        why = Unknown(kind=UnknownKind.FAULT, reason=reason, location=where)
        accepted, broker, cluster = known or why, why, why
    elif isinstance(node, YamlScalar) and node.text == "closed to us":
        broker = cluster = Unknown(kind=UnknownKind.UNSUPPORTED, reason=_NOT_ASKED, location=where)
    else:
        is_answer = isinstance(node, YamlMapping) and not is_unknown(node)
        keys = keys_of(node, _KEYS) if is_answer else {"id": node}
        none = Unknown(kind=UnknownKind.UNSUPPORTED, reason="it does not say its id", location=where)
        broker = fact_at(keys, "id", where, integer, none)
        cluster = fact_at(keys, "cluster", where, text, _NO_CLUSTER)
    return ConnectionObservation(
        address=address,
        port=port,
        observed_at=Known(value=NOW),
        accepted=accepted,
        broker_id=broker,
        cluster_id=cluster,
    )
