"""The options of commands that evaluate cookbooks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import click

NO_COOKBOOKS: Mapping[str, str | None] = {"cookbooks": "false"}

OLDEST_CHEF, NEWEST_CHEF = 10, 19
CHEF_VERSION = click.IntRange(OLDEST_CHEF, NEWEST_CHEF)


def cookbook_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds the options; the command gets them as `evaluation`, by the configuration's SETTINGS."""

    @functools.wraps(command)
    def with_option(*, no_cookbooks: bool, chef_version: int | None, **given: Any) -> int:
        version = {} if chef_version is None else {"chef_version": str(chef_version)}
        return command(evaluation={**(NO_COOKBOOKS if no_cookbooks else {}), **version}, **given)

    decorated: Callable[..., int] = with_option
    decorated = click.option(
        "--chef-version",
        type=CHEF_VERSION,
        metavar="RELEASE",
        help="Evaluate them as this release of Chef does; default: that of each node's last run, else 18.",
    )(decorated)
    return click.option(
        "--no-cookbooks",
        is_flag=True,
        help="Do not evaluate cookbooks: what Chef intends is what each node's last run computed.",
    )(decorated)
