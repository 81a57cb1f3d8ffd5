"""The voters of a controller quorum, as a node's configuration lists them."""

from __future__ import annotations

import pytest

from driftcheck.model.facts import Absent, Known, Unknown
from driftcheck.model.inventory import ConfigFace
from tests.join.worlds import broker, joined, known


def face(voters: str, node: str = "c1") -> ConfigFace:
    inventory = joined(
        f"""
        nodes:
          c1:
            settings: {{node.id: 1, process.roles: controller, controller.quorum.voters: {voters}}}
            machine: {{fqdn: c1.prod, addresses: 10.0.0.1}}
          c2:
            settings:
              node.id: 2
              process.roles: controller
              controller.quorum.voters: '1@c1.prod:9093,2@c2.prod:9093'
            machine: {{fqdn: c2.prod, addresses: 10.0.0.2}}
        dns: {{alias.prod: 10.0.0.1, c2.prod: 10.0.0.2}}
        """,
        kafka_version="3.9.1",
    )
    found = known(broker(inventory, node).config)
    assert isinstance(found, ConfigFace)
    return found


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("'1@c1.prod:9093'", True),
        ("'1@10.0.0.1:9093'", True),
        ("'1@alias.prod:9093'", True),
        ("'1@c2.prod:9093'", False),
        ("'1@10.0.0.9:9093'", False),
        ("'1@nobody.prod:9093'", "unknown"),
        ("'2@c2.prod:9093'", "another"),
    ],
)
def test_a_voters_host_is_compared_with_its_own_machine(written: str, own: object) -> None:
    (voter,) = known(face(written).voters)
    if isinstance(voter.own, Known):
        assert voter.own.value is own
    else:
        assert isinstance(voter.own, Unknown if own == "unknown" else Absent)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'2@C2.prod:9093, 1@c1.prod:9093'", "1@c1.prod:9093,2@c2.prod:9093"),
        ("'1@c1:9093,2@c2.prod.:9093'", "1@c1.prod:9093,2@c2.prod:9093"),
        ("'1@c1:9094'", "1@c1:9094"),
        ("'1@[::1]:9093'", "1@[::1]:9093"),
        ("'c1:9093,x@c2:9093,3@c3'", ""),
    ],
)
def test_a_quorum_is_one_text_however_it_is_written(written: str, text: str) -> None:
    assert known(face(written).quorum) == text


def test_nobody_listed_and_nothing_known() -> None:
    assert isinstance(face("''").voters, Absent)
    assert isinstance(face("{unknown: from a data bag}").voters, Unknown)
    assert isinstance(face("{unknown: from a data bag}").quorum, Unknown)
