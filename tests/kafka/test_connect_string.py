"""Connect strings mean what ZooKeeper's parser makes of them, and what is wrong with them is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftcheck.kafka.connect_string import parse_connect_string


@pytest.mark.parametrize(
    ("text", "servers", "chroot"),
    [
        ("zk1", (("zk1", 2181),), ""),
        ("zk1:2182, zk2/kafka", (("zk1", 2182), ("zk2", 2181)), "/kafka"),
        ("zk1:2181/prod/kafka", (("zk1", 2181),), "/prod/kafka"),
        ("zk1/", (("zk1", 2181),), ""),
        ("zk1:", (("zk1", 2181),), ""),
        ("zk1,zk2,/kafka", (("zk1", 2181), ("zk2", 2181)), "/kafka"),
        ("[2001:db8::7]:2182,[::1]", (("2001:db8::7", 2182), ("::1", 2181)), ""),
        ("2001:db8::7:2182", (("2001:db8::7", 2182),), ""),
    ],
)
def test_servers_and_chroot(text: str, servers: tuple[tuple[str, int], ...], chroot: str) -> None:
    parsed = parse_connect_string(text)
    assert (parsed.servers, parsed.chroot, parsed.problems, parsed.error) == (servers, chroot, (), None)


def test_a_chroot_after_each_server_is_one_server_and_a_long_chroot() -> None:
    parsed = parse_connect_string("h1:2181/kafka,h2:2181/kafka")
    assert parsed.servers == (("h1", 2181),)
    assert parsed.chroot == "/kafka,h2:2181/kafka"
    assert "first `/`" in parsed.problems[0]
    assert parsed.error is None


@pytest.mark.parametrize(
    ("text", "problem", "error"),
    [
        ("a;b", "`;`", None),
        ("a/k/", "ends with `/`", "IllegalArgumentException: Path must not end with / character"),
        (
            "a//k",
            "`//`",
            'IllegalArgumentException: Invalid path string "//k" caused by empty node name specified @1',
        ),
        (
            "a/./k",
            "relative",
            'IllegalArgumentException: Invalid path string "/./k" caused by relative paths not allowed @1',
        ),
        ("a:x", "not a number", 'NumberFormatException: For input string: "x"'),
        ("a:99999", "out of range", "IllegalArgumentException: port out of range:99999"),
        ("", "names no server", "IllegalArgumentException: A HostProvider may not be empty!"),
        (",", "names no server", "IllegalArgumentException: A HostProvider may not be empty!"),
        ("a,,b", "is empty", None),
        (",a", "is empty", None),
        (":2181", "has no host", None),
        ("a:2181:2182", "is not host:port", None),
        ("2001:db8::7", "in brackets", None),
        ('"a:2181/k"', '`"a` is no host name', None),
        ("${ZK}:2181", "no host name", None),
        ("[::1", "brackets", "IllegalArgumentException: [::1 starts with '[' but has no matching ']'"),
        ("a/k,", "comma", None),
    ],
)
def test_problems_are_named_and_zookeepers_own_error_given(
    text: str, problem: str, error: str | None
) -> None:
    parsed = parse_connect_string(text)
    assert any(problem in each for each in parsed.problems), parsed.problems
    assert parsed.error == error


def test_a_semicolon_is_said_once() -> None:
    assert len(parse_connect_string("a:2181;b:2181/k").problems) == 1


def test_the_same_ensemble_is_the_same_however_it_is_written() -> None:
    one = parse_connect_string("ZK1:2181,zk2/kafka")
    other = parse_connect_string("zk2:2181, zk1.:2181/kafka")
    assert one.normalised == other.normalised
    assert one.normalised != parse_connect_string("zk1,zk2/Kafka").normalised


@given(st.text())
def test_any_text_is_parsed(text: str) -> None:
    parsed = parse_connect_string(text)
    assert parsed.servers or parsed.problems
    assert parsed.problems or parsed.error is None
