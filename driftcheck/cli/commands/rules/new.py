"""Write a rule of your own to start from, with its cases."""

from __future__ import annotations

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import config_option


@click.command("new", cls=Command)
@click.argument("rule", metavar="ID")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="The file; default: ID.yaml in .driftcheck/rules. One that is there is never written over.",
)
@config_option
def command(rule: str, output: str | None, config: str | None) -> int:
    """Write a rule of your own to start from: a rule that works, with its cases.

    \b
      driftcheck rules new OURS001
      driftcheck rules new OURS002 -o rules/retention.yaml
    """
    from driftcheck.app.new_rule import new_rule
    from driftcheck.cli.streams import write_out
    from driftcheck.report.layout.lines import shown
    from driftcheck.sources.configuration.file import load_configuration

    path = new_rule(rule, load_configuration(config=config), output=output)
    named = f" --rules {shown(path)}" if output is not None else ""
    write_out(f"{shown(path)} is written; try it: driftcheck rules test {rule}{named}\n")
    return 0


COMMAND = command
