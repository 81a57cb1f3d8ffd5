"""List the rules: id, level, name and what each is about."""

from __future__ import annotations

import sys

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import configuration_with, json_option, rule_options


@click.command("list", cls=Command)
@rule_options
@json_option
def command(files: tuple[str, ...], config: str | None, as_json: bool) -> int:
    """List the rules, those of the configuration included.

    \b
      driftcheck rules list
      driftcheck rules list --rules ours.yaml --json
    """
    from driftcheck.app.rule_packs import load_packs
    from driftcheck.cli.rule_pages import rule_list, rules_json
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    rules = load_packs(configuration_with(files, config)).rules
    write_out(rules_json(rules) if as_json else rule_list(rules, width_of(sys.stdout)))
    return 0


COMMAND = command
