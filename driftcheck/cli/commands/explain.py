"""Show where an attribute of a node, or a line of its files, comes from."""

from __future__ import annotations

import click

from driftcheck.cli.command import Command
from driftcheck.cli.node_options import node_options, wish_of
from driftcheck.cli.rule_options import json_option


@click.command("explain", cls=Command)
@click.argument("node")
@click.argument("what", metavar="ATTRIBUTE|FILE:KEY")
@node_options
@json_option
def command(node: str, what: str, as_json: bool, **options: object) -> int:
    """Chef's precedence table for an attribute: every level that sets it, the winner, what it is made of.

    FILE:KEY names a line of a file that Chef would write, by its key or its number.

    \b
      driftcheck explain kafka10 kafka.broker.advertised.host.name
      driftcheck explain kafka10 server.properties:advertised.listeners
    """
    import sys

    from driftcheck.app.explaining import explain
    from driftcheck.cli.explain_pages import explanation_code, explanation_json, explanation_text
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    answer = explain(wish_of(node, options), what)
    write_out(explanation_json(answer) if as_json else explanation_text(answer, width_of(sys.stdout)))
    return explanation_code(answer)


COMMAND = command
