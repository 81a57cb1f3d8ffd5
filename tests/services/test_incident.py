"""The incident, live: brokers with a wrong name join a real cluster, and are named; repaired, all is well."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.services.dns import Bind, running_bind, zone_text
from tests.services.kafka import Broker, launch, registration, wait_registered
from tests.services.network import can_have_network, own_network
from tests.services.process import CannotStartError
from tests.services.requirements import unavailable
from tests.services.zookeeper import ZooKeeperServer, running_zookeeper, zookeeper_classpath

pytestmark = pytest.mark.services

RELEASE = "0.8.2.2"
DOMAIN = "prod.example.com"
ENSEMBLE = "10.77.2.1"
MACHINES = {
    "kafka01": "10.77.1.11",
    "kafka02": "10.77.1.12",
    "kafka10": "10.77.3.20",
    "kafka11": "10.77.3.21",
}
IDS = {"kafka01": 1, "kafka02": 2, "kafka10": 10, "kafka11": 11}
NEW = ("kafka10", "kafka11")
SESSION_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """A data centre: an ensemble, a name server, and the folder of the Chef repository."""

    zookeeper: ZooKeeperServer
    dns: Bind
    repository: Path
    folder: Path

    def properties(self, name: str, advertised: str) -> dict[str, str]:
        """What Chef makes of a broker that advertises `advertised`'s name."""
        return {
            "broker.id": str(IDS[name]),
            "host.name": MACHINES[name],
            "port": "9092",
            "advertised.host.name": f"{advertised}.{DOMAIN}",
            "zookeeper.connect": f"{self.zookeeper.address}/kafka",
        }

    def provision(self, advertised: Mapping[str, str]) -> None:
        """Chef has run everywhere: node objects and files are as its last run left them."""
        for name, other in advertised.items():
            properties = self.properties(name, other)
            _write(self.repository / f"nodes/{name}.json", json.dumps(_node_object(name, properties)))
            text = "".join(f"{key}={value}\n" for key, value in properties.items())
            _write(self.repository / f"rendered/{name}/etc/kafka/server.properties", text)

    def start(self, name: str, advertised: str) -> Broker:
        return launch(
            RELEASE,
            self.properties(name, advertised),
            server=self.zookeeper,
            chroot="/kafka",
            folder=self.folder / f"{name}-as-{advertised}",
        )

    def live(self, form: str) -> subprocess.CompletedProcess[str]:
        """`driftcheck live` on the repository, the ensemble and the name server."""
        command = [sys.executable, "-m", "driftcheck", "live", "--zk", f"{self.zookeeper.address}/kafka"]
        options = [
            "--resolver",
            self.dns.resolver,
            "--kafka-version",
            RELEASE,
            "--format",
            form,
            "--no-color",
        ]
        return subprocess.run(
            [*command, *options, str(self.repository)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _node_object(name: str, properties: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "chef_environment": "prod",
        "run_list": ["recipe[kafka]"],
        "default": {"kafka": {"broker": dict(properties)}},
        "automatic": {
            "fqdn": f"{name}.{DOMAIN}",
            "hostname": name,
            "ipaddress": MACHINES[name],
            "recipes": ["kafka"],
            "ohai_time": time.time(),
        },
    }


def _zones() -> dict[str, str]:
    forward = (f"{name} A {address}" for name, address in MACHINES.items())
    reverse = {f"{octet}.77.10.in-addr.arpa": [] for octet in ("1", "3")}  # type: dict[str, list[str]]
    for name, address in MACHINES.items():
        _, _, octet, last = address.split(".")
        reverse[f"{octet}.77.10.in-addr.arpa"].append(f"{last} PTR {name}.{DOMAIN}.")
    return {DOMAIN: zone_text(*forward), **{zone: zone_text(*records) for zone, records in reverse.items()}}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if not can_have_network():
        unavailable("kafka", "machines with addresses of their own need root, ip and unshare")
    classpath = zookeeper_classpath()
    with ExitStack() as stack:
        stack.enter_context(own_network([ENSEMBLE, *MACHINES.values()]))
        try:
            zookeeper = stack.enter_context(
                running_zookeeper(tmp_path / "zookeeper", classpath, address=ENSEMBLE)
            )
        except CannotStartError as error:
            unavailable("zookeeper", str(error))
        try:
            dns = stack.enter_context(running_bind(tmp_path / "dns", _zones()))
        except CannotStartError as error:
            unavailable("dns", str(error))
        yield Site(zookeeper, dns, tmp_path / "repository", tmp_path)


def test_the_incident_is_seen_and_its_repair_too(site: Site) -> None:
    wrong = {name: "kafka01" if name in NEW else name for name in MACHINES}
    right = {name: name for name in MACHINES}
    with ExitStack() as running:
        site.provision(wrong)
        brokers = {name: site.start(name, other) for name, other in wrong.items()}
        for name, broker in brokers.items():
            running.callback(broker.end)
            wait_registered(broker, IDS[name])

        seen = site.live("text")
        assert seen.returncode == 1, seen.stdout + seen.stderr
        first, *_ = seen.stdout.splitlines()
        assert first == "2 of 4 brokers cannot be reached by clients under the name that they registered."
        _names_the_new_brokers(json.loads(site.live("json").stdout))

        for name in NEW:
            brokers[name].end()
        _wait_gone(site, NEW)
        site.provision(right)
        for name in NEW:
            brokers[name] = site.start(name, name)
            running.callback(brokers[name].end)
            wait_registered(brokers[name], IDS[name])
        repaired = site.live("text")
        assert repaired.returncode == 0, repaired.stdout + repaired.stderr
        assert "0 of 4 brokers cannot be reached" in repaired.stdout


def _names_the_new_brokers(report: dict[str, Any]) -> None:
    """One cause, with the place and the reason; everything else stands under it."""
    (finding,) = [each for each in report["findings"] if each["level"] == "error"]
    assert finding["rule"] == "ADV016"
    assert [subject["name"] for subject in finding["subjects"]] == list(NEW)
    assert "kafka01" in finding["message"]
    assert finding["locations"][0]["name"] == "nodes/kafka10.json"
    assert finding["locations"][0]["line"]
    assert "REG006" in {each["rule"] for each in finding["consequences"]}


def _wait_gone(site: Site, names: tuple[str, ...]) -> None:
    """A killed broker's registration stays until its session times out."""
    with site.zookeeper.client() as client:
        give_up = time.monotonic() + SESSION_SECONDS
        while any(registration(client, "/kafka", IDS[name]) for name in names):
            assert time.monotonic() < give_up
            time.sleep(0.1)
