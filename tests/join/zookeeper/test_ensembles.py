"""Which ZooKeeper servers form one ensemble, whose it is, and where brokers' connect strings lead."""

from __future__ import annotations

import pytest

from driftcheck.model.ensembles import ZooKeeperEnsemble, ZooKeeperServer
from driftcheck.model.facts import Absent, Unknown, UnknownKind
from tests.join.worlds import broker, joined, known, only_cluster

BROKER = "kafka1: {settings: {broker.id: 1, zookeeper.connect: '%s'}}"
THREE = "server.1: 'zk1:2888:3888', server.2: 'zk2:2888:3888', server.3: 'zk3:2888:3888'"
ZOO = "{zoo.cfg: {dataDir: /d, clientPort: 2181, initLimit: 5, syncLimit: 2, %s}}"


def world(*nodes: str, connect: str = "zk1,zk2,zk3/kafka", more: str = "") -> str:
    lines = [BROKER % connect, *nodes]
    return "nodes:\n" + "".join(f"  {line}\n" for line in lines) + more


def ensemble(text: str) -> ZooKeeperEnsemble:
    found = known(only_cluster(joined(text)).ensemble)
    assert isinstance(found, ZooKeeperEnsemble)
    return found


def server(text: str, name: str) -> ZooKeeperServer:
    (found,) = (each for each in ensemble(text).servers if each.name == name)
    return found


def names(text: str) -> list[str]:
    return [each.name for each in ensemble(text).servers]


def test_servers_that_list_each_other_are_one_ensemble_in_their_order() -> None:
    text = world(*(f"zk{number}: {ZOO % THREE}" for number in (10, 2, 1)))
    assert names(text) == ["zk1", "zk2", "zk10"]
    assert known(ensemble(text).voters) == 3


def test_lists_with_nobody_in_common_are_two_and_each_goes_where_it_is_named() -> None:
    others = THREE.replace("zk", "other")
    text = world(f"zk1: {ZOO % THREE}", f"other1: {ZOO % others}")
    assert names(text) == ["zk1"]
    (gap,) = joined(text).gaps
    assert gap.kind is UnknownKind.MISSING_INPUT
    assert "names the ZooKeeper servers other1" in gap.reason


def test_an_example_that_nobody_starts_is_nobodys() -> None:
    alone = "{zookeeper.properties: {dataDir: /tmp, clientPort: 2181}}"
    text = world(f"zk1: {ZOO % THREE}", f"kafka9: {alone}", f"web1: {alone}")
    assert names(text) == ["zk1"]
    assert joined(text).gaps == ()


def test_one_beside_a_servers_own_file_is_an_example_too() -> None:
    both = ZOO % THREE
    text = world(f"zk1: {both[:-1]}, zookeeper.properties: {{dataDir: /tmp, clientPort: 2181}}}}")
    (found,) = ensemble(text).servers
    assert found.name == "zk1:rendered/zk1/zoo.cfg"


def test_a_server_that_lists_nobody_counts_where_it_is_listed() -> None:
    text = world(f"zk1: {ZOO % THREE}", "zk2: {zoo.cfg: {dataDir: /d, clientPort: 2181}}")
    assert known(server(text, "zk2").alone) is True
    assert known(server(text, "zk1").alone) is False


def test_a_servers_files_and_its_answer_are_one_by_its_machines_address() -> None:
    text = world(
        f"zk1: {ZOO[:-1] % THREE}, machine: {{addresses: [10.0.0.1]}}}}",
        more="zookeeper: {connect: zk1/kafka, servers: {'10.0.0.1:2181': leader, '10.0.0.2:2181': follower}}",
    )
    assert names(text) == ["10.0.0.2:2181", "zk1"]
    assert known(server(text, "zk1").mode) == "leader"
    assert isinstance(server(text, "10.0.0.2:2181").lines, Absent)


