"""Show the JSON Schema of rule files, for editors."""

from __future__ import annotations

import click

from driftcheck.cli.command import Command


@click.command("schema", cls=Command)
def command() -> int:
    """Show the JSON Schema of rule files, for editors and for checks of your own.

    \b
      driftcheck rules schema > rules.schema.json
    """
    from importlib.resources import files

    from driftcheck.cli.streams import write_out

    write_out(files("driftcheck").joinpath("schemas/rules.schema.json").read_text(encoding="utf-8"))
    return 0


COMMAND = command
