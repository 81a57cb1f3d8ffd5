"""The next Chef runs beside node objects and files: whose a file is, what is intended, what pends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftcheck.join.next_run import after_next_run
from driftcheck.join.run_notes import LAST_RUN
from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.inventory_parts import PendingSetting
from driftcheck.model.snapshot import Snapshot
from tests.join.worlds import broker, client, intended, joined, known, names, rendered, seen

TEMPLATE = "cookbooks/kafka/templates/server.properties.erb"


def test_what_the_next_run_would_write_is_what_chef_intends() -> None:
    inventory = joined(
        """
        nodes:
          kafka1:
            settings: {broker.id: 1, num.partitions: 1}
            run: {server.properties: {broker.id: 1, num.partitions: 8}, kafka_version: 2.8.2}
        """
    )
    found = broker(inventory, "kafka1")
    assert known(intended(found).properties["num.partitions"]) == "8"
    assert not intended(found).as_of_last_run
    assert known(known(found.converged).properties["num.partitions"]) == "1"
    assert known(found.converged).as_of_last_run
    assert known(found.config) is intended(found)
    assert known(found.kafka_version) == "2.8.2"
    assert isinstance(found.pending, Absent)
    assert inventory.notes == ("What Chef intends is worked out from the repository's cookbooks.",)


def test_where_the_last_run_says_the_same_both_are_one_face() -> None:
    found = broker(
        joined("nodes: {k1: {settings: {broker.id: 1}, run: {server.properties: {broker.id: 1}}}}"), "k1"
    )
    assert found.converged is found.intended


def test_a_file_goes_before_what_would_be_written() -> None:
    found = broker(
        joined(
            """
            nodes:
              kafka1:
                server.properties: {broker.id: 1, port: 9092, log.dir: /a}
                run: {server.properties: {broker.id: 1, port: 9093, log.dirs: /a}}
            """
        ),
        "kafka1",
    )
    assert known(found.config) is rendered(found)
    assert known(intended(found).properties["port"]) == "9093"
    changes: tuple[PendingSetting, ...] = known(found.pending)
    assert [each.name for each in changes] == ["log.dir", "log.dirs", "port"]
    assert isinstance(changes[0].intended, Absent)
    assert isinstance(changes[1].rendered, Absent)


def test_where_the_run_would_stop_the_last_one_counts() -> None:
    inventory = joined(
        """
        nodes:
          kafka1: {settings: {broker.id: 1}, run: {stop: ArgumentError}}
          kafka2: {settings: {broker.id: 2}, run: {server.properties: {broker.id: 2}}}
        """
    )
    found = broker(inventory, "kafka1")
    assert intended(found).as_of_last_run
    assert known(known(found.stop).class_name) == "ArgumentError"
    assert inventory.notes == (
        "What Chef intends is worked out from the repository's cookbooks; for kafka1 it is taken from the"
        " last run.",
    )


def test_a_file_of_which_nothing_is_known_says_less_than_the_last_run() -> None:
    world = """
        nodes:
          kafka1:
            settings: {broker.id: 1}
            run: {server.properties: {unknown: a loop, kind: unsupported}}
        """
    assert intended(broker(joined(world), "kafka1")).as_of_last_run


def test_why_there_may_be_further_keys_is_the_templates_reason() -> None:
    snapshot = seen("nodes: {k1: {settings: {broker.id: 1}, run: {server.properties: {broker.id: 1}}}}")
    (run,) = snapshot.runs
    (file,) = run.files
    why = Unknown(kind="unsupported", reason="a loop over what is not known")  # type: ignore[arg-type]  # its value
    snapshot = replace(snapshot, runs=(replace(run, files=(replace(file, doubt=why),)),))
    face = intended(broker(joined(snapshot), "k1"))
    assert not face.whole
    assert face.unsaid == why


def test_a_node_that_would_write_the_file_is_a_broker_unless_the_query_says_otherwise() -> None:
    world = "nodes: {k1: {broker: false, run: {server.properties: {broker.id: 1}}}, k2: {broker: false}}"
    assert names(joined(world)) == {"prod": ["k1"]}
    assert names(joined(world, brokers="name:k2")) == {}


def test_several_files_of_one_node_are_several_brokers() -> None:
    snapshot = seen("nodes: {k1: {settings: {broker.id: 2}, run: {server.properties: {broker.id: 1}}}}")
    (run,) = snapshot.runs
    (file,) = run.files
    other = replace(file, path="/etc/kafka2/server.properties", settings={"broker.id": Known(value="2")})
    inventory = joined(replace(snapshot, runs=(replace(run, files=(file, other)),)))
    found = ["k1:/etc/kafka/server.properties", "k1:/etc/kafka2/server.properties"]
    assert {name: sorted(each) for name, each in names(inventory).items()} == {"prod": found}
    assert [known(broker(inventory, name).id) for name in found] == [1, 2]


def test_of_several_rendered_files_each_finds_its_own_by_path_or_id() -> None:
    snapshot = seen(
        """
        nodes:
          k1:
            server.properties: [{broker.id: 1, port: 1}, {broker.id: 2, port: 2}]
            run: {server.properties: {broker.id: 2, port: 9}}
        """
    )
    inventory = joined(snapshot)
    one, two = inventory.clusters[0].brokers
    assert isinstance(one.pending, Absent)
    assert [each.name for each in known(two.pending)] == ["port"]


def test_a_client_whose_file_would_be_written_is_one() -> None:
    world = """
        nodes:
          k1: {settings: {broker.id: 1, advertised.host.name: k1.example.com}}
          web1: {run: {producer.properties: {bootstrap.servers: "k1.example.com:9092"}}}
          web2:
            producer.properties: {bootstrap.servers: "k1.example.com:9093"}
            run: {producer.properties: {bootstrap.servers: "k1.example.com:9092"}}
        """
    inventory = joined(world)
    assert known(client(inventory, "web1 producer.properties").bootstrap) == ("k1.example.com:9092",)
    assert known(client(inventory, "web2 producer.properties").bootstrap) == ("k1.example.com:9093",)
    assert "client_files" in inventory.asked


def test_where_a_node_that_is_no_broker_would_stop_hides_its_files() -> None:
    inventory = joined(
        """
        nodes:
          k1: {settings: {broker.id: 1}}
          web1: {run: {stop: {class: KeyError, message: no such key}}}
          web2: {run: {stop: {class: KeyError, message: no such key}}}
        """
    )
    (gap,) = [gap for gap in inventory.gaps if gap.source == "cookbooks"]
    assert gap.reason == "chef-client would stop here with KeyError: no such key"
    assert gap.hides == "the files of web1 and web2"


@pytest.mark.parametrize(
    ("world", "kept"),
    [
        ("nodes: {k1: {server.properties: {broker.id: 1}}}", None),
        (
            "nodes: {k1: {server.properties: {broker.id: 1}, run: {server.properties: {broker.id: 1}}}}",
            None,
        ),
        (
            "nodes: {k1: {server.properties: {broker.id: 1}, run: {server.properties: {broker.id: 2}}},"
            " k2: {server.properties: {broker.id: 2}}}",
            ["k2"],
        ),
        ("nodes: {k1: {server.properties: [{a: 1}, {a: 2}], run: {server.properties: {a: 3}}}}", None),
        (
            "nodes: {w1: {producer.properties: {acks: 1}, run: {producer.properties: {acks: all}}}}",
            [],
        ),
    ],
)
def test_after_the_next_run_what_it_changes_is_what_it_writes(world: str, kept: list[str] | None) -> None:
    later: Snapshot | None = after_next_run(seen(world))
    assert (None if later is None else [file.node for file in later.properties]) == kept


def test_without_an_evaluation_the_reader_is_told_so() -> None:
    assert joined("nodes: {k1: {settings: {broker.id: 1}}}").notes == (LAST_RUN,)
