"""The options of commands about one cluster, and spans of time."""

from __future__ import annotations

from collections.abc import Callable

import click

MOST_SECONDS = 86_400.0

_OPTIONS = (
    click.option("--cluster", metavar="NAME", help="Which of the repository's clusters this is."),
    click.option(
        "--broker",
        "brokers",
        multiple=True,
        metavar="BROKER",
        help="Only findings about this broker, by name or id. Repeatable.",
    ),
    click.option(
        "--expect-cluster-id",
        metavar="ID",
        help="What /cluster/id has to hold: an error if this is another cluster.",
    ),
)


def scope_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds --cluster, --broker and --expect-cluster-id."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def seconds_option(
    name: str, default: float, what: str
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """An option that takes a span of time in seconds."""
    return click.option(
        name,
        type=float,
        default=default,
        show_default=f"{default:g}",
        metavar="SECONDS",
        callback=_bounded,
        help=what,
    )


def _bounded(ctx: click.Context, param: click.Parameter, seconds: float) -> float:
    if not 0.0 < seconds <= MOST_SECONDS:
        raise click.BadParameter(f"{seconds:g} is not between 0 and {MOST_SECONDS:.0f} seconds.")
    return seconds
