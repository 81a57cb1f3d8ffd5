"""The options that every command with a report shares."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import click

from driftcheck.cli.command import Command
from driftcheck.cli.rule_options import config_option, rule_files_option
from driftcheck.model.frozen import frozen

LEVELS = ("note", "warning", "error")
REPORTS = {"formats": "--format", "outputs": "--output"}


@frozen
class ReportOptions:
    """The shared options as they were given.

    `reports`: every --format and --output with its value, in the order of the command line.
    """

    reports: tuple[tuple[str, str], ...] = ()
    config: str | None = None
    rules: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    min_severity: str | None = None
    strict: bool = False
    kafka_version: str | None = None
    max_age: str | None = None
    color: bool | None = None
    no_ignores: bool = False
    quiet: bool = False

    def settings(self, resolvers: Sequence[str] = ()) -> Mapping[str, str | Sequence[str] | bool | None]:
        """What they set in the configuration, by the keys of its SETTINGS."""
        return {
            "kafka_version": self.kafka_version,
            "select": split(self.select),
            "ignore": split(self.ignore),
            "fail_on": self.fail_on,
            "min_severity": self.min_severity,
            "max_age": self.max_age,
            "resolvers": split(resolvers),
            "strict": self.strict,
        }


def split(values: Sequence[str]) -> tuple[str, ...]:
    """The values of a repeatable option, each of which may be several with commas between them."""
    return tuple(part for value in values for part in value.split(","))


def report_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds the shared options; the command gets them as `options`, a ReportOptions."""

    @functools.wraps(command)
    def with_options(**given: Any) -> int:
        shared = {each.name: given.pop(each.name) for each in fields(ReportOptions)}
        return command(options=ReportOptions(**shared), **given)

    decorated: Callable[..., int] = with_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


class ReportCommand(Command):
    """A command that keeps the order of --format and --output, and whose help ends with the formats."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, which would tell the formats and the outputs, and not which stands before which."""
        given, _, order = self.make_parser(ctx).parse_args(args=list(args))
        left = super().parse_args(ctx, args)
        values = {name: iter(given.get(name, ())) for name in REPORTS}
        names = [each.name for each in order if each.name in REPORTS]
        ctx.params["reports"] = tuple((REPORTS[name], next(values[name])) for name in names)
        return left

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from driftcheck.report.formats import formats

        with formatter.section("Formats"):
            formatter.write_dl([(name, each.summary) for name, each in formats().items()])
        super().format_epilog(ctx, formatter)


def _known_formats(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if names:
        from driftcheck.report.formats import format_names

        for name in names:
            if name not in format_names():
                raise click.BadParameter(f"{name!r} is no format; there are {', '.join(format_names())}.")
    return names


def _complete_format(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from driftcheck.report.formats import format_names

    return [name for name in format_names() if name.startswith(incomplete)]


def _complete_level(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [level for level in LEVELS if level.startswith(incomplete)]


def _level(name: str, help_text: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    metavar = f"[{'|'.join(LEVELS)}]"
    return click.option(name, metavar=metavar, shell_complete=_complete_level, help=help_text)


_OPTIONS = (
    click.option(
        "-f",
        "--format",
        "formats",
        metavar="FORMAT",
        callback=_known_formats,
        shell_complete=_complete_format,
        multiple=True,
        expose_value=False,
        help="How to write the report: see below; default text. Repeatable.",
    ),
    click.option(
        "-o",
        "--output",
        "outputs",
        type=click.Path(),
        metavar="FILE",
        multiple=True,
        expose_value=False,
        help="Where the report of the -f before it goes; - is stdout, as without -o.",
    ),
    config_option,
    rule_files_option("rules"),
    click.option(
        "--select",
        multiple=True,
        metavar="RULES",
        help="Only these rules: ids, beginnings of ids, or names (ADV,DNS002). Repeatable.",
    ),
    click.option("--ignore", multiple=True, metavar="RULES", help="Not these rules. Repeatable."),
    _level("--fail-on", "The lowest level of findings that makes the exit code 1; default error."),
    _level("--min-severity", "The lowest level of findings that is shown; default note."),
    click.option("--strict", is_flag=True, help="Exit with 3 whatever it was that could not be checked."),
    click.option("--kafka-version", metavar="VERSION", help="The brokers' Kafka release (0.8.2.2, 2.8)."),
    click.option(
        "--max-age",
        metavar="AGE",
        help="How old what machines say of themselves may be (90m, 24h, 7d); default 24h.",
    ),
    click.option(
        "--color/--no-color",
        default=None,
        help="Colours; default: on a terminal, unless NO_COLOR is set.",
    ),
    click.option(
        "--no-ignores",
        is_flag=True,
        help="Report what `# driftcheck: ignore[...]` silences, too.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Do not show what is being done."),
)
