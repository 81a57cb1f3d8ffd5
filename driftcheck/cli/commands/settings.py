"""Show Kafka's settings: type, default, limits, and which releases have them."""

from __future__ import annotations

import sys

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import json_option

_GROUPS = (
    *("broker", "producer", "consumer", "connect", "connect-distributed", "connect-standalone"),
    *("old-producer", "old-consumer"),
)


@click.command("settings", cls=Command)
@click.argument("pattern", required=False)
@click.option("--kafka-version", metavar="VERSION", help="As this release has them: 0.8.2, 2.8, 3.9.1.")
@click.option(
    "--for",
    "group",
    type=click.Choice(_GROUPS),
    default="broker",
    show_default=True,
    help="Whose settings: connect is the distributed worker, old- the clients in Scala.",
)
@json_option
def command(pattern: str | None, kafka_version: str | None, group: str, as_json: bool) -> int:
    """Show Kafka's settings whose names match PATTERN: a part of the name, or a whole one with * and ?.

    \b
      driftcheck settings advertised
      driftcheck settings 'log.*.ms' --kafka-version 2.8
      driftcheck settings num.partitions --kafka-version 3.9 --json
      driftcheck settings timeout --for consumer
    """
    from driftcheck.app.setting_list import find_settings
    from driftcheck.cli.setting_pages import settings_json, settings_text
    from driftcheck.cli.streams import write_out
    from driftcheck.cli.terminal import width_of

    whose = "connect-distributed" if group == "connect" else group
    found = find_settings(pattern, group=whose, version=kafka_version)
    write_out(settings_json(found) if as_json else settings_text(found, pattern, width_of(sys.stdout)))
    return 0


COMMAND = command
