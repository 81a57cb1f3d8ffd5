"""Check a snapshot that `live --save` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftcheck.cli.report_options import ReportCommand, ReportOptions, report_options
from driftcheck.cli.scope_options import scope_options

if TYPE_CHECKING:
    from driftcheck.model.configuration import Configuration
    from driftcheck.model.report import Report
    from driftcheck.sources.interface import Progress


@click.command("check", cls=ReportCommand)
@click.argument("snapshot", type=click.Path())
@scope_options
@report_options
def command(
    snapshot: str,
    options: ReportOptions,
    cluster: str | None,
    brokers: tuple[str, ...],
    expect_cluster_id: str | None,
) -> int:
    """Check what was saved, again and offline. Ages count from when the snapshot was taken.

    \b
      driftcheck check night.json
      driftcheck check night.json --broker kafka10 -f json
    """
    from driftcheck.cli.reporting import report_command

    def run(configuration: Configuration, progress: Progress) -> Report:
        from driftcheck.app.run import check

        progress(f"checking {snapshot}")
        return check(
            snapshot,
            configuration=configuration,
            cluster=cluster,
            brokers=brokers,
            expect_cluster_id=expect_cluster_id,
            inline_ignores=not options.no_ignores,
        )

    return report_command(run, options)


COMMAND = command
