"""Explain a rule: why it is there, what it says, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import configuration_with, json_option, rule_options

if TYPE_CHECKING:
    from driftcheck.model.rule import Rule


@click.command("show", cls=Command)
@click.argument("rule")
@rule_options
@json_option
def command(rule: str, files: tuple[str, ...], config: str | None, as_json: bool) -> int:
    """Explain one rule, given by its id or name.

    \b
      driftcheck rules show ADV001
    """
    from driftcheck.app.rule_packs import load_packs
    from driftcheck.cli.rule_pages import rule_page, rules_json
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    rules = load_packs(configuration_with(files, config)).rules
    found = _named(rule, rules)
    write_out(rules_json(rules, only=found) if as_json else rule_page(found, rules, width_of(sys.stdout)))
    return 0


def _named(word: str, rules: Sequence[Rule]) -> Rule:
    from difflib import get_close_matches

    from driftcheck.errors import UsageError

    by_word = {key: rule for rule in rules for key in (rule.name, rule.id)}
    found = by_word.get(word) or by_word.get(word.upper())
    if found is None:
        near = get_close_matches(word[:100].upper(), by_word, n=1) or get_close_matches(
            word[:100], by_word, n=1
        )
        guess = f", did you mean {near[0]}?" if near else ""
        raise UsageError(
            f"there is no rule {word[:100]!r}{guess}", hint="driftcheck rules list names them all."
        )
    return found


COMMAND = command
