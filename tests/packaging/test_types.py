"""A program that uses the public interface is type-checked against what is installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.documentation.blocks import Block, blocks
from tests.packaging.installation import Installation, process

pytestmark = pytest.mark.packaging

CONSUMER = """\
from pathlib import Path

import driftcheck
from driftcheck import Finding, Inventory, Report, Rule, Snapshot


def worst(report: Report) -> Finding | None:
    return max(report.findings, key=lambda finding: finding.level.rank, default=None)


def names(inventory: Inventory) -> list[str]:
    return [broker.name for cluster in inventory.clusters for broker in cluster.brokers]


def nodes(snapshot: Snapshot) -> int:
    return len(snapshot.nodes)


def title(rule: Rule) -> str:
    return f"{rule.id} {rule.name}"


reports: list[Report] = [
    driftcheck.lint([Path("repository")], resolvers=["10.0.0.2"], deadline=30.0),
    driftcheck.live("zk1:2181/kafka", brokers=["kafka01"], save="night.json", timeout=1.0),
    driftcheck.check("night.json", cluster="prod"),
]
codes: list[int] = [report.exit_code(strict=True) for report in reports]
"""
MISTAKES = """\
import driftcheck

driftcheck.lint(5)
driftcheck.check("night.json", broker="kafka01")
driftcheck.lint(["x"]).finding
"""


def checked(program: Path, installed: Installation) -> subprocess.CompletedProcess[str]:
    """mypy's verdict, strict, with the installed package in sight and nothing of the checkout."""
    options = ["--strict", "--config-file=", "--python-executable", installed.python, "--no-incremental"]
    command: Sequence[str] = [sys.executable, "-P", "-m", "mypy", *options, str(program)]
    return process(command, cwd=installed.folder)


def test_right_uses_pass(installed: Installation, tmp_path: Path) -> None:
    program = tmp_path / "consumer.py"
    program.write_text(CONSUMER, encoding="utf-8")
    done = checked(program, installed)
    assert done.returncode == 0, done.stdout + done.stderr


def test_wrong_uses_do_not(installed: Installation, tmp_path: Path) -> None:
    program = tmp_path / "mistakes.py"
    program.write_text(MISTAKES, encoding="utf-8")
    done = checked(program, installed)
    found = [line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines() if ": error:" in line]
    assert found == ["arg-type", "call-arg", "attr-defined"], done.stdout + done.stderr


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_the_documents_examples_pass(block: Block, installed: Installation, tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(block.text, encoding="utf-8")
    done = checked(program, installed)
    assert done.returncode == 0, done.stdout + done.stderr
