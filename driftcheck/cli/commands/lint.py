"""Check Chef repositories and rendered files, offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from driftcheck.cli.cookbook_options import cookbook_options
from driftcheck.cli.report_options import ReportCommand, ReportOptions, report_options

if TYPE_CHECKING:
    from driftcheck.model.configuration import Configuration
    from driftcheck.model.report import Report
    from driftcheck.sources.interface import Progress


@click.command("lint", cls=ReportCommand)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@report_options
@click.option(
    "--resolver",
    "resolvers",
    multiple=True,
    metavar="IP[:PORT]",
    help="Ask this DNS server. Repeatable.",
)
@click.option("--dns", is_flag=True, help="Ask the system's own resolver.")
@cookbook_options
def command(
    paths: tuple[str, ...],
    options: ReportOptions,
    resolvers: tuple[str, ...],
    dns: bool,
    evaluation: Mapping[str, str | None],
) -> int:
    """Check the brokers of Chef repositories and folders of rendered files (default: this folder).

    No socket is opened unless --resolver or --dns asks for it; zone files in the configuration answer
    offline.

    \b
      driftcheck lint
      driftcheck lint chef-repo rendered --select ADV,IDN
      driftcheck lint -f text -f json -o report.json
      driftcheck lint --resolver 10.0.0.2 --resolver 10.0.0.3:5353
    """
    from driftcheck.cli.reporting import report_command

    paths = paths or (".",)

    def run(configuration: Configuration, progress: Progress) -> Report:
        from driftcheck.app.run import SYSTEM, lint

        asked = configuration.dns.resolvers if resolvers else ()
        return lint(
            paths,
            configuration=configuration,
            resolvers=(*asked, *((SYSTEM,) if dns else ())),
            inline_ignores=not options.no_ignores,
            progress=progress,
        )

    return report_command(run, options, paths=paths, resolvers=resolvers, more=evaluation)


COMMAND = command
