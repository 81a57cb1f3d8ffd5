"""Replay the incident of March 2015, offline, and see it caught."""

from __future__ import annotations

import os
import sys

import click

from driftcheck.cli.command import Command


@click.command("demo", cls=Command)
@click.option("--color/--no-color", default=None, help="Colours; by default on a terminal without NO_COLOR.")
def command(color: bool | None) -> int:
    """Replay the incident of March 2015 on data that comes with driftcheck: before the rollout, before the
    scale-out, during the outage, and repaired. Nothing is asked over the network.

    Exits with 0: it is a replay.
    """
    from driftcheck.app.demo import acts
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import colour_wanted, width_of
    from driftcheck.errors import ExitCode
    from driftcheck.report.formats import load_format
    from driftcheck.report.interface import Style

    style = Style(colour=colour_wanted(color, sys.stdout, os.environ), width=width_of(sys.stdout))
    for act in acts():
        code = act.report.exit_code()
        rule = "─" * style.width
        write_out(f"{rule}\n{act.title}\n{act.told}\n\n$ {act.command}\n\n")
        write_out(load_format("text").render(act.report, style))
        write_out(f"\nexit code {int(code)}: {code.name.lower()}\n\n")
    return ExitCode.CLEAN


COMMAND = command
