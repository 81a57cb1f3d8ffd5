"""The parsers of what comes from outside: seeds, words that matter to each, and what each may raise."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from driftcheck.app.new_rule import starter
from driftcheck.app.worlds.world import world_snapshot
from driftcheck.chef.query import QueryError, parse_query
from driftcheck.engine.language.parsing import parse_expression, parse_template
from driftcheck.engine.problems import ExpressionProblem
from driftcheck.engine.rule_files.packs import read_rules
from driftcheck.errors import RuleError, UsageError
from driftcheck.formats.domain_names import host_domain
from driftcheck.formats.file_times import parse_file_times
from driftcheck.formats.hosts import canonical_name, parse_hosts
from driftcheck.formats.json_text import JsonError, locate_many, parse_json
from driftcheck.formats.linear_pattern import PatternProblem
from driftcheck.formats.properties import parse_properties
from driftcheck.formats.snapshot_json import snapshot_from_json, snapshot_to_json
from driftcheck.formats.yaml_nodes import YamlProblem
from driftcheck.formats.yaml_text import compose_yaml
from driftcheck.formats.zone import parse_zone
from driftcheck.kafka.connect_string import parse_connect_string
from driftcheck.kafka.endpoints import effective_endpoints
from driftcheck.kafka.old_consumers import consumer_host, consumer_since
from driftcheck.kafka.registration import parse_registration
from driftcheck.kafka.znodes import (
    assignments,
    cluster_id,
    controller_id,
    moving,
    overrides,
    partition_state,
    reassignments,
)
from driftcheck.kafka.zookeeper_answers import may_say, parse_followers, parse_server_stats, parse_srvr
from driftcheck.kafka.zookeeper_startup import LINES, ServerFiles, id_refusal, start_refusal
from driftcheck.model.locations import Location
from driftcheck.model.rule import RuleFile
from driftcheck.sources.questions.messages import Query
from driftcheck.sources.questions.replies import read_reply
from driftcheck.sources.questions.resolvers import Server
from driftcheck.sources.rules.files import builtin_files

ROOT = Path(__file__).parents[2]
HEALTHY = ROOT / "fixtures/chef/healthy"
PLACE = Location(source="zookeeper", name="/a")
RELEASES = ("0.8.2.2", "0.10.2.2", "1.1.1", "2.8.2", "3.9.1", "4.1.0")
QUERIES = [
    Query(server=Server(host="10.0.0.2"), name=host_domain("kafka1.example.com"), rrtype=rrtype)
    for rrtype in ("A", "AAAA", "PTR")
]
WORLD = (
    "nodes:\n  k1: {settings: {broker.id: 1, port: 9092}}\nzookeeper: {brokers: {1: 'PLAINTEXT://k1:9092'}}\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzedParser:
    """`parse` takes bytes, and raises nothing but `refuses`."""

    parse: Callable[[bytes], object]
    seeds: Sequence[bytes]
    words: Sequence[bytes]
    refuses: tuple[type[Exception], ...] = ()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _hosts(data: bytes) -> object:
    return canonical_name(parse_hosts(data), "kafka01")


def _json(data: bytes) -> object:
    value = parse_json(data)
    return value, locate_many(data, ["", "/name", "/default/kafka/0", "/a~1b"])


def _include(path: str, name: str) -> tuple[str, bytes] | str:
    return (name, b"x A 10.0.0.1\n") if name == "other" and path != name else "it is not there"


def _zone(data: bytes) -> object:
    return parse_zone("z", data, origin=host_domain("example.com"), include=_include)


def _listeners(data: bytes) -> object:
    listeners, _, advertised = _text(data).partition("\n")
    settings = {"listeners": listeners, "advertised.listeners": advertised, "broker.id": "1"}
    return [effective_endpoints(settings, version=each, hostname="k1") for each in RELEASES]


def _settings(data: bytes) -> object:
    settings = {entry.key: entry.value for entry in parse_properties(data).entries}
    return [effective_endpoints(settings, version=each, hostname="k1") for each in RELEASES]


def _znodes(data: bytes) -> object:
    parsers = (
        *(controller_id, cluster_id, overrides, assignments, partition_state),
        *(moving, reassignments, consumer_since),
    )
    return [parse(data, PLACE) for parse in parsers]


def _zoo_cfg(data: bytes) -> object:
    settings = {entry.key: entry.value for entry in parse_properties(data).entries}
    files = ServerFiles(settings=settings, dynamic=settings)
    newest = LINES[-1]
    return [start_refusal(files, None), start_refusal(files, newest), id_refusal(files, "1", newest)]


def _server_answer(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    stats = parse_server_stats(data, max_bytes=10**6)
    return parse_srvr(text), parse_followers(text), may_say(text), stats, consumer_host("g", text, PLACE)


def _rules(data: bytes) -> object:
    return read_rules([RuleFile(name="a.yaml", text=data.decode("utf-8", "replace"))])


def _reply(data: bytes) -> object:
    return [read_reply(data, query) for query in QUERIES]


def _seed_replies() -> list[bytes]:
    """An address, an alias that leads to one, no data, and a name; with EDNS."""
    name, other = b"\6kafka1\7example\3com\0", b"\1b\xc0\x13"
    opt = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"

    def seed(rrtype: int, records: bytes, answers: int, authorities: int) -> bytes:
        counts = struct.pack("!HHHH", 1, answers, authorities, 1)
        return b"\0\7\x81\x80" + counts + name + struct.pack("!HH", rrtype, 1) + records + opt

    def record(rrtype: int, data: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
        return owner + struct.pack("!HHIH", rrtype, 1, 300, len(data)) + data

    soa = record(6, other + b"\xc0\x0c" + bytes(20), b"\xc0\x13")
    return [
        seed(1, record(1, b"\x0a\0\0\1"), 1, 0),
        seed(28, record(5, other) + record(28, bytes(16), other), 2, 0),
        seed(28, soa, 0, 1),
        seed(12, record(12, other), 1, 0),
    ]


def _seed_snapshot() -> bytes:
    snapshot = world_snapshot(compose_yaml(WORLD, name="world"))
    return snapshot_to_json(replace(snapshot, sources=snapshot.sources[:1]))


def _words(text: str) -> list[bytes]:
    return [word.encode("utf-8", "surrogatepass") for word in text.split(" ")]


_JSON_WORDS = _words(
    '{ } [ ] , : "a" "\\ud800" \\u0000 1e999 -0 NaN 99999999999999999999 true null \\ " \ufeff'
)
_REGISTRATION = (
    b'{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://k1:9092"],'
    b'"jmx_port":-1,"host":"k1","timestamp":"1426601847331","port":9092,"version":5,"rack":"a"}'
)


def parsers() -> Mapping[str, FuzzedParser]:
    """All of them by name; made anew, as the seeds are read from the repository."""
    rules = read_rules(builtin_files())
    server = (HEALTHY / "rendered/kafka10/etc/kafka/server.properties").read_bytes()
    zone = (HEALTHY / "dns/prod.example.com.zone").read_bytes()[:1500]
    pack = starter("OURS001").partition("\n---\n")[0].encode()
    return {
        "properties": FuzzedParser(
            parse=parse_properties,
            seeds=[server[:300], b"a=b\\\n  c\n#x\n!y\n\\u0041:1\nk\n"],
            words=_words("\\ \\\n \\u00 \\uD83D \r\n \x0c = : # ! \x00 \xff broker.id"),
        ),
        "settings": FuzzedParser(
            parse=_settings,
            seeds=[
                server[:600],
                b"listeners=A://h:1,B://:2\nlistener.security.protocol.map=A:SSL,B:PLAINTEXT\n",
            ],
            words=_words(
                "process.roles=broker,controller node.id=1 broker.id=-1 \n = controller.quorum.voters=1@a:1"
            ),
        ),
        "zoo-cfg": FuzzedParser(
            parse=_zoo_cfg,
            seeds=[(HEALTHY / "rendered/zk1/etc/zookeeper/conf/zoo.cfg").read_bytes()],
            words=_words(
                "server.1= :2888 :3888 ;2181 | [ ] [::1] :observer group.1= weight.1= \n dynamicConfigFile="
            ),
        ),
        "server-answer": FuzzedParser(
            parse=_server_answer,
            seeds=[
                b"Zookeeper version: 3.4.6-1, built\nZxid: 0x1\nMode: leader\nzk_synced_followers\t2\n",
                b'{"version":"3.8.4","server_stats":{"server_state":"leader","last_processed_zxid":7},"error":null}',
                b"g_web01-1427404207000-1a2b3c4d",
            ],
            words=_words('Mode: Zxid: 0x \n \t { } "error" "server_stats" : , 9999999999999999999999 -'),
        ),
        "hosts": FuzzedParser(
            parse=_hosts,
            seeds=[b"127.0.0.1 localhost\n::1 ip6 # c\n10.0.0.1\tkafka01.x kafka01\n"],
            words=_words("127.0.0.1 :: fe80::1%eth0 # \n \t 999.1.1.1 \x00 kafka01 0x7f.1 ::ffff:1.2.3.4"),
        ),
        "file times": FuzzedParser(
            parse=parse_file_times,
            seeds=[
                b"1427404447 12 /etc/kafka/server.properties\n1427404447.75 /a b\n",
                b"total 4\n-rw-r--r-- 1 root root 12 2015-03-26 21:14:07.750000000 +0000 /etc/kafka/a\n",
            ],
            words=_words("0 -1 99999999999 2015-02-30 99:99:99 +9999 -0000 / # \n \r \x00 total 1e9 \u0663"),
        ),
        "json": FuzzedParser(
            parse=_json,
            seeds=[
                b'{"name":"k","default":{"kafka":["a",1,1.5e3,null,true]},"a/b":{"c":"\\u00e9"}}',
                _REGISTRATION,
            ],
            words=_JSON_WORDS,
            refuses=(JsonError,),
        ),
        "yaml": FuzzedParser(
            parse=lambda data: compose_yaml(data, name="a"),
            seeds=[b"a: &x {b: [1, 'c'], d: ~}\ne: *x\nf: |\n  g\n", b"- a\n- b: c\n  d: >-\n    e\n"],
            words=_words("&a *a <<: !!str !x ? : - | > % --- ... # ' \" { } [ ] , \t \x85 \u2028 \ufeff @ `"),
            refuses=(YamlProblem,),
        ),
        "rule files": FuzzedParser(
            parse=_rules,
            seeds=[pack, starter("OURS001").encode()],
            words=_words(
                "--- rules: id: level: error vars: {a: b} needs: [chef|dns] explains: \n    ~ &a *a {{ }}"
            ),
            refuses=(RuleError,),
        ),
        "zone": FuzzedParser(
            parse=_zone,
            seeds=[zone, b"$ORIGIN a.\n$TTL 1h\n@ IN SOA n h (1 2 3 4 5)\n@ NS n\nn A 10.0.0.1\nx CNAME n\n"],
            words=_words(
                '$GENERATE 1-5 $INCLUDE other $ORIGIN $TTL ( ) ; " @ \\032 \\ IN CNAME PTR AAAA ::1 . $'
            ),
        ),
        "DNS replies": FuzzedParser(
            parse=_reply,
            seeds=_seed_replies(),
            words=[
                b"\xc0\x0c",
                b"\xc0\x00",
                b"\xff\xff",
                b"\0",
                b"\x3f",
                b"\0\1\0\1",
                b"\0\x1c\0\1",
                b"\0\x29",
            ],
        ),
        "connect string": FuzzedParser(
            parse=lambda data: parse_connect_string(_text(data)),
            seeds=[b"zk1:2181,zk2:2181,[::1]:2181/kafka/a", b"zk1"],
            words=_words(": , / [ ] :: 65536 -1 // . .. \x00 \u2603 : 2181"),
        ),
        "listeners": FuzzedParser(
            parse=_listeners,
            seeds=[
                b"PLAINTEXT://0.0.0.0:9092,SSL://[::1]:9093\nPLAINTEXT://k1:9092,SSL://k1:9093",
                b"A://:0",
            ],
            words=_words(
                ":// , : [ ] SASL_SSL TRACE CONTROLLER -1 0 65536 99999999999 \n \x00 \u0130 \u0131 0.0.0.0"
            ),
        ),
        "registration": FuzzedParser(
            parse=lambda data: parse_registration(data, PLACE),
            seeds=[_REGISTRATION, b'{"host":"k","port":9092,"version":1,"jmx_port":-1,"timestamp":"1"}'],
            words=[*_JSON_WORDS, b'"endpoints"', b'"version":', b'"rack":', b"://", b'"features":'],
        ),
        "znodes": FuzzedParser(
            parse=_znodes,
            seeds=[
                b'{"version":1,"brokerid":2,"timestamp":"1"}',
                b'{"version":1,"config":{"a":"b","ssl.key.password":"c"}}',
                b'{"version":1,"partitions":{"0":[1,2],"1":[2,3]}}',
                b'{"controller_epoch":31,"leader":1,"version":1,"leader_epoch":4,"isr":[1,2]}',
                b'{"version":"1","id":"kX5"}',
            ],
            words=[*_JSON_WORDS, b'"isr":', b'"leader":', b'"partitions":', b'"config":', b'"id":'],
        ),
        "expressions": FuzzedParser(
            parse=lambda data: parse_expression(_text(data)),
            seeds=[rule.assertion.text.encode() for rule in rules],
            words=_words(
                "( ) [ ] | . not and or if else in is + - * / % ~ == != 'a' 1 __class__ map('x') {{ ** \\ \""
            ),
            refuses=(ExpressionProblem,),
        ),
        "templates": FuzzedParser(
            parse=lambda data: parse_template(_text(data)),
            seeds=[rule.message.text.encode() for rule in rules],
            words=_words(
                "{{ }} {% %} {# #} if endif for endfor in else elif raw set include import ( ) | - x"
            ),
            refuses=(ExpressionProblem,),
        ),
        "snapshot": FuzzedParser(
            parse=lambda data: snapshot_from_json(data, name="a.json"),
            seeds=[_seed_snapshot()],
            words=[
                *_JSON_WORDS,
                b'"$of"',
                b'"version":99',
                b'"known"',
                b'"unknown"',
                b'"absent"',
                b"2015-99-99T",
            ],
            refuses=(UsageError,),
        ),
        "queries": FuzzedParser(
            parse=lambda data: parse_query(_text(data)),
            seeds=[b"role:kafka AND NOT (tags:lab OR name:k?fka*) recipes:kafka\\:\\:broker", b"a:[1 TO b}"],
            words=_words('AND OR NOT && || ! + - ( ) [ ] { } TO : * ? \\ " ~ ^'),
            refuses=(QueryError, PatternProblem),
        ),
    }
