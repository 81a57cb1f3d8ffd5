"""A missing server is a skip that says how to get it, or a failure where the run insists on it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services.requirements import HOW_TO_GET, unavailable


@pytest.mark.parametrize("service", HOW_TO_GET)
def test_a_missing_server_is_a_skip_that_says_how_to_get_it(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIFTCHECK_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{service} cannot be started: no such thing .*apt-get"):
        unavailable(service, "no such thing")


def test_a_missing_server_that_the_run_insists_on_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTCHECK_REQUIRE", "dns, kafka")
    with pytest.raises(pytest.fail.Exception, match="kafka cannot be started"):
        unavailable("kafka", "no such thing")
    with pytest.raises(pytest.skip.Exception):
        unavailable("zookeeper", "no such thing")


_PARENT = """
import sys, time
from pathlib import Path
from tests.services.process import start
child = start(["sleep", "60"], output=Path(sys.argv[1]) / "out", folder=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_server_dies_with_the_test_run(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", _PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        _wait_for_promise(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    give_up = time.monotonic() + 5
    while _runs(child) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not _runs(child)


def _wait_for_promise(pid: int) -> None:
    """Until the guard has asked the kernel and become the server itself."""
    give_up = time.monotonic() + 5
    while not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep\0"):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    """Whether the process is there and no mere zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
