"""Test rules against the cases that stand beside them."""

from __future__ import annotations

import sys

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import configuration_with, rule_options


@click.command("test", cls=Command)
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@rule_options
def command(rules: tuple[str, ...], files: tuple[str, ...], config: str | None) -> int:
    """Run the cases of rules, given by ids, beginnings of ids, or names (default: all), and show what failed.

    Exits with 1 if a case failed, 2 if a rule or case does not load, 3 if there was no case to run.

    \b
      driftcheck rules test
      driftcheck rules test ADV DNS002
      driftcheck rules test --rules ours.yaml OURS001
    """
    from driftcheck.app.rule_cases import run_cases
    from driftcheck.cli.case_results import case_exit_code, case_report
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    results = run_cases(configuration_with(files, config), rules).results
    write_out(case_report(results, width_of(sys.stdout)))
    return case_exit_code(results)


COMMAND = command
