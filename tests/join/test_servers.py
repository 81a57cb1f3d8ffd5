"""Servers and hosts as they are written."""

from __future__ import annotations

import pytest

from driftcheck.join.servers import canonical_text, ensemble, quorum, server_host, server_text


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("kafka1:9092", "kafka1"),
        ("kafka1", "kafka1"),
        ("SSL://kafka1:9093", "kafka1"),
        ("10.0.0.7:9092", "10.0.0.7"),
        ("[::1]:9092", "::1"),
        ("[::1]", "::1"),
        ("fe80::1:9092", "fe80::1"),
        (":9092", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_server(server: str, host: str) -> None:
    assert server_host(server) == host


def test_an_ipv6_literal_stands_in_brackets() -> None:
    assert server_text("::1", 2181) == "[::1]:2181"
    assert canonical_text("[0:0::1]:2181,zk1/kafka") == "[::1]:2181,zk1:2181/kafka"


def test_servers_are_equal_without_regard_to_order_case_and_a_last_dot() -> None:
    assert ensemble("zk1,ZK2.:2181/kafka/") == ensemble("zk2:2181,zk1:2181/kafka")
    assert ensemble("zk1/kafka") != ensemble("zk1/other")


def test_a_name_without_a_domain_may_be_that_of_any_domain() -> None:
    short, long = ensemble("zk1/k"), ensemble("zk1.example.com,zk2.example.com/k")
    assert not short.overlaps(long)
    assert short.may_overlap(long)
    assert long.may_overlap(short)
    assert not short.may_overlap(ensemble("zk1.example.com/other"))
    assert not ensemble("10/k").may_overlap(ensemble("10.0.0.1/k"))


def test_a_quorum_is_known_by_its_controllers_not_by_their_ids() -> None:
    assert quorum("1@c1:9093, 2@[::1]:9093") == quorum("[0::1]:9093,c1:9093")
    assert quorum("1@c1:x,,@").exact == frozenset()
    assert not quorum("1@c1:2181").overlaps(ensemble("c1:2181"))
