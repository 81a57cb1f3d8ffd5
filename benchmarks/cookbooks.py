"""What evaluating cookbooks costs, against parsing what is evaluated.

    python -m benchmarks.cookbooks [--cookbooks FOLDER] [--nodes N] [--runs N]

Four measures, the first three against a floor of the same rounds; CPU seconds, medians:

- the attribute files of all cookbooks, each cookbook on a node of its own, against parsing the files with
  tree-sitter and visiting every node of their trees once;
- the attribute files of a further node of a repository, against parsing its node object and merging its four
  levels in plain Python. What the files come to is not merged and printed: the line below has that too;
- real Ruby (where `ruby` is installed) reading the same attribute files with a `default[...]` of a few lines,
  beside evaluating them, as whole processes. There is no limit: Ruby executes what is only evaluated here;
- `driftcheck lint` of that repository, without a cache: 100 cookbooks, 20 in each run list, 1,000 nodes with
  objects of 50 KB, a tenth of them brokers; and once more with all of them brokers, each with its own names
  and addresses in its file. The limits are a time and a peak (of all its processes together), for two cores.

Without `--cookbooks` the cookbooks are generated in the image of public ones (cookbook_set.py says how). With
it the first and the third measure take all folders below it that hold `attributes/*.rb`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cookbook_set import COOKBOOKS, cookbook_files, write_repository
from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.node_run.subject import subject_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.chef.ruby import syntax
from driftcheck.chef.ruby.evaluation import AttributeEvaluation, AttributeFile, expanded, node_state
from driftcheck.formats.json_text import parse_json
from driftcheck.sources.files.folder import FolderTree

RATIO = 4.0
LINT_SECONDS = 10.0
PEAK_MIB = 200
SAMPLE_SECONDS = 0.05
FIRST_NODES = 100
"""Nodes of the repository that are evaluated before a further one is measured."""
MACHINE = Path(__file__).parents[1] / "tests/conformance/data/chef_automatic_ubuntu.json"

RUBY = """
class Level < Hash
  def initialize; super { |hash, key| hash[key] = Level.new }; end
end
class Node
  %w(default normal override force_default force_override).each { |name| define_method(name) { @levels } }
  %w(default_unless normal_unless override_unless set).each { |name| define_method(name) { @levels } }
  def initialize(machine); @levels = Level.new; @machine = machine; end
  def node; self; end
  def [](key); @machine.fetch(key.to_s) { @levels[key.to_s] }; end
  def chef_environment; 'prod'; end
  def method_missing(*) ; nil; end
  def respond_to_missing?(*) ; true; end
end
require 'json'
machine = JSON.parse(File.read(ARGV.shift))
read = failed = 0
STDIN.each_line(chomp: true) do |folder|
  node = Node.new(machine)
  Dir["#{folder}/attributes/*.rb"].sort.each do |file|
    begin
      node.instance_eval(File.read(file), file)
      read += 1
    rescue StandardError, ScriptError
      failed += 1
    end
  end
end
"""
OURS = """
import sys
from benchmarks.cookbooks import evaluate, read_cookbooks
for files in read_cookbooks(sys.stdin.read().splitlines()):
    evaluate(files)
"""

Files = Sequence[AttributeFile]


def read_cookbooks(folders: Sequence[str]) -> list[Files]:
    """The attribute files of each folder, `default` first."""
    made: list[Files] = []
    for folder in folders:
        paths = sorted(
            Path(folder, "attributes").glob("*.rb"), key=lambda path: (path.stem != "default", path)
        )
        name = Path(folder).name
        made.append(
            [
                AttributeFile(
                    cookbook=name, name=path.stem, text=path.read_bytes(), path=f"{name}/{path.name}"
                )
                for path in paths
            ]
        )
    return made


def machine() -> dict[str, Any]:
    """The automatic attributes of a machine."""
    found: dict[str, Any] = json.loads(MACHINE.read_text())
    return found


def evaluate(files: Files) -> AttributeEvaluation:
    """A cookbook's files on a node of its own."""
    name = files[0].cookbook
    automatic = expanded(machine_once(), name="n", environment="prod", recipes=[(name, "default")])
    evaluation = AttributeEvaluation(node_state({"automatic": automatic}, name="n", environment="prod"))
    evaluation.run(files)
    return evaluation


_MACHINE: dict[str, Any] = {}


def machine_once() -> dict[str, Any]:
    """The machine, read once."""
    if not _MACHINE:
        _MACHINE.update(machine())
    return _MACHINE


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds of some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def rounds(runs: int, floor: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float]:
    """Medians of both, one after the other, after a round that is not counted."""
    taken: list[tuple[float, float]] = []
    for number in range(runs + 1):
        pair = seconds(floor), seconds(ours)
        taken += [pair] if number else []
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def attribute_files(cookbooks: Sequence[Files], runs: int) -> tuple[float, float]:
    """Parsing and visiting all attribute files, and evaluating them from their texts."""

    def floor() -> None:
        for files in cookbooks:
            for file in files:
                stack = [syntax.parse(file.text)]
                while stack:
                    stack.extend(stack.pop().children)

    def ours() -> None:
        syntax.compiled.cache_clear()
        for files in cookbooks:
            evaluate(files)

    return rounds(runs, floor, ours)


