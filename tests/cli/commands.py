"""Commands for tests: one whose use case is a function that the test gives, and the real one as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from driftcheck.cli.failures import exit_code_of
from driftcheck.cli.main import cli
from driftcheck.cli.report_options import ReportCommand, ReportOptions, report_options
from driftcheck.cli.reporting import Run, report_command
from driftcheck.model.configuration import Configuration
from driftcheck.model.report import Report
from driftcheck.sources.interface import Progress

NO_VARIABLES = {
    name: None for name in os.environ if name.startswith("DRIFTCHECK_") or name in ("NO_COLOR", "TERM")
}


def gives(report: Report) -> Run:
    """A use case that comes to this report."""

    def run(configuration: Configuration, progress: Progress) -> Report:
        return report

    return run


class _Alone(ReportCommand):
    """A command outside of the group, that ends like one in it."""

    def main(self, args: Any = None, *_: Any, **extra: Any) -> Any:
        def invoked() -> Any:
            with self.make_context("driftcheck fake", list(args)) as context:
                return self.invoke(context)

        raise SystemExit(exit_code_of(invoked))


def report_with(run: Run, *arguments: str, environ: Mapping[str, str] | None = None) -> Result:
    """The result of a command with the shared options alone, whose use case is `run`."""

    @click.command("fake", cls=_Alone)
    @report_options
    def fake(options: ReportOptions) -> int:
        return report_command(run, options)

    return CliRunner().invoke(fake, arguments, env={**NO_VARIABLES, **(environ or {})})


def invoked(*arguments: str, environ: Mapping[str, str] | None = None) -> Result:
    """The whole command line in this process: what `driftcheck` does, without the time to start it."""
    result = CliRunner().invoke(cli, arguments, env={**NO_VARIABLES, "HOME": "", **(environ or {})})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's, the tests' cache too, with no DRIFTCHECK_ variables but those given."""
    inherited = {name: value for name, value in os.environ.items() if name not in NO_VARIABLES}
    return {**inherited, "HOME": "", **(more or {})}


def driftcheck(
    *arguments: str,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """`python -m driftcheck` as a process of its own, in `process_environment`; `prefix` goes before it."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "driftcheck", *arguments],
        cwd=cwd,
        env=process_environment(environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
