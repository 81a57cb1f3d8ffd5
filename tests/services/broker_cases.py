"""Configurations for real brokers: what is registered, what is refused, and what differs by release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CANONICAL = "kafka7.example.com"


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration for one release. `{a}` and `{b}` in its values become free ports.

    `hostname` is the machine's canonical name where it matters (needs root), `hosts` the hosts file that
    makes it so, `machine` the host name if it is another one. `starts` is what the case is there to show.
    """

    release: str
    what: str
    properties: Mapping[str, str]
    starts: bool = True
    hostname: str | None = None
    machine: str | None = None
    hosts: str | None = None
    broker_id: int = 7

    def __str__(self) -> str:
        return f"{self.release} {self.what}"


def _case(
    release: str,
    what: str,
    properties: Mapping[str, str],
    *,
    starts: bool = True,
    hostname: str | None = None,
    machine: str | None = None,
    hosts: str | None = None,
    broker_id: int = 7,
) -> Case:
    complete = {"broker.id": "7", **properties}
    return Case(release, what, complete, starts, hostname, machine, hosts, broker_id)


_LOCAL = {"listeners": "PLAINTEXT://127.0.0.1:{a}"}
_TWO = {"listeners": "INTERNAL://127.0.0.1:{a},EXTERNAL://127.0.0.1:{b}"}
_MAP = {"listener.security.protocol.map": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT"}
_INTERNAL = {"inter.broker.listener.name": "INTERNAL"}
_NAMED = {**_TWO, **_MAP, **_INTERNAL}


def _advertised(value: str) -> dict[str, str]:
    return {"advertised.listeners": value}


_V08 = (
    _case("0.8.2.2", "defaults its host to the canonical name", {"port": "{a}"}, hostname=CANONICAL),
    _case("0.8.2.2", "registers host.name", {"host.name": "127.0.0.1", "port": "{a}"}),
    _case(
        "0.8.2.2",
        "registers advertised.host.name and advertised.port",
        {
            "host.name": "127.0.0.1",
            "port": "{a}",
            "advertised.host.name": "public.example.com",
            "advertised.port": "19999",
        },
    ),
    _case(
        "0.8.2.2",
        "takes an empty advertised.host.name for the canonical name",
        {"host.name": "127.0.0.1", "port": "{a}", "advertised.host.name": ""},
        hostname=CANONICAL,
    ),
    _case(
        "0.8.2.2",
        "keeps a trailing blank in the advertised name",
        {"host.name": "127.0.0.1", "port": "{a}", "advertised.host.name": "kafka7 "},
    ),
    _case("0.8.2.2", "does not know listeners", {**_LOCAL, "host.name": "127.0.0.1", "port": "{b}"}),
    _case(
        "0.8.2.2",
        "refuses a port with a trailing blank",
        {"host.name": "127.0.0.1", "port": "{a} "},
        starts=False,
    ),
    _case("0.8.2.2", "refuses a negative id", {"broker.id": "-1", "port": "{a}"}, starts=False),
    _case(
        "0.8.2.2",
        "refuses replica.fetch.max.bytes below message.max.bytes",
        {"host.name": "127.0.0.1", "port": "{a}", "replica.fetch.max.bytes": "1000"},
        starts=False,
    ),
)

_V09 = (
    _case("0.9.0.1", "defaults its host to the canonical name", {"port": "{a}"}, hostname=CANONICAL),
    _case("0.9.0.1", "advertises its listener", _LOCAL),
    _case(
        "0.9.0.1",
        "fills advertised.host.name's port from port, never from listeners",
        {**_LOCAL, "advertised.host.name": "old.example.com"},
    ),
    _case(
        "0.9.0.1",
        "prefers advertised.listeners to advertised.host.name",
        {
            **_LOCAL,
            **_advertised("PLAINTEXT://public.example.com:9093"),
            "advertised.host.name": "old.example.com",
        },
    ),
    _case(
        "0.9.0.1",
        "registers two protocols",
        {"listeners": "PLAINTEXT://127.0.0.1:{a},TRACE://127.0.0.1:{b}"},
    ),
    _case(
        "0.9.0.1",
        "refuses two listeners on one port",
        {"listeners": "PLAINTEXT://127.0.0.1:{a},TRACE://127.0.0.1:{a}"},
        starts=False,
    ),
    _case("0.9.0.1", "refuses an unknown protocol", {"listeners": "EXTERNAL://127.0.0.1:{a}"}, starts=False),
    _case(
        "0.9.0.1",
        "refuses an underscore in a host",
        {**_LOCAL, **_advertised("PLAINTEXT://kafka_7.example.com:9092")},
        starts=False,
    ),
    _case(
        "0.9.0.1",
        "refuses an inter-broker protocol that is not advertised",
        {**_LOCAL, "security.inter.broker.protocol": "SSL"},
        starts=False,
    ),
)

_V011 = (
    _case("0.11.0.3", "registers named listeners", {**_NAMED}),
    _case(
        "0.11.0.3",
        "advertises other hosts for named listeners",
        {**_NAMED, **_advertised("INTERNAL://kafka7.internal:9092,EXTERNAL://kafka7.example.com:19092")},
    ),
    _case("0.11.0.3", "lets 0.0.0.0 be advertised", {**_LOCAL, **_advertised("PLAINTEXT://0.0.0.0:{a}")}),
    _case(
        "0.11.0.3",
        "takes the host from host.name when only advertised.port is set",
        {"host.name": "127.0.0.1", "port": "{a}", "advertised.port": "19999"},
    ),
    _case(
        "0.11.0.3",
        "lets a host have an underscore",
        {**_LOCAL, **_advertised("PLAINTEXT://kafka_7.example.com:9092")},
    ),
    _case("0.11.0.3", "refuses a listener without a protocol", {**_TWO}, starts=False),
    _case(
        "0.11.0.3",
        "refuses to advertise what it does not listen on",
        {**_LOCAL, **_advertised("PLAINTEXT://127.0.0.1:{a},SSL://127.0.0.1:{b}")},
        starts=False,
    ),
    _case(
        "0.11.0.3",
        "refuses a message format newer than the protocol",
        {**_LOCAL, "inter.broker.protocol.version": "0.10.2"},
        starts=False,
    ),
    _case(
        "0.11.0.3",
        "refuses an inter-broker listener that is not advertised",
        {**_LOCAL, "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT", **_INTERNAL},
        starts=False,
    ),
)

_V1 = (
    _case("1.1.1", "defaults a listener's host", {"listeners": "PLAINTEXT://:{a}"}, hostname=CANONICAL),
    _case(
        "1.1.1",
        "takes the name that stands first for the address",
        {"listeners": "PLAINTEXT://:{a}"},
        hostname="old-name.example.com",
        machine="kafka7",
        hosts="127.0.0.1 localhost\n127.0.1.1 old-name.example.com\n127.0.1.1 kafka7\n",
    ),
    _case(
        "1.1.1",
        "calls itself localhost if the hosts file does",
        {"listeners": "PLAINTEXT://:{a}"},
        hostname="localhost",
        machine="kafka7",
        hosts="127.0.0.1 localhost kafka7\n",
    ),
    _case(
        "1.1.1",
        "writes a listener's name in capitals",
        {**_LOCAL, **_advertised("plaintext://kafka7.example.com:{a}")},
    ),
    _case("1.1.1", "replaces port 0 by the port that it got", {"listeners": "PLAINTEXT://127.0.0.1:0"}),
    _case(
        "1.1.1",
        "starts with an older protocol beside a newer format of the same records",
        {**_LOCAL, "inter.broker.protocol.version": "1.0", "log.message.format.version": "1.1"},
    ),
    _case(
        "1.1.1",
        "refuses to advertise 0.0.0.0",
        {**_LOCAL, **_advertised("PLAINTEXT://0.0.0.0:{a}")},
        starts=False,
    ),
    _case(
        "1.1.1",
        "refuses both inter-broker settings",
        {**_NAMED, "security.inter.broker.protocol": "PLAINTEXT"},
        starts=False,
    ),
    _case("1.1.1", "refuses an id over the reserved range", {**_LOCAL, "broker.id": "2000"}, starts=False),
    _case(
        "1.1.1",
        "refuses old advertised settings beside an inter-broker listener",
        {**_NAMED, "advertised.host.name": "old.example.com"},
        starts=False,
    ),
)

_V2 = (
    _case(
        "2.8.2",
        "defaults an advertised host",
        {**_NAMED, **_advertised("INTERNAL://:{a},EXTERNAL://:{b}")},
        hostname=CANONICAL,
    ),
    _case("2.8.2", "lets node.id beat broker.id", {**_LOCAL, "node.id": "5"}, broker_id=5),
    _case(
        "2.8.2",
        "advertises two listeners on one port",
        {**_NAMED, **_advertised("INTERNAL://kafka7.internal:9092,EXTERNAL://kafka7.example.com:9092")},
    ),
    _case(
        "2.8.2",
        "still knows the four old settings",
        {
            "host.name": "127.0.0.1",
            "port": "{a}",
            "advertised.host.name": "old.example.com",
            "advertised.port": "19999",
        },
    ),
    _case(
        "2.8.2",
        "keeps an IPv6 address",
        {"listeners": "PLAINTEXT://127.0.0.1:{a}", **_advertised("PLAINTEXT://[2001:db8::7]:9092")},
    ),
    _case("2.8.2", "lets a port of -1 be advertised", {**_LOCAL, **_advertised("PLAINTEXT://kafka7:-1")}),
    _case(
        "2.8.2",
        "refuses two listeners on one port",
        {**_MAP, **_INTERNAL, "listeners": "INTERNAL://127.0.0.1:{a},EXTERNAL://127.0.0.1:{a}"},
        starts=False,
    ),
    _case(
        "2.8.2",
        "refuses a control plane listener without a protocol",
        {**_NAMED, "control.plane.listener.name": "CONTROLLER"},
        starts=False,
    ),
    _case("2.8.2", "refuses an unparsable listener", {"listeners": "PLAINTEXT:/127.0.0.1:{a}"}, starts=False),
)

_V3 = (
    _case(
        "3.9.1",
        "ignores the four old settings",
        {
            **_LOCAL,
            "host.name": "old.example.com",
            "port": "1",
            "advertised.host.name": "old.example.com",
            "advertised.port": "19999",
        },
    ),
    _case("3.9.1", "defaults a listener's host", {"listeners": "PLAINTEXT://:{a}"}, hostname=CANONICAL),
    _case(
        "3.9.1", "keeps a host's capitals", {**_LOCAL, **_advertised("PLAINTEXT://Kafka7.Example.com:9092")}
    ),
    _case(
        "3.9.1",
        "lets an IPv4 and an IPv6 listener share a port",
        {**_MAP, **_INTERNAL, "listeners": "INTERNAL://127.0.0.1:{a},EXTERNAL://[::1]:{a}"},
    ),
    Case("3.9.1", "takes node.id for the id", {**_LOCAL, "node.id": "7"}),
    _case("3.9.1", "refuses a node.id that differs from broker.id", {**_LOCAL, "node.id": "5"}, starts=False),
    _case(
        "3.9.1",
        "refuses controller listeners beside ZooKeeper",
        {**_LOCAL, "controller.listener.names": "CONTROLLER"},
        starts=False,
    ),
    _case(
        "3.9.1",
        "refuses an inter-broker protocol in small letters",
        {**_LOCAL, "security.inter.broker.protocol": "plaintext"},
        starts=False,
    ),
    _case(
        "3.9.1",
        "refuses to advertise 0.0.0.0",
        {"listeners": "PLAINTEXT://0.0.0.0:{a}"},
        starts=False,
    ),
)

CASES = (*_V08, *_V09, *_V011, *_V1, *_V2, *_V3)
