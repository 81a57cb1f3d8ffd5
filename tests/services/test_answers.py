"""Two real brokers, one of which gives the other's address: `live` asks, and hears the wrong id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import driftcheck
from tests.services.kafka import StartBroker, wait_registered
from tests.services.process import free_port, wait_listening

pytestmark = pytest.mark.services

RELEASE = "2.8.2"


def report(zk: str, folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = driftcheck("live", "--zk", zk, "--select", "REG", "-f", "json", *more, cwd=folder)
    return done.returncode, json.loads(done.stdout)


def test_the_wrong_brokers_answer_is_the_finding_and_offline_too(
    start_broker: StartBroker, zookeeper_chroot: str, tmp_path: Path
) -> None:
    first, second = free_port(), free_port()
    # All of 127/8 is this machine: by the second's address one gets to the first, which listens on them all.
    settings = {
        1: {"listeners": f"PLAINTEXT://:{first}", "advertised.listeners": f"PLAINTEXT://127.0.0.1:{first}"},
        2: {"listeners": f"PLAINTEXT://:{second}", "advertised.listeners": f"PLAINTEXT://127.0.0.2:{first}"},
    }
    brokers = [
        start_broker(RELEASE, {"broker.id": str(number), **each}, chroot=zookeeper_chroot)
        for number, each in settings.items()
    ]
    for number, broker in enumerate(brokers, 1):
        wait_registered(broker, number)
    wait_listening(first)
    wait_listening(second)
    zk = brokers[0].server.address + zookeeper_chroot

    code, told = report(zk, tmp_path, "--save", "night.json")
    (wrong,) = [each for each in told["findings"] if each["rule"] == "REG016"]
    assert code == 1
    assert wrong["message"] == f"127.0.0.2:{first} is answered by broker 1, but registered by broker 2"
    assert "broker 2" in told["reachability"]["unreachable"]
    again = json.loads(
        driftcheck("check", "night.json", "--select", "REG", "-f", "json", cwd=tmp_path).stdout
    )
    assert [each["rule"] for each in again["findings"]] == [each["rule"] for each in told["findings"]]

    code, told = report(zk, tmp_path, "--no-connect")
    assert "REG016" not in json.dumps(told["findings"])
    assert told["not_applicable_needs"]["tcp"] == 3
