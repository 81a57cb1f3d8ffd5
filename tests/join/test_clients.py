"""The clients' files, and to which cluster each belongs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.join.scope import Scope
from driftcheck.model.facts import Absent, UnknownKind
from driftcheck.model.inventory import Inventory
from tests.join.worlds import ambiguities, client, joined, known, seen, unknown

FLEET = """
nodes:
  p1:
    environment: prod
    settings: {broker.id: 1, host.name: p1.example.com, zookeeper.connect: zk1.prod.example.com/k}
    machine: {hostname: kafka1, fqdn: p1.example.com, addresses: 10.0.0.1}
  b1:
    environment: beta
    settings: {broker.id: 1, host.name: b1.example.com, zookeeper.connect: zk1.beta.example.com/k}
    machine: {hostname: kafka1, fqdn: b1.example.com, addresses: 10.1.0.1}
"""


def with_client(settings: str, environment: str = "web", scope: Scope | None = None) -> Inventory:
    node = f"  web1: {{environment: {environment}, producer.properties: {settings}}}"
    return joined(FLEET + node, kafka_version="0.8.2", scope=scope)


NAME = "web1 producer.properties"


@pytest.mark.parametrize(
    "settings",
    [
        "{bootstrap.servers: 'p1.example.com:9092'}",
        "{bootstrap.servers: 'gone:9092, PLAINTEXT://P1.example.com.:9092'}",
        "{metadata.broker.list: 'p1.example.com:9092'}",
        "{bootstrap.servers: '10.0.0.1:9092'}",
        "{zookeeper.connect: 'zk1.prod.example.com:2181/k'}",
    ],
)
def test_a_client_is_of_the_cluster_whose_brokers_or_ensemble_it_names(settings: str) -> None:
    inventory = with_client(settings)
    assert client(inventory, NAME).cluster == "prod"
    assert ambiguities(inventory) == []


def test_what_it_names_goes_before_its_environment() -> None:
    assert client(with_client("{bootstrap.servers: 'p1.example.com:9092'}", "beta"), NAME).cluster == "prod"


def test_a_client_that_names_nothing_in_sight_is_of_its_environments_cluster() -> None:
    assert (
        client(with_client("{bootstrap.servers: 'kafka.example.com:9092'}", "beta"), NAME).cluster == "beta"
    )


def test_a_machines_name_that_two_clusters_have_is_that_of_the_clients_own_environment() -> None:
    inventory = with_client("{bootstrap.servers: 'kafka1:9092'}", "prod")
    assert client(inventory, NAME).cluster == "prod"
    assert ambiguities(inventory) == []


def test_a_client_of_two_clusters_is_said() -> None:
    settings = "{bootstrap.servers: 'p1.example.com:9092,b1.example.com:9092'}"
    inventory = with_client(settings, "prod")
    assert client(inventory, NAME).cluster == "prod"
    assert ambiguities(inventory) == [("client_of_two", NAME)]
    assert client(with_client(settings), NAME).cluster == "beta"


def test_a_client_of_which_nothing_tells_is_a_gap() -> None:
    inventory = with_client("{bootstrap.servers: 'elsewhere:9092'}")
    (gap,) = inventory.gaps
    assert (gap.source, gap.kind) == ("client_files", UnknownKind.MISSING_INPUT)
    assert str(gap.location) == "rendered/web1/producer.properties"


def test_an_environment_that_is_not_known_tells_nothing() -> None:
    nowhere = "  x: {server.properties: {broker.id: 1, zookeeper.connect: zk7.example.com/k}}\n"
    node = "  web1: {environment: ~, producer.properties: {bootstrap.servers: 'elsewhere:9092'}}"
    assert len(joined(FLEET + nowhere + node).gaps) == 1


def test_where_there_is_one_cluster_alone_it_is_the_clients() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}}
          web1: {producer.properties: {bootstrap.servers: "elsewhere:9092"}}
        """
    )
    assert client(inventory, NAME).cluster == "prod"


def test_clients_of_clusters_that_are_not_judged_are_elsewhere() -> None:
    scope = Scope(cluster="prod")
    for settings in (
        "{zookeeper.connect: zk1.beta.example.com/k}",
        "{bootstrap.servers: 'b1.example.com:9092'}",
    ):
        inventory = with_client(settings, scope=scope)
        assert inventory.elsewhere == ("b1", NAME)
        assert not inventory.gaps
    assert with_client("{log.dirs: /a}", "beta", scope=scope).elsewhere == ("b1", NAME)
    assert client(with_client("{log.dirs: /a}", "prod", scope=scope), NAME).cluster == "prod"


def test_the_first_list_that_is_set_is_the_bootstrap() -> None:
    found = client(
        with_client("{bootstrap.servers: 'p1.example.com:9092,, b:1 ', metadata.broker.list: x}"), NAME
    )
    assert known(found.bootstrap) == ("p1.example.com:9092", "b:1")
    assert found.whole
    none = client(with_client("{group.id: x}", "prod"), NAME)
    assert isinstance(none.bootstrap, Absent)
    assert isinstance(none.zookeeper_connect, Absent)


def test_a_file_that_cannot_be_read_leaves_all_its_settings_open() -> None:
    found = client(with_client("{unknown: not readable, kind: denied}", "prod"), NAME)
    assert not found.whole
    assert found.properties == {}
    for fact in (found.bootstrap, found.zookeeper_connect):
        assert unknown(fact).reason == "not readable"


def test_a_folder_called_as_the_machine_is_the_nodes() -> None:
    inventory = joined(
        FLEET
        + "  i-0a1: {environment: beta, machine: {hostname: web1}}\n  web1: {producer.properties: {a: b}}"
    )
    found = client(inventory, NAME)
    assert (found.node, found.cluster) == ("i-0a1", "beta")


def test_two_files_of_one_name_are_told_apart_by_their_paths() -> None:
    snapshot = seen(FLEET + "  web1: {producer.properties: {bootstrap.servers: 'p1.example.com:9092'}}")
    (file,) = snapshot.properties
    files = (
        file,
        replace(file, location=replace(file.location, name="rendered/web1/b/producer.properties")),
        file,
    )
    inventory = joined(replace(snapshot, properties=files), kafka_version="0.8.2")
    assert [found.name for cluster in inventory.clusters for found in cluster.clients] == [
        "web1 rendered/web1/b/producer.properties",
        "web1 rendered/web1/producer.properties",
        "web1 rendered/web1/producer.properties (2)",
    ]


def test_a_clients_ports_are_those_of_its_brokers() -> None:
    world = """
    nodes:
      kafka1: {settings: {broker.id: 1, advertised.host.name: kafka1}}
      web: {producer.properties: {bootstrap.servers: "kafka1:9093,[2001:db8::1]:9092,kafka2,kafka1:x"}}
    """
    assert known(client(joined(world, kafka_version="0.9"), "web producer.properties").ports) == (9092, 9093)
