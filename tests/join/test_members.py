"""Which nodes are brokers, and what belongs to each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.errors import ConfigurationError
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Known, UnknownKind
from driftcheck.model.snapshot import Snapshot
from tests.join.worlds import (
    ambiguities,
    broker,
    intended,
    joined,
    known,
    machine,
    names,
    only_cluster,
    possible,
    rendered,
    seen,
    unknown,
)


def test_a_node_with_a_server_properties_is_a_broker() -> None:
    inventory = joined("nodes: {kafka1: {server.properties: {broker.id: 1}}}")
    assert names(inventory) == {"kafka": ["kafka1"]}


def test_a_node_whose_cookbooks_render_server_properties_is_a_broker() -> None:
    inventory = joined("nodes: {kafka1: {broker: true}, web1: {broker: false}}")
    assert names(inventory) == {"prod": ["kafka1"]}
    assert inventory.nodes == ("kafka1", "web1")


def test_kafka_attributes_alone_make_no_broker() -> None:
    inventory = joined("nodes: {web1: {settings: {broker.id: 1}, broker: false}}")
    assert not inventory.clusters
    assert not inventory.gaps


def test_recipes_that_are_not_known_are_a_gap_where_there_are_kafka_attributes() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}, broker: {unknown: no cookbooks, kind: missing_input}}
          kafka2: {settings: {broker.id: 2}, broker: {unknown: no cookbooks, kind: missing_input}}
          web1: {broker: {unknown: no cookbooks, kind: missing_input}}
        """
    )
    (gap,) = inventory.gaps
    assert gap.kind is UnknownKind.MISSING_INPUT
    assert gap.reason.startswith("it is not known whether 2 nodes are brokers: no cookbooks")
    assert gap.hides == "what kafka1, kafka2 would register"


def with_fields(world: str, **fields: tuple[str, ...]) -> Snapshot:
    snapshot = seen(world)
    return replace(
        snapshot,
        nodes=tuple(replace(node, search_fields={"name": (node.name,), **fields}) for node in snapshot.nodes),
    )


def test_a_query_says_which_nodes_are_brokers_whatever_their_recipes() -> None:
    snapshot = with_fields("nodes: {kafka1: {broker: false}, web1: {broker: true}}")
    assert names(joined(snapshot, brokers="name:kafka*")) == {"prod": ["kafka1"]}


def test_a_query_that_cannot_be_read_is_the_configurations_error() -> None:
    with pytest.raises(ConfigurationError, match=r"brokers: the query 'name:\(' cannot be read"):
        joined("nodes: {}", brokers="name:(")
    with pytest.raises(ConfigurationError, match="clusters: "):
        joined("nodes: {}", clusters={"name:(": "prod"})


FOLDER = """
nodes:
  i-0a1: {{broker: true, machine: {{fqdn: kafka1.example.com, hostname: kafka1}}}}
  {folder}: {{server.properties: {{broker.id: 1}}}}
"""


@pytest.mark.parametrize("folder", ["kafka1", "kafka1.example.com", "KAFKA1.example.com."])
def test_a_folder_may_be_called_as_the_nodes_machine(folder: str) -> None:
    inventory = joined(FOLDER.format(folder=folder))
    assert names(inventory) == {"prod": ["i-0a1"]}
    found = broker(inventory, "i-0a1")
    assert known(rendered(found).broker_id) == 1
    assert f"the files of {folder}: that is the name of i-0a1's machine" in found.evidence


def test_a_folder_called_as_a_node_is_that_nodes_whatever_a_machine_is_called() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {environment: prod, server.properties: {broker.id: 1}}
          kafka2: {machine: {hostname: kafka1}}
        """
    )
    assert names(inventory) == {"prod": ["kafka1"]}


def test_a_folder_that_could_be_of_two_nodes_stays_by_itself_and_is_said() -> None:
    inventory = joined(
        """
        nodes:
          a: {environment: prod, machine: {hostname: kafka1}}
          b: {environment: prod, machine: {hostname: kafka1}}
          kafka1: {server.properties: {broker.id: 1}}
        """
    )
    assert names(inventory) == {"kafka": ["kafka1"]}
    assert ambiguities(inventory) == [("whose_files", "kafka1")]
    (ambiguity,) = only_cluster(inventory).ambiguities
    assert ambiguity.candidates == ("a", "b")
    assert ambiguity.reason == (
        "the files of kafka1 could be those of a or b, whose machines all have that name"
    )


def moved(snapshot: Snapshot, **paths: str) -> Snapshot:
    """The properties files of these nodes moved to other nodes and paths: `b="a:second"`."""
    files = []
    for file in snapshot.properties:
        node, _, folder = paths.get(file.node, file.node).partition(":")
        name = f"rendered/{node}/{folder}/{file.kind}" if folder else file.location.name
        files.append(replace(file, node=node, location=replace(file.location, name=name)))
    return replace(snapshot, properties=tuple(files))


SEVERAL = """
nodes:
  kafka1:
    settings: {broker.id: 2}
    server.properties: {broker.id: 1}
    meta.properties: {broker.id: 1}
  second:
    server.properties: {broker.id: 2}
    meta.properties: {broker.id: 2}
