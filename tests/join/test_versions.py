"""Which release a broker runs, and who says so."""

from __future__ import annotations

import pytest

from driftcheck.errors import UsageError
from driftcheck.model.facts import UnknownKind
from driftcheck.model.locations import Location
from tests.join.worlds import broker, joined, known, unknown

WORLD = """
nodes:
  a: {environment: prod, broker: true, kafka_version: 0.8.2.1}
  b: {environment: beta, broker: true}
"""


def test_the_nodes_attribute_says_it() -> None:
    inventory = joined(WORLD)
    assert known(broker(inventory, "a").kafka_version) == "0.8.2.1"
    assert unknown(broker(inventory, "b").kafka_version).kind is UnknownKind.MISSING_INPUT
    assert inventory.kafka_versions == {
        "beta": "not known: only what all releases agree on is taken for known",
        "prod": "0.8.2.1, from the node objects",
    }


def test_the_command_line_goes_before_the_attribute() -> None:
    inventory = joined(WORLD, kafka_version="2.8", kafka_version_from="--kafka-version")
    assert known(broker(inventory, "a").kafka_version) == known(broker(inventory, "b").kafka_version) == "2.8"
    assert inventory.kafka_versions["prod"] == "2.8, from --kafka-version"


def test_the_configuration_may_say_it_for_each_cluster() -> None:
    inventory = joined(
        WORLD,
        kafka_versions={"prod": "2.8"},
        kafka_version="3.9",
        location=Location(source="configuration", name=".driftcheck.yaml"),
    )
    assert inventory.kafka_versions == {
        "beta": "3.9, from .driftcheck.yaml",
        "prod": "2.8, from .driftcheck.yaml",
    }


def test_several_versions_of_one_cluster_are_counted() -> None:
    inventory = joined(
        """
        nodes:
          a: {broker: true, kafka_version: 2.8}
          b: {broker: true, kafka_version: 2.8}
          c: {broker: true}
        """
    )
    assert inventory.kafka_versions["prod"] == (
        "2.8, from the node objects (2 brokers);"
        " not known: only what all releases agree on is taken for known (1 broker)"
    )


def test_an_attribute_that_is_no_release_is_not_believed() -> None:
    fact = unknown(broker(joined("nodes: {a: {broker: true, kafka_version: 99.9}}"), "a").kafka_version)
    assert fact.kind is UnknownKind.UNSUPPORTED
    assert fact.reason == "'99.9' is not a version of Kafka that driftcheck knows"


def test_what_is_no_release_is_said_once_with_its_place_and_its_brokers() -> None:
    nodes = ", ".join(f"{name}: {{broker: true, kafka_version: 99.9}}" for name in "abcde")
    (gap,) = joined(f"nodes: {{{nodes}}}").gaps
    assert gap.reason == "'99.9' is not a version of Kafka that driftcheck knows"
    assert gap.kind is UnknownKind.UNSUPPORTED
    assert gap.hides == "the Kafka version of a, b, c and 2 more"
    assert gap.location is not None
    assert gap.location.name == "nodes/a.json"


@pytest.mark.parametrize("version", ["2.8", "~"])
def test_a_version_that_is_known_or_that_nobody_says_is_no_gap(version: str) -> None:
    assert joined(f"nodes: {{a: {{broker: true, kafka_version: {version}}}}}").gaps == ()


def test_what_the_command_line_says_leaves_no_gap() -> None:
    assert joined("nodes: {a: {broker: true, kafka_version: 99.9}}", kafka_version="2.8").gaps == ()


def test_a_configuration_that_names_no_release_is_refused() -> None:
    with pytest.raises(UsageError, match="'99' is not a version of Kafka that driftcheck knows"):
        joined(WORLD, kafka_version="99")
    with pytest.raises(UsageError, match="of the cluster 'prod'"):
        joined(WORLD, kafka_versions={"prod": "99"})


def test_no_setting_decides_the_version() -> None:
    found = broker(joined("nodes: {a: {server.properties: {process.roles: broker, node.id: 1}}}"), "a")
    assert unknown(found.kafka_version).reason == "the Kafka version is not known (--kafka-version)"
