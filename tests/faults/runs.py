"""`driftcheck live` as somebody runs it: how it ended, when, what it said, and how much memory it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from tests.cli.commands import process_environment

OPERATION_SECONDS = 2.0
DEADLINE_SECONDS = 5.0
GRACE_SECONDS = 8.0
"""To start Python, to judge and to print, on a machine that is busy."""

HUNG_SECONDS = 60.0
MEMORY_MIB = 150.0
"""A run without faults takes half of it."""

AT_ONCE = 4
"""Runs side by side: most of them wait."""

MEASURED = """
import os, sys
process = os.posix_spawn(sys.executable, [sys.executable, "-m", "driftcheck", *sys.argv[2:]], os.environ)
_, status, used = os.wait4(process, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""
"""What a process forked from this one uses would count what this one uses, so that a small one is between."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended. `seconds` from its start to its end; `mebibytes` in memory at most."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    mebibytes: float

    @property
    def text(self) -> str:
        """The report without its line breaks."""
        return " ".join(self.stdout.split())

    @property
    def not_checked(self) -> str:
        """What the report says could not be checked, without line breaks."""
        return self.text.partition("Not checked:")[2]


def live(zk: str, *options: str, folder: Path | None = None) -> Run:
    """Runs `driftcheck live --zk ZK` with these options, in an empty folder if none is given."""
    bounds = ("--timeout", f"{OPERATION_SECONDS}", "--deadline", f"{DEADLINE_SECONDS}")
    with TemporaryDirectory(prefix="driftcheck-faults-") as own:
        peak = Path(own) / "peak"
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", MEASURED, str(peak), "live", "--zk", zk, *bounds, *options],
            cwd=folder or own,
            env=process_environment({"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=HUNG_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            stderr += f"\nit hung for {HUNG_SECONDS} s"
        seconds = time.monotonic() - began
        mebibytes = int(peak.read_text()) / 1024 if peak.exists() else float("inf")
        return Run(process.returncode, stdout, stderr, seconds, mebibytes)


def all_of(cases: Mapping[str, Callable[[], T]], *, at_once: int = AT_ONCE) -> Mapping[str, T]:
    """What comes of each case, a few of them side by side."""
    with ThreadPoolExecutor(at_once) as pool:
        begun = {name: pool.submit(run) for name, run in cases.items()}
        return {name: each.result() for name, each in begun.items()}


def check_bounds(run: Run) -> None:
    """Whatever the world does: no traceback, in time, in bounds, and nothing on stderr."""
    assert "Traceback" not in run.stdout + run.stderr
    assert run.stderr == ""
    assert run.seconds < DEADLINE_SECONDS + GRACE_SECONDS
    assert run.mebibytes < MEMORY_MIB


def check_fault(run: Run, said: str, *, finding: str = "") -> None:
    """It is open, 3, for the reason `said` under `Not checked`; or 1 with this `finding` (a rule's id)."""
    check_bounds(run)
    assert said in run.not_checked, run.stdout
    assert run.code == (1 if finding else 3), run.stdout
    assert not finding or f"error {finding} " in run.text, run.stdout


def check_healthy(run: Run) -> None:
    """Nothing is wrong, and no source left anything open."""
    check_bounds(run)
    assert run.code == 0, run.stdout
    assert "0 errors, 0 warnings" in run.text
    assert "(fault)" not in run.stdout


def wanted(request: pytest.FixtureRequest, parameter: str = "what") -> list[str]:
    """The cases of the asking module that this run of the tests selected."""
    items = [item for item in request.session.items if item.path == request.path]
    found = (getattr(item, "callspec", None) for item in items)
    return [spec.params[parameter] for spec in found if spec is not None and parameter in spec.params]