"""


def test_a_node_with_two_files_has_two_brokers_and_its_attributes_are_those_of_the_same_id() -> None:
    inventory = joined(moved(seen(SEVERAL), kafka1="kafka1:a", second="kafka1:b"))
    first = broker(inventory, "kafka1:rendered/kafka1/a/server.properties")
    second = broker(inventory, "kafka1:rendered/kafka1/b/server.properties")
    assert known(first.node) == known(second.node) == "kafka1"
    assert [known(each.rendered).broker_id.value for each in (first, second)] == [1, 2]
    assert [known(meta.broker_id) for meta in (*first.meta, *second.meta)] == [1, 2]
    assert not isinstance(first.intended, Known)
    assert known(intended(second).broker_id) == 2
    assert ambiguities(inventory) == []


def test_attributes_that_belong_to_none_of_several_files_are_said() -> None:
    snapshot = moved(
        seen(SEVERAL.replace("settings: {broker.id: 2}", "settings: {broker.id: 3}")), second="kafka1:b"
    )
    assert ambiguities(joined(snapshot)) == [("unplaced_attributes", "kafka1")]


def test_two_files_at_one_place_are_two_brokers_told_apart() -> None:
    snapshot = seen("nodes: {kafka1: {server.properties: {broker.id: 1}}}")
    (file,) = snapshot.properties
    thrice = replace(snapshot, properties=(file, file, file))
    name = "kafka1:rendered/kafka1/server.properties"
    assert names(joined(thrice)) == {"kafka": [name, f"{name} (2)", f"{name} (3)"]}


def test_of_two_node_objects_the_newest_is_looked_at_and_the_other_is_said() -> None:
    snapshot = seen("nodes: {kafka1: {broker: true, machine: {addresses: 10.0.0.1, age: 1h}}}")
    (node,) = snapshot.nodes
    old = seen("nodes: {kafka1: {broker: true, machine: {addresses: 10.0.0.9, age: 9d}}}").nodes[0]
    old = replace(old, location=replace(old.location, name="backup/nodes/kafka1.json"))
    inventory = joined(replace(snapshot, nodes=(old, node)))
    assert known(machine(broker(inventory, "kafka1")).addresses) == ("10.0.0.1",)
    (ambiguity,) = only_cluster(inventory).ambiguities
    assert ambiguity.reason == "kafka1 has 2 node objects: only the newest was looked at"
    assert ambiguity.candidates == ("backup/nodes/kafka1.json", "nodes/kafka1.json")


def test_what_is_ambiguous_of_a_node_without_a_broker_is_a_gap() -> None:
    snapshot = seen("nodes: {web1: {environment: prod}}")
    (node,) = snapshot.nodes
    inventory = joined(replace(snapshot, nodes=(node, node)))
    (gap,) = inventory.gaps
    assert gap.reason == "web1 has 2 node objects: only the newest was looked at"


def test_a_file_that_cannot_be_read_leaves_everything_open() -> None:
    inventory = joined(
        """
        nodes:
          kafka1:
            settings: {broker.id: 1}
            server.properties: {unknown: not readable, kind: denied}
        """
    )
    found = broker(inventory, "kafka1")
    assert found.config is found.rendered
    face = rendered(found)
    assert not face.whole
    for fact in (face.broker_id, face.endpoints, face.start_error, face.zookeeper_connect, found.id):
        assert unknown(fact).reason == "not readable"
        assert possible(fact) == []
    assert known(intended(found).broker_id) == 1


def test_nothing_seen_is_no_cluster() -> None:
    inventory = joined(seen(""), kafka_version="2.8")
    assert inventory.clusters == ()
    assert inventory.notes == ()
    assert Configuration().max_age.days == 1
