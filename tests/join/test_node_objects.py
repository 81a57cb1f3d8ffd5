"""Node objects that are packed are joined as all others."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from driftcheck.chef.packed_nodes import NodeSequence
from driftcheck.join.host_rows import HostRows
from driftcheck.join.inventory import join
from driftcheck.join.node_objects import NodeNames, NodeObjects
from driftcheck.join.order import in_order
from driftcheck.join.questions import questions
from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources.chef_repository import ChefRepository
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from tests.join.generated import ADDRESSES, HOSTS, NAMES, NOW, Chance, seeds, snapshot
from tests.tiers import examples

TEMPLATE = "cookbooks/kafka/templates/default/server.properties.erb"
AGES = (timedelta(0), timedelta(hours=2), timedelta(days=3), timedelta(hours=-1))


def document(chance: Chance, name: str) -> dict[str, Any]:
    """A node object; mostly one that can be packed."""
    addresses = chance.some(ADDRESSES, most=3)
    hosts = [host for host in HOSTS if host]
    kafka = {"kafka": {"broker": {"broker.id": chance.one((1, 2))}}}
    return {
        "name": name,
        "chef_environment": chance.one(("prod", "beta")),
        "run_list": ["role[x]"],
        "default": chance.one(({}, {}, {}, kafka)),
        "normal": {"tags": chance.one(([], ["broker"]))},
        "automatic": {
            "fqdn": chance.one(hosts),
            "hostname": chance.one(hosts),
            "ipaddress": chance.one((*ADDRESSES, "54.1.2.3")),
            "network": {
                "interfaces": {"eth0": {"addresses": {each: {"family": "inet"} for each in addresses}}}
            },
            "ohai_time": (NOW - chance.one(AGES)).timestamp(),
            "recipes": chance.one((["web"], ["web"], ["kafka"])),
        },
    }


def read(seed: int, configuration: Configuration) -> Snapshot:
    """What a few node objects say, packed where they can be, beside what other sources say."""
    chance = Chance(seed)
    files = [
        {
            f"nodes/{number}.json": json.dumps(document(chance, chance.one(NAMES)))
            for number in chance.times(6)
        }
        for _ in chance.times(2)
    ]
    trees = tuple(MemoryTree({**each, TEMPLATE: ""}, name="repo") for each in files)
    request = Request(configuration=configuration, trees=trees)
    source = ChefRepository(many=0)
    nodes = source.collect(request, Deadline.after(60, per_operation=5)).nodes
    return replace(snapshot(seed), nodes=nodes)


CONFIGURATIONS = [
    Configuration(),
    Configuration(brokers="name:kafka* AND NOT tags:broker"),
    Configuration(brokers="recipes:kafka OR tags:broker", clusters={"chef_environment:prod": "one"}),
]


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda each: str(each.brokers))
@examples(150)
@given(seeds)
def test_whether_nodes_are_packed_decides_nothing(configuration: Configuration, seed: int) -> None:
    seen = read(seed, configuration)
    assert isinstance(seen.nodes, NodeSequence)
    loose = replace(seen, nodes=tuple(seen.nodes))
    assert join(seen, configuration) == join(loose, configuration)
    assert questions(seen, configuration) == questions(loose, configuration)


@examples(150)
@given(seeds)
def test_packed_nodes_are_a_mapping_as_any(seed: int) -> None:
    seen = in_order(read(seed, Configuration()))
    unpacked = in_order(replace(seen, nodes=tuple(seen.nodes)))
    objects, loose = NodeObjects(seen.nodes), NodeObjects(unpacked.nodes)
    assert dict(objects) == dict(loose) == {name: loose[name] for name in loose}
    assert len(objects) == len(loose) == len(list(objects))
    assert objects.ambiguities == loose.ambiguities
    assert [name in objects for name in NAMES] == [name in loose for name in NAMES]
    assert list(NodeNames(objects, NAMES)) == sorted({*NAMES, *loose})
    assert len(seen.nodes) == len(list(seen.nodes))
    assert seen.nodes[:1] == tuple(seen.nodes)[:1]


def test_what_is_no_node_is_not_found() -> None:
    objects = NodeObjects(())
    assert "kafka1" not in objects
    with pytest.raises(KeyError):
        objects["kafka1"]


def test_rows_are_found_by_their_hosts() -> None:
    rows = HostRows()
    for row, hosts in enumerate((("a", "b"), ("c",), ("b", "b"))):
        for host in hosts:
            rows.add(host, row)
    assert {host: sorted(set(rows.rows(host))) for host in "abcd"} == {
        "a": [0],
        "b": [0, 2],
        "c": [1],
        "d": [],
    }
    rows.add("d", 5)
    assert list(rows.rows("d")) == [5]
