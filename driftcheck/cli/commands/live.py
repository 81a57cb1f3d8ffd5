"""Check the brokers that a ZooKeeper has registered, read-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from driftcheck.cli.cookbook_options import cookbook_options
from driftcheck.cli.report_options import ReportCommand, ReportOptions, report_options
from driftcheck.cli.scope_options import scope_options, seconds_option
from driftcheck.cli.zookeeper_options import zookeeper_options

if TYPE_CHECKING:
    from driftcheck.model.configuration import Configuration
    from driftcheck.model.report import Report
    from driftcheck.sources.interface import Progress


@click.command("live", cls=ReportCommand)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@click.option(
    "--zk",
    required=True,
    envvar="DRIFTCHECK_ZK",
    metavar="CONNECT",
    help="The connect string as brokers write it: HOST:PORT,HOST:PORT/CHROOT; or DRIFTCHECK_ZK.",
)
@zookeeper_options
@scope_options
@click.option(
    "--resolver",
    "resolvers",
    multiple=True,
    metavar="IP[:PORT]",
    help="Ask this DNS server, `system` for the system's own (the default). Repeatable.",
)
@click.option(
    "--connect/--no-connect",
    default=True,
    help="Whether to connect to what the brokers advertise and ask who answers; it is done.",
)
@seconds_option("--timeout", 5.0, "How long one operation may take.")
@seconds_option("--deadline", 60.0, "How long the whole run may take.")
@cookbook_options
@click.option("--save", type=click.Path(), metavar="FILE", help="Save what was seen, for `check`.")
@report_options
def command(
    paths: tuple[str, ...],
    options: ReportOptions,
    zk: str,
    access: Mapping[str, str | None],
    evaluation: Mapping[str, str | None],
    cluster: str | None,
    brokers: tuple[str, ...],
    expect_cluster_id: str | None,
    resolvers: tuple[str, ...],
    connect: bool,
    timeout: float,
    deadline: float,
    save: str | None,
) -> int:
    """Check what the brokers registered against DNS, against what answers there, and against the Chef
    repositories in PATH, if any.

    Nothing is written to ZooKeeper, Kafka or DNS.

    \b
      driftcheck live --zk zk1:2181,zk2:2181/kafka
      driftcheck live --zk zk1:2181/kafka chef-repo --resolver 10.0.0.2
      driftcheck live --zk zk1:2181/kafka --save night.json
    """
    from driftcheck.cli.destinations import check_writable
    from driftcheck.cli.reporting import report_command

    if save is not None:
        check_writable(save, "the snapshot")

    def run(configuration: Configuration, progress: Progress) -> Report:
        from driftcheck.app.run import live

        return live(
            zk,
            paths,
            configuration=configuration,
            cluster=cluster,
            brokers=brokers,
            expect_cluster_id=expect_cluster_id,
            save=save,
            connect=connect,
            deadline=deadline,
            timeout=timeout,
            inline_ignores=not options.no_ignores,
            progress=progress,
        )

    return report_command(run, options, paths=paths, resolvers=resolvers, more={**access, **evaluation})


COMMAND = command