def further_nodes(root: Path, nodes: int, runs: int) -> tuple[float, float, float]:
    """Parsing node objects and merging their levels; evaluating their attribute files; merging that too."""
    repository = ChefRepository(FolderTree(root))

    def document(number: int) -> Any:
        return parse_json((root / f"nodes/node{number:04}.json").read_bytes())

    def merge(into: dict[str, Any], level: Mapping[str, Any]) -> dict[str, Any]:
        for key, value in level.items():
            if isinstance(value, dict):
                known = into.get(key)
                into[key] = merge(known if isinstance(known, dict) else {}, value)
            else:
                into[key] = value
        return into

    def floor(number: int) -> None:
        saved = document(number)
        merged: dict[str, Any] = {}
        for level in ("default", "normal", "override", "automatic"):
            merge(merged, saved[level])

    def run(number: int) -> NodeRun:
        path = f"nodes/node{number:04}.json"
        subject = subject_of(f"node{number:04}", path, document(number))
        return NodeRun(repository, subject).run(Phase.ATTRIBUTES)

    taken = []
    for number in range(min(nodes, FIRST_NODES + 20 * runs)):
        works = (partial(floor, number), partial(run, number), lambda n=number: run(n).merged())
        costs = [seconds(work) for work in works]
        taken += [costs] if number >= FIRST_NODES else []
    below, ours, whole = (statistics.median(column) for column in zip(*taken, strict=True))
    return below, ours, whole


def against_ruby(folders: Sequence[str], runs: int) -> tuple[float, float] | None:
    """Ruby's process and ours reading the attribute files; None without Ruby."""
    if shutil.which("ruby") is None:
        return None
    names = "\n".join(folders).encode()
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

    def process(*arguments: str) -> Callable[[], object]:
        def run() -> object:
            return subprocess.run(arguments, input=names, env=environ, check=True, capture_output=True)

        return run

    def whole(work: Callable[[], object]) -> float:
        before = os.times()
        work()
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    ruby = process("ruby", "-W0", "-e", RUBY, str(MACHINE))
    ours = process(sys.executable, "-c", OURS)
    taken = [(whole(ruby), whole(ours)) for _ in range(runs + 1)][1:]
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def report(what: str, floor: float, ours: float, limit: float | None) -> bool:
    """Prints a measure; whether it keeps its limit."""
    kept = limit is None or ours <= limit * floor
    verdict = "" if limit is None else f"  (limit {limit:g}×)  {'ok' if kept else 'MISSED'}"
    print(f"{ours / floor:5.2f}×  {what}: {floor * 1000:.1f} ms, {ours * 1000:.1f} ms{verdict}")
    return kept


def lint(what: str, root: Path) -> bool:
    """The lint of a repository, without a cache: its time and its peak."""
    with tempfile.TemporaryDirectory() as caches:
        environ = {**os.environ, "XDG_CACHE_HOME": caches, "PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-m", "driftcheck", "lint", "-f", "json", "."]
        before, begin = os.times(), time.monotonic()
        process = subprocess.Popen(command, cwd=root, env=environ, stdout=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(SAMPLE_SECONDS)
        wall, after = time.monotonic() - begin, os.times()
    if process.returncode not in (0, 1, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    cpu = sum(after[2:4]) - sum(before[2:4])
    kept = wall <= LINT_SECONDS and peak <= PEAK_MIB
    print(
        f"lint, {what}: {wall:.1f} s, {cpu:.1f} s CPU, {peak:.0f} MiB  "
        f"(limit {LINT_SECONDS:g} s, {PEAK_MIB} MiB)  {'ok' if kept else 'MISSED'}"
    )
    return kept


def memory(pid: int) -> float:
    """MiB of a process and those that it has begun; what they share counts once. Of Linux."""
    found = 0
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    for each in (str(pid), *children):
        with suppress(OSError):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return found / 1024


def _folders(given: Path | None, root: Path) -> list[str]:
    if given is not None:
        return sorted({str(path.parent.parent) for path in given.glob("**/attributes/*.rb")})
    for number in range(COOKBOOKS):
        for name, text in cookbook_files(f"book_{number}", []).items():
            path = root / f"book_{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return sorted(str(path) for path in root.iterdir())


def main() -> int:
    parser = argparse.ArgumentParser(description="Evaluating cookbooks against parsing what is evaluated.")
    parser.add_argument("--cookbooks", type=Path, help="a folder of cookbooks; generated ones if not given")
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    gc.set_threshold(500_000, 50, 50)  # as driftcheck's own process has it
    with tempfile.TemporaryDirectory() as folder:
        books, root = Path(folder, "books"), Path(folder, "repository")
        folders = _folders(given.cookbooks, books)
        cookbooks = read_cookbooks(folders)
        write_repository(root, given.nodes, machine_once())
        brokers = Path(folder, "brokers")
        write_repository(brokers, given.nodes, machine_once(), roles=1)
        size = sum(len(file.text) for files in cookbooks for file in files)
        kind = "given" if given.cookbooks is not None else "generated"
        print(f"{len(folders):,} {kind} cookbooks with {size / 1000:,.0f} KB of attribute files; medians")
        kept = [
            report("parsing, evaluating all attribute files", *attribute_files(cookbooks, given.runs), RATIO)
        ]
        floor, ours, whole = further_nodes(root, given.nodes, given.runs)
        kept.append(
            report("parsing and merging a node object, the attributes of a further node", floor, ours, RATIO)
        )
        report("the same with the attributes merged and made JSON", floor, whole, None)
        ruby = against_ruby(folders, given.runs)
        if ruby is None:
            print("ruby is not installed: nothing to compare with")
        else:
            report("Ruby reading the attribute files, evaluating them, as processes", *ruby, None)
        kept.append(lint("a tenth of the nodes are brokers", root))
        kept.append(lint("all nodes are brokers", brokers))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
