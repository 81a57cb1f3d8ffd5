"""Who is connected, in the words of several releases; every line but the own one is a real server's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.zookeeper_sessions import (
    ensemble_servers,
    parse_connections,
    parse_cons,
    unsigned,
)

CONS = (
    " /127.0.0.1:52868[0](queued=0,recved=1,sent=0)\n"
    " /10.0.1.11:52856[1](queued=0,recved=1,sent=1,sid=0x10000e0aae30000,lop=SESS,est=1795551220931,to=20000,"
    "lcxid=0x0,lzxid=0x1,lresp=14724344,llat=7,minlat=0,avglat=7,maxlat=7)\n"
    " /0:0:0:0:0:0:0:1:41022[1](queued=0,recved=12,sent=12,sid=0xff4c00000a1b0003,lop=PING,est=1,to=6000)\n"
    " /[fe80:0:0:0:1:2:3:4%eth0]:41023[1](queued=0,recved=12,sent=12,sid=0x3,lop=PING)\n"
    "\n"
)


def test_every_connection_with_a_session_is_read() -> None:
    assert parse_cons(CONS) == {
        0x10000E0AAE30000: "10.0.1.11",
        0xFF4C00000A1B0003: "::1",
        0x3: "fe80::1:2:3:4",
    }


def test_a_session_of_a_server_with_a_high_id_is_negative_in_a_znode() -> None:
    assert unsigned(0xFF4C00000A1B0003 - 2**64) == 0xFF4C00000A1B0003
    assert unsigned(72058555303788544) == 72058555303788544


def connections(*entries: dict[str, object], **more: object) -> bytes:
    return json.dumps({"connections": entries, "command": "connections", "error": None, **more}).encode()


@pytest.mark.parametrize("peer", ["10.0.1.11:45104", "/10.0.1.11:45104", "kafka1/10.0.1.11:45104"])
def test_the_admin_servers_connections_are_read(peer: str) -> None:
    entry = {"remote_socket_address": peer, "session_id": 72058558724505600}
    secure = {"remote_socket_address": "[0:0:0:0:0:0:0:1]:1", "session_id": -5}
    found = parse_connections(connections(entry, secure_connections=[secure]), max_bytes=10_000)
    assert found == {72058558724505600: "10.0.1.11", 2**64 - 5: "::1"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"<html>",
        b"{}",
        connections(error="no"),
        b'{"connections": {}, "error": null}',
    ],
)
def test_what_is_no_list_of_connections_is_none(content: bytes) -> None:
    assert parse_connections(content, max_bytes=10_000) is None


@given(st.text(max_size=200))
def test_any_answer_can_be_read(text: str) -> None:
    assert all(0 < session < 2**64 for session in parse_cons(text) if session)
    parse_connections(text.encode("utf-8", "replace"), max_bytes=10_000)
    ensemble_servers(text.encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("line", "servers"),
    [
        ("server.1=zk1:2888:3888:participant;0.0.0.0:2181", (("zk1", 2181),)),
        ("server.1=zk1:2888:3888:observer;2181", (("zk1", 2181),)),
        ("server.1=zk1:2888:3888;10.0.0.1:2182\nversion=100000000", (("10.0.0.1", 2182),)),
        ("server.1=[::1]:2888:3888:participant;[0:0:0:0:0:0:0:0]:2181", (("::1", 2181),)),
        ("server.1=zk1:2888:3888|zk1b:2888:3888:participant;2181", (("zk1", 2181),)),
        ("server.1=zk1:2888:3888:participant", ()),
        ("server.1=zk1:2888:3888:participant;0.0.0.0:99999999", ()),
        ("", ()),
    ],
)
def test_the_members_of_an_ensemble_by_their_client_addresses(
    line: str, servers: tuple[tuple[str, int], ...]
) -> None:
    assert ensemble_servers(line.encode()) == servers
