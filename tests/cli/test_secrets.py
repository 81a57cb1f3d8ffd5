"""Secrets are planted wherever one can stand, and looked for in everything that leaves."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import driftcheck
from tests.services.zookeeper import ZooKeeperServer
from tests.tiers import sampled

HEALTHY = Path(__file__).parents[2] / "fixtures/chef/healthy"
MARK = "hunter2"
"""In every secret that is planted, and nowhere else."""

JAAS = f'org.apache.kafka.common.security.plain.PlainLoginModule required username="k" password="{MARK}a";'
PLANTED = {
    "ssl.keystore.password": f"{MARK}b",
    "ssl.key.password": f"{MARK}c",
    "ssl.truststore.password": f"{MARK}d",
    "ssl.keystore.key": f"-----BEGIN PRIVATE KEY----- {MARK}e",
    "sasl.jaas.config": JAAS,
    "listener.name.external.plain.sasl.jaas.config": JAAS,
    "password.encoder.secret": f"{MARK}f",
    "delegation.token.master.key": f"{MARK}g",
    "zookeeper.ssl.keystore.password": f"{MARK}h",
    "metrics.reporter.api.key": f"{MARK}i",
}
LITERAL = f"{MARK}-literal"
"""In a rule that says nothing of secrets, so that nothing tells it from a broker's name."""

SPRINGS = (
    "broker.config.properties['ssl.keystore.password']",
    "broker.config.properties['sasl.jaas.config'] | split('password=') | last",
    "broker.config.properties['ssl.key.password'] ~ '!'",
    "broker.config.properties['ssl.truststore.password'] | upper | lower",
    "broker.config.properties['password.encoder.secret'] | replace('f', 'F')",
    "[broker.name, broker.config.properties['ssl.key.password']] | join",
    "broker.config.properties | keys | listed(200)",
)
RULES = {
    "rules": [
        {
            "id": f"SPY{number:03}",
            "name": f"spy-{number}",
            "summary": "It shows what it should not.",
            "level": "note",
            "scope": "broker",
            "vars": {"found": spring},
            "assert": f"found == '{MARK}-guessed'",
            "property": "{{ found }}",
            "about": "[found]",
            "group": "found",
            "affects": "[found]",
            "message": "{{ broker.name }} has {{ found }} {% for x in [found] %}{{ x }}{% endfor %}",
            "effect": "{{ found }}",
            "fix": "{{ found | default('none') }}",
            "why": "It is a test.",
            "faces": ["intended", "rendered", "registered"],
        }
        for number, spring in enumerate(SPRINGS)
    ]
    + [
        {
            "id": "SPY100",
            "name": "a-literal",
            "summary": "It compares with a literal.",
            "level": "note",
            "scope": "broker",
            "assert": f"broker.name == '{LITERAL}'",
            "message": f"{{% if broker.name == '{LITERAL}' %}}found{{% endif %}}not found",
            "fix": "None.",
            "why": "It is a test.",
        }
    ]
}

BROKEN = """
import importlib

module = importlib.import_module({module!r})


def broken(*arguments, **options):
    held = repr((arguments, options))
    try:
        {{}}[held]
    except KeyError as error:
        raise ValueError(held) from error


module.{name} = broken
"""
"""Python runs this before driftcheck: a function that breaks, and says with what it was called."""


