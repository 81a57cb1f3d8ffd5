"""What every command with a report does: configuration, the run, the report's formats, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from driftcheck.cli.destinations import Destination, destinations, write_file
from driftcheck.cli.progress import progress_line
from driftcheck.cli.report_options import ReportOptions
from driftcheck.cli.streams import write_out
from driftcheck.cli.terminal import colour_wanted, width_of
from driftcheck.errors import DriftcheckError
from driftcheck.model.configuration import Configuration
from driftcheck.model.report import Report
from driftcheck.model.rule import Level
from driftcheck.report.formats import load_format
from driftcheck.report.interface import Style
from driftcheck.sources.configuration.file import load_configuration, with_rules
from driftcheck.sources.interface import Progress

NO_SETTINGS: Mapping[str, str | None] = {}

Run = Callable[[Configuration, Progress], Report]
"""A use case: all that a command adds is bound in it."""


def report_command(
    run: Run,
    options: ReportOptions,
    *,
    paths: Sequence[str] = (),
    resolvers: Sequence[str] = (),
    more: Mapping[str, str | None] = NO_SETTINGS,
) -> int:
    """Runs a use case, writes its report, and returns the exit code that the report asks for.

    `paths`: where the configuration is looked for; `resolvers`: what `--resolver` says; `more`: what the
    command's own options set, by the keys of the configuration's SETTINGS. Raises DriftcheckError: before
    the run for what is wrong with options, configuration or rules.
    """
    places = destinations(options.reports)
    settings = {**options.settings(resolvers), **more}
    found = load_configuration(paths, config=options.config, options=settings)
    configuration = with_rules(found, options.rules)
    with progress_line(quiet=options.quiet) as progress:
        report = run(configuration, progress)
    _write(report, places, options.color, configuration.min_severity)
    return report.exit_code(fail_on=configuration.fail_on, strict=configuration.strict)


def _write(report: Report, places: Sequence[Destination], color: bool | None, min_severity: Level) -> None:
    """Every report that can be written is written before the first that cannot is an error."""
    problems: list[DriftcheckError] = []
    for place in places:
        stream = sys.stdout if place.is_stdout else None
        style = Style(
            colour=colour_wanted(color, stream, os.environ),
            width=width_of(stream),
            min_severity=min_severity,
        )
        text = load_format(place.format).render(report, style)
        try:
            write_out(text) if place.is_stdout else write_file(place.path, text)
        except DriftcheckError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
