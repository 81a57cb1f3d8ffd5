"""What `driftcheck lint` of a large Chef repository costs, against reading and parsing its files.

    python benchmarks/repository.py [--nodes N] [--brokers N] [--runs N]

The repository has 10,000 node objects of 50 KB; 1,000 of them are brokers, in clusters of 20, with their
rendered files. The floor is a process that reads the same files and does no more than parse them: the node
objects with orjson, the rendered files with driftcheck's own parser. In each round both processes run at the
same time on one processor, so that whatever else the machine does hits both; the median of the rounds' ratios
of CPU seconds counts, and the peak of the memory in the worst round. It is run once more with a tenth of the
nodes that are no brokers, to see whether the peak grows with them.
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


class Running:
    """A process that has begun."""

    def __init__(self, arguments: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `cost`
        self._process = subprocess.Popen(
            arguments, cwd=cwd, env=environ, stdout=subprocess.DEVNULL, stderr=self._errors
        )

    def cost(self, *, accepted: Sequence[int] = (0, 1)) -> Cost:
        """What it cost, when it has ended. RuntimeError if it could not do its work."""
        with self._errors as errors:
            _, status, usage = os.wait4(self._process.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace")
        if said or self._process.returncode not in accepted:
            raise RuntimeError(f"{' '.join(self._arguments)} ended with {self._process.returncode}:\n{said}")
        return Cost(cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / 1024)


def cost(
    arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], *, accepted: Sequence[int] = (0, 1)
) -> Cost:
    """What a process costs. RuntimeError if it could not do its work."""
    return Running(arguments, cwd, environ).cost(accepted=accepted)


def measured(root: Path, runs: int, environ: Mapping[str, str]) -> list[tuple[Cost, Cost]]:
    """The floor and the lint of `runs` rounds, after one that fills the caches."""
    found = []
    for _ in range(runs + 1):
        floor = Running([sys.executable, "-c", FLOOR, str(root)], root, environ)
        lint = Running([sys.executable, "-m", "driftcheck", "lint", "-f", "json", "."], root, environ)
        found.append((floor.cost(), lint.cost()))
    return found[1:]


def on_one_processor() -> None:
    """This process and those that it starts share one: what else the machine does hits them alike."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def main() -> int:
    parser = argparse.ArgumentParser(description="The lint of a large repository against parsing its files.")
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--brokers", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        caches = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder, "XDG_CACHE_HOME": folder}
        environ = {**os.environ, **caches, "PYTHONPATH": str(Path(__file__).parents[1])}
        whole, small = Path(folder, "whole"), Path(folder, "small")
        write_repository(whole, given.nodes, given.brokers)
        write_repository(small, given.brokers + (given.nodes - given.brokers) // 10, given.brokers)
        on_one_processor()
        rounds = measured(whole, given.runs, environ)
        ((_, less),) = measured(small, 1, environ)
    ratio = statistics.median(lint.cpu / floor.cpu for floor, lint in rounds)
    peak = max(lint.peak for _, lint in rounds)
    verdict = "ok" if ratio <= LIMIT and peak <= PEAK_MIB else "MISSED"
    print(f"{given.nodes:,} node objects, {given.brokers:,} brokers; median of {given.runs}")
    print(f"reading and parsing: {statistics.median(floor.cpu for floor, _ in rounds):.2f} s CPU")
    print(
        f"driftcheck lint:     {statistics.median(lint.cpu for _, lint in rounds):.2f} s CPU, {peak:.0f} MiB"
    )
    print(f"with a tenth of the nodes that are no brokers: {less.peak:.0f} MiB")
    print(f"{ratio:5.2f}×  (limit {LIMIT:g}×, wanted {WANTED:g}×; {PEAK_MIB} MiB)  {verdict}")
    return 0 if verdict == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
