"""Runs for tests: a repository of a few files, and what one node's run comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from driftcheck.chef.node_run.run import NodeRun, Phase
from driftcheck.chef.node_run.subject import RunSubject, subject_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.sources.files.memory import MemoryTree

MACHINE = {
    "fqdn": "n1.example.com",
    "hostname": "n1",
    "ipaddress": "10.0.0.1",
    "platform": "ubuntu",
    "platform_family": "debian",
    "platform_version": "18.04",
}


def node_object(name: str, *run_list: str, **more: Any) -> str:
    """A saved node on the machine above."""
    return json.dumps({"name": name, "run_list": list(run_list), "automatic": MACHINE, **more})


def run_of(
    files: Mapping[str, str],
    *run_list: str,
    until: Phase = Phase.CONVERGE,
    local_mode: bool = False,
    automatic: Mapping[str, Any] | None = MACHINE,
    chef_version: int = 18,
) -> NodeRun:
    """The run of a node `n1` on these files; paths without a folder's name are those of a cookbook `a`."""
    texts = {
        path if "/" in path and path.partition("/")[0] in TOP else f"cookbooks/a/{path}": text
        for path, text in files.items()
    }
    repository = ChefRepository(MemoryTree(texts), local_mode=local_mode)
    path = repository.layout.nodes.get("n1")
    if path is not None:
        subject = subject_of("n1", path, repository.json(path))
    else:
        subject = RunSubject(name="n1", run_list=run_list or ("recipe[a]",), normal={}, automatic=automatic)
    return NodeRun(repository, subject, chef_version=chef_version).run(until)


TOP = {"cookbooks", "roles", "environments", "nodes", "data_bags"}


def attributes(run: NodeRun) -> Any:
    """What is known of the merged attributes; None where Chef would stop."""
    return run.merged().known


def unknown(run: NodeRun) -> dict[tuple[str | int, ...], str]:
    """The reasons of what is not known, by path."""
    return {leaf.path: leaf.unknown.reason for leaf in run.merged().unknown}


def texts(run: NodeRun) -> dict[str, str | None]:
    """The files by path, None for one that is not known as a whole."""
    return {file.path: file.text() for file in run.files}


def stop(run: NodeRun) -> tuple[str, str | None, int | None] | None:
    """Where Chef would stop: class, file, line."""
    if run.stop is None:
        return None
    place = run.stop.place
    return run.stop.class_name, place and place.file, place and place.line