def test_a_dynamic_file_lists_instead_of_zoo_cfg() -> None:
    text = world(
        "zk1: {zoo.cfg: {dataDir: /d, dynamicConfigFile: /e/zoo.cfg.dynamic, initLimit: 5, syncLimit: 2},"
        " zoo.cfg.dynamic: {server.1: 'zk1:2888:3888:participant;2182', server.2: 'zk2:2888:3888'}}"
    )
    found = server(text, "zk1")
    assert known(found.lines) == ("server.1=zk1:2888:3888", "server.2=zk2:2888:3888")
    assert known(found.client_ports) == (2182,)
    assert isinstance(found.start_error, Absent)


def test_a_dynamic_file_that_was_not_given_hides_the_list() -> None:
    text = world(f"zk1: {ZOO % THREE}", "zk2: {zoo.cfg: {dynamicConfigFile: /etc/zk/zoo.cfg.dynamic}}")
    assert isinstance(server(text, "zk2").lines, Unknown)


@pytest.mark.parametrize(
    ("modes", "quorum"),
    [
        (["leader", "follower", "follower"], True),
        (["leader", "follower", "refused"], True),
        (["leader", "refused", "silent"], True),
        (["leader", "leader", "follower"], False),
        (["'not serving'", "refused", "silent"], False),
        (["'not serving'", "'not serving'", "follower"], False),
        (["follower", "follower", "observer"], False),
        (["{mode: leader, followers: 0}", "follower", "follower"], False),
        (["'not serving'", "silent", "silent"], None),
        (["follower", "follower", "silent"], None),
        (["silent", "silent", "silent"], None),
        (["standalone", "follower", "follower"], "absent"),
    ],
)
def test_a_quorum_is_one_leader_that_enough_follow(modes: list[str], quorum: bool | str | None) -> None:
    answers = ", ".join(f"'zk{number}:2181': {mode}" for number, mode in enumerate(modes, 1))
    found = ensemble(world(more=f"zookeeper: {{connect: 'zk1,zk2,zk3/kafka', servers: {{{answers}}}}}"))
    if quorum is None:
        assert isinstance(found.has_quorum, Unknown)
    elif quorum == "absent":
        assert isinstance(found.has_quorum, Absent)
    else:
        assert known(found.has_quorum) is quorum


@pytest.mark.parametrize(
    ("connect", "leads", "open_"),
    [
        ("zk1:2181", "zk1", True),
        ("zk1.prod:2181", "zk1", True),
        ("10.0.0.1:2181", "zk1", True),
        ("zk1:2182", "zk1", False),
        ("zk2:2181", "zk2", None),
        ("10.0.0.9:2181", "absent", None),
        ("zk9:2181", "unknown", None),
    ],
)
def test_where_a_connect_string_leads(connect: str, leads: str, open_: bool | None) -> None:
    text = world(
        f"zk1: {ZOO[:-1] % THREE}, machine: {{names: [zk1.prod], addresses: [10.0.0.1]}}}}",
        connect=f"{connect},zk1:2181",
        more="dns: {zk1: 10.0.0.1, zk2: 10.0.0.2, zk3: 10.0.0.3}",
    )
    first = known(broker(joined(text), "kafka1").connect_servers)[0]
    found = known(first.server) if leads.startswith("zk") else type(first.server).__name__.lower()
    assert found == leads
    if open_ is not None:
        assert known(first.port_open) is open_


def test_the_machine_itself_is_left_out() -> None:
    text = world(f"zk1: {ZOO % THREE}", connect="localhost:2181,zk1:2181")
    assert [each.text for each in known(broker(joined(text), "kafka1").connect_servers)] == ["zk1:2181"]


def test_an_ensemble_of_two_clusters_is_judged_with_the_first() -> None:
    text = (
        "nodes:\n"
        "  a1: {environment: alpha, settings: {broker.id: 1, zookeeper.connect: zk1/a}}\n"
        "  b1: {environment: beta, settings: {broker.id: 1, zookeeper.connect: zk1/b}}\n"
        f"  zk1: {ZOO % THREE}\n"
    )
    found = {cluster.name: known(cluster.ensemble).cluster for cluster in joined(text).clusters}
    assert found == {"alpha": "alpha", "beta": "alpha"}