FUNCTIONS = (
    "driftcheck.formats.properties.parse_properties",
    "driftcheck.join.inventory.join",
    "driftcheck.engine.judgement.judge",
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The healthy repository with secrets in node objects, rendered files, clients' files and broken ones."""
    folder = tmp_path / "repository"
    shutil.copytree(HEALTHY, folder)
    for name in ("kafka01", "kafka02"):
        in_node(folder / f"nodes/{name}.json")
    for path in folder.glob("rendered/*/etc/kafka/*.properties"):
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{key}={value}\n" for key, value in PLANTED.items())
            file.write(f"ssl.keystore.password={MARK}j\n")
    broken = folder / "rendered/kafka03/etc/kafka/server.properties"
    broken.write_text(broken.read_text() + f"sasl.jaas.config=x password={MARK}k \\u00zz\n")
    (folder / "nodes/kafka04.json").write_text(f'{{"name": "kafka04", "password": "{MARK}l\n')
    (folder / "nodes/kafka05.json").write_text(json.dumps({"name": "kafka05", "default": f"{MARK}m"}))
    (folder / "ours.yaml").write_text(json.dumps(RULES))
    return folder


def in_node(path: Path) -> None:
    """Secrets under the keys of the mapping and beside them, at several levels, and of the wrong type."""
    node = json.loads(path.read_text(encoding="utf-8"))
    broker = node["default"]["kafka"]["broker"]
    broker.update(PLANTED)
    broker["ssl_truststore_password"] = f"{MARK}n"
    broker["sasl"] = {"jaas": {"config": JAAS}}
    broker["ssl.key.password"] = {"nested": f"{MARK}o", "list": [f"{MARK}p"]}
    node["override"] = {"kafka": {"broker": {"ssl.keystore.password": f"{MARK}q"}}}
    node["normal"]["kafka"]["mysql"] = {"password": f"{MARK}r"}
    node["normal"]["password"] = f"{MARK}s"
    path.write_text(json.dumps(node), encoding="utf-8")


def outputs(folder: Path, *arguments: str, **environ: str) -> Iterator[tuple[str, str]]:
    """All that a command prints and keeps, with where that is."""
    cache = folder.parent / "cache"
    variables = {"DRIFTCHECK_DEBUG": "1", "XDG_CACHE_HOME": str(cache), **environ}
    for number, more in enumerate(((), ("-f", "json"), ("--select", "SPY"), ("--kafka-version", "3.9"))):
        result = driftcheck(*arguments, *more, cwd=folder, environ=variables)
        assert result.returncode in (0, 1, 3), result.stderr
        yield f"stdout {number}", result.stdout
        yield f"stderr {number}", result.stderr
    for path in (each for each in cache.rglob("*") if each.is_file()):
        yield str(path), path.read_text(encoding="utf-8")


def leaks(found: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Where the mark stands, with what is around it."""
    return {where: text[max(0, text.index(MARK) - 120) :][:240] for where, text in found if MARK in text}


def test_neither_reports_nor_the_cache_hold_a_secret_of_a_repository(repository: Path) -> None:
    found = dict(outputs(repository, "lint", ".", "--rules", "ours.yaml"))
    assert leaks(iter(found.items())) == {}
    assert "⟨secret" in found["stdout 2"]
    assert json.loads(found["stdout 1"])["findings"]


@pytest.mark.parametrize(("function", "debug"), sampled(product(FUNCTIONS, ("1", "")), 3))
def test_a_crash_holds_none(function: str, debug: str, repository: Path, tmp_path: Path) -> None:
    """The function is called with secrets and quotes them; what is shown are types and lines of code."""
    module, _, name = function.rpartition(".")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/sitecustomize.py").write_text(BROKEN.format(module=module, name=name))
    path = os.pathsep.join((str(tmp_path / "broken"), *filter(None, sys.path)))
    environ = {"PYTHONPATH": path, "DRIFTCHECK_DEBUG": debug, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    result = driftcheck("lint", ".", "--rules", "ours.yaml", cwd=repository, environ=environ)
    assert (result.returncode, result.stdout) == (3, "")
    assert "driftcheck crashed: ValueError: " in result.stderr
    assert ("in broken\n" in result.stderr) == ("KeyError: " in result.stderr) == bool(debug)
    kept = ((str(file), file.read_text()) for file in (tmp_path / "cache").rglob("*") if file.is_file())
    assert leaks(iter([("stderr", result.stderr), *kept])) == {}


@pytest.mark.services
def test_neither_reports_nor_snapshots_hold_a_secret_of_an_ensemble(
    repository: Path, zookeeper_server: ZooKeeperServer, zookeeper_chroot: str
) -> None:
    record: dict[str, Any] = {"version": 1, "host": "kafka01.prod.example.com", "port": 9092, "jmx_port": -1}
    with zookeeper_server.client(chroot=zookeeper_chroot) as client:
        client.create(
            "/brokers/ids/1", json.dumps({**record, "password": f"{MARK}t"}).encode(), makepath=True
        )
        client.create("/brokers/ids/2", f'{{"password": "{MARK}u", '.encode())
        client.create("/brokers/ids/3", json.dumps({**record, "host": {"password": f"{MARK}v"}}).encode())
        override = {"version": 1, "config": {**PLANTED, "log.retention.ms": "1"}}
        client.create("/config/brokers/1", json.dumps(override).encode(), makepath=True)
        client.create("/config/brokers/<default>", json.dumps(override).encode())
        client.create("/config/brokers/2", f'{{"config": {{"ssl.key.password": "{MARK}w"'.encode())
        client.create("/config/users/admin", f"SCRAM-SHA-256=[salt={MARK}x]".encode(), makepath=True)
    zk = zookeeper_server.address + zookeeper_chroot
    saved = repository / "night.json"
    asked = ("live", "--zk", zk, "--cluster", "prod", "--max-age", "99999d", "--save", str(saved), ".")
    found = dict(outputs(repository, *asked, "--rules", "ours.yaml", "--timeout", "2"))
    assert leaks(iter(found.items())) == {}
    assert json.dumps("⟨secret")[1:-1] in saved.read_text(encoding="utf-8")
    assert MARK not in saved.read_text(encoding="utf-8")
    again = dict(outputs(repository, "check", str(saved), "--cluster", "prod", "--rules", "ours.yaml"))
    assert leaks(iter(again.items())) == {}
    assert "⟨secret" in again["stdout 2"]
