"""Every Python example in the documents runs, and prints what it says.

Its types are checked where the installed package is: tests/packaging.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import process_environment
from tests.documentation.blocks import ROOT, Block, blocks

PRINTS = "# → "
EXAMPLES = blocks("python")


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_a_python_example_runs_beside_the_example_repositories(block: Block, tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "fixtures/chef", folder)
    (folder / "example.py").write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=folder,
        env=process_environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines() == promised(block)


def promised(block: Block) -> list[str]:
    """What the example says that it prints."""
    lines = (line.strip() for line in block.text.splitlines())
    return [line.removeprefix(PRINTS) for line in lines if line.startswith(PRINTS)]


def test_there_is_an_example_of_the_public_interface() -> None:
    assert "docs/api.md" in {block.document for block in EXAMPLES}
