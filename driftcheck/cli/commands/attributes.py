"""Show the attributes that a node would get from Chef."""

from __future__ import annotations

import click

from driftcheck.cli.command import Command
from driftcheck.cli.node_options import node_options, wish_of
from driftcheck.cli.rule_options import json_option


@click.command("attributes", cls=Command)
@click.argument("node")
@click.argument("attribute", default="")
@node_options
@click.option(
    "--phase",
    type=click.Choice(["attributes", "compile"]),
    default="compile",
    show_default=True,
    help="After the attribute files, or after the recipes' writes too.",
)
@json_option
def command(node: str, attribute: str, phase: str, as_json: bool, **options: object) -> int:
    """Work out a node's attributes from cookbooks, roles and environments, without Chef and without Ruby.

    NODE need not exist: --like, --run-list, --automatic and --set say what it would be.

    \b
      driftcheck attributes kafka10
      driftcheck attributes kafka10 kafka.broker --repo chef-repo
      driftcheck attributes kafka12 --like kafka11 --set kafka.broker.id=12 --json
    """
    import sys

    from driftcheck.app.node_runs import node_attributes
    from driftcheck.chef.node_run.run import Phase
    from driftcheck.cli.node_pages import attributes_json, attributes_text, exit_code
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    answer = node_attributes(wish_of(node, options), phase=Phase(phase), attribute=attribute)
    write_out(
        attributes_json(answer) if as_json else attributes_text(answer, width_of(sys.stdout), attribute)
    )
    return exit_code(answer)


COMMAND = command
