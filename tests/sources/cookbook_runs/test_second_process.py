"""A second process evaluates half of the nodes: what comes out is the same, whatever becomes of it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from driftcheck.model.configuration import Configuration
from driftcheck.model.snapshot import Snapshot
from driftcheck.sources import cookbooks
from driftcheck.sources.cookbook_runs import evaluating
from driftcheck.sources.cookbook_runs.second_process import SecondProcess, has_second_processor
from driftcheck.sources.files.memory import MemoryTree
from driftcheck.sources.interface import Deadline, Request
from tests.sources.cookbook_runs.repository import files

NODES = 30
PARENT = os.getpid()


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few nodes are many here, and there is a processor for them."""
    monkeypatch.setattr(cookbooks, "FIRST_NODES", 3)
    monkeypatch.setattr(cookbooks, "MANY_NODES", 5)
    monkeypatch.setattr(cookbooks, "has_second_processor", lambda: True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def repository() -> dict[str, str]:
    """Brokers that differ in name; the last ones ask for something that nobody knows."""
    made = files(
        "broker.id=<%= node['hostname'][/\\d+/] %>\nhost.name=<%= node['fqdn'] %>\n"
        "log.dirs=<%= node['dirs'] %>\n",
        "default['dirs'] = ::File.exist?('/x') ? '/a' : '/b' if node['hostname'][/\\d+/].to_i > 20\n",
    )
    (path,) = [path for path in made if path.startswith("nodes/")]
    node = json.loads(made.pop(path))
    for number in range(NODES):
        automatic = {"hostname": f"kafka{number}", "fqdn": f"kafka{number}.example.com"}
        made[f"nodes/kafka{number:02}.json"] = json.dumps(
            {**node, "name": f"kafka{number:02}", "automatic": {**node.get("automatic", {}), **automatic}}
        )
    return made


def collected(seconds: float = 60) -> Snapshot:
    request = Request(configuration=Configuration(), trees=(MemoryTree(repository()),))
    return cookbooks.SOURCE.collect(request, Deadline.after(seconds, per_operation=5))


def told(snapshot: Snapshot) -> Any:
    return snapshot.runs, snapshot.gaps


def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """What one process finds, without what was remembered."""
    with monkeypatch.context() as patch:
        patch.setattr(cookbooks, "has_second_processor", lambda: False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "alone"))
        return told(collected())


def test_what_two_processes_find_is_what_one_finds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    evaluated: list[str] = []
    run = evaluating.Repository.run

    def noted(self: evaluating.Repository, path: str, content: bytes) -> Any:
        evaluated.append(path)
        return run(self, path, content)

    monkeypatch.setattr(evaluating.Repository, "run", noted)
    found = told(collected())
    assert len(evaluated) < 2 * NODES // 3
    assert len(found[0]) == NODES
    assert found[1]
    assert found == alone(monkeypatch, tmp_path)
    evaluated.clear()
    assert told(collected()) == found  # what the second process found is remembered, too
    assert evaluated == []


@pytest.mark.parametrize("fault", ["it is killed", "it breaks", "it cannot be understood"])
def test_where_it_fails_its_nodes_are_evaluated_here(
    fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = alone(monkeypatch, tmp_path)
    run = evaluating.Repository.run

    def failing(self: evaluating.Repository, path: str, content: bytes) -> Any:
        if os.getpid() != PARENT:
            if fault == "it breaks":
                raise SystemExit(3)
            if fault == "it is killed":
                os.kill(os.getpid(), 9)
            os.closerange(3, 64)
        return run(self, path, content)

    monkeypatch.setattr(evaluating.Repository, "run", failing)
    assert told(collected()) == expected


def test_a_fault_of_ours_in_it_hides_one_node(monkeypatch: pytest.MonkeyPatch) -> None:
    run = evaluating.Repository.run

    def broken(self: evaluating.Repository, path: str, content: bytes) -> Any:
        if path == "nodes/kafka04.json":
            raise KeyError(path)
        return run(self, path, content)

    monkeypatch.setattr(evaluating.Repository, "run", broken)
    found = collected()
    (gap,) = [each for each in found.gaps if "broke" in each.reason]
    assert gap.location is not None
    assert gap.location.name == "nodes/kafka04.json"
    assert len(found.runs) == NODES - 1


def test_it_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    run = evaluating.Repository.run

    def slow(self: evaluating.Repository, path: str, content: bytes) -> Any:
        time.sleep(0.1)
        return run(self, path, content)

    monkeypatch.setattr(evaluating.Repository, "run", slow)
    begin = time.monotonic()
    found = collected(seconds=2)
    assert time.monotonic() - begin < 10
    (gap,) = [each for each in found.gaps if "too long" in each.reason]
    assert gap.hides.endswith(f"{NODES - len(found.runs)} nodes")


def test_it_does_not_outlive_who_waits_for_it() -> None:
    def work(path: str) -> int:
        time.sleep(30)
        return 1

    with SecondProcess(["a", "b"], work, dict) as second:
        pid = second._pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_threads_that_might_be_in_the_way_forbid_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="zookeeper")
    thread.start()
    assert not has_second_processor()
    end.set()
    thread.join()
    assert has_second_processor()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    assert not has_second_processor()
