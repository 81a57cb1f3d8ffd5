"""Chef's own answers: merges of levels, programs of attribute files, templates and whole repositories."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.chef import ANSWERS, DATA, main, read_cases, same, verdict

FILES = {
    "merge": "chef_merge_cases.jsonl",
    "programs": "chef_programs.jsonl",
    "erb": "chef_erb_cases.jsonl",
    "repos": "chef_repos.jsonl",
}


@pytest.mark.parametrize(("kind", "every"), [("merge", 20), ("programs", 20), ("erb", 20), ("repos", 10)])
def test_none_of_a_sample_is_wrong(kind: str, every: int) -> None:
    cases = read_cases(DATA / FILES[kind])[::every]
    found = Counter(verdict(case, ANSWERS[kind](case)) for case in cases)
    assert not {"wrong", "error_false", "error_wrong"} & found.keys()
    assert found["equal"] + found["error_equal"] >= 0.9 * len(cases)


@pytest.mark.slow
def test_every_merge_is_chefs() -> None:
    cases = read_cases(DATA / "chef_merge_cases.jsonl")
    assert len(cases) == 1000
    assert [i for i, case in enumerate(cases) if verdict(case, ANSWERS["merge"](case)) != "equal"] == []


@pytest.mark.slow
def test_programs_are_chefs_or_unknown() -> None:
    cases = read_cases(DATA / "chef_programs.jsonl")
    found = Counter(verdict(case, ANSWERS["programs"](case)) for case in cases)
    raising = sum(case["error"] is not None for case in cases)
    assert not {"wrong", "error_false", "error_wrong"} & found.keys()
    assert found["equal"] >= 0.97 * (len(cases) - raising)
    assert found["error_equal"] >= 0.9 * raising


@pytest.mark.slow
def test_templates_are_chefs_or_unknown() -> None:
    cases = read_cases(DATA / "chef_erb_cases.jsonl")
    assert len(cases) == 500
    found = Counter(verdict(case, ANSWERS["erb"](case)) for case in cases)
    raising = sum(case["error"] is not None for case in cases)
    assert not {"wrong", "error_false", "error_wrong"} & found.keys()
    assert found["equal"] >= 0.97 * (len(cases) - raising)
    assert found["error_equal"] >= 0.9 * raising


@pytest.mark.slow
def test_repositories_are_chefs_or_unknown() -> None:
    cases = read_cases(DATA / "chef_repos.jsonl")
    found = Counter(verdict(case, ANSWERS["repos"](case)) for case in cases)
    raising = sum(case["error"] is not None for case in cases)
    assert not {"wrong", "error_false", "error_wrong"} & found.keys()
    assert found["equal"] >= 0.97 * (len(cases) - raising)
    assert found["error_equal"] >= 0.9 * raising


def test_answers_do_not_read_the_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (case, *_) = read_cases(DATA / "chef_programs.jsonl")
    bare = tmp_path / "bare.jsonl"
    bare.write_text(json.dumps({key: case[key] for key in ("automatic", "normal", "files")}))
    assert main(["programs", str(bare), "--answers"]) == 0
    assert same(json.loads(capsys.readouterr().out)["merged"], case["merged"])


def test_a_wrong_case_is_shown_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (case, *_) = read_cases(DATA / "chef_merge_cases.jsonl")
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(json.dumps(case | {"merged": {"other": 1}}))
    assert main(["merge", str(wrong)]) == 1
    assert "wrong: [0]" in capsys.readouterr().out
