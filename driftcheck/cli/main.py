"""The command `driftcheck`."""

from __future__ import annotations

import gc
from typing import NoReturn

import click

from driftcheck import __version__
from driftcheck.cli.command_group import PROGRAM, CommandGroup
from driftcheck.cli.streams import write_out

HELP = """Is each Kafka broker who it says it is?

Compares what Chef would write, what the rendered files say, what ZooKeeper has registered, what DNS answers
and where the machines are. Reads only.

\b
  driftcheck lint                              the Chef repository here, offline
  driftcheck live --zk zk1:2181/kafka          the running cluster
  driftcheck check night.json                  what `live --save` saw

\b
Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 could not be determined.
"""


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        write_out(f"{PROGRAM} {__version__}\n")
        ctx.exit()


cli = CommandGroup(name=PROGRAM, help=HELP, package="driftcheck.cli.commands")
cli.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_version,
        help="Show the version and exit.",
    )
)


def main() -> NoReturn:
    """The console script: runs the command line, and exits."""
    # Almost all that a run makes is needed to its end, and then goes with the process: to look for what
    # could be freed as often as Python does, and once more at the end, is a seventh of a short run.
    gc.set_threshold(500_000, 50, 50)
    try:
        cli.main()
    finally:
        gc.freeze()
    raise AssertionError("cli.main exits")
