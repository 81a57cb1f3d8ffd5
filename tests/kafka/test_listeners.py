"""Endpoint lists: what parses, what has to differ, and in which release."""

from __future__ import annotations

import pytest

from driftcheck.kafka.listeners import Listener, parse_listeners, parse_protocol_listeners, security_map
from driftcheck.kafka.refusals import Refused
from driftcheck.kafka.versions import parse_version

MAP = {"PLAINTEXT": "PLAINTEXT", "SSL": "SSL", "A": "SSL"}
SOURCES = ("listeners", "listeners")


def parse(text: str, version: str = "2.8") -> tuple[Listener, ...]:
    return parse_listeners(text, MAP, parse_version(version), distinct_ports=True, sources=SOURCES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("PLAINTEXT://:9092", [("PLAINTEXT", None, 9092)]),
        ("plaintext://Host:9092 , ssl://[::1]:0,", [("PLAINTEXT", "Host", 9092), ("SSL", "::1", 0)]),
        ("A://2001:db8::7:9092", [("A", "2001:db8::7", 9092)]),
        ("A://kafka_7:-1", [("A", "kafka_7", -1)]),
        ("A://h:70000", [("A", "h", 70000)]),
    ],
)
def test_lists(text: str, expected: list[tuple[str, str | None, int]]) -> None:
    assert [(each.name, each.host, each.port) for each in parse(text)] == expected


@pytest.mark.parametrize(
    ("version", "text", "reason"),
    [
        ("2.8", "h:9092", "Unable to parse h:9092 to a broker endpoint"),
        ("2.8", "A://h!:9092", "Unable to parse A://h!:9092 to a broker endpoint"),
        ("2.8", "A://h:99999999999", 'For input string: "99999999999"'),
        ("2.8", "B://h:1", "No security protocol defined for listener B"),
        (
            "2.8",
            "A://h:1,A://h:2",
            "requirement failed: Each listener must have a different name, listeners: A://h:1,A://h:2",
        ),
        (
            "2.8",
            "A://h:1,SSL://h:1",
            "requirement failed: Each listener must have a different port, listeners: A://h:1,SSL://h:1",
        ),
        (
            "2.6",
            "A://h:1,A://h:1",
            "requirement failed: Each listener must have a different port, listeners: A://h:1,A://h:1",
        ),
        ("3.6", "://h:1", "The provided listener name is null or empty string"),
        (
            "3.6",
            "A://127.0.0.1:1,SSL://127.0.0.2:1",
            "requirement failed: If you have two listeners on the same port then one needs to"
            " be IPv4 and the other"
            " IPv6, listeners: A://127.0.0.1:1,SSL://127.0.0.2:1, port: 1",
        ),
        (
            "3.6",
            "A://h:1,SSL://[::1]:1",
            "Each listener must have a different port unless exactly one listener has an IPv4"
            " address and the other"
            " IPv6 address, listeners: A://h:1,SSL://[::1]:1, port: 1",
        ),
    ],
)
def test_refusals(version: str, text: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text, version)
    assert caught.value.reason == reason


def test_0_9_reads_security_protocols_and_says_where_it_failed() -> None:
    release = parse_version("0.9")
    found = parse_protocol_listeners("PLAINTEXT://h:1,SSL://:2", release, checked=True, sources=SOURCES)
    assert list(found) == ["PLAINTEXT", "SSL"]
    with pytest.raises(Refused) as caught:
        parse_protocol_listeners("ssl://h:1", release, checked=True, sources=SOURCES)
    assert caught.value.reason == (
        "Error creating broker listeners from 'ssl://h:1': No enum constant"
        " org.apache.kafka.common.protocol.SecurityProtocol.ssl"
    )


def test_the_security_map() -> None:
    assert security_map("internal : ssl,A:PLAINTEXT,A:SASL_SSL", parse_version("2.8")) == {
        "INTERNAL": "SSL",
        "A": "SASL_SSL",
    }
    with pytest.raises(Refused, match="Invalid security protocol `TRACE`"):
        security_map("A:TRACE", parse_version("2.8"))
    assert security_map("A:TRACE", parse_version("0.11")) == {"A": "TRACE"}
    with pytest.raises(Refused, match="Duplicate key ListenerName\\(A\\)"):
        security_map("A:SSL,a:SSL", parse_version("4.1"))
