"""A run never raises, whatever its repository holds; what is not known makes nothing wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftcheck.chef.node_run.run import NodeRun
from driftcheck.chef.node_run.subject import RunSubject, subject_of
from driftcheck.chef.repository.repository import ChefRepository
from driftcheck.sources.files.memory import MemoryTree
from tests.conformance.chef import agrees
from tests.tiers import examples

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "conformance/data/chef_repos.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
PIECES = ["nil", "[]", "{", "end", '"', "#{", "0", "\x00", "é", "node['x']", " do |x| ", "return", "\n"]


def node_of(files: dict[str, str], name: str, *, local_mode: bool) -> tuple[ChefRepository, RunSubject]:
    repository = ChefRepository(MemoryTree(files), local_mode=local_mode)
    path = repository.layout.nodes[name]
    return repository, subject_of(name, path, repository.json(path))


@examples(40)
@given(data=st.data())
def test_no_repository_makes_it_raise(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    files = dict(case["files"])
    own = f"nodes/{case['node']}.json"
    for path in data.draw(st.lists(st.sampled_from(sorted(files.keys() - {own})), max_size=3, unique=True)):
        text = files[path]
        start = data.draw(st.integers(0, len(text)))
        stop = data.draw(st.integers(start, min(len(text), start + 20)))
        files[path] = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[stop:]
    repository, subject = node_of(files, case["node"], local_mode=data.draw(st.booleans()))
    run = NodeRun(repository, subject).run()
    json.dumps(run.merged().known)
    assert all(file.path for file in run.files)


@examples(40)
@given(data=st.data())
def test_what_is_known_on_an_unknown_machine_is_chefs(data: st.DataObject) -> None:
    case: dict[str, Any] = data.draw(st.sampled_from([case for case in CASES if case["error"] is None]))
    repository, subject = node_of(case["files"], case["node"], local_mode=True)
    machine = subject.machine() or {}
    unseen = tuple(data.draw(st.sets(st.sampled_from(sorted(machine)), min_size=1)))
    left = {key: value for key, value in machine.items() if key not in unseen}
    run = NodeRun(repository, replace(subject, automatic=left, unseen=unseen)).run()
    assert run.stop is None
    merged = run.merged()
    blanks = {leaf.path: leaf.whole for leaf in merged.unknown}
    assert agrees(merged.known, case["merged"], (), blanks)
    for file in run.files:
        if file.is_path_known and not file.maybe:
            lines = iter(case["rendered"][file.path].split("\n"))
            sure = [line.text for line in file.lines if line.text is not None and not line.maybe]
            assert all(any(text == line for line in lines) for text in sure)
