"""Nothing in the repository depends on one machine or one registry."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.census.sources import ROOT

PLACES = {
    "a folder of a developer": r"(?<![\w.~-])/(?:home|root|Users|work)/",
    "a package registry": (
        r"pypi\.org|files\.pythonhosted|repo1?\.maven\.(?:org|apache)|repo\.maven|registry\.npmjs|rubygems\.org"
        r"|proxy\.golang|crates\.io"
    ),
}
ALLOWED = {
    "tests/sources/cache/test_files.py": "a made-up HOME, as an example of one",
    "tests/conformance/data/chef_automatic_centos.json": "a made-up machine's users",
    "tests/conformance/data/chef_automatic_ubuntu.json": "a made-up machine's users",
    "tests/conformance/data/chef_erb_cases.jsonl": "cases on these machines",
    "tests/conformance/data/chef_programs.jsonl": "cases on these machines",
    "tests/conformance/data/chef_repos.jsonl": "cases on such machines",
}


@cache
def texts() -> dict[str, str]:
    """The project's files that are text, by path."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout: nothing tells the project's files from others")
    paths = [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]
    return {path: (ROOT / path).read_text(encoding="utf-8", errors="replace") for path in paths}


@pytest.mark.parametrize("what", PLACES)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(PLACES[what])
    found = {path for path, text in texts().items() if pattern.search(text)}
    assert found - ALLOWED.keys() == set()


def test_no_exception_is_left_over() -> None:
    every = re.compile("|".join(PLACES.values()))
    assert {path for path in ALLOWED if not every.search(texts().get(path, ""))} == set()


def test_no_file_is_a_leftover() -> None:
    assert [path for path in texts() if Path(path).suffix in {".orig", ".rej", ".pyc", ".log", ".tmp"}] == []
