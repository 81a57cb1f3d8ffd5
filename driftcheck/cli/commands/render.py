"""Show the files that Chef would write on a node."""

from __future__ import annotations

import click

from driftcheck.cli.command import Command
from driftcheck.cli.node_options import node_options, wish_of
from driftcheck.cli.rule_options import json_option


@click.command("render", cls=Command)
@click.argument("node")
@click.argument("file", default="")
@node_options
@json_option
def command(node: str, file: str, as_json: bool, **options: object) -> int:
    """Render a node's templates from cookbooks, roles and environments, without Chef and without Ruby.

    FILE is a path, or the end of one; without it all files are shown. What is not known stands as ⟨?⟩.
    NODE need not exist: --like, --run-list, --automatic and --set say what it would be.

    \b
      driftcheck render kafka10 server.properties
      driftcheck render kafka12 --like kafka11 --json
    """
    import sys

    from driftcheck.app.node_runs import node_files
    from driftcheck.cli.node_pages import exit_code, files_json, files_text
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    answer = node_files(wish_of(node, options), file=file)
    write_out(files_json(answer) if as_json else files_text(answer, width_of(sys.stdout)))
    return exit_code(answer)


COMMAND = command
