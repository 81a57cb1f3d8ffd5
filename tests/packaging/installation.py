"""A clean export of the working tree, what is built of it, and environments that it is put into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.services.requirements import required

ROOT = Path(__file__).parents[2]
SECONDS = 600


@cache
def project_files() -> tuple[str, ...]:
    """The files of the working tree, as a commit of all of it would have them."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout: nothing tells the project's files from others")
    return tuple(sorted(path for path in set(done.stdout.split("\0")) if (ROOT / path).is_file()))


def export_to(folder: Path) -> Path:
    """Copies the project's files, and nothing else."""
    for path in project_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    return folder


def build(kind: str, source: Path, folder: Path) -> Path:
    """The `wheel` or `sdist` of a source folder, built with what is installed here."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder)]
    run([*command, str(source)], cwd=folder)
    (built,) = folder.iterdir()
    return built


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment that holds driftcheck and what it depends on, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def python(self) -> str:
        return str(self.environment / "bin/python")

    def driftcheck(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The installed command, with nothing of the checkout in reach."""
        return process([str(self.environment / "bin/driftcheck"), *arguments], cwd=self.folder)

    def evaluated(self, code: str) -> str:
        """What a Python program prints there."""
        return run([self.python, "-c", code], cwd=self.folder)


def install(folder: Path, *what: str) -> Installation:
    """An empty environment in `folder` after `pip install` of this; dependencies come from pip's index."""
    environment, elsewhere = folder / "environment", folder / "elsewhere"
    elsewhere.mkdir()
    run([sys.executable, "-m", "venv", str(environment)], cwd=folder)
    pip = [str(environment / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input", *what]
    done = process(pip, cwd=folder)
    if done.returncode:
        reason = f"pip reaches no index of packages: {done.stderr.strip()[-500:]}"
        pytest.fail(reason) if required("packages") else pytest.skip(reason)
    return Installation(environment, elsewhere)


def run(command: Sequence[str], *, cwd: Path) -> str:
    """What a command prints; AssertionError with all of it if it fails."""
    done = process(command, cwd=cwd)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def process(command: Sequence[str], *, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A process without variables that would lead it back to the checkout."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("DRIFTCHECK", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, check=False, timeout=SECONDS
    )
