"""What `driftcheck lint` of a large Chef repository costs, against reading and parsing its files.

    python benchmarks/repository.py [--nodes N] [--brokers N] [--runs N]

The repository has 10,000 node objects of 50 KB; 1,000 of them are brokers, in clusters of 20, with their
rendered files. The floor is a process that reads the same files and does no more than parse them: the node
objects with orjson, the rendered files with driftcheck's own parser. CPU seconds of whole processes are
compared, of the rounds' medians; the peak of the memory is that of the worst round. It is run once more with
a tenth of the nodes that are no brokers, to see whether the peak grows with them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NODE_BYTES = 50_000
CLUSTER_SIZE = 20
LIMIT = 1.5
WANTED = 1.0
PEAK_MIB = 100

FLOOR = """
import sys
from pathlib import Path
import orjson
from driftcheck.formats.properties import parse_properties
root = Path(sys.argv[1])
for path in (root / "nodes").iterdir():
    orjson.loads(path.read_bytes())
for path in (root / "rendered").glob("*/etc/kafka/server.properties"):
    parse_properties(path.read_bytes())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds, of the user and the system; the peak of the memory in MiB."""

    cpu: float
    peak: float


def node_object(name: str, number: int, *, broker: int | None, padding: Mapping[str, object]) -> object:
    """A node as `knife node show -l -F json` writes it, filled up with what Ohai says of packages."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    environment = f"prod{number // CLUSTER_SIZE}" if broker is not None else "prod"
    attributes: dict[str, object] = {"base": {"ntp": ["0.pool.example.com"], "motd": "hello"}}
    if broker is not None:
        attributes["kafka"] = {
            "version": "2.8.2",
            "broker": {
                "broker.id": broker,
                "listeners": "PLAINTEXT://:9092",
                "advertised.listeners": f"PLAINTEXT://{name}.example.com:9092",
                "zookeeper.connect": f"zk1.{environment}.example.com:2181/kafka",
            },
        }
    return {
        "name": name,
        "chef_environment": environment,
        "run_list": [f"recipe[{'kafka' if broker is not None else 'web'}]"],
        "normal": {"tags": []},
        "default": attributes,
        "override": {},
        "automatic": {
            "ohai_time": 1790000000.5,
            "fqdn": f"{name}.example.com",
            "hostname": name,
            "ipaddress": address,
            "platform": "ubuntu",
            "recipes": ["kafka" if broker is not None else "web"],
            "roles": [],
            "network": {
                "interfaces": {
                    "lo": {"addresses": {"127.0.0.1": {"family": "inet"}}},
                    "eth0": {"addresses": {address: {"family": "inet", "prefixlen": "16"}}},
                }
            },
            **padding,
        },
    }


def rendered(name: str, number: int, broker: int) -> str:
    """A `server.properties` of about 60 keys."""
    environment = f"prod{number // CLUSTER_SIZE}"
    known = {
        "broker.id": broker,
        "listeners": "PLAINTEXT://:9092",
        "advertised.listeners": f"PLAINTEXT://{name}.example.com:9092",
        "zookeeper.connect": f"zk1.{environment}.example.com:2181/kafka",
        "num.network.threads": 8,
        "log.dirs": "/data/1,/data/2",
        "num.partitions": 8,
        "default.replication.factor": 3,
    }
    lines = [f"{key}={value}" for key, value in known.items()]
    return "\n".join([*lines, *(f"# a comment on setting {each}" for each in range(50))]) + "\n"


def write_repository(root: Path, nodes: int, brokers: int) -> None:
    """The repository, its configuration and the cookbook that makes a node a broker."""
    words = {
        f"package-{number}": {"version": f"1.{number}.0-1ubuntu2", "arch": "amd64"} for number in range(2000)
    }
    packages: dict[str, object] = {}
    bare = len(json.dumps(node_object("node00000", 0, broker=1, padding={}), indent=1))
    for key, value in words.items():
        packages[key] = value
        if bare + len(json.dumps({"packages": packages}, indent=1)) >= NODE_BYTES:
            break
    padding = {"packages": packages}
    (root / "nodes").mkdir(parents=True)
    templates = root / "cookbooks/kafka/templates/default"
    templates.mkdir(parents=True)
    (templates / "server.properties.erb").write_text(
        "broker.id=<%= node['kafka']['broker']['broker.id'] %>\n"
    )
    (root / "cookbooks/kafka/metadata.rb").write_text("name 'kafka'\nversion '1.0.0'\n")
    (root / ".driftcheck.yaml").write_text("kafka_version: 2.8.2\nmax_age: 99999d\ncookbooks: false\n")
    for number in range(nodes):
        name = f"node{number:05}"
        broker = number if number < brokers else None
        text = json.dumps(node_object(name, number, broker=broker, padding=padding), indent=1)
        (root / "nodes" / f"{name}.json").write_text(text)
        if broker is not None:
            folder = root / "rendered" / name / "etc/kafka"
            folder.mkdir(parents=True)
            (folder / "server.properties").write_text(rendered(name, number, broker))


def cost(arguments: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> Cost:
    """What a process costs. RuntimeError if it could not do its work."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(arguments, cwd=cwd, env=environ, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if said := errors.read().decode("utf-8", "replace"):
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}:\n{said}")
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / 1024)


def measured(root: Path, runs: int, environ: Mapping[str, str]) -> tuple[Cost, Cost]:
    """The floor and the lint, of `runs` rounds after one that warms the caches."""
    floor, lint = [], []
    for number in range(runs + 1):
        below = cost([sys.executable, "-c", FLOOR, str(root)], root, environ)
        ours = cost([sys.executable, "-m", "driftcheck", "lint", "-f", "json", "."], root, environ)
        if number:
            floor.append(below)
            lint.append(ours)
    return _median(floor), _median(lint)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(cpu=statistics.median(each.cpu for each in costs), peak=max(each.peak for each in costs))


def main() -> int:
    parser = argparse.ArgumentParser(description="The lint of a large repository against parsing its files.")
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--brokers", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "XDG_CACHE_HOME": folder, "PYTHONPATH": str(Path(__file__).parents[1])}
        whole, small = Path(folder, "whole"), Path(folder, "small")
        write_repository(whole, given.nodes, given.brokers)
        write_repository(small, given.brokers + (given.nodes - given.brokers) // 10, given.brokers)
        floor, lint = measured(whole, given.runs, environ)
        _, less = measured(small, 1, environ)
    ratio = lint.cpu / floor.cpu
    verdict = "ok" if ratio <= LIMIT and lint.peak <= PEAK_MIB else "MISSED"
    print(f"{given.nodes:,} node objects, {given.brokers:,} brokers; median of {given.runs}")
    print(f"reading and parsing: {floor.cpu:.2f} s CPU, {floor.peak:.0f} MiB")
    print(f"driftcheck lint:     {lint.cpu:.2f} s CPU, {lint.peak:.0f} MiB")
    print(f"with a tenth of the nodes that are no brokers: {less.peak:.0f} MiB")
    print(f"{ratio:5.2f}×  (limit {LIMIT:g}×, wanted {WANTED:g}×; {PEAK_MIB} MiB)  {verdict}")
    return 0 if verdict == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
