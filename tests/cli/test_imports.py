"""What a command does without, so that it starts quickly: see `benchmarks/startup.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import process_environment

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ["XDG_CACHE_HOME"])

SLOW = {"asyncio", "concurrent", "hypothesis", "jinja2", "kazoo", "dns", "yaml", "ssl", "http", "subprocess"}
"""No command that asks no server needs these; jinja2 and yaml, once their texts are known."""

NOT_FOR_HELP = {"hashlib", "decimal", "pathlib", "ipaddress", "driftcheck.app", "driftcheck.sources"}
"""What only a run needs."""

EVALUATOR = {"tree_sitter", "tree_sitter_ruby", "driftcheck.chef.ruby", "driftcheck.chef.erb"}
"""What evaluates Chef's Ruby; only commands that ask for it need it."""

LINT = (
    SLOW
    | EVALUATOR
    | {"selectors", "_socket", "random", "tempfile", "decimal", "unittest", "logging", "pathlib"}
)

COMMAND = """
import contextlib, io, os, sys
from driftcheck.cli.main import main
try:
    with contextlib.redirect_stdout(io.StringIO()):
        main()
except SystemExit as ended:
    print(ended.code, *sys.modules)
"""


def imported(*arguments: str) -> tuple[int, set[str]]:
    """How a command ends, and every module that is imported by then."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=ROOT,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    code, *modules = done.stdout.split()
    return int(code), set(modules)


def test_the_watch_sees_what_is_imported() -> None:
    code, modules = imported("lint", "fixtures/chef/kafkapocalypse")
    assert code == 1
    assert {"driftcheck.app.run", "driftcheck.formats.zone", "json"} <= modules


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["lint", "--help"], ["render", "--help"]])
def test_help_imports_nothing_slow(arguments: list[str]) -> None:
    code, modules = imported(*arguments)
    assert code == 0
    assert not modules & (SLOW | EVALUATOR | NOT_FOR_HELP)


def test_a_lint_imports_no_parser_of_known_texts_and_nothing_of_the_network() -> None:
    imported("lint", "fixtures/chef/kafkapocalypse")
    code, modules = imported("lint", "fixtures/chef/kafkapocalypse")
    assert code == 1
    assert not modules & LINT


def test_a_nodes_run_is_what_imports_the_evaluator() -> None:
    code, modules = imported("attributes", "kafka01", "kafka", "--repo", "fixtures/chef/kafkapocalypse")
    assert code == 0
    assert modules >= EVALUATOR - {"driftcheck.chef.erb"}


def test_the_use_cases_are_there_without_the_evaluator() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, driftcheck.app.run; print(*sys.modules)"],
        cwd=ROOT,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not set(done.stdout.split()) & EVALUATOR


def test_the_cache_is_that_of_the_tests() -> None:
    imported("lint", "fixtures/chef/kafkapocalypse")
    kept = {path.name.partition("-")[0] for path in (CACHE / "driftcheck").iterdir()}
    assert {"rules", "configuration", "expressions"} <= kept
    assert CACHE.name.startswith("driftcheck-tests-")
