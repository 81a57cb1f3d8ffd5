"""The ZooKeeper servers of a world: their files, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftcheck.app.worlds.notation import NOW, fact_at, fact_of, integer, is_number, keys_of, text, truth
from driftcheck.formats.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence
from driftcheck.model.facts import Absent, Known, Unknown, UnknownKind
from driftcheck.model.locations import Location
from driftcheck.model.snapshot import MyidObservation, ServerObservation

MYID = "myid"

_KEYS = ("mode", "version", "zxid", "followers", "named", "answered")
_TROUBLES = {"refused": "the connection is refused", "silent": "it did not answer in time"}
_NOT_TOLD = Absent(evidence="the server does not say it")


def myids(name: str, keys: Mapping[str, YamlNode]) -> Iterator[MyidObservation]:
    """A node's `myid`: its first line."""
    if MYID in keys:
        place = Location(source="rendered", name=f"rendered/{name}/myid", line=1, column=1)
        line = fact_of(keys[MYID], place, text)
        yield MyidObservation(node=name, location=place, observed_at=Known(value=NOW), line=line)


def servers(node: YamlNode) -> Iterator[ServerObservation]:
    """`HOST:PORT` → its mode, `refused`, `silent`, or `{mode: leader, version: 3.8.4, followers: 2}`."""
    for place, given in node.as_mapping().items():
        host, colon, port = place.rpartition(":")
        if not colon or not is_number(port, digits=5):
            raise given.problem(f"{place!r} is not HOST:PORT")
        where = Location(source="zookeeper", name=place, pointer="srvr")
        yield _server(host.strip("[]"), int(port), given, where)


def _server(host: str, port: int, node: YamlNode, place: Location) -> ServerObservation:
    if isinstance(node, YamlScalar) and node.text in _TROUBLES:
        trouble = _TROUBLES[node.text]
        silent: Unknown | Absent = Unknown(kind=UnknownKind.MISSING_INPUT, reason=trouble, location=place)
        if node.text == "refused":
            silent = Absent(evidence="nothing listens there", location=place)
        return ServerObservation(
            host=host,
            port=port,
            named=True,
            location=place,
            answered=Known(value=False, location=place),
            trouble=Known(value=trouble, location=place),
            mode=silent,
            version=silent,
            zxid=silent,
            followers=silent,
        )
    is_record = isinstance(node, YamlMapping) and "mode" in node.entries
    keys = keys_of(node, _KEYS) if is_record else {"mode": node}
    return ServerObservation(
        host=host,
        port=port,
        named="named" not in keys or keys["named"].as_bool(),
        location=place,
        answered=fact_at(keys, "answered", place, truth, Known(value=True, location=place)),
        trouble=_NOT_TOLD,
        mode=fact_at(keys, "mode", place, text, _NOT_TOLD),
        version=fact_at(keys, "version", place, text, Known(value="3.8.4", location=place)),
        zxid=fact_at(keys, "zxid", place, integer, _NOT_TOLD),
        followers=fact_at(keys, "followers", place, integer, _NOT_TOLD),
    )


def configuration(node: YamlNode) -> Mapping[str, str]:
    """The lines of `/zookeeper/config` by key."""
    if isinstance(node, YamlSequence):
        raise node.expected("a mapping")
    return {key: value.as_text() for key, value in node.as_mapping().items()}
