"""What ZooKeeper's servers say of themselves, in the words of real ones."""

from __future__ import annotations

import json

import pytest

from driftcheck.kafka.zookeeper_answers import (
    NOT_SERVING,
    ServerState,
    may_say,
    parse_followers,
    parse_server_stats,
    parse_srvr,
)

LEADER = """Zookeeper version: 3.4.6-1569965, built on 02/20/2014 09:09 GMT
Latency min/avg/max: 0/0/12
Received: 231
Sent: 230
Connections: 3
Outstanding: 0
Zxid: 0x900004c1f
Mode: leader
Node count: 154
"""
REFUSES = "This ZooKeeper instance is not currently serving requests\n"


def test_a_server_says_how_it_serves_its_release_and_its_zxid() -> None:
    assert parse_srvr(LEADER) == ServerState(mode="leader", version="3.4.6", zxid=0x900004C1F)


@pytest.mark.parametrize(
    ("answer", "mode"),
    [
        (LEADER.replace("leader", "follower"), "follower"),
        (LEADER.replace("leader", "read-only"), "read-only"),
        (LEADER.replace("\n", "\r\n"), None),
        (REFUSES, NOT_SERVING),
        ("Mode: standalone", "standalone"),
        ("", None),
        ("Mode: " + "x" * 50, None),
        ("HTTP/1.1 400 Bad Request", None),
    ],
)
def test_modes(answer: str, mode: str | None) -> None:
    state = parse_srvr(answer)
    if "\r" in answer:
        assert state is None or state.mode == "leader"
    else:
        assert (None if state is None else state.mode) == mode


def test_a_word_that_is_not_allowed() -> None:
    assert not may_say("srvr is not executed because it is not in the whitelist.\n")
    assert may_say(LEADER)


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("zk_version\t3.8.0\nzk_synced_followers\t2\n", 2),
        ("zk_synced_followers\t2.0\n", 2),
        ("zk_followers\t2\n", None),
        ("mntr is not executed because it is not in the whitelist.\n", None),
    ],
)
def test_followers(answer: str, count: int | None) -> None:
    assert parse_followers(answer) == count


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (
            {
                "version": "3.8.4-9316c2a",
                "server_stats": {"server_state": "leader", "last_processed_zxid": 7},
            },
            ServerState(mode="leader", version="3.8.4", zxid=7),
        ),
        ({"error": REFUSES.strip()}, ServerState(mode=NOT_SERVING)),
        ({"error": "something", "server_stats": {"server_state": "leader"}}, None),
        ({"server_stats": {"server_state": 1}}, None),
        ({"server_stats": []}, None),
        ([], None),
    ],
)
def test_the_admin_servers_words(document: object, state: ServerState | None) -> None:
    assert parse_server_stats(json.dumps(document).encode(), max_bytes=10_000) == state


def test_no_json_is_no_answer() -> None:
    assert parse_server_stats(b"<html>", max_bytes=10_000) is None
