"""A world in a few lines of YAML, as the cases of rules describe it, to a Snapshot.

`docs/rules.md` has the keys. What is not written is as on a healthy night; nothing is read from anywhere.
"""

from __future__ import annotations

from driftcheck.app.worlds.answers import answers
from driftcheck.app.worlds.connections import connections
from driftcheck.app.worlds.files import (
    BROKER_FILES,
    CLIENT_FILES,
    FILE_TIMES,
    ZOOKEEPER_FILES,
    hosts_file,
    properties_files,
)
from driftcheck.app.worlds.nodes import OBJECT_KEYS, node_object
from driftcheck.app.worlds.notation import NOW, keys_of
from driftcheck.app.worlds.runs import run_observation
from driftcheck.app.worlds.servers import MYID, myids
from driftcheck.app.worlds.zookeeper import zookeeper
from driftcheck.formats.yaml_nodes import YamlNode
from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import Snapshot, SourceRun
from driftcheck.sources.configuration.keys import configured

_KEYS = ("configuration", "nodes", "dns", "zookeeper", "connections")
_NODE_KEYS = (*OBJECT_KEYS, "hosts", MYID, *BROKER_FILES, *ZOOKEEPER_FILES, *CLIENT_FILES, FILE_TIMES)


def world_configuration(world: YamlNode, file: str) -> Configuration:
    """The configuration of a world: the keys of `.driftcheck.yaml`. Raises YamlProblem."""
    parts = keys_of(world, _KEYS)
    return (
        configured(parts["configuration"], file, Configuration())
        if "configuration" in parts
        else Configuration()
    )


def world_snapshot(world: YamlNode) -> Snapshot:
    """The snapshot that a world describes. Raises YamlProblem, with the place, for what it cannot mean."""
    parts = keys_of(world, _KEYS)
    named = {} if "nodes" not in parts or parts["nodes"].is_null else parts["nodes"].as_mapping()
    nodes = {name: keys_of(node, _NODE_KEYS) for name, node in named.items()}
    objects = tuple(
        node_object(name, keys) for name, keys in nodes.items() if any(key in keys for key in OBJECT_KEYS)
    )
    files = tuple(file for name, keys in nodes.items() for file in properties_files(name, keys))
    runs = tuple(run_observation(name, keys["run"]) for name, keys in nodes.items() if "run" in keys)
    hosts = tuple(hosts_file(name, keys["hosts"]) for name, keys in nodes.items() if "hosts" in keys)
    asked = {
        "chef": bool(objects),
        "cookbooks": bool(runs),
        "rendered": bool(hosts) or any(file.kind not in CLIENT_FILES for file in files),
        "file_times": any(FILE_TIMES in keys for keys in nodes.values()),
        "client_files": any(file.kind in CLIENT_FILES for file in files),
        "dns": "dns" in parts,
        "zookeeper": "zookeeper" in parts,
        "tcp": "connections" in parts,
    }
    return Snapshot(
        taken_at=NOW,
        tool="driftcheck",
        sources=tuple(
            SourceRun(source=source, asked="the case", observed_at=NOW)
            for source, was_asked in asked.items()
            if was_asked
        ),
        nodes=objects,
        properties=files,
        hosts=hosts,
        dns=tuple(answers(parts["dns"])) if "dns" in parts else (),
        zookeepers=(zookeeper(parts["zookeeper"]),) if "zookeeper" in parts else (),
        runs=runs,
        connections=tuple(connections(parts["connections"])) if "connections" in parts else (),
        myids=tuple(myid for name, keys in nodes.items() for myid in myids(name, keys)),
    )
