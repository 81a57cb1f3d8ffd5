"""Control characters from outside never reach a terminal raw, whichever way they come in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import invoked
from tests.services.zookeeper import ZooKeeperServer
from tests.sources.questions.servers import answering, question, response

CLEAR = "\x1b[2J"
TITLE = "\x1b]0;gone\x07"
REVERSED = "\u202e"
OUTAGE = Path(__file__).parents[2] / "fixtures/chef/kafkapocalypse/outage.snapshot.json"


def node(name: str, number: int, host: str) -> dict[str, Any]:
    settings = {"broker.id": str(number), "advertised.host.name": host, "port": "9092"}
    automatic = {"fqdn": f"{name}.example.com", "ipaddress": f"10.0.0.{number}", "recipes": ["kafka"]}
    return {
        "name": name,
        "chef_environment": f"prod{TITLE}",
        "run_list": [f"recipe[kafka{CLEAR}]"],
        "default": {"kafka": {"broker": settings, "version": "0.8.2.2"}},
        "automatic": {**automatic, "ohai_time": 1_427_403_600.0},
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Names, values, file names and comments that would steer a terminal; two brokers share an endpoint."""
    folder = tmp_path / "repository"
    for number in (1, 2):
        name = f"kafka{number}{CLEAR}"
        write(folder / f"nodes/{name}.json", json.dumps(node(name, number, f"twin{TITLE}")))
        lines = (
            f"# driftcheck: ignore[{CLEAR}]",
            f"broker.id={number}",
            f"advertised.host.name=twin{TITLE}",
            "port=9092",
            f"zookeeper.connect=zk{CLEAR}:2181",
        )
        write(folder / f"rendered/{name}/server.properties", "\n".join(lines))
    write(folder / f"nodes/broken{CLEAR}{REVERSED}.json", f'{{"name": "{CLEAR}')
    write(folder / "dns.zone", f"$ORIGIN example.com.\n@ SOA ns h 1 1 1 1 1\nkafka1 A {CLEAR}\n")
    write(folder / ".driftcheck.yaml", "dns: {zones: [dns.zone]}\n")
    write(folder / "rendered" / os.fsdecode(b"\xff\xfe\x1b[2J") / "server.properties", "broker.id=3\n")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def shown(*arguments: str) -> str:
    """What a command shows as text, after a look at it and at the JSON of the same."""
    text = invoked(*arguments)
    document = invoked(*arguments, "-f", "json")
    for stream in (text.stdout, text.stderr, document.stderr):
        assert [c for c in stream if not (c == "\n" or c.isprintable())] == []
    assert [c for c in document.stdout if not (c == "\n" or " " <= c <= "~")] == []
    assert document.exit_code == text.exit_code
    if document.stdout:
        json.loads(document.stdout)
    return text.stdout + text.stderr


def test_names_values_and_comments_of_a_repository(repository: Path) -> None:
    text = shown("lint", str(repository))
    for place in (
        "kafka1\\x1b[2J and kafka2\\x1b[2J",
        "twin\\x1b]0;gone\\x07:9092",
        "prod\\x1b]0;gone\\x07",
        "nodes/broken\\x1b[2J\\u202e.json:1:11: no valid JSON",
        "dns.zone:3: \\x1b[2J is no address",
        "rendered/\\udcff\\udcfe\\x1b[2J/server.properties",
        "`zk\\x1b[2J` is no host name",
        "an inline ignore names its rules",
    ):
        assert place in " ".join(text.split())


def test_registrations_in_a_snapshot(tmp_path: Path) -> None:
    raw = OUTAGE.read_text(encoding="utf-8")
    snapshot = json.loads(raw.replace("kafka01.prod.example.com", json.dumps(f"kafka01{TITLE}")[1:-1]))
    write(tmp_path / "night.json", json.dumps(snapshot))
    assert "kafka01\\x1b]0;gone\\x07:9092" in shown("check", str(tmp_path / "night.json"))


