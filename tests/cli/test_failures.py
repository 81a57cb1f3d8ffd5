"""However a command ends: one documented exit code, and no more than is useful on stderr."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

import click
import pytest

from driftcheck.cli.failures import exit_code_of
from driftcheck.errors import ConfigurationError, DriftcheckError, ExitCode, UndeterminedError

SCRIPT = """
import sys
from driftcheck.cli.failures import exit_code_of
from driftcheck.cli.streams import say, write_out

def command():
{body}
    return 0

sys.exit(exit_code_of(command))
"""


def ended(error: BaseException) -> int:
    def run() -> object:
        raise error

    return exit_code_of(run)


def process(
    body: str, *, stdout: int = subprocess.PIPE, environ: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """A process whose command has this body."""
    code = SCRIPT.format(body="\n".join(f"    {line}" for line in body.splitlines()))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environ or {})},
    )


@pytest.mark.parametrize("code", [0, ExitCode.FINDINGS, 3])
def test_a_command_returns_its_exit_code(code: int) -> None:
    assert exit_code_of(lambda: code) == code


def test_a_command_without_an_exit_code_is_no_success() -> None:
    assert exit_code_of(lambda: None) == 3


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            ConfigurationError("bad", where="c.yaml:1:2", hint="allowed: good"),
            2,
            "c.yaml:1:2: bad\n  allowed: good",
        ),
        (UndeterminedError("unknown"), 3, "unknown"),
        (DriftcheckError("\x1b[2J\u202e"), 2, "\\x1b[2J\\u202e"),
        (DriftcheckError("one\ntwo"), 2, "one\n  two"),
        (click.UsageError("what?"), 2, "what?\n  Try 'driftcheck --help'."),
        (click.ClickException("no"), 2, "no"),
    ],
)
def test_errors_are_for_people(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error) == code
    assert capsys.readouterr() == ("", f"driftcheck: error: {said}\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_is_one_line(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(error) == 130
    assert capsys.readouterr() == ("", "driftcheck: interrupted\n")


@pytest.mark.parametrize(
    "error", [KeyError("x\x1b"), RecursionError("deep"), OSError(5, "Input/output error"), BrokenPipeError()]
)
def test_a_crash_is_one_line_and_undetermined(
    error: Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIFTCHECK_DEBUG", raising=False)
    assert ended(error) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"driftcheck crashed: {type(error).__name__}: ")
    assert line.endswith("; this is a bug, please report it with what DRIFTCHECK_DEBUG=1 shows")
    assert line.isprintable()


def test_the_traceback_is_for_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRIFTCHECK_DEBUG", "1")
    assert ended(ValueError("x")) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2] == "ValueError: its text is left out, it may hold a secret"


def test_control_c_ends_a_process_with_130() -> None:
    running = process("say('ready')\nimport time\ntime.sleep(60)")
    assert running.stderr is not None
    assert running.stderr.readline() == "ready\n"
    time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=60)
    assert (output, errors, running.returncode) == ("", "driftcheck: interrupted\n", 130)


def test_a_reader_that_has_gone_changes_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = process("write_out('x' * 1_000_000)\nwrite_out('y')\nreturn 1", stdout=writing)
    os.close(writing)
    _, errors = running.communicate(timeout=60)
    assert (errors, running.returncode) == ("", 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is Linux's")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        running = process("write_out('x')", stdout=full.fileno())
    _, errors = running.communicate(timeout=60)
    assert errors == "driftcheck: error: standard output cannot be written: no space left on device\n"
    assert running.returncode == 2


def test_closed_streams_are_said_or_ignored() -> None:
    body = "import sys\nsys.stdout = None\nwrite_out('x')"
    _, errors = process(body).communicate(timeout=60)
    assert errors.startswith("driftcheck: error: standard output is closed\n")
    quiet = process("import sys\nsys.stderr = None\nsay('x')\nwrite_out('y')\nreturn 1")
    output, errors = quiet.communicate(timeout=60)
    assert (output, errors, quiet.returncode) == ("y", "", 1)


def test_what_an_encoding_lacks_is_written_as_escapes() -> None:
    running = process("say('◄')\nwrite_out('◄')", environ={"PYTHONIOENCODING": "ascii"})
    output, errors = running.communicate(timeout=60)
    assert (output, errors, running.returncode) == ("\\u25c4", "\\u25c4\n", 0)