def test_what_dns_answers(repository: Path) -> None:
    def answer(query: bytes) -> Iterator[bytes]:
        name, rrtype = question(query)
        alias = "alias\\027[2J.example.com."
        records = {
            "A": [f"{name}. 300 CNAME {alias}", f"{alias} 300 A 10.9.9.9"],
            "PTR": [f"{name}. 300 PTR {alias}"],
        }
        yield response(query, *records.get(rrtype, []))

    write(repository / ".driftcheck.yaml", "max_age: 99999d\n")
    for path in repository.glob("rendered/*/server.properties"):
        write(path, path.read_text(encoding="utf-8").replace(f"advertised.host.name=twin{TITLE}", ""))
        write(path.with_name("hosts"), "127.0.0.1 localhost\n")
    with answering(answer) as resolver:
        text = shown("lint", "--resolver", resolver, "--select", "DNS", str(repository))
    assert "alias\\027[2j.example.com" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", f"nowhere{CLEAR}"),
        ("lint", "--select", f"A{CLEAR}"),
        ("lint", "--config", f"nowhere{TITLE}.yaml"),
        ("lint", "--kafka-version", f"2.8{CLEAR}"),
        ("lint", "--resolver", f"10.0.0.1{CLEAR}"),
        ("lint", "-o", f"nowhere{CLEAR}/x"),
        ("lint", f"--fomat{CLEAR}"),
        ("live", "--zk", f"zk{CLEAR}:2181,b/c,d/c"),
        ("live", "--zk", f"127.0.0.1:1/{CLEAR}"),
        ("check", f"night{CLEAR}.json"),
        ("rules", "show", f"ADV{CLEAR}"),
        (f"lnt{CLEAR}",),
    ],
)
def test_what_was_typed_and_cannot_be_used(arguments: tuple[str, ...]) -> None:
    result = invoked(*arguments)
    assert [c for c in result.stdout + result.stderr if not (c == "\n" or c.isprintable())] == []
    assert result.exit_code in (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        f"strict: {CLEAR}\n",
        'strict: "\\e[2J"\n',
        '"\\e[2J": 1\n',
        'rules: ["nowhere\\e[2J.yaml"]\n',
        'clusters: {"role:\\e[2J AND": x}\n',
        'rendered: {hosts: "\\e[2J"}\n',
    ],
)
def test_a_configuration(text: str, tmp_path: Path) -> None:
    write(tmp_path / ".driftcheck.yaml", text)
    result = invoked("lint", str(tmp_path))
    assert [c for c in result.stderr if not (c == "\n" or c.isprintable())] == []
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_rule_file(tmp_path: Path) -> None:
    name = str(tmp_path / f"ours{CLEAR}.yaml")
    keys = {key: f"{key}{TITLE}" for key in ("summary", "message", "fix", "why")}
    rule = {"id": "OURS001", "name": "a-name", "level": "note", "scope": "broker", "assert": "false", **keys}
    write(Path(name), json.dumps({"rules": [rule]}))
    for command in (("list",), ("show", "OURS001"), ("test", "OURS001")):
        result = invoked("rules", *command, "--rules", name)
        assert [c for c in result.stdout + result.stderr if not (c == "\n" or c.isprintable())] == []
        assert result.exit_code in (0, 3)
    write(Path(name), json.dumps({"rules": [{**rule, "level": CLEAR, CLEAR: 1}]}))
    result = invoked("rules", "list", "--rules", name)
    assert [c for c in result.stderr if not (c == "\n" or c.isprintable())] == []
    assert result.exit_code == 2


@pytest.mark.services
def test_znodes_of_a_real_ensemble(zookeeper_server: ZooKeeperServer, zookeeper_chroot: str) -> None:
    record = {"version": 1, "host": f"twin{TITLE}", "port": 9092, "jmx_port": -1, "timestamp": "0"}
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        for number in (1, 2):
            client.create(f"/brokers/ids/{number}", json.dumps(record).encode(), makepath=True)
        client.create(f"/brokers/ids/three{REVERSED}", CLEAR.encode())
        client.create("/brokers/ids/4", CLEAR.encode())
        client.create("/cluster/id", json.dumps({"version": "1", "id": CLEAR}).encode(), makepath=True)
    text = shown("live", "--zk", zookeeper_server.address + zookeeper_chroot)
    assert "twin\\x1b]0;gone\\x07:9092" in text
    assert "three\\u202e" in text
